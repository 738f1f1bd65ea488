"""Virtuoso's own ways, each seen on a real one, and that nothing of them reaches who asks."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from graph.endpoint import EVERYTHING, Address, Endpoint
from graph.errors import NotOffered, QueryTooCostly, RemoteError
from graph.model import BlankNode, Literal
from graph.rdf import Kind
from graph.remote import RemoteStore, publication, table_of
from graph.remote_publish import publish_remotely
from graph.store import store_of
from graph.virtuoso import require_harmless
from ontology.terms import XSD
from tests.engines import Virtuoso

VALUES = f"""<urn:a> <urn:truth> true , false ; <urn:number> 1.50 , 007 ; <urn:day> "2026-11-23"^^<{XSD.date}> ;
  <urn:text> "Öl"@de , "x\\"type\\": \\"bnode\\", \\"value\\": \\"nodeID://" . [] <urn:node> <urn:a> ."""


@pytest.fixture
def endpoint(virtuoso: Virtuoso) -> Iterator[Endpoint]:
    with closing(Endpoint(virtuoso.address)) as opened:
        yield opened


def test_values_come_back_as_the_embedded_store_has_them(endpoint: Endpoint) -> None:
    embedded = store_of(VALUES)
    publish_remotely(endpoint, embedded)
    remote = RemoteStore(endpoint, publication(endpoint))
    query = "SELECT ?p ?o WHERE { <urn:a> ?p ?o }"
    assert set(remote.select(query).rows) == set(embedded.select(query).rows)


def test_a_blank_node_has_a_label_and_a_truth_value_is_one(endpoint: Endpoint) -> None:
    publish_remotely(endpoint, store_of(VALUES))
    remote = RemoteStore(endpoint, publication(endpoint))
    [[node]] = remote.select("SELECT ?s WHERE { ?s <urn:node> ?o }").rows
    assert isinstance(node, BlankNode)
    assert "nodeID" not in node.label
    query = f"SELECT (<{XSD.boolean}>(EXISTS {{ ?s <urn:node> ?o }}) AS ?is) WHERE {{}}"
    assert remote.select(query).rows == ((Literal("true", datatype=XSD.boolean),),)
    assert remote.ask("ASK { ?s <urn:node> ?o }")
    assert not remote.ask("ASK { ?s <urn:nothing> ?o }")


def test_its_system_graphs_are_seen_only_by_who_asks_for_everything(endpoint: Endpoint) -> None:
    publish_remotely(endpoint, store_of(VALUES))
    remote = RemoteStore(endpoint, publication(endpoint))
    system = "SELECT ?s WHERE { ?s a <http://www.openlinksw.com/schemas/virtrdf#QuadStorage> }"
    assert table_of(_from_everything(endpoint, system), Kind.BINDINGS).rows
    assert remote.select(system).rows == ()


@pytest.mark.usefixtures("virtuoso")
def test_an_answer_of_which_it_keeps_rows_back_is_an_error(tmp_path: Path) -> None:
    capped = Virtuoso(tmp_path / "capped", most_rows=5)
    capped.start()
    try:
        with closing(Endpoint(capped.address)) as endpoint:
            everything = "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } }"
            assert len(table_of(_from_everything(endpoint, f"{everything} LIMIT 3"), Kind.BINDINGS).rows) == 3
            with pytest.raises(QueryTooCostly, match="more rows than the remote store gives"):
                _from_everything(endpoint, everything)
    finally:
        capped.kill()


def test_a_store_without_a_password_for_writes_stays_as_it_is(virtuoso: Virtuoso) -> None:
    address = Address(virtuoso.address.query, virtuoso.address.update, virtuoso.address.graph_store, "dba", "wrong")
    with closing(Endpoint(address)) as endpoint, pytest.raises(RemoteError, match="another name and password"):
        publish_remotely(endpoint, store_of("<urn:stranger> <urn:p> 1 ."))


@pytest.mark.parametrize(
    "query",
    [
        r"SELECT * WHERE { ?s ?p '\u0027 }' }",
        r"SELECT * WHERE { ?s ?p 'a\' } INSERT DATA { <urn:a> <urn:b> 1 } #' }",
        "SELECT * WHERE { ?s <bif:contains> 'x' }",
        "SELECT * WHERE { GRAPH <http://www.openlinksw.com/schemas/virtrdf#> { ?s ?p ?o } }",
    ],
)
def test_what_it_reads_otherwise_than_others_is_refused(query: str) -> None:
    with pytest.raises(NotOffered):
        require_harmless(query)


@pytest.mark.parametrize("query", [r"SELECT * WHERE { ?s ?p 'a\nb' }", "SELECT ?definition WHERE { ?s ?p 'insert' }"])
def test_what_everybody_reads_alike_is_let_through(query: str) -> None:
    require_harmless(query)


def _from_everything(endpoint: Endpoint, query: str) -> bytes:
    return endpoint.query(query, Kind.BINDINGS, default=(), named=EVERYTHING)
