"""Whether an offer has as much free as a need asks for, in the same unit; nothing is converted.

Three-valued by Kleene's strong logic, as readiness is: one offer that covers the need and has enough makes it true; it
is false only if all that the actor shows are such offers, each with too little.
"""

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.coverage import COVERED
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex
from graph.matching.showing import Showing
from graph.matching.statements import Spoken, Statements
from graph.model import Literal, Quantity, Verdict
from ontology.terms import IRI, QUDT, REV

_Free = tuple[float, IRI, tuple[Spoken, ...]]  # the amount, the offer, and what says so


class Capacity:
    """The quantity that a need asks for."""

    name = "capacity"

    def __init__(self, index: MatchIndex, showing: Showing, asked: Quantity) -> None:
        self._index, self._showing, self._asked = index, showing, asked

    def values(self, actors: Integers) -> Values:
        """1 if an offer has enough, 0 if there are only offers that have not, unknown otherwise."""
        verdicts = (self._judged(actor)[0] for actor in actors.tolist())
        told = {Verdict.FITS: 1.0, Verdict.DOES_NOT_FIT: 0.0, Verdict.UNKNOWN: np.nan}
        return np.fromiter((told[verdict] for verdict in verdicts), dtype=float, count=len(actors))

    def account(self, actor: int) -> Account:
        """The offer with most to give."""
        verdict, best = self._judged(actor)
        unit = self._index.statements.name(self._asked.unit)
        wanted = explain.amount(self._asked.amount, unit)
        if verdict is Verdict.UNKNOWN or best is None:
            return Account(Verdict.UNKNOWN, wanted, explain.NOTHING, explain.NOT_SHOWN)
        amount, offer, spoken = best
        lacking = self._asked.amount - amount
        return Account(
            verdict,
            wanted,
            explain.amount(amount, unit),
            explain.free(explain.quoted(self._index.statements.name(offer)), amount, unit),
            self._index.statements.quote(*spoken),
            explain.amount_short(lacking, unit) if lacking > 0 else None,
        )

    def _judged(self, actor: int) -> tuple[Verdict, _Free | None]:
        """What is known of an actor, and the offer that has most."""
        shown = self._showing.by(actor)
        free = [
            told
            for each in shown
            if each.record.evidence.kind == "offer" and each.relevance >= COVERED
            for told in [_most(self._index.statements, each.record.evidence.iri, self._asked.unit)]
            if told
        ]
        best = max(free, key=lambda told: told[0], default=None)
        if best and best[0] >= self._asked.amount:
            return Verdict.FITS, best
        is_known = best is not None and len(free) == len(shown)
        return (Verdict.DOES_NOT_FIT if is_known else Verdict.UNKNOWN), best


def quantity(said: Statements, statement: IRI) -> Quantity | None:
    """The quantity that a need asks for; None if it says none, or no number with a unit."""
    return next((Quantity(amount, unit) for amount, unit, _ in _quantities(said, statement)), None)


def _most(said: Statements, offer: IRI, unit: IRI) -> _Free | None:
    free = [(amount, offer, spoken) for amount, its_unit, spoken in _quantities(said, offer) if its_unit == unit]
    return max(free, key=lambda told: told[0], default=None)


def _quantities(said: Statements, statement: IRI) -> list[tuple[float, IRI, tuple[Spoken, ...]]]:
    return [
        (number, unit, ((statement, REV.capacity, node), (node, QUDT.numericValue, value), (node, QUDT.hasUnit, unit)))
        for node in said.links(statement, REV.capacity)
        for unit in said.links(node, QUDT.hasUnit)
        for value in said.literals(node, QUDT.numericValue)
        if (number := _number(value)) is not None
    ]


def _number(value: Literal) -> float | None:
    try:
        return float(value.value)
    except ValueError:
        return None
