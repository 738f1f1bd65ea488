"""The rows of list pages: actors, needs, offers and tasks, with what they are filtered by."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from graph.describe import Named
from graph.model import Literal, Term
from graph.store import Store
from ontology.terms import DCTERMS, IRI, VOID
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list. `places` are all areas the thing lies in; `towns` only the nearest."""

    named: Named
    texts: tuple[Literal, ...] = ()
    groups: tuple[Literal, ...] = ()
    identifier: str = ""
    sourcing: IRI | None = None
    towns: tuple[Named, ...] = ()
    actors: tuple[Named, ...] = ()
    classes: tuple[Named, ...] = ()
    fields: tuple[Named, ...] = ()
    action_fields: tuple[Named, ...] = ()
    horizons: tuple[Named, ...] = ()
    places: frozenset[IRI] = frozenset()

    def holds(self, word: str) -> bool:
        """Whether `word`, in lower case, stands in a name, a text, the identifier or an actor's name."""
        actors = (name for actor in self.actors for name in actor.names)
        told = (text.value for text in (*self.named.names, *self.texts, *self.groups, *actors))
        return word in self.identifier.casefold() or any(word in text.casefold() for text in told)


@dataclass(frozen=True, slots=True)
class GraphRow:
    """One named graph: what it is called, how many triples it says, under which licence, as of which day."""

    named: Named
    triples: int
    licence: IRI | None
    issued: date | None


def rows(store: Store, kind: IRI) -> tuple[Row, ...]:
    """Every thing of class `kind`, by identifier and then by name.

    >>> from graph.store import store_of
    >>> from ontology.terms import RDF, REV, SKOS
    >>> store = store_of(f"<urn:a> <{RDF.type}> <{REV.Actor}> ; <{SKOS.prefLabel}> 'Kokerei' .")
    >>> [row.named.name("de").value for row in rows(store, REV.Actor)]
    ['Kokerei']
    """
    things: defaultdict[IRI, _Facets] = defaultdict(_Facets)
    for _, thing, facet, value, name in store.select(part("list-rows"), {"kind": kind}).rows:
        if isinstance(thing, IRI) and isinstance(facet, Literal) and value is not None:
            things[thing].add(facet.value, value, name)
    return tuple(sorted((facets.row(thing) for thing, facets in things.items()), key=_in_order))


def filtered(
    listed: Iterable[Row],
    *,
    place: IRI | None = None,
    actor_class: IRI | None = None,
    field: IRI | None = None,
    text: str = "",
) -> tuple[Row, ...]:
    """The rows that lie in `place`, have the class and the field, and hold every word of `text`."""
    words = text.casefold().split()
    return tuple(
        row
        for row in listed
        if (place is None or place in row.places)
        and (actor_class is None or any(named.iri == actor_class for named in row.classes))
        and (field is None or any(named.iri == field for named in row.fields))
        and all(row.holds(word) for word in words)
    )


def choices(store: Store, kind: IRI) -> tuple[Named, ...]:
    """The named things of class `kind`: what a select box offers."""
    return _named(store.select(part("list-named"), {"kind": kind}).rows)


def members(store: Store, scheme: IRI) -> tuple[Named, ...]:
    """The concepts of `scheme`: what a select box offers."""
    return _named(store.select(part("list-members"), {"scheme": scheme}).rows)


def counts(store: Store) -> dict[IRI, int]:
    """How many things of each class the snapshot holds."""
    return _counted(store.select(part("list-counts")).rows)


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


class _Facets:
    """What the answer's rows tell of one thing, facet by facet."""

    def __init__(self) -> None:
        self._values: defaultdict[str, dict[Term, list[Literal]]] = defaultdict(dict)

    def add(self, facet: str, value: Term, name: Term | None) -> None:
        names = self._values[facet].setdefault(value, [])
        if isinstance(name, Literal):
            names.append(name)

    def row(self, thing: IRI) -> Row:
        return Row(
            named=Named(thing, self._texts("name")),
            texts=self._texts("text"),
            groups=self._texts("group"),
            identifier=next((text.value for text in self._texts("identifier")), ""),
            sourcing=next(iter(self._links("sourcing")), None),
            towns=self._named("town"),
            actors=self._named("actor"),
            classes=self._named("class"),
            fields=self._named("field"),
            action_fields=self._named("action field"),
            horizons=self._named("horizon"),
            places=frozenset(self._links("place")) | frozenset(self._links("town")),
        )

    def _texts(self, facet: str) -> tuple[Literal, ...]:
        return tuple(value for value in self._values[facet] if isinstance(value, Literal))

    def _links(self, facet: str) -> tuple[IRI, ...]:
        return tuple(value for value in self._values[facet] if isinstance(value, IRI))

    def _named(self, facet: str) -> tuple[Named, ...]:
        found = self._values[facet].items()
        return tuple(Named(value, tuple(names)) for value, names in found if isinstance(value, IRI))


def _graph_row(graph: IRI, told: Mapping[Term | None, list[Term]]) -> GraphRow:
    titles = tuple(title for title in told.get(DCTERMS.title, ()) if isinstance(title, Literal))
    triples = next((number.value for number in told[VOID.triples] if isinstance(number, Literal)), "0")
    issued = next((day.value for day in told.get(DCTERMS.issued, ()) if isinstance(day, Literal)), None)
    licence = next((licence for licence in told.get(DCTERMS.license, ()) if isinstance(licence, IRI)), None)
    return GraphRow(
        Named(graph, titles), int(triples), licence, date.fromisoformat(issued) if issued else None
    )


def _in_order(row: Row) -> tuple[str, str, str]:
    return row.identifier, row.named.name("de").value.casefold(), row.named.iri


def _named(found: Iterable[tuple[Term | None, ...]]) -> tuple[Named, ...]:
    names: defaultdict[IRI, list[Literal]] = defaultdict(list)
    for _, thing, name in found:
        if isinstance(thing, IRI) and isinstance(name, Literal):
            names[thing].append(name)
    return tuple(Named(thing, tuple(told)) for thing, told in names.items())


def _counted(found: Iterable[tuple[Term | None, ...]]) -> dict[IRI, int]:
    return {
        key: int(count.value) for key, count in found if isinstance(key, IRI) and isinstance(count, Literal)
    }
