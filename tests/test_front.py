"""The HTTP server as bad and slow clients meet it: they get what is theirs, and nobody waits for them."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import Any
from urllib.request import urlopen

import pytest
from flask import Flask, Response, request

from api import front
from api.front import DOWNLOADS, SMALL_BYTES, THREADS, UPLOADS
from graph.errors import Busy

Served = Callable[[Flask], AbstractContextManager[str]]
LARGE_BYTES = 40 * SMALL_BYTES  # more than the system takes off our hands


class Server:
    """The server with an application that tells what it receives."""

    def __init__(self, address: str, received: list[object]) -> None:
        self.address, self.received = address, received

    def connection(self, sent: bytes, *, reads: bool = True) -> socket.socket:
        """A connection on which something was sent; if it never reads, next to nothing fits in between."""
        opened = socket.socket()
        if not reads:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        opened.settimeout(20)
        host, _, port = self.address.removeprefix("http://").partition(":")
        opened.connect((host, int(port)))
        opened.sendall(sent)
        return opened

    def answer(self, sent: bytes) -> bytes:
        """All that comes back until the server closes the connection."""
        with self.connection(sent) as opened:
            parts = []
            with suppress(ConnectionResetError):
                while part := opened.recv(65536):
                    parts.append(part)
            return b"".join(parts)


@pytest.fixture
def server(served: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(front, "HEADER_S", 1)
    monkeypatch.setenv("REVIER_WRITE_TOKEN", "a secret")
    received: list[object] = []
    app = Flask("front")

    @app.route("/", methods=["GET", "POST"])
    def whole() -> str:
        try:
            received.append(len(request.get_data()))
        except Exception as error:
            received.append(error)
            raise
        return "received"

    @app.route("/large")
    def large() -> Response:
        answer = Response(b"x" * SMALL_BYTES for _ in range(LARGE_BYTES // SMALL_BYTES))
        answer.content_length = LARGE_BYTES
        return answer

    @app.route("/environment")
    def environment() -> str:
        return repr(sorted(request.environ.items(), key=str))

    app.register_error_handler(Busy, lambda error: Response(str(error), 503, {"Retry-After": "5"}))
    with served(app) as address:
        yield Server(address, received)


@pytest.fixture
def stack(server: Server) -> Iterator[ExitStack]:  # noqa: ARG001 - the server ends once its clients are gone
    with ExitStack() as stack:
        yield stack


def _await(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


POST = b"POST / HTTP/1.1\r\nHost: x\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_slow_uploads_keep_nobody_else_waiting(server: Server, stack: ExitStack) -> None:
    promised = POST + b"Content-Length: 100\r\n\r\nslow"
    slow = [stack.enter_context(server.connection(promised)) for _ in range(THREADS + 10)]
    _await(lambda: len(server.received) == THREADS + 10 - UPLOADS)
    assert {type(each) for each in server.received} == {Busy}
    assert b"received" in server.answer(GET)
    refused = server.answer(POST + b"Content-Length: 4\r\nConnection: close\r\n\r\nmore")
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in refused.lower()
    for each in slow:
        each.close()
    _await(lambda: len(server.received) == THREADS + 12)
    assert b"received" in server.answer(POST + b"Content-Length: 4\r\nConnection: close\r\n\r\nmore")


def test_slow_readers_keep_nobody_else_waiting(server: Server, stack: ExitStack) -> None:
    ask = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
    slow = [stack.enter_context(server.connection(ask, reads=False)) for _ in range(DOWNLOADS)]
    assert all(each.recv(12) == b"HTTP/1.1 200" for each in slow)
    refused = server.answer(ask.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert refused.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in refused.lower()
    assert b"received" in server.answer(GET)
    for each in slow:
        each.close()

    def is_whole() -> bool:
        with urlopen(server.address + "/large") as answer:
            return len(answer.read()) == LARGE_BYTES

    _await(is_whole)


def test_the_head_of_a_large_answer_is_no_large_answer(server: Server) -> None:
    told = server.answer(b"HEAD /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert f"content-length: {LARGE_BYTES}".encode() in told.lower()
    assert told.endswith(b"\r\n\r\n")


def test_a_body_that_is_cut_is_not_taken_for_whole(server: Server) -> None:
    server.connection(POST + b"Content-Length: 100\r\n\r\n<urn:a> <urn:b> <urn:c> .\n").close()
    _await(lambda: server.received)
    assert "400" in str(server.received)


@pytest.mark.parametrize(
    ("framing", "body"),
    [
        (b"Content-Length: 5000000\r\n\r\n", b"x" * 5_000_000),
        (b"Transfer-Encoding: chunked\r\n\r\n", b"4c4b40\r\n" + b"x" * 5_000_000 + b"\r\n0\r\n\r\n"),
    ],
)
def test_a_large_body_arrives_whole(server: Server, framing: bytes, body: bytes) -> None:
    assert b"received" in server.answer(POST + b"Connection: close\r\n" + framing + body)
    assert server.received == [5_000_000]


def test_of_two_lengths_no_second_request_is_made(server: Server) -> None:
    both = POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + GET
    assert server.answer(both).count(b"HTTP/1.1") == 1
    assert server.received == [0]
    assert server.answer(POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd").startswith(b"HTTP/1.1 400")


def test_a_connection_without_a_request_is_closed(server: Server) -> None:
    assert server.answer(b"GET / HTTP/1.1\r\nHost: x\r\n") == b""
    assert server.answer(GET.replace(b"Connection: close\r\n", b"")).count(b"HTTP/1.1 200") == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"NONSENSE\r\n\r\n", b"400"),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"414"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431"),
    ],
)
def test_what_is_no_request_is_refused(server: Server, sent: bytes, status: bytes) -> None:
    assert server.answer(sent).split()[1] == status


def test_no_secret_of_the_environment_reaches_the_application(server: Server) -> None:
    with urlopen(server.address + "/environment") as answer:
        told = answer.read()
    assert b"wsgi.version" in told
    assert b"a secret" not in told


def test_what_runs_is_answered_before_the_end(served: Served) -> None:
    app = Flask("front")

    @app.route("/")
    def slow() -> str:
        time.sleep(0.5)
        return "answered"

    with served(app) as address:
        opened = Server(address, []).connection(GET)
        time.sleep(0.2)  # until the request has arrived
    with opened:
        assert b"answered" in opened.makefile("rb").read()
