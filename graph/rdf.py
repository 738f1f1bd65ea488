"""The forms that RDF takes outside: formats with their media types, terms to and from the engine."""

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import pyoxigraph as ox

from graph.errors import WrongUse
from graph.model import BlankNode, Literal, Quad, Table, Term, Triple
from ontology.terms import IRI, PREFIXES

EngineTerm = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Kind(StrEnum):
    """What a format can hold: the rows of SELECT and ASK, or the triples of CONSTRUCT and DESCRIBE."""

    BINDINGS = "bindings"
    GRAPH = "graph"


@dataclass(frozen=True, slots=True)
class Format:
    """One form of an answer; the first media type is its own, the first name its file suffix."""

    kind: Kind
    names: tuple[str, ...]
    media_types: tuple[str, ...]
    engine: Any  # ox.QueryResultsFormat for bindings, ox.RdfFormat for a graph

    @property
    def suffix(self) -> str:
        return self.names[0]

    @property
    def media_type(self) -> str:
        return self.media_types[0]

    @property
    def iri(self) -> IRI:
        """The IRI by which a service description names this format."""
        # the engine places JSON-LD elsewhere than the W3C's list of formats does
        return IRI(_LIST_OF_FORMATS + self.engine.iri.rpartition("/")[2])


_LIST_OF_FORMATS = ox.RdfFormat.TURTLE.iri.removesuffix("Turtle")

JSON = Format(
    Kind.BINDINGS,
    ("json", "srj"),
    ("application/sparql-results+json", "application/json"),
    ox.QueryResultsFormat.JSON,
)
XML = Format(
    Kind.BINDINGS,
    ("xml", "srx"),
    ("application/sparql-results+xml", "application/xml", "text/xml"),
    ox.QueryResultsFormat.XML,
)
CSV = Format(Kind.BINDINGS, ("csv",), ("text/csv",), ox.QueryResultsFormat.CSV)
TSV = Format(Kind.BINDINGS, ("tsv",), ("text/tab-separated-values",), ox.QueryResultsFormat.TSV)
TURTLE = Format(
    Kind.GRAPH,
    ("ttl", "turtle"),
    ("text/turtle", "application/turtle", "application/x-turtle"),
    ox.RdfFormat.TURTLE,
)
N_TRIPLES = Format(
    Kind.GRAPH,
    ("nt", "ntriples", "n-triples"),
    ("application/n-triples",),
    ox.RdfFormat.N_TRIPLES,
)
RDF_XML = Format(
    Kind.GRAPH,
    ("rdf", "rdf+xml", "xml"),
    ("application/rdf+xml", "application/xml", "text/xml"),
    ox.RdfFormat.RDF_XML,
)
JSON_LD = Format(
    Kind.GRAPH,
    ("jsonld", "json-ld", "json+ld", "json"),
    ("application/ld+json", "application/json"),
    ox.RdfFormat.JSON_LD,
)
# these hold whole data sets; the graph of an answer stands in their default graph
N_QUADS = Format(
    Kind.GRAPH,
    ("nq", "nquads", "n-quads"),
    ("application/n-quads",),
    ox.RdfFormat.N_QUADS,
)
TRIG = Format(Kind.GRAPH, ("trig",), ("application/trig", "application/x-trig"), ox.RdfFormat.TRIG)

# of equally welcome formats of one kind, the earlier is given
FORMATS = (JSON, XML, CSV, TSV, TURTLE, N_TRIPLES, RDF_XML, JSON_LD, N_QUADS, TRIG)


def format_named(name: str, kind: Kind) -> Format | None:
    """The format of `kind` called `name`, a suffix, another name or a media type; None if there is none.

    >>> format_named("json", Kind.GRAPH).media_type
    'application/ld+json'
    >>> format_named("csv", Kind.GRAPH) is None
    True
    """
    wanted = name.lower()
    offered = (form for form in FORMATS if form.kind is kind)
    return next((form for form in offered if wanted in (*form.names, *form.media_types)), None)


def to_engine(term: Term) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    """A term of ours as the engine's.

    >>> str(to_engine(Literal("Wasserstoff", language="de")))
    '"Wasserstoff"@de'
    """
    if isinstance(term, IRI):
        return ox.NamedNode(term)
    if isinstance(term, BlankNode):
        return ox.BlankNode(term.label)
    if term.language:
        return ox.Literal(term.value, language=term.language)
    return ox.Literal(term.value, datatype=ox.NamedNode(term.datatype))


def from_engine(term: EngineTerm) -> Term:
    """A term of the engine as ours.

    Raises `WrongUse` for a triple term (RDF 1.2), which our tables do not hold.
    """
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.Literal):
        return Literal(term.value, term.language, IRI(term.datatype.value))
    if isinstance(term, ox.BlankNode):
        return BlankNode(term.value)
    raise WrongUse(f"No table can show the triple term {term}. Ask for its subject, predicate and object.")


def read_table(answer: bytes, form: Format) -> Table:
    """The table that `answer` holds: the rows of a SELECT, or of triples with a column for each part.

    The answer of an ASK is a table without columns, with one row for yes and none for no, as SPARQL has it.

    >>> read_table(b'?name\\n"Ruhr"@de\\n', TSV).rows
    ((Literal(value='Ruhr', language='de', datatype='http://www.w3.org/1999/02/22-rdf-syntax-ns#langString'),),)
    """
    if isinstance(form.engine, ox.RdfFormat):
        triples = tuple(tuple(map(from_engine, quad.triple)) for quad in ox.parse(answer, form.engine))
        return Table(("subject", "predicate", "object"), triples)
    found = ox.parse_query_results(answer, form.engine)
    if isinstance(found, ox.QueryBoolean):
        return Table((), ((),) if found else ())
    rows = tuple(tuple(None if cell is None else from_engine(cell) for cell in row) for row in found)
    return Table(tuple(variable.value for variable in found.variables), rows)


def converted(answer: bytes, given: Format, wanted: Format) -> bytes:
    """An answer in another format of the same kind; raises SyntaxError if it is not in the `given` one.

    >>> converted(b'{"head": {"vars": ["n"]}, "results": {"bindings": []}}', JSON, TSV)
    b'?n\\n'
    """
    output = io.BytesIO()
    if wanted.kind is Kind.GRAPH:
        triples = (quad.triple for quad in ox.parse(answer, given.engine))
        ox.serialize(triples, output, wanted.engine)
    else:
        ox.parse_query_results(answer, given.engine).serialize(output, wanted.engine)
    return output.getvalue()


def write_triples(triples: Collection[Triple], form: Format) -> bytes:
    """Triples in a graph format; where it has prefixes, with those of ours that occur."""
    terms: Iterator[Any] = (map(to_engine, triple) for triple in triples)
    return _written((ox.Triple(*parts) for parts in terms), form, triples)


def write_quads(quads: Collection[Quad], form: Format) -> bytes:
    """Statements in a format that holds their graphs."""
    terms: Iterator[Any] = (map(to_engine, quad) for quad in quads)
    return _written((ox.Quad(*parts) for parts in terms), form, quads)


def _written(statements: Iterator[Any], form: Format, told: Collection[tuple[Term, ...]]) -> bytes:
    plain_words = (term for parts in told for term in parts if not (isinstance(term, Literal) and term.language))
    words = (term.datatype if isinstance(term, Literal) else term for term in plain_words)
    bases = {_namespace(word) for word in words if isinstance(word, IRI)}
    prefixes = {name: base for name, base in PREFIXES.items() if base in bases}
    output = io.BytesIO()
    ox.serialize(statements, output, form.engine, prefixes=prefixes)
    return output.getvalue()


def _namespace(iri: IRI) -> str:
    """An IRI up to its local name."""
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def parse_quads(lines: bytes) -> Iterator[tuple[Term, IRI, Term, IRI]]:
    """Subject, predicate, object and graph of each line of an N-Quads text."""
    for quad in ox.parse(lines, ox.RdfFormat.N_QUADS):
        subject, predicate, value, graph = (from_engine(part) for part in quad)
        yield subject, IRI(predicate), value, IRI(graph)


def delimited(table: Table, separator: str) -> str:
    r"""A table as SPARQL results in CSV if `separator` is a comma, in TSV if it is a tab.

    >>> delimited(Table(("name",), ((Literal("Bottrop"),), (None,))), ",")
    'name\r\nBottrop\r\n""\r\n'
    >>> delimited(Table(("name",), ((Literal("Bottrop"),),)), "\t")
    '?name\n"Bottrop"\n'
    """
    if separator == "\t":
        lines = [
            [f"?{column}" for column in table.columns],
            *(["" if term is None else str(to_engine(term)) for term in row] for row in table.rows),
        ]
        return "".join("\t".join(line) + "\n" for line in lines)
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(table.columns)
    writer.writerows([plain(term) for term in row] for row in table.rows)
    return output.getvalue()


def plain(term: Term | None) -> str:
    """What a cell shows of a term: its text, its IRI, or nothing where it is unbound."""
    if isinstance(term, Literal):
        return term.value
    return f"_:{term.label}" if isinstance(term, BlankNode) else term or ""
