"""What matching reads of a store, as numbered terms: rows are taken one by one, and no row is kept."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph.matching.arrays import Integers
from graph.model import Literal, Term
from ontology.terms import IRI, RDF, XSD

Rows = Iterable[tuple[Term | None, ...]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Quads as four columns of numbers; a number is a place in `terms`, which are in order and each once."""

    terms: list[str]
    subject: Integers
    predicate: Integers
    object: Integers
    graph: Integers


def read(rows: Rows) -> Reading:
    """The quads of rows with subject, predicate, object and graph; those with a blank node are left out."""
    numbers: dict[Term | None, int] = {}
    columns = tuple(array("i") for _ in range(4))
    append = [column.append for column in columns]
    for row in rows:
        for add, term in zip(append, row, strict=True):
            add(numbers.setdefault(term, len(numbers)))
    return _in_order(numbers, [np.frombuffer(column, dtype=np.int32) for column in columns])


def write_term(term: IRI | Literal) -> str:
    """A term as one string, by which terms are ordered: literals first, then IRIs.

    >>> write_term(IRI("urn:a")), write_term(Literal("a", "de")), write_term(Literal("a", datatype=IRI("urn:t")))
    ('urn:a', '"a"@de', '"a"^urn:t')
    """
    if isinstance(term, IRI):
        return term
    if term.language:
        return f'"{term.value}"@{term.language}'
    return f'"{term.value}"' if term.datatype == XSD.string else f'"{term.value}"^{term.datatype}'


def read_term(written: str) -> IRI | Literal:
    """The term that `write_term` wrote: neither a language nor a datatype holds a quotation mark."""
    if not written.startswith('"'):
        return IRI(written)
    value, _, kind = written[1:].rpartition('"')
    if kind.startswith("@"):
        return Literal(value, kind[1:], RDF.langString)
    return Literal(value, datatype=IRI(kind[1:])) if kind else Literal(value)


def _in_order(numbers: dict[Term | None, int], columns: list[Integers]) -> Reading:
    """The same quads, renumbered by the order of the terms that they use."""
    written = [write_term(term) if isinstance(term, IRI | Literal) else "" for term in numbers]
    is_known = np.fromiter(map(bool, written), dtype=bool, count=len(written))
    kept = np.ones(len(columns[0]), dtype=bool)
    for column in columns:
        kept &= is_known[column]
    order = sorted(range(len(written)), key=written.__getitem__)
    rank = np.empty(len(written), dtype=np.int32)
    rank[order] = np.arange(len(written), dtype=np.int32)
    subject, predicate, value, graph = (rank[column[kept]] for column in columns)
    return Reading([written[number] for number in order], subject, predicate, value, graph)
