"""The tasks as a board and as a plan; both show the same tasks, narrowed in the same way."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Response, request

from api.current import Current, Edition
from api.pages.shown import chosen, shown_page
from graph.analysis.board import COLUMNS, Card, cards, lanes, narrowed
from graph.analysis.facts import Facts, read_facts
from graph.analysis.gantt import gantt
from graph.analysis.names import standings
from graph.analysis.proposals import Proposal, proposals
from graph.analysis.schedule import HORIZONS, Schedule, schedule
from graph.analysis.tasks import DONE, LOAD, Assignment, Order, assign, coverage, only_the_coordinator, order
from graph.describe import Named
from graph.errors import WrongUse
from graph.listing import members
from graph.store import Store
from ontology.terms import IRI, expand

VIEWS = {"board": "board.as_board", "table": "board.as_table"}
FILTERS = {"action": "board.field", "goal": "board.goal", "status": "board.status", "horizon": "board.horizon"}


@dataclass(frozen=True, slots=True)
class Tasks:
    """What a snapshot tells of its tasks; `offered` is what narrows them, by parameter, `named` what they share."""

    facts: Facts
    cards: Mapping[IRI, Card]
    order: Order
    times: Schedule
    assigned: Mapping[IRI, Assignment]
    proposals: Mapping[IRI, Proposal]
    offered: Mapping[str, tuple[Named, ...]]
    named: Mapping[IRI, Named]
    standing: Mapping[IRI, IRI]


def board(current: Current) -> Response:
    """Action fields by actor classes."""
    view = request.args.get("view", "board")
    if view not in VIEWS:
        raise WrongUse(f"view={view[:40]!r} is not known here. Choose one of: {', '.join(VIEWS)}.")
    tasks = known_tasks(current)
    found = _found(tasks)
    return shown_page(
        current,
        "board.html",
        tasks=lambda: tasks,
        found=lambda: found,
        filters=lambda: FILTERS,
        lanes=lambda: lanes(found),
        columns=lambda: COLUMNS,
        totals=lambda: Counter(card.column for card in found),
        view=lambda: view,
        views=lambda: VIEWS,
    )


def plan(current: Current) -> Response:
    """Horizons and dependencies, and who should do what."""
    tasks = known_tasks(current)
    found = _found(tasks)
    return shown_page(
        current,
        "plan.html",
        tasks=lambda: tasks,
        found=lambda: found,
        filters=lambda: FILTERS,
        shown=lambda: {card.task.iri for card in found},
        done=lambda: sum(card.task.status == DONE for card in tasks.cards.values()),
        gantt=lambda: gantt(lanes(found), tasks.times, tasks.order),
        waiting=lambda: dict(tasks.order.blocking),
        load=lambda: LOAD,
        coordinator=lambda: only_the_coordinator(tasks.facts),
        goals=lambda: coverage(tasks.facts),
    )


def known_tasks(current: Current | Edition) -> Tasks:
    """What the snapshot tells of its tasks, worked out once."""
    return current.remembered(_tasks, current.remembered(read_facts))


def _found(tasks: Tasks) -> tuple[Card, ...]:
    """The cards that the request asks for."""
    asked = {name: chosen(name, (thing.iri for thing in tasks.offered[name])) for name in FILTERS}
    return narrowed(
        tasks.cards.values(),
        action_field=asked["action"],
        goal=asked["goal"],
        status=asked["status"],
        horizon=asked["horizon"],
    )


def _tasks(store: Store, facts: Facts) -> Tasks:
    every = cards(store, facts)
    plan = assign(facts)
    horizons = {each.iri: each for each in members(store, expand("voc:horizon"))}
    offered = {
        "action": _once(card.action_field for card in every if card.action_field),
        "goal": _once(sorted((goal for card in every for goal in card.goals), key=lambda goal: goal.iri)),
        "status": _once(card.status for card in every if card.status),
        "horizon": tuple(horizons[each] for each in HORIZONS if each in horizons),
    }
    return Tasks(
        facts=facts,
        cards={card.task.iri: card for card in every},
        order=order(facts.tasks),
        times=schedule(facts.tasks, {card.task.iri: card.horizon.iri for card in every if card.horizon}),
        assigned={each.task: each for each in plan.assignments},
        proposals=proposals(facts, plan),
        offered=offered,
        named={
            each.iri: each
            for each in (*members(store, expand("voc:actor-class")), *offered["goal"], *offered["horizon"])
        },
        standing=standings(store, (*(card.task.iri for card in every), *(goal.iri for goal in offered["goal"]))),
    )


def _once(things: Iterable[Named]) -> tuple[Named, ...]:
    return tuple({thing.iri: thing for thing in things}.values())
