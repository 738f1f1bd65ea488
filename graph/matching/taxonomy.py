"""How near one concept is to another in a hierarchy, by the information they share.

Information content is intrinsic (Seco, Veale and Hayes 2004, "An intrinsic information content metric for semantic
similarity in WordNet"): IC(c) = 1 - log(1 + narrower concepts of c) / log(all concepts). A leaf tells 1, a root next
to nothing. What two concepts share is their most informative common ancestor (Resnik 1995), and their nearness sets
it against what each of them tells (Lin 1998): Lin(a, b) = 2 IC(shared) / (IC(a) + IC(b)).
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from math import log

from graph.matching.hierarchy import Steps, above, chain
from graph.matching.statements import Spoken
from ontology.terms import IRI, SKOS

NARROWER = 0.85  # what a narrower concept counts: it covers what is asked, the concept itself fits best
UNCOVERED = 0.84  # the most that any other counts, a broader one among them
NEIGHBOUR = 0.3  # the most that a concept counts which shares a broader one with what is asked
RELATED = 0.4  # what a concept counts that is only declared related
REMEMBERED = 20_000  # paths that were asked for
NEGLIGIBLE = 0.1  # kinship below this says nothing: concepts that share a broad one and no more


class Taxonomy:
    """Concepts of one kind with their `skos:broader` and `skos:related`; several roots and parents are allowed."""

    def __init__(self, concepts: Iterable[IRI], *, broader: Steps, related: Steps) -> None:
        self._concepts = frozenset(concepts)
        self._broader = broader
        self._related = related
        self._broader_all = {each: frozenset(above(each, broader)) & self._concepts for each in sorted(self._concepts)}
        self._narrower_all: dict[IRI, list[IRI]] = {concept: [] for concept in self._concepts}
        for concept, ancestors in self._broader_all.items():
            for ancestor in ancestors:
                self._narrower_all[ancestor].append(concept)
        whole = log(1 + max(1, len(self._concepts)))
        self._information = {concept: 1 - log(1 + len(below)) / whole for concept, below in self._narrower_all.items()}
        self._kin: dict[IRI, Mapping[IRI, float]] = {}
        self.path = lru_cache(REMEMBERED)(self._path)

    def __contains__(self, concept: object) -> bool:
        return concept in self._concepts

    def __iter__(self) -> Iterator[IRI]:
        return iter(sorted(self._concepts))

    def narrower(self, concept: IRI) -> tuple[IRI, ...]:
        """All concepts below one, over any number of steps."""
        return tuple(self._narrower_all[concept])

    def information(self, concept: IRI) -> float:
        """Seco's information content in [0, 1]; a root above all roots is counted in, so that one root tells a little.

        A concept that is not in the hierarchy stands alone and tells 1.

        >>> chain = Taxonomy([IRI("a"), IRI("b")], broader={IRI("b"): (IRI("a"),)}, related={})
        >>> [round(chain.information(IRI(each)), 2) for each in "ab"]
        [0.37, 1.0]
        """
        return self._information.get(concept, 1.0)

    def kin(self, asked: IRI) -> Mapping[IRI, float]:
        """How far each concept covers the one asked for, in (0, 1]; concepts that do not are left out.

        The same covers it fully, a narrower one counts `NARROWER`, a broader one what Lin says up to `UNCOVERED`,
        another that shares a broader one `NEIGHBOUR` x Lin, a related one `RELATED`.
        """
        if asked not in self._kin:
            self._kin[asked] = self._kinship(asked)
        return self._kin[asked]

    def covers(self, offered: IRI, asked: IRI) -> bool:
        """Whether `offered` is the concept asked for or a narrower one."""
        return offered == asked or asked in self._broader_all.get(offered, ())

    def kinship(self, offered: IRI, asked: IRI) -> str:
        """How `offered` stands to `asked`: exact, narrower, broader or related."""
        if offered == asked:
            return "exact"
        if self.covers(offered, asked):
            return "narrower"
        return "broader" if self.covers(asked, offered) else "related"

    def _path(self, offered: IRI, asked: IRI) -> tuple[Spoken, ...]:
        """The triples of the hierarchy by which the two are kin: up from each to what they share."""
        shared = self._shared(offered, asked)
        if shared is None or offered in self._related.get(asked, ()):
            return ((asked, SKOS.related, offered), (offered, SKOS.related, asked))
        ways = (chain(each, shared, self._broader, SKOS.broader) for each in (offered, asked))
        return tuple(step for way in ways for step in way)

    def _kinship(self, asked: IRI) -> Mapping[IRI, float]:
        nearness = dict.fromkeys(self._related.get(asked, ()), RELATED)
        for shared in self._broader_all.get(asked, ()):
            for other in (shared, *self._narrower_all[shared]):
                lin = self._lin(asked, other, shared)
                near = min(lin, UNCOVERED) if other == shared else NEIGHBOUR * lin
                nearness[other] = max(nearness.get(other, 0.0), near)
        nearness |= dict.fromkeys(self._narrower_all.get(asked, ()), NARROWER) | {asked: 1.0}
        return {concept: near for concept, near in nearness.items() if near >= NEGLIGIBLE}

    def _lin(self, one: IRI, other: IRI, shared: IRI) -> float:
        told = self.information(one) + self.information(other)
        return 2 * self.information(shared) / told if told else 0.0

    def _shared(self, one: IRI, other: IRI) -> IRI | None:
        """The common ancestor that tells most."""
        common = self._with_broader(one) & self._with_broader(other)
        return max(common, key=lambda concept: (self.information(concept), concept), default=None)

    def _with_broader(self, concept: IRI) -> frozenset[IRI]:
        return self._broader_all.get(concept, frozenset()) | {concept}
