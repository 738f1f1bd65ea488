"""`/graph-store` as clients meet it: whole graphs in every form, and no write that anybody loses."""

import http.client
import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from graph.bare import found_bare
from graph.rdf import FORMATS, Kind
from graph.snapshot import published
from graph.store import PRIVATE
from graph.tokens import Tokens
from ontology.terms import REV, expand
from tests.writable import MAY_ALL, writable

TURTLE, N_TRIPLES = "text/turtle", "application/n-triples"
ONE, TWO = "<urn:s> <urn:p> <urn:one> .", "<urn:s> <urn:p> <urn:two> ."
HERE = "http://localhost/graph-store"
BROKEN = "<urn:s>\n  <urn:p> ; ."


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("bare")
    found_bare(home)
    return home


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    with writable(home, REVIER_UPLOAD_MB="1") as app:
        yield app


@pytest.fixture(autouse=True)
def empty(request: pytest.FixtureRequest) -> None:
    if "app" in request.fixturenames:
        client = request.getfixturevalue("app").test_client()
        assert client.post("/update", data={"update": "DROP ALL"}, headers=MAY_ALL).status_code == 204


def send(
    app: Flask, method: str, at: str, body: str | bytes = "", *, kind: str | None = TURTLE, **headers: str
) -> TestResponse:
    """A request with the operator's token."""
    told = MAY_ALL | {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().open(f"/graph-store{at}", method=method, data=body, content_type=kind, headers=told)


def lines(app: Flask, at: str) -> list[str]:
    """What a graph holds, as anybody may read it."""
    answer = app.test_client().get(f"/graph-store{at}", headers={"Accept": N_TRIPLES})
    assert answer.status_code == 200, answer.text
    return sorted(answer.text.splitlines())


@pytest.mark.parametrize("at", ["?graph=urn:g", "?graph=http%3A%2F%2Fe%2F%C3%BC", "/people/1", "?graph=" + HERE + "/x"])
def test_a_graph_is_put_replaced_extended_and_removed(app: Flask, at: str, home: Path) -> None:
    assert send(app, "GET", at).status_code == 404
    made = send(app, "PUT", at, ONE)
    assert (made.status_code, made.headers["ETag"]) == (201, f'"{published(home).name}"')
    assert lines(app, at) == [ONE]
    assert send(app, "PUT", at, TWO).status_code == 204
    assert lines(app, at) == [TWO]
    assert send(app, "POST", at, ONE).status_code == 204
    assert lines(app, at) == [ONE, TWO]
    assert send(app, "DELETE", at).status_code == 204
    assert send(app, "GET", at).status_code == send(app, "DELETE", at).status_code == 404
    assert send(app, "POST", at, ONE).status_code == 201


def test_the_default_graph_is_always_there(app: Flask) -> None:
    send(app, "PUT", "?graph=urn:g", TWO)
    assert lines(app, "?default") == []
    assert send(app, "PUT", "?default", ONE).status_code == 204
    assert lines(app, "?default") == [ONE]
    assert send(app, "DELETE", "?default").status_code == 204
    assert lines(app, "?default") == []


def test_a_graph_has_one_name_however_it_is_written(app: Flask) -> None:
    send(app, "PUT", "/people/1.ttl", ONE)
    assert lines(app, f"?graph={HERE}/people/1.ttl") == [ONE]
    assert lines(app, f"?graph={HERE}/people/%31.ttl") == [ONE]
    assert send(app, "GET", f"?graph={HERE}/people/%2531.ttl").status_code == 404


def test_the_public_address_names_graphs_behind_a_proxy(tmp_path: Path) -> None:
    found_bare(tmp_path)
    with writable(tmp_path, REVIER_PUBLIC_URL="https://revier.example") as app:
        send(app, "PUT", "/a", "<> <urn:p> <b> .")
        graph = "https://revier.example/graph-store/a"
        assert lines(app, f"?graph={graph}") == [f"<{graph}> <urn:p> <https://revier.example/graph-store/b> ."]
        assert send(app, "POST", "", ONE).headers["Location"].startswith("https://revier.example/graph-store/")


def test_an_empty_document_makes_an_empty_graph(app: Flask) -> None:
    assert send(app, "PUT", "?graph=urn:g", "").status_code == 201
    assert lines(app, "?graph=urn:g") == []
    assert send(app, "PUT", "?graph=urn:g", "").status_code == 204


def test_a_document_without_a_graph_gets_one_of_its_own(app: Flask) -> None:
    made = send(app, "POST", "", ONE)
    assert made.status_code == 201
    assert made.headers["Location"].startswith(HERE + "/")
    assert lines(app, made.headers["Location"].removeprefix(HERE)) == [ONE]
    assert send(app, "POST", "", ONE).headers["Location"] != made.headers["Location"]


def test_relative_iris_begin_at_the_graph(app: Flask) -> None:
    send(app, "PUT", "?graph=http://e/folder/g", "<> <p> <../x> .")
    assert lines(app, "?graph=http://e/folder/g") == ["<http://e/folder/g> <http://e/folder/p> <http://e/x> ."]


@pytest.mark.parametrize(
    "media_type", [each for form in FORMATS if form.kind is Kind.GRAPH for each in form.media_types]
)
def test_every_form_goes_out_and_comes_back(app: Flask, media_type: str) -> None:
    send(app, "PUT", "?graph=urn:g", '<urn:s> <http://e/p> "ü\\n"@de , <urn:o> .')
    out = app.test_client().get("/graph-store?graph=urn:g", headers={"Accept": media_type})
    assert out.status_code == 200
    assert out.content_type.partition(";")[0] == media_type
    back = send(app, "PUT", "?graph=urn:copy", out.data, kind=f"{media_type}; charset=utf-8")
    assert back.status_code == 201, back.text
    assert lines(app, "?graph=urn:copy") == lines(app, "?graph=urn:g")


def test_the_form_is_agreed_upon_or_the_offer_is_told(app: Flask) -> None:
    send(app, "PUT", "?graph=urn:g", ONE)
    assert send(app, "GET", "?graph=urn:g&format=jsonld").content_type == "application/ld+json"
    assert send(app, "GET", "?graph=urn:g").content_type == "text/turtle; charset=utf-8"
    refused = send(app, "GET", "?graph=urn:g", Accept="image/png")
    assert refused.status_code == 406
    assert TURTLE in refused.text
    assert "Accept" in send(app, "GET", "?graph=urn:g").headers["Vary"]


def test_head_tells_what_get_would_send(app: Flask, served: Callable[[Flask], AbstractContextManager[str]]) -> None:
    send(app, "PUT", "?graph=urn:g", ONE)
    with served(app) as address:
        told = {}
        for method in ("GET", "HEAD"):
            connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
            connection.request(method, "/graph-store?graph=urn:g", headers={"Accept": N_TRIPLES})
            answer = connection.getresponse()
            told[method] = answer.read(), [answer.headers[name] for name in ("Content-Type", "Content-Length", "ETag")]
            assert answer.status == 200
            connection.close()
    assert told["GET"][1] == told["HEAD"][1]
    assert (len(told["GET"][0]), told["HEAD"][0]) == (int(told["HEAD"][1][1]), b"")
    assert app.test_client().head("/graph-store?graph=urn:none").status_code == 404


@pytest.mark.parametrize(
    ("method", "at", "status"),
    [
        ("GET", "", 400),
        ("HEAD", "", 400),
        ("PUT", "", 400),
        ("DELETE", "", 400),
        ("GET", "?graph=relative", 400),
        ("PUT", "?graph=relative", 400),
        ("PUT", "?graph=", 400),
        ("PUT", "?graph=urn:g&default", 400),
        ("POST", "?graph=urn:g&graph=urn:h", 400),
        ("PUT", "/direct?graph=urn:g", 400),
        ("PUT", "/direct?default", 400),
        ("PUT", "?graph=urn:a%20b", 400),
        ("GET", "?graph=urn:g%3E%7D", 400),
        ("GET", "?graph=http://[", 400),
        ("PUT", "?graph=http://[", 400),
        ("POST", "?graph=http://e/%25zz", 400),
        ("DELETE", "?graph=http://[", 400),
        ("GET", "?graph=http://e/%FF%EF%BF%BD%00", 400),
        ("PATCH", "?graph=urn:g", 405),
        ("TRACE", "?graph=urn:g", 405),
    ],
)
def test_a_request_that_names_no_one_graph_is_refused(app: Flask, method: str, at: str, status: int) -> None:
    answer = send(app, method, at, ONE)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (BROKEN, TURTLE, 400),
        (ONE, "application/rdf+xml", 400),
        (ONE.encode("utf-16"), TURTLE, 400),
        ("<urn:g2> { <urn:s> <urn:p> <urn:o> }", "application/trig", 400),
        (ONE, "text/csv", 415),
        (ONE, "ttl", 415),
        (ONE, None, 415),
        (ONE, f"{TURTLE}; charset=iso-8859-1", 415),
        (ONE, "multipart/form-data; boundary=x", 415),
        ("#" * (2**20 + 1), TURTLE, 413),
    ],
)
def test_what_is_no_graph_leaves_everything_as_it_was(
    app: Flask, body: str | bytes, kind: str | None, status: int
) -> None:
    send(app, "PUT", "?graph=urn:g", TWO)
    answer = send(app, "PUT", "?graph=urn:g", body, kind=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json"), answer.text
    assert lines(app, "?graph=urn:g") == [TWO]


def test_a_document_that_cannot_be_read_is_told_its_line_and_column(app: Flask) -> None:
    told = json.loads(send(app, "PUT", "?graph=urn:g", BROKEN).data)
    assert (told["line"], told["column"]) == (2, 11)


def test_a_form_brings_several_documents_with_blank_nodes_of_their_own(app: Flask) -> None:
    head = "Content-Disposition: form-data; name="
    parts = [
        f'{head}"a"; filename="a.ttl"\r\nContent-Type: text/turtle; charset=utf-8\r\n\r\n_:n <urn:p> <urn:one> .\r\n',
        f'{head}"b"\r\nContent-Type: application/n-triples\r\n\r\n_:n <urn:p> <urn:two> .\r\n',
    ]
    form = "".join(f"--x\r\n{each}\r\n" for each in parts) + "--x--\r\n"
    assert send(app, "POST", "?graph=urn:g", form, kind="multipart/form-data; boundary=x").status_code == 201
    subjects = {line.split()[0] for line in lines(app, "?graph=urn:g")}
    assert len(subjects) == 2
    for body, kind, status in (
        (form.replace("text/turtle", "text/csv"), "multipart/form-data; boundary=x", 415),
        (form.replace("Content-Type: application/n-triples\r\n", ""), "multipart/form-data; boundary=x", 415),
        (form[:-9], "multipart/form-data; boundary=x", 400),
        (form, "multipart/form-data", 400),
        (form, "multipart/form-data; boundary=other", 400),
    ):
        assert send(app, "POST", "?graph=urn:h", body, kind=kind).status_code == status
    assert send(app, "GET", "?graph=urn:h").status_code == 404


def test_the_methods_that_are_offered_are_told(app: Flask) -> None:
    methods = "GET, HEAD, POST, PUT, DELETE, OPTIONS"
    for at in ("", "?graph=urn:g", "/direct"):
        preflight = app.test_client().options(f"/graph-store{at}", headers={"Access-Control-Request-Method": "PUT"})
        assert preflight.status_code == 204
        assert preflight.headers["Allow"] == preflight.headers["Access-Control-Allow-Methods"] == methods
        assert {"Authorization", "If-Match"} <= set(preflight.headers["Access-Control-Allow-Headers"].split(", "))
        refused = send(app, "PATCH", at)
        assert refused.headers["Allow"] == methods
        assert "/update" in refused.text
        assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_who_holds_a_graph_is_told_so(app: Flask) -> None:
    send(app, "PUT", "?graph=urn:g", "\n".join(f"<urn:s> <urn:p> <urn:{number}> ." for number in range(200)))
    client = app.test_client()
    plain = client.get("/graph-store?graph=urn:g")
    packed = client.get("/graph-store?graph=urn:g", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["ETag"] != plain.headers["ETag"]
    for tag in (plain.headers["ETag"], packed.headers["ETag"], "*"):
        again = client.get("/graph-store?graph=urn:g", headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
    send(app, "POST", "?graph=urn:g", ONE)
    assert client.get("/graph-store?graph=urn:g", headers={"If-None-Match": plain.headers["ETag"]}).status_code == 200


def test_if_match_and_if_none_match_prevent_lost_writes(app: Flask) -> None:
    assert send(app, "PUT", "?graph=urn:g", ONE, If_Match="*").status_code == 412
    assert send(app, "PUT", "?graph=urn:g", ONE, If_None_Match="*").status_code == 201
    assert send(app, "PUT", "?graph=urn:g", TWO, If_None_Match="*").status_code == 412
    read = send(app, "GET", "?graph=urn:g").headers["ETag"]
    assert send(app, "PUT", "?graph=urn:g", TWO, If_Match=f"W/{read}").status_code == 412
    assert send(app, "PUT", "?graph=urn:g", TWO, If_Match=read).status_code == 204
    assert send(app, "DELETE", "?graph=urn:g", If_Match=read).status_code == 412
    assert send(app, "PUT", "?graph=urn:h", ONE, If_Match=read, If_None_Match="*").status_code == 412
    assert lines(app, "?graph=urn:g") == [TWO]
    assert send(app, "DELETE", "?graph=urn:g", If_Match="*").status_code == 204


def test_of_two_writers_who_read_the_same_one_is_told_to_read_again(app: Flask) -> None:
    for _ in range(5):
        read = send(app, "PUT", "?graph=urn:g", "").headers["ETag"]
        put = partial(send, app, "PUT", "?graph=urn:g", If_Match=read)
        with ThreadPoolExecutor(2) as threads:
            assert sorted(answer.status_code for answer in threads.map(put, (ONE, TWO))) == [204, 412]


def test_of_twenty_who_make_the_same_graph_one_has_made_it(app: Flask) -> None:
    with ThreadPoolExecutor(20) as threads:
        answers = threads.map(lambda _: send(app, "PUT", "?graph=urn:g", ONE, If_None_Match="*"), range(20))
        assert sorted(answer.status_code for answer in answers) == [201] + [412] * 19


def test_twenty_clients_at_once_all_add(app: Flask) -> None:
    with ThreadPoolExecutor(20) as threads:
        texts = [f"<urn:s> <urn:p> <urn:{number}> ." for number in range(20)]
        answers = threads.map(lambda text: send(app, "POST", "?graph=urn:g", text), texts)
        assert sorted(answer.status_code for answer in answers) == [201] + [204] * 19
    assert lines(app, "?graph=urn:g") == sorted(texts)


def test_a_token_writes_to_its_graphs_until_it_is_revoked(app: Flask, home: Path) -> None:
    tokens = Tokens(home / "tokens.json", "")
    told = {"Authorization": f"Bearer {tokens.create('mine', ['urn:mine/*'])}"}
    assert send(app, "PUT", "?graph=urn:mine/1", ONE, **told).status_code == 201
    for method, at in (("PUT", "?graph=urn:theirs"), ("DELETE", "?default"), ("POST", ""), ("PUT", "/direct")):
        assert send(app, method, at, ONE, **told).status_code == 403
    tokens.revoke("mine")
    refused = send(app, "PUT", "?graph=urn:mine/1", TWO, **told)
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, 'Bearer realm="Revier"')
    assert app.test_client().put("/graph-store?default", data=ONE, content_type=TURTLE).status_code == 401
    assert lines(app, "?graph=urn:mine/1") == [ONE]


def test_a_private_graph_is_there_only_for_who_may_see_it(app: Flask, home: Path) -> None:
    graph = f"?graph={PRIVATE}plans"
    assert send(app, "PUT", graph, ONE).status_code == 201
    tokens = Tokens(home / "tokens.json", "")
    other = {"Authorization": f"Bearer {tokens.create('other', ['urn:other'])}"}
    for headers in ({}, other):
        client = app.test_client()
        unseen = client.get(f"/graph-store{graph}", headers=headers)
        missing = client.get(f"/graph-store?graph={PRIVATE}none", headers=headers)
        assert (unseen.status_code, missing.status_code) == (404, 404)
        assert unseen.text.replace("plans", "none") == missing.text
    seen = send(app, "GET", graph)
    assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-cache")
    assert app.test_client().delete(f"/graph-store{graph}", headers=other).status_code == 403


def test_a_region_is_guarded_by_its_shapes_and_its_closed_graphs(little_snapshot: Path, tmp_path: Path) -> None:
    home = shutil.copytree(little_snapshot.parents[1], tmp_path / "region")
    with writable(home) as app:
        refused = send(app, "PUT", "?graph=urn:g", f"<urn:actor> a <{REV.SolutionDeveloper}> .")
        assert refused.status_code == 422
        assert {"rule", "severity", "message"} <= json.loads(refused.data)["findings"][0].keys()
        assert send(app, "GET", "?graph=urn:g").status_code == 404
        closed = send(app, "POST", f"?graph={expand('graph:ontology')}", ONE)
        assert (closed.status_code, "revier build" in closed.text) == (403, True)
        assert send(app, "PUT", "?graph=urn:g", ONE).status_code == 201
        assert lines(app, "?graph=urn:g") == [ONE]
        assert lines(app, "?default") == []
