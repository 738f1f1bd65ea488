"""A server under test: three URLs, a token, and one connection that is opened again when the server closes it."""

from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage
from typing import NamedTuple
from urllib.parse import urlsplit

Headers = tuple[tuple[str, str], ...]


class Reply(NamedTuple):
    """What a server said."""

    status: int
    headers: HTTPMessage
    body: bytes

    def told(self) -> str:
        """The status and the beginning of the text, for a report."""
        return f"{self.status} {self.body[:200].decode(errors='replace')}".strip()


@dataclass
class Peer:
    """The server whose endpoints for query, update and graph store are at these URLs; writes carry the token."""

    query: str
    update: str
    store: str
    token: str = ""
    timeout_s: float = 30
    _connections: dict[str, HTTPConnection] = field(default_factory=dict)

    def ask(self, method: str, url: str, headers: Headers = (), body: bytes = b"", *, signed: bool = True) -> Reply:
        """One request as it is told: no header is added but Host, Content-Length and, where `signed`, the token."""
        place = urlsplit(url)
        target = (place.path or "/") + (f"?{place.query}" if place.query else "")
        for attempt in range(2):
            connection = self._connections.setdefault(
                place.netloc, HTTPConnection(place.netloc, timeout=self.timeout_s)
            )
            try:
                connection.putrequest(method, target, skip_accept_encoding=True)
                if self.token and signed:
                    connection.putheader("Authorization", f"Bearer {self.token}")
                for name, value in headers:
                    connection.putheader(name, value)
                if body or method in ("POST", "PUT", "PATCH"):
                    connection.putheader("Content-Length", str(len(body)))
                connection.endheaders(body or None)
                answer = connection.getresponse()
                return Reply(answer.status, answer.headers, answer.read())
            except (HTTPException, OSError):
                # an idle connection may have been closed meanwhile: that is no fault, twice in a row it is
                connection.close()
                del self._connections[place.netloc]
                if attempt:
                    raise
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Give the connections back."""
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()
