"""The process that answers nothing itself: it holds the listening socket and keeps a front end alive behind it.

Connections that arrive while there is no front end wait in the queue of the socket, so that nobody is refused. A
front end ends with its supervisor, however that ends; the supervisor has no threads, so that it can always fork.
"""

import logging
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from threading import Thread
from typing import NoReturn

from graph.errors import WrongUse

BACKLOG = 1024  # connections that may wait for a front end
STALL_S = 30  # after which a client that does not read is given up
GRACE_S = 10  # for the requests that run when a front end is told to end
PAUSES_S = (0.0, 0.1, 0.3, 1.0, 3.0, 10.0)  # before the next start, by those in a row that came to nothing
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_LOG = logging.getLogger(__name__)

# the work of a front end: told how to say that it has begun, it goes on until SIGTERM and returns its exit code
Front = Callable[[Callable[[], object]], int]


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens at `host` and `port`; `WrongUse` if it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        door = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (OSError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or error
        raise WrongUse(f"{host}:{port} cannot be listened on: {reason}. Choose another with --port.") from error
    # what is set here holds for each connection; without the first an answer waits 25 ms for more to come
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if sys.platform == "linux":
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALL_S * 1000)
    return door


def supervise(door: socket.socket, front: Front, *, begun: Callable[[], object]) -> int:
    """Keep a `front` alive in a process of its own until SIGTERM or SIGINT; SIGHUP has a fresh one take its place.

    `begun` is called once, when the first has begun. If the first dies before, its exit code is the answer: what
    it cannot do another could not do either.
    """
    with _signals() as alarm:
        return _Supervisor(door, front, begun, alarm).run()


class _Supervisor:
    """The front ends that live, as a rule one, and what is due next."""

    def __init__(self, door: socket.socket, front: Front, begun: Callable[[], object], alarm: socket.socket) -> None:
        self._door, self._front, self._begun, self._alarm = door, front, begun, alarm
        self._alive: list[_FrontEnd] = []
        self._has_begun = self._is_ending = False
        self._failed_starts = 0
        self._start_at = 0.0
        self._code = 0

    def run(self) -> int:
        while self._alive or not self._is_ending:
            self._do_what_is_due()
            heard: list[socket.socket | _FrontEnd] = [self._alarm, *self._alive]
            for each in select.select(heard, [], [], self._until_due())[0]:
                if isinstance(each, socket.socket):
                    self._obey()
                elif each.says_it_has_begun():
                    self._welcome(each)
                else:
                    self._bury(each)
        return self._code

    def _do_what_is_due(self) -> None:
        now = time.monotonic()
        if not self._is_ending and not self._lasting() and now >= self._start_at:
            self._start()
        for each in self._alive:
            if now >= each.leaves_by:
                each.end()

    def _until_due(self) -> float | None:
        """Seconds until there is something to do, if nothing happens before."""
        due = [each.leaves_by for each in self._alive]
        if not self._is_ending and not self._lasting():
            due.append(self._start_at)
        soonest = min(due, default=inf)
        return None if soonest == inf else max(0.0, soonest - time.monotonic())

    def _lasting(self) -> list["_FrontEnd"]:
        return [each for each in self._alive if each.leaves_by == inf]

    def _start(self) -> None:
        try:
            self._alive.append(_FrontEnd(self._front))
        except OSError as error:
            self._start_at = time.monotonic() + 1
            _LOG.error("No front end can be started: %s. The next attempt is in a second.", error)

    def _obey(self) -> None:
        for number in self._alarm.recv(64):
            if number != signal.SIGHUP:
                self._end()
            elif all(each.has_begun for each in self._alive):
                self._start()

    def _end(self) -> None:
        """Let the requests that run be answered; the second time, end them."""
        self._door.close()
        for each in self._alive:
            if self._is_ending:
                each.end()
            else:
                each.leave()
        self._is_ending = True

    def _welcome(self, fresh: "_FrontEnd") -> None:
        """Let a front end that has begun take the place of those before it."""
        for each in self._lasting():
            if each is not fresh:
                each.leave()
        if not self._has_begun:
            self._has_begun = True
            self._begun()

    def _bury(self, dead: "_FrontEnd") -> None:
        self._alive.remove(dead)
        code = dead.exit_code()
        if self._is_ending or dead.leaves_by < inf:
            return
        if self._has_begun:
            _LOG.error("A front end ended unasked (exit code %d).", code)
            self._failed_starts = 0 if dead.has_begun else self._failed_starts + 1
            self._start_at = time.monotonic() + PAUSES_S[min(self._failed_starts, len(PAUSES_S) - 1)]
        else:
            self._is_ending, self._code = True, code if code >= 0 else 1


class _FrontEnd:
    """A front end as its supervisor sees it: a process, and a pipe by which it says that it has begun, or is dead."""

    def __init__(self, front: Front) -> None:
        self.has_begun = False
        self.leaves_by = inf  # a time once it is told to end
        self._news, news_in = os.pipe()
        lifeline, self._lifeline_in = os.pipe()  # ends with the supervisor
        # between the fork and `_live` a signal to the child would be taken for one to the supervisor
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        try:
            self._process = os.fork()
            if self._process == 0:
                os.close(self._lifeline_in)
                _live(front, news_in, lifeline)
        except OSError:
            os.close(self._news)
            os.close(self._lifeline_in)
            raise
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
            os.close(news_in)
            os.close(lifeline)

    def fileno(self) -> int:
        """What `select` waits for."""
        return self._news

    def says_it_has_begun(self) -> bool:
        """Hear the news; False if they are that the process is dead."""
        is_alive = bool(os.read(self._news, 1))
        self.has_begun |= is_alive
        return is_alive

    def leave(self) -> None:
        """Have it answer the requests that run, and end."""
        self._send(signal.SIGTERM)

    def end(self) -> None:
        """Have it end at once."""
        self._send(signal.SIGKILL)

    def exit_code(self) -> int:
        """How the dead process ended; below zero the signal that ended it."""
        os.close(self._news)
        os.close(self._lifeline_in)
        return os.waitstatus_to_exitcode(os.waitpid(self._process, 0)[1])

    def _send(self, number: signal.Signals) -> None:
        self.leaves_by = time.monotonic() + GRACE_S
        os.kill(self._process, number)  # it is not buried yet, so the number still means it


def _live(front: Front, news: int, lifeline: int) -> NoReturn:
    """Be a front end, in the process that was forked for it."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for number in (signal.SIGINT, signal.SIGHUP):  # of a terminal: for the supervisor to answer
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
        Thread(target=_die_with_supervisor, args=(lifeline,), daemon=True).start()
        code = front(lambda: os.write(news, b"."))
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _die_with_supervisor(lifeline: int) -> None:
    os.read(lifeline, 1)
    os._exit(1)


@contextmanager
def _signals() -> Iterator[socket.socket]:
    """A socket on which the numbers of `SIGNALS` arrive, each as a byte."""
    alarm, bell = socket.socketpair()
    with alarm, bell:
        bell.setblocking(False)
        before = {number: signal.signal(number, lambda *_: None) for number in SIGNALS}
        signal.set_wakeup_fd(bell.fileno())
        try:
            yield alarm
        finally:
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
