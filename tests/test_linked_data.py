"""Every IRI of the graph answers as a page and as RDF, in the form and the profile that is asked for."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from api.app import create_app
from api.links import page_of
from api.representation import OFFERED
from api.service import Service
from graph.document import PAGE, Documents, Profile, things
from graph.rdf import JSON_LD, N_TRIPLES, RDF_XML, TURTLE
from graph.store import Store, candidate, open_store, store_of
from ontology.naming import BASE, GRAPH
from ontology.terms import DCTERMS, FOAF, IRI, PROV, REV, SCHEMA, SKOS

RDFLIB = {TURTLE: "turtle", N_TRIPLES: "nt", JSON_LD: "json-ld", RDF_XML: "xml"}
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOC = "/doc/kleinrevier/actor/0001"
HOME = IRI(BASE + "id/kleinrevier/actor/0001")


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


@pytest.fixture(scope="module")
def described(little: Store) -> tuple[IRI, ...]:
    return tuple(thing for thing in things(little) if "#" not in thing and "/ont" not in thing)


def test_every_thing_says_the_same_in_every_form(client: FlaskClient, described: tuple[IRI, ...]) -> None:
    assert len(described) > 300
    for thing in described:
        path = page_of(thing)
        told = [
            frozenset(quad.triple for quad in ox.parse(client.get(f"{path}.{form.suffix}").data, form.engine))
            for form in OFFERED
        ]
        assert len(set(told)) == 1, thing
        page = client.get(path or "", headers={"Accept": BROWSER})
        assert page.status_code == 200
        assert page.content_type.startswith("text/html")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # it warns of what it does itself
def test_rdflib_reads_the_same(client: FlaskClient, little: Store, described: tuple[IRI, ...]) -> None:
    for thing in described[::25]:
        graphs = [
            Graph().parse(data=client.get(f"{page_of(thing)}.{form.suffix}").data, format=name)
            for form, name in RDFLIB.items()
        ]
        assert all(isomorphic(graphs[0], other) for other in graphs[1:]), thing
        assert len(graphs[0]) == len(Documents(little).about(thing, Profile.FULL).triples)


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json, text/html;q=0.5", "application/ld+json"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/turtle;q=0.4, application/rdf+xml;q=0.8", "application/rdf+xml"),
        (BROWSER, "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
    ],
)
def test_the_accepted_form_is_given(client: FlaskClient, accept: str, content_type: str) -> None:
    answer = client.get(DOC, headers={"Accept": accept})
    assert (answer.status_code, answer.content_type) == (200, content_type)
    assert "Accept" in answer.headers["Vary"]


def test_a_form_nobody_offers_is_answered_with_the_list(client: FlaskClient) -> None:
    answer = client.get(DOC, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert all(form.media_type in answer.text for form in OFFERED)


def test_an_id_leads_to_its_document_with_what_was_asked(client: FlaskClient) -> None:
    answer = client.get("/id/kleinrevier/actor/0001?_profile=card")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DOC}?_profile=card")


def test_each_profile_says_less_and_in_its_own_words(client: FlaskClient) -> None:
    told = {
        profile: Graph().parse(data=client.get(f"{DOC}.ttl?_profile={profile}").data, format="turtle")
        for profile in ("full", "card", "schema")
    }
    assert set(told["card"]) < set(told["full"])
    assert {str(p) for _, p, _ in told["schema"]} >= {SCHEMA.name}
    assert all(str(p).startswith(SCHEMA.base) or "type" in str(p) for _, p, _ in told["schema"])
    concept = Graph().parse(data=client.get("/voc/actor-class/user.ttl?_profile=skos").data, format="turtle")
    assert any(str(p) == SKOS.prefLabel for _, p, _ in concept)
    assert client.get(f"{DOC}.ttl?_profile=skos").status_code == 404


def test_a_profile_comes_by_header_and_is_told(client: FlaskClient) -> None:
    asked = {"Accept": "text/turtle", "Accept-Profile": f"<urn:other>, <{Profile.CARD.iri}>;q=0.5"}
    answer = client.get(DOC, headers=asked)
    assert answer.headers["Content-Profile"] == f"<{Profile.CARD.iri}>"
    assert f'<{Profile.CARD.iri}>; rel="profile"' in answer.headers["Link"]
    refused = client.get(f"{DOC}.ttl?_profile=brief")
    assert refused.status_code == 406
    assert "schema" in refused.text


def test_a_description_tells_graphs_with_source_date_and_licence(client: FlaskClient) -> None:
    quads = list(ox.parse(client.get(f"{DOC}.trig").data, ox.RdfFormat.TRIG))
    graphs = {quad.graph_name for quad in quads if quad.subject == ox.NamedNode(HOME)}
    sources = {graph for graph in graphs if "/source/" in str(graph)}
    assert sources
    for graph in sources:
        said = {quad.predicate.value for quad in quads if quad.subject == graph}
        assert said >= {DCTERMS.license, DCTERMS.issued, PROV.wasDerivedFrom, PROV.generatedAtTime}


def test_confidence_and_source_of_each_statement_node_come_along(client: FlaskClient) -> None:
    told = Graph().parse(data=client.get(f"{DOC}.ttl").data, format="turtle")
    nodes = set(told.objects(URIRef(HOME), URIRef(REV.hasNeed))) | set(
        told.objects(URIRef(HOME), URIRef(REV.makesOffer))
    )
    assert nodes
    for node in nodes:
        assert list(told.objects(node, URIRef(PROV.wasDerivedFrom)))
        assert list(told.objects(node, URIRef(REV.confidence)))


def test_what_points_at_a_thing_comes_in_pages(service_of: Callable[..., Service]) -> None:
    many = PAGE + 7
    lines = "\n".join(
        f"<{BASE}id/r/actor/{number:05}> <{REV.locatedIn}> <{BASE}id/place/1> ." for number in range(many)
    )
    client = create_app(service_of(store_of(f"<{BASE}id/place/1> <{SKOS.prefLabel}> 'Ort' .\n{lines}"))).test_client()
    first = client.get("/doc/place/1.nt")
    following = re.search(r'<([^>]+)>; rel="next"', first.headers["Link"])
    assert following
    second = client.get(following[1])
    assert 'rel="next"' not in second.headers["Link"]
    assert first.text.count(REV.locatedIn) == PAGE
    assert second.text.count(REV.locatedIn) == many - PAGE


def test_the_markup_of_a_page_equals_the_schema_profile(client: FlaskClient, described: tuple[IRI, ...]) -> None:
    with_markup = 0
    for thing in described[::10]:
        page = client.get(page_of(thing) or "").text
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
        data = client.get(f"{page_of(thing)}.nt?_profile=schema")
        if data.status_code == 404:
            assert not found
            continue
        with_markup += 1
        assert found
        markup = json.dumps(json.loads(found[1])).encode()
        assert set(map(str, ox.parse(markup, ox.RdfFormat.JSON_LD))) == set(
            map(str, ox.parse(data.data, ox.RdfFormat.N_TRIPLES))
        )
    assert with_markup > 10


def test_hostile_names_cannot_leave_the_markup(service_of: Callable[..., Service]) -> None:
    hostile = f'<{BASE}id/r/actor/1> a <{REV.Actor}> ; <{SKOS.prefLabel}> "</script><script>alert(1)</script>" .'
    page = create_app(service_of(store_of(hostile))).test_client().get("/doc/r/actor/1").text
    assert "</script><script>" not in page
    assert page.count("</script>") == page.count("<script")


@pytest.mark.parametrize("path", [f"{DOC}.ttl", DOC, "/ont", "/ont.ttl", "/shapes.nt"])
def test_who_holds_a_document_is_not_sent_it_again(client: FlaskClient, path: str) -> None:
    first = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert not first.headers["ETag"].startswith("W/")
    assert "Last-Modified" in first.headers
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept-Encoding": "gzip"})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(f"{path}?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_any_page_of_the_web_may_read(client: FlaskClient) -> None:
    answer = client.get(f"{DOC}.ttl")
    assert answer.headers.getlist("Access-Control-Allow-Origin") == ["*"]
    asked = client.options(f"{DOC}.ttl", headers={"Origin": "https://example.org"})
    assert "Accept-Profile" in asked.headers["Access-Control-Allow-Headers"]


def test_all_terms_of_the_ontology_and_all_shapes_are_in_one_document_each(client: FlaskClient) -> None:
    for path, base in (("/ont", BASE + "ont#"), ("/shapes", BASE + "shapes#")):
        told = Graph().parse(data=client.get(f"{path}.ttl").data, format="turtle")
        page = client.get(path).text
        for term in {str(subject) for subject in told.subjects() if str(subject).startswith(base)}:
            local = term.removeprefix(base)
            assert f'id="{local}"' in page or path == "/shapes", term


def test_reference_pages_speak_their_language(client: FlaskClient) -> None:
    german, english = client.get("/ont?lang=de").text, client.get("/ont?lang=en").text
    assert "eine Beschichtungsanlage in Gelsenkirchen" in german
    assert "eine Beschichtungsanlage" not in english
    assert "a coating plant in Gelsenkirchen" in english
    assert 'href="/questions/blocking-tasks' in english
    assert 'href="/shapes#ActorShape"' in english or 'href="/shapes?lang=en#ActorShape"' in english


def test_private_graphs_are_in_no_document(service_of: Callable[..., Service], tmp_path: Path) -> None:
    with candidate(tmp_path / "store") as store:
        store.load_turtle(f'<{BASE}id/r/actor/1> <{FOAF.page}> "secret" .', IRI(GRAPH + "private/x"))
        store.part_public(tmp_path)
    client = create_app(service_of(open_store(tmp_path))).test_client()
    for form in OFFERED:
        assert client.get(f"/doc/r/actor/1.{form.suffix}").status_code == 404
