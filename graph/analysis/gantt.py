"""The plan as a drawing: a row for each task, its bar on the axis of horizons, and lines from what it waits for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from graph.analysis.board import Card, Lane
from graph.analysis.schedule import Schedule
from graph.analysis.tasks import DONE, Order
from graph.describe import Named
from ontology.terms import IRI

WIDTH, LABEL, ROW, HEAD, GAP = 1126, 384, 26, 48, 9  # pixels: all, names, a row, the head, before and after a bar
LEAST_SLOT = 98  # pixels; where there are many slots, the drawing is wider than `WIDTH`


@dataclass(frozen=True, slots=True)
class Row:
    """One task at height `y`; `step` is its place in the longest chain, 0 if it is no part of it."""

    card: Card
    y: int
    x: int
    width: int
    has_horizon: bool
    is_endless: bool
    is_done: bool
    step: int


@dataclass(frozen=True, slots=True)
class Line:
    """The way from a task to one that waits for it, as an SVG path."""

    path: str
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Band:
    """One horizon as a column of the drawing."""

    horizon: IRI
    x: int
    width: int


@dataclass(frozen=True, slots=True)
class Gantt:
    """The whole drawing in pixels; `heads` are the action fields with their heights."""

    width: int
    height: int
    bands: tuple[Band, ...]
    heads: tuple[tuple[Named | None, int], ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]


def gantt(lanes: Sequence[Lane], times: Schedule, order: Order) -> Gantt:
    """The drawing of `lanes`; lines lead between tasks that are both in it."""
    slot = max(LEAST_SLOT, (WIDTH - LABEL) // times.slots)
    steps = {task: step for step, task in enumerate(order.critical, 1)}
    heads: list[tuple[Named | None, int]] = []
    rows: list[Row] = []
    y = HEAD
    for lane in lanes:
        heads.append((lane.action_field, y))
        y += ROW
        inside = sorted((card for held in lane.cells.values() for card in held), key=lambda card: _place(card, times))
        for card in inside:
            rows.append(_row(card, y, times, slot, steps.get(card.task.iri, 0)))
            y += ROW
    return Gantt(
        LABEL + times.slots * slot,
        y + GAP,
        tuple(
            Band(each.horizon, LABEL + each.first * slot, (each.last - each.first + 1) * slot)
            for each in times.stretches
        ),
        tuple(heads),
        tuple(rows),
        tuple(_lines(rows, slot, set(pairwise(order.critical)))),
    )


def _place(card: Card, times: Schedule) -> tuple[int, int, str]:
    """Where a task stands in its lane: by its slots, those without any last."""
    bar = times.bars.get(card.task.iri)
    return (bar.first, bar.last, card.task.identifier) if bar else (times.slots, 0, card.task.identifier)


def _row(card: Card, y: int, times: Schedule, slot: int, step: int) -> Row:
    bar = times.bars.get(card.task.iri)
    first, last = (bar.first, bar.last) if bar else (0, times.slots - 1)
    is_endless = bool(bar and bar.is_endless)
    width = (last - first + 1) * slot - (GAP if is_endless else 2 * GAP)
    x = LABEL + first * slot + GAP
    return Row(card, y, x, width, bar is not None, is_endless, card.task.status == DONE, step)


def _lines(rows: Sequence[Row], slot: int, critical: set[tuple[IRI, IRI]]) -> Iterator[Line]:
    at = {row.card.task.iri: row for row in rows if row.has_horizon}
    for task, row in at.items():
        for awaited in sorted(row.card.task.awaited & at.keys()):
            yield Line(_path(at[awaited], row, slot), (awaited, task) in critical)


def _path(awaited: Row, row: Row, slot: int) -> str:
    """From the end of what is awaited, or of its first slot if it has none, down or up to the start of the bar."""
    end = awaited.x + (slot - 2 * GAP if awaited.is_endless else awaited.width)
    return f"M{end} {awaited.y + ROW // 2}H{row.x - GAP}V{row.y + ROW // 2}H{row.x}"
