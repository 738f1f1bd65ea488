"""The desk: where all writes wait, and from where they go, several at a time, to the one process that writes.

Writes that arrive while another is carried out share the next snapshot; each is judged for itself. Nobody is
answered before what was written is on disk, published, and seen by whoever serves it.
"""

import json
import logging
import signal
import struct
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph import errors
from graph.errors import QueryTooCostly, RevierError, SnapshotError
from graph.findings import Finding, Severity
from graph.model import Text
from graph.process import start
from graph.snapshot import published, read_manifest, sync
from ontology.terms import IRI

if TYPE_CHECKING:
    from graph.tokens import Scope

MOST_AT_ONCE = 64  # writes that share one snapshot
GATHERING_S = 0.005
STARTING_S = PUBLISHING_S = 60  # generous: disks can be slow
ATTEMPTS = 3  # to publish, if the writer dies while no write is to blame
FRAME = struct.Struct("!Q")  # before each message between desk and writer: how many bytes follow


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a write: the snapshot that holds it, and how many triples were added and removed."""

    snapshot: str
    is_new: bool  # a graph was put where none was before
    changed: int


class Desk:
    """Takes writes from any thread and answers when they are published, or refused as a whole.

    All raise `WriteRefused`, `Forbidden`, `Outdated`, `QueryTooCostly`, `BuildRunning`, `StorageFull`,
    `SnapshotError`. What a write implies is concluded by the next build.
    """

    def __init__(
        self,
        home: Path,
        *,
        is_bare: bool,
        has_union_default: bool,
        timeout_s: float = 30,
        memory_mb: int = 2048,
        published: Callable[[Path], None] = lambda _: None,
    ) -> None:
        self._home = home.absolute()
        self._timeout_s, self._memory_mb = timeout_s, memory_mb
        self._published = published
        self._order = {
            "home": str(self._home),
            "is_bare": is_bare,
            "has_union_default": has_union_default,
            "memory_mb": memory_mb,
        }
        self._waiting: deque[_Waiting] = deque()
        self._change = threading.Condition()
        self._is_working = False
        self._is_busy = False  # whether several waited the last time
        self._writer: _Writer | None = None

    def update(
        self,
        text: str,
        *,
        base: str,
        using: Sequence[str] = (),
        using_named: Sequence[str] = (),
        scope: "Scope",
        expected: str | None = None,
    ) -> Written:
        """Carry out a SPARQL update; `using` and `using_named` are the data set of the protocol.

        Raises also `NotSparql`, `NotOffered`, `WrongUse`.
        """
        order = {"update": text, "base": base, "using": list(using), "using_named": list(using_named)}
        return self._written(order, scope, expected)

    def put(
        self, graph: IRI | None, lines: bytes, *, replaces: bool, scope: "Scope", expected: str | None = None
    ) -> Written:
        """Add N-Triples to a graph, or let it hold just these; None is the default graph."""
        return self._written({"put": graph, "replaces": replaces}, scope, expected, lines)

    def delete(self, graph: IRI | None, *, scope: "Scope", expected: str | None = None) -> Written:
        """Remove a graph; `UnknownTerm` if there is none."""
        return self._written({"delete": graph}, scope, expected)

    def close(self) -> None:
        """Let the group that is carried out end, and the writer with it."""
        with self._change:
            self._change.wait_for(lambda: not self._is_working)
            self._end_writer()

    def _written(self, order: dict[str, Any], scope: "Scope", expected: str | None, lines: bytes = b"") -> Written:
        waiting = _Waiting(order | {"scope": list(scope.graphs), "expected": expected}, lines)
        self._waiting.append(waiting)
        while waiting.outcome is None:
            if self._is_our_turn(waiting):
                try:
                    self._carry_out(self._gathered())
                finally:
                    self._let_others()
        if isinstance(waiting.outcome, Written):
            return waiting.outcome
        raise waiting.outcome

    def _is_our_turn(self, waiting: "_Waiting") -> bool:
        """Wait for an outcome, or else for the right to work, which the caller then has."""
        with self._change:
            self._change.wait_for(lambda: waiting.outcome is not None or not self._is_working)
            is_ours = waiting.outcome is None
            self._is_working |= is_ours
            return is_ours

    def _let_others(self) -> None:
        with self._change:
            self._is_working = False
            self._change.notify_all()

    def _gathered(self) -> "list[_Waiting]":
        """The next group; those who were answered together a moment ago may be about to come back together."""
        if self._is_busy:
            time.sleep(GATHERING_S)
        group = [self._waiting.popleft() for _ in range(min(MOST_AT_ONCE, len(self._waiting)))]
        self._is_busy = len(group) > 1
        return group

    def _carry_out(self, group: "list[_Waiting]") -> None:
        """Give each write of the group its outcome; those beside one that ends the writer are tried again."""
        failures = 0
        try:
            while left := [waiting for waiting in group if waiting.outcome is None]:
                try:
                    self._pass_on(left)
                except _EndedError as ended:
                    failures += ended.culprit is None
                    if ended.culprit is not None:
                        left[ended.culprit].outcome = self._died_of(ended.status)
                    elif failures == ATTEMPTS:
                        raise SnapshotError("The process that writes cannot work. The log tells why.") from None
        except BaseException as error:
            for waiting in group:
                waiting.outcome = waiting.outcome or _as_outcome(error)
            if not isinstance(error, RevierError):
                raise

    def _pass_on(self, group: "list[_Waiting]") -> None:
        """Let the writer carry out a group; `_EndedError` if it ended before all was done."""
        if self._writer is None:
            self._writer = _Writer(self._order)
        try:
            told = self._writer.answer(group, timeout_s=self._timeout_s)
        except (EOFError, ConnectionError, TimeoutError) as error:
            writer, is_stalled = self._writer, isinstance(error, TimeoutError)
            status = self._end_writer(at_once=True)
            if writer.announced is None or not _descends(self._home, writer.announced["snapshot"]):
                raise _EndedError(writer.at, None if is_stalled else status) from None
            told = writer.announced
            sync(self._home)  # it may have ended before it did so itself
        if "error" in told:
            raise _error(told)
        if told["is_published"]:
            self._published(self._home / "snapshots" / told["snapshot"])
        for waiting, outcome in zip(group, told["outcomes"], strict=True):
            waiting.outcome = _error(outcome) if "error" in outcome else Written(told["snapshot"], **outcome)

    def _end_writer(self, *, at_once: bool = False) -> int:
        """The wait status of the writer; nobody is left that could write."""
        writer, self._writer = self._writer, None
        return writer.end(at_once=at_once) if writer else 0

    def _died_of(self, status: int | None) -> QueryTooCostly:
        """Why a write ended the writer, by its return code; None if it was stopped at the limit of time."""
        if status is None:
            return QueryTooCostly(
                f"The write was stopped after {self._timeout_s:g} seconds, the limit of time. "
                "Narrow its patterns, or write in parts. Nothing of it was published."
            )
        if status == -signal.SIGABRT:
            return QueryTooCostly(
                f"The write needs more than {self._memory_mb:g} MB, the limit of memory. "
                "Write in parts. Nothing of it was published."
            )
        if status in (-signal.SIGSEGV, -signal.SIGBUS):
            return QueryTooCostly("The write is nested too deep to be worked out. Flatten it. Nothing was published.")
        return QueryTooCostly("The process that worked on the write ended. Nothing of it was published; send it again.")


_LOG = logging.getLogger(__name__)


class _EndedError(Exception):
    """The writer ended: at which write of its group, if at one, and how."""

    def __init__(self, culprit: int | None, status: int | None) -> None:
        super().__init__(culprit, status)
        self.culprit, self.status = culprit, status


class _Waiting:
    """One write on the desk, and its outcome once there is one."""

    def __init__(self, order: dict[str, Any], lines: bytes) -> None:
        self.order, self.lines = order, lines
        self.outcome: Written | RevierError | None = None


class _Writer:
    """The process that writes, as the desk sees it."""

    def __init__(self, order: dict[str, Any]) -> None:
        self._process, self._channel = start("graph.writer")
        self.at: int | None = None  # the write of the group that is worked on
        self.announced: dict[str, Any] | None = None  # what will be true as soon as it is published
        self._deadline = time.monotonic() + STARTING_S
        self._send(order)
        self._is_ready = False

    def answer(self, group: list[_Waiting], *, timeout_s: float) -> dict[str, Any]:
        """What the writer says in the end; TimeoutError, EOFError or ConnectionError if it says nothing any more."""
        self.at = self.announced = None
        if not self._is_ready:
            if not self._receive()["sealed"]:
                _LOG.warning("This system cannot seal the process that writes; it trusts what it reads.")
            self._is_ready = True
        self._deadline = time.monotonic() + PUBLISHING_S
        self._send({"writes": [waiting.order for waiting in group]}, *(waiting.lines for waiting in group))
        while True:
            told = self._receive()
            if "at" in told:
                self.at, self._deadline = told["at"], time.monotonic() + timeout_s
            elif "announced" in told:
                self.at, self.announced, self._deadline = None, told["announced"], time.monotonic() + PUBLISHING_S
            elif "broken" in told:
                _LOG.error("The process that writes broke: %s", told["broken"])
            else:
                return told

    def end(self, *, at_once: bool) -> int:
        """Let the process end, which it does when nobody listens; its return code."""
        self._channel.close()
        if at_once:
            self._process.kill()
        try:
            return self._process.wait(PUBLISHING_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _send(self, message: dict[str, Any], *attached: bytes) -> None:
        for payload in (json.dumps(message).encode(), *attached):
            self._channel.settimeout(max(self._deadline - time.monotonic(), 0.001))
            self._channel.sendall(FRAME.pack(len(payload)) + payload)

    def _receive(self) -> dict[str, Any]:
        (length,) = FRAME.unpack(self._exactly(FRAME.size))
        told: dict[str, Any] = json.loads(self._exactly(length))
        return told

    def _exactly(self, count: int) -> bytes:
        read = bytearray()
        while len(read) < count:
            self._channel.settimeout(max(self._deadline - time.monotonic(), 0.001))
            received = self._channel.recv(min(count - len(read), 2**20))
            if not received:
                raise EOFError
            read += received
        return bytes(read)


def _descends(home: Path, name: str) -> bool:
    """Whether the published snapshot is `name`, or was made from it."""
    with suppress(SnapshotError):
        folder = published(home)
        while folder.name != name:
            folder = folder.with_name(str(read_manifest(folder)["parent"]))
        return True
    return False


def _as_outcome(error: BaseException) -> RevierError:
    return error if isinstance(error, RevierError) else SnapshotError("The write was broken off. Send it again.")


def _error(told: dict[str, Any]) -> RevierError:
    """An error as the writer tells it."""
    kind: type[RevierError] = getattr(errors, told["error"])
    if "findings" in told:
        return kind(told["says"], tuple(_finding(each) for each in told["findings"]))
    return kind(told["says"], *told.get("place", ()))


def _finding(told: dict[str, Any]) -> Finding:
    words = {name: Text(**told[name]) for name in ("message", "remedy")}
    return Finding(**told | words | {"severity": Severity(told["severity"])})
