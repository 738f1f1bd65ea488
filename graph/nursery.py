"""The processes that answer for a pool: the nursery that forks them, and each worker as who asks it sees it."""

import json
import logging
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from graph.process import Started, start
from graph.worker import CHUNK_BYTES, FAULT, HEADER, NO_PROCESS, ROWS

LOOK_S = 0.3  # between two looks at what a worker that has not answered yet has used
HEAVY_S = 0.15  # of processor time, after which a text is no quick one
SLOW_NICENESS = 15
HELD_BYTES = 8 * 2**20  # an answer up to this size stays in memory


class FaultError(Exception):
    """What a worker says was wrong with a text."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(facts["fault"])
        self.facts = facts


class Nursery:
    """The process that forks the workers; if it dies, so do they, and the next order starts another.

    It is a fresh Python and not a fork of ours: no threads, no memory, no settings of the service reach it. `begin`
    starts it.
    """

    def __init__(self, begin: Callable[[], Started] = lambda: start("graph.worker")) -> None:
        self._lock = threading.Lock()
        self._is_closed = False
        self._begin = begin
        self._process, self._control = begin()

    def order(self, order: dict[str, Any], *sockets: int) -> int:
        """The answer to an order; ConnectionError once the nursery is closed."""
        with self._lock:
            if self._is_closed:
                raise ConnectionError("the pool is closed")
            try:
                return self._carry_out(order, sockets)
            except ConnectionError:
                self._hang_up()
                self._process, self._control = self._begin()
                return self._carry_out(order, sockets)

    def close(self) -> None:
        """End the process and all its workers."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._hang_up()

    def _carry_out(self, order: dict[str, Any], sockets: Sequence[int]) -> int:
        socket.send_fds(self._control, [json.dumps(order).encode()], sockets)
        reply = self._control.recv(CHUNK_BYTES)
        if not reply:
            raise ConnectionResetError("the nursery ended")
        return int(json.loads(reply))

    def _hang_up(self) -> None:
        self._control.close()
        self._process.wait()


class Worker:
    """A worker as the pool sees it: a socket, a process, and the snapshot it holds.

    Whoever waits for it gets TimeoutError at the deadline, EOFError or ConnectionError once it is dead. It `is_slow`
    once a text has used much of the processor: then it comes behind all others, and cannot come back.
    """

    def __init__(self, nursery: Nursery, snapshot: Path, memory_mb: int) -> None:
        self.snapshot = snapshot
        self.is_idle = True  # False from a question to the end of its answer, and for ever if that never comes
        self.is_slow = self.is_condemned = False
        self.idle_since = 0.0
        self._nursery = nursery
        self._thread = 0  # the id of the one that computes, known once the worker is ready
        self._answered_s = 0.0  # of processor time, up to the last answer
        self._next_look = self._patience_s = 0.0
        self._channel, theirs = socket.socketpair()
        order = {"open": str(snapshot.absolute()), "memory_mb": memory_mb}
        try:
            with theirs:
                self._process = nursery.order(order, theirs.fileno())
            if self._process == NO_PROCESS:
                raise ChildProcessError("the system allows no more processes")
        except OSError:
            self._channel.close()
            raise

    @property
    def used_s(self) -> float:
        """Seconds of processor time that it has spent on what it answers; 0 if it is gone."""
        try:
            return time.clock_gettime(~self._process << 3 | _OF_PROCESS) - self._answered_s
        except OSError:
            return 0

    @property
    def is_ready(self) -> bool:
        """Whether it has opened its snapshot, as far as anybody has waited for that."""
        return self._thread != 0

    def await_ready(self, deadline: float) -> None:
        """Wait until the snapshot is open; `FaultError` if it cannot be."""
        if not self.is_ready:
            self._await_until(deadline)
            _, facts = self._reply(deadline, most_bytes=0, slowed=lambda: None)
            self._thread = facts["thread"]
            if not facts["sealed"]:
                _LOG.warning("This system cannot seal query processes; what spells SERVICE or LOAD is refused.")

    def ask(
        self, question: bytes, *, deadline: float, most_bytes: int, starts_slow: bool, slowed: Callable[[], None]
    ) -> tuple[bytes | IO[bytes], dict[str, Any]]:
        """Pass a question on and read the whole answer, with what is said of it; `slowed` is called when it is slow.

        Raises OverflowError as soon as there are more than `most_bytes`, BrokenPipeError if it was dead before.
        """
        try:
            self.await_ready(deadline)
            self.is_idle = False
            self._await_until(deadline)
            if starts_slow:
                self._fall_behind(slowed)
            self._channel.sendall(question)
        except (EOFError, ConnectionError):
            self.is_idle = False
            raise BrokenPipeError from None
        return self._reply(deadline, most_bytes=most_bytes, slowed=slowed)

    def kill(self) -> None:
        """Kill the process only; who waits for its answer will notice, and end it."""
        self._order("end")

    def end(self) -> None:
        """Kill the process if it still lives, and hang up."""
        self.is_idle = False
        self._channel.close()
        self.kill()

    def fate(self) -> int:
        """The wait status of the process, which has hung up."""
        return self._order("fate")

    def _order(self, order: str) -> int:
        try:
            return self._nursery.order({order: self._process})
        except ConnectionError:
            return signal.SIGKILL  # the nursery is gone, and its workers with it

    def _reply(
        self, deadline: float, *, most_bytes: int, slowed: Callable[[], None]
    ) -> tuple[bytes | IO[bytes], dict[str, Any]]:
        rows = _Rows(most_bytes)
        received, at = b"", 0
        try:
            while True:
                begin = at + HEADER.size
                if begin <= len(received):
                    message, length = HEADER.unpack_from(received, at)
                    if length > CHUNK_BYTES:
                        raise OverflowError
                    if begin + length <= len(received):
                        at = begin + length
                        if message == ROWS:
                            rows.add(received[begin:at])
                            continue
                        return rows.whole(), self._told(message, received[begin:at])
                received, at = received[at:] + self._received(deadline, slowed), 0
        except BaseException:
            rows.discard()
            raise

    def _received(self, deadline: float, slowed: Callable[[], None]) -> bytes:
        """The next bytes; while they are waited for, nothing of ours runs but a look now and then."""
        while True:
            try:
                received = self._channel.recv(CHUNK_BYTES)
            except BlockingIOError:
                received = None
            if (now := time.monotonic()) >= self._next_look:
                self._look(now, deadline, slowed)
            if received:
                return received
            if received is not None:
                raise EOFError

    def _look(self, now: float, deadline: float, slowed: Callable[[], None]) -> None:
        """See whether time is up, and whether this is a text that others should not wait for."""
        if now >= deadline:
            raise TimeoutError
        self._await_until(deadline)
        if not self.is_slow and self.is_ready and self.used_s > HEAVY_S:
            self._fall_behind(slowed)

    def _fall_behind(self, slowed: Callable[[], None]) -> None:
        """Come behind all others from now on."""
        self.is_slow = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self._thread, SLOW_NICENESS)
        slowed()

    def _await_until(self, deadline: float) -> None:
        """Have the kernel end the next waiting when it is time for a look."""
        now = time.monotonic()
        self._next_look = min(now + LOOK_S, deadline)
        patience_s = min(LOOK_S, max(deadline - now, 0.001))
        if patience_s != self._patience_s:
            self._channel.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _TIME.pack(0, int(patience_s * 1e6)))
            self._patience_s = patience_s

    def _told(self, message: bytes, content: bytes) -> dict[str, Any]:
        """What the worker says after its rows; `FaultError` if that is no good news."""
        facts: dict[str, Any] = json.loads(content)
        self.is_idle = True
        facts["work_s"] = facts["used_s"] - self._answered_s
        self._answered_s = facts["used_s"]
        if message == FAULT:
            raise FaultError(facts)
        return facts


class _Rows:
    """What has been received of an answer: in memory as long as it is small."""

    def __init__(self, most_bytes: int) -> None:
        self._left = most_bytes
        self._held: list[bytes] = []
        self._held_bytes = 0
        self._file: IO[bytes] | None = None

    def add(self, rows: bytes) -> None:
        """Take more in; OverflowError if it is too much."""
        self._left -= len(rows)
        if self._left < 0:
            raise OverflowError
        self._held.append(rows)
        self._held_bytes += len(rows)
        if self._held_bytes > HELD_BYTES:
            self._file = self._file or TemporaryFile()  # noqa: SIM115 - whoever reads the answer closes it
            self._file.writelines(self._held)
            self._held, self._held_bytes = [], 0

    def whole(self) -> bytes | IO[bytes]:
        """All of it, from the beginning."""
        if self._file is None:
            return b"".join(self._held)
        self._file.writelines(self._held)
        self._file.seek(0)
        return self._file

    def discard(self) -> None:
        """Let go of all."""
        if self._file is not None:
            self._file.close()


_LOG = logging.getLogger(__name__)
_TIME = struct.Struct("@ll")  # seconds and microseconds, as the kernel takes them
_OF_PROCESS = 2  # of the clock that counts what a process uses, clock_getcpuclockid(3)
