"""How near an actor's texts come to a need in what they are about, also where they share no word.

Need and documents lie in the space of `latent`; nearness is the cosine between them. As with words, recent documents
and the best few count, and a further document never lowers a value.
"""

from collections.abc import Sequence
from datetime import date

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex, Record
from graph.matching.relevance import best_few, valid_documents
from graph.matching.wanted import Wanted
from graph.matching.weighing import Floats
from graph.model import QuotedTriple, Verdict
from ontology.terms import DCTERMS, SKOS

CLOSE = 0.5  # from here on a document is about the same
MOST = 2.0  # what the best few documents reach at most, each of them next to the need

_REQUIRED = explain.SAME_SUBJECT


class Closeness:
    """The nearness of what actors' texts are about to what a need is about, in any of its wordings."""

    name = "meaning"

    def __init__(self, index: MatchIndex, wordings: Sequence[Wanted], day: date) -> None:
        self._index, self._day = index, day
        ways = [way for wanted in wordings for word in wanted.words for way in word.ways]
        shares = [1 / len(word.ways) for wanted in wordings for word in wanted.words for _ in word.ways]
        terms = np.array([term for way in ways for term in way.terms], dtype=np.int32)
        weights = [weight * share for way, share in zip(ways, shares, strict=True) for weight in way.weights]
        self._direction = index.latent.of_terms(terms, np.array(weights, dtype=np.float32))

    def values(self, actors: Integers) -> Values:
        """The nearness of each actor's best documents, in [0, 1]; 0 if it has none."""
        owners, documents = valid_documents(self._index, actors, self._day)
        return best_few(owners, self._index.texts.records[documents], self._near(documents), len(actors)) / MOST

    def account(self, actor: int) -> Account:
        """The document that comes nearest, with the triples that hold it."""
        _, documents = valid_documents(self._index, np.array([actor], dtype=np.int32), self._day)
        near = self._near(documents)
        if not near.any():
            return Account(Verdict.UNKNOWN, _REQUIRED, explain.NOTHING, explain.NOT_SHOWN)
        best = int(near.argmax())
        record = self._index.record(int(self._index.texts.records[documents[best]]))
        return Account(
            Verdict.FITS if near[best] >= CLOSE else Verdict.PARTLY,
            _REQUIRED,
            record.evidence.label,
            explain.close(record.called, float(near[best])),
            self._said(record),
        )

    def _said(self, record: Record) -> tuple[QuotedTriple, ...]:
        said, told = self._index.statements, int(self._index.records.told[record.number])
        literals = (
            (says, literal) for says in (SKOS.prefLabel, DCTERMS.description) for literal in said.told(told, says)
        )
        return said.quote(*((said.iri(told), says, literal) for says, literal in literals))

    def _near(self, documents: Integers) -> Floats:
        return self._index.latent.nearness(documents, self._direction) * self._index.texts.recency[documents]
