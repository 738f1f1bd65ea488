"""What matching reads of a snapshot, read once: actors with what shows their abilities, concepts, places and names."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import TypeVar

from graph.matching.concepts import Lexicon
from graph.matching.hierarchy import Steps
from graph.matching.places import Places
from graph.matching.statements import Spoken, Statements
from graph.matching.taxonomy import Taxonomy
from graph.model import Evidence, Literal, QuotedTriple, Text
from graph.store import Store
from ontology.terms import ADMS, DCTERMS, IRI, ORG, PROV, RDF, REV, SKOS, expand
from queries.catalogue import part

PARTS = ("match-actors", "match-evidence", "match-concepts", "match-places")
INDIRECT = 0.5  # what a technology counts that is shown only by a competence which masters it
ENDED = frozenset(expand(f"voc:status/{name}") for name in ("fulfilled", "withdrawn", "closed", "paused"))
DISSOLVED = expand("voc:status/closed")
SEAT = expand("voc:site-kind/seat")

Number = TypeVar("Number", int, float, date)


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """How one kind of evidence leads to its actor and its concepts, and how much it shows of them."""

    name: str
    owner: IRI | None
    detour: IRI | None
    says: tuple[IRI, ...]
    strength: float


KINDS = {
    kind.name: kind
    for kind in (
        EvidenceKind("offer", REV.offerOf, None, (REV.providesCompetence, REV.providesTechnology), 1.0),
        EvidenceKind("holding", REV.heldBy, None, (REV.ofCompetence,), 1.0),
        EvidenceKind(
            "participation",
            REV.participationOf,
            REV.inProject,
            (REV.exercisesCompetence, REV.appliesTechnology),
            0.6,  # taking part is evidence, not proof
        ),
        EvidenceKind("profile", None, None, (DCTERMS.subject,), 0.4),  # topics of the actor's own record
    )
}


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that shows what an actor can do; `concepts` tells how strongly it shows each, in (0, 1]."""

    evidence: Evidence
    concepts: Mapping[IRI, float]
    sourcing: IRI | None
    serves: tuple[IRI, ...]
    readiness: int | None
    valid_from: date | None
    valid_until: date | None

    def holds_on(self, day: date) -> bool:
        """Whether the record is valid on a day; an open end is no end."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor as matching sees it: `places` holds its seat first."""

    iri: IRI
    label: str
    places: tuple[IRI, ...]
    classes: tuple[IRI, ...]
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class MatchIndex:
    """One reading of a snapshot.

    `postings` lists by concept which actors show it, and how strongly at most; `roles` the assignments of an actor.
    """

    store: Store
    statements: Statements
    actors: tuple[Actor, ...]
    postings: Mapping[IRI, tuple[tuple[int, float], ...]]
    roles: Mapping[IRI, tuple[IRI, ...]]
    competences: Taxonomy
    technologies: Taxonomy
    places: Places
    lexicon: Lexicon

    def proof(self, actor: IRI, record: Record, concept: IRI) -> tuple[QuotedTriple, ...]:
        """The triples by which `record` shows that the actor has to do with `concept`."""
        kind = KINDS[record.evidence.kind]
        direct = tuple(_spoken(self.statements, kind, actor, record.evidence.iri, concept))
        if direct:
            return self.statements.quote(*direct)
        masters = (each for each in record.concepts if concept in self._mastered(each))
        return next(
            (
                (*self.proof(actor, record, each), *self.statements.quote((each, REV.competenceInTechnology, concept)))
                for each in sorted(masters)
            ),
            (),
        )

    def _mastered(self, competence: IRI) -> tuple[IRI, ...]:
        return self.statements.links(competence, REV.competenceInTechnology)


def open_index(store: Store) -> MatchIndex:
    """Read everything that matching needs from a snapshot."""
    statements = Statements(chain.from_iterable(store.select(part(name)).rows for name in PARTS))
    roles = _by_owner(statements, REV.assignedActor)
    actors = tuple(_actors(statements, roles))
    return MatchIndex(
        store,
        statements,
        actors,
        _postings(actors),
        roles,
        _taxonomy(statements, REV.Competence),
        _taxonomy(statements, REV.Technology),
        _places(statements),
        Lexicon(_labels(statements)),
    )


def _by_owner(statements: Statements, predicate: IRI) -> Steps:
    """The nodes that point at each thing through `predicate`."""
    nodes: defaultdict[IRI, list[IRI]] = defaultdict(list)
    for node in statements.subjects(predicate):
        for owner in statements.links(node, predicate):
            nodes[owner].append(node)
    return {owner: tuple(owned) for owner, owned in nodes.items()}


def _actors(statements: Statements, roles: Steps) -> Iterator[Actor]:
    owned = {kind.owner: _by_owner(statements, kind.owner) for kind in KINDS.values() if kind.owner}
    for actor in _typed(statements, REV.Actor):
        if DISSOLVED in statements.links(actor, ADMS.status):
            continue
        records = (
            _record(statements, kind, node)
            for kind in KINDS.values()
            for node in (owned[kind.owner].get(actor, ()) if kind.owner else (actor,))
            if not kind.owner or ENDED.isdisjoint(statements.links(node, ADMS.status))
        )
        yield Actor(
            actor,
            statements.name(actor).de,
            tuple(_towns(statements, actor)),
            _classes(statements, actor, roles.get(actor, ())),
            tuple(record for record in records if record.concepts),
        )


def _record(statements: Statements, kind: EvidenceKind, node: IRI) -> Record:
    told = statements.link(node, kind.detour) if kind.detour else node
    direct = {concept for says in kind.says for concept in statements.links(told or node, says)}
    mastered = {each for concept in direct for each in statements.links(concept, REV.competenceInTechnology)}
    concepts = dict.fromkeys(sorted(mastered - direct), kind.strength * INDIRECT)
    concepts |= dict.fromkeys(sorted(direct), kind.strength)
    label = _label(statements, kind, told or node, sorted(direct))
    confidence = _number(statements.literal(node, REV.confidence), float)
    # the marks of an actor's record tell how well the actor is sourced, not its topics
    sourcing = statements.link(node, REV.sourcingStatus) if kind.owner else None
    evidence = Evidence(node, kind.name, label, confidence, statements.links(node, PROV.wasDerivedFrom))
    return Record(
        evidence,
        concepts,
        sourcing,
        statements.links(node, REV.serves),
        _number(statements.literal(node, REV.currentReadiness), int),
        _number(statements.literal(node, REV.validFrom), date.fromisoformat),
        _number(statements.literal(node, REV.validUntil), date.fromisoformat),
    )


def _label(statements: Statements, kind: EvidenceKind, told: IRI, concepts: list[IRI]) -> Text:
    """The name of the offer, project or actor; a holding is called by what is held."""
    return statements.name(concepts[0] if kind.owner == REV.heldBy and concepts else told)


def _spoken(statements: Statements, kind: EvidenceKind, actor: IRI, node: IRI, concept: IRI) -> Iterator[Spoken]:
    """The way from a node to its actor and to a concept, if it names that concept itself."""
    told = statements.link(node, kind.detour) if kind.detour else node
    says = [each for each in kind.says if told and concept in statements.links(told, each)]
    if says and told:
        if kind.owner:
            yield (node, kind.owner, actor)
        if kind.detour:
            yield (node, kind.detour, told)
        yield (told, says[0], concept)


def _classes(statements: Statements, actor: IRI, roles: tuple[IRI, ...]) -> tuple[IRI, ...]:
    stated = {each for role in roles for each in statements.links(role, REV.assignedActorClass)}
    return tuple(sorted(stated.union(statements.links(actor, REV.hasActorClass))))


def _towns(statements: Statements, actor: IRI) -> Iterator[IRI]:
    sites = statements.links(actor, ORG.hasSite)
    for site in sorted(sites, key=lambda each: (SEAT not in statements.links(each, REV.siteKind), each)):
        yield from statements.links(site, REV.sitePlace)


def _typed(statements: Statements, kind: IRI) -> Iterator[IRI]:
    return (each for each in statements.subjects(RDF.type) if kind in statements.links(each, RDF.type))


def _postings(actors: tuple[Actor, ...]) -> Mapping[IRI, tuple[tuple[int, float], ...]]:
    postings: defaultdict[IRI, dict[int, float]] = defaultdict(dict)
    for position, actor in enumerate(actors):
        for record in actor.records:
            for concept, strength in record.concepts.items():
                shown = postings[concept]
                shown[position] = max(shown.get(position, 0.0), strength)
    return {concept: tuple(shown.items()) for concept, shown in postings.items()}


def _taxonomy(statements: Statements, kind: IRI) -> Taxonomy:
    related: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for concept, others in _steps(statements, SKOS.related).items():
        for other in others:
            related[concept].add(other)
            related[other].add(concept)
    return Taxonomy(
        _typed(statements, kind),
        broader=_steps(statements, SKOS.broader),
        related={concept: tuple(sorted(others)) for concept, others in related.items()},
    )


def _places(statements: Statements) -> Places:
    points = {}
    for place in statements.subjects(REV.latitude):
        latitude = _number(statements.literal(place, REV.latitude), float)
        longitude = _number(statements.literal(place, REV.longitude), float)
        if latitude is not None and longitude is not None:
            points[place] = (latitude, longitude)
    within = _steps(statements, REV.within)
    kinds = (_typed(statements, kind) for kind in (REV.Place, REV.Region))
    return Places(chain.from_iterable(kinds), within=within, points=points)


def _steps(statements: Statements, predicate: IRI) -> Steps:
    return {subject: statements.links(subject, predicate) for subject in statements.subjects(predicate)}


def _labels(statements: Statements) -> Iterator[tuple[IRI, Literal]]:
    for kind in (REV.Competence, REV.Technology):
        for concept in _typed(statements, kind):
            for says in (SKOS.prefLabel, SKOS.altLabel):
                yield from ((concept, literal) for literal in statements.literals(concept, says))


def _number(literal: Literal | None, read: Callable[[str], Number]) -> Number | None:
    """A number or a day; None if nothing is said, or something that the shapes would have refused."""
    try:
        return read(literal.value) if literal else None
    except ValueError:
        return None
