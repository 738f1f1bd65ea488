"""Where needs and offers miss each other, as a matrix, and each of its cells seen closely."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from flask import Blueprint, Response, request

from api.current import Current
from api.pages.network import network_of
from api.pages.shown import Spotted, chosen, one_of, shown_page, spotted
from api.paging import Part, part_of, told_number
from api.picking import picked
from graph.analysis.drawing import coordinates
from graph.analysis.facts import DEVELOPER, Facts
from graph.analysis.names import standings
from graph.analysis.spot import Ledger, Spot, ledger, spot
from graph.analysis.white_spots import Cell, State
from graph.store import Store
from ontology.terms import IRI

ROWS, COLUMNS = 25, 20  # competences of a page, municipalities beside each other
STATES = {
    State.UNSERVED: "gaps.unserved",
    State.SINGLE: "gaps.single",
    State.SERVED: "gaps.served",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of the matrix: its competences and municipalities, and how many there are in all."""

    competences: tuple[IRI, ...]
    places: tuple[IRI, ...]
    part: Part
    count: int
    all_places: int

    @property
    def first(self) -> int:
        """The number of the first competence of the page, from 1."""
        return (self.part.number - 1) * ROWS + 1


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The cells with a need, by competence and municipality, and the competences that most lack a supplier first."""

    cells: Mapping[tuple[IRI, IRI], Cell]
    competences: tuple[IRI, ...]


def gaps_page(blueprint: Blueprint, current: Current) -> None:
    """`/gaps`, and with `competence` and `place` one cell of it."""

    @blueprint.get("/gaps")
    def gaps() -> Response:
        told = spotted(current)
        facts = told.facts
        field, place = chosen("field", facts.fields), chosen("place", facts.municipalities)
        state = one_of("state", STATES)
        competence = picked(current, "competence", "competence")
        every = current.remembered(_every, told)
        column = None if competence else place  # of a cell the rest of the matrix is shown too
        is_filtered = field or state or column

        @cache
        def asked() -> Asked:
            return _asked(every, facts.fields[field] if field else None, state, column) if is_filtered else every

        @cache
        def sheet() -> Sheet:
            return _sheet(facts, asked(), place=column)

        @cache
        def seen() -> Spot | None:
            return _seen(current, facts, every, competence.iri, place) if competence and place else None

        return shown_page(
            current,
            "gaps.html",
            things=lambda: [
                *sheet().competences,
                *facts.municipalities,
                *facts.fields,
                *_things(seen(), sheet(), asked()),
            ],
            cells=lambda: asked().cells,
            sheet=sheet,
            totals=lambda: Counter(each.state for each in asked().cells.values()),
            fields=lambda: list(facts.fields),
            municipalities=lambda: facts.municipalities,
            field=lambda: field,
            place=lambda: place,
            state=lambda: state,
            words=lambda: STATES,
            spot=seen,
            standing=lambda: standings(current.store, _standing(found)) if (found := seen()) else {},
        )


def _every(_: Store, told: Spotted) -> Asked:
    return _ranked(
        {
            (each.competence, each.municipality): each
            for each in told.cells
            if each.actor_class == DEVELOPER and each.state in STATES
        }
    )


def _asked(every: Asked, wanted: frozenset[IRI] | None, state: str, place: IRI | None) -> Asked:
    return _ranked(
        {
            key: each
            for key, each in every.cells.items()
            if (wanted is None or each.competence in wanted)
            and (not state or each.state == state)
            and (place is None or each.municipality == place)
        }
    )


def _ranked(cells: Mapping[tuple[IRI, IRI], Cell]) -> Asked:
    lacking = Counter(competence for (competence, _), each in cells.items() if each.state is State.UNSERVED)
    needed: Counter[IRI] = Counter()
    for (competence, _), each in cells.items():
        needed[competence] += len(each.needs)
    return Asked(cells, tuple(sorted(needed, key=lambda each: (-lacking[each], -needed[each], each))))


def _sheet(facts: Facts, asked: Asked, *, place: IRI | None) -> Sheet:
    part = part_of(len(asked.competences), told_number(request.args.get("page", "")), length=ROWS)
    needed = Counter(municipality for _, municipality in asked.cells)
    most = {each for each, _ in needed.most_common(COLUMNS)}
    places = tuple(each for each in facts.municipalities if each in most or len(facts.municipalities) <= COLUMNS)
    return Sheet(
        asked.competences[part.span],
        (place,) if place else places,
        part,
        len(asked.competences),
        len(facts.municipalities),
    )


def _seen(current: Current, facts: Facts, every: Asked, competence: IRI, place: IRI) -> Spot:
    """The cell that is asked for, even if nothing is known of it."""
    cell = every.cells.get((competence, place))
    return spot(
        facts,
        current.remembered(_ledger, facts),
        network_of(current).graph,
        current.remembered(coordinates),
        competence=competence,
        municipality=place,
        needs=cell.needs if cell else (),
    )


def _things(seen: Spot | None, sheet: Sheet, asked: Asked) -> Iterable[IRI]:
    """What the page names besides competences, places and fields."""
    for competence in sheet.competences:
        for place in sheet.places:
            if (cell := asked.cells.get((competence, place))) and cell.state is not State.SERVED:
                yield from (*cell.needs, *cell.suppliers)
    if seen:
        yield seen.competence
        for need in seen.needs:
            yield from (need.need, need.actor) if need.actor else (need.need,)
        for near in (*seen.serving, *seen.elsewhere, *seen.bridges):
            yield from (near.actor, near.place) if near.place else (near.actor,)
        for tasks in seen.tasks.values():
            for task in tasks:
                yield from (task.iri, *task.goals)


def _standing(seen: Spot) -> Iterable[IRI]:
    """The records of the cell whose mark the page shows."""
    yield from (each.need for each in seen.needs)
    yield from (near.offer for near in (*seen.serving, *seen.elsewhere, *seen.bridges))
    yield from (task.iri for tasks in seen.tasks.values() for task in tasks)
    yield from seen.tasks


def _ledger(_: Store, facts: Facts) -> Ledger:
    return ledger(facts)
