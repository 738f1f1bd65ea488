"""What list pages show: the things of a class in order, and what stands in their rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from itertools import chain

from graph.describe import Named
from graph.model import Literal, Term
from graph.store import Store
from graph.told import along, told
from ontology.terms import DCTERMS, IRI, RDF, REV, SKOS, VOID
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing of a list: its names, its identifier if it has one, and whose it is."""

    named: Named
    identifier: str = ""
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list: an entry with the things and the texts that it names by each property."""

    entry: Entry
    things: Mapping[IRI, tuple[Named, ...]]
    texts: Mapping[IRI, tuple[Literal, ...]]


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One named graph: what it is called, how many triples it says, under which licence, as of which day."""

    named: Named
    triples: int
    licence: IRI | None
    issued: date | None


Entries = Callable[[IRI], tuple[Entry, ...]]  # of a class
_OWNERS = ((REV.needOf, SKOS.prefLabel), (REV.offerOf, SKOS.prefLabel))


def entries(store: Store, kind: IRI) -> tuple[Entry, ...]:
    """Everything of class `kind`, by identifier and then by name.

    >>> from graph.store import store_of
    >>> from ontology.terms import RDF, REV, SKOS
    >>> store = store_of(f"<urn:a> <{RDF.type}> <{REV.Actor}> ; <{SKOS.prefLabel}> 'Kokerei' .")
    >>> [entry.named.name("de").value for entry in entries(store, REV.Actor)]
    ['Kokerei']
    """
    things = {thing for thing, _ in told(store, RDF.type, values=(kind,))}
    names = _literals(told(store, SKOS.prefLabel, things=things))
    identifiers = _literals(told(store, DCTERMS.identifier, things=things))
    owners = _literals(chain.from_iterable(along(store, things, path) for path in _OWNERS))
    found = (
        Entry(
            Named(thing, tuple(called)),
            next((each.value for each in reversed(identifiers[thing])), ""),
            tuple(dict.fromkeys(owner.value for owner in owners[thing])),
        )
        for thing, called in names.items()
    )
    return tuple(sorted(found, key=_in_order))


def known_entries(store: Store) -> Entries:
    """What gives the `entries` of a class, each class being read only once."""
    return cache(partial(entries, store))


def rows_of(store: Store, listed: Sequence[Entry]) -> tuple[Row, ...]:
    """What a list shows of each thing that it lists, in their order."""
    told: defaultdict[Term | None, defaultdict[Term | None, dict[Term, list[Literal]]]]
    told = defaultdict(lambda: defaultdict(dict))
    things = {"thing": tuple(entry.named.iri for entry in listed)}
    answers = (store.select(part(question), things) for question in ("list-rows", "list-towns") if listed)
    for thing, says, value, name in chain.from_iterable(answer.rows for answer in answers):
        if value is not None:
            names = told[thing][says].setdefault(value, [])
            if isinstance(name, Literal):
                names.append(name)
    return tuple(_row(entry, told[entry.named.iri]) for entry in listed)


def members(store: Store, scheme: IRI) -> tuple[Named, ...]:
    """The concepts of `scheme`, by IRI."""
    names: defaultdict[Term, list[Literal]] = defaultdict(list)
    for _, thing, name in store.select(part("list-members"), {"scheme": scheme}).rows:
        if thing is not None and isinstance(name, Literal):
            names[thing].append(name)
    return _named(names)


def web_pages(store: Store, thing: IRI) -> tuple[str, ...]:
    """The pages of a thing in the web, and those where it can be reached."""
    rows = store.select(part("list-web-pages"), {"thing": thing}).rows
    return tuple(page.value if isinstance(page, Literal) else str(page) for _, page in rows if page is not None)


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


def _literals(pairs: Iterable[tuple[IRI, Term]]) -> defaultdict[IRI, list[Literal]]:
    """The literals told of each thing, each once and in order."""
    found: defaultdict[IRI, set[Literal]] = defaultdict(set)
    for thing, value in pairs:
        if isinstance(value, Literal):
            found[thing].add(value)
    in_order = {
        thing: sorted(said, key=lambda each: (each.value, each.language or "")) for thing, said in found.items()
    }
    return defaultdict(list, in_order)


def _in_order(entry: Entry) -> tuple[str, str, str]:
    return entry.identifier, entry.named.name("de").value.casefold(), entry.named.iri


def _row(entry: Entry, told: Mapping[Term | None, Mapping[Term, list[Literal]]]) -> Row:
    said = {says: values for says, values in told.items() if isinstance(says, IRI)}
    return Row(
        entry,
        things={says: _named(values) for says, values in said.items()},
        texts={says: _texts(values) for says, values in said.items()},
    )


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
