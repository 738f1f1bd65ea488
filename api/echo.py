"""The same question again, word for word, on the same snapshot: answered from memory before Flask hears of it.

What may be given again is what its endpoint has tagged as public and true of one snapshot. This stands behind the
door of `api/guard.py`, which counts and limits what is answered here like everything else.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from threading import Lock
from typing import Any

from api.guard import VISIT, Visit
from api.service import Service

HELD_BYTES = 32 * 2**20  # of answers and of what was asked for them
LARGEST_BYTES = 2**18  # of one answer
ENTRY_BYTES = 2000  # of headers and what holds them together
# what of a request its answer may depend on; whoever shows a token is known to nobody else
_ASKED = (
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_HOST",
    "wsgi.url_scheme",
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_PROFILE",
)
_SENT_WITH_304 = ("etag", "cache-control", "vary", "revier-snapshot")
_PATHS = re.compile("/(sparql|api/v1/(match|concepts|questions/.+)|questions/.+|(doc|voc|graph)/.+)")

Headers = list[tuple[str, str]]
Answering = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True, slots=True)
class _Heard:
    """An answer, without its body if that is large, and what the log tells of it."""

    snapshot: str
    headers: Headers
    body: bytes | None
    tag: str
    endpoint: str
    query_hash: str


class Echo:
    """A WSGI application that answers for `answer` what it has heard it answer before."""

    def __init__(self, answer: Answering, service: Service) -> None:
        self._answer, self._queries, self._metrics = answer, service.queries, service.metrics
        self._heard: OrderedDict[tuple[Any, ...], _Heard] = OrderedDict()
        self._held_bytes = 0
        self._lock = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        visit: Visit = environ[VISIT]
        if (
            not _PATHS.fullmatch(environ["PATH_INFO"])
            or environ["REQUEST_METHOD"] != "GET"
            or "HTTP_AUTHORIZATION" in environ
            or visit.refusal
        ):
            return self._answer(environ, start_response)
        # a match depends on the day, since offers end
        asked = (date.today(), *(environ.get(name) for name in _ASKED))
        heard = self._heard.get(asked)
        if heard is None or heard.snapshot != self._queries.snapshot:
            return self._listened(asked, environ, start_response)
        visit.endpoint, visit.query_hash = heard.endpoint, heard.query_hash
        if heard.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
            self._note(visit, "held")
            start_response("304 NOT MODIFIED", [each for each in heard.headers if each[0].lower() in _SENT_WITH_304])
            return []
        if heard.body is None:
            return self._answer(environ, start_response)
        self._note(visit, "hit")
        start_response("200 OK", heard.headers)
        return [heard.body]

    def _note(self, visit: Visit, answer: str) -> None:
        visit.cache, visit.work_s = answer, 0
        self._metrics.count("revier_cache_total", answer=answer)

    def _listened(self, asked: tuple[Any, ...], environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Have it answered, and remember what may be given again."""
        told: list[tuple[str, Headers]] = []

        def listening(status: str, headers: Headers, fault: Any = None) -> Any:
            told.append((status, headers))
            return start_response(status, headers, fault)

        body = self._answer(environ, listening)
        status, headers = told[0]
        facts = {name.lower(): value for name, value in headers}
        may_be_given_again = status.startswith("200") and "public" in facts.get("cache-control", "")
        if not may_be_given_again or "etag" not in facts:
            return body
        whole = None
        if int(facts["content-length"]) <= LARGEST_BYTES:
            whole = b"".join(body)
            if hasattr(body, "close"):
                body.close()
        visit: Visit = environ[VISIT]
        tag = facts["etag"].removeprefix("W/")
        self._keep(asked, _Heard(facts["revier-snapshot"], headers, whole, tag, visit.endpoint, visit.query_hash))
        return body if whole is None else [whole]

    def _keep(self, asked: tuple[Any, ...], heard: _Heard) -> None:
        with self._lock:
            self._forget(asked)
            self._heard[asked] = heard
            self._held_bytes += _size(asked, heard)
            while self._held_bytes > HELD_BYTES:
                self._forget(next(iter(self._heard)))

    def _forget(self, asked: tuple[Any, ...]) -> None:
        heard = self._heard.pop(asked, None)
        if heard:
            self._held_bytes -= _size(asked, heard)


def _size(asked: tuple[Any, ...], heard: _Heard) -> int:
    return ENTRY_BYTES + len(heard.body or b"") + sum(len(part or "") for part in asked[1:])
