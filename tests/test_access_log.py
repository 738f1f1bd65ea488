"""The access log: enough to see what happened, and nothing of what was asked."""

import io
import json
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
from flask import Flask, Response

from api import access_log
from api.access_log import Lines, log_requests, note
from api.guard import guard
from api.metrics import Metrics
from api.service import Service
from api.settings import read_settings

SECRET = "-".join(("correct", "horse", "battery", "staple"))


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def app(written: io.StringIO) -> Flask:
    app = Flask("logged")
    guard(app, cast(Service, SimpleNamespace(settings=read_settings({}), metrics=Metrics())))
    app.extensions["lines"] = log_requests(app, written)

    @app.route("/sparql", methods=["GET", "POST"])
    def sparql() -> Response:
        note(query=f"SELECT * {{ ?s ?p '{SECRET}' }}", cache="miss")
        return Response("twelve bytes", headers={"Revier-Snapshot": "20261123T000000-abc"})

    return app


def _logged(app: Flask, written: io.StringIO, **request: Any) -> dict[str, Any]:
    """The line of one request."""
    path = request.pop("path", "/sparql")
    app.test_client().open(path, environ_base={"REMOTE_ADDR": "203.0.113.77"} | request.pop("environ", {}), **request)
    app.extensions["lines"].flush()
    lines = written.getvalue().splitlines()
    assert len(lines) == 1
    told: dict[str, Any] = json.loads(lines[0])
    return told


def test_a_line_tells_what_an_operator_asks(app: Flask, written: io.StringIO) -> None:
    told = _logged(app, written, headers={"User-Agent": "curl/8"})
    assert told.pop("ms") >= 0
    assert len(told.pop("request")) == 16
    assert told.pop("time").endswith("+00:00")
    assert len(told.pop("query")) == 12
    assert told == {
        "client": "203.0.113.0",
        "method": "GET",
        "path": "/sparql",
        "status": 200,
        "bytes": 12,
        "snapshot": "20261123T000000-abc",
        "cache": "miss",
        "agent": "curl/8",
    }


def test_nothing_of_query_parameters_tokens_or_body_is_written(app: Flask, written: io.StringIO) -> None:
    _logged(
        app,
        written,
        method="POST",
        path=f"/sparql?query={SECRET}&token={SECRET}",
        headers={"Authorization": f"Bearer {SECRET}", "Cookie": SECRET, "Referer": f"https://a.example/?{SECRET}"},
        data=SECRET,
    )
    assert SECRET not in written.getvalue()


def test_the_same_query_has_the_same_hash(app: Flask, written: io.StringIO) -> None:
    for _ in range(2):
        app.test_client().get("/sparql")
    app.extensions["lines"].flush()
    assert len({json.loads(line)["query"] for line in written.getvalue().splitlines()}) == 1


def test_letters_that_control_a_terminal_or_end_a_line_are_escaped(app: Flask, written: io.StringIO) -> None:
    evil = '\x1b[2J \u2028 \x85 {"status": 200}'
    path = '/no\n{"status": 200}\x1b[31m'
    told = _logged(app, written, path=quote(path), environ={"HTTP_USER_AGENT": evil})
    assert told["path"] == path
    assert told["agent"] == evil
    assert told["status"] == 404
    assert written.getvalue().rstrip("\n").isascii()
    assert written.getvalue().rstrip("\n").isprintable()


def test_a_line_has_an_end_however_long_its_parts_are(app: Flask, written: io.StringIO) -> None:
    _logged(app, written, path="/" + "é" * 5000, method="X" * 5000, environ={"HTTP_USER_AGENT": "\x00" * 50_000})
    assert len(written.getvalue()) < 3000


@pytest.mark.parametrize(
    ("address", "shown"),
    [("198.51.100.200", "198.51.100.0"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("::1", "::/64")],
)
def test_an_address_loses_the_part_that_names_one_machine(
    app: Flask, written: io.StringIO, address: str, shown: str
) -> None:
    assert _logged(app, written, environ={"REMOTE_ADDR": address})["client"] == shown


def test_a_stream_that_stands_still_costs_lines_and_no_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_log, "WAITING_LINES", 3)
    monkeypatch.setattr(access_log, "GATHER_S", 3600)
    stream = io.StringIO()
    lines = Lines(stream)
    for number in range(5):
        lines.add(str(number))
    lines.flush()
    *kept, last = stream.getvalue().splitlines()
    assert kept == ["0", "1", "2"]
    assert json.loads(last)["dropped"] == 2
