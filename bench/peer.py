"""The same mapping carried out by rdflib, row by row, as the peer that the build is measured against."""

import csv
from collections.abc import Iterator

from rdflib import RDF, Dataset, Graph, URIRef
from rdflib import Literal as RdfLiteral

from graph.mapping import DATATYPES, Node, TableMapping, Template, Value
from graph.pack import Pack
from graph.register import Register
from ontology.naming import ID
from ontology.terms import REV

Row = dict[str, str]


def map_with_rdflib(pack: Pack, mappings: tuple[TableMapping, ...]) -> Dataset:
    """A Dataset with one graph a source that holds what the mappings say of the pack's tables."""
    dataset, register = Dataset(), Register.read(pack.register)
    for mapping in mappings:
        graph = dataset.graph(URIRef(pack.sources[mapping.source].graph))
        with mapping.table.path.open(encoding="utf-8", newline="") as text:
            for number, row in enumerate(csv.DictReader(text), 2):
                for node in mapping.nodes:
                    row_iri = URIRef(f"{ID}{pack.region}/table/{mapping.table.name}#row={number}")
                    _add_node(graph, node, row, register, row_iri)
    return dataset


def _add_node(graph: Graph, node: Node, row: Row, register: Register, row_iri: URIRef) -> None:
    iri = _render(node.template, row, register)
    if iri is None:
        return
    subject = URIRef(iri)
    for kind in node.types:
        graph.add((subject, RDF.type, URIRef(kind)))
    graph.add((subject, URIRef(REV.fromRow), row_iri))
    for value in node.values:
        for term in _terms(value, row, register):
            graph.add((subject, URIRef(value.predicate), term))


def _terms(value: Value, row: Row, register: Register) -> Iterator[URIRef | RdfLiteral]:
    parts = row[value.each].split(";") if value.each else [""]
    for part in parts:
        cells = {**row, value.each: part} if value.each else row
        if value.template is not None:
            iri = _render(value.template, cells, register)
            if iri is not None:
                yield URIRef(iri)
            continue
        text = cells[value.column] if value.column else value.constant
        if text and value.datatype == "uri":
            yield URIRef(text)
        elif text and value.language:
            yield RdfLiteral(text, lang=value.language)
        elif text:
            plain = value.datatype == "string"
            yield RdfLiteral(text) if plain else RdfLiteral(text, datatype=URIRef(DATATYPES[value.datatype]))


def _render(template: Template, row: Row, register: Register) -> str | None:
    parts = []
    for part in template.parts:
        if isinstance(part, str):
            parts.append(part)
        elif not row[part.column]:
            return None
        else:
            cell = row[part.column]
            parts.append(register.id(part.kind, cell) if part.kind else cell)
    return "".join(parts)
