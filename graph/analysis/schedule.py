"""When tasks can run: their horizons one after the other, and within each a slot after whatever they wait for.

A slot is a step and no span of time: the sources tell the horizon of a task and what it waits for, but no dates.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from graph.analysis.facts import Task
from ontology.terms import IRI, expand

HORIZONS = tuple(expand(f"voc:horizon/{name}") for name in ("short", "medium", "long", "continuous"))
SHORT, MEDIUM, LONG, CONTINUOUS = HORIZONS


@dataclass(frozen=True, slots=True)
class Stretch:
    """The slots of one horizon, from 0; both ends belong to it."""

    horizon: IRI
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The slots in which a task can run: not before `first`, and not after `last` without holding up another."""

    task: IRI
    first: int
    last: int
    is_endless: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """The time axis and the bars on it; tasks without a horizon are `undated` and have none.

    `early` are the pairs of a task and one it waits for that is due no sooner: their horizons contradict each other.
    """

    stretches: tuple[Stretch, ...]
    bars: Mapping[IRI, Bar]
    undated: tuple[IRI, ...]
    early: tuple[tuple[IRI, IRI], ...]

    @property
    def slots(self) -> int:
        return self.stretches[-1].last + 1


def schedule(tasks: tuple[Task, ...], horizons: Mapping[IRI, IRI]) -> Schedule:
    """The slots of `tasks`, whose horizons are told by `horizons`; a continuous task runs to the end of the axis."""
    awaited = {task.iri: sorted(task.awaited & horizons.keys()) for task in tasks if task.iri in horizons}
    order = _in_order(awaited)
    first: dict[IRI, int] = {}
    stretches: list[Stretch] = []
    for horizon in (SHORT, MEDIUM, LONG):
        start = stretches[-1].last + 1 if stretches else 0
        for task in order:
            if horizons[task] == horizon:
                first[task] = _after(start, awaited[task], first)
            elif horizons[task] == CONTINUOUS and first.keys() >= set(awaited[task]):
                first.setdefault(task, _after(0, awaited[task], first))
        ends = (slot for task, slot in first.items() if horizons[task] == horizon)
        stretches.append(Stretch(horizon, start, max(ends, default=start)))
    for task in order:
        first.setdefault(task, _after(0, awaited[task], first))
    end = max([stretches[-1].last, *first.values()])
    stretches[-1] = Stretch(LONG, stretches[-1].first, end)
    last = _lasts(awaited, first, {each.horizon: each.last for each in stretches}, horizons)
    return Schedule(
        tuple(stretches),
        {task: Bar(task, first[task], last.get(task, end), task not in last) for task in awaited},
        tuple(task.iri for task in tasks if task.iri not in horizons),
        tuple((task, each) for task in awaited for each in awaited[task] if first[each] >= first[task]),
    )


def _in_order(awaited: Mapping[IRI, list[IRI]]) -> list[IRI]:
    """Each task after those it waits for; tasks that wait for each other stand side by side."""
    graph: nx.DiGraph[IRI] = nx.DiGraph()
    graph.add_nodes_from(awaited)
    graph.add_edges_from((each, task) for task, earlier in awaited.items() for each in earlier)
    knots = nx.condensation(graph)
    return [task for knot in nx.topological_sort(knots) for task in sorted(knots.nodes[knot]["members"])]


def _after(start: int, awaited: Iterable[IRI], first: Mapping[IRI, int]) -> int:
    return max([start, *(first[each] + 1 for each in awaited if each in first)])


def _lasts(
    awaited: Mapping[IRI, list[IRI]], first: Mapping[IRI, int], ends: Mapping[IRI, int], horizons: Mapping[IRI, IRI]
) -> dict[IRI, int]:
    """The last slot of each task that ends: that of its horizon, unless one that waits for it begins before."""
    last = {task: ends[horizons[task]] for task in awaited if horizons[task] in ends}
    for task, earlier in awaited.items():
        for each in earlier:
            if each in last and first[task] > first[each]:
                last[each] = min(last[each], first[task] - 1)
    return last
