"""Formats are told apart, and terms come back from the engine as they went in."""

import csv
import io

import pytest
import rdflib
from rdflib.compare import isomorphic

from graph.errors import WrongUse
from graph.model import BlankNode, Literal, Table, Term, Triple
from graph.rdf import (
    CSV,
    FORMATS,
    JSON,
    N_TRIPLES,
    TSV,
    TURTLE,
    XML,
    Format,
    Kind,
    delimited,
    format_named,
    from_engine,
    parse_quads,
    plain,
    read_table,
    to_engine,
    write_triples,
)
from ontology.terms import IRI, RDF, SKOS, XSD

TERMS: list[Term] = [
    IRI("https://example.org/ü?a=1#b"),
    BlankNode("b0"),
    Literal("Grün & „Weiß“ <é>\n\t\"'\\"),
    Literal("Kompetenz", "de", RDF.langString),
    Literal("2026-11-23", datatype=XSD.date),
    Literal("0.40", datatype=XSD.decimal),
]
NAME = Literal("Wasser, Stoff", "de", RDF.langString)
TRIPLES: list[Triple] = [
    (IRI("urn:a"), SKOS.prefLabel, NAME),
    (IRI("urn:a"), SKOS.related, BlankNode("x")),
    (BlankNode("x"), SKOS.notation, Literal("1", datatype=XSD.integer)),
]
RDFLIB_NAMES = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld", "nq": "nquads", "trig": "trig"}
ANSWERS = {
    JSON: '{"head":{"vars":["name","by"]},"results":{"bindings":[{"name":'
    '{"type":"literal","xml:lang":"de","value":"Wasser, Stoff"}}]}}',
    XML: '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="name"/>'
    '<variable name="by"/></head><results><result><binding name="name">'
    '<literal xml:lang="de">Wasser, Stoff</literal></binding></result></results></sparql>',
    TSV: '?name\t?by\n"Wasser, Stoff"@de\t\n',
}


@pytest.mark.parametrize("term", TERMS, ids=lambda term: type(term).__name__)
def test_a_term_survives_the_way_to_the_engine_and_back(term: Term) -> None:
    assert from_engine(to_engine(term)) == term


def test_a_triple_term_is_refused_with_a_sentence() -> None:
    with pytest.raises(WrongUse, match="triple term"):
        read_table(b"?t\n<<( <urn:a> <urn:b> <urn:c> )>>\n", TSV)


@pytest.mark.parametrize("kind", Kind)
def test_a_name_or_media_type_means_one_format_of_a_kind(kind: Kind) -> None:
    words = [word for form in FORMATS if form.kind is kind for word in (*form.names, *form.media_types)]
    assert len(words) == len(set(words))


def test_every_suffix_is_unique_and_names_its_format() -> None:
    assert len({form.suffix for form in FORMATS}) == len(FORMATS)
    assert [format_named(form.suffix, form.kind) for form in FORMATS] == list(FORMATS)
    assert format_named("TEXT/CSV", Kind.BINDINGS) is CSV


@pytest.mark.filterwarnings("ignore:(ConjunctiveGraph|Dataset):DeprecationWarning")  # rdflib's own readers
@pytest.mark.parametrize("form", [form for form in FORMATS if form.kind is Kind.GRAPH], ids=lambda form: form.suffix)
def test_rdflib_reads_from_every_graph_format_what_was_written(form: Format) -> None:
    data_set = rdflib.Dataset(default_union=True)
    data_set.parse(data=write_triples(TRIPLES, form), format=RDFLIB_NAMES[form.suffix])
    read = rdflib.Graph()
    for triple in data_set.triples((None, None, None)):
        read.add(triple)
    meant = rdflib.Graph().parse(data=write_triples(TRIPLES, N_TRIPLES), format="nt")
    assert len(meant) == len(TRIPLES)
    assert isomorphic(read, meant)


def test_turtle_has_the_prefixes_that_occur_and_no_others() -> None:
    prefixes = [
        line.split()[1] for line in write_triples(TRIPLES[:1], TURTLE).decode().splitlines() if "@prefix" in line
    ]
    assert prefixes == ["skos:"]


@pytest.mark.parametrize("form", ANSWERS, ids=lambda form: form.suffix)
def test_every_form_of_an_answer_gives_the_same_table(form: Format) -> None:
    assert read_table(ANSWERS[form].encode(), form) == Table(("name", "by"), ((NAME, None),))


def test_triples_are_read_as_a_table_of_three_columns() -> None:
    table = read_table(b"<urn:a> <urn:p> <urn:b> .\n", N_TRIPLES)
    assert table == Table(("subject", "predicate", "object"), ((IRI("urn:a"), IRI("urn:p"), IRI("urn:b")),))


@pytest.mark.parametrize(("answer", "rows"), [(b"true", ((),)), (b"false", ())])
def test_an_ask_is_a_table_without_columns(answer: bytes, rows: tuple[tuple[()], ...]) -> None:
    assert read_table(answer, TSV) == Table((), rows)


def test_a_table_as_csv_comes_back_from_a_csv_reader() -> None:
    table = Table(("a", "b"), tuple((term, None) for term in TERMS))
    read = list(csv.reader(io.StringIO(delimited(table, ","), newline="")))
    assert read == [["a", "b"], *([plain(term), ""] for term in TERMS)]


def test_a_table_as_tsv_is_what_the_engine_reads_as_the_same_table() -> None:
    table = Table(("a", "b"), tuple((term, NAME) for term in TERMS if not isinstance(term, BlankNode)))
    assert read_table(delimited(table, "\t").encode(), TSV) == table


def test_quads_are_read_line_by_line() -> None:
    lines = b'<urn:a> <urn:p> "x"@en <urn:g> .\n_:b <urn:p> <urn:a> <urn:g> .\n'
    (first, second) = parse_quads(lines)
    assert first == (IRI("urn:a"), IRI("urn:p"), Literal("x", "en", RDF.langString), IRI("urn:g"))
    assert isinstance(second[0], BlankNode)
