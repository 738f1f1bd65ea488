"""A worker says what is wrong with a query, stops where it is told, and knows which graphs are meant."""

import io
import json
import socket
import threading
from collections import deque
from pathlib import Path
from typing import Any

import pytest

from graph import worker
from graph.rdf import FORMATS, JSON, TURTLE
from graph.store import candidate
from graph.worker import HEADER, QUERY, ROWS, _EnoughError, _Rows, looks_outside, names_its_graphs, serve
from ontology.terms import IRI

LINES = b"head\nfirst\nsecond\nthird\n"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <urn:g> { ?s ?p ?o }",
        "select*from<urn:g>{?s ?p ?o}",
        "PREFIX from: <urn:from#> ASK FROM from:g {}",
        "CONSTRUCT { ?s ?p '}' } FROM NAMED <urn:g> WHERE { ?s ?p ?o }",
        "# FROM\nDESCRIBE <urn:a> # no\n FROM <urn:g>",
        "SELECT ('\\'' AS ?x) FROM <urn:g> {}",
        'SELECT ("""a "quoted" word""" AS ?x) FROM <urn:g> {}',
        "ASKFROM<urn:g>{}",
    ],
)
def test_a_data_set_of_its_own_is_seen(query: str) -> None:
    assert names_its_graphs(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK {}",
        "SELECT ?from $FROM { ?s <urn:from> ?from }",
        "SELECT * { ?s rev:fromRow ?row ; :from ?o ; from:x ?y }",
        "SELECT * { ?s ?p 'from', \"from\", 'x'@from, '''it's from''' } # from here",
        "SELECT * { ?s ?p <urn:a#from>, 'a\\' from b' }",
    ],
)
def test_from_inside_a_name_a_text_or_a_comment_is_none(query: str) -> None:
    assert not names_its_graphs(query)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://e/> {} }",
        "ASK { service silent ?where {} }",
        "ASK { SERVICESILENT<http://e/> {} }",
        "SELECT * { BIND(1e0 AS ?x) BIND('\\'' AS ?y) SERVICE SILENT :e {} }",
        "ASK { SERVICESILENT:e {} }",
        "ASK { ?a :b\\'c ?d . SERVICE <http://e/> {} FILTER(?d = ' ') }",
        "LOAD <http://e/>",
        "PREFIX : <http://e/> LOADSILENT:e",
        "CLEAR ALL ; LOAD SILENT <http://e/> INTO GRAPH <urn:g>",
    ],
)
def test_a_text_that_asks_for_a_connection_is_seen(text: str) -> None:
    assert looks_outside(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?s a rev:Service ; :service ?service ; service:offers $load }",
        "ASK { ?s rdfs:label 'SERVICE', \"LOAD\"@en ; ?p <http://e/SERVICE> } # SERVICE <http://e/>",
        "INSERT DATA { <urn:load> <urn:service> _:service }",
    ],
)
def test_a_service_that_is_only_named_is_none(text: str) -> None:
    assert not looks_outside(text)


@pytest.mark.parametrize("chunk", [1, 3, 7, 100])
@pytest.mark.parametrize("most", [0, 1, 3])
def test_an_answer_ends_after_the_lines_wanted_wherever_the_engine_pauses(most: int, chunk: int) -> None:
    answers = io.BytesIO()
    rows, pauses = _Rows(answers, most), range(0, len(LINES), chunk)
    with pytest.raises(_EnoughError):
        deque(rows.write(LINES[start : start + chunk]) for start in pauses)
    assert _content(answers) == b"".join(LINES.splitlines(keepends=True)[:most])


@pytest.mark.parametrize("most", [4, 5, None])
def test_an_answer_that_fits_is_whole(most: int | None) -> None:
    answers = io.BytesIO()
    _Rows(answers, most).write(LINES)
    assert _content(answers) == LINES


def test_where_nothing_seals_the_process_the_letters_of_service_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "seal", lambda **_: False)
    with candidate(tmp_path / "store") as store:
        store.load_turtle("<urn:a> <urn:service> 1 .", IRI("urn:g"))
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve, args=(theirs.detach(), str(tmp_path)), kwargs={"is_fenced": True})
    thread.start()
    with ours:
        ours.settimeout(10)
        answers = ours.makefile("rb")
        assert _message(answers)["sealed"] is False
        _ask(ours, "SELECT * { SERVICESILENT<http://127.0.0.1:9/> {} }")
        assert _message(answers)["fault"] == "refused"
        _ask(ours, "ASK { ?s ?p 1 }")
        answers.read(HEADER.unpack(answers.read(HEADER.size))[1])
        told = _message(answers)
        assert (told["kind"], told["is_complete"]) == ("bindings", True)
        answers.close()
    thread.join(10)
    assert not thread.is_alive()


def _content(answers: io.BytesIO) -> bytes:
    answers.seek(0)
    content = b""
    while header := answers.read(HEADER.size):
        message, length = HEADER.unpack(header)
        assert message == ROWS
        content += answers.read(length)
    return content


def _ask(channel: socket.socket, query: str) -> None:
    formats = {form.kind: FORMATS.index(form) for form in (JSON, TURTLE)}
    request: dict[str, Any] = {
        "text": query,
        "base": None,
        "formats": formats,
        "default_graphs": [],
        "named_graphs": [],
        "most_rows": None,
        "has_union_default": True,
        "sees_private": False,
    }
    payload = json.dumps(request).encode()
    channel.sendall(HEADER.pack(QUERY, len(payload)) + payload)


def _message(answers: io.BufferedReader) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(answers.read(HEADER.unpack(answers.read(HEADER.size))[1]))
    return facts
