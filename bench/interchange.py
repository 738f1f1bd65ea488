"""An interchange folder of needs, actors and concepts as RDF in the project's ontology, and as an index of it.

The folder holds `actors.jsonl`, `concepts.jsonl`, `needs.jsonl` and perhaps other needs. What it says of an actor is
said as a region says it: a text is a dated project that the actor took part in, a service is an offer of competences, a
place is a site. Tags that were counted in texts are left out, on either side: they would count the same words twice.
The index is then built by the same code as a region's.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from graph.matching.index import MatchIndex, build_index, has_index, open_index
from graph.matching.needs import PREFERRED
from graph.model import Literal, NeedConcept, NeedProfile, Term, Text, Triple
from graph.rdf import Kind, format_named, write_triples
from graph.store import store_of
from ontology.naming import ID
from ontology.terms import DCTERMS, IRI, ORG, RDF, REV, SKOS, XSD, expand

Row = dict[str, Any]
SOLUTION_DEVELOPER = expand("voc:actor-class/solution-developer")


@dataclass(frozen=True, slots=True)
class Interchange:
    """One set: its folder, the language that its evidence is written in, and the last year whose texts count."""

    folder: Path
    language: str
    until: int | None = None

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of one of its files."""
        with (self.folder / name).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def grades(self) -> dict[str, dict[str, int]]:
        """How well each actor answers each need, for those that were judged."""
        grades: dict[str, dict[str, int]] = {}
        for line in (self.folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
            need, actor, grade = line.split()[:3]
            grades.setdefault(need, {})[actor] = int(grade)
        return grades


def interchange(folder: Path) -> Interchange:
    """The set in a folder; its evidence is in the language of its needs."""
    with (folder / "needs.jsonl").open(encoding="utf-8") as lines:
        return Interchange(folder, json.loads(lines.readline())["lang"])


def index_in(given: Interchange, folder: Path) -> MatchIndex:
    """The index of a set, built into `folder` unless that of the same actors and concepts is there."""
    mark, digest = folder / "made-of", _digest(given)
    if not (has_index(folder) and mark.exists() and mark.read_text(encoding="ascii") == digest):
        form = format_named("nt", Kind.GRAPH)
        assert form
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        build_index(store_of(write_triples([*triples(given)], form).decode()), folder)
        mark.write_text(digest, encoding="ascii")
    return open_index(folder)


def actor_iri(key: str) -> IRI:
    """The IRI of an actor of the set."""
    return IRI(f"{ID}bench/actor/{quote(key, safe='')}")


def actor_key(iri: IRI) -> str:
    """The key that an actor's IRI was made of; keys hold nothing that has to be quoted."""
    return iri.rpartition("/")[2]


def profile(row: Row) -> NeedProfile:
    """A need as it is asked: its words, concepts and place.

    What a service has to give is required of it, what it is given is preferred.
    """
    required = row.get("outputs", ())
    preferred = [key for key in row.get("inputs", ()) if key not in required]
    return NeedProfile(
        title=Text(row["title"], row["title"]),
        text=row["text"],
        language=row["lang"],
        competences=tuple(NeedConcept(_concept(key), Text(key, key), 1.0, "stated") for key in required),
        preferred=tuple(NeedConcept(_concept(key), Text(key, key), PREFERRED, "stated") for key in preferred),
        place=_place(row["place"]) if row["place"] else None,
        day=date(row["year"] or date.today().year, 1, 1),
    )


def triples(given: Interchange) -> Iterator[Triple]:
    """What the set says, as a region would."""
    places = set()
    for row in given.rows("concepts.jsonl"):
        yield from _concept_triples(row)
    for row in given.rows("actors.jsonl"):
        yield from _actor_triples(row)
        counted = (told for told in row["texts"] if given.until is None or (told["year"] or 0) <= given.until)
        for number, told in enumerate(counted):
            evidence = _service if "inputs" in row else _project
            yield from evidence(row, number, told, given.language)
        if row["place"]:
            places.add(row["place"])
    for name in sorted(places):
        yield (_place(name), RDF.type, REV.Place)
        yield (_place(name), SKOS.prefLabel, Literal(name))


def _digest(given: Interchange) -> str:
    files = (given.folder / name for name in ("actors.jsonl", "concepts.jsonl"))
    told = b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
    return hashlib.sha256(told + repr((given.language, given.until)).encode()).hexdigest()


def _concept_triples(row: Row) -> Iterator[Triple]:
    concept = _concept(row["id"])
    yield (concept, RDF.type, REV.Competence)
    for language, label in row["prefLabel"].items():
        yield (concept, SKOS.prefLabel, Literal(label, language=language))
    for broader in row["broader"]:
        yield (concept, SKOS.broader, _concept(broader))


def _actor_triples(row: Row) -> Iterator[Triple]:
    actor = actor_iri(row["id"])
    yield (actor, RDF.type, REV.Actor)
    yield (actor, SKOS.prefLabel, Literal(row["name"]))
    yield (actor, REV.hasActorClass, SOLUTION_DEVELOPER)
    if row["place"]:
        site = _node("site", row["id"])
        yield (actor, ORG.hasSite, site)
        yield (site, REV.sitePlace, _place(row["place"]))


def _project(row: Row, number: int, told: Row, language: str) -> Iterator[Triple]:
    participation, project = (_node(kind, row["id"], str(number)) for kind in ("participation", "project"))
    yield (participation, REV.participationOf, actor_iri(row["id"]))
    yield (participation, REV.inProject, project)
    yield from _told(project, told, language)


def _service(row: Row, number: int, told: Row, language: str) -> Iterator[Triple]:
    offer = _node("offer", row["id"], str(number))
    yield (offer, REV.offerOf, actor_iri(row["id"]))
    for competence in row["competences"]:
        yield (offer, REV.providesCompetence, _concept(competence))
    yield from _told(offer, told, language)


def _told(node: IRI, told: Row, language: str) -> Iterator[Triple]:
    says: tuple[tuple[IRI, Term], ...] = (
        (SKOS.prefLabel, Literal(told["title"], language=language)),
        (DCTERMS.description, Literal(told["text"] or "", language=language)),
        (DCTERMS.date, Literal(f"{told['year']}-01-01", datatype=XSD.date)),
    )
    for (predicate, value), is_told in zip(says, (told["title"], told["text"], told["year"]), strict=True):
        if is_told:
            yield (node, predicate, value)


def _concept(key: str) -> IRI:
    return IRI(f"{ID}bench/concept/{quote(key, safe='')}")


def _place(name: str) -> IRI:
    return IRI(f"{ID}bench/place/{quote(name, safe='')}")


def _node(kind: str, *keys: str) -> IRI:
    return IRI(f"{ID}bench/{kind}/{quote('-'.join(keys), safe='')}")
