"""A bad remote store comes to a clear error within the limit; its words and our password go nowhere."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from socket import socket
from urllib.request import Request

import pytest

from graph.breaker import Breaker
from graph.errors import Busy, RemoteError, RemoteTimeout, RevierError
from graph.transport import Transport
from tests.bad_remotes import SAID, BadRemote, Behaviour, answering, babbling, dripping, hanging_up, silent

LIMIT_S = 0.7
MOST_BYTES = 10_000
Remote = Callable[[Behaviour], BadRemote]


@pytest.fixture
def remote() -> Iterator[Remote]:
    """Starts a store that behaves in a given way."""
    started: list[BadRemote] = []

    def start(behaviour: Behaviour) -> BadRemote:
        started.append(BadRemote(behaviour))
        return started[-1]

    yield start
    for each in started:
        each.close()


def _ask(remote: BadRemote, transport: Transport | None = None, *, is_read: bool = True) -> bytes:
    request = Request(remote.url, b"query=ASK%7B%7D")
    with closing(transport or Transport()) as carrier:
        return carrier.exchange(request, timeout_s=LIMIT_S, most_bytes=MOST_BYTES, is_read=is_read).body


def _known_as(pair: str) -> Transport:
    user, _, password = pair.partition(":")
    return Transport(user=user, password=password)


def _status(status: int) -> Behaviour:
    return answering(SAID, status=status, content_type="text/html")


BAD: dict[str, tuple[Behaviour, type[RevierError], int]] = {
    "silent": (silent, RemoteTimeout, 504),
    "dripping": (dripping, RemoteTimeout, 504),
    "hanging up": (hanging_up, RemoteError, 502),
    "endless": (babbling, RemoteError, 502),
    "cut": (answering(SAID, cut=3), RemoteError, 502),
    "no HTTP": (lambda client: client.sendall(SAID.encode() + b"\r\n\r\n"), RemoteError, 502),
    "301": (_status(301), RemoteError, 502),
    "302": (_status(302), RemoteError, 502),
    "400": (_status(400), RemoteError, 502),
    "401": (_status(401), RemoteError, 502),
    "403": (_status(403), RemoteError, 502),
    "404": (_status(404), RemoteError, 502),
    "429": (_status(429), Busy, 503),
    "500": (_status(500), RemoteError, 502),
    "502": (_status(502), RemoteError, 502),
    "503": (_status(503), Busy, 503),
    "504": (_status(504), RemoteTimeout, 504),
}
EVERY_FAULT = pytest.mark.parametrize(("behaviour", "error", "status"), BAD.values(), ids=BAD)


@EVERY_FAULT
def test_a_fault_is_a_clear_error_without_the_words_of_the_store(
    remote: Remote, behaviour: Behaviour, error: type[RevierError], status: int
) -> None:
    with pytest.raises(RevierError) as caught:
        _ask(remote(behaviour))
    assert isinstance(caught.value, error)
    assert caught.value.status == status
    assert SAID not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


@EVERY_FAULT
def test_a_store_that_is_mended_is_asked_again_by_itself(
    remote: Remote, behaviour: Behaviour, error: type[RevierError], status: int
) -> None:
    seconds = [0.0]
    transport = Transport(breaker=Breaker(clock=lambda: seconds[0]))
    bad = remote(behaviour)
    with pytest.raises(error):
        _ask(bad, transport)
    bad.behaviour = answering("well")
    seconds[0] += 10
    assert _ask(bad, transport) == b"well", status


def test_a_store_that_nobody_started_is_a_clear_error() -> None:
    gone = BadRemote(hanging_up)
    gone.close()
    with pytest.raises(RemoteError, match="cannot be reached"):
        _ask(gone)


def test_a_read_is_tried_again_and_a_write_is_not(remote: Remote) -> None:
    for is_read, tries in ((True, 3), (False, 1)):
        bad = remote(hanging_up)
        with pytest.raises(RemoteError):
            _ask(bad, is_read=is_read)
        assert len(bad.requests) == tries


def test_a_refusal_is_not_asked_for_twice(remote: Remote) -> None:
    bad = remote(_status(400))
    with pytest.raises(RemoteError):
        _ask(bad)
    assert len(bad.requests) == 1


def test_after_failures_in_a_row_nobody_waits_for_the_store(remote: Remote) -> None:
    bad, transport = remote(hanging_up), Transport(breaker=Breaker(most_failures=3))
    with pytest.raises(RemoteError):
        _ask(bad, transport)
    with pytest.raises(Busy, match="failed 3 times in a row"):
        _ask(bad, transport)
    assert len(bad.requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_and_no_password_goes_to_another_host(remote: Remote, status: int) -> None:
    other = remote(answering("well"))
    there = f"Location: {other.url}\r\n"
    bad = remote(answering("", status=status, headers=there))
    with pytest.raises(RemoteError, match="redirects, which is not followed"):
        _ask(bad, _known_as("dba:geheim"), is_read=False)
    assert other.requests == []


def test_a_password_is_shown_only_to_who_asks_for_it(remote: Remote) -> None:
    transport = _known_as("dba:geheim")
    store = remote(answering("well"))
    _ask(store, transport)
    assert "Authorization" not in store.requests[0]
    store.behaviour = answering("", status=401, headers='WWW-Authenticate: Basic realm="x"\r\n')
    with pytest.raises(RemoteError, match="another name and password"):
        _ask(store, transport)
    assert ["Authorization: Basic ZGJhOmdlaGVpbQ==" in request for request in store.requests] == [False, False, True]


def test_a_password_can_be_proven_without_being_shown(remote: Remote) -> None:
    transport = _known_as("dba:geheim")
    challenge = 'WWW-Authenticate: Digest realm="SPARQL", nonce="n1", qop="auth", algorithm="MD5"\r\n'
    store = remote(answering("", status=401, headers=challenge))
    with pytest.raises(RemoteError):
        _ask(store, transport)
    assert 'Authorization: Digest username="dba"' in store.requests[1]
    assert "geheim" not in "".join(store.requests)


def test_the_words_of_the_store_are_in_the_log_on_one_line(remote: Remote, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), pytest.raises(RemoteError):
        _ask(remote(answering(f"{SAID}\nGET /forged", status=500)))
    assert SAID in caplog.messages[0]
    assert "\n" not in caplog.messages[0]


def test_a_connection_is_used_again(remote: Remote) -> None:
    def twice(client: socket) -> None:
        for _ in range(2):
            client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            client.recv(65536)

    store = remote(twice)
    with closing(Transport()) as transport:
        for _ in range(2):
            request = Request(store.url, b"query=ASK%7B%7D")
            assert transport.exchange(request, timeout_s=LIMIT_S, most_bytes=MOST_BYTES).body == b"ok"
    assert len(store.requests) == 1
