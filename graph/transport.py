"""HTTP to a remote store of which nothing is believed: one deadline for everything, no redirects, a limit of size.

What it says when it fails goes to the log and never into an answer. The user's name and password go nowhere but to
the server that the request names, and only once that server has asked for them.
"""

import logging
import select
import socket
import ssl
import time
from base64 import b64encode
from collections import defaultdict, deque
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from io import IOBase
from math import inf
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import AbstractDigestAuthHandler, HTTPPasswordMgr, Request, parse_http_list, parse_keqv_list

from graph.breaker import Breaker
from graph.errors import Busy, RemoteError, RemoteTimeout, RevierError

PAUSES_S = (0.1, 0.4)  # before a read is tried again
MOST_IDLE = 8  # connections that are kept for the next request
WORDS = 400  # of what a failing store says, for the log
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer with a status that says success."""

    headers: HTTPMessage
    body: bytes


class Transport:
    """Carries requests to a remote store, and keeps connections; any thread may ask.

    Where requests are foreign, one that takes too long tells nothing of the store: then `is_slow_failed` is False.
    """

    def __init__(
        self, *, user: str = "", password: str = "", breaker: Breaker | None = None, is_slow_failed: bool = True
    ) -> None:
        self._breaker = breaker or Breaker()
        self._is_slow_failed = is_slow_failed
        self._credentials = _Credentials(user, password) if user else None
        self._idle: defaultdict[str, deque[_Connection]] = defaultdict(deque)

    def exchange(self, request: Request, *, timeout_s: float, most_bytes: int, is_read: bool = True) -> Reply:
        """The answer to `request`, all of it within `timeout_s`; only a read is tried again if it fails.

        Raises `RemoteTimeout`, `Busy` while the store rests after failures, or else `RemoteError`.
        """
        deadline = time.monotonic() + timeout_s
        for pause_s in (*(PAUSES_S if is_read else ()), inf):
            self._breaker.admit()
            try:
                reply = self._allowed(request, deadline, most_bytes, is_read)
                self._breaker.answered()
                return reply
            except TimeoutError:
                if self._is_slow_failed:
                    self._breaker.failed()
                raise RemoteTimeout(
                    f"The remote store did not answer within {timeout_s:g} seconds. Ask again, or ask for less."
                ) from None
            except _PassingError as error:
                self._breaker.failed()
                if time.monotonic() + pause_s >= deadline:
                    raise error.lasting from None
                time.sleep(pause_s)
            except RemoteError:
                self._breaker.answered()
                raise
        raise AssertionError("the last pause is endless")

    def close(self) -> None:
        """Let go of the connections that are kept."""
        for idle in self._idle.values():
            while connection := _living(idle):
                connection.close()

    def _allowed(self, request: Request, deadline: float, most_bytes: int, is_read: bool) -> Reply:
        """The answer, with a name and password if the store wants them."""
        if self._credentials is None:
            return self._once(request, deadline, most_bytes, is_read)
        self._credentials.sign(request)
        first = request
        if isinstance(request.data, IOBase) and not request.has_header("Authorization"):
            # a store that wants a password may hang up on a long body: an empty one asks which
            first = Request(request.full_url, b"", {"Content-Type": "text/plain"}, method=request.get_method())  # noqa: S310
        try:
            reply = self._once(first, deadline, most_bytes, is_read)
        except _ChallengeError as challenge:
            if not self._credentials.learn(request, challenge.says):
                raise
            self._credentials.sign(request)
        else:
            if first is request:
                return reply
        return self._once(request, deadline, most_bytes, is_read)

    def _once(self, request: Request, deadline: float, most_bytes: int, is_read: bool) -> Reply:
        """One request and its answer; TimeoutError at the deadline, `_PassingError` if another try makes sense."""
        idle = self._idle[f"{request.type}://{request.host}"]
        connection = _living(idle) or _Connection(request)
        is_reusable = False
        response = None
        try:
            response = connection.answer(request, deadline)
            if response.status >= HTTPStatus.MULTIPLE_CHOICES:
                raise _refusal(request, response)
            reply = Reply(response.headers, _whole(response, most_bytes))
            is_reusable = is_read and connection.sock is not None
            return reply
        except TimeoutError:
            raise
        except (OSError, HTTPException) as error:
            _LOG.warning("The remote store %s failed: %r", request.host, error)
            sentence = "The remote store cannot be reached, or broke off. The operator finds more in the log."
            raise _PassingError(RemoteError(sentence)) from None
        finally:
            if is_reusable and len(idle) < MOST_IDLE:
                idle.append(connection)
            else:
                if response:
                    response.close()
                connection.close()


class _PassingError(Exception):
    """A failure that may be over in a moment; `lasting` is what it comes to if it is not."""

    def __init__(self, lasting: RevierError) -> None:
        super().__init__(str(lasting))
        self.lasting = lasting


class _ChallengeError(RemoteError):
    """The store wants a name and a password, and says in which way."""

    def __init__(self, sentence: str, says: str) -> None:
        super().__init__(sentence)
        self.says = says


class _Credentials:
    """A name and a password, handed out in the way that a server asks for them, to that address only."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._ways: dict[str, dict[str, str]] = {}  # of an address without its query; no entry: nothing was asked
        self._digest = AbstractDigestAuthHandler(_SamePassword(user, password))
        self._lock = Lock()  # around the count of a nonce

    def learn(self, request: Request, challenge: str) -> bool:
        """Note how the address of `request` asks; False if it did not like what it got, or asks for something else."""
        scheme, _, told = challenge.partition(" ")
        way = {"scheme": scheme.lower(), **parse_keqv_list(parse_http_list(told))}
        was_signed = request.has_header("Authorization")
        is_stale = way.get("stale", "").lower() == "true" or way.get("nonce") != self._way(request).get("nonce")
        if way["scheme"] not in ("basic", "digest") or (was_signed and not is_stale):
            return False
        self._ways[_address(request)] = way
        return True

    def sign(self, request: Request) -> None:
        """Add the name and password, if the address of `request` has asked for them before."""
        way = self._way(request)
        if way.get("scheme") == "basic":
            secret = b64encode(f"{self._user}:{self._password}".encode()).decode()
            request.add_unredirected_header("Authorization", f"Basic {secret}")
        elif way:
            with self._lock:
                digest = self._digest.get_authorization(request, way)
            request.add_unredirected_header("Authorization", f"Digest {digest}")

    def _way(self, request: Request) -> dict[str, str]:
        return self._ways.get(_address(request), {})


class _SamePassword(HTTPPasswordMgr):
    """The same name and password for every realm: whom they are told is decided before."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__()
        self._pair = user, password

    def find_user_password(self, realm: str, authuri: str) -> tuple[str, str]:  # noqa: ARG002 - the signature is given
        """The one pair there is."""
        return self._pair


class _Connection(HTTPConnection):
    """A connection whose requests each have a deadline for all that is sent and received."""

    sock: "_Punctual | _PunctualTls"

    def __init__(self, request: Request) -> None:
        address = urlsplit(request.full_url)
        self._is_secure = address.scheme == "https"
        self.default_port = 443 if self._is_secure else 80
        super().__init__(str(address.hostname), address.port or self.default_port)

    def answer(self, request: Request, deadline: float) -> HTTPResponse:
        """The head of the answer to `request`; TimeoutError at the deadline."""
        if self.sock is None:
            self.sock = self._opened(deadline)
        self.sock.deadline = deadline
        body = request.data
        if isinstance(body, IOBase):
            body.seek(0)  # it may have been sent before, without a password
        self.request(request.get_method(), request.selector, body, dict(request.header_items()))
        return self.getresponse()

    def _opened(self, deadline: float) -> "_Punctual | _PunctualTls":
        raw = socket.create_connection((self.host, self.port), timeout=_left(deadline))
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._is_secure:
            context = ssl.create_default_context()
            context.sslsocket_class = _PunctualTls
            return cast(_PunctualTls, context.wrap_socket(raw, server_hostname=self.host))
        return _Punctual(fileno=raw.detach())


class _Punctual(socket.socket):
    """A socket that is done with everything at its deadline, however little comes at a time."""

    deadline = inf

    def recv_into(self, *buffer: Any) -> int:
        """As of a socket."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*buffer)

    def sendall(self, *data: Any) -> None:
        """As of a socket."""
        self.settimeout(_left(self.deadline))
        super().sendall(*data)


class _PunctualTls(ssl.SSLSocket):
    """The same over TLS."""

    deadline = inf

    def recv_into(self, *buffer: Any) -> int:
        """As of a socket."""
        self.settimeout(_left(self.deadline))
        return super().recv_into(*buffer)

    def sendall(self, *data: Any) -> None:
        """As of a socket."""
        self.settimeout(_left(self.deadline))
        super().sendall(*data)


def _left(deadline: float) -> float:
    """Seconds until the deadline; TimeoutError if it is over."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _living(idle: "deque[_Connection]") -> "_Connection | None":
    """A connection that the store has not closed in the meantime, if there is one."""
    while idle:
        try:
            connection = idle.pop()
        except IndexError:  # another thread was faster
            return None
        heard = select.poll()
        heard.register(connection.sock, select.POLLIN)
        if not heard.poll(0):
            return connection
        connection.close()
    return None


def _whole(response: HTTPResponse, most_bytes: int) -> bytes:
    """The body, if it is complete and not too long."""
    body = response.read(most_bytes + 1)
    if len(body) > most_bytes:
        raise RemoteError(
            f"The answer of the remote store is larger than {most_bytes / 2**20:g} MB, the limit of size. "
            "Ask for it in parts with LIMIT and OFFSET."
        )
    if response.length:
        raise IncompleteRead(b"", response.length)
    return body


def _refusal(request: Request, response: HTTPResponse) -> RemoteError | _PassingError:
    """What a status that is no success comes to; what the store says of it is for the log."""
    status = response.status
    if status == HTTPStatus.UNAUTHORIZED:
        return _ChallengeError(
            "The remote store wants another name and password.", response.headers.get("WWW-Authenticate", "")
        )
    _LOG.warning("The remote store %s answered %s: %r", request.host, status, response.read(WORDS))
    sentence = f"The remote store answered with status {status}. The operator finds more in the log."
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return _PassingError(Busy("The remote store is busy. Ask again in a moment."))
    if status == HTTPStatus.GATEWAY_TIMEOUT:
        return _PassingError(RemoteTimeout(sentence))
    if status == HTTPStatus.BAD_GATEWAY:
        return _PassingError(RemoteError(sentence))
    if status < HTTPStatus.BAD_REQUEST:
        return RemoteError("The remote store redirects, which is not followed. Set its final address.")
    return RemoteError(sentence)


def _address(request: Request) -> str:
    return request.full_url.partition("?")[0]
