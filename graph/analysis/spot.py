"""One cell of the white spots seen closely: who needs it, who is near that can do it, and which tasks concern it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

import networkx as nx

from graph.analysis.drawing import Point
from graph.analysis.facts import BRIDGE, DEVELOPER, Demand, Facts, Supply, Task
from graph.analysis.network import Introduction, introduction
from graph.analysis.tasks import DONE
from graph.matching.places import great_circle_km
from ontology.terms import IRI

MOST_NEAR = 10  # suppliers and bridge builders


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody who can do something: where it sits, how far that is if both points are known, and by which offer."""

    actor: IRI
    place: IRI | None
    distance_km: float | None
    offer: IRI


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """The chain of bridge builders from one who needs to one who can do it."""

    user: IRI
    supplier: IRI
    introduction: Introduction


@dataclass(frozen=True, slots=True)
class Spot:
    """A competence in a municipality.

    `serving` are those who offer it there, `elsewhere` those who offer it, but not there, the nearest first; `bridges`
    are the bridge builders who broker it, the nearest first. `tasks` are those that are not done, of each competence
    field that comprises the competence: what the model knows of a task and a competence is only that both belong to
    the same field.
    """

    competence: IRI
    municipality: IRI
    needs: tuple[Demand, ...]
    serving: tuple[Near, ...]
    elsewhere: tuple[Near, ...]
    bridges: tuple[Near, ...]
    acquaintances: tuple[Acquaintance, ...]
    tasks: Mapping[IRI, tuple[Task, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Ledger:
    """Needs, offers and tasks by what they are about, so that a spot is seen without a look at all of them."""

    demand: Mapping[IRI, Demand]  # by need
    supply: Mapping[IRI, tuple[Supply, ...]]  # by competence
    tasks: Mapping[IRI, tuple[Task, ...]]  # by field, those that are not done


def ledger(facts: Facts) -> Ledger:
    """The ledger of a snapshot."""
    supply: defaultdict[IRI, list[Supply]] = defaultdict(list)
    for offer in facts.supply:
        for competence in offer.competences:
            supply[competence].append(offer)
    tasks: defaultdict[IRI, list[Task]] = defaultdict(list)
    for task in facts.tasks:
        for field in task.fields if task.status != DONE else ():
            tasks[field].append(task)
    return Ledger(
        {each.need: each for each in facts.demand},
        {competence: tuple(offers) for competence, offers in supply.items()},
        {field: tuple(of) for field, of in tasks.items()},
    )


def spot(
    facts: Facts,
    known: Ledger,
    graph: "nx.Graph[IRI]",
    points: Mapping[IRI, Point],
    *,
    competence: IRI,
    municipality: IRI,
    needs: Iterable[IRI],
) -> Spot:
    """The cell of a competence and a municipality with its needs; `graph` says who could introduce whom."""
    around = facts.within[municipality]
    here: list[Near] = []
    elsewhere: list[Near] = []
    bridges: list[Near] = []
    for offer in known.supply.get(competence, ()):
        near = _near(facts, points, municipality, offer)
        if offer.actor_class == BRIDGE:
            bridges.append(near)
        elif offer.actor_class == DEVELOPER:
            (here if offer.areas & around else elsewhere).append(near)
    asked = tuple(known.demand[need] for need in needs)
    nearest = _nearest(here) or _nearest(elsewhere)
    return Spot(
        competence,
        municipality,
        asked,
        _nearest(here),
        _nearest(elsewhere),
        _nearest(bridges),
        _acquaintances(facts, graph, asked, nearest),
        {field: known.tasks.get(field, ()) for field in _fields(facts, competence, asked)},
    )


def _fields(facts: Facts, competence: IRI, needs: Iterable[Demand]) -> list[IRI]:
    """The fields that comprise the competence, first those that the needs lie in."""
    named = frozenset[IRI]().union(*(each.fields for each in needs))
    found = [field for field, comprised in facts.fields.items() if competence in comprised]
    return sorted(found, key=lambda each: each not in named)


def _near(facts: Facts, points: Mapping[IRI, Point], place: IRI, offer: Supply) -> Near:
    seat = facts.actors[offer.actor].place if offer.actor in facts.actors else None
    is_known = seat in points and place in points
    distance_km = great_circle_km(points[place], points[seat]) if seat and is_known else None
    return Near(offer.actor, seat, distance_km, offer.offer)


def _nearest(found: list[Near]) -> tuple[Near, ...]:
    """Each actor once, the nearest first; how far nobody knows comes last."""
    ranked = sorted(found, key=lambda each: (each.distance_km is None, each.distance_km or 0, each.actor, each.offer))
    return tuple({each.actor: each for each in reversed(ranked)}.values())[::-1][:MOST_NEAR]


def _acquaintances(
    facts: Facts, graph: "nx.Graph[IRI]", needs: Iterable[Demand], suppliers: Iterable[Near]
) -> tuple[Acquaintance, ...]:
    """Chains from those who need to those who can do it, at most `MOST_NEAR`."""
    users = list(dict.fromkeys(each.actor for each in needs if each.actor))[:MOST_NEAR]
    pairs = ((user, each.actor) for each in suppliers for user in users if each.actor != user)
    found = ((user, supplier, introduction(facts, graph, user, supplier)) for user, supplier in pairs)
    known = (Acquaintance(user, supplier, chain) for user, supplier, chain in found if chain)
    return tuple(islice(known, MOST_NEAR))
