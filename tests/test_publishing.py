"""Catalogues, dumps and the site map: whole, verifiable, and leading nowhere else."""

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from api.app import create_app
from api.current import Current, edition_in
from api.practices import practices
from api.service import Service
from graph.document import DATASET
from graph.publication import CATALOG
from graph.store import Store
from ontology.terms import DCAT, DCTERMS, VCARD, VOID

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def client(little: Store, little_snapshot: Path, service_of: Callable[..., Service]) -> FlaskClient:
    service = service_of(little)
    settings = replace(service.settings, contact="daten@example.org", publisher="Beispielamt")
    current = Current(edition_in(little_snapshot))
    return create_app(replace(service, current=current, settings=settings)).test_client()


def test_void_counts_what_is_there(client: FlaskClient, little: Store) -> None:
    told = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    quads = little.select("SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }").rows
    assert int(str(told.value(URIRef(DATASET), URIRef(VOID.triples)))) == len(quads)
    by_property = {
        str(told.value(partition, URIRef(VOID.property))): int(str(told.value(partition, URIRef(VOID.triples))))
        for partition in told.objects(URIRef(DATASET), URIRef(VOID.propertyPartition))
    }
    assert by_property == {p: sum(1 for _, q, _ in quads if q == p) for p in {p for _, p, _ in quads}}
    assert len(list(told.objects(URIRef(DATASET), URIRef(VOID.classPartition)))) > 30


def test_the_catalogue_record_meets_the_application_profile(client: FlaskClient) -> None:
    record = Graph().parse(data=client.get("/catalog.ttl").data, format="turtle")
    shapes = Graph().parse(HERE / "data" / "dcat-ap.ttl")
    conforms, _, report = pyshacl.validate(record, shacl_graph=shapes)
    assert conforms, report
    assert (URIRef(CATALOG), URIRef(DCAT.dataset), URIRef(DATASET)) in record
    contact = record.value(URIRef(DATASET), URIRef(DCAT.contactPoint))
    assert str(record.value(contact, URIRef(VCARD.hasEmail))) == "mailto:daten@example.org"
    assert len(list(record.objects(URIRef(DATASET), URIRef(DCAT.distribution)))) >= 10


def test_a_record_without_its_duties_is_found_out(client: FlaskClient) -> None:
    record = Graph().parse(data=client.get("/catalog.ttl").data, format="turtle")
    record.remove((None, URIRef(DCTERMS.license), None))
    conforms, *_ = pyshacl.validate(record, shacl_graph=Graph().parse(HERE / "data" / "dcat-ap.ttl"))
    assert not conforms


def test_every_dump_is_what_its_checksum_says(client: FlaskClient, little: Store) -> None:
    record = Graph().parse(data=client.get("/catalog.ttl").data, format="turtle")
    addresses = [str(address).partition("localhost")[2] for address in record.objects(None, URIRef(DCAT.downloadURL))]
    folder = addresses[0].rpartition("/")[0]
    sums = dict(line.split("  ")[::-1] for line in client.get(f"{folder}/SHA256SUMS").text.splitlines())
    assert {address.rpartition("/")[2] for address in addresses} == set(sums)
    for address in addresses:
        answer = client.get(address, buffered=True)
        assert hashlib.sha256(answer.data).hexdigest() == sums[address.rpartition("/")[2]]
        assert answer.headers["ETag"] == f'"{sums[address.rpartition("/")[2]]}"'
    whole = gzip.decompress(client.get(f"{folder}/revier.nq.gz", buffered=True).data)
    quads = len(list(ox.parse(whole, ox.RdfFormat.N_QUADS)))
    assert quads == len(little.select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }").rows)


def test_a_dump_can_be_fetched_in_parts_and_by_latest(client: FlaskClient) -> None:
    answer = client.get("/dump/latest/revier.nq.gz", follow_redirects=True, buffered=True)
    part = client.get(answer.request.path, headers={"Range": "bytes=10-19"}, buffered=True)
    assert (part.status_code, part.data) == (206, answer.data[10:20])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/dump/20200101T000000000000-00000000/revier.nq.gz", 410),
        ("/dump/29990101T000000000000-00000000/revier.nq.gz", 404),
        ("/dump/nothing/revier.nq.gz", 404),
        ("/dump/../manifest.json", 404),
        ("/dump/latest/..%2Fmanifest.json", 404),
    ],
)
def test_what_is_no_dump_is_not_given(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path, headers={"Accept": "application/json"}, follow_redirects=True)
    assert answer.status_code == status
    if status == 410:
        assert "The nearest is" in answer.text


def test_no_file_of_a_snapshot_but_its_dumps_is_given(client: FlaskClient) -> None:
    build = client.get("/dump/latest/SHA256SUMS").headers["Location"].split("/")[2]
    for name in ("manifest.json", "..%2fmanifest.json", "store%2fCURRENT", "%2e%2e%2fmanifest.json"):
        assert client.get(f"/dump/{build}/{name}").status_code == 404


def test_the_site_map_names_pages_that_answer(client: FlaskClient) -> None:
    assert "Sitemap: http://localhost/sitemap.xml" in client.get("/robots.txt").text
    parts = re.findall(r"<loc>http://localhost([^<]+)</loc>", client.get("/sitemap.xml").text)
    pages = [
        page for part in parts for page in re.findall(r"<loc>http://localhost([^<]+)</loc>", client.get(part).text)
    ]
    assert len(pages) == len(set(pages)) > 300
    assert [page for page in pages[::7] if client.get(page).status_code != 200] == []
    assert client.get(f"/sitemap/{len(parts) + 1}.xml").status_code == 404


def test_the_page_of_data_speaks_both_languages(client: FlaskClient) -> None:
    assert "Datenabzüge" in client.get("/catalog?lang=de").text
    assert "Dumps" in client.get("/catalog?lang=en").text


def test_every_best_practice_leads_to_its_proof(client: FlaskClient) -> None:
    assert [each.number for each in practices()] == list(range(1, 36))
    page = client.get("/practices?lang=en").text
    for each in practices():
        assert each.name.en in page
        if each.proof and each.proof != "/sparql":  # which needs workers
            assert client.get(each.proof, follow_redirects=True, buffered=True).status_code == 200, each.proof
    assert [each.number for each in practices() if not each.proof] == [30]
