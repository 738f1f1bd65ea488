"""The access log: one line of JSON a request, of which nobody can tell what was asked.

A line names the address without its last part, the path without what follows the question mark, and of a query no
more than a hash by which a slow one is known again. Lines are collected and written by a thread of their own, so that
a slow disk or a full pipe costs lines and not answers; a kill loses those of the last moment.
"""

import atexit
import hashlib
import json
import sys
import time
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from threading import Event, Lock, Thread
from typing import IO, Any

from flask import Flask, request

from api.guard import VISIT, Visit

WAITING_LINES = 20_000  # at most; further ones are counted and dropped
GATHER_S = 0.2
_METHOD_LETTERS, _PATH_LETTERS, _AGENT_LETTERS = 10, 200, 80


def log_requests(app: Flask, stream: IO[str] = sys.stderr) -> "Lines":
    """Write a line to `stream` for every request that `guard` has let `app` know."""
    lines, answer = Lines(stream), app.wsgi_app

    def logged(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def told(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Any:
            lines.add(_line(environ, status, headers))
            return start_response(status, headers, fault)

        return answer(environ, told)

    app.wsgi_app = logged  # type: ignore[method-assign]
    return lines


def note(*, query: str = "", cache: str = "") -> None:
    """Let the line of the present request, if there will be one, tell a query by its hash and what the cache did."""
    visit: Visit | None = request.environ.get(VISIT)
    if visit is None:
        return
    if query:
        visit.query_hash = hashlib.sha256(query.encode()).hexdigest()[:12]
    visit.cache = cache or visit.cache


class Lines:
    """Lines on their way to a stream; any thread may add one, and none waits for the stream."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream
        self._waiting: deque[str] = deque()
        self._dropped = 0
        self._news = Event()
        self._writing, self._starting = Lock(), Lock()
        self._thread: Thread | None = None

    def add(self, line: str) -> None:
        """Have a line written soon."""
        if len(self._waiting) >= WAITING_LINES:
            self._dropped += 1
            return
        self._waiting.append(line)
        if not self._news.is_set():
            self._news.set()
        if self._thread is None:
            self._start()

    def flush(self) -> None:
        """Write what waits."""
        with self._writing:
            gathered = [self._waiting.popleft() for _ in range(len(self._waiting))]
            dropped, self._dropped = self._dropped, 0
            if dropped:
                gathered.append(json.dumps({"time": _now(), "dropped": dropped}))
            if gathered:
                self._stream.write("\n".join(gathered) + "\n")
                self._stream.flush()

    def _start(self) -> None:
        """Start the writing thread with the first line: a process that is forked later has none of its parent's."""
        with self._starting:
            if self._thread is None:
                self._thread = Thread(target=self._write_on, name="access log", daemon=True)
                self._thread.start()
                atexit.register(self.flush)

    def _write_on(self) -> None:
        while self._news.wait():
            time.sleep(GATHER_S)
            self._news.clear()
            self.flush()


def _line(environ: dict[str, Any], status: str, headers: list[tuple[str, str]]) -> str:
    visit: Visit = environ[VISIT]
    facts = {name.lower(): value for name, value in headers}
    told = {
        "time": _now(),
        "request": visit.request_id,
        "client": visit.client.shown,
        "method": environ["REQUEST_METHOD"][:_METHOD_LETTERS],
        "path": environ["PATH_INFO"].encode("latin-1", "replace").decode(errors="replace")[:_PATH_LETTERS],
        "status": int(status[:3]),
        "bytes": int(facts["content-length"]) if "content-length" in facts else None,
        "ms": round(visit.seconds * 1000, 1),
        "snapshot": facts.get("revier-snapshot"),
        "cache": visit.cache,
        "query": visit.query_hash,
        "agent": environ.get("HTTP_USER_AGENT", "")[:_AGENT_LETTERS],
    }
    # only ASCII, with escapes: no letter of a client ends a line or reaches a terminal as a command
    return json.dumps({name: value for name, value in told.items() if value not in (None, "")})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
