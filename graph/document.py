"""What is published of one thing as RDF: a document of statements with their graphs, as detailed as its profile.

Profiles are those of https://www.w3.org/TR/dx-prof-conneg/.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from graph.describe import NAMING
from graph.errors import UnknownTerm
from graph.model import Bindings, Literal, Quad, Triple
from graph.provenance import ONTOLOGY
from graph.rdf import TURTLE, read_table
from graph.store import Store
from ontology.modules import shape_files
from ontology.naming import BASE, GRAPH, rebased
from ontology.terms import DCTERMS, FOAF, IRI, PROV, RDF, REV, SCHEMA, SKOS, VOID
from queries.catalogue import part

PAGE = 500  # things that point at the subject in one document, as document-mentions.rq has it
MOST_CARDS = 50_000  # neighbours to remember, at about 1 kB each
DATASET = IRI(BASE + "catalog#dataset")
PROFILES = BASE + "catalog#profile-"  # where each profile is explained


class Profile(StrEnum):
    """How much a document says, and in whose words."""

    FULL = "full"
    CARD = "card"
    SCHEMA = "schema"
    SKOS = "skos"

    @property
    def iri(self) -> IRI:
        return IRI(PROFILES + self)


_CARD = (RDF.type, *NAMING, SKOS.altLabel, SKOS.notation, SKOS.definition, DCTERMS.description, DCTERMS.identifier,
         FOAF.page, REV.sourcingStatus, REV.confidence)  # fmt: skip
_SCHEMA_CLASSES = {
    REV.Actor: SCHEMA.Organization,
    REV.Need: SCHEMA.Demand,
    REV.Offer: SCHEMA.Offer,
    REV.Project: SCHEMA.Project,
    REV.Place: SCHEMA.Place,
    SKOS.ConceptScheme: SCHEMA.DefinedTermSet,
    SKOS.Concept: SCHEMA.DefinedTerm,
}
_SCHEMA_PROPERTIES = {
    **dict.fromkeys(NAMING, SCHEMA.name),
    SKOS.altLabel: SCHEMA.alternateName,
    SKOS.definition: SCHEMA.description,
    DCTERMS.description: SCHEMA.description,
    DCTERMS.identifier: SCHEMA.identifier,
    SKOS.notation: SCHEMA.termCode,
    SKOS.inScheme: SCHEMA.inDefinedTermSet,
    FOAF.page: SCHEMA.url,
    REV.latitude: SCHEMA.latitude,
    REV.longitude: SCHEMA.longitude,
    REV.within: SCHEMA.containedInPlace,
    REV.offerOf: SCHEMA.offeredBy,
}


@dataclass(frozen=True, slots=True)
class Document:
    """The statements of a document, each once and in order.

    `after` is the last thing of those that point at the subject, if there may be more of them in a further document.
    """

    quads: tuple[Quad, ...]
    after: IRI | None = None

    @property
    def triples(self) -> tuple[Triple, ...]:
        """What the document says, whichever graph says it."""
        return tuple(dict.fromkeys(quad[:3] for quad in self.quads))


class Documents:
    """The documents about the things of one store; what neighbours are called is remembered, since many share them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cards: dict[IRI, tuple[Quad, ...]] = {}

    def about(self, thing: IRI, profile: Profile, *, after: str = "") -> Document:
        """The document about `thing`. A full one tells what points at it, from behind the IRI `after` on.

        Raises `UnknownTerm` if no public graph knows the thing, or the profile has nothing to say of it.
        """
        said = _quads(self._store, "document-statements", {"thing": thing})
        pointing = self._pointing(thing, after) if profile is Profile.FULL else ()
        told = self._full(thing, said, pointing) if profile is Profile.FULL else _PROFILES[profile](said)
        quads = tuple(dict.fromkeys(sorted(told, key=str)))
        if not quads:
            raise UnknownTerm(f"Nothing is known of {thing} as {profile}. Check the address, or ask for full.")
        return Document(quads, pointing[-1] if len(pointing) == PAGE else None)

    def ontology(self) -> Document:
        """The whole ontology, whose terms are parts of one document."""
        return Document(tuple(sorted(_quads(self._store, "document-terms", {"graph": ONTOLOGY}), key=str)))

    def _pointing(self, thing: IRI, after: str) -> tuple[IRI, ...]:
        rows = self._store.select(part("document-mentions"), {"thing": thing, "after": Literal(after)}).rows
        return tuple(node for node, *_ in rows if isinstance(node, IRI))

    def _full(self, thing: IRI, said: Sequence[Quad], pointing: tuple[IRI, ...]) -> Iterator[Quad]:
        told = list(said)
        if pointing:
            told += _quads(self._store, "document-pointing", {"thing": thing, "node": pointing})
        yield from told
        near = {node for quad in told for node in (quad[0], quad[2], quad[3]) if isinstance(node, IRI)} - {thing}
        if near:
            yield from self._named(near)
            yield from _about(thing, {quad[3] for quad in told})

    def _named(self, near: set[IRI]) -> Iterator[Quad]:
        """What each of the neighbours is, is called, and how far it is backed."""
        if len(self._cards) > MOST_CARDS:
            self._cards = {}
        cards = self._cards
        new = tuple(sorted(near - cards.keys()))
        fresh: dict[IRI, list[Quad]] = {node: [] for node in new}
        for quad in _quads(self._store, "document-neighbours", {"node": new}) if new else ():
            fresh[IRI(str(quad[0]))].append(quad)
        cards.update({node: tuple(quads) for node, quads in fresh.items()})
        for node in near:
            yield from cards[node]


@cache
def shapes() -> Document:
    """All shapes, which are parts of one document."""
    text = "\n".join(map(rebased, shape_files())).encode()
    graph = IRI(GRAPH + "shapes")
    rows = read_table(text, TURTLE).rows
    return Document(
        tuple(
            (subject, says, what, graph) for subject, says, what in rows if subject and isinstance(says, IRI) and what
        )
    )


def things(store: Store) -> tuple[IRI, ...]:
    """Every thing of ours that a public graph tells of, in the order of IRIs."""
    rows = store.select(part("things")).rows
    return tuple(thing for (thing,) in rows if isinstance(thing, IRI) and thing.startswith(BASE))


def _quads(store: Store, name: str, bindings: Bindings) -> tuple[Quad, ...]:
    rows = store.select(part(name), bindings).rows
    return tuple(
        (s, p, o, graph) for s, p, o, graph in rows if s and isinstance(p, IRI) and o and isinstance(graph, IRI)
    )


def _about(thing: IRI, graphs: set[IRI]) -> Iterator[Quad]:
    """What the document says of itself; a thing whose address is that of its document has none beside it."""
    itself = IRI(thing.replace(f"{BASE}id/", f"{BASE}doc/", 1))
    if itself != thing:
        yield (itself, RDF.type, FOAF.Document, itself)
        yield (itself, FOAF.primaryTopic, thing, itself)
        yield (itself, VOID.inDataset, DATASET, itself)
        for graph in graphs:
            yield (itself, PROV.wasDerivedFrom, graph, itself)


def _card(said: Sequence[Quad]) -> Iterator[Quad]:
    return (quad for quad in said if quad[1] in _CARD)


def _schema(said: Sequence[Quad]) -> Iterator[Quad]:
    kinds = {value for _, says, value, _ in said if says == RDF.type}
    kind = next((theirs for ours, theirs in _SCHEMA_CLASSES.items() if ours in kinds), SCHEMA.Thing)
    for thing, says, value, graph in said:
        if says in _SCHEMA_PROPERTIES:
            yield (thing, RDF.type, kind, graph)
            yield (thing, _SCHEMA_PROPERTIES[says], value, graph)


def _skos(said: Sequence[Quad]) -> Iterator[Quad]:
    kinds = {value for _, says, value, _ in said if says == RDF.type}
    if kinds & {SKOS.Concept, SKOS.ConceptScheme}:
        for quad in said:
            if quad[1].startswith(SKOS.base) or (quad[1] == RDF.type and str(quad[2]).startswith(SKOS.base)):
                yield quad


_PROFILES: dict[Profile, Callable[[Sequence[Quad]], Iterator[Quad]]] = {
    Profile.CARD: _card,
    Profile.SCHEMA: _schema,
    Profile.SKOS: _skos,
}
