"""How far an actor does what a need asks for and little else, as its most specialised record shows.

A record is as focused as the mean nearness to the need over all concepts that it shows: an offer that is made for the
need ranks above one that lists everything. The best record counts, so that a broad one beside it takes nothing away.
"""

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex
from graph.matching.showing import Showing, Shown, greatest
from graph.model import QuotedTriple, Text, Verdict

FOCUSED = 0.5  # from here on a record counts as made for the need

_REQUIRED = Text("ein Schwerpunkt auf dem Gesuchten", "a focus on what is asked for")


class Focus:
    """The share of what is asked for in all that the most focused record shows."""

    name = "focus"

    def __init__(self, index: MatchIndex, showing: Showing) -> None:
        self._index, self._showing = index, showing

    def values(self, actors: Integers) -> Values:
        """The focus of each actor's most focused record, in [0, 1]; 0 if no record bears on the need."""
        shows = self._showing.of(actors)
        return greatest(shows.focus, shows.owner, len(actors))

    def account(self, actor: int) -> Account:
        """How many of the concepts of the most focused record are asked for, and which."""
        shown = [each for each in self._showing.by(actor) if each.relevance]
        if not shown:
            return Account(Verdict.UNKNOWN, _REQUIRED, explain.NOTHING, explain.NOT_SHOWN)
        best = max(shown, key=lambda each: each.focus)
        asked = self._showing.asked_of(best.record)
        return Account(
            Verdict.FITS if best.focus >= FOCUSED else Verdict.PARTLY,
            _REQUIRED,
            explain.share(len(asked), len(best.record.concepts)),
            explain.focused(best.record.called, len(asked), len(best.record.concepts)),
            self._triples(best, asked),
        )

    def _triples(self, best: Shown, asked: tuple[int, ...]) -> tuple[QuotedTriple, ...]:
        proofs = (self._index.proof(best.record.number, self._index.concept_iri(concept)) for concept in asked)
        return tuple(dict.fromkeys(triple for proof in proofs for triple in proof))
