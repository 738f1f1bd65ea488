"""The answer to a question as a drawing beside its table, where the question suggests one."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from graph.model import Literal, Table
from graph.rdf import plain
from queries.catalogue import Question

MOST_BARS = 25
_FIGURES = ("integer", "decimal")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its value, and its length as a share of the longest one in [0, 1]."""

    label: str
    value: Decimal
    length: float


def bars(asked: Question, table: Table) -> tuple[Bar, ...]:
    """The first rows as bars: called by their texts, as long as their first figure; none if that would mislead.

    A question that suggests another view, a single row, and figures below zero have none.
    """
    texts = [place for place, column in enumerate(asked.columns) if column.type == "text"]
    figures = [place for place, column in enumerate(asked.columns) if column.type in _FIGURES]
    if asked.view != "bar" or not texts or not figures or len(table.rows) < 2:
        return ()
    rows = table.rows[:MOST_BARS]
    values = [_value(row[figures[0]]) for row in rows]
    most = max((value for value in values if value is not None), default=Decimal(0))
    if most <= 0 or any(value is None or value < 0 for value in values):
        return ()
    labels = [" · ".join(dict.fromkeys(filter(None, (plain(row[place]) for place in texts)))) for row in rows]
    return tuple(
        Bar(label, value, float(value / most)) for label, value in zip(labels, values, strict=True) if value is not None
    )


def _value(cell: object) -> Decimal | None:
    try:
        return Decimal(cell.value) if isinstance(cell, Literal) else None
    except InvalidOperation:
        return None
