"""Foreign texts, each read in a process that is stopped at its limits and costs nobody else an answer.

The pool talks to its workers directly and reads their answers whole before anything is said to the client: so a
status is always true. Few workers rest and more come as they are wanted. One whose text has used much of the processor
comes behind the others, and its text starts there the next time; if too few quick ones are left while somebody waits,
the slow one that used most is stopped.
"""

import json
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any, Protocol

from graph.errors import Busy, SnapshotError
from graph.faults import Subject
from graph.nursery import FaultError, Nursery, Worker
from graph.rdf import FORMATS, JSON, TURTLE, Format
from graph.slow_texts import SlowTexts
from graph.snapshot import engine_state
from graph.worker import DOCUMENT, HEADER, QUERY, UPDATE

OPENING_S = 60  # until a worker must have opened its snapshot
RESTING = 2  # quick workers that are always there
QUICK = 4  # workers that slow texts must leave to others, if there are so many
PATIENCE_S = 0.03  # of who waits for a worker, before one more is started or a slow one is stopped
REST_S = 60  # without work, after which a worker that is not needed ends
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: its format, the snapshot it is true for, and the seconds of processor time that it took.

    A small `body` is bytes, a large one a file that whoever reads it closes; `size` is the number of its bytes.
    `is_complete` is False only where `most_rows` were asked for and there are more.
    """

    body: bytes | IO[bytes]
    size: int
    format: Format
    snapshot: str
    is_complete: bool
    work_s: float

    def read(self) -> bytes:
        """The whole body, once."""
        if isinstance(self.body, bytes):
            return self.body
        with self.body as body:
            return body.read()

    def close(self) -> None:
        """Let go of a body that nobody reads."""
        if not isinstance(self.body, bytes):
            self.body.close()


class Queries(Protocol):
    """What answers the endpoints: a `QueryPool`, or a remote store in its place."""

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that new queries see."""

    def run(
        self,
        query: str,
        *,
        formats: Collection[Format] = (JSON, TURTLE),
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        timeout_s: float | None = None,
        most_rows: int | None = None,
        has_union_default: bool | None = None,
        sees_private: bool = False,
    ) -> Answer:
        """The whole answer to `query` in that of the `formats`, one a kind, which can hold it."""

    def parse(self, document: bytes, form: Format, *, base: str) -> bytes:
        """The triples of a document, as N-Triples."""

    def check_update(self, text: str, *, base: str) -> None:
        """Raise `NotSparql` if a text is no update, `NotOffered` if it is one that is not done here."""

    def figures(self) -> dict[str, float]:
        """What an operator may want to watch, by name."""


class QueryPool:
    """Workers over one snapshot; any thread may ask.

    Started before or after threads, it makes no difference: workers are forked by a process of its own.
    Raises `SnapshotError` if the snapshot cannot be opened.
    """

    def __init__(
        self,
        snapshot: Path,
        *,
        workers: int = 10,
        timeout_s: float = 10,
        memory_mb: int = 2048,
        result_bytes: int = 50 * 2**20,
        queue_s: float = 8,
        has_union_default: bool = True,
        nursery: Nursery | None = None,
    ) -> None:
        self._snapshot, self._state = snapshot, ""
        self._timeout_s, self._memory_mb = timeout_s, memory_mb
        self._result_bytes, self._queue_s = result_bytes, queue_s
        self._has_union_default = has_union_default
        self._most, self._least = workers, min(RESTING, workers)
        self._quick = min(QUICK, workers // 2)
        self._slow_texts = SlowTexts(workers - self._quick)
        self._nursery = nursery or Nursery()
        self._switching, self._lock = threading.Lock(), threading.Lock()
        self._count = 0  # workers that are there or being started
        self._idle: list[Worker] = []  # the one used last at the end
        self._busy: set[Worker] = set()
        self._waiting: deque[SimpleQueue[Worker]] = deque()
        self._stopped = 0
        self._closed = threading.Event()
        try:
            self.switch(snapshot)
        except SnapshotError:
            self.close()
            raise
        self._fill()
        threading.Thread(target=self._tend, name="tend the query workers", daemon=True).start()

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
        base: str | None = None,
        timeout_s: float | None = None,
        most_rows: int | None = None,
        has_union_default: bool | None = None,
        sees_private: bool = False,
    ) -> Answer:
        """The whole answer to `query` in that of the `formats`, one a kind, which can hold it.

        Without graphs the query sees those of its FROM, or else as default graph the union of all, or the one without
        a name; private graphs it sees only if told so. Its relative IRIs begin at `base`. `timeout_s` may shorten the
        limit of the pool. With `most_rows`, which needs TSV and N-Triples, an answer ends there.

        Raises `NotSparql`, `NotOffered`, `WrongFormat`, `WrongUse` (a graph that is no IRI),
        `QueryTooCostly` (a limit was met), `Busy`.
        """
        request = {
            "text": query,
            "base": base,
            "formats": {form.kind: FORMATS.index(form) for form in formats},
            "default_graphs": default_graphs,
            "named_graphs": named_graphs,
            "most_rows": most_rows,
            "has_union_default": self._has_union_default if has_union_default is None else has_union_default,
            "sees_private": sees_private,
        }
        limit_s = min(timeout_s or self._timeout_s, self._timeout_s)
        body, facts, snapshot = self._answer(Subject("query", query), QUERY, request, limit_s=limit_s)
        size = len(body) if isinstance(body, bytes) else os.fstat(body.fileno()).st_size
        form = FORMATS[request["formats"][facts["kind"]]]  # type: ignore[index]
        return Answer(body, size, form, snapshot, facts["is_complete"], facts["work_s"])

    def parse(self, document: bytes, form: Format, *, base: str) -> bytes:
        """The triples of a document as N-Triples, its blank nodes under names that are found nowhere else.

        Raises `NotRdf`, also for named graphs, `QueryTooCostly` (a limit was met), `Busy`.
        """
        request = {"form": form.engine.media_type, "base": base, "length": len(document)}
        body, *_ = self._answer(Subject("document"), DOCUMENT, request, document, limit_s=self._timeout_s)
        if isinstance(body, bytes):
            return body
        with body:
            return body.read()

    def check_update(self, text: str, *, base: str) -> None:
        """Raise `NotSparql` if a text is no update, `NotOffered` for LOAD and SERVICE, `QueryTooCostly`, `Busy`."""
        self._answer(Subject("update", text), UPDATE, {"text": text, "base": base}, limit_s=self._timeout_s)

    def switch(self, snapshot: Path) -> None:
        """Let all queries from now on see another snapshot; those that run finish on theirs.

        Raises `SnapshotError` if it cannot be opened; then everything stays as it was.
        """
        with self._switching:
            state = engine_state(snapshot)
            first = self._opened(snapshot)
            with self._lock:
                self._snapshot, self._state = snapshot, state
                retired, self._idle = self._idle, []
                self._count += 1 - len(retired)
            self._give_back(first)
            for worker in retired:
                worker.end()

    def close(self) -> None:
        """End all workers, also those that answer."""
        self._closed.set()
        self._nursery.close()
        with self._lock:
            retired, self._idle = self._idle, []
            self._count -= len(retired)
        for worker in retired:
            worker.end()

    def figures(self) -> dict[str, float]:
        """How many workers there are, idle and slow ones; who waits, who was stopped for it; texts known as slow."""
        with self._lock:
            return {
                "workers": self._count,
                "idle": len(self._idle),
                "slow": sum(worker.is_slow for worker in self._busy),
                "waiting": len(self._waiting),
                "stopped": self._stopped,
                "remembered": len(self._slow_texts),
            }

    def _answer(
        self, subject: Subject, message: bytes, request: dict[str, Any], document: bytes = b"", *, limit_s: float
    ) -> tuple[bytes | IO[bytes], dict[str, Any], str]:
        """What a worker says to a request, and the snapshot that it holds."""
        payload = json.dumps(request).encode()
        question = HEADER.pack(message, len(payload)) + payload + document
        text = hash(request.get("text") or document)
        with self._slow_texts.place(text, self._queue_s) as is_slow:
            for _ in range(self._most + 1):
                worker = self._take()
                work_s = 0.0
                try:
                    deadline = time.monotonic() + limit_s
                    body, facts = worker.ask(
                        question,
                        deadline=deadline,
                        most_bytes=self._result_bytes,
                        starts_slow=is_slow,
                        slowed=self._fill,
                    )
                    work_s = facts["work_s"]
                    return body, facts, worker.snapshot.name
                except BrokenPipeError:
                    continue  # it died idle
                except FaultError as fault:
                    work_s = fault.facts["work_s"]
                    raise subject.explained(fault.facts) from None
                except TimeoutError:
                    work_s = worker.used_s  # a client may have asked for very little time
                    raise subject.too_slow(limit_s) from None
                except OverflowError:
                    work_s = inf
                    raise subject.too_large(self._result_bytes) from None
                except (EOFError, ConnectionError):
                    work_s = inf
                    if worker.is_condemned:
                        raise subject.too_greedy() from None
                    raise subject.died_of(worker.fate(), self._memory_mb) from None
                finally:
                    self._slow_texts.learn(text, work_s)
                    self._give_back(worker)
        raise Busy("Every process dies before it has read what it is asked. Ask again in a moment.")

    def _take(self) -> Worker:
        """A worker, of several idle ones that used last; who comes first is served first."""
        with self._lock:
            if self._idle:
                worker = self._idle.pop()
                self._busy.add(worker)
                return worker
            place: SimpleQueue[Worker] = SimpleQueue()
            self._waiting.append(place)
        deadline = time.monotonic() + self._queue_s
        while (left_s := deadline - time.monotonic()) > 0:
            with suppress(Empty):
                return place.get(timeout=min(PATIENCE_S, left_s))
            if self._makes_room(place):
                return self._grown()
        with self._lock:
            if place in self._waiting:
                self._waiting.remove(place)
                raise Busy(f"All workers were busy for {self._queue_s:g} seconds. Ask again in a moment.")
        return place.get()

    def _makes_room(self, place: SimpleQueue[Worker]) -> bool:
        """Whether who waits at `place` may start one more worker; if not, it may be that a slow one is stopped."""
        with self._lock:
            if place not in self._waiting:
                return False
            if self._count < self._most:
                self._count += 1
                self._waiting.remove(place)
                return True
            slow = [worker for worker in self._busy if worker.is_slow and not worker.is_condemned]
            if self._most - len(slow) >= self._quick:
                return False
            greediest = max(slow, key=lambda worker: worker.used_s)
            greediest.is_condemned = True
            self._stopped += 1
        greediest.kill()
        return False

    def _grown(self) -> Worker:
        """One more worker, whose place has been counted; `SnapshotError` if the snapshot is not what it was."""
        with self._lock:
            snapshot, state = self._snapshot, self._state
        try:
            if engine_state(snapshot) != state:
                self._forget()
                raise SnapshotError("The snapshot is damaged. The operator finds out more with `revier doctor`.")
            worker = Worker(self._nursery, snapshot, self._memory_mb)
        except OSError as error:
            self._forget()
            _LOG.error("No worker can be started: %s", error)
            raise Busy("No process can be started for this at the moment. Ask again soon.") from None
        with self._lock:
            self._busy.add(worker)
        return worker

    def _fill(self) -> None:
        """Start what is missing of the quick workers that are always there."""
        while True:
            with self._lock:
                quick = self._count - sum(worker.is_slow for worker in self._busy)
                if quick >= self._least or self._count >= self._most:
                    return
                self._count += 1
            try:
                self._give_back(self._grown())
            except (Busy, SnapshotError):
                return  # who waits next tries again

    def _forget(self) -> None:
        """One worker less, which could not be started."""
        with self._lock:
            self._count -= 1

    def _give_back(self, worker: Worker) -> None:
        """Hand a worker to who waits longest; one that is slow, still answers or holds an old snapshot is replaced."""
        with self._lock:
            self._busy.discard(worker)
            is_fit = worker.is_idle and not worker.is_slow and worker.snapshot == self._snapshot
            if is_fit and self._waiting:
                self._busy.add(worker)
                self._waiting.popleft().put(worker)
            elif is_fit:
                worker.idle_since = time.monotonic()
                self._idle.insert(len(self._idle) if worker.is_ready else 0, worker)
            else:
                self._count -= 1
        if not is_fit:
            worker.end()
            if worker.snapshot == self._snapshot:  # else there is one already that was opened for the switch
                self._fill()

    def _opened(self, snapshot: Path) -> Worker:
        worker = None
        try:
            worker = Worker(self._nursery, snapshot, self._memory_mb)
            worker.await_ready(time.monotonic() + OPENING_S)
        except FaultError as fault:
            reason = fault.facts["says"]
        except (TimeoutError, EOFError, OSError) as error:
            reason = str(error) or f"the worker ended; {self._memory_mb} MB may be too little for it"
        else:
            return worker
        if worker:
            worker.end()
        _LOG.error("%s cannot be opened for queries: %s", snapshot, reason)
        raise SnapshotError(f"{snapshot.name} cannot be opened for queries. Run `revier doctor`; the log tells why.")

    def _tend(self) -> None:
        """End workers that nobody has needed for a while."""
        while not self._closed.wait(REST_S / 4):
            with self._lock:
                surplus = self._count - self._least
                long_ago = time.monotonic() - REST_S
                rested = [worker for worker in self._idle if worker.idle_since < long_ago][: max(surplus, 0)]
                self._idle = [worker for worker in self._idle if worker not in rested]
                self._count -= len(rested)
            for worker in rested:
                worker.end()
