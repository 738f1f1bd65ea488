"""The pages one begins with: home, the lists, and what this is."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, render_template, request, url_for

from api.current import Current
from api.links import key_of
from graph.describe import Description, Named, describe
from graph.errors import WrongUse
from graph.listing import Entry, Row, counts, entries, graphs, meeting, members, row
from graph.store import Store
from ontology.terms import IRI, LICENCES, REV, SKOS, expand

PAGE_LENGTH = 50
LONGEST_TEXT = 200
FILTERS = ("place", "class", "field", "text")
FIGURES = (
    (REV.Actor, "pages.actors", "pages.actors"),
    (REV.Need, "pages.needs", "pages.needs"),
    (REV.Offer, "pages.offers", "pages.offers"),
    (REV.Task, "pages.tasks", "pages.tasks"),
    (REV.Competence, "about.competences", None),
    (REV.Technology, "about.technologies", None),
)
STANDING = ("stated", "found", "found-in-part", "general-knowledge", "derived", "inferred", "placeholder")


@dataclass(frozen=True, slots=True)
class Figure:
    """How many things of a kind there are, the wording for the kind, and its list if it has one."""

    count: int
    word: str
    endpoint: str | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list: its rows, its number from 1, and how many pages and rows there are."""

    rows: tuple[Row, ...]
    number: int
    pages: int
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list can be filtered by."""

    places: tuple[Named, ...]
    classes: tuple[Named, ...]
    fields: tuple[Named, ...]


def pages_blueprint(current: Current) -> Blueprint:
    """Home, `/actors`, `/needs`, `/offers`, `/tasks` and `/about`."""
    blueprint = Blueprint("pages", __name__)

    def sheet_page(template: str, kind: IRI) -> str:
        every, known = current.remembered(entries, kind), current.remembered(_choices)
        wanted = meeting(
            current.store,
            kind,
            place=_chosen("place", known.places),
            actor_class=_chosen("class", known.classes),
            field=_chosen("field", known.fields),
            text=request.args.get("text", "")[:LONGEST_TEXT],
        )
        found = every if wanted is None else [entry for entry in every if entry.named.iri in wanted]
        return render_template(
            template,
            sheet=_sheet(current.store, found),
            total=len(every),
            offered=known,
            other_page=_other_page,
        )

    @blueprint.get("/")
    def home() -> str:
        found = current.remembered(counts)
        return render_template(
            "home.html",
            figures=[Figure(found.get(kind, 0), word, endpoint) for kind, word, endpoint in FIGURES],
            needs=current.remembered(entries, REV.Need),
            places=current.remembered(_choices).places,
            triples=current.triples,
        )

    @blueprint.get("/actors")
    def actors() -> str:
        return sheet_page("actors.html", REV.Actor)

    @blueprint.get("/needs")
    def needs() -> str:
        return sheet_page("needs.html", REV.Need)

    @blueprint.get("/offers")
    def offers() -> str:
        return sheet_page("offers.html", REV.Offer)

    @blueprint.get("/tasks")
    def tasks() -> str:
        return sheet_page("tasks.html", REV.Task)

    @blueprint.get("/about")
    def about() -> str:
        return render_template(
            "about.html",
            explained=current.remembered(_explained),
            graphs=current.remembered(graphs),
            triples=current.triples,
            licence_names=LICENCES,
            SKOS=SKOS,
        )

    return blueprint


def _choices(store: Store) -> Choices:
    return Choices(
        places=_named(entries(store, REV.Place)),
        classes=members(store, expand("voc:actor-class")),
        fields=_named(entries(store, REV.CompetenceField)),
    )


def _explained(store: Store) -> tuple[Description, ...]:
    """What each mark of standing means."""
    marks = members(store, expand("voc:sourcing-status"))
    return tuple(describe(store, mark.iri) for mark in _by_standing(marks))


def _sheet(store: Store, found: Sequence[Entry]) -> Sheet:
    pages = max(1, ceil(len(found) / PAGE_LENGTH))
    number = request.args.get("page", "1")
    if number not in map(str, range(1, pages + 1)):
        raise WrongUse(f"There is no page {number!r}; this list has pages 1 to {pages}.")
    start = (int(number) - 1) * PAGE_LENGTH
    rows = tuple(row(store, entry) for entry in found[start : start + PAGE_LENGTH])
    return Sheet(rows, int(number), pages, len(found))


def _other_page(number: int) -> str:
    """The address of another page of the list that the request shows, filtered alike."""
    kept: dict[str, Any] = {name: request.args[name] for name in FILTERS if name in request.args}
    return url_for(request.endpoint or "", **kept, page=number)


def _chosen(parameter: str, known: tuple[Named, ...]) -> IRI | None:
    """The thing that the request names by its IRI or the last part of it; None if it names none."""
    text = request.args.get(parameter, "")
    if not text:
        return None
    found = [named.iri for named in known if text in (named.iri, key_of(named.iri))]
    if not found:
        keys = ", ".join(key_of(named.iri) for named in known)
        raise WrongUse(f"{parameter}={text!r} is not known here. Choose one of: {keys}.")
    return found[0]


def _by_standing(marks: tuple[Named, ...]) -> list[Named]:
    """The marks from the best backed to the placeholder; one that is not in `STANDING` comes last."""
    return sorted(marks, key=lambda mark: (*STANDING, key_of(mark.iri)).index(key_of(mark.iri)))


def _named(listed: tuple[Entry, ...]) -> tuple[Named, ...]:
    return tuple(entry.named for entry in listed)
