"""What a snapshot says, triple by triple, with the graph that says it: what reasons are quoted from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from graph.infer import INFERRED
from graph.model import Literal, QuotedTriple, Term, Text
from ontology.terms import IRI, SKOS

Spoken = tuple[IRI, IRI, IRI | Literal]


class Statements:
    """Triples by predicate and subject. Of several graphs that say the same, a source is quoted first."""

    def __init__(self, rows: Iterable[tuple[Term | None, ...]]) -> None:
        said: defaultdict[IRI, dict[IRI, dict[IRI | Literal, IRI]]] = defaultdict(dict)
        for subject, predicate, value, graph in rows:
            if isinstance(subject, IRI) and isinstance(predicate, IRI) and isinstance(graph, IRI):
                if not isinstance(value, IRI | Literal):
                    continue
                graphs = said[predicate].setdefault(subject, {})
                graphs[value] = min(graphs.get(value, graph), graph, key=_sources_first)
        self._said = dict(said)
        self._names: dict[IRI, Text] = {}

    def subjects(self, predicate: IRI) -> Iterator[IRI]:
        """Everything of which `predicate` is said, in the order of the IRIs."""
        return iter(sorted(self._said.get(predicate, ())))

    def links(self, subject: IRI, predicate: IRI) -> tuple[IRI, ...]:
        """The things that `subject` points at, in the order of their IRIs."""
        values = self._said.get(predicate, {}).get(subject, ())
        return tuple(sorted(value for value in values if isinstance(value, IRI)))

    def link(self, subject: IRI, predicate: IRI) -> IRI | None:
        """The first of `links`, if there is one."""
        return next(iter(self.links(subject, predicate)), None)

    def literals(self, subject: IRI, predicate: IRI) -> tuple[Literal, ...]:
        """The texts and numbers said of `subject`, in the order of their lexical forms."""
        values = self._said.get(predicate, {}).get(subject, ())
        found = (value for value in values if isinstance(value, Literal))
        return tuple(sorted(found, key=lambda literal: (literal.value, literal.language or "")))

    def literal(self, subject: IRI, predicate: IRI) -> Literal | None:
        """The first of `literals`, if there is one."""
        return next(iter(self.literals(subject, predicate)), None)

    def name(self, subject: IRI) -> Text:
        """The preferred labels of `subject`; the end of its IRI where it has none."""
        if subject not in self._names:
            self._names[subject] = names(self.literals(subject, SKOS.prefLabel), subject)
        return self._names[subject]

    def quote(self, *spoken: Spoken) -> tuple[QuotedTriple, ...]:
        """Those of the triples that are really said, each with a graph that says it."""
        return tuple(
            QuotedTriple(subject, predicate, value, self._said[predicate][subject][value])
            for subject, predicate, value in spoken
            if value in self._said.get(predicate, {}).get(subject, ())
        )


def names(labels: Iterable[Literal], iri: IRI) -> Text:
    """A name in both languages: the label of a language, else one of none, else another's, else the end of the IRI.

    >>> names([Literal("Wasserstoff", language="de")], IRI("urn:h2"))
    Text(de='Wasserstoff', en='Wasserstoff')
    """
    spoken = {literal.language: literal.value for literal in labels}
    own = spoken.get(None) or next(iter(spoken.values()), iri.rstrip("/").rpartition("/")[2])
    return Text(spoken.get("de", own), spoken.get("en", own))


def _sources_first(graph: IRI) -> tuple[bool, IRI]:
    return graph == INFERRED, graph
