"""How far what an actor shows covers the concepts that a need asks for.

For each asked concept the best single record counts: the nearness of its concept (`Taxonomy.kin`) times what its
kind shows. The mean over the concepts is weighted by the need. The best, not the sum, keeps large actors from winning
by number; that an offer of a narrower concept covers a broader need, and not the reverse, is the ontology's meaning of
`rev:coversCompetence`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex, Record
from graph.matching.showing import Floats, Showing
from graph.matching.taxonomy import NARROWER, Taxonomy
from graph.model import NeedConcept, QuotedTriple, Text, Verdict
from ontology.terms import IRI

COVERED = NARROWER  # from here on a concept counts as covered, not only hinted at
MOST_HINTS = 200_000  # entries of concepts that are only near, which the search for candidates looks at


@dataclass(frozen=True, slots=True)
class Hit:
    """The best that an actor shows for one asked concept."""

    asked: NeedConcept
    record: Record
    concept: IRI
    value: float


@dataclass(frozen=True, slots=True)
class Ask:
    """The concepts of one kind that a need asks for, each once: those required and, with less weight, those preferred.

    `kin` tells for each the concepts that cover it, by number, and how far.
    """

    taxonomy: Taxonomy
    required: tuple[NeedConcept, ...]
    concepts: tuple[NeedConcept, ...]
    kin: tuple[tuple[Integers, Floats], ...]

    @property
    def weights(self) -> Floats:
        """What each concept weighs of the whole."""
        weights = np.array([each.weight for each in self.concepts])
        return np.asarray(weights / weights.sum())


def ask(
    index: MatchIndex, taxonomy: Taxonomy, required: Sequence[NeedConcept], preferred: Sequence[NeedConcept] = ()
) -> Ask:
    """What is asked for, in the order of the concepts' IRIs, so that the order of the need changes nothing."""
    concepts = _heaviest((*required, *preferred))
    kin = tuple(index.kin(taxonomy, each.iri) for each in concepts)
    return Ask(taxonomy, _heaviest(required), concepts, kin)


class Coverage:
    """The coverage of competences or of technologies; its rows in what `showing` finds begin at `first`."""

    def __init__(self, name: str, index: MatchIndex, asked: Ask, showing: Showing, first: int) -> None:
        self.name = name
        self.asked, self.required = asked.concepts, asked.required
        self._index, self._taxonomy, self._showing = index, asked.taxonomy, showing
        self._weights, self._kin = asked.weights, asked.kin
        self._rows = slice(first, first + len(asked.concepts))
        self._own = [index.concept(each.iri) for each in asked.concepts]
        self._best_hits: dict[int, tuple[Hit, ...]] = {}

    def values(self, actors: Integers) -> Values:
        """The weighted share of the asked concepts that is covered; what is not shown adds nothing.

        It is never unknown: an actor that shows nothing would outrank one that shows a little.
        """
        return self._weights @ self._showing.of(actors).best[self._rows]

    def bounds(self) -> Values:
        """The values as if all records were valid, but for the faintest hints where there are very many."""
        count, left = len(self._index.actors), MOST_HINTS
        bounds, best = np.zeros(count, dtype=np.float32), np.empty(count, dtype=np.float32)
        for asked, weight, (concepts, nearness) in zip(self.asked, self._weights, self._kin, strict=True):
            best[:] = 0
            own = self._index.concept(asked.iri)
            if own is not None:
                actors, strengths = self._index.postings.covering(own)
                best[actors] = strengths
            for place in np.argsort(-nearness, kind="stable")[np.count_nonzero(nearness >= NARROWER) :].tolist():
                actors, strengths = self._index.postings.showing(int(concepts[place]))
                left -= len(actors)
                if left < 0:
                    break
                best[actors] = np.maximum(best[actors], strengths * np.float32(nearness[place]))
            bounds += best * np.float32(weight)
        return bounds

    def account(self, actor: int) -> Account:
        """What covers each asked concept, or comes near to it, with the triples that say so."""
        hits = self._hits(actor)
        return Account(
            self._verdict(hits),
            explain.listed(each.label for each in self.asked),
            explain.listed(self._name(hit) for hit in hits) if hits else explain.NOTHING,
            explain.sentences(self._reason(hit) for hit in hits) if hits else explain.NOT_SHOWN,
            tuple(dict.fromkeys(triple for hit in hits for triple in self._triples(hit))),
        )

    def missing(self, actor: int) -> tuple[NeedConcept, ...]:
        """The required concepts that nothing covers."""
        covered = {hit.asked.iri for hit in self._hits(actor) if hit.value >= COVERED}
        return tuple(each for each in self.required if each.iri not in covered)

    def _hits(self, actor: int) -> tuple[Hit, ...]:
        """The best hit for each asked concept that is reached at all; the answer is remembered."""
        if actor not in self._best_hits:
            best: dict[int, tuple[float, bool, int, int, Record]] = {}
            for each in self._showing.by(actor):
                record = each.record
                for concept, strength in record.concepts.items():
                    for number, near in self._near.get(concept, ()):
                        hit = (-near * strength, concept != self._own[number], concept, record.node, record)
                        if number not in best or hit[:-1] < best[number][:-1]:
                            best[number] = hit
            self._best_hits[actor] = tuple(
                Hit(self.asked[number], record, self._index.concept_iri(concept), -value)
                for number, (value, _, concept, _, record) in sorted(best.items(), key=itemgetter(0))
            )
        return self._best_hits[actor]

    @cached_property
    def _near(self) -> Mapping[int, list[tuple[int, float]]]:
        """For each concept that is near to any asked one: those asked ones, by number, and how near."""
        rows = self._showing.near[self._rows]
        near = defaultdict[int, list[tuple[int, float]]](list)
        for number, concept in np.argwhere(rows).tolist():
            near[concept].append((number, float(rows[number, concept])))
        return near

    def _verdict(self, hits: Sequence[Hit]) -> Verdict:
        """Unknown where nothing is shown: nobody records what an actor is unable to do."""
        if not hits:
            return Verdict.UNKNOWN
        covered = {hit.asked.iri for hit in hits if hit.value >= COVERED}
        decisive = self.required or self.asked
        return Verdict.FITS if all(each.iri in covered for each in decisive) else Verdict.PARTLY

    def _name(self, hit: Hit) -> Text:
        return self._index.statements.name(hit.concept)

    def _reason(self, hit: Hit) -> Text:
        return explain.coverage(
            hit.asked.label,
            self._name(hit),
            self._taxonomy.kinship(hit.concept, hit.asked.iri),
            hit.record.called,
            hit.record.standing,
            is_hint=hit.value < COVERED,
        )

    def _triples(self, hit: Hit) -> tuple[QuotedTriple, ...]:
        way = self._taxonomy.path(hit.concept, hit.asked.iri)
        return (*self._index.proof(hit.record.number, hit.concept), *self._index.statements.quote(*way))


def _heaviest(concepts: Sequence[NeedConcept]) -> tuple[NeedConcept, ...]:
    """Each concept once, with its greatest weight, in order; what weighs nothing is not asked for."""
    by_iri: dict[IRI, NeedConcept] = {}
    for concept in concepts:
        known = by_iri.get(concept.iri)
        if concept.weight > 0 and (known is None or known.weight < concept.weight):
            by_iri[concept.iri] = concept
    return tuple(by_iri[iri] for iri in sorted(by_iri))
