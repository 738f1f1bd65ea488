"""Where terms meet the engine: conversion of RDF terms, and lines of RDF read into them."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from graph.model import BlankNode, Literal, Table, Term
from ontology.terms import IRI


def to_engine(term: Term) -> Any:
    """The engine's form of a term."""
    if isinstance(term, Literal):
        if term.language:
            return ox.Literal(term.value, language=term.language)
        return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))
    return ox.BlankNode(term.label) if isinstance(term, BlankNode) else ox.NamedNode(term)


def from_engine(term: Any) -> Term:
    """A term of the engine as ours."""
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.language, IRI(term.datatype.value))
    return BlankNode(term.value)


def parse_quads(lines: bytes) -> Iterator[tuple[Term, IRI, Term, Term]]:
    """The quads of an N-Quads text of our own making."""
    for quad in ox.parse(lines, ox.RdfFormat.N_QUADS):
        graph = from_engine(quad.graph_name)
        yield from_engine(quad.subject), IRI(quad.predicate.value), from_engine(quad.object), graph


def delimited(table: Table, delimiter: str) -> str:
    """A table as CSV or TSV of plain values, header first."""
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([term.value if isinstance(term, Literal) else term or "" for term in row] for row in table.rows)
    return output.getvalue()
