"""What an answer or a result file says: a boolean, rows or quads; results are read without the engine under test."""

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from .manifest import Part, iri_of
from .terms import XSD, Term

SRX = "{http://www.w3.org/2005/sparql-results#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
NUMBERS = {r"[+-]?\d+": "integer", r"[+-]?\d*\.\d+": "decimal", r"[+-]?(\d+\.?\d*|\.\d+)[eE][+-]?\d+": "double"}

Row = dict[str, Term]


@dataclass(frozen=True)
class Solutions:
    """The rows of a SELECT, each with the variables that are bound; `is_ordered` where the document counts them."""

    variables: frozenset[str]
    rows: list[Row]
    is_ordered: bool = False


Answer = bool | Solutions | list[Quad]


def read(document: bytes, suffix: str, *, base: str = "") -> Answer:
    """The content of a document by the suffix of its format: .srx, .srj, .csv, .tsv, .ttl, .nt or .rdf."""
    readers = {".srx": _xml, ".srj": _json, ".csv": _csv, ".tsv": _tsv}
    if suffix in readers:
        return readers[suffix](document)
    form = RdfFormat.from_extension(suffix.removeprefix("."))
    quads = list(parse(document, form, base_iri=base or None, rename_blank_nodes=True))
    return _result_set(quads) if any(quad.object == NamedNode(RS + "ResultSet") for quad in quads) else quads


def answer_in(file: Path) -> Answer:
    """What a result file of the suite says."""
    return read(file.read_bytes(), file.suffix, base=iri_of(file))


def content(parts: Iterable[Part]) -> list[Quad]:
    """The quads of a data set, each file in its graph."""
    quads = []
    for part in parts:
        graph = NamedNode(part.graph) if part.graph else DefaultGraph()
        triples = parse(path=part.file, base_iri=iri_of(part.file), rename_blank_nodes=True)
        quads += [Quad(triple.subject, triple.predicate, triple.object, graph) for triple in triples]
    return quads


def _json(document: bytes) -> bool | Solutions:
    said = json.loads(document)
    if "boolean" in said:
        return bool(said["boolean"])
    rows = [{name: _json_term(term) for name, term in row.items()} for row in said["results"]["bindings"]]
    return Solutions(frozenset(said["head"]["vars"]), rows)


def _json_term(term: dict[str, str]) -> Term:
    if term["type"] == "uri":
        return NamedNode(term["value"])
    if term["type"] == "bnode":
        return BlankNode("b" + term["value"].encode().hex())
    return _literal(term["value"], term.get("datatype"), term.get("xml:lang"))


def _xml(document: bytes) -> bool | Solutions:
    root = ElementTree.fromstring(document)  # noqa: S314 – the server under test is trusted
    boolean = root.find(SRX + "boolean")
    if boolean is not None:
        return boolean.text == "true"
    variables = frozenset(found.attrib["name"] for found in root.iter(SRX + "variable"))
    rows = [
        {cell.attrib["name"]: _xml_term(cell[0]) for cell in row.iter(SRX + "binding")}
        for row in root.iter(SRX + "result")
    ]
    return Solutions(variables, rows)


def _xml_term(element: ElementTree.Element) -> Term:
    text = element.text or ""
    if element.tag == SRX + "uri":
        return NamedNode(text)
    if element.tag == SRX + "bnode":
        return BlankNode("b" + text.encode().hex())
    return _literal(text, element.get("datatype"), element.get(LANGUAGE))


def _csv(document: bytes) -> Solutions:
    """CSV has no types, so every cell is a text; an empty one and an unbound one are the same."""
    header, *lines = csv.reader(io.StringIO(document.decode(), newline=""))
    return Solutions(frozenset(header), [_csv_row(header, line) for line in lines])


def _csv_row(header: list[str], line: list[str]) -> Row:
    cells = zip(header, line, strict=True)
    return {
        name: BlankNode("b" + cell.encode().hex()) if cell.startswith("_:") else Literal(cell)
        for name, cell in cells
        if cell
    }


def _tsv(document: bytes) -> Solutions:
    header, *lines = document.decode().removesuffix("\n").split("\n")
    names = [name.removeprefix("?") for name in header.rstrip("\r").split("\t")]
    rows = []
    for line in lines:
        cells = zip(names, line.rstrip("\r").split("\t"), strict=True)
        rows.append({name: _tsv_term(cell) for name, cell in cells if cell})
    return Solutions(frozenset(names), rows)


def _tsv_term(text: str) -> Term:
    for pattern, datatype in NUMBERS.items():
        if re.fullmatch(pattern, text):
            return _literal(text, XSD + datatype, None)
    term = next(parse(f"<urn:s> <urn:p> {text} .", RdfFormat.TURTLE)).object
    assert isinstance(term, NamedNode | BlankNode | Literal)
    return term


def _literal(text: str, datatype: str | None, language: str | None) -> Literal:
    if language:
        return Literal(text, language=language)
    return Literal(text, datatype=NamedNode(datatype)) if datatype else Literal(text)


def _result_set(quads: list[Quad]) -> bool | Solutions:
    """The answer that a graph tells in the result-set vocabulary."""
    told: dict[tuple[object, str], list[Term]] = {}
    for quad in quads:
        told.setdefault((quad.subject, quad.predicate.value.removeprefix(RS)), []).append(quad.object)  # type: ignore[arg-type]
    for (_, name), values in told.items():
        if name == "boolean":
            return str(values[0].value) == "true"
    variables = {term.value for (_, name), terms in told.items() if name == "resultVariable" for term in terms}
    solutions = [term for (_, name), terms in told.items() if name == "solution" for term in terms]
    is_ordered = all((solution, "index") in told for solution in solutions) and bool(solutions)
    if is_ordered:
        solutions.sort(key=lambda solution: int(told[solution, "index"][0].value))
    rows = [
        {
            told[binding, "variable"][0].value: told[binding, "value"][0]
            for binding in told.get((solution, "binding"), [])
        }
        for solution in solutions
    ]
    return Solutions(frozenset(variables), rows, is_ordered)
