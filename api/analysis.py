"""The analyses as documents: what the programming interface answers and the commands print.

A document holds the figures, the names of all things in them, and `about`: how each figure is defined.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass, replace
from enum import Enum
from inspect import getdoc
from typing import Any

from graph.analysis import network, scenario, specialisation, tasks, team, white_spots
from graph.analysis.facts import BRIDGE, Facts, main_fields
from graph.analysis.names import names
from graph.analysis.observations import observations
from graph.errors import UnknownTerm, WrongUse
from graph.model import Literal
from graph.store import Store
from ontology.terms import IRI, read_iri

Document = dict[str, Any]
GROUPS = ("place", "class", "field")
MOST_TIES, MOST_TEAMS, MOST_LOAD, MOST_RELATED = 50, 10, 100, 200
LARGEST_TEAM_TASK = 50  # required competences


def network_document(
    facts: Facts,
    *,
    kinds: Sequence[str] = ("project", "membership"),
    group: str = "place",
    one: IRI | None = None,
    other: IRI | None = None,
) -> Document:
    """Measures of every actor, brokerage of bridge builders over `group`, missing ties; an introduction if asked."""
    known_kinds(kinds)
    if group not in GROUPS:
        raise WrongUse(f"group is {group[:40]!r}. Allowed are {', '.join(GROUPS)}.")
    graph = network.cooperation(facts, kinds)
    bridges = [actor.iri for actor in facts.actors.values() if BRIDGE in actor.classes]
    roles = network.brokerage(graph, _groups(facts, group), bridges)
    told = {
        "actors": graph.number_of_nodes(),
        "ties": graph.number_of_edges(),
        "measures": network.measures(graph),
        "brokerage": [{"actor": actor, "roles": each} for actor, each in roles.items() if any(r.count for r in each)],
        "missing_ties": network.missing_ties(facts, graph, limit=MOST_TIES),
    }
    if one and other:
        for actor in (one, other):
            if actor not in facts.actors:
                raise UnknownTerm(f"{actor} is no actor of this snapshot.")
        told["introduction"] = network.introduction(facts, graph, one, other)
    return told | _about(network.measures, network.brokerage, network.missing_ties)


def gaps_document(facts: Facts, *, fields: Sequence[IRI] = (), before: Facts | None = None) -> Document:
    """The white spots, counted by state, field and goal, and every cell that is no offer without need.

    With the facts of an earlier snapshot, `before`, also the cells whose state has changed since.
    """
    for each in fields:
        if each not in facts.fields:
            raise UnknownTerm(f"{each} is no competence field of this snapshot. There are: {', '.join(facts.fields)}.")
    cells = white_spots.white_spots(facts, fields=fields)
    shown = [cell for cell in cells if cell.state is not white_spots.State.IDLE]
    told: Document = {
        "states": white_spots.states(cells),
        "fields": [{"field": each, "states": n} for each, n in white_spots.by_field(facts, cells).items()],
        "goals": [{"goal": each, "states": n} for each, n in white_spots.by_goal(facts, cells).items()],
        "cells": shown,
    }
    if before:
        changes = white_spots.changed(white_spots.white_spots(before, fields=fields), cells)
        told["changes"] = [_change(was, now) for was, now in changes]
    return told | _about(white_spots.white_spots)


def whatif_document(facts: Facts, told: scenario.Scenario) -> Document:
    """What a scenario changes: the white spots by state before and after, and every indicator that differs."""
    after = scenario.applied(told, facts)
    return {
        "name": told.name,
        "key": told.key,
        "states": {
            name: white_spots.states(white_spots.white_spots(each))
            for name, each in (("before", facts), ("after", after))
        },
        "differences": scenario.differences(observations(facts), observations(after)),
        "new_names": {each.iri: each.name for each in after.actors.values() if each.iri not in facts.actors},
    } | _about(scenario.differences)


def team_document(facts: Facts, required: Sequence[IRI], *, alternatives: int = 3) -> Document:
    """The best teams for the required competences."""
    if not required or len(required) > LARGEST_TEAM_TASK:
        raise WrongUse(f"{len(required)} competences are required. Name 1 to {LARGEST_TEAM_TASK}, or a need with some.")
    if not 1 <= alternatives <= MOST_TEAMS:
        raise WrongUse(f"alternatives is {alternatives}. Allowed are 1 to {MOST_TEAMS}.")
    return {"required": list(required), "teams": team.teams(facts, required, alternatives=alternatives)} | _about(team)


def assign_document(facts: Facts, *, load: int = tasks.LOAD) -> Document:
    """Who should lead which open task, and in which order they can go."""
    if not 1 <= load <= MOST_LOAD:
        raise WrongUse(f"load is {load}. Allowed are 1 to {MOST_LOAD}.")
    plan = tasks.assign(facts, load=load)
    return {
        "total": plan.total,
        "assignments": [{**_plain(each), "score": each.fit.score if each.fit else None} for each in plan.assignments],
        "left_to_coordinator": plan.coordinator,
        "only_coordinator": tasks.only_the_coordinator(facts),
        "order": tasks.order(facts.tasks),
        "goals": [{"goal": goal, "tasks": n, "led": led} for goal, (n, led) in tasks.coverage(facts).items()],
    } | _about(tasks.assign, tasks.order)


def profile_document(facts: Facts) -> Document:
    """The specialisation of the municipalities, and relatedness beside demand."""
    found = specialisation.profile(facts)
    demand = specialisation.demand_map(facts, found)
    return {
        "least_records": specialisation.LEAST,
        **_plain(replace(found, related=found.related[:MOST_RELATED])),
        "demand": [{"competence": each, "relatedness": near, "needs": n} for each, (near, n) in demand.items()],
        "demand_of_fields": [
            {"field": each, "relatedness": near, "needs": n}
            for each, (near, n) in specialisation.demand_of_fields(facts, found).items()
        ],
        "employment": facts.employment,
        "mind": [{"data_set": each, **_spoken(notes)} for each, notes in facts.notes.items()],
    } | _about(
        specialisation.advantage,
        specialisation.proximity,
        specialisation.association,
        specialisation.density,
        specialisation.complexity,
    )


def finished(document: Document, store: Store, language: str) -> Document:
    """The document as JSON takes it, with its snapshot and the names of all things in it."""
    plain = _plain(document)
    things = {each for each in _texts(plain) if isinstance(each, IRI)}
    found = names(store, sorted(things), language) | plain.pop("new_names", {})
    return {"snapshot": store.snapshot, **plain, "names": found}


def known_kinds(kinds: Sequence[str]) -> None:
    """Raise `WrongUse` at a kind of tie that there is not."""
    for kind in kinds:
        if kind not in network.KINDS:
            raise WrongUse(f"kind is {kind[:40]!r}. Allowed are {', '.join(network.KINDS)}.")


def required_by(facts: Facts, need: str, field: str, competences: Sequence[str]) -> list[IRI]:
    """The competences that a need, a field and a list come to; `UnknownTerm` if there is no such live need or field."""
    found = [iri_in(each) for each in competences]
    if field:
        if iri_in(field) not in facts.fields:
            raise UnknownTerm(f"{field[:200]} is no competence field. There are: {', '.join(facts.fields)}.")
        found += sorted(facts.fields[iri_in(field)])
    if need:
        demand = {each.need: each for each in facts.demand}.get(iri_in(need))
        if demand is None:
            raise UnknownTerm(f"{need[:200]} is no live need with required competences in this snapshot.")
        found += sorted(demand.competences)
    return list(dict.fromkeys(found))


def iri_in(text: str) -> IRI:
    """The IRI that a text gives in full or abbreviated; `WrongUse` if it gives none."""
    try:
        return read_iri(text)
    except KeyError as error:
        raise WrongUse(f"{text[:200]!r} is no IRI. {error.args[0]}") from error


def _spoken(texts: Sequence[Literal]) -> Document:
    return {text.language or "text": text.value for text in texts}


def _change(was: white_spots.Cell | None, now: white_spots.Cell | None) -> Document:
    cell = now or was
    return {
        "competence": cell and cell.competence,
        "municipality": cell and cell.municipality,
        "actor_class": cell and cell.actor_class,
        "before": (was.state if was else white_spots.State.UNKNOWN),
        "after": (now.state if now else white_spots.State.UNKNOWN),
    }


def _groups(facts: Facts, group: str) -> dict[Any, Any]:
    if group == "place":
        return {actor.iri: actor.place for actor in facts.actors.values() if actor.place}
    if group == "field":
        return main_fields(facts)
    return {actor.iri: tuple(sorted(actor.classes)) for actor in facts.actors.values() if actor.classes}


def _about(*defined: Any) -> Document:
    """How the figures are defined, as their functions say."""
    return {"about": {each.__name__.rpartition(".")[2]: getdoc(each) for each in defined}}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: _plain(each) for name, each in asdict(value).items()}
    if isinstance(value, Mapping):
        return {_plain(name): _plain(each) for name, each in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return round(value, 6) if isinstance(value, float) else value


def _texts(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    else:
        yield value
