"""How far what an actor shows covers the concepts that a need asks for.

For each asked concept the best single record counts: the nearness of its concept (`Taxonomy.kin`) times what its
kind shows. The mean over the concepts is weighted by the need. The best, not the sum, keeps large actors from winning
by number; that an offer of a narrower concept covers a broader need, and not the reverse, is the ontology's meaning of
`rev:coversCompetence`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from operator import mul

from graph.matching import explain
from graph.matching.criterion import Account, Shown
from graph.matching.index import Actor, MatchIndex, Record
from graph.matching.taxonomy import Taxonomy
from graph.model import NeedConcept, QuotedTriple, Text, Verdict
from ontology.terms import IRI

COVERED = 0.75  # from here on a concept counts as covered, not only hinted at


@dataclass(frozen=True, slots=True)
class Hit:
    """The best that an actor shows for one asked concept."""

    asked: NeedConcept
    record: Record
    concept: IRI
    value: float


class Coverage:
    """The coverage of competences or of technologies: those required and, with less weight, those preferred."""

    def __init__(
        self,
        name: str,
        index: MatchIndex,
        taxonomy: Taxonomy,
        *,
        required: Sequence[NeedConcept],
        preferred: Sequence[NeedConcept] = (),
    ) -> None:
        self.name = name
        self.required = _heaviest(required)
        self.asked = _heaviest((*required, *preferred))
        self._index = index
        self._taxonomy = taxonomy
        self._weights = [each.weight for each in self.asked]
        self._near: defaultdict[IRI, list[tuple[int, float]]] = defaultdict(list)
        for number, each in enumerate(self.asked):
            for concept, near in taxonomy.kin(each.iri).items():
                self._near[concept].append((number, near))
        self._nearest = {concept: max(near for _, near in asked) for concept, asked in self._near.items()}

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float:  # noqa: ARG002 - all signals are asked alike
        """The weighted share of the asked concepts that is covered; what is not shown adds nothing.

        It is never unknown: an actor that shows nothing would outrank one that shows a little.
        """
        covered = map(mul, self._weights, self._best(each.record for each in shown))
        return fsum(covered) / fsum(self._weights)

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """What covers each asked concept, or comes near to it, with the triples that say so."""
        hits = tuple(self._hits(shown))
        return Account(
            self._verdict(hits),
            explain.listed(each.label for each in self.asked),
            explain.listed(self._name(hit) for hit in hits) if hits else explain.NOTHING,
            explain.sentences(self._reason(hit) for hit in hits) if hits else explain.NOT_SHOWN,
            tuple(dict.fromkeys(triple for hit in hits for triple in self._triples(actor, hit))),
        )

    def missing(self, shown: Sequence[Shown]) -> tuple[NeedConcept, ...]:
        """The required concepts that nothing covers."""
        best = self._best(each.record for each in shown)
        uncovered = {each.iri for each, value in zip(self.asked, best, strict=True) if value < COVERED}
        return tuple(each for each in self.required if each.iri in uncovered)

    def relevance(self, record: Record) -> float:
        """How near a record comes to any of the asked concepts."""
        nearest = (self._nearest.get(concept, 0.0) * strength for concept, strength in record.concepts.items())
        return max(nearest, default=0.0)

    def bounds(self) -> Mapping[int, float]:
        """The value by the actor's position in the index, as if all its records were valid: never too low."""
        best: list[dict[int, float]] = [{} for _ in self.asked]
        for concept, nearness in self._near.items():
            for position, strength in self._index.postings.get(concept, ()):
                for number, near in nearness:
                    if near * strength > best[number].get(position, 0.0):
                        best[number][position] = near * strength
        total = fsum(self._weights)
        bounds: defaultdict[int, float] = defaultdict(float)
        for weight, values in zip(self._weights, best, strict=True):
            for position, value in values.items():
                bounds[position] += weight / total * value
        return bounds

    def _best(self, records: Iterable[Record]) -> list[float]:
        """The best that records show for each of the asked concepts."""
        best = [0.0] * len(self.asked)
        for record in records:
            for concept, strength in record.concepts.items():
                for number, near in self._near.get(concept, ()):
                    if near * strength > best[number]:
                        best[number] = near * strength
        return best

    def _hits(self, shown: Sequence[Shown]) -> Iterator[Hit]:
        hits: defaultdict[int, list[Hit]] = defaultdict(list)
        for each in shown:
            for concept, strength in each.record.concepts.items():
                for number, near in self._near.get(concept, ()):
                    hits[number].append(Hit(self.asked[number], each.record, concept, near * strength))
        return (min(hits[number], key=_best_first) for number in sorted(hits))

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
            explain.evidence(hit.record.evidence),
            explain.standing(self._index, hit.record),
            is_hint=hit.value < COVERED,
        )

    def _triples(self, actor: Actor, hit: Hit) -> tuple[QuotedTriple, ...]:
        way = self._taxonomy.path(hit.concept, hit.asked.iri)
        return (*self._index.proof(actor.iri, hit.record, hit.concept), *self._index.statements.quote(*way))


def _heaviest(concepts: Sequence[NeedConcept]) -> tuple[NeedConcept, ...]:
    """Each concept once, with its greatest weight; what weighs nothing is not asked for."""
    by_iri: dict[IRI, NeedConcept] = {}
    for concept in concepts:
        known = by_iri.get(concept.iri)
        if concept.weight > 0 and (known is None or known.weight < concept.weight):
            by_iri[concept.iri] = concept
    return tuple(by_iri.values())


def _best_first(hit: Hit) -> tuple[float, bool, IRI, IRI]:
    return -hit.value, hit.concept != hit.asked.iri, hit.concept, hit.record.evidence.iri
