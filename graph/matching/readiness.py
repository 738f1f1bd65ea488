"""Whether an offer is as ready as a need asks: technology readiness levels 1 to 9 (ISO 16290:2013).

Three-valued by Kleene's strong logic: one offer that covers the need and is ready makes it true, whatever is unknown of
others; it is false only if all that the actor shows are such offers, each with a level that is too low.
"""

from collections.abc import Sequence

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.coverage import COVERED
from graph.matching.criterion import Account, Values
from graph.matching.evidence import OFFER
from graph.matching.index import MatchIndex, Record
from graph.matching.showing import Showing, Shown
from graph.model import Verdict
from ontology.terms import REV


class Readiness:
    """The lowest readiness level that a need accepts."""

    name = "readiness"

    def __init__(self, index: MatchIndex, showing: Showing, minimum: int) -> None:
        self._index, self._showing = index, showing
        self._minimum = minimum

    def values(self, actors: Integers) -> Values:
        """1 if an offer is ready, 0 if there are only offers that are not, unknown otherwise."""
        shows, records = self._showing.of(actors), self._index.records
        level = np.asarray(records.readiness[shows.record])
        tells = (records.kind[shows.record] == OFFER) & (shows.relevance >= COVERED) & (level >= 0)
        shown, told, ready = (
            np.bincount(shows.owner[which], minlength=len(actors))
            for which in (slice(None), tells, tells & (level >= self._minimum))
        )
        return np.where(ready > 0, 1.0, np.where((told == shown) & (shown > 0), 0.0, np.nan))

    def account(self, actor: int) -> Account:
        """The readiest offer."""
        wanted, shown = explain.readiness(self._minimum), self._showing.by(actor)
        offers = _offers(shown)
        level, offer = min(offers, key=lambda pair: (-pair[0], pair[1].evidence.iri), default=(0, None))
        if offer is None or (level < self._minimum and len(offers) < len(shown)):
            return Account(Verdict.UNKNOWN, wanted, explain.NOTHING, explain.NOT_SHOWN)
        iri = offer.evidence.iri
        said = self._index.statements.literals(iri, REV.currentReadiness)
        lacking = max(0, self._minimum - level)
        return Account(
            Verdict.DOES_NOT_FIT if lacking else Verdict.FITS,
            wanted,
            explain.level(level),
            explain.ready(offer.called, level, self._minimum),
            self._index.statements.quote(*((iri, REV.currentReadiness, each) for each in said)),
            explain.levels_short(lacking) if lacking else None,
        )


def _offers(shown: Sequence[Shown]) -> list[tuple[int, Record]]:
    """The offers that cover the need and state a level."""
    covering = (each.record for each in shown if each.record.evidence.kind == "offer" and each.relevance >= COVERED)
    return [(each.readiness, each) for each in covering if each.readiness is not None]
