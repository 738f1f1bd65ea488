"""What matching reads of a snapshot, written once as arrays and opened by mapping them into memory.

`build_index` reads a store, whichever engine holds it; whoever opens the folder then needs no store any more.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from graph.errors import SnapshotError
from graph.matching import explain
from graph.matching.actors import Actors, write_actors
from graph.matching.arrays import Integers
from graph.matching.concepts import Lexicon
from graph.matching.documents import documents
from graph.matching.evidence import KINDS, EvidenceKind, Records, write_records
from graph.matching.hierarchy import Steps
from graph.matching.latent import Latent, write_latent
from graph.matching.places import Places
from graph.matching.postings import Postings, write_postings
from graph.matching.reading import Rows, read
from graph.matching.statements import Spoken, Statements, write_statements
from graph.matching.taxonomy import Taxonomy
from graph.matching.texts import Texts, write_texts
from graph.model import Evidence, Literal, QuotedTriple, Text
from graph.store import Store
from ontology.terms import IRI, PROV, REV, SKOS
from queries.catalogue import part

FOLDER = "index"  # of a snapshot
_LAYOUT = 3  # to be raised with every change of what the folder holds
_REMEMBERED = 20_000  # records that were looked at


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that shows what an actor can do; `concepts` tells how strongly it shows each, by number, in (0, 1].

    `called` says what it is, and `standing` how far a source backs it.
    """

    number: int
    node: int
    evidence: Evidence
    called: Text
    standing: Text
    concepts: Mapping[int, float]
    sourcing: IRI | None
    serves: tuple[IRI, ...]
    readiness: int | None


class MatchIndex:
    """One reading of a snapshot; concepts, actors and records are numbered, and the numbers stay in this index."""

    def __init__(self, folder: Path) -> None:
        self.statements = Statements(folder)
        self.actors = Actors(folder)
        self.records = Records(folder)
        self.postings = Postings(folder)
        self.texts = Texts(folder / "texts")
        self.latent = Latent(folder / "texts")
        self.record = lru_cache(_REMEMBERED)(self._record)
        self.kin = lru_cache(_REMEMBERED)(self._kin)
        self.proof = lru_cache(_REMEMBERED)(self._proof)

    @cached_property
    def competences(self) -> Taxonomy:
        """The competences in their order."""
        return _taxonomy(self.statements, REV.Competence)

    @cached_property
    def technologies(self) -> Taxonomy:
        """The technologies in their order."""
        return _taxonomy(self.statements, REV.Technology)

    @cached_property
    def places(self) -> Places:
        """The places, and which lies in which."""
        return _places(self.statements)

    @cached_property
    def points(self) -> tuple[Integers, NDArray[np.float64]]:
        """The places with a point, as terms in order, and their latitudes and longitudes in radians."""
        points = sorted((self.statements.find(place), point) for place, point in self.places.points.items())
        terms = np.array([term for term, _ in points], dtype=np.int32)
        return terms, np.radians([point for _, point in points]).reshape(-1, 2)

    @cached_property
    def seats(self) -> tuple[Integers, Integers, Integers]:
        """The different towns in which actors sit, which of them each site is in, and the actors that serve places."""
        different, which = np.unique(self.actors.towns, return_inverse=True)
        is_serving = self.records.serves.offsets[1:] > self.records.serves.offsets[:-1]
        return different, which.astype(np.int32), np.unique(self.records.actor[is_serving])

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names of competences and technologies, to be recognised in texts."""
        return Lexicon(_labels(self.statements))

    def concept(self, iri: IRI) -> int | None:
        """The number of a concept; None if nobody shows it and no hierarchy holds it."""
        terms, node = self.records.concept_terms, self.statements.find(iri)
        place = int(terms.searchsorted(np.int32(node)))
        return place if place < len(terms) and terms[place] == node else None

    def concept_iri(self, concept: int) -> IRI:
        """The IRI of a concept."""
        return self.statements.iri(int(self.records.concept_terms[concept]))

    def _proof(self, record: int, concept: IRI) -> tuple[QuotedTriple, ...]:
        """The triples by which a record shows that its actor has to do with `concept`."""
        kind = KINDS[int(self.records.kind[record])]
        actor = self.actors.iri(self.statements, int(self.records.actor[record]))
        node = self.statements.iri(int(self.records.node[record]))
        direct = tuple(_spoken(self.statements, kind, actor, node, concept))
        if direct:
            return self.statements.quote(*direct)
        shown = sorted(map(self.concept_iri, self.record(record).concepts))
        return next(
            (
                (*self.proof(record, each), *self.statements.quote((each, REV.competenceInTechnology, concept)))
                for each in shown
                if self.statements.says(each, REV.competenceInTechnology, concept)
            ),
            (),
        )

    def _kin(self, taxonomy: Taxonomy, asked: IRI) -> tuple[Integers, NDArray[np.float64]]:
        """The concepts that cover the one asked for, by number, and how far each does."""
        nearness = {self.concept(iri): near for iri, near in taxonomy.kin(asked).items()}
        nearness.pop(None, None)
        return np.array(list(nearness), dtype=np.int32), np.array(list(nearness.values()))

    def _record(self, number: int) -> Record:
        said, records = self.statements, self.records
        kind, told = KINDS[int(records.kind[number])], int(records.told[number])
        node = int(records.node[number])
        span = records.shows.span(number)
        strengths = (round(strength, 6) for strength in records.strengths[span].tolist())
        concepts = dict(zip(records.concepts[span].tolist(), strengths, strict=True))
        direct = [each for each, strength in concepts.items() if strength > kind.strength * 0.75]
        is_holding = kind.owner == REV.heldBy and direct
        label = said.name(self.concept_iri(direct[0])) if is_holding else said.named(told)
        readiness = int(records.readiness[number])
        sourcing = next(map(said.iri, said.linked(node, REV.sourcingStatus)), None) if kind.owner else None
        confidence = _number(next(iter(said.told(node, REV.confidence)), None))
        sources = tuple(map(said.iri, said.linked(node, PROV.wasDerivedFrom)))
        evidence = Evidence(said.iri(node), kind.name, label, confidence, sources, sourcing)
        return Record(
            number,
            node,
            evidence,
            explain.evidence(evidence),
            explain.standing(said.name(sourcing) if sourcing else None, confidence),
            concepts,
            sourcing,
            tuple(map(said.iri, records.served[records.serves.span(number)].tolist())),
            None if readiness < 0 else readiness,
        )


def open_index(folder: Path) -> MatchIndex:
    """The index that `build_index` wrote; `SnapshotError` if it has another layout."""
    if not has_index(folder):
        raise SnapshotError(f"{folder} holds no index of this version. Run `revier build`.")
    return MatchIndex(folder)


def has_index(folder: Path) -> bool:
    """Whether a folder holds an index that this version can read."""
    try:
        return (folder / "layout").read_text(encoding="ascii") == str(_LAYOUT)
    except OSError:
        return False


def index_of(store: Store) -> MatchIndex:
    """The index of a store that has none written; its files live as long as it is held."""
    with TemporaryDirectory(prefix="revier-index-") as name:
        build_index(store, Path(name))
        return open_index(Path(name))  # what is mapped stays readable


def build_index(store: Store, folder: Path) -> None:
    """Read everything that matching needs from a store, and write it into `folder`, which is there and empty."""
    write_index(store.stream(part("match-statements")), folder)


def write_index(rows: Rows, folder: Path) -> None:
    """Write the index of what is said: subject, predicate, object and graph a row, as match-statements.rq selects."""
    write_statements(read(rows), folder)
    said = Statements(folder)
    actors = write_actors(said, folder)
    write_records(said, actors, folder)
    records = Records(folder)
    write_postings(records, _narrower(said, records), folder)
    (folder / "texts").mkdir()
    write_texts(documents(said, records), len(actors), folder / "texts")
    write_latent(Texts(folder / "texts"), folder / "texts")
    (folder / "layout").write_text(str(_LAYOUT), encoding="ascii")


def _narrower(said: Statements, records: Records) -> Mapping[int, Sequence[int]]:
    """All narrower concepts of each concept that has any, by number."""
    numbers = {said.iri(term): number for number, term in enumerate(records.concept_terms.tolist())}
    taxonomies = [_taxonomy(said, kind) for kind in (REV.Competence, REV.Technology)]
    found = {
        numbers[upper]: [numbers[lower] for lower in taxonomy.narrower(upper)]
        for taxonomy in taxonomies
        for upper in taxonomy
    }
    return {upper: lower for upper, lower in found.items() if lower}


def _spoken(said: Statements, kind: EvidenceKind, actor: IRI, node: IRI, concept: IRI) -> Iterator[Spoken]:
    """The way from a node to its actor and to a concept, if it names that concept itself."""
    told = said.link(node, kind.detour) if kind.detour else node
    says = [each for each in kind.says if told and said.says(told, each, concept)]
    if says and told:
        if kind.owner:
            yield (node, kind.owner, actor)
        if kind.detour:
            yield (node, kind.detour, told)
        yield (told, says[0], concept)


def _taxonomy(said: Statements, kind: IRI) -> Taxonomy:
    related: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for concept, others in _steps(said, SKOS.related).items():
        for other in others:
            related[concept].add(other)
            related[other].add(concept)
    return Taxonomy(
        said.typed(kind),
        broader=_steps(said, SKOS.broader),
        related={concept: tuple(sorted(others)) for concept, others in related.items()},
    )


def _places(said: Statements) -> Places:
    points = {}
    for place in said.subjects(REV.latitude):
        latitude = _number(said.literal(place, REV.latitude))
        longitude = _number(said.literal(place, REV.longitude))
        if latitude is not None and longitude is not None:
            points[place] = (latitude, longitude)
    kinds = (said.typed(kind) for kind in (REV.Place, REV.Region))
    return Places(chain.from_iterable(kinds), within=_steps(said, REV.within), points=points)


def _steps(said: Statements, predicate: IRI) -> Steps:
    return {subject: said.links(subject, predicate) for subject in said.subjects(predicate)}


def _labels(said: Statements) -> Iterator[tuple[IRI, Literal]]:
    for kind in (REV.Competence, REV.Technology):
        for concept in said.typed(kind):
            for says in (SKOS.prefLabel, SKOS.altLabel):
                yield from ((concept, literal) for literal in said.literals(concept, says))


def _number(literal: Literal | None) -> float | None:
    """A number; None if nothing is said, or something that the shapes would have refused."""
    try:
        return float(literal.value) if literal else None
    except ValueError:
        return None
