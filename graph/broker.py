"""Who asks other endpoints for queries that cannot: secluded workers knock at its door, and it asks those it knows.

A worker names an endpoint by its number, and its query by a ticket. So it is known, whatever the engine makes of it,
which query lacks an answer. What an endpoint says is limited in time and size, and read in the worker only.
"""

import logging
import re
import secrets
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from threading import Thread
from time import sleep
from typing import Any, cast
from urllib.parse import urlencode
from urllib.request import Request

from graph.errors import Busy, QueryTooCostly, RemoteError, RemoteTimeout, RevierError
from graph.process import Started, start
from graph.rdf import JSON
from graph.secluded import A_DOOR, DOOR
from graph.transport import Transport

MOST_CALLS = 100  # of different ones, for one query
ASKED_BYTES = 2**20  # of what an endpoint is asked
AT_ONCE = 4  # calls
RETRY_S = 1  # after the system has let nobody in
KNOCKING_S = 5  # until a worker has said what it wants
SILENT = "/silent"  # at the end of an address whose failure is to be overlooked
_LOG = logging.getLogger(__name__)


class Broker:
    """Asks `endpoints`, and no others, for the workers of one nursery; any thread may ask for a ticket."""

    def __init__(self, endpoints: Sequence[str], *, timeout_s: float, most_bytes: int) -> None:
        self._endpoints = [_Endpoint(endpoint, timeout_s) for endpoint in endpoints]
        self._most_bytes = most_bytes
        self._calls: dict[str, Calls] = {}  # of the queries that run, by ticket
        self._door: socket.socket | None = None

    def begin(self) -> Started:
        """Start the nursery, as `graph.process.start`, and stand at its door; OSError where that cannot be."""
        process, control = start("graph.secluded")
        said, doors, _, _ = socket.recv_fds(control, len(A_DOOR), 1)
        if said != A_DOOR:
            control.close()
            process.wait()
            raise ChildProcessError("this system lets no process have a network of its own")
        self._leave()
        self._door = socket.socket(fileno=doors[0])
        for _ in range(AT_ONCE):
            Thread(target=self._attend, args=(self._door,), name="ask other endpoints", daemon=True).start()
        return process, control

    @contextmanager
    def calls(self) -> Iterator["Calls"]:
        """The calls of one query, which are answered until it ends."""
        ticket = secrets.token_hex(8)
        self._calls[ticket] = calls = Calls(ticket, self._endpoints, self._most_bytes)
        try:
            yield calls
        finally:
            del self._calls[ticket]

    def answer(self, path: str, query: bytes) -> bytes | None:
        """What the endpoint says that a path means; None if nobody does."""
        meant = _ADDRESS.fullmatch(path)
        calls = self._calls.get(meant["ticket"]) if meant else None
        if not meant or not calls or int(meant["number"]) >= len(self._endpoints):
            return None
        return calls.answer(int(meant["number"]), query, is_silent=meant["silent"] is not None)

    def close(self) -> None:
        """Hear nobody any more, and let go of the connections that are kept."""
        self._leave()
        for endpoint in self._endpoints:
            endpoint.close()

    def _leave(self) -> None:
        """Hear nobody at this door any more."""
        door, self._door = self._door, None
        if door is not None:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)  # which wakes those who stand there
            door.close()

    def _attend(self, door: socket.socket) -> None:
        while True:
            try:
                connection, place = door.accept()
            except OSError as error:
                if self._door is not door:
                    return
                _LOG.warning("Nobody can be let in: %s", error)
                sleep(RETRY_S)
                continue
            with connection:
                try:
                    _Knock(connection, place, cast(Any, self))
                except (OSError, ValueError) as error:
                    _LOG.info("A worker broke off: %s", error)


class Calls:
    """What one query wants to know of the endpoints, each of them asked once only for the same.

    `failure` is the first that was not to be overlooked.
    """

    def __init__(self, ticket: str, endpoints: "Sequence[_Endpoint]", most_bytes: int) -> None:
        self.failure: RevierError | None = None
        self._ticket, self._endpoints, self._left_bytes = ticket, endpoints, most_bytes
        self._known: dict[tuple[int, bytes], bytes | RevierError] = {}

    @property
    def addresses(self) -> Mapping[str, str]:
        """Where a worker finds each endpoint for this query."""
        host, port = DOOR
        return {
            endpoint.url: f"http://{host}:{port}/{self._ticket}/{number}"
            for number, endpoint in enumerate(self._endpoints)
        }

    def answer(self, number: int, query: bytes, *, is_silent: bool) -> bytes | None:
        """What an endpoint says, as JSON; None if it fails."""
        known = self._known.get((number, query))
        if known is None:
            known = self._known[number, query] = self._asked(number, query)
        if isinstance(known, bytes):
            return known
        if not is_silent and self.failure is None:
            self.failure = known
        return None

    def _asked(self, number: int, query: bytes) -> bytes | RevierError:
        if len(self._known) >= MOST_CALLS:
            return QueryTooCostly(f"The query asks other endpoints more than {MOST_CALLS} things. Ask for less.")
        try:
            answer = self._endpoints[number].answer(query, most_bytes=self._left_bytes)
        except RevierError as error:
            return error
        self._left_bytes -= len(answer)
        return answer


class _Endpoint:
    """An endpoint that may be asked."""

    def __init__(self, url: str, timeout_s: float) -> None:
        self.url = url
        self._timeout_s = timeout_s
        self._transport = Transport(is_slow_failed=False)

    def answer(self, query: bytes, *, most_bytes: int) -> bytes:
        """The rows of an answer, as JSON; `RemoteTimeout`, or else `RemoteError`."""
        form = urlencode({"query": query}).encode()
        headers = {
            "Accept": JSON.media_type,
            "Content-Type": "application/x-www-form-urlencoded",
            "User-Agent": "Revier",
        }
        request = Request(self.url, form, headers, method="POST")  # noqa: S310 - the operator has chosen it
        try:
            reply = self._transport.exchange(request, timeout_s=self._timeout_s, most_bytes=most_bytes)
        except RemoteTimeout:
            raise RemoteTimeout(f"<{self.url}> did not answer within {self._timeout_s:g} seconds. {_REMEDY}") from None
        except (RemoteError, Busy) as error:
            _LOG.warning("%s: %s", self.url, error)
            raise RemoteError(
                f"<{self.url}> cannot be reached, refuses, or says more than {most_bytes / 2**20:.0f} MB. {_REMEDY}"
            ) from None
        if reply.headers.get_content_type() not in JSON.media_types:
            raise RemoteError(f"<{self.url}> answered with something else than {JSON.media_type}. {_REMEDY}")
        return reply.body

    def close(self) -> None:
        """Let go of the connections that are kept."""
        self._transport.close()


class _Knock(BaseHTTPRequestHandler):
    """One request of a worker, of which nothing is believed."""

    server: Any  # a `Broker`
    timeout = KNOCKING_S

    def do_POST(self) -> None:
        """Ask the endpoint that is meant."""
        length = int(self.headers["Content-Length"] or 0)
        if not 0 <= length <= ASKED_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        answer = self.server.answer(self.path, self.rfile.read(length))
        if answer is None:
            self.send_error(HTTPStatus.BAD_GATEWAY)
            return
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", JSON.media_type)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing: it is our own worker."""


_ADDRESS = re.compile(rf"/(?P<ticket>[0-9a-f]+)/(?P<number>\d{{1,4}})(?P<silent>{SILENT})?")
_REMEDY = "Ask again, or do without it by SERVICE SILENT."
