"""What a snapshot says, triple by triple, with the graph that says it: what reasons are quoted from.

Terms are numbered in their order, literals before IRIs, so that a row of numbers is in the order of its terms. Things
can be asked for by IRI, or by number where many are asked about.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.infer import INFERRED
from graph.matching.arrays import Integers, read_array, spread, write_array
from graph.matching.reading import Reading, read_term, write_term
from graph.matching.strings import Strings, write_strings
from graph.model import Literal, QuotedTriple, Text
from ontology.terms import IRI, RDF, SKOS

Spoken = tuple[IRI, IRI, IRI | Literal]
REMEMBERED = 50_000  # terms, names and triples that were asked for
_FIRST_IRI = "#"  # literals begin with a quotation mark, which comes before it
_NOTHING: Integers = np.empty(0, dtype=np.int32)


class Statements:
    """Triples by predicate and subject. Of several graphs that say the same, a source is quoted first."""

    def __init__(self, folder: Path) -> None:
        self._terms = Strings(folder, "terms")
        self._first_iri = self._terms.first_from(_FIRST_IRI)
        begins = read_array(folder, "predicate-begins").tolist()
        predicates = (IRI(self._terms[each]) for each in read_array(folder, "predicates").tolist())
        self._rows = {each: slice(*rows) for each, rows in zip(predicates, pairwise(begins), strict=True)}
        self._subject, self._object, self._graph = (read_array(folder, f"said-{name}") for name in ("s", "o", "g"))
        self._numbers: dict[str, int] = {}
        self.term = lru_cache(REMEMBERED)(self._term)
        self.named = lru_cache(REMEMBERED)(self._named)
        self.quoted = lru_cache(REMEMBERED)(self._quoted)
        self.links = lru_cache(REMEMBERED)(self._links)

    @property
    def size(self) -> int:
        """How many terms are numbered."""
        return len(self._terms)

    def find(self, written: str) -> int:
        """The number of a term as `write_term` writes it, an IRI as it is; -1 if nothing is said of or with it."""
        number = self._numbers.get(written)
        return self._remember(written, self._terms.find(written)) if number is None else number

    def says(self, subject: IRI, predicate: IRI, value: IRI) -> bool:
        """Whether the triple is said."""
        return self.quoted(self.find(subject), predicate, value) is not None

    def subjects(self, predicate: IRI) -> Iterator[IRI]:
        """Everything of which `predicate` is said, in the order of the IRIs."""
        return map(self.iri, np.unique(self.columns(predicate)[0]).tolist())

    def typed(self, kind: IRI) -> Iterator[IRI]:
        """Everything of a class, in the order of the IRIs."""
        return map(self.iri, self.typed_nodes(kind).tolist())

    def link(self, subject: IRI, predicate: IRI) -> IRI | None:
        """The first of `links`, if there is one."""
        return next(iter(self.links(subject, predicate)), None)

    def literals(self, subject: IRI, predicate: IRI) -> tuple[Literal, ...]:
        """The texts and numbers said of `subject`, in the order of their lexical forms."""
        return self.told(self.find(subject), predicate)

    def literal(self, subject: IRI, predicate: IRI) -> Literal | None:
        """The first of `literals`, if there is one."""
        return next(iter(self.literals(subject, predicate)), None)

    def name(self, subject: IRI) -> Text:
        """The preferred labels of `subject`; the end of its IRI where it has none."""
        node = self.find(subject)
        return self.named(node) if node >= 0 else names((), subject)

    def quote(self, *spoken: Spoken) -> tuple[QuotedTriple, ...]:
        """Those of the triples that are really said, each with a graph that says it."""
        found = (self.quoted(self.find(subject), predicate, value) for subject, predicate, value in spoken)
        return tuple(triple for triple in found if triple)

    def iri(self, node: int) -> IRI:
        """The IRI with a number."""
        term = self.term(node)
        assert isinstance(term, IRI)
        return term

    def columns(self, predicate: IRI) -> tuple[Integers, Integers]:
        """Subjects and objects of a predicate, by number, in the order of subjects and then of objects."""
        rows = self._rows.get(predicate)
        return (self._subject[rows], self._object[rows]) if rows else (_NOTHING, _NOTHING)

    def is_iri(self, nodes: Integers) -> NDArray[np.bool_]:
        """Which of the terms are IRIs."""
        return nodes >= self._first_iri

    def typed_nodes(self, kind: IRI) -> Integers:
        """The numbers of everything of a class, in order."""
        subjects, kinds = self.columns(RDF.type)
        alike: Integers = subjects[kinds == self.find(kind)]
        return alike

    def pairs(self, nodes: Integers, predicate: IRI) -> tuple[Integers, Integers]:
        """The things that many nodes point at: the place of each in `nodes`, and the thing."""
        subjects, objects = self.columns(predicate)
        owners, places = spread(subjects.searchsorted(nodes), subjects.searchsorted(nodes, "right"))
        things = objects[places]
        is_link = things >= self._first_iri
        return owners[is_link], things[is_link]

    def linked(self, node: int, predicate: IRI) -> list[int]:
        """The numbers of the things that a node points at, in order."""
        return [each for each in self._objects(node, predicate) if each >= self._first_iri]

    def told(self, node: int, predicate: IRI) -> tuple[Literal, ...]:
        """The texts and numbers said of a node, in the order of their lexical forms."""
        found = [self.term(each) for each in self._objects(node, predicate) if each < self._first_iri]
        literals = [each for each in found if isinstance(each, Literal)]
        if len(literals) > 1:
            literals.sort(key=lambda literal: (literal.value, literal.language or ""))
        return tuple(literals)

    def _objects(self, node: int, predicate: IRI) -> list[int]:
        rows = self._rows_of(node, predicate)
        return self._object[rows].tolist() if rows else []

    def _rows_of(self, node: int, predicate: IRI) -> slice | None:
        rows = self._rows.get(predicate)
        if rows is None or node < 0:
            return None
        first, last = self._subject[rows].searchsorted(np.array((node, node + 1), dtype=np.int32)).tolist()
        return slice(rows.start + first, rows.start + last) if first < last else None

    def _links(self, subject: IRI, predicate: IRI) -> tuple[IRI, ...]:
        """The things that `subject` points at, in the order of their IRIs."""
        return tuple(map(self.iri, self.linked(self.find(subject), predicate)))

    def _term(self, node: int) -> IRI | Literal:
        written = self._terms[node]
        self._remember(written, node)  # what was read is what is asked about next
        return read_term(written)

    def _remember(self, written: str, number: int) -> int:
        if len(self._numbers) >= REMEMBERED:
            self._numbers.clear()
        self._numbers[written] = number
        return number

    def _named(self, node: int) -> Text:
        return names(self.told(node, SKOS.prefLabel), self.iri(node))

    def _quoted(self, node: int, predicate: IRI, value: IRI | Literal) -> QuotedTriple | None:
        rows, sought = self._rows_of(node, predicate), self.find(write_term(value))
        if rows is None or sought < 0:
            return None
        place = rows.start + int(self._object[rows].searchsorted(np.int32(sought)))
        if place == rows.stop or self._object[place] != sought:
            return None
        return QuotedTriple(self.iri(node), predicate, value, self.iri(int(self._graph[place])))


def write_statements(reading: Reading, folder: Path) -> None:
    """Write what was read as the arrays of `Statements`; of equal triples the one that is quoted first stays."""
    is_inferred = reading.graph == _number(reading, INFERRED)
    order = np.lexsort((reading.graph, is_inferred, reading.object, reading.subject, reading.predicate))
    columns = [column[order] for column in (reading.predicate, reading.subject, reading.object)]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    predicate, subject, value = (column[is_first] for column in columns)
    used, begins = np.unique(predicate, return_index=True)
    write_strings(folder, "terms", reading.terms)
    write_array(folder, "predicates", used)
    write_array(folder, "predicate-begins", np.append(begins, len(predicate)))
    for name, column in (("s", subject), ("o", value), ("g", reading.graph[order][is_first])):
        write_array(folder, f"said-{name}", column)


def names(labels: Iterable[Literal], iri: IRI) -> Text:
    """A name in both languages: the label of a language, else one of none, else another's, else the end of the IRI.

    >>> names([Literal("Wasserstoff", language="de")], IRI("urn:h2"))
    Text(de='Wasserstoff', en='Wasserstoff')
    """
    spoken = {literal.language: literal.value for literal in labels}
    own = spoken.get(None) or next(iter(spoken.values()), iri.rstrip("/").rpartition("/")[2])
    return Text(spoken.get("de", own), spoken.get("en", own))


def _number(reading: Reading, term: str) -> int:
    place = bisect_left(reading.terms, term)
    return place if place < len(reading.terms) and reading.terms[place] == term else -1
