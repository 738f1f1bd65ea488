"""A generated region pack of a wished size: tables and mappings like those of a real region."""

import random
from collections.abc import Iterable
from pathlib import Path

TOWNS, TECHNOLOGIES = 12, 400
TRIPLES_AN_ACTOR = 31  # measured: what the tables below say of one actor, its need and its offer

REGION = """[region]
id = "bench"
name = {{ de = "Messregion", en = "Bench region" }}
place = "id/place/bench"
{sources}"""

SOURCE = """[sources.{name}]
title = {{ de = "Erzeugt: {name}", en = "Generated: {name}" }}
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
attribution = "bench"
date = 2026-11-01
"""

MAPPINGS = {
    "places": """
[[node]]
iri = "id/place/{key}"
a = ["rev:Place"]
[node.says]
"skos:prefLabel" = { column = "name", lang = "de", required = true }
"skos:notation" = { column = "key" }
"rev:latitude" = { column = "lat", type = "decimal" }
"rev:longitude" = { column = "lon", type = "decimal" }
"prov:wasDerivedFrom" = { iri = "id/{region}/source/{source:source}" }
"rev:sourcingStatus" = { term = "voc/sourcing-status/inferred" }
""",
    "sources": """
[[node]]
iri = "id/{region}/source/{source:key}"
a = ["rev:Source"]
[node.says]
"dcterms:title" = { column = "title", required = true }
"rev:sourcingStatus" = { term = "voc/sourcing-status/inferred" }
""",
    "technologies": """
[[node]]
iri = "voc/technology/{key}"
a = ["rev:Technology", "skos:Concept"]
[node.says]
"skos:prefLabel" = [{ column = "de", lang = "de" }, { column = "en", lang = "en" }]
"skos:definition" = [{ column = "de", lang = "de" }, { column = "en", lang = "en" }]
"skos:notation" = { column = "key" }
"skos:broader" = { iri = "voc/technology/{broader}" }
"skos:inScheme" = { term = "voc/technology" }
"skos:topConceptOf" = { iri = "voc/{top}" }
"prov:wasDerivedFrom" = { iri = "id/{region}/source/{source:source}" }
"rev:sourcingStatus" = { term = "voc/sourcing-status/inferred" }
[[node]]
iri = "voc/technology"
a = ["skos:ConceptScheme"]
shared = true
[node.says]
"dcterms:title" = [{ text = "Technologien", lang = "de" }, { text = "technologies", lang = "en" }]
""",
    "actors": """
[[node]]
iri = "id/{region}/actor/{actor:key}"
a = ["rev:Actor"]
[node.says]
"skos:prefLabel" = { column = "name", required = true }
"dcterms:description" = [{ column = "activity", lang = "de" }, { column = "activity", lang = "en" }]
"foaf:page" = { column = "website", type = "uri" }
"org:hasSite" = { iri = "id/{region}/site/{actor:key}" }
"prov:wasDerivedFrom" = { iri = "id/{region}/source/{source:source}" }
"rev:sourcingStatus" = { term = "voc/sourcing-status/inferred" }
[[node]]
iri = "id/{region}/site/{actor:key}"
a = ["org:Site"]
[node.says]
"rev:sitePlace" = { iri = "id/place/{place}" }
"prov:wasDerivedFrom" = { iri = "id/{region}/source/{source:source}" }
""",
    "needs": """
[[node]]
iri = "id/{region}/need/{need:key}"
a = ["rev:Need"]
[node.says]
"skos:prefLabel" = [{ column = "de", lang = "de" }, { column = "en", lang = "en" }]
"rev:needOf" = { iri = "id/{region}/actor/{actor:actor}" }
"rev:requiresTechnology" = { iri = "voc/technology/{technologies}", each = "technologies" }
"rev:validFrom" = { column = "from", type = "date" }
"rev:confidence" = { column = "confidence", type = "decimal" }
"prov:wasDerivedFrom" = { iri = "id/{region}/source/{source:source}" }
"rev:sourcingStatus" = { term = "voc/sourcing-status/inferred" }
""",
}


def generate(folder: Path, triples: int, *, seed: int = 1) -> None:
    """Write a pack whose tables say about `triples` triples into `folder`."""
    chance = random.Random(seed)
    names = ("places", "sources", "technologies", "actors", "needs")
    (folder / "tables").mkdir(parents=True)
    (folder / "mappings").mkdir()
    sources = "".join(SOURCE.format(name=name) for name in names)
    (folder / "region.toml").write_text(REGION.format(sources=sources), encoding="utf-8")
    for name in names:
        head = f'table = "{name}.csv"\nsource = "{name}"\n'
        (folder / "mappings" / f"{name}.toml").write_text(head + MAPPINGS[name], encoding="utf-8")
    actors = max(1, triples // TRIPLES_AN_ACTOR)
    _write(folder, "sources", "key,title", (f"s{n},Generated source {n}" for n in range(50)))
    _write(
        folder,
        "places",
        "key,name,lat,lon,source",
        (f"9900000{n:x},Ort {n},51.{n:02},7.{n:02},s{n}" for n in range(TOWNS)),
    )
    _write(
        folder,
        "technologies",
        "key,de,en,broader,top,source",
        (
            f"t{n},Technik {n},technology {n},{f't{n // 4}' if n else ''},{'' if n else 'technology'},s{n % 50}"
            for n in range(TECHNOLOGIES)
        ),
    )
    _write(
        folder,
        "actors",
        "key,name,activity,website,place,source",
        (
            f"a{n},Firma {n} {_word(chance)} GmbH,Makes {_word(chance)} and {_word(chance)},https://a{n}.example,"
            f"9900000{n % TOWNS:x},s{n % 50}"
            for n in range(actors)
        ),
    )
    _write(
        folder,
        "needs",
        "key,actor,de,en,technologies,from,confidence,source",
        (
            f"n{n},a{n},Bedarf {n} {_word(chance)},need {n} {_word(chance)},"
            f"t{chance.randrange(TECHNOLOGIES)};t{n % TECHNOLOGIES},2026-01-{n % 28 + 1:02},0.{n % 9 + 1},s{n % 50}"
            for n in range(actors)
        ),
    )


def _write(folder: Path, name: str, header: str, rows: Iterable[str]) -> None:
    with (folder / "tables" / f"{name}.csv").open("w", encoding="utf-8") as table:
        table.write(header + "\n")
        table.writelines(f"{row}\n" for row in rows)


def _word(chance: random.Random) -> str:
    return "".join(chance.choices("abdefgiklmnoprstu", k=8))
