"""The target system at work: what blocks what, the critical path, and who should do what."""

from collections.abc import Mapping
from dataclasses import dataclass

import networkx as nx
import numpy as np
from scipy.optimize import linear_sum_assignment

from graph.analysis.facts import BRIDGE, Actor, Facts, Task
from graph.analysis.team import covered
from ontology.terms import IRI, expand

DONE = expand("voc:status/done")
LOAD = 3  # tasks that one actor leads at most, unless told otherwise
CLASS_POINTS, FIELD_POINTS, BODY_POINTS = 0.5, 0.3, 0.2  # what makes an actor fit for a task, of 1 in all


@dataclass(frozen=True, slots=True)
class Order:
    """What the dependencies of open tasks come to: `levels` can go side by side, each after those before it.

    `critical` is the longest chain; `blocking` tells how many tasks wait for each, directly or not, the most first;
    `circular` are tasks that wait for themselves, which have no level.
    """

    levels: tuple[tuple[IRI, ...], ...]
    critical: tuple[IRI, ...]
    blocking: tuple[tuple[IRI, int], ...]
    circular: tuple[IRI, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """How well an actor suits a task in [0, 1], as the sum of its parts; the class is a condition and no part of less.

    class: it is of a responsible class; field: share of the competences of the task's fields that it covers;
    body: it is named as responsible already.
    """

    of_class: float
    of_field: float
    of_body: float

    @property
    def score(self) -> float:
        return self.of_class + self.of_field + self.of_body


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who should lead a task, how well that fits, and who is next best; nobody if no actor of its classes is free.

    What would change it: `better` would fit better but leads enough already, so a higher load gives it the task; with
    the competences that are `lacking` the actor would cover all that the fields of the task comprise.
    """

    task: IRI
    actor: IRI | None
    fit: Fit | None
    next_best: IRI | None
    better: IRI | None = None
    lacking: tuple[IRI, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The assignment of all open tasks with the greatest sum of scores, and what is left for the coordinator.

    `coordinator` are the tasks that nobody can take: the coordinating institution must do them itself or find somebody.
    """

    assignments: tuple[Assignment, ...]
    total: float
    coordinator: tuple[IRI, ...]


def order(tasks: tuple[Task, ...]) -> Order:
    """The order of the tasks that are not done."""
    graph = _graph(tasks)
    circular = {node for part in nx.strongly_connected_components(graph) if len(part) > 1 for node in part}
    circular |= set(nx.nodes_with_selfloops(graph))
    waiting = {node: len(nx.descendants(graph, node)) for node in graph}
    blocking = sorted(waiting.items(), key=lambda each: (-each[1], each[0]))
    graph.remove_nodes_from(circular)
    return Order(
        levels=tuple(tuple(sorted(level)) for level in nx.topological_generations(graph)),
        critical=tuple(nx.dag_longest_path(graph)) if graph.number_of_edges() else (),
        blocking=tuple((node, count) for node, count in blocking if count),
        circular=tuple(sorted(circular)),
    )


def coverage(facts: Facts) -> dict[IRI, tuple[int, int]]:
    """Of each goal, how many tasks contribute to it and how many of those have somebody responsible."""
    found: dict[IRI, tuple[int, int]] = {}
    for task in facts.tasks:
        for goal in task.goals:
            tasks, led = found.get(goal, (0, 0))
            found[goal] = (tasks + 1, led + bool(task.bodies))
    return dict(sorted(found.items()))


def assign(facts: Facts, *, load: int = LOAD) -> Plan:
    """The best assignment of open tasks to actors, each leading at most `load`.

    It is the optimum of a transportation problem: the scores of all pairs whose class fits, each actor taken `load`
    times, solved as a linear sum assignment (Crouse 2016, by way of scipy).
    """
    tasks = [task for task in facts.tasks if task.status != DONE]
    actors = [actor for actor in facts.actors.values() if actor.classes]
    if not tasks or not actors or load < 1:
        return Plan(tuple(Assignment(task.iri, None, None, None) for task in tasks), 0.0, tuple(t.iri for t in tasks))
    shown = covered(facts)
    scores = np.zeros((len(tasks), len(actors)))
    fits: dict[tuple[int, int], Fit] = {}
    asked = [competences_of(task, facts) for task in tasks]
    for row, (task, wanted) in enumerate(zip(tasks, asked, strict=True)):
        for column, actor in enumerate(actors):
            if actor.classes & task.classes:
                fit = fit_of(task, actor.iri, wanted, shown)
                fits[row, column] = fit
                scores[row, column] = fit.score
    rows, columns = linear_sum_assignment(np.tile(scores, load), maximize=True)
    pairs = ((row, column % len(actors)) for row, column in zip(rows, columns, strict=True))
    chosen = {row: column for row, column in pairs if scores[row, column]}
    assignments = tuple(
        _assignment(task, chosen.get(row), scores[row], actors, fits.get((row, chosen.get(row, -1))), asked[row], shown)
        for row, task in enumerate(tasks)
    )
    total = sum(each.fit.score for each in assignments if each.fit)
    return Plan(assignments, round(total, 6), tuple(each.task for each in assignments if each.actor is None))


def competences_of(task: Task, facts: Facts) -> frozenset[IRI]:
    """What the fields of a task comprise; nothing if it is in none."""
    return frozenset[IRI]().union(*(facts.fields.get(field, ()) for field in task.fields))


def fit_of(task: Task, actor: IRI, wanted: frozenset[IRI], shown: Mapping[IRI, frozenset[IRI]]) -> Fit:
    """How well an actor of a responsible class suits a task, of whose `wanted` competences it covers those `shown`."""
    share = len(wanted & shown.get(actor, frozenset())) / len(wanted) if wanted else 0.0
    return Fit(CLASS_POINTS, FIELD_POINTS * share, BODY_POINTS if actor in task.bodies else 0.0)


def only_the_coordinator(facts: Facts) -> tuple[IRI, ...]:
    """The open tasks for bridge builders alone that nobody answers for: nobody else can do them."""
    return tuple(t.iri for t in facts.tasks if t.status != DONE and t.classes == {BRIDGE} and not t.bodies)


def _graph(tasks: tuple[Task, ...]) -> "nx.DiGraph[IRI]":
    """The tasks that are not done, each with an arrow to those that wait for it."""
    graph: nx.DiGraph[IRI] = nx.DiGraph()
    open_tasks = {task.iri for task in tasks if task.status != DONE}
    for task in tasks:
        if task.iri in open_tasks:
            graph.add_node(task.iri)
            graph.add_edges_from((awaited, task.iri) for awaited in sorted(task.awaited & open_tasks))
    return graph


def _assignment(
    task: Task,
    chosen: int | None,
    scores: np.ndarray,
    actors: list[Actor],
    fit: Fit | None,
    wanted: frozenset[IRI],
    shown: Mapping[IRI, frozenset[IRI]],
) -> Assignment:
    """What the optimum says of one task, with what would change it."""
    next_best = _best(scores, chosen, actors)
    if chosen is None:
        return Assignment(task.iri, None, None, next_best)
    actor = actors[chosen].iri
    better = actors[int(scores.argmax())].iri if scores.max() > scores[chosen] else None
    return Assignment(task.iri, actor, fit, next_best, better, tuple(sorted(wanted - shown.get(actor, frozenset()))))


def _best(scores: np.ndarray, besides: int | None, actors: list[Actor]) -> IRI | None:
    left = scores.copy()
    if besides is not None:
        left[besides] = 0
    best = int(left.argmax())
    return actors[best].iri if left[best] > 0 else None
