"""The facts that the analyses share, read once from a snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from graph.model import Literal, Table, Term
from graph.store import Store
from ontology.terms import IRI, REV, expand
from queries.catalogue import part

USER, DEVELOPER, BRIDGE = (
    expand(f"voc:actor-class/{name}") for name in ("user", "solution-developer", "bridge-builder")
)
CLASS_OF_OFFER = {REV.SolutionOffer: DEVELOPER, REV.BridgeOffer: BRIDGE}


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
        actors=_actors(_asked(store, "actors"), within),
        ties=tuple(_ties(_asked(store, "ties"))),
        supply=_supply(_asked(store, "supply")),
        demand=_demand(_asked(store, "demand")),
        competences=_sets((actor, each) for actor, each in _asked(store, "competences").rows),
        within=within,
        regions=frozenset(place for place, _, region in places.rows if isinstance(place, IRI) and region),
        tasks=_tasks(_asked(store, "tasks")),
        fields=_sets((of, each) for of, each in _asked(store, "fields").rows),
        employment=tuple(_employment(_asked(store, "employment"))),
        notes=_notes(_asked(store, "notes")),
    )


def with_matches(store: Store, facts: Facts) -> Facts:
    """The facts of a snapshot with its published matches besides."""
    return replace(facts, matches=tuple(_matches(_asked(store, "matches"))))


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


def _ties(table: Table) -> Iterator[Tie]:
    for kind, one, other, through in table.rows:
        if isinstance(kind, Literal) and isinstance(one, IRI) and isinstance(other, IRI) and isinstance(through, IRI):
            yield Tie(kind.value, one, other, through)


def _matches(table: Table) -> Iterator[Tie]:
    says: defaultdict[Term | None, dict[Term | None, Term | None]] = defaultdict(dict)
    for thing, predicate, value in table.rows:
        says[predicate].setdefault(thing, value)
    for match, need in says[REV.matchesNeed].items():
        one, other = says[REV.needOf].get(need), says[REV.offerOf].get(says[REV.matchesOffer].get(match))
        if isinstance(match, IRI) and isinstance(one, IRI) and isinstance(other, IRI) and one != other:
            yield Tie("match", one, other, match)


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


def _actors(table: Table, within: Mapping[IRI, frozenset[IRI]]) -> dict[IRI, Actor]:
    names: dict[IRI, str] = {}
    places: defaultdict[IRI, list[IRI]] = defaultdict(list)
    classes: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for actor, name, place, kind in table.rows:
        if isinstance(actor, IRI) and isinstance(name, Literal):
            names.setdefault(actor, name.value)
            if isinstance(place, IRI) and place not in places[actor]:
                places[actor].append(place)
            if isinstance(kind, IRI):
                classes[actor].add(kind)
    return {
        actor: Actor(actor, name, _smallest(places[actor], within), frozenset(classes[actor]))
        for actor, name in names.items()
    }


def _smallest(places: list[IRI], within: Mapping[IRI, frozenset[IRI]]) -> IRI | None:
    return max(places, key=lambda place: (len(within.get(place, ())), place), default=None)


def _supply(table: Table) -> tuple[Supply, ...]:
    told: defaultdict[tuple[IRI, IRI, IRI], tuple[set[IRI], set[IRI]]] = defaultdict(lambda: (set(), set()))
    for actor, competence, offer, kind, area in table.rows:
        if isinstance(actor, IRI) and isinstance(offer, IRI) and isinstance(kind, IRI) and isinstance(competence, IRI):
            competences, areas = told[offer, actor, CLASS_OF_OFFER[kind]]
            competences.add(competence)
            if isinstance(area, IRI):
                areas.add(area)
    return tuple(Supply(*key, frozenset(competences), frozenset(areas)) for key, (competences, areas) in told.items())


def _demand(table: Table) -> tuple[Demand, ...]:
    told: dict[IRI, tuple[list[IRI], set[IRI], set[IRI], set[IRI]]] = {}
    for need, competence, actor, place, part_of in table.rows:
        if isinstance(need, IRI):
            owners, *sets = told.setdefault(need, ([], set(), set(), set()))
            if isinstance(actor, IRI):
                owners.append(actor)
            for members, member in zip(sets, (competence, place, part_of), strict=True):
                if isinstance(member, IRI):
                    members.add(member)
    return tuple(
        Demand(need, owners[0] if owners else None, frozenset(competences), frozenset(places), frozenset(fields))
        for need, (owners, competences, places, fields) in told.items()
    )


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
