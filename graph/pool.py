"""Foreign queries, each in a process that is stopped at its limits and costs nobody else an answer.

The pool talks to its workers directly and reads their answers whole before anything is said to the client: so
a status is always true. A worker that ran into a limit, or died, is replaced at once.
"""

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from graph.errors import Busy, NotOffered, NotSparql, QueryTooCostly, RevierError, SnapshotError, WrongFormat, WrongUse
from graph.rdf import FORMATS, JSON, TURTLE, Format, Kind
from graph.worker import CHUNK_BYTES, FAULT, HEADER, NO_PROCESS, QUERY, ROWS

OPENING_S = 60  # until a worker must have opened its snapshot
SPOOL_BYTES = 2**20  # an answer up to this size stays in memory


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its bytes and their number, its format, and the snapshot it is true for.

    `is_complete` is False only where `most_rows` were asked for and there are more.
    """

    body: IO[bytes]
    size: int
    format: Format
    snapshot: str
    is_complete: bool


class QueryPool:
    """Workers over one snapshot; any thread may ask.

    Started before or after threads, it makes no difference: workers are forked by a process of its own.
    Raises `SnapshotError` if the snapshot cannot be opened.
    """

    def __init__(
        self,
        snapshot: Path,
        *,
        workers: int = 4,
        timeout_s: float = 10,
        memory_mb: int = 2048,
        result_bytes: int = 50 * 2**20,
        queue_s: float = 8,
    ) -> None:
        self._snapshot = snapshot
        self._timeout_s, self._memory_mb = timeout_s, memory_mb
        self._result_bytes, self._queue_s = result_bytes, queue_s
        self._workers = workers
        self._nursery = _Nursery()
        self._change = threading.Condition()
        self._idle: deque[_Worker | None] = deque([None] * workers)  # None: a place to be filled
        try:
            self.switch(snapshot)
        except SnapshotError:
            self.close()
            raise

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that new queries see."""
        return self._snapshot.name

    def run(
        self,
        query: str,
        *,
        formats: Collection[Format] = (JSON, TURTLE),
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        timeout_s: float | None = None,
        most_rows: int | None = None,
    ) -> Answer:
        """The whole answer to `query` in that of the `formats`, one a kind, which can hold it.

        Without graphs the query sees those of its FROM, or else the union of all. `timeout_s` may shorten the
        limit of the pool. With `most_rows`, which needs TSV and N-Triples, an answer ends there.

        Raises `NotSparql`, `NotOffered`, `WrongFormat`, `WrongUse` (a graph that is no IRI),
        `QueryTooCostly` (a limit was met), `Busy`.
        """
        limit_s = min(timeout_s or self._timeout_s, self._timeout_s)
        request = {
            "query": query,
            "formats": {form.kind: FORMATS.index(form) for form in formats},
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
            "most_rows": most_rows,
        }
        worker = self._take()
        try:
            return worker.answer(request, deadline=time.monotonic() + limit_s, result_bytes=self._result_bytes)
        except _FaultError as fault:
            raise _explained(fault.facts, query) from None
        except TimeoutError:
            raise QueryTooCostly(
                f"The query was stopped after {limit_s:g} seconds, the limit of time. "
                "Narrow its patterns, or ask for fewer rows with LIMIT."
            ) from None
        except OverflowError:
            raise QueryTooCostly(
                f"The answer is larger than {self._result_bytes / 2**20:g} MB, the limit of size. "
                "Ask for it in parts with LIMIT and OFFSET, or take the dump."
            ) from None
        except (EOFError, ConnectionError):
            raise _died_of(worker.end(), self._memory_mb) from None
        finally:
            self._give_back(worker)

    def switch(self, snapshot: Path) -> None:
        """Let all queries from now on see another snapshot; those that run finish on theirs.

        Raises `SnapshotError` if it cannot be opened; then everything stays as it was.
        """
        first = self._opened(snapshot)
        fresh = [first, *(self._start(snapshot) for _ in range(self._workers - 1))]
        with self._change:
            self._snapshot = snapshot
            places = len(self._idle)
            retired = [*self._idle, *fresh[places:]]
            self._idle = deque(fresh[:places])
        for worker in retired:
            if worker is not None:
                worker.end()

    def close(self) -> None:
        """End all workers, also those that answer."""
        self._nursery.close()
        with self._change:
            for worker in self._idle:
                if worker is not None:
                    worker.end()
            self._idle = deque([None] * len(self._idle))

    def _take(self) -> "_Worker":
        """A living worker, of several idle ones the one used last."""
        with self._change:
            if not self._change.wait_for(lambda: self._idle, self._queue_s):
                raise Busy(f"All workers were busy for {self._queue_s:g} seconds. Ask again in a moment.")
            worker = self._idle.pop()
        if worker is not None:
            if worker.is_alive() and worker.snapshot == self._snapshot:
                return worker
            worker.end()
        try:
            return self._start(self._snapshot)
        except OSError as error:
            self._give_back(None)
            raise Busy(f"No worker can be started: {error}. Ask again in a moment.") from None

    def _give_back(self, worker: "_Worker | None") -> None:
        """Free the place of a worker; one that still answers or holds an old snapshot is replaced at once."""
        is_fit = worker is not None and worker.is_idle and worker.snapshot == self._snapshot
        if not is_fit:
            if worker is not None:
                worker.end()
            worker = self._start_if_possible()
        with self._change:
            if is_fit:
                self._idle.append(worker)
            else:
                self._idle.appendleft(worker)
            self._change.notify()

    def _start(self, snapshot: Path) -> "_Worker":
        return _Worker(self._nursery, snapshot, self._memory_mb)

    def _opened(self, snapshot: Path) -> "_Worker":
        worker = self._start(snapshot)
        try:
            worker.await_ready(time.monotonic() + OPENING_S)
        except _FaultError as fault:
            reason = fault.facts["says"]
        except (TimeoutError, EOFError, ConnectionError):
            reason = f"the worker ended; {self._memory_mb} MB may be too little for it"
        else:
            return worker
        worker.end()
        raise SnapshotError(f"{snapshot} cannot be opened for queries: {reason}. Run `revier doctor`.")

    def _start_if_possible(self) -> "_Worker | None":
        """A worker over the current snapshot; None if no process can be had: then the next query tries again."""
        try:
            return self._start(self._snapshot)
        except OSError:
            return None


class _FaultError(Exception):
    """What a worker says was wrong with a query."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts["fault"])
        self.facts = facts


class _Worker:
    """A worker as the pool sees it: a socket, a process id, and the snapshot it holds.

    Whoever waits for it gets TimeoutError at the deadline, EOFError or ConnectionError once it is dead.
    """

    def __init__(self, nursery: "_Nursery", snapshot: Path, memory_mb: int) -> None:
        self.snapshot = snapshot
        self.is_idle = True  # False from a query to the end of its answer, and for ever if that never comes
        self._is_ready = False
        self._read = bytearray()
        self._nursery = nursery
        self._channel, theirs = socket.socketpair()
        order = {"open": str(snapshot.absolute() / "store"), "memory_mb": memory_mb}
        try:
            with theirs:
                self._process = nursery.order(order, theirs.fileno())
            if self._process == NO_PROCESS:
                raise ChildProcessError("the system allows no more processes")
        except OSError:
            self._channel.close()
            raise

    def is_alive(self) -> bool:
        """Whether the process still holds its end of the socket."""
        hung_up = select.poll()
        hung_up.register(self._channel, 0)  # the end of the other side is reported unasked
        return not hung_up.poll(0)

    def await_ready(self, deadline: float) -> None:
        """Wait until the snapshot is open; `_FaultError` if it cannot be."""
        if not self._is_ready:
            if not self._facts(BytesIO(), deadline, result_bytes=0)["sealed"]:
                _LOG.warning("This system cannot seal query processes; queries that spell SERVICE are refused.")
            self._is_ready = True

    def answer(self, request: dict[str, Any], *, deadline: float, result_bytes: int) -> Answer:
        """Pass a query on and read the whole answer; OverflowError as soon as it is too large."""
        self.await_ready(deadline)
        self.is_idle = False
        payload = json.dumps(request).encode()
        self._channel.settimeout(_until(deadline))
        self._channel.sendall(HEADER.pack(QUERY, len(payload)) + payload)
        body: IO[bytes] = SpooledTemporaryFile(SPOOL_BYTES)  # noqa: SIM115 - whoever reads the answer closes it
        try:
            facts = self._facts(body, deadline, result_bytes=result_bytes)
        except BaseException:
            body.close()
            raise
        size = body.tell()
        body.seek(0)
        return Answer(body, size, FORMATS[request["formats"][facts["kind"]]], self.snapshot.name, facts["is_complete"])

    def end(self) -> int:
        """End the process if it still lives; the wait status tells how it ended, the first time."""
        self.is_idle = False
        self._channel.close()
        try:
            return self._nursery.order({"end": self._process})
        except ConnectionError:
            return signal.SIGKILL  # the nursery is gone, and its workers with it

    def _facts(self, rows: IO[bytes], deadline: float, *, result_bytes: int) -> dict[str, Any]:
        """What the worker says after its rows, which are written to `rows`; `_FaultError` if that is no good news."""
        while True:
            kind, length = HEADER.unpack(self._exactly(HEADER.size, deadline))
            if length > (result_bytes - rows.tell() if kind == ROWS else CHUNK_BYTES):
                raise OverflowError
            content = self._exactly(length, deadline)
            if kind == ROWS:
                rows.write(content)
                continue
            facts: dict[str, Any] = json.loads(content)
            self.is_idle = True
            if kind == FAULT:
                raise _FaultError(facts)
            return facts

    def _exactly(self, count: int, deadline: float) -> bytes:
        while len(self._read) < count:
            self._channel.settimeout(_until(deadline))
            received = self._channel.recv(CHUNK_BYTES)
            if not received:
                raise EOFError
            self._read += received
        taken = bytes(self._read[:count])
        del self._read[:count]
        return taken


class _Nursery:
    """The process that forks the workers; if it dies, so do they, and the next order starts another.

    It is a fresh Python and not a fork of ours: no threads, no memory, no settings of the service reach it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._open()

    def order(self, order: dict[str, Any], *sockets: int) -> int:
        """The answer to an order; ConnectionError once the nursery is closed."""
        with self._lock:
            if self._is_closed:
                raise ConnectionError("the pool is closed")
            try:
                return self._carry_out(order, sockets)
            except ConnectionError:
                self._hang_up()
                self._open()
                return self._carry_out(order, sockets)

    def close(self) -> None:
        """End the process and all its workers."""
        with self._lock:
            self._is_closed = True
            self._hang_up()

    def _open(self) -> None:
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        paths = os.pathsep.join(os.path.abspath(path) for path in sys.path)
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "graph.worker", str(theirs.fileno())],
                env={**environment, **_SPARING, "PYTHONPATH": paths},
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the terminal is for us to answer
            )

    def _carry_out(self, order: dict[str, Any], sockets: Sequence[int]) -> int:
        socket.send_fds(self._control, [json.dumps(order).encode()], sockets)
        reply = self._control.recv(CHUNK_BYTES)
        if not reply:
            raise ConnectionResetError("the nursery ended")
        return int(json.loads(reply))

    def _hang_up(self) -> None:
        self._control.close()
        self._process.wait()


def _until(deadline: float) -> float:
    """Seconds left, never so few that a socket would take them for `do not wait`."""
    return max(deadline - time.monotonic(), 0.001)


def _explained(facts: dict[str, Any], query: str) -> RevierError:
    """The error that a worker's fault is for the caller."""
    says = facts.get("says", "")
    if facts["fault"] == "syntax":
        line, column = facts["line"], facts["column"]
        before = query.split("\n")[line - 1][: column - 1].rstrip()[-40:]
        place = f"line {line}, column {column}" + (f", after {before!r}" if before else "")
        hint = says or "Check the spelling, the brackets, and that it is a query and no update"
        return NotSparql(f"This is no SPARQL query; it can be read up to {place}. {hint}.", line, column)
    if facts["fault"] == "format":
        gives = "a graph" if facts["kind"] == Kind.GRAPH else "rows"
        offered = ", ".join(form.media_type for form in FORMATS if form.kind == facts["kind"])
        return WrongFormat(f"This query gives {gives}. Accept one of: {offered}.")
    if facts["fault"] == "refused":
        return NotOffered(f"The query asks for what is not done here: {says}. Leave it out.")
    if facts["fault"] == "graph":
        return WrongUse(f"A graph must be named by an absolute IRI: {says}.")
    _LOG.error("The snapshot cannot be read: %s. Run `revier doctor`.", says)
    return SnapshotError("The snapshot cannot be read at this moment. The operator finds the reason in the log.")


def _died_of(status: int, memory_mb: int) -> RevierError:
    """Why a worker died before its answer was whole, by its wait status."""
    died_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    if died_by == signal.SIGABRT:
        return QueryTooCostly(
            f"The query needs more than {memory_mb:g} MB, the limit of memory. "
            "Sort, group or combine fewer rows, or ask in parts."
        )
    if died_by in (signal.SIGSEGV, signal.SIGBUS):
        return QueryTooCostly("The query is nested too deep to be worked out. Flatten its groups and expressions.")
    return QueryTooCostly("The process that worked on the query was ended from outside. Ask again.")


_LOG = logging.getLogger(__name__)
# of the environment, what Python may need to start; everything else could be a secret
_KEPT = ("PATH", "LD_LIBRARY_PATH", "PYTHONHOME", "LANG", "REVIER_BASE_IRI")
# no long trace when the engine aborts, and few reserves of address space, which the limit of memory counts
_SPARING = {"RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2"}
