"""How well what an actor shows is evidenced: stated before inferred, trusted before doubted, several before one.

A record weighs its trust times its relevance. The best three add up as independent witnesses do (noisy-or, Pearl
1988): 1 - (1 - a)(1 - b)(1 - c). More than three add nothing, so that large actors do not win by number.
"""

from math import prod

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex
from graph.matching.showing import Showing, Shown, first_of_each
from graph.model import Text, Verdict
from ontology.terms import REV

WITNESSES = 3
STRONG = 0.6  # from here on evidence counts as good

_REQUIRED = Text("belegte Angaben", "evidenced statements")


class Strength:
    """The evidence for what a need asks for."""

    name = "evidence"

    def __init__(self, index: MatchIndex, showing: Showing) -> None:
        self._index, self._showing = index, showing

    def values(self, actors: Integers) -> Values:
        """The joint weight of the best witnesses, in [0, 1]; 0 without any."""
        shows = self._showing.of(actors)
        weight = self._index.records.trust[shows.record] * shows.relevance
        order = np.lexsort((-weight, shows.owner))
        owner, doubt = shows.owner[order], 1 - weight[order]
        values = np.zeros(len(actors))
        if len(owner):
            begins = first_of_each(owner)
            rank = np.arange(len(owner)) - np.repeat(begins, np.diff(begins, append=len(owner)))
            values[owner[begins]] = 1 - np.multiply.reduceat(np.where(rank < WITNESSES, doubt, 1.0), begins)
        return values

    def account(self, actor: int) -> Account:
        """How many records there are, and the strongest."""
        shown = [each for each in self._showing.by(actor) if each.relevance]
        if not shown:
            return Account(Verdict.UNKNOWN, _REQUIRED, explain.NOTHING, explain.NOT_SHOWN)
        witnesses = sorted(shown, key=lambda each: (-self._weight(each), each.record.evidence.iri))[:WITNESSES]
        best = witnesses[0].record
        iri = best.evidence.iri
        said = self._index.statements
        sourcing = said.quote((iri, REV.sourcingStatus, best.sourcing)) if best.sourcing else ()
        confidence = said.quote(*((iri, REV.confidence, each) for each in said.literals(iri, REV.confidence)))
        return Account(
            Verdict.FITS if 1 - prod(1 - self._weight(each) for each in witnesses) >= STRONG else Verdict.PARTLY,
            _REQUIRED,
            explain.pieces(len(shown)),
            explain.strength(len(shown), best.called, best.standing),
            (*sourcing, *confidence),
        )

    def _weight(self, shown: Shown) -> float:
        return float(self._index.records.trust[shown.record.number]) * shown.relevance
