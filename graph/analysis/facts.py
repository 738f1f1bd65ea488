"""The facts that the analyses share, read once from a snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import permutations, product

from graph.model import Literal, Table, Term
from graph.store import Store
from graph.told import told
from ontology.terms import ADMS, IRI, ORG, RDF, REV, SKOS, expand
from queries.catalogue import part

USER, DEVELOPER, BRIDGE = (
    expand(f"voc:actor-class/{name}") for name in ("user", "solution-developer", "bridge-builder")
)
CLASS_OF_OFFER = {REV.SolutionOffer: DEVELOPER, REV.BridgeOffer: BRIDGE}
_FULFILLED, _WITHDRAWN = (expand(f"voc:status/{name}") for name in ("fulfilled", "withdrawn"))


@dataclass(frozen=True, slots=True)
class Actor:
    """One actor: its name, the smallest place it sits in, and its classes."""

    iri: IRI
    name: str
    place: IRI | None = None
    classes: frozenset[IRI] = frozenset()


@dataclass(frozen=True, slots=True, order=True)
class Tie:
    """Two actors tied by something: a shared project, a membership, or a match of need and offer."""

    kind: str  # "project" | "membership" | "match"
    one: IRI
    other: IRI
    through: IRI


@dataclass(frozen=True, slots=True)
class Supply:
    """An offer of an actor that covers competences somewhere."""

    offer: IRI
    actor: IRI
    actor_class: IRI
    competences: frozenset[IRI]
    areas: frozenset[IRI]


@dataclass(frozen=True, slots=True)
class Demand:
    """A live need: whose it is, what it requires, where, and in which fields."""

    need: IRI
    actor: IRI | None
    competences: frozenset[IRI]
    places: frozenset[IRI]
    fields: frozenset[IRI]


@dataclass(frozen=True, slots=True)
class Task:
    """A task of the target system with what it waits for and who answers for it."""

    iri: IRI
    identifier: str
    status: IRI | None
    classes: frozenset[IRI]
    bodies: frozenset[IRI]
    fields: frozenset[IRI]
    awaited: frozenset[IRI]
    goals: frozenset[IRI]


@dataclass(frozen=True, slots=True)
class Employment:
    """The employees of a sector group in a place, and their location quotients where they are known."""

    place: IRI
    group: IRI
    year: int
    employees: int
    to_state: float | None
    to_nation: float | None
    data_set: IRI


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What the analyses know of a region; every mapping is in the order of IRIs.

    Facts are the same only if they are one object, so that what is made of them can be remembered.
    """

    actors: Mapping[IRI, Actor]
    ties: tuple[Tie, ...]
    supply: tuple[Supply, ...]
    demand: tuple[Demand, ...]
    competences: Mapping[IRI, frozenset[IRI]]  # of each actor: held, offered or exercised
    within: Mapping[IRI, frozenset[IRI]]  # of each place: itself and all that it lies in
    regions: frozenset[IRI]
    tasks: tuple[Task, ...] = ()
    fields: Mapping[IRI, frozenset[IRI]] = field(default_factory=dict)  # of each field: its competences
    employment: tuple[Employment, ...] = ()
    notes: Mapping[IRI, tuple[Literal, ...]] = field(default_factory=dict)  # of each data set: what to mind
    matches: tuple[Tie, ...] = ()  # who could meet, which is no tie yet

    @property
    def municipalities(self) -> tuple[IRI, ...]:
        """The places of a region in which no other lies."""
        outer = {around for place, areas in self.within.items() for around in areas if around != place}
        return tuple(place for place, areas in self.within.items() if place not in outer and areas & self.regions)


def read_facts(store: Store) -> Facts:
    """The facts of a snapshot, without the published matches, of which there are many more than ties."""
    places = _asked(store, "places")
    within = _places(places)
    return Facts(
        actors=_actors(store, within),
        ties=tuple(sorted(_ties(store))),
        supply=tuple(sorted(_supply(store), key=lambda each: (each.actor, each.offer))),
        demand=tuple(_demand(store)),
        competences=_said(store, REV.relatedToCompetence),
        within=within,
        regions=frozenset(place for place, _, region in places.rows if isinstance(place, IRI) and region),
        tasks=_tasks(_asked(store, "tasks")),
        fields=_sets(_asked(store, "fields").rows),
        employment=tuple(_employment(_asked(store, "employment"))),
        notes=_notes(_asked(store, "notes")),
    )


def with_matches(store: Store, facts: Facts) -> Facts:
    """The facts of a snapshot with its published matches besides."""
    return replace(facts, matches=tuple(_matches(store)))


def main_fields(facts: Facts) -> dict[IRI, IRI]:
    """The field in which each actor has most of its competences, the first by IRI of several; without one, none."""
    found: dict[IRI, IRI] = {}
    for actor, held in facts.competences.items():
        shares = [(-len(held & comprised), name) for name, comprised in facts.fields.items() if held & comprised]
        if shares:
            found[actor] = min(shares)[1]
    return found


def _asked(store: Store, name: str) -> Table:
    return store.select(part(f"analysis-{name}"))


def _said(store: Store, says: IRI, *values: IRI) -> dict[IRI, frozenset[IRI]]:
    """The things of which a property is told, each with its values, or with those of the given ones that it has."""
    return _sets(told(store, says, values=values or None))


def _ties(store: Store) -> Iterator[Tie]:
    partners: defaultdict[IRI, list[IRI]] = defaultdict(list)
    for actor, projects in _said(store, REV.participatesIn).items():
        for project in projects:
            partners[project].append(actor)
    for project, actors in partners.items():
        yield from (Tie("project", one, other, project) for one, other in permutations(actors, 2))
    members = {(member, body) for member, bodies in _said(store, ORG.memberOf).items() for body in bodies}
    members |= {(member, body) for body, several in _said(store, ORG.hasMember).items() for member in several}
    yield from (Tie("membership", member, body, body) for member, body in members if member != body)


def _matches(store: Store) -> Iterator[Tie]:
    offers, users, suppliers = (_said(store, says) for says in (REV.matchesOffer, REV.needOf, REV.offerOf))
    for match, needs in _said(store, REV.matchesNeed).items():
        one, other = min(needs), min(offers.get(match, ()), default=None)
        for user, supplier in product(users.get(one, ()), suppliers.get(other, ()) if other else ()):
            if user != supplier:
                yield Tie("match", user, supplier, match)


def _places(table: Table) -> dict[IRI, frozenset[IRI]]:
    direct = _sets((place, around) for place, around, _ in table.rows)
    found: dict[IRI, frozenset[IRI]] = {}
    for place, *_ in table.rows:
        if isinstance(place, IRI):
            areas, ahead = {place}, [place]
            while ahead:
                fresh = direct.get(ahead.pop(), frozenset()) - areas
                areas |= fresh
                ahead += fresh
            found[place] = frozenset(areas)
    return found


def _actors(store: Store, within: Mapping[IRI, frozenset[IRI]]) -> dict[IRI, Actor]:
    sites, places, classes = (_said(store, says) for says in (ORG.hasSite, REV.sitePlace, REV.hasActorClass))
    actors = _said(store, RDF.type, REV.Actor)
    names: dict[IRI, str] = {}
    for actor, name in told(store, SKOS.prefLabel, things=actors):
        if isinstance(name, Literal):
            names[actor] = min(name.value, names.get(actor, name.value))
    return {
        actor: Actor(
            actor,
            names[actor],
            _smallest((place for site in sites.get(actor, ()) for place in places.get(site, ())), within),
            classes.get(actor, frozenset()),
        )
        for actor in actors
        if actor in names
    }


def _smallest(places: Iterable[IRI], within: Mapping[IRI, frozenset[IRI]]) -> IRI | None:
    return max(places, key=lambda place: (len(within.get(place, ())), place), default=None)


def _supply(store: Store) -> Iterator[Supply]:
    kinds, owners = _said(store, RDF.type, *CLASS_OF_OFFER), _said(store, REV.offerOf)
    areas, gone = _said(store, REV.serves), _said(store, ADMS.status, _WITHDRAWN)
    for offer, competences in _said(store, REV.coversCompetence).items():
        if offer not in gone:
            for actor, kind in product(owners.get(offer, ()), kinds.get(offer, ())):
                yield Supply(offer, actor, CLASS_OF_OFFER[kind], competences, areas.get(offer, frozenset()))


def _demand(store: Store) -> Iterator[Demand]:
    owners, places, fields = (_said(store, says) for says in (REV.needOf, REV.locatedIn, REV.inField))
    ended = _said(store, ADMS.status, _FULFILLED, _WITHDRAWN)
    none = frozenset[IRI]()
    for need, competences in _said(store, REV.requiresCompetence).items():
        if need not in ended:
            owner = min(owners.get(need, none), default=None)
            yield Demand(need, owner, competences, places.get(need, none), fields.get(need, none))


def _tasks(table: Table) -> tuple[Task, ...]:
    told: dict[IRI, tuple[str, list[IRI], list[set[IRI]]]] = {}
    for task, identifier, status, *members in table.rows:
        if isinstance(task, IRI) and isinstance(identifier, Literal):
            _, statuses, sets = told.setdefault(task, (identifier.value, [], [set() for _ in members]))
            if isinstance(status, IRI):
                statuses.append(status)
            for each, member in zip(sets, members, strict=True):
                if isinstance(member, IRI):
                    each.add(member)
    return tuple(
        Task(task, identifier, statuses[0] if statuses else None, *map(frozenset, sets))
        for task, (identifier, statuses, sets) in told.items()
    )


def _employment(table: Table) -> Iterator[Employment]:
    for place, group, year, employees, state, nation, data_set in table.rows:
        if isinstance(place, IRI) and isinstance(group, IRI) and isinstance(data_set, IRI):
            counts = [int(count.value) if isinstance(count, Literal) else 0 for count in (year, employees)]
            yield Employment(place, group, counts[0], counts[1], _value(state), _value(nation), data_set)


def _value(term: Term | None) -> float | None:
    return float(term.value) if isinstance(term, Literal) else None


def _notes(table: Table) -> dict[IRI, tuple[Literal, ...]]:
    told: defaultdict[IRI, list[Literal]] = defaultdict(list)
    for of, note in table.rows:
        if isinstance(of, IRI) and isinstance(note, Literal):
            told[of].append(note)
    return {of: tuple(notes) for of, notes in told.items()}


def _sets(pairs: Iterable[tuple[Term | None, ...]]) -> dict[IRI, frozenset[IRI]]:
    told: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for one, other in pairs:
        if isinstance(one, IRI) and isinstance(other, IRI):
            told[one].add(other)
    return {one: frozenset(others) for one, others in sorted(told.items())}
