"""Where things stand in a drawing: municipalities as tiles that keep their neighbourhood, actors by their ties."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil, floor, log2, sqrt

import networkx as nx
import numpy as np
from scipy.optimize import linear_sum_assignment

from graph.model import Literal
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part

Point = tuple[float, float]
BY_PATHS = 40  # actors of a part up to which distances follow the paths between them
SEED = 20261101


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis for ratios: each doubling is as long as any other; from and to are powers of two."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """Where a value stands, 0 being the lower end and 1 the upper; what lies beyond stands at the end.

        >>> Axis(0.25, 4.0).at(1.0), Axis(0.25, 4.0).at(0.0)
        (0.5, 0.0)
        """
        held = min(max(value, self.low), self.high)
        return log2(held / self.low) / log2(self.high / self.low)

    @property
    def ticks(self) -> tuple[float, ...]:
        """The powers of two that the axis reaches over."""
        return tuple(2.0**power for power in range(round(log2(self.low)), round(log2(self.high)) + 1))


LEAST_RATIO = 1 / 16  # a ratio below is drawn there: towards 0 an axis of doublings has no end


def axis(ratios: Iterable[float]) -> Axis:
    """The axis on which all ratios have a place, and also 1.

    >>> axis([0.3, 5.0])
    Axis(low=0.25, high=8.0)
    """
    told = [1.0, *(max(each, LEAST_RATIO) for each in ratios)]
    return Axis(2.0 ** min(-1, floor(log2(min(told)))), 2.0 ** max(1, ceil(log2(max(told)))))


def coordinates(store: Store) -> dict[IRI, Point]:
    """Latitude and longitude of every place that has them, in degrees."""
    rows = store.select(part("analysis-coordinates")).rows
    return {
        place: (float(north.value), float(east.value))
        for place, north, east in rows
        if isinstance(place, IRI) and isinstance(north, Literal) and isinstance(east, Literal)
    }


def tiles(places: Mapping[IRI, Point]) -> dict[IRI, tuple[int, int]]:
    """A column and a row for each place, west and north first, so that the sum of squared shifts is the least.

    The grid has a third more tiles than places; the assignment is that of Eppstein et al. 2015, solved exactly.

    >>> tiles({IRI("urn:south"): (51.5, 7.0), IRI("urn:north"): (51.8, 7.0)})
    {'urn:south': (0, 1), 'urn:north': (0, 0)}
    """
    if not places:
        return {}
    points = np.array([(east, -north) for north, east in places.values()])
    spread = np.ptp(points, axis=0)
    columns = max(1, round(sqrt(1.35 * len(places) * max(spread[0], 1e-9) * 0.62 / max(spread[1], 1e-9))))
    columns = min(columns, len(places)) if spread[0] > 1e-9 else 1
    rows = ceil(1.35 * len(places) / columns) if columns > 1 else len(places)
    grid = [(column, row) for row in range(rows) for column in range(columns)]
    scaled = (points - points.min(axis=0)) / np.maximum(spread, 1e-9) * (max(columns - 1, 0), max(rows - 1, 0))
    shifts = ((scaled[:, None, :] - np.array(grid)[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(shifts)
    return {place: grid[tile] for place, tile in zip(places, chosen, strict=True)}


def positions(graph: "nx.Graph[IRI]") -> dict[IRI, Point]:
    """A point in the unit square for each actor; what is tied stands together, parts without a tie side by side.

    Within a part distances follow the paths between actors (Kamada and Kawai 1989); in a large one, where that takes
    long, ties pull and actors push (Fruchterman and Reingold 1991).
    """
    found: dict[IRI, Point] = {}
    tied = sorted((sorted(nodes) for nodes in nx.connected_components(graph)), key=lambda nodes: (-len(nodes), nodes))
    widths = np.array([len(nodes) ** 0.8 for nodes in tied])
    left = 0.0
    for nodes, width in zip(tied, widths / widths.sum() if tied else (), strict=True):
        part: nx.Graph[IRI] = nx.Graph()
        part.add_nodes_from(nodes)  # in an order that does not vary, since the places depend on it
        part.add_edges_from(graph.subgraph(nodes).edges)
        if len(nodes) <= BY_PATHS:
            placed = nx.kamada_kawai_layout(part, weight=None)
        else:
            placed = nx.spring_layout(part, seed=SEED, weight=None)
        points = np.array([placed[node] for node in nodes])
        spread = np.maximum(np.ptp(points, axis=0), 1e-9)
        inner = (points - points.min(axis=0)) / spread if len(nodes) > 1 else np.array([[0.5, 0.5]])
        height = min(1.0, 0.35 + len(nodes) / 20)
        for node, (x, y) in zip(nodes, inner, strict=True):
            found[node] = (float(left + width * (0.12 + 0.76 * x)), float(0.5 + height * (y - 0.5)))
        left += width
    return found
