"""The service says of itself what is so: each claim is tried."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rdflib
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from api.settings import read_settings
from graph.errors import NotRdf
from graph.pool import QueryPool
from graph.rdf import FORMATS, Format, Kind, read_table, write_triples
from graph.snapshot import finish
from graph.store import PRIVATE, Store, candidate, open_store
from ontology.terms import IRI, RDF, SD, VOID

FILLED, EMPTY, SECRET = IRI("urn:filled"), IRI("urn:empty"), IRI(PRIVATE + "secret")
# https://www.w3.org/TR/sparql11-service-description/#rdf-vocab, of which these are the subjects that we use
DOMAINS = {
    SD.Service: {
        SD.endpoint,
        SD.supportedLanguage,
        SD.feature,
        SD.resultFormat,
        SD.inputFormat,
        SD.defaultDataset,
        SD.availableGraphs,
    },
    SD.Dataset: {SD.defaultGraph, SD.namedGraph},
    SD.GraphCollection: {SD.namedGraph},
    SD.NamedGraph: {SD.name, SD.graph},
    SD.Graph: {VOID.triples},
}

ServiceOf = Callable[..., Service]


class Served:
    """A service, and what it says of itself."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.client: FlaskClient = create_app(service).test_client()
        self.told = rdflib.Graph().parse(data=self.description("text/turtle"), format="turtle")

    def description(self, media_type: str) -> bytes:
        reply = self.client.get("/sparql", headers={"Accept": media_type})
        assert (reply.status_code, reply.mimetype) == (200, media_type)
        return bytes(reply.data)

    def of(self, subject: Any, says: IRI) -> set[str]:
        return {str(value) for value in self.told.objects(subject, rdflib.URIRef(says))}

    def query_service(self) -> Any:
        return self.told.value(predicate=rdflib.URIRef(SD.supportedLanguage), object=rdflib.URIRef(SD.SPARQL11Query))

    def update_service(self) -> Any:
        return self.told.value(predicate=rdflib.URIRef(SD.supportedLanguage), object=rdflib.URIRef(SD.SPARQL11Update))

    def rows(self, query: str) -> list[dict[str, str]]:
        reply = self.client.get("/sparql", query_string={"query": query, "format": "json"})
        assert reply.status_code == 200
        bindings = json.loads(reply.data)["results"]["bindings"]
        return [{name: cell["value"] for name, cell in row.items()} for row in bindings]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory, service_of: ServiceOf) -> Iterator[Served]:
    """A bare data set with a default graph, a filled, an empty and a private one."""
    home = tmp_path_factory.mktemp("bare")
    shop = home / "snapshots" / ".one"
    shop.mkdir(parents=True)
    with candidate(shop / "store") as store:
        lines = home / "lines.nt"
        lines.write_text("<urn:a> <urn:b> <urn:1> .\n<urn:a> <urn:b> <urn:2> .\n", encoding="utf-8")
        store.load_lines(lines, None)
        store.load_turtle("<urn:a> <urn:b> <urn:2>, 3, 4 .", FILLED)
        store.load_turtle("<urn:a> <urn:b> 5 .", SECRET)
        store.add_graph(EMPTY)
        store.part_public(shop)
    snapshot = finish(shop, {"graphs": {FILLED: 3, SECRET: 1}, "triples": 6, "built": [], "bare": True})
    yield from _served(snapshot, open_store(snapshot), service_of, has_union_default=False)


@pytest.fixture(scope="module")
def region_served(little_snapshot: Path, little: Store, service_of: ServiceOf) -> Iterator[Served]:
    """The little region."""
    yield from _served(little_snapshot, little, service_of, has_union_default=True)


def _served(snapshot: Path, store: Store, service_of: ServiceOf, *, has_union_default: bool) -> Iterator[Served]:
    pool = QueryPool(snapshot, workers=2, memory_mb=1024, has_union_default=has_union_default)
    settings = read_settings(
        {"REVIER_HOME": str(snapshot.parents[1]), "REVIER_DEFAULT_GRAPH": "union" if has_union_default else "strict"}
    )
    yield Served(replace(service_of(store, queries=pool), settings=settings, is_bare=not has_union_default))
    pool.close()


@pytest.fixture(params=["bare", "region_served"])
def service(request: pytest.FixtureRequest) -> Served:
    found: Served = request.getfixturevalue(request.param)
    return found


def test_the_endpoint_is_where_queries_are_answered(service: Served) -> None:
    assert service.of(service.query_service(), SD.endpoint) == {"http://localhost/sparql"}


def test_behind_a_proxy_the_endpoint_has_its_public_address(bare: Served) -> None:
    settings = replace(bare.service.settings, public_url="https://example.org/graph")
    told = Served(replace(bare.service, settings=settings))
    assert told.of(told.query_service(), SD.endpoint) == {"https://example.org/graph/sparql"}


def test_the_words_are_those_of_the_standard_in_their_places(service: Served) -> None:
    classes = {subject: IRI(kind) for subject, kind in service.told.subject_objects(rdflib.URIRef(RDF.type))}
    for subject, says, _ in service.told:
        assert IRI(says) == RDF.type or IRI(says) in DOMAINS[classes[subject]]


@pytest.mark.parametrize("form", [form for form in FORMATS if form.kind is Kind.GRAPH], ids=lambda form: form.suffix)
def test_it_says_the_same_in_every_form(bare: Served, form: Format) -> None:
    assert len(read_table(bare.description(form.media_type), form).rows) == len(bare.told)


def test_results_come_in_the_forms_that_are_named_and_no_others(service: Served) -> None:
    named = service.of(service.query_service(), SD.resultFormat)
    assert named == {str(form.iri) for form in FORMATS}
    for form in FORMATS:
        query = "SELECT * {}" if form.kind is Kind.BINDINGS else "CONSTRUCT WHERE {}"
        reply = service.client.get("/sparql", query_string={"query": query}, headers={"Accept": form.media_type})
        assert (reply.status_code, reply.mimetype) == (200, form.media_type)


def test_the_default_graph_is_the_union_only_where_that_is_said(service: Served) -> None:
    is_union = SD.UnionDefaultGraph in service.of(service.query_service(), SD.feature)
    one_named = "SELECT * { GRAPH ?g { ?s ?p ?o } FILTER NOT EXISTS { ?s ?p ?o } } LIMIT 1"
    assert is_union is not bool(service.rows(one_named))


def test_an_empty_graph_exists_as_is_said(bare: Served) -> None:
    assert SD.EmptyGraphs in bare.of(bare.query_service(), SD.feature)
    assert {"g": EMPTY} in bare.rows("SELECT ?g { GRAPH ?g {} }")


def test_federation_is_neither_said_nor_done(service: Served) -> None:
    assert SD.BasicFederatedQuery not in service.of(service.query_service(), SD.feature)
    reply = service.client.get("/sparql", query_string={"query": "SELECT * { SERVICE <http://localhost:1/> {} }"})
    assert reply.status_code == 422


def test_every_public_graph_is_named_with_its_triples_and_no_private_one(service: Served) -> None:
    counted = {
        row["g"]: int(row["n"])
        for row in service.rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    }
    existing = {row["g"] for row in service.rows("SELECT ?g { GRAPH ?g {} }")}
    (data_set,) = service.told.objects(service.query_service(), rdflib.URIRef(SD.defaultDataset))
    told = {}
    for named in service.told.objects(data_set, rdflib.URIRef(SD.namedGraph)):
        (name,), (graph,) = service.of(named, SD.name), service.told.objects(named, rdflib.URIRef(SD.graph))
        told[name] = int(service.of(graph, VOID.triples).pop())
    assert told == dict.fromkeys(existing, 0) | counted
    assert SECRET not in told


def test_the_default_graph_has_the_triples_that_are_told(service: Served) -> None:
    (data_set,) = service.told.objects(service.query_service(), rdflib.URIRef(SD.defaultDataset))
    (default,) = service.told.objects(data_set, rdflib.URIRef(SD.defaultGraph))
    ((count),) = service.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert service.of(default, VOID.triples) == {count["n"]}


def test_the_available_graphs_are_those_that_a_request_may_name(service: Served) -> None:
    (available,) = service.told.objects(service.query_service(), rdflib.URIRef(SD.availableGraphs))
    named = list(service.told.objects(available, rdflib.URIRef(SD.namedGraph)))
    assert named
    for one in named:
        (name,) = service.of(one, SD.name)
        told = {"query": "SELECT ?g { GRAPH ?g {} }", "named-graph-uri": name, "format": "csv"}
        assert service.client.get("/sparql", query_string=told).text == f"g\r\n{name}\r\n"


def test_updates_are_offered_only_where_something_can_be_written(bare: Served) -> None:
    assert bare.update_service() is None
    desk: Any = object()
    writable = Served(replace(bare.service, desk=desk))
    assert writable.of(writable.update_service(), SD.endpoint) == {"http://localhost/update"}
    assert writable.of(writable.query_service(), SD.supportedLanguage) == {SD.SPARQL11Query}


def test_each_form_that_is_said_to_be_read_is_read(bare: Served) -> None:
    desk: Any = object()
    writable = Served(replace(bare.service, desk=desk))
    said = writable.of(writable.update_service(), SD.inputFormat)
    read = set()
    for form in FORMATS:
        if form.kind is Kind.GRAPH:
            document = write_triples([(IRI("urn:a"), IRI("urn:b"), IRI("urn:c"))], form)
            try:
                bare.service.queries.parse(document, form, base="http://localhost/")
            except NotRdf:
                continue
            read.add(str(form.iri))
    assert said == read


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_browser_gets_the_editor_also_without_a_region(bare: Served, language: str) -> None:
    told = {"lang": language, "query": "SELECT * { ?s ?p ?o }"}
    for parameters in ({"lang": language}, told):
        reply = bare.client.get("/sparql", query_string=parameters, headers={"Accept": "text/html"})
        assert (reply.status_code, reply.mimetype) == (200, "text/html")
        assert f'<html lang="{language}">' in reply.text
        assert "<textarea" in reply.text


def test_who_accepts_no_form_of_a_graph_gets_no_description(bare: Served) -> None:
    reply = bare.client.get("/sparql", headers={"Accept": "application/sparql-results+json"})
    assert (reply.status_code, reply.mimetype) == (406, "application/problem+json")
