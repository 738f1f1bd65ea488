"""Whether an offer is as ready as a need asks: technology readiness levels 1 to 9 (ISO 16290:2013).

Three-valued by Kleene's strong logic: one offer that covers the need and is ready makes it true, whatever is unknown of
others; it is false only if all that the actor shows are such offers, each with a level that is too low.
"""

from collections.abc import Sequence

from graph.matching import explain
from graph.matching.coverage import COVERED
from graph.matching.criterion import Account, Shown
from graph.matching.index import Actor, MatchIndex, Record
from graph.model import Verdict
from ontology.terms import REV


class Readiness:
    """The lowest readiness level that a need accepts."""

    name = "readiness"

    def __init__(self, index: MatchIndex, minimum: int) -> None:
        self._index = index
        self._minimum = minimum

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float | None:  # noqa: ARG002 - all signals are asked alike
        """1 if an offer is ready, 0 if there are only offers that are not, unknown otherwise."""
        levels = [level for level, _ in _offers(shown)]
        if any(level >= self._minimum for level in levels):
            return 1.0
        return 0.0 if len(levels) == len(shown) else None

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """The readiest offer."""
        wanted = explain.readiness(self._minimum)
        value = self.value(actor, shown)
        if value is None:
            return Account(Verdict.UNKNOWN, wanted, explain.NOTHING, explain.NOT_SHOWN)
        level, offer = min(_offers(shown), key=lambda pair: (-pair[0], pair[1].evidence.iri))
        iri = offer.evidence.iri
        said = self._index.statements.literals(iri, REV.currentReadiness)
        return Account(
            Verdict.FITS if value else Verdict.DOES_NOT_FIT,
            wanted,
            explain.level(level),
            explain.ready(explain.evidence(offer.evidence), level, self._minimum),
            self._index.statements.quote(*((iri, REV.currentReadiness, each) for each in said)),
        )


def _offers(shown: Sequence[Shown]) -> list[tuple[int, Record]]:
    """The offers that cover the need and state a level."""
    covering = (each.record for each in shown if each.record.evidence.kind == "offer" and each.relevance >= COVERED)
    return [(each.readiness, each) for each in covering if each.readiness is not None]
