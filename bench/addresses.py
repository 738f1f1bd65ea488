"""Every page there is, as addresses to ask: what a route shows by itself, and of each kind of thing the first.

A test holds that no route is missing: what is no page stands in `NO_PAGES`.
"""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from api.links import page_of
from graph.kinds import KINDS
from graph.store import Store
from ontology.naming import BASE, key_of
from ontology.terms import IRI, REV

# {Need} is the IRI of the first need, {need} the last part of it, and so on; {actor_page} is the path of its page
PAGES = (
    "/",
    "/match",
    "/match?text=Wir+m%C3%B6chten+Abw%C3%A4rme+nutzen+und+Bleche+beschichten",
    "/match?need={Need}",
    "/match?competence={Competence}&place={Place}&radius_km=30",
    "/match?actor={Actor}",
    "/match/reasons?text=W%C3%A4rme&actor={Actor}",
    "/match/compare?text=W%C3%A4rme&actor={Actor}",
    "/shortlist",
    "/brief?text=W%C3%A4rme&actor={Actor}",
    "/actors",
    "/actors?text=Werk",
    "/actors?place={Place}",
    "/needs",
    "/needs?text=W%C3%A4rme",
    "/offers",
    "/offers?text=W%C3%A4rme",
    "/competences",
    "/competences?text=a",
    "/technologies",
    "/projects",
    "/goals",
    "/tasks",
    "/tasks?class=bridge-builder",
    "/history{actor_page}",
    "/map",
    "/map?show=unserved",
    "/network",
    "/network?focus={actor}",
    "/gaps",
    "/gaps?competence={competence}",
    "/profile",
    "/board",
    "/board?view=table",
    "/plan",
    "/team",
    "/team?competence={competence}",
    "/contribute",
    "/contribute/need",
    "/contribute/offer",
    "/questions",
    "/questions/actors-for-competence",
    "/questions/blocking-tasks",
    "/questions/bridges-for-need",
    "/questions/needs-per-municipality?view=network",
    "/sparql",
    "/sparql?example=blocking-tasks",
    "/about",
    "/quality",
    "/accessibility",
    "/privacy",
    "/imprint",
    "/changes",
    "/catalog",
    "/practices",
    "/problems",
    "/ont",
    "/shapes",
    "/graph/ontology",
    "/voc/status/open",
    "/voc/actor-class/user",
    "/voc/sourcing-status/stated",
    "/nowhere",
)

# names of endpoints that are files, feeds, figures and what programs ask, or how such names begin
NO_PAGES = (
    "analysis.",
    "description.thing",
    "dumps.",
    "feeds.",
    "graph_store.",
    "housekeeping.",
    "matching.match_api.",
    "metrics.",
    "openapi.",
    "picking.",
    "publishing.figures",
    "contribute.published",
    "correction.",
    "editor.",
    *(f"lists.{kind.name}_as" for kind in KINDS),
    "questions.as_file",
    "questions.catalogue_json",
    "questions.for_programs",
    "shortlist.export",
    "site_map.",
    "static",
    "update.",
    "vocabulary.frame",
    "vocabulary.words",
)


def addresses(store: Store) -> Iterator[str]:
    """The path of each page of what `store` holds, first those of `PAGES`."""
    first = dict(_first_of_each(store))
    kinds = {kind.removeprefix(REV.base): thing for kind, thing in first.items()}
    names = {kind: quote(thing, safe="") for kind, thing in kinds.items()}
    names |= {kind.lower(): quote(key_of(thing), safe="") for kind, thing in kinds.items()}
    names["actor_page"] = page_of(kinds["Actor"]) or ""
    yield from (page.format_map(names) for page in PAGES)
    pages = (page_of(thing) for thing in first.values())
    yield from dict.fromkeys(page for page in pages if page and "#" not in page)


def _first_of_each(store: Store) -> Iterator[tuple[IRI, IRI]]:
    asked = Path(__file__).with_name("one_of_each.rq").read_text(encoding="utf-8")
    for kind, thing in store.select(asked).rows:
        if isinstance(kind, IRI) and isinstance(thing, IRI) and thing.startswith(BASE):
            yield kind, thing
