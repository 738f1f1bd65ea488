"""Foreign queries over a remote store: judged here, answered there, and never in part."""

import json
from collections.abc import Iterator
from contextlib import closing

import pytest

from graph.bare import found_bare
from graph.endpoint import Address, Endpoint
from graph.errors import NotOffered, NotSparql, QueryTooCostly, RemoteError, RevierError, WrongFormat
from graph.pool import QueryPool
from graph.rdf import CSV, FORMATS, JSON, N_TRIPLES, TSV, TURTLE, Format, Kind, read_table
from graph.remote import Publication, publication
from graph.remote_publish import publish_remotely
from graph.remote_queries import RemoteQueries
from graph.store import EmbeddedStore
from ontology.naming import GRAPH
from ontology.terms import IRI, REV
from tests.bad_remotes import SAID, BadRemote, answering
from tests.engines import Engine

ONTOLOGY = GRAPH + "ontology"


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    with closing(QueryPool(found_bare(tmp_path_factory.mktemp("empty")), workers=2)) as pool:
        yield pool


@pytest.fixture(scope="module")
def queries(engine: Engine, little: EmbeddedStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteQueries]:
    judge = QueryPool(found_bare(tmp_path_factory.mktemp("empty")), workers=2)
    with closing(Endpoint(engine.address)) as endpoint:
        publish_remotely(endpoint, little)
        with closing(RemoteQueries(engine.address, publication(endpoint), judge)) as opened:
            yield opened


def test_rows_are_those_of_the_embedded_store(queries: RemoteQueries, little: EmbeddedStore) -> None:
    query = f"SELECT ?actor WHERE {{ ?actor a <{REV.Actor}> }} ORDER BY ?actor"
    answer = queries.run(query)
    assert answer.format is JSON
    assert answer.snapshot == little.snapshot
    assert read_table(answer.read(), JSON).rows == little.select(query).rows


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_every_format_is_given(queries: RemoteQueries, form: Format) -> None:
    query = "SELECT * WHERE { ?s ?p ?o } LIMIT 3" if form.kind is Kind.BINDINGS else f"DESCRIBE <{REV.Actor}>"
    answer = queries.run(query, formats=(form,))
    assert answer.format is form
    assert answer.size == len(answer.read()) > 20


def test_an_ask_is_answered_by_a_truth_value(queries: RemoteQueries) -> None:
    for query, truth in ((f"ASK {{ ?s a <{REV.Actor}> }}", True), ("ASK { ?s <urn:nothing> ?o }", False)):
        assert json.loads(queries.run(query).read())["boolean"] is truth


def test_the_graphs_of_a_request_and_of_from_are_those_that_are_seen(
    queries: RemoteQueries, little: EmbeddedStore
) -> None:
    [[expected]] = little.select(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{ONTOLOGY}> {{ ?s ?p ?o }} }}").rows
    count, named = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    for answer in (
        queries.run(count.format(""), default_graphs=[ONTOLOGY]),
        queries.run(count.format(f"FROM <{ONTOLOGY}>")),
        queries.run(named, named_graphs=[ONTOLOGY]),
    ):
        assert read_table(answer.read(), JSON).rows == ((expected,),)
    for answer in (
        queries.run(named, default_graphs=[ONTOLOGY]),
        queries.run(count.format(""), named_graphs=[ONTOLOGY]),
        queries.run(count.format(""), default_graphs=["urn:unknown"]),
    ):
        assert read_table(answer.read(), JSON).rows[0][0].value == "0"  # type: ignore[union-attr]


def test_the_first_rows_say_whether_there_are_more(queries: RemoteQueries) -> None:
    for limit, is_complete in ((5, False), (3, True)):
        answer = queries.run(f"SELECT ?s WHERE {{ ?s ?p ?o }} LIMIT {limit}", formats=(TSV, N_TRIPLES), most_rows=3)
        assert (len(answer.read().splitlines()), answer.is_complete) == (4, is_complete)


REFUSED = [
    ("SELECT * WHERE { ?s ?p", NotSparql),
    ("INSERT DATA { <urn:a> <urn:b> 1 }", NotSparql),
    ("SELECT * WHERE { ?s ?p ?o } ; DROP ALL", NotSparql),
    ("DEFINE sql:log-enable 2 SELECT * WHERE { ?s ?p ?o }", NotOffered),
    ("SELECT * WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", NotOffered),
    ("SELECT ?service WHERE { ?service ?p ?o }", NotOffered),
    ("SELECT (<bif:exec>('ls') AS ?x) WHERE {}", NotOffered),
    ("SELECT (<urn:own>(1) AS ?x) WHERE {}", NotOffered),
    (r"SELECT * WHERE { ?s ?p '\u0027 } DROP ALL #' }", NotOffered),
    (r"SELECT * WHERE { ?s <urn:p> 'x\'} ; DELETE WHERE { ?s ?p ?o } #' }", NotOffered),
    ("SELECT * FROM <http://www.w3.org/ns/ldp#> WHERE { ?s ?p ?o }", NotOffered),
    ("PREFIX g: <urn:> SELECT * FROM g:x WHERE { ?s ?p ?o }", NotOffered),
]


@pytest.mark.parametrize(("query", "error"), REFUSED)
def test_what_must_not_leave_the_house_is_refused_here(judge: QueryPool, query: str, error: type[RevierError]) -> None:
    with closing(BadRemote(answering())) as never:
        queries = RemoteQueries(Address(never.url), Publication("x", (IRI(ONTOLOGY),)), judge)
        with pytest.raises(error):
            queries.run(query)
        assert never.requests == []


def test_a_format_that_cannot_hold_the_answer_is_refused(queries: RemoteQueries) -> None:
    with pytest.raises(WrongFormat, match="gives rows"):
        queries.run("SELECT * WHERE { ?s ?p ?o }", formats=(TURTLE,))


TRIPLE = (
    '{"type":"triple","value":{"subject":{"type":"uri","value":"urn:s"},'
    '"predicate":{"type":"uri","value":"urn:p"},"object":'
)
DEEP = 10_000 * TRIPLE + '{"type":"uri","value":"urn:o"}' + 10_000 * "}}"
PARTS = {
    "time": answering(headers="X-SQL-State: S1TAT\r\n"),
    "rows": answering(headers="X-SPARQL-MaxRows: 10000\r\n"),
    "size": answering(" " * 2000),
    "HTML": answering(f"<html>{SAID}</html>", content_type="text/html"),
    "cut": answering('{"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {'),
}


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_a_part_of_an_answer_is_never_given_as_if_it_were_whole(judge: QueryPool, part: object) -> None:
    with closing(BadRemote(part)) as store:  # type: ignore[arg-type]
        queries = RemoteQueries(Address(store.url), Publication("x", (IRI(ONTOLOGY),)), judge, result_bytes=1000)
        with pytest.raises((QueryTooCostly, RemoteError)) as caught:
            queries.run("SELECT ?n WHERE { ?n ?p ?o }", formats=(CSV,))
    assert caught.value.status in (502, 503)
    assert SAID not in str(caught.value)


@pytest.mark.parametrize("form", [CSV, TURTLE], ids=["rows", "a graph"])
def test_an_answer_that_would_end_its_reader_is_refused(judge: QueryPool, form: Format) -> None:
    said = {
        CSV: answering(f'{{"head": {{"vars": ["n"]}}, "results": {{"bindings": [{{"n": {DEEP}}}]}}}}'),
        TURTLE: answering(
            f"<urn:s> <urn:p> {100_000 * '<<( <urn:s> <urn:p> '}<urn:o>{100_000 * ' )>>'} .",
            content_type=N_TRIPLES.media_type,
        ),
    }
    query = {CSV: "SELECT ?n WHERE { ?n ?p ?o }", TURTLE: "CONSTRUCT WHERE { ?s ?p ?o }"}
    with closing(BadRemote(said[form])) as store:
        queries = RemoteQueries(Address(store.url), Publication("x", (IRI(ONTOLOGY),)), judge)
        with pytest.raises(RemoteError, match="cannot be read as a result"):
            queries.run(query[form], formats=(form,))
