"""What is asked again is answered as before, and no longer once anything it depends on has changed."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api import echo
from graph.bare import found_bare
from tests.writable import MAY_ALL, writable

ALL = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("echo")
    found_bare(home)
    with writable(home) as app:
        yield app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def asked(client: FlaskClient, query: str = ALL, **headers: str) -> TestResponse:
    return client.get("/sparql", query_string={"query": query}, headers=headers)


def heard(client: FlaskClient, *ways: str) -> float:
    """How many answers came from memory or were known to the client, by the figures of the service."""
    lines = client.get("/metrics").text.splitlines()
    told = tuple(f'revier_cache_total{{answer="{way}"}}' for way in ways or ("hit", "held"))
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(told))


def insert(client: FlaskClient, triple: str) -> None:
    assert client.post("/update", data={"update": f"INSERT DATA {{ {triple} }}"}, headers=MAY_ALL).status_code == 204


def test_the_same_request_gets_the_same_answer_but_for_its_id(client: FlaskClient) -> None:
    first, again = asked(client), asked(client)
    assert first.data == again.data
    assert first.headers["Request-Id"] != again.headers["Request-Id"]
    for name, value in first.headers:
        assert name == "Request-Id" or again.headers[name] == value


def test_what_was_heard_is_counted_as_a_hit(client: FlaskClient) -> None:
    asked(client, "ASK {}")
    before = heard(client)
    asked(client, "ASK {}")
    assert heard(client) == before + 1


def test_after_a_write_the_answer_is_another(client: FlaskClient) -> None:
    asked(client)
    insert(client, "<urn:a> <urn:b> 'after'")
    assert b"after" in asked(client).data


def test_a_client_that_holds_the_answer_is_told_so_until_it_changes(client: FlaskClient) -> None:
    tag = asked(client, ALL + "#").headers["ETag"]
    for _ in range(2):
        answer = asked(client, ALL + "#", If_None_Match=tag)
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    insert(client, "<urn:a> <urn:b> 'other'")
    assert asked(client, ALL + "#", If_None_Match=tag).status_code == 200


def test_of_a_large_answer_it_is_known_who_holds_it(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(echo, "LARGEST_BYTES", 1)
    first = asked(client, ALL + "# large")
    before = heard(client, "held")
    assert asked(client, ALL + "# large", If_None_Match=first.headers["ETag"]).status_code == 304
    assert heard(client, "held") == before + 1
    assert asked(client, ALL + "# large").data == first.data


def test_forms_languages_and_codings_are_kept_apart(client: FlaskClient) -> None:
    wishes = (
        {"Accept": "text/csv"},
        {"Accept": "application/sparql-results+xml"},
        {"Accept": "text/html", "Accept-Language": "de"},
        {"Accept": "text/html", "Accept-Language": "en"},
        {"Accept": "text/csv", "Accept-Encoding": "gzip, identity;q=0"},
    )
    first = [asked(client, **wish).data for wish in wishes]
    assert len(set(first)) == len(wishes)
    assert [asked(client, **wish).data for wish in wishes] == first


@pytest.mark.parametrize("query", ["SELECT (RAND() AS ?n) {}", "SELECT (STRUUID() AS ?n) {}"])
def test_what_differs_each_time_is_asked_each_time(client: FlaskClient, query: str) -> None:
    assert asked(client, query).data != asked(client, query).data


def test_an_answer_to_a_token_is_for_nobody_else(client: FlaskClient) -> None:
    private = "https://w3id.org/revier/graph/private/x"
    insert(client, f"GRAPH <{private}> {{ <urn:a> <urn:b> 'secret' }}")
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    assert b"secret" in asked(client, query, **MAY_ALL).data
    assert b"secret" not in asked(client, query).data
    assert b"secret" in asked(client, query, **MAY_ALL).data


def test_a_head_request_and_an_error_are_answered_for_themselves(client: FlaskClient) -> None:
    asked(client)
    assert client.head("/sparql", query_string={"query": ALL}).data == b""
    assert [asked(client, "SELECT").status_code for _ in range(2)] == [400, 400]
