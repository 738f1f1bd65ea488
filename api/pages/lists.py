"""Lists of the things of a kind, filtered and page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from flask import Blueprint, render_template, request, url_for

from api.current import Current
from api.links import key_of
from graph.describe import Named
from graph.errors import WrongUse
from graph.listing import Entry, Row, entries, meeting, members, row
from graph.store import Store
from ontology.terms import IRI, REV, expand

PAGE_LENGTH = 50
LONGEST_TEXT = 200
FILTERS = ("place", "class", "field", "text")


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


def lists_blueprint(current: Current) -> Blueprint:
    """`/actors`, `/needs`, `/offers` and `/tasks`."""
    blueprint = Blueprint("lists", __name__)

    def sheet_page(template: str, kind: IRI) -> str:
        every, known = current.remembered(entries, kind), current.remembered(choices)
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

    return blueprint


def choices(store: Store) -> Choices:
    """The places, classes and fields of the snapshot."""
    return Choices(
        places=_named(entries(store, REV.Place)),
        classes=members(store, expand("voc:actor-class")),
        fields=_named(entries(store, REV.CompetenceField)),
    )


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


def _named(listed: tuple[Entry, ...]) -> tuple[Named, ...]:
    return tuple(entry.named for entry in listed)
