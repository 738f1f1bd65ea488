"""Remote stores that misbehave, each in one way, on real sockets."""

import json
import time
from collections.abc import Callable
from contextlib import suppress
from socket import SHUT_RDWR, create_server, socket
from threading import Thread

SAID = "words of the remote store"  # what a bad store says, and nobody may hear
ROWS = {"head": {"vars": ["n"]}, "results": {"bindings": [{"n": {"type": "literal", "value": "1"}}]}}
RESULTS = "application/sparql-results+json"

Behaviour = Callable[[socket], None]


class BadRemote:
    """A server that treats every request as `behaviour` does; it can be given another one while it runs."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.requests: list[str] = []
        self._door = create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._door.getsockname()[1]}/sparql"
        Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """Answer nobody any more."""
        self._door.shutdown(SHUT_RDWR)
        self._door.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._door.accept()
                Thread(target=self._treat, args=(client,), daemon=True).start()

    def _treat(self, client: socket) -> None:
        with suppress(OSError), client:
            self.requests.append(_request(client))
            self.behaviour(client)


def answering(
    body: str = json.dumps(ROWS), *, status: int = 200, content_type: str = RESULTS, headers: str = "", cut: int = 0
) -> Behaviour:
    """Answers with a status, headers and a body, of which the last `cut` bytes are left out."""
    head = f"HTTP/1.1 {status} Said\r\nContent-Type: {content_type}\r\nConnection: close\r\n{headers}"
    whole = f"{head}Content-Length: {len(body.encode())}\r\n\r\n{body}".encode()
    return lambda client: client.sendall(whole[: len(whole) - cut])


def silent(client: socket) -> None:
    """Takes the request and says nothing until the client goes."""
    client.recv(1)


def dripping(client: socket) -> None:
    """Sends a byte at a time, each in time for a limit on single reads."""
    for letter in "HTTP/1.1 200 OK\r\n" + "X: " + "x" * 10_000:
        client.sendall(letter.encode())
        time.sleep(0.05)


def hanging_up(client: socket) -> None:
    """Takes the request and closes the connection."""


def babbling(client: socket) -> None:
    """Sends a body that never ends."""
    client.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {RESULTS}\r\n\r\n".encode())
    while True:
        client.sendall(b" " * 65536)


def _request(client: socket) -> str:
    """Head and body of a request."""
    received = _more(client)
    while b"\r\n\r\n" not in received:
        received += _more(client)
    head, _, body = received.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _more(client)
    return (head + b"\r\n\r\n" + body).decode()


def _more(client: socket) -> bytes:
    received = client.recv(65536)
    if not received:
        raise ConnectionResetError
    return received
