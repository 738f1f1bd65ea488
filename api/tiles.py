"""Places as tiles of a drawing that keep their neighbourhood, the darker the higher the class of their value."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ontology.terms import IRI

SHADES = 5  # classes of values at most

Limits = tuple[tuple[float, float], ...]  # the lowest and the highest value of each class


@dataclass(frozen=True, slots=True)
class Tile:
    """A place: what it is called, its column and row, its value, and the number of its class and of how many.

    Without a value it has no class.
    """

    place: IRI
    label: str
    column: int
    row: int
    value: float | Decimal | None
    shade: tuple[int, int] | None


def tiles_of(
    at: Mapping[IRI, tuple[int, int]],
    labels: Mapping[IRI, str],
    values: Mapping[IRI, float] | Mapping[IRI, Decimal],
    limits: Limits,
) -> tuple[Tile, ...]:
    """The places at their columns and rows, each with its value and the class of it, whose `limits` are given."""

    def shade(value: float | Decimal | None) -> tuple[int, int] | None:
        if value is None:
            return None
        return next(number for number, (_, high) in enumerate(limits) if float(value) <= high), len(limits)

    return tuple(
        Tile(place, labels[place], column, row, value := values.get(place), shade(value))
        for place, (column, row) in at.items()
    )
