"""The supervisor with real processes: front ends die, are replaced and end, and no client is refused."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from api.supervisor import listen
from graph.errors import WrongUse

# a front end that answers with its process id, at once or after a second, and may fail to begin
PROGRAM = """
import os, signal, sys, time
from pathlib import Path
from threading import Event
from api.front import answering
from api.supervisor import listen, supervise

door = listen("127.0.0.1", 0)
port = door.getsockname()[1]
failures = Path(sys.argv[1])

def application(environ, start):
    if environ["PATH_INFO"] == "/slow":
        time.sleep(1)
    body = str(os.getpid()).encode()
    start("200 OK", [("Content-Length", str(len(body)))])
    return [body]

def front(begun):
    left = int(failures.read_text())
    if left:
        failures.write_text(str(left - 1))
        return 3
    told_to_end = Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.set())
    with answering(door, application):
        begun()
        told_to_end.wait()
    return 0

sys.exit(supervise(door, front, begun=lambda: print(port, flush=True)))
"""


class Supervised:
    """A supervisor that runs as a process, and the address it answers at."""

    def __init__(self, process: "subprocess.Popen[str]", failures: Path) -> None:
        self.process, self.failures = process, failures
        assert process.stdout
        self.address = f"http://127.0.0.1:{int(process.stdout.readline())}"

    def ask(self, path: str = "/") -> int:
        """The id of the process that answers."""
        with urlopen(self.address + path, timeout=20) as answer:
            return int(answer.read())

    def ask_until_another_than(self, old: int) -> int:
        deadline = time.monotonic() + 20
        while (found := self.ask()) == old:
            assert time.monotonic() < deadline, "nothing took the place of the old process"
        return found


def _start(failures: Path, *, failing: int = 0) -> "subprocess.Popen[str]":
    failures.write_text(str(failing))
    return subprocess.Popen([sys.executable, "-c", PROGRAM, str(failures)], stdout=subprocess.PIPE, text=True)


@contextmanager
def _supervised(failures: Path) -> Iterator[Supervised]:
    with _start(failures) as process:
        try:
            yield Supervised(process, failures)
        finally:
            process.kill()


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    with _supervised(tmp_path / "failures") as supervised:
        yield supervised


def test_nobody_is_refused_while_a_killed_front_end_is_replaced(supervised: Supervised) -> None:
    for _ in range(3):
        old = supervised.ask()
        os.kill(old, signal.SIGKILL)
        with ThreadPoolExecutor(20) as clients:
            answered_by = set(clients.map(lambda _: supervised.ask(), range(20)))
        assert len(answered_by) == 1
        assert old not in answered_by


def test_a_front_end_that_cannot_begin_is_tried_again(supervised: Supervised) -> None:
    supervised.failures.write_text("2")
    old = supervised.ask()
    os.kill(old, signal.SIGKILL)
    assert supervised.ask() != old
    assert supervised.failures.read_text() == "0"


def test_a_first_front_end_that_cannot_begin_ends_all(tmp_path: Path) -> None:
    with _start(tmp_path / "failures", failing=1) as process:
        assert process.wait(20) == 3


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_answered_before_the_end(supervised: Supervised, number: signal.Signals) -> None:
    front_end = supervised.ask()
    with ThreadPoolExecutor() as client:
        answer = client.submit(supervised.ask, "/slow")
        time.sleep(0.3)  # until the request has arrived
        supervised.process.send_signal(number)
        assert answer.result() == front_end
    assert supervised.process.wait(20) == 0
    assert not _is_alive(front_end)


def test_a_hangup_replaces_the_front_end_and_no_request_fails(supervised: Supervised) -> None:
    old = supervised.ask()
    with ThreadPoolExecutor() as clients:
        slow = clients.submit(supervised.ask, "/slow")
        time.sleep(0.3)  # until the request has arrived
        supervised.process.send_signal(signal.SIGHUP)
        fresh = supervised.ask_until_another_than(old)
        assert slow.result() == old
    assert supervised.ask() == fresh


def test_a_replacement_that_cannot_begin_leaves_the_old_one(supervised: Supervised) -> None:
    old = supervised.ask()
    supervised.failures.write_text("1")
    supervised.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 20
    while supervised.failures.read_text() != "0":
        assert time.monotonic() < deadline
    assert supervised.ask() == old


def test_a_front_end_dies_with_its_supervisor(supervised: Supervised) -> None:
    front_end = supervised.ask()
    supervised.process.kill()
    deadline = time.monotonic() + 20
    while _is_alive(front_end):
        assert time.monotonic() < deadline, "the front end outlives its supervisor"
    with pytest.raises((URLError, ConnectionError)):  # refused, or reset by the last to hold the socket
        supervised.ask()


def test_an_address_that_is_taken_or_none_is_named() -> None:
    with listen("127.0.0.1", 0) as door, pytest.raises(WrongUse, match="Choose another with --port"):
        listen("127.0.0.1", door.getsockname()[1])
    with pytest.raises(WrongUse, match="cannot be listened on"):
        listen("host.invalid", 0)


def test_an_answer_does_not_wait_for_more_to_come() -> None:
    with listen("127.0.0.1", 0) as door:
        assert door.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def _is_alive(process: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False
