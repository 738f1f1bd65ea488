"""The HTTP server: granian at work on a socket that another process opened, its threads kept from slow clients.

Granian reads the heads of requests and writes small answers without Python; only whoever sends a body, or reads a large
answer, makes a thread wait. So few may do that at a time, and further ones are told to come again.
All that is known of granian's insides stands in this file.
"""

import sys
from asyncio import new_event_loop
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from io import RawIOBase
from socket import socket
from threading import Event, Semaphore
from typing import Any, Protocol

from granian._futures import _new_cbscheduler
from granian._granian import SocketHolder, WorkerSignal, WSGIWorker
from granian.http import HTTP1Settings
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import FileWrapper

from graph.errors import Busy

THREADS = 64
UPLOADS, DOWNLOADS = 36, 20  # of the threads, how many may wait at a time for clients that send, and that read
SMALL_BYTES = 2**20  # an answer up to this size is handed over whole, and no thread waits for its reader
CHUNK_BYTES = 2**18  # of a larger one
BODILESS = (204, 304)
CONNECTIONS = 1024
GRACE_S = 8  # for the requests that run at the end
HEADER_S = 10  # until the head of a request must have come; also how long an unused connection stays open
BUSY = b'{"type": "about:blank", "status": 503, "detail": "Too many large answers are being read. Ask again soon."}'
BUSY_HEADERS = [("Content-Type", "application/problem+json"), ("Retry-After", "5"), ("Cache-Control", "no-store")]

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
# what WSGI wants to know and does not change; granian's own way would add the whole environment with its secrets
ALWAYS: Environ = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Revier",
    "wsgi.version": (1, 0),
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
    "wsgi.file_wrapper": lambda file, _: FileWrapper(file, CHUNK_BYTES),
}


@contextmanager
def answering(door: socket, app: Application) -> Iterator[None]:
    """Answer what arrives at `door`, which is closed in the end; requests that run then are still answered."""
    stop, ended = WorkerSignal(), Event()
    stop.add_cb(ended.set)
    worker = WSGIWorker(
        1,
        (None, SocketHolder(door.detach(), False, CONNECTIONS)),
        None,  # no channel for granian's own figures
        1,  # thread that reads and writes sockets
        1,  # thread for files, of which granian serves none
        THREADS,
        60,  # seconds after which a thread without work ends
        CONNECTIONS,
        "1",
        HTTP1Settings(header_read_timeout=HEADER_S * 1000),
        None,
        None,
        *(False, None, None, None, "tls1.3", None, [], False),  # TLS is the affair of a proxy
        (None, None),
    )
    loop = new_event_loop()
    worker.serve_mtr(_new_cbscheduler(loop, _answering(app), impl_asyncio=True), loop, stop)
    try:
        yield
    finally:
        stop.set()
        ended.wait(GRACE_S)
        loop.close()


class Connection(Protocol):
    """How granian takes an answer."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...
    def response_iter(self, status: int, headers: Headers, body: Iterator[bytes]) -> None: ...


def _answering(app: Application) -> Callable[[Connection, Environ], None]:
    """`app` as granian calls it: with a connection and what the request says of itself."""
    uploads, downloads = Semaphore(UPLOADS), Semaphore(DOWNLOADS)

    def answer(connection: Connection, told: Environ) -> None:
        environ, head = ALWAYS | told, _Head()
        is_chunked = "HTTP_TRANSFER_ENCODING" in told
        length = None if is_chunked else int(told.get("CONTENT_LENGTH", 0))
        with Upload(told["wsgi.input"], length, uploads) as environ["wsgi.input"]:
            body = app(environ, head)
        _hand_over(connection, head, body, downloads, is_head=told["REQUEST_METHOD"] == "HEAD")

    return answer


class _Head:
    """Status and headers of an answer, as WSGI's `start_response` tells them."""

    status = 500
    headers: Headers = []  # noqa: RUF012 - replaced, never changed

    def __call__(self, status: str, headers: Headers, _: object = None) -> None:
        self.status, self.headers = int(status[:3]), [("Server", "Revier"), *headers]


class Upload(RawIOBase):
    """The body of a request: it takes one of a few `places` from its first byte to its last.

    Reading raises `Busy` if no place is free, `ClientDisconnected` if less arrives than was promised.
    """

    def __init__(self, body: Any, length: int | None, places: Semaphore) -> None:
        self._body, self._places = body, places
        self._missing = length  # None: it ends where granian says so
        self._has_place, self._is_over = False, length == 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._is_over or not len(buffer):
            return 0
        if not self._has_place:
            self._has_place = self._places.acquire(blocking=False)
            if not self._has_place:
                raise Busy(f"{UPLOADS} requests are being sent at the moment, the most at a time. Send yours again.")
        received = self._body.read(len(buffer))
        buffer[: len(received)] = received
        if self._missing is not None:
            self._missing -= len(received)
            if self._missing and not received:
                raise ClientDisconnected
        if not received or self._missing == 0:
            self._is_over = True
            self._leave()
        return len(received)

    def close(self) -> None:
        self._leave()
        super().close()

    def _leave(self) -> None:
        if self._has_place:
            self._has_place = False
            self._places.release()


def _hand_over(
    connection: Connection, head: _Head, body: Iterable[bytes], downloads: Semaphore, *, is_head: bool
) -> None:
    """Give granian an answer: a small one whole, a large one piece by piece as its client reads."""
    close: Callable[[], None] = getattr(body, "close", lambda: None)
    length = next((int(value) for name, value in head.headers if name == "Content-Length"), None)
    if is_head or head.status in BODILESS or (length is not None and length <= SMALL_BYTES):
        try:
            whole = b"".join(body)
        finally:
            close()
        connection.response_bytes(head.status, head.headers, whole)
    elif downloads.acquire(blocking=False):
        try:
            connection.response_iter(head.status, head.headers, _pieces(body, close))
        finally:
            downloads.release()
    else:
        close()
        connection.response_bytes(503, BUSY_HEADERS, BUSY)


def _pieces(body: Iterable[bytes], close: Callable[[], None]) -> Iterator[bytes]:
    try:
        for piece in body:  # noqa: UP028 - `yield from` would close an abandoned body, which must be closed once
            yield piece
    finally:
        close()
