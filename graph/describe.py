"""Everything the graph says of one thing, with the graph that says it and how far it is backed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from graph.errors import UnknownTerm
from graph.model import Literal, Term
from graph.store import Store
from ontology.terms import DCTERMS, FOAF, IRI, OWL, PREFIXES, RDFS, REV, SKOS
from queries.catalogue import part

NAMING = (SKOS.prefLabel, DCTERMS.title, RDFS.label)


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its names; a statement node without a name has the things it is about as `parts`."""

    iri: IRI
    names: tuple[Literal, ...] = ()
    parts: tuple["Named", ...] = ()
    page: IRI | None = None

    def name(self, language: str) -> Literal:
        """The name in `language`, else the one without a language, else any, else the short IRI.

        >>> mine = Named(IRI("urn:x:7"), (Literal("Netz", "de"), Literal("grid", "en")))
        >>> mine.name("en").value, Named(IRI("urn:x:8"), parts=(mine, mine)).name("de").value
        ('grid', 'Netz – Netz')
        """
        if self.names:
            return in_language(self.names, language)
        if self.parts:
            return Literal(" – ".join(named.name(language).value for named in self.parts))
        return Literal(short(self.iri))


@dataclass(frozen=True, slots=True)
class Value:
    """What a statement says: a literal or a named thing, the graphs that say so, and how far it is backed."""

    term: Term
    graphs: tuple[IRI, ...]
    named: Named | None = None
    status: IRI | None = None
    confidence: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Statements:
    """The values of one property; `count` is how many there are, of which `values` may be the first."""

    property: IRI
    values: tuple[Value, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Description:
    """One thing: what is said of it (`statements`) and what points at it (`mentions`)."""

    thing: Named
    statements: tuple[Statements, ...]
    mentions: tuple[Statements, ...]

    def values(self, wanted: IRI) -> tuple[Value, ...]:
        """The values of one property; none if nothing is said."""
        return next((said.values for said in self.statements if said.property == wanted), ())

    def texts(self, wanted: IRI) -> tuple[Literal, ...]:
        """The literals among the values of one property."""
        return tuple(value.term for value in self.values(wanted) if isinstance(value.term, Literal))

    def links(self, wanted: IRI) -> tuple[IRI, ...]:
        """The IRIs among the values of one property."""
        return tuple(value.term for value in self.values(wanted) if isinstance(value.term, IRI))


@dataclass(frozen=True, slots=True)
class Meaning:
    """One class or property of the ontology, with labels and definitions in both languages."""

    named: Named
    is_class: bool
    definitions: tuple[Literal, ...]


def describe(store: Store, iri: IRI) -> Description:
    """Everything the snapshot says of `iri`.

    Each value stands once, with every graph that says it. Of what points at the thing, the first
    sixty per property are given.

    Raises `UnknownTerm` if no graph knows the thing.

    >>> from graph.store import store_of
    >>> store = store_of("<urn:a> <urn:p> 'x' . <urn:b> <urn:q> <urn:a> .")
    >>> seen = describe(store, IRI("urn:a"))
    >>> seen.texts(IRI("urn:p"))[0].value, seen.mentions[0].values[0].term
    ('x', 'urn:b')
    """
    statements, mentions = _statements(store, iri), _mentions(store, iri)
    if not statements and not mentions:
        raise UnknownTerm(f"Nothing is known of {iri}. Check the address, or search for the name.")
    return Description(named(store, iri), statements, mentions)


def label(store: Store, iri: IRI, language: str) -> Literal:
    """The name of `iri` for a reader of `language`."""
    return named(store, iri).name(language)


def named(store: Store, iri: IRI) -> Named:
    """`iri` with its names."""
    rows = store.select(part("describe-names"), {"thing": iri}).rows
    return Named(iri, _names((says, what) for _, says, what in rows))


def vocabulary(store: Store) -> tuple[Meaning, ...]:
    """Every class and property that the snapshot explains, in the order of their IRIs."""
    kinds: defaultdict[IRI, set[Term | None]] = defaultdict(set)
    said: defaultdict[IRI, list[Says]] = defaultdict(list)
    for term, kind, says, what in store.select(part("describe-terms")).rows:
        if isinstance(term, IRI):
            kinds[term].add(kind)
            said[term].append((says, what))
    return tuple(
        Meaning(Named(term, _names(says)), OWL.Class in kinds[term], _texts(says, SKOS.definition))
        for term, says in said.items()
    )


def in_language(texts: Iterable[Literal], language: str) -> Literal:
    """Of several wordings the one in `language`, else one without a language, else the first.

    >>> in_language([Literal("Ort", "de"), Literal("Bottrop")], "en").value
    'Bottrop'
    """
    ranks = {language: 0, None: 1}
    return min(texts, key=lambda text: ranks.get(text.language, 2))


def short(iri: IRI) -> str:
    """An IRI as people write it: with a prefix if there is one, else whole.

    >>> short(SKOS.prefLabel)
    'skos:prefLabel'
    """
    fitting = [(base, prefix) for prefix, base in PREFIXES.items() if iri.startswith(base)]
    if not fitting:
        return iri
    base, prefix = max(fitting, key=lambda pair: len(pair[0]))
    return f"{prefix}:{iri.removeprefix(base)}"


Says = tuple[Term | None, Term | None]


def _statements(store: Store, iri: IRI) -> tuple[Statements, ...]:
    graphs: defaultdict[IRI, defaultdict[Term, list[IRI]]] = defaultdict(lambda: defaultdict(list))
    for _, said, term, graph in store.select(part("describe-statements"), {"thing": iri}).rows:
        if isinstance(said, IRI) and isinstance(graph, IRI) and term is not None:
            graphs[said][term].append(graph)
    cards = _cards(row[1:] for row in store.select(part("describe-values"), {"thing": iri}).rows)
    return tuple(
        Statements(
            said,
            tuple(_value(term, places, cards, seen_from=iri) for term, places in terms.items()),
            len(terms),
        )
        for said, terms in graphs.items()
    )


def _mentions(store: Store, iri: IRI) -> tuple[Statements, ...]:
    counts = store.select(part("describe-mention-counts"), {"thing": iri}).rows
    mentioning = partial(_mentions_through, store, iri)
    return tuple(
        mentioning(said, int(count.value))
        for _, said, count in counts
        if isinstance(said, IRI) and isinstance(count, Literal)
    )


def _mentions_through(store: Store, iri: IRI, said: IRI, count: int) -> Statements:
    rows = store.select(part("describe-mentions"), {"thing": iri, "property": said}).rows
    graphs: defaultdict[Term, dict[IRI, None]] = defaultdict(dict)
    for _, _, node, graph, *_ in rows:
        if node is not None and isinstance(graph, IRI):
            graphs[node][graph] = None
    cards = _cards((node, says, what, name) for _, _, node, _, says, what, name in rows)
    values = tuple(_value(node, places, cards, seen_from=iri) for node, places in graphs.items())
    return Statements(said, values, count)


@dataclass(slots=True)
class _Card:
    """What a row-wise answer tells of one neighbour."""

    says: list[Says]
    parts: dict[tuple[Term | None, IRI], list[Says]]


def _cards(rows: Iterable[tuple[Term | None, ...]]) -> dict[Term, _Card]:
    cards: dict[Term, _Card] = {}
    for node, says, what, name in rows:
        if node is None:
            continue
        card = cards.setdefault(node, _Card([], {}))
        if name is None:
            card.says.append((says, what))
        elif isinstance(what, IRI):
            card.parts.setdefault((says, what), []).append((SKOS.prefLabel, name))
    return cards


def _value(term: Term, graphs: Iterable[IRI], cards: dict[Term, _Card], *, seen_from: IRI) -> Value:
    if not isinstance(term, IRI):
        return Value(term, tuple(graphs))
    card = cards.get(term, _Card([], {}))
    parts = {what: Named(what, _names(names)) for (_, what), names in card.parts.items() if what != seen_from}
    page = next(_links(card.says, FOAF.page), None)
    confidence = next(iter(_texts(card.says, REV.confidence)), None)
    return Value(
        term,
        tuple(graphs),
        named=Named(term, _names(card.says), tuple(parts.values()), page),
        status=next(_links(card.says, REV.sourcingStatus), None),
        confidence=Decimal(confidence.value) if confidence else None,
    )


def _names(says: Iterable[Says]) -> tuple[Literal, ...]:
    told = list(says)
    return tuple(dict.fromkeys(text for naming in NAMING for text in _texts(told, naming)))


def _texts(says: Iterable[Says], wanted: IRI) -> tuple[Literal, ...]:
    return tuple(dict.fromkeys(what for said, what in says if said == wanted and isinstance(what, Literal)))


def _links(says: Iterable[Says], wanted: IRI) -> Iterator[IRI]:
    return (what for said, what in says if said == wanted and isinstance(what, IRI))
