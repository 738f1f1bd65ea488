"""How well what an actor shows is evidenced: stated before inferred, trusted before doubted, several before one.

A record weighs the mean of what is known of it, its sourcing status and the steward's confidence, times its relevance.
The best three add up as independent witnesses do (noisy-or, Pearl 1988): 1 - (1 - a)(1 - b)(1 - c). More than three
add nothing, so that large actors do not win by number.
"""

from collections.abc import Sequence
from math import prod

from graph.matching import explain
from graph.matching.criterion import Account, Shown
from graph.matching.index import Actor, MatchIndex, Record
from graph.model import Text, Verdict
from ontology.terms import REV, expand

WITNESSES = 3
STRONG = 0.6  # from here on evidence counts as good
TRUST = {
    expand(f"voc:sourcing-status/{status}"): trust
    for status, trust in {
        "stated": 1.0,
        "found": 0.9,
        "found-in-part": 0.8,
        "derived": 0.7,
        "general-knowledge": 0.6,
        "inferred": 0.4,
        "placeholder": 0.1,
    }.items()
}
UNMARKED = 0.5  # a record of which neither status nor confidence is known

_REQUIRED = Text("belegte Angaben", "evidenced statements")


class Strength:
    """The evidence for what a need asks for."""

    name = "evidence"

    def __init__(self, index: MatchIndex) -> None:
        self._index = index

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float:  # noqa: ARG002 - all signals are asked alike
        """The joint weight of the best witnesses, in [0, 1]; 0 without any."""
        best = sorted((_weight(each) for each in shown), reverse=True)[:WITNESSES]
        return 1 - prod(1 - weight for weight in best)

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """How many records there are, and the strongest."""
        best = min(shown, key=lambda each: (-_weight(each), each.record.evidence.iri)).record
        iri = best.evidence.iri
        said = self._index.statements
        sourcing = said.quote((iri, REV.sourcingStatus, best.sourcing)) if best.sourcing else ()
        confidence = said.quote(*((iri, REV.confidence, each) for each in said.literals(iri, REV.confidence)))
        return Account(
            Verdict.FITS if self.value(actor, shown) >= STRONG else Verdict.PARTLY,
            _REQUIRED,
            explain.pieces(len(shown)),
            explain.strength(len(shown), explain.evidence(best.evidence), explain.standing(self._index, best)),
            (*sourcing, *confidence),
        )


def trust(record: Record) -> float:
    """How far a record is to be trusted, in [0, 1]."""
    known = [] if record.evidence.confidence is None else [min(1.0, max(0.0, record.evidence.confidence))]
    if record.sourcing in TRUST:
        known.append(TRUST[record.sourcing])
    return sum(known) / len(known) if known else UNMARKED


def _weight(shown: Shown) -> float:
    return trust(shown.record) * shown.relevance
