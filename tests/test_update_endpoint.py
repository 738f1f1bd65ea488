"""`/update` as clients meet it: one update at a time, for whoever has a token, published or refused as a whole."""

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from graph.bare import found_bare
from graph.snapshot import build_lock, published
from graph.tokens import Tokens
from ontology.terms import REV, expand
from tests.writable import MAY_ALL, writable

UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"
ONE = "INSERT DATA { <urn:s> <urn:p> 1 }"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bare")
    found_bare(home)
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    with writable(home, REVIER_UPDATE_BYTES="2000") as app:
        yield app


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        answer = send(request.getfixturevalue("app"), "DROP ALL")
        assert answer.status_code == 204, answer.text


def send(app: Flask, update: str | bytes, *, kind: str = UPDATE, at: str = "", **headers: str) -> TestResponse:
    """POST an update with the operator's token."""
    told = MAY_ALL | {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().post(f"/update{at}", data=update, content_type=kind, headers=told)


def ask(app: Flask, pattern: str) -> bool:
    answer = app.test_client().get("/sparql", query_string={"query": f"ASK {{ {pattern} }}"})
    assert answer.status_code == 200, answer.text
    return bool(answer.json["boolean"]) if answer.json else False


def test_an_update_sent_directly_is_seen_by_the_next_query(app: Flask, home: Path) -> None:
    answer = send(app, ONE, kind=f"{UPDATE}; charset=utf-8")
    assert (answer.status_code, answer.data) == (204, b"")
    snapshot = published(home).name
    assert (answer.headers["ETag"], answer.headers["Revier-Snapshot"]) == (f'"{snapshot}"', snapshot)
    assert ask(app, "<urn:s> <urn:p> 1")


def test_an_update_may_come_in_a_form(app: Flask) -> None:
    form = {"update": "INSERT DATA { <urn:s> <urn:p> 'ü & =' }"}
    answer = app.test_client().post("/update", data=form, headers=MAY_ALL)
    assert answer.status_code == 204
    assert ask(app, "<urn:s> <urn:p> 'ü & ='")


@pytest.mark.parametrize("way", ["direct", "form"])
@pytest.mark.parametrize(
    ("parameter", "pattern"), [("using-graph-uri", "{}"), ("using-named-graph-uri", "GRAPH ?g {}")]
)
def test_the_data_set_of_the_protocol_is_what_the_pattern_sees(
    app: Flask, way: str, parameter: str, pattern: str
) -> None:
    send(app, "INSERT DATA { GRAPH <urn:g1> { <urn:s> <urn:in> 1 } GRAPH <urn:g2> { <urn:s> <urn:in> 2 } }")
    text = "INSERT { <urn:s> <urn:seen> ?o } WHERE { " + pattern.replace("{}", "{ ?s <urn:in> ?o }") + " }"
    if way == "direct":
        answer = send(app, text, at=f"?{parameter}=urn:g1")
    else:
        answer = app.test_client().post("/update", data={"update": text, parameter: "urn:g1"}, headers=MAY_ALL)
    assert answer.status_code == 204, answer.text
    assert ask(app, "<urn:s> <urn:seen> 1")
    assert not ask(app, "<urn:s> <urn:seen> 2")


def test_a_data_set_stands_in_the_request_or_in_the_text(app: Flask) -> None:
    for clause in ("USING <urn:g1>", "USING NAMED <urn:g1>"):
        text = f"INSERT {{ <urn:s> <urn:p> 1 }} {clause} WHERE {{}}"
        assert send(app, text, at="?using-graph-uri=urn:g1").status_code == 400
    within = "WITH <urn:g1> INSERT { <urn:s> <urn:p> 1 } WHERE {}"
    assert send(app, within, at="?using-graph-uri=urn:g1").status_code == 400


@pytest.mark.parametrize(
    ("at", "body", "kind", "status"),
    [
        ("", "update=CLEAR+ALL&update=CLEAR+ALL", FORM, 400),
        ("", "query=ASK+{}", FORM, 400),
        ("", "update=CLEAR+ALL&query=ASK+{}", FORM, 400),
        ("?query=ASK+{}", "CLEAR ALL", UPDATE, 400),
        ("?update=CLEAR+ALL", "", FORM, 400),
        ("?update=CLEAR+ALL", "CLEAR ALL", UPDATE, 400),
        ("?default-graph-uri=urn:g", "CLEAR ALL", UPDATE, 400),
        ("", "", FORM, 400),
        ("?using-graph-uri=relative", "CLEAR ALL", UPDATE, 400),
        ("?using-named-graph-uri=", "CLEAR ALL", UPDATE, 400),
        ("", b"INSERT DATA { <urn:s> <urn:p> '\xff' }", UPDATE, 400),
        ("", "update=%ff", FORM, 400),
        ("?using-graph-uri=%ff", "CLEAR ALL", UPDATE, 400),
        ("", "ASK {}", UPDATE, 400),
        ("", "CLEAR ALL", "text/plain", 415),
        ("", "CLEAR ALL", "application/sparql-query", 415),
        ("", "CLEAR ALL", f"{UPDATE}; charset=utf-16", 415),
        (
            "",
            '--x\r\nContent-Disposition: form-data; name="update"\r\n\r\nCLEAR ALL\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
            415,
        ),
        ("", "LOAD <http://127.0.0.1/>", UPDATE, 422),
        ("", "INSERT { <urn:s> <urn:p> 1 } WHERE { SERVICE <http://127.0.0.1/> {} }", UPDATE, 422),
        ("", "#" * 2001, UPDATE, 413),
        ("", "update=" + "x" * 2001, FORM, 413),
        ("", "update=" + "x" * 9000, FORM, 413),
        ("", "CREATE GRAPH <urn:g1> ; INSERT DATA { <urn:s> <urn:p> 2 } ; CREATE GRAPH <urn:g1>", UPDATE, 409),
    ],
)
def test_what_is_no_update_is_refused_and_changes_nothing(
    app: Flask, at: str, body: str | bytes, kind: str, status: int
) -> None:
    send(app, ONE)
    answer = send(app, body, kind=kind, at=at)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert answer.json
    assert answer.json["detail"]
    assert ask(app, "<urn:s> <urn:p> 1")
    assert not ask(app, "<urn:s> <urn:p> 2")


def test_an_update_without_a_type_is_refused(app: Flask) -> None:
    assert app.test_client().post("/update", data=ONE, headers=MAY_ALL).status_code == 415


def test_a_text_that_cannot_be_read_is_told_its_line_and_column(app: Flask) -> None:
    answer = send(app, "INSERT DATA {\n <urn:s> <urn:p> }")
    assert answer.status_code == 400
    assert answer.json is not None
    assert (answer.json["line"], answer.json["column"]) == (2, 18)


def test_only_post_brings_updates(app: Flask) -> None:
    for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE"):
        answer = app.test_client().open("/update?update=CLEAR+ALL", method=method, headers=MAY_ALL)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST, OPTIONS")


def test_a_page_elsewhere_may_send_a_token(app: Flask) -> None:
    preflight = app.test_client().options("/update", headers={"Access-Control-Request-Method": "POST"})
    assert preflight.status_code == 204
    assert preflight.headers["Allow"] == preflight.headers["Access-Control-Allow-Methods"] == "POST, OPTIONS"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
    for answer in (preflight, send(app, ONE), send(app, "nonsense")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.headers["Revier-Snapshot"]


@pytest.mark.parametrize("authorization", [None, "Bearer ", "Bearer guess", "Basic dTpw", "Bearer \xff"])
def test_without_a_valid_token_nothing_is_written(app: Flask, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    answer = app.test_client().post("/update", data=ONE, content_type=UPDATE, headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Revier"')
    assert not ask(app, "<urn:s> ?p ?o")


def test_a_token_writes_to_its_graphs_until_it_is_revoked(app: Flask, home: Path) -> None:
    tokens = Tokens(home / "tokens.json", "")
    secret = tokens.create("one graph", ["urn:mine"])
    mine, foreign = (f"INSERT DATA {{ GRAPH <urn:{graph}> {{ <urn:s> <urn:p> 1 }} }}" for graph in ("mine", "theirs"))
    assert send(app, mine, Authorization=f"Bearer {secret}").status_code == 204
    for text in (foreign, ONE, f"{mine} ; {foreign}", "DROP ALL"):
        assert send(app, text, Authorization=f"bearer {secret}").status_code == 403
    tokens.revoke("one graph")
    assert send(app, mine, Authorization=f"Bearer {secret}").status_code == 401


def test_if_match_prevents_a_lost_update(app: Flask) -> None:
    first = send(app, ONE).headers["ETag"]
    second = send(app, "INSERT DATA { <urn:s> <urn:p> 2 }", If_Match=first)
    assert second.status_code == 204
    late = send(app, "INSERT DATA { <urn:s> <urn:p> 3 }", If_Match=first)
    assert (late.status_code, late.content_type) == (412, "application/problem+json")
    assert not ask(app, "<urn:s> <urn:p> 3")
    of_a_graph = second.headers["ETag"].strip('"') + ".ttl.gzip"
    assert send(app, "INSERT DATA { <urn:s> <urn:p> 4 }", If_Match=f'"other", "{of_a_graph}"').status_code == 204
    assert send(app, "INSERT DATA { <urn:s> <urn:p> 5 }", If_Match="*").status_code == 204


def test_twenty_clients_at_once_all_write(app: Flask) -> None:
    texts = [f"INSERT DATA {{ <urn:s> <urn:p> {number} }}" for number in range(20)]
    with ThreadPoolExecutor(20) as threads:
        assert [answer.status_code for answer in threads.map(lambda text: send(app, text), texts)] == [204] * 20
    assert all(ask(app, f"<urn:s> <urn:p> {number}") for number in range(20))


def test_while_a_build_runs_a_writer_is_told_to_come_again(app: Flask, home: Path) -> None:
    with build_lock(home):
        answer = send(app, ONE)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0


def test_where_no_token_was_made_the_way_to_one_is_told(tmp_path: Path) -> None:
    found_bare(tmp_path)
    with writable(tmp_path, REVIER_WRITE_TOKEN="") as app:
        answer = send(app, ONE)
    assert answer.status_code == 401
    assert answer.json
    assert "revier token create" in answer.json["detail"]


def test_a_region_is_guarded_by_its_shapes_and_its_closed_graphs(little_snapshot: Path, tmp_path: Path) -> None:
    home = shutil.copytree(little_snapshot.parents[1], tmp_path / "region")
    with writable(home) as app:
        bad = f"INSERT DATA {{ GRAPH <urn:g> {{ <urn:actor> a <{REV.SolutionDeveloper}> }} }}"
        refused = send(app, bad, Accept_Language="de")
        assert refused.status_code == 422
        assert refused.json is not None
        assert {"rule", "severity", "message"} <= refused.json["findings"][0].keys()
        closed = send(app, f"INSERT DATA {{ GRAPH <{expand('graph:ontology')}> {{ <urn:s> <urn:p> 1 }} }}")
        assert closed.status_code == 403
        assert closed.json
        assert "revier build" in closed.json["detail"]
        assert send(app, "INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 1 } }").status_code == 204
        assert published(home).name != little_snapshot.name
        assert ask(app, "<urn:s> <urn:p> 1")
        assert not ask(app, "<urn:actor> ?p ?o")
