"""What not everybody may see is in nothing that the service gives out, and not in its log."""

import gzip
import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.links import page_of
from api.publishing import VOID_PATH
from api.representation import OFFERED
from graph.build import build
from graph.document import Profile, things
from graph.snapshot import published
from graph.store import open_store
from ontology.naming import GRAPH, ID
from queries.catalogue import questions
from tests.writable import MAY_ALL, writable

REGIONS = Path(__file__).parents[1] / "regions"
SECRET = "Geheimvorhaben"  # noqa: S105 - the title of a need
WRITTEN = "Handschlag"
NODE = f"{ID}kleinrevier/need/0012"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A region with a need for the network only."""
    folder = tmp_path_factory.mktemp("leaks")
    pack = shutil.copytree(REGIONS / "little", folder / "pack")
    needs = pack / "tables" / "needs.csv"
    text = needs.read_text(encoding="utf-8")
    assert "plasma,galvanik,,,Plasma erproben," in text
    needs.write_text(text.replace("Plasma erproben", SECRET), encoding="utf-8")
    assert not build(pack, folder / "home").refused
    return folder / "home"


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[FlaskClient]:
    with writable(home) as app:
        client = app.test_client()
        address = f"/graph-store?graph={GRAPH}private/notes"
        body = f'<urn:x> <urn:says> "{WRITTEN}" .'
        assert client.put(address, data=body, headers=MAY_ALL | {"Content-Type": "text/turtle"}).status_code < 300
        yield client


def _addresses(home: Path) -> Iterator[str]:
    described = [page for thing in things(open_store(published(home))) if (page := page_of(thing)) and "#" not in page]
    for page in described:
        yield page
        yield from (f"{page}.{form.suffix}" for form in OFFERED)
        yield from (f"{page}.ttl?_profile={profile}" for profile in Profile)
    for asked in questions():
        query = "&".join(f"{name}={value}" for name, value in asked.example.items() if isinstance(value, str))
        yield from (f"/questions/{asked.name}{suffix}?{query}" for suffix in ("", ".json", ".csv", ".xlsx"))
    yield from (
        "/",
        "/actors",
        "/needs",
        "/offers",
        "/tasks",
        "/about",
        "/catalog",
        "/catalog.ttl",
        "/ont.nt",
        VOID_PATH,
    )
    yield from ("/feed.atom", "/feed/matches.atom", "/sitemap/1.xml", "/metrics", "/health", "/api/v1/openapi.json")
    yield from (
        f"/match?need={NODE}",
        "/match?text=Plasma",
        "/api/v1/match?text=Plasma",
        "/sparql",
        "/graph-store?default",
    )


def test_nothing_that_is_given_out_tells_it(client: FlaskClient, home: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = 0
    for address in _addresses(home):
        answer = client.get(address, buffered=True)
        found = answer.data.decode(errors="replace")
        told += 1
        assert answer.status_code < 500, address
        assert SECRET not in found, address
        assert WRITTEN not in found, address
        assert NODE not in found or NODE in address, address
    assert told > 4000
    assert WRITTEN not in caplog.text


def test_no_dump_holds_it(client: FlaskClient) -> None:
    build_name = client.get("/dump/latest/SHA256SUMS").headers["Location"].split("/")[2]
    names = re.findall(r"  (\S+)\n", client.get(f"/dump/{build_name}/SHA256SUMS").text)
    assert len(names) > 5
    for name in names:
        text = gzip.decompress(client.get(f"/dump/{build_name}/{name}", buffered=True).data).decode()
        assert SECRET not in text
        assert WRITTEN not in text
        assert NODE not in text


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "SELECT * { GRAPH ?g { ?s ?p ?o } }",
        f"SELECT * {{ GRAPH <{GRAPH}private/withheld> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{GRAPH}private/withheld> {{ ?s ?p ?o }}",  # noqa: S608 - no SQL
        f"DESCRIBE <{NODE}>",
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPH}private/notes> {{ ?s ?p ?o }} }}",
    ],
)
def test_the_endpoint_does_not_tell_it_but_to_a_token(client: FlaskClient, query: str) -> None:
    public = client.get("/sparql", query_string={"query": query}).text
    assert SECRET not in public
    assert WRITTEN not in public
    trusted = client.get("/sparql", query_string={"query": query}, headers=MAY_ALL).text
    assert SECRET in trusted or WRITTEN in trusted


def test_a_write_cannot_put_it_where_all_see_it(client: FlaskClient) -> None:
    body = "<urn:n> <https://w3id.org/revier/ont#visibility> <https://w3id.org/revier/voc/visibility/network> ."
    address = f"/graph-store?graph={GRAPH}notes"
    answer = client.put(address, data=body, headers=MAY_ALL | {"Content-Type": "text/turtle"})
    assert answer.status_code == 422
    assert client.get(address).status_code == 404


def test_what_is_withheld_survives_the_next_build_once(client: FlaskClient, home: Path) -> None:
    query = f"SELECT ?o {{ GRAPH <{GRAPH}private/withheld> {{ <{NODE}> ?p ?o }} }}"
    before = client.get("/sparql", query_string={"query": query}, headers=MAY_ALL).json
    build(home.parent / "pack", home)
    with writable(home) as app:
        after = app.test_client().get("/sparql", query_string={"query": query}, headers=MAY_ALL).json
    assert before
    assert after
    assert len(before["results"]["bindings"]) == len(after["results"]["bindings"]) > 5
