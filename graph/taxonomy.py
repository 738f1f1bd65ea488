"""How near one concept is to another in a hierarchy, by the information they share.

Information content is intrinsic (Seco, Veale and Hayes 2004, "An intrinsic information content metric for semantic
similarity in WordNet"): IC(c) = 1 - log(1 + narrower concepts of c) / log(all concepts). A leaf tells 1, a root next
to nothing. What two concepts share is their most informative common ancestor (Resnik 1995), and their nearness sets
it against what each of them tells (Lin 1998): Lin(a, b) = 2 IC(shared) / (IC(a) + IC(b)).
"""

from collections.abc import Iterable, Mapping
from math import log

from graph.statements import Spoken
from ontology.terms import IRI, SKOS

WEAK = 0.5  # the most that a broader or neighbouring concept counts
RELATED = 0.4  # what a concept counts that is only declared related
NEGLIGIBLE = 0.1  # kinship below this says nothing: concepts that share a root and no more


class Taxonomy:
    """Concepts of one kind with their `skos:broader` and `skos:related`; several roots and parents are allowed."""

    def __init__(
        self,
        concepts: Iterable[IRI],
        *,
        broader: Mapping[IRI, tuple[IRI, ...]],
        related: Mapping[IRI, tuple[IRI, ...]],
    ) -> None:
        self._concepts = frozenset(concepts)
        self._broader = broader
        self._related = related
        self._ancestors = {concept: self._closure(concept) for concept in sorted(self._concepts)}
        self._narrower: dict[IRI, list[IRI]] = {concept: [] for concept in self._concepts}
        for concept, ancestors in self._ancestors.items():
            for ancestor in ancestors - {concept}:
                self._narrower[ancestor].append(concept)
        self._kin: dict[IRI, Mapping[IRI, float]] = {}

    def __contains__(self, concept: object) -> bool:
        return concept in self._concepts

    def information(self, concept: IRI) -> float:
        """Seco's information content in [0, 1]; a root above all roots is counted in, so that one root tells a little.

        A concept that is not in the hierarchy stands alone and tells 1.

        >>> chain = Taxonomy([IRI("a"), IRI("b")], broader={IRI("b"): (IRI("a"),)}, related={})
        >>> [round(chain.information(IRI(each)), 2) for each in "ab"]
        [0.37, 1.0]
        """
        return 1 - log(1 + len(self._narrower.get(concept, ()))) / log(2 + len(self._concepts))

    def kin(self, asked: IRI) -> Mapping[IRI, float]:
        """How far each concept covers the one asked for, in (0, 1]; concepts that do not are left out.

        The same or a narrower one covers it fully. Any other counts `WEAK` x Lin, a related one `RELATED`.
        """
        if asked not in self._kin:
            self._kin[asked] = self._kinship(asked)
        return self._kin[asked]

    def covers(self, offered: IRI, asked: IRI) -> bool:
        """Whether `offered` is the concept asked for or a narrower one."""
        return offered == asked or asked in self._ancestors.get(offered, ())

    def path(self, offered: IRI, asked: IRI) -> tuple[Spoken, ...]:
        """The triples of the hierarchy by which the two are kin: up from each to what they share."""
        shared = self._shared(offered, asked)
        if shared is not None:
            return (*self._climb(offered, shared), *self._climb(asked, shared))
        return ((asked, SKOS.related, offered), (offered, SKOS.related, asked))

    def _closure(self, concept: IRI) -> frozenset[IRI]:
        """`concept` and all its ancestors among the concepts."""
        found, open_ones = {concept}, [concept]
        while open_ones:
            for parent in self._broader.get(open_ones.pop(), ()):
                if parent in self._concepts and parent not in found:
                    found.add(parent)
                    open_ones.append(parent)
        return frozenset(found)

    def _kinship(self, asked: IRI) -> Mapping[IRI, float]:
        nearness = dict.fromkeys(self._related.get(asked, ()), RELATED)
        for shared in self._ancestors.get(asked, ()):
            for other in self._narrower[shared]:
                nearness[other] = max(nearness.get(other, 0.0), WEAK * self._lin(asked, other, shared))
            nearness[shared] = max(nearness.get(shared, 0.0), WEAK * self._lin(asked, shared, shared))
        nearness |= dict.fromkeys((asked, *self._narrower.get(asked, ())), 1.0)
        return {concept: near for concept, near in nearness.items() if near >= NEGLIGIBLE}

    def _lin(self, one: IRI, other: IRI, shared: IRI) -> float:
        told = self.information(one) + self.information(other)
        return 2 * self.information(shared) / told if told else 0.0

    def _shared(self, one: IRI, other: IRI) -> IRI | None:
        """The common ancestor that tells most."""
        common = self._ancestors.get(one, frozenset()) & self._ancestors.get(other, frozenset())
        return max(common, key=lambda concept: (self.information(concept), concept), default=None)

    def _climb(self, start: IRI, goal: IRI) -> tuple[Spoken, ...]:
        """One way up from `start` to its ancestor `goal`."""
        steps: list[Spoken] = []
        while start != goal:
            parents = (each for each in self._broader[start] if goal in self._ancestors.get(each, ()))
            parent = min(parents)
            steps.append((start, SKOS.broader, parent))
            start = parent
        return tuple(steps)
