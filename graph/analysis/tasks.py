"""The target system at work: what blocks what, the critical path, and who should do what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from graph.analysis.facts import BRIDGE, Actor, Facts, Task
from graph.analysis.team import covered
from graph.matching.arrays import Integers
from ontology.terms import IRI, expand

DONE = expand("voc:status/done")
LOAD = 3  # tasks that one actor leads at most, unless told otherwise
Scores = NDArray[np.float64]
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
class Suitability:
    """How well each actor suits each open task: a row of `scores` for all tasks that ask the same, a column an actor.

    `rows` are those of the tasks. Actors are in the order of their IRIs; one of no responsible class scores 0.
    """

    tasks: tuple[Task, ...]
    actors: tuple[Actor, ...]
    rows: tuple[int, ...]
    scores: Scores

    @property
    def ranked(self) -> Integers:
        """The columns of each row, the best first; of equals the first by IRI."""
        return np.argsort(-self.scores, axis=1, kind="stable")


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
    known = suitability(facts)
    if not known.scores.size or load < 1:
        tasks = tuple(task.iri for task in known.tasks)
        return Plan(tuple(Assignment(task, None, None, None) for task in tasks), 0.0, tasks)
    best = np.unique(known.ranked[:, : ceil(len(known.tasks) / load)])  # of whom one is free, whoever leads the others
    scores = np.tile(known.scores[list(known.rows)][:, best], load)
    pairs = zip(*linear_sum_assignment(scores, maximize=True), strict=True)
    chosen = {int(row): int(best[column % len(best)]) for row, column in pairs if scores[row, column]}
    shown = covered(facts)
    assignments = tuple(
        _assignment(task, chosen.get(number), known.scores[row], known.actors, competences_of(task, facts), shown)
        for number, (task, row) in enumerate(zip(known.tasks, known.rows, strict=True))
    )
    total = sum(each.fit.score for each in assignments if each.fit)
    return Plan(assignments, round(total, 6), tuple(each.task for each in assignments if each.actor is None))


def suitability(facts: Facts) -> Suitability:
    """How well everybody suits every open task."""
    tasks = tuple(task for task in facts.tasks if task.status != DONE)
    actors, shown = tuple(facts.actors.values()), covered(facts)
    asked = [(task.classes, competences_of(task, facts), task.bodies) for task in tasks]
    rows = {each: row for row, each in enumerate(dict.fromkeys(asked))}
    scores = np.zeros((len(rows), len(actors)))
    for (classes, wanted, bodies), row in rows.items():
        for column, actor in enumerate(actors):
            if actor.classes & classes:
                scores[row, column] = fit_of(actor.iri, wanted, bodies, shown).score
    return Suitability(tasks, actors, tuple(rows[each] for each in asked), scores)


def competences_of(task: Task, facts: Facts) -> frozenset[IRI]:
    """What the fields of a task comprise; nothing if it is in none."""
    return frozenset[IRI]().union(*(facts.fields.get(field, ()) for field in task.fields))


def fit_of(actor: IRI, wanted: frozenset[IRI], bodies: frozenset[IRI], shown: Mapping[IRI, frozenset[IRI]]) -> Fit:
    """How well an actor of a responsible class suits a task with responsible `bodies` that asks for what is `wanted`.

    `shown` are the competences that each actor covers.
    """
    share = len(wanted & shown.get(actor, frozenset())) / len(wanted) if wanted else 0.0
    return Fit(CLASS_POINTS, FIELD_POINTS * share, BODY_POINTS if actor in bodies else 0.0)


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
    scores: Scores,
    actors: Sequence[Actor],
    wanted: frozenset[IRI],
    shown: Mapping[IRI, frozenset[IRI]],
) -> Assignment:
    """What the optimum says of one task, with what would change it."""
    next_best = _best(scores, chosen, actors)
    if chosen is None:
        return Assignment(task.iri, None, None, next_best)
    actor = actors[chosen].iri
    better = actors[int(scores.argmax())].iri if scores.max() > scores[chosen] else None
    lacking = tuple(sorted(wanted - shown.get(actor, frozenset())))
    return Assignment(task.iri, actor, fit_of(actor, wanted, task.bodies, shown), next_best, better, lacking)


def _best(scores: Scores, besides: int | None, actors: Sequence[Actor]) -> IRI | None:
    left = scores.copy()
    if besides is not None:
        left[besides] = 0
    best = int(left.argmax())
    return actors[best].iri if left[best] > 0 else None
