"""Everything the graph says of one thing, with the graph that says it and how far it is backed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from graph.errors import UnknownTerm
from graph.model import Literal, Term
from graph.store import Store
from ontology.terms import DCTERMS, FOAF, IRI, M8G, OWL, PREFIXES, QUDT, RDFS, REV, SKOS
from queries.catalogue import part

NAMING = (SKOS.prefLabel, DCTERMS.title, RDFS.label)
KEYS = (M8G.email, SKOS.notation, QUDT.numericValue, REV.population, REV.referenceYear)

Says = tuple[Term | None, Term | None]  # property and value, as one row of an answer gives them


@dataclass(frozen=True, slots=True)
class Named:
    """A thing with its names; a node without a name has things it is about as `parts`, or at least a `key`."""

    iri: IRI
    names: tuple[Literal, ...] = ()
    parts: tuple["Named", ...] = ()
    key: str = ""
    page: IRI | None = None

    def name(self, language: str) -> Literal:
        """The name in `language`, else the one without a language, else any, else key or IRI.

        >>> mine = Named(IRI("urn:x:7"), (Literal("Netz", "de"), Literal("grid", "en")))
        >>> mine.name("en").value, Named(IRI("urn:x:8"), parts=(mine, mine)).name("de").value
        ('grid', 'Netz – Netz')
        """
        if self.names:
            return in_language(self.names, language)
        if self.parts:
            return Literal(" – ".join(named.name(language).value for named in self.parts))
        return Literal(self.key or short(self.iri))


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
    forty per property are given.

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


def named(store: Store, iri: IRI) -> Named:
    """`iri` with its names."""
    return _cards(store, (iri,))[iri].named


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


def _statements(store: Store, iri: IRI) -> tuple[Statements, ...]:
    graphs: defaultdict[IRI, defaultdict[Term, list[IRI]]] = defaultdict(lambda: defaultdict(list))
    for _, said, term, graph in store.select(part("describe-statements"), {"thing": iri}).rows:
        if isinstance(said, IRI) and isinstance(graph, IRI) and term is not None:
            graphs[said][term].append(graph)
    cards = _cards(store, (term for terms in graphs.values() for term in terms))
    return tuple(Statements(said, _values(cards, terms, seen_from=iri), len(terms)) for said, terms in graphs.items())


def _mentions(store: Store, iri: IRI) -> tuple[Statements, ...]:
    counts = {
        said: int(count.value)
        for _, said, count in store.select(part("describe-mention-counts"), {"thing": iri}).rows
        if isinstance(said, IRI) and isinstance(count, Literal)
    }
    graphs = {said: _mentioning(store, iri, said) for said in counts}
    cards = _cards(store, (node for nodes in graphs.values() for node in nodes))
    return tuple(Statements(said, _values(cards, graphs[said], seen_from=iri), counts[said]) for said in counts)


def _mentioning(store: Store, iri: IRI, said: IRI) -> dict[Term, list[IRI]]:
    graphs: defaultdict[Term, list[IRI]] = defaultdict(list)
    for _, _, node, graph in store.select(part("describe-mentions"), {"thing": iri, "property": said}).rows:
        if node is not None and isinstance(graph, IRI):
            graphs[node].append(graph)
    return graphs


def _values(cards: "Cards", graphs: Mapping[Term, list[IRI]], *, seen_from: IRI) -> tuple[Value, ...]:
    return tuple(_value(cards, term, tuple(where), seen_from=seen_from) for term, where in graphs.items())


def _value(cards: "Cards", term: Term, graphs: tuple[IRI, ...], *, seen_from: IRI) -> Value:
    """A value with its names and marks; of a statement node, the thing it is seen from needs no naming."""
    if not isinstance(term, IRI):
        return Value(term, graphs)
    card = cards[term]
    parts = tuple(part for part in card.named.parts if part.iri != seen_from)
    return Value(term, graphs, replace(card.named, parts=parts), card.status, card.confidence)


@dataclass(frozen=True, slots=True)
class _Card:
    """What a thing is called and how far it is backed."""

    named: Named
    status: IRI | None
    confidence: Decimal | None


Cards = Mapping[IRI, _Card]


def _cards(store: Store, terms: Iterable[Term]) -> Cards:
    """The card of each IRI among the terms."""
    nodes = tuple(dict.fromkeys(term for term in terms if isinstance(term, IRI)))
    rows = store.select(part("describe-card"), {"node": nodes}).rows if nodes else ()
    told: defaultdict[Term | None, list[tuple[Term | None, ...]]] = defaultdict(list)
    for node, *said in rows:
        told[node].append(tuple(said))
    return {node: _card(node, told[node]) for node in nodes}


def _card(iri: IRI, rows: Iterable[tuple[Term | None, ...]]) -> _Card:
    says: list[Says] = []
    parts: defaultdict[IRI, list[Literal]] = defaultdict(list)
    for said, what, name in rows:
        if not isinstance(name, Literal):
            says.append((said, what))
        elif isinstance(what, IRI):
            parts[what].append(name)
    names = _names(says)
    confidence = next(iter(_texts(says, REV.confidence)), None)
    return _Card(
        Named(
            iri,
            names,
            () if names else tuple(Named(each, tuple(told)) for each, told in parts.items()),
            key=_key(says),
            page=next(_links(says, FOAF.page), None),
        ),
        status=next(_links(says, REV.sourcingStatus), None),
        confidence=Decimal(confidence.value) if confidence else None,
    )


def _names(says: Iterable[Says]) -> tuple[Literal, ...]:
    told = list(says)
    return tuple(dict.fromkeys(text for naming in NAMING for text in _texts(told, naming)))


def _key(says: list[Says]) -> str:
    """What a nameless node is known by: a mailbox, a notation, a number with its unit or year."""
    texts = [text.value for key in KEYS for text in _texts(says, key)]
    return " · ".join((*texts, *(short(unit) for unit in _links(says, QUDT.hasUnit))))


def _texts(says: Iterable[Says], wanted: IRI) -> tuple[Literal, ...]:
    return tuple(dict.fromkeys(what for said, what in says if said == wanted and isinstance(what, Literal)))


def _links(says: Iterable[Says], wanted: IRI) -> Iterator[IRI]:
    return (what for said, what in says if said == wanted and isinstance(what, IRI))
