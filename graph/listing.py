"""What list pages show: the things of a class in order, those that meet a condition, and their rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from graph.describe import Named
from graph.model import Literal, Term
from graph.store import Store
from ontology.terms import DCTERMS, IRI, REV, VOID
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: its names, its identifier if it has one, and whose it is."""

    named: Named
    identifier: str = ""
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list, with what stands in its cells."""

    entry: Entry
    texts: tuple[Literal, ...] = ()
    groups: tuple[Literal, ...] = ()
    sourcing: IRI | None = None
    towns: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()
    classes: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    action_fields: tuple[Named, ...] = ()
    horizons: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One named graph: what it is called, how many triples it says, under which licence, as of which day."""

    named: Named
    triples: int
    licence: IRI | None
    issued: date | None


def entries(store: Store, kind: IRI) -> tuple[Entry, ...]:
    """Everything of class `kind`, by identifier and then by name.

    >>> from graph.store import store_of
    >>> from ontology.terms import RDF, SKOS
    >>> store = store_of(f"<urn:a> <{RDF.type}> <{REV.Actor}> ; <{SKOS.prefLabel}> 'Kokerei' .")
    >>> [entry.named.name("de").value for entry in entries(store, REV.Actor)]
    ['Kokerei']
    """
    names: defaultdict[IRI, dict[Literal, None]] = defaultdict(dict)
    identifiers: dict[IRI, str] = {}
    owners: defaultdict[IRI, dict[str, None]] = defaultdict(dict)
    for _, thing, name, identifier, owner in store.select(part("list-entries"), {"kind": kind}).rows:
        if isinstance(thing, IRI) and isinstance(name, Literal):
            names[thing][name] = None
            if isinstance(identifier, Literal):
                identifiers[thing] = identifier.value
            if isinstance(owner, Literal):
                owners[thing][owner.value] = None
    found = (
        Entry(Named(thing, tuple(told)), identifiers.get(thing, ""), tuple(owners[thing]))
        for thing, told in names.items()
    )
    return tuple(sorted(found, key=_in_order))


def meeting(
    store: Store,
    kind: IRI,
    *,
    place: IRI | None = None,
    actor_class: IRI | None = None,
    field: IRI | None = None,
    text: str = "",
) -> frozenset[IRI] | None:
    """The things of class `kind` that meet every condition; None if there is no condition."""
    conditions: list[tuple[str, dict[str, Term]]] = [
        ("list-with-word", {"word": Literal(word)}) for word in dict.fromkeys(text.lower().split())
    ]
    if place:
        conditions.append(("list-in-place", {"place": place}))
    if actor_class:
        conditions.append(("list-of-class", {"class": actor_class}))
    if field:
        conditions.append(("list-in-field", {"field": field}))
    if not conditions:
        return None
    found = (store.select(part(name), {"kind": kind, **asked}).rows for name, asked in conditions)
    return frozenset.intersection(*(_things(rows) for rows in found))


def row(store: Store, entry: Entry) -> Row:
    """What a list shows of one thing."""
    told: defaultdict[Term | None, dict[Term, list[Literal]]] = defaultdict(dict)
    for _, says, value, name in store.select(part("list-row"), {"thing": entry.named.iri}).rows:
        if value is not None:
            names = told[says].setdefault(value, [])
            if isinstance(name, Literal):
                names.append(name)
    return Row(
        entry,
        texts=_texts(told[DCTERMS.description]),
        groups=_texts(told[REV.needOfGroup]),
        sourcing=next((status for status in told[REV.sourcingStatus] if isinstance(status, IRI)), None),
        towns=_named(told[REV.sitePlace]),
        actors=_named(told[REV.needOf] | told[REV.offerOf]),
        classes=_named(told[REV.hasActorClass] | told[REV.responsibleActorClass]),
        fields=_named(told[REV.inField]),
        action_fields=_named(told[REV.inActionField]),
        horizons=_named(told[REV.timeHorizon]),
    )


def members(store: Store, scheme: IRI) -> tuple[Named, ...]:
    """The concepts of `scheme`, by IRI."""
    names: defaultdict[Term, list[Literal]] = defaultdict(list)
    for _, thing, name in store.select(part("list-members"), {"scheme": scheme}).rows:
        if thing is not None and isinstance(name, Literal):
            names[thing].append(name)
    return _named(names)


def counts(store: Store) -> dict[IRI, int]:
    """How many things of each class the snapshot holds."""
    rows = store.select(part("list-counts")).rows
    return {kind: int(n.value) for kind, n in rows if isinstance(kind, IRI) and isinstance(n, Literal)}


def size(store: Store) -> int:
    """How many triples the snapshot holds."""
    [[triples]] = store.select(part("list-size")).rows
    return int(triples.value) if isinstance(triples, Literal) else 0


def graphs(store: Store) -> tuple[GraphRow, ...]:
    """The named graphs that the meta graph speaks of, by IRI."""
    says: defaultdict[IRI, defaultdict[Term | None, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for graph, said, what in store.select(part("list-graphs")).rows:
        if isinstance(graph, IRI) and what is not None:
            says[graph][said].append(what)
    return tuple(_graph_row(graph, told) for graph, told in says.items())


def _in_order(entry: Entry) -> tuple[str, str, str]:
    return entry.identifier, entry.named.name("de").value.casefold(), entry.named.iri


def _things(rows: Iterable[tuple[Term | None, ...]]) -> frozenset[IRI]:
    return frozenset(thing for *_, thing in rows if isinstance(thing, IRI))


def _texts(values: Iterable[Term]) -> tuple[Literal, ...]:
    return tuple(value for value in values if isinstance(value, Literal))


def _named(values: Mapping[Term, list[Literal]]) -> tuple[Named, ...]:
    return tuple(Named(value, tuple(names)) for value, names in values.items() if isinstance(value, IRI))


def _graph_row(graph: IRI, told: Mapping[Term | None, list[Term]]) -> GraphRow:
    licences = (licence for licence in told.get(DCTERMS.license, ()) if isinstance(licence, IRI))
    days = [date.fromisoformat(day.value) for day in _texts(told.get(DCTERMS.issued, ()))]
    return GraphRow(
        Named(graph, _texts(told.get(DCTERMS.title, ()))),
        triples=max(int(number.value) for number in _texts(told[VOID.triples])),
        licence=next(licences, None),
        issued=max(days, default=None),
    )
