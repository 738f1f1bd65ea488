"""Where need and offer meet or miss: competence by municipality by class of supplier."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from graph.analysis.facts import BRIDGE, DEVELOPER, Demand, Facts
from ontology.terms import IRI


class State(StrEnum):
    """What is known of a cell."""

    UNSERVED = "unserved-need"
    IDLE = "idle-offer"
    SINGLE = "single-supplier"
    SERVED = "served"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cell:
    """A competence in a municipality, as far as suppliers of one class are concerned."""

    competence: IRI
    municipality: IRI
    actor_class: IRI
    state: State
    needs: tuple[IRI, ...]
    suppliers: frozenset[IRI]


def white_spots(facts: Facts, *, fields: Iterable[IRI] = (), with_unknown: bool = False) -> tuple[Cell, ...]:
    """Every cell of which something is known, and with `with_unknown` also the others; of some `fields` if given.

    A need counts where it is located, or where its actor sits if it names no municipality. An offer counts in every
    municipality that it serves, or that lies in an area that it serves. Nothing known of either is no white spot but
    too little evidence.
    """
    inside = {place: facts.within[place] for place in facts.municipalities}
    needs: defaultdict[tuple[IRI, IRI], set[IRI]] = defaultdict(set)
    for demand in facts.demand:
        for place in (demand.places or _seat(facts, demand)) & inside.keys():
            for competence in demand.competences:
                needs[competence, place].add(demand.need)
    offered: defaultdict[tuple[IRI, IRI, frozenset[IRI]], set[IRI]] = defaultdict(set)
    for offer in facts.supply:
        for competence in offer.competences:
            offered[competence, offer.actor_class, offer.areas].add(offer.actor)
    suppliers: defaultdict[tuple[IRI, IRI, IRI], list[set[IRI]]] = defaultdict(list)
    for (competence, actor_class, areas), actors in offered.items():
        for place, around in inside.items():
            if around & areas:
                suppliers[competence, place, actor_class].append(actors)
    wanted = {each for field in fields for each in facts.fields.get(field, ())} if fields else None
    competences = {each for each, _ in needs} | {each for each, _, _ in suppliers}
    if wanted is not None:
        competences = wanted if with_unknown else competences & wanted
    return tuple(
        cell
        for competence in sorted(competences)
        for place in inside
        for actor_class in (DEVELOPER, BRIDGE)
        for cell in [_cell(competence, place, actor_class, needs[competence, place], suppliers)]
        if with_unknown or cell.state is not State.UNKNOWN
    )


def states(cells: Iterable[Cell]) -> Counter[State]:
    """How many cells are in each state."""
    return Counter(cell.state for cell in cells)


def by_field(facts: Facts, cells: Iterable[Cell]) -> dict[IRI, Counter[State]]:
    """How many cells are in each state within each field."""
    told = list(cells)
    return {field: states(cell for cell in told if cell.competence in of) for field, of in facts.fields.items()}


def by_goal(facts: Facts, cells: Iterable[Cell]) -> dict[IRI, Counter[State]]:
    """How many cells are in each state within the fields of the tasks that contribute to each goal."""
    fields: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for task in facts.tasks:
        for goal in task.goals:
            fields[goal] |= task.fields
    told = list(cells)
    competences = {
        goal: {each for one in every for each in facts.fields.get(one, ())} for goal, every in fields.items()
    }
    return {goal: states(cell for cell in told if cell.competence in of) for goal, of in sorted(competences.items())}


def changed(before: Iterable[Cell], after: Iterable[Cell]) -> tuple[tuple[Cell | None, Cell | None], ...]:
    """The cells whose state differs between two snapshots, each as it was and as it is; None where it was unknown."""
    old, new = ({_place(each): each for each in cells} for cells in (before, after))
    keys = sorted(old.keys() | new.keys())
    pairs = ((old.get(key), new.get(key)) for key in keys)
    return tuple((was, now) for was, now in pairs if (was and was.state) != (now and now.state))


def _seat(facts: Facts, demand: Demand) -> frozenset[IRI]:
    """Where the actor of a need sits, if that is known."""
    actor = facts.actors.get(demand.actor) if demand.actor else None
    return frozenset({actor.place}) if actor and actor.place else frozenset()


def _place(cell: Cell) -> tuple[IRI, IRI, IRI]:
    return cell.competence, cell.municipality, cell.actor_class


def _cell(
    competence: IRI,
    place: IRI,
    actor_class: IRI,
    needs: set[IRI],
    suppliers: Mapping[tuple[IRI, IRI, IRI], list[set[IRI]]],
) -> Cell:
    found = frozenset().union(*suppliers.get((competence, place, actor_class), ()))
    # only a solution serves a need; a bridge builder leads to one
    asked = needs if actor_class == DEVELOPER else set()
    return Cell(competence, place, actor_class, _state(len(asked), len(found)), tuple(sorted(asked)), found)


def _state(needs: int, suppliers: int) -> State:
    if not needs:
        return State.IDLE if suppliers else State.UNKNOWN
    return (State.UNSERVED, State.SINGLE)[suppliers] if suppliers < 2 else State.SERVED
