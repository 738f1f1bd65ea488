"""A sealed process can compute and talk to who started it, and nothing else."""

import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from graph.sandbox import (
    ALLOWED,
    FOR_THREADS,
    OWN_LIMITS,
    TO_ASK,
    TO_CONNECT,
    TO_ITSELF,
    TO_READ,
    TO_WRITE,
    reaches_out,
    seal,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can seal a process")

HEADERS = {0: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"), 1: Path("/usr/include/asm-generic/unistd.h")}
CONNECTIONS = {
    "make a socket": "socket.socket()",
    "make a local socket": "socket.socket(socket.AF_UNIX)",
    "use a socket it holds": "held.connect(('127.0.0.1', 9))",
}
ATTEMPTS = {
    "read a file": "open('/etc/hostname')",
    "write a file": "open('never', 'w')",
    "list a folder": "os.listdir('/')",
    "remove a file": "os.unlink('never')",
    "fork": "os.fork()",
    "start a program": "os.execv('/bin/true', ['true'])",
    "start a thread": "threading.Thread(target=print).start()",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "look at another process": "os.stat('/proc/1')",
}


TO_A_WRITER = {
    **CONNECTIONS,
    "read a file outside": "open('/etc/hostname')",
    "write a file outside": "open(outside / 'never', 'w')",
    "list a folder outside": "os.listdir('/')",
    "remove a file outside": "os.unlink(outside / 'there')",
    "link to a file outside": "os.link(outside / 'there', home / 'never')",
    "move a file out": "os.rename(home / 'there', outside / 'never')",
    "run what it wrote": "os.execv(str(home / 'there'), ['there'])",
    "fork": "os.fork()",
    "change the limits of its parent": "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (9, 9))",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "open a pipe": "os.mkfifo(home / 'never')",
}


def sealed(code: str) -> str:
    """What a fresh process prints that is confined, sealed and then runs `code`."""
    imports = "import os, resource, socket, sys, threading\nfrom pathlib import Path\n"
    script = f"{imports}from graph.sandbox import confine, fence, seal\n{dedent(code)}"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=20, check=False)
    return done.stdout + (f"ended with {done.returncode}" if done.returncode else "")


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_the_kernel_refuses_a_sealed_process_to(attempt: str) -> None:
    said = sealed(f"""
        say = os.dup(1)
        confine(1024)
        assert seal()
        try:
            {ATTEMPTS[attempt]}
        except (OSError, RuntimeError) as error:
            os.write(say, f"{{type(error).__name__}} {{error}}".encode())
        os._exit(0)
    """)
    assert re.search("PermissionError|can't start new thread", said)


@pytest.mark.parametrize("attempt", CONNECTIONS)
def test_the_kernel_ends_a_sealed_process_that_tries_to(attempt: str) -> None:
    said = sealed(f"""
        say, held = os.dup(1), socket.socket()
        confine(1024)
        assert seal(reads=True)
        os.write(say, b"sealed, ")
        try:
            {CONNECTIONS[attempt]}
        finally:
            os.write(say, b"alive")
            os._exit(0)
    """)
    assert said == f"sealed, ended with {-signal.SIGSYS}"


@pytest.mark.parametrize("attempt", ["socket.AF_UNIX", "socket.AF_INET6", "socket.AF_INET, socket.SOCK_DGRAM"])
def test_a_process_that_asks_may_open_streams_of_ipv4_and_no_other_sockets(attempt: str) -> None:
    said = sealed(f"""
        assert seal(reads=True, asks=True)
        socket.socket().close()
        os.write(1, b"opened, ")
        socket.socket({attempt})
    """)
    assert said == f"opened, ended with {-signal.SIGSYS}"


@pytest.mark.parametrize("attempt", ["held.bind(('127.0.0.1', 0))", "held.listen()", "held.accept()"])
def test_a_process_that_asks_hears_nobody(attempt: str) -> None:
    said = sealed(f"""
        held = socket.socket()
        assert seal(reads=True, asks=True)
        try:
            {attempt}
        except PermissionError:
            os.write(1, b"refused")
        os._exit(0)
    """)
    assert said == "refused"


@pytest.fixture
def needs_landlock(needed: Callable[[bool, str], None], tmp_path: Path) -> None:
    """Whether this kernel can put a fence around a folder."""
    is_there = sealed(f"os.write(1, str(fence(Path({str(tmp_path)!r}))).encode())") == "True"
    needed(is_there, "The kernel has no Landlock (Linux 5.19 or newer has, unless it was left out).")


def writing(folder: Path, attempt: str) -> str:
    """What a process says that may write in `folder`/home and attempts something."""
    for place in ("home", "outside"):
        (folder / place).mkdir()
        (folder / place / "there").touch(mode=0o755)
    return sealed(f"""
        home, outside = Path({str(folder / "home")!r}), Path({str(folder / "outside")!r})
        say, held = os.dup(1), socket.socket()
        confine(1024, writes=True)
        assert fence(home, writes=True) and seal(writes=True)
        try:
            {attempt}
        except (OSError, RuntimeError) as error:
            os.write(say, f"{{type(error).__name__}} {{error}}".encode())
        else:
            os.write(say, b"done")
        os._exit(0)
    """)


@pytest.mark.usefixtures("needs_landlock")
@pytest.mark.parametrize("attempt", TO_A_WRITER)
def test_the_kernel_refuses_a_process_that_writes_to(attempt: str, tmp_path: Path) -> None:
    assert re.search(r"PermissionError|Invalid cross-device link", writing(tmp_path, TO_A_WRITER[attempt]))
    assert not list(tmp_path.glob("*/never"))


@pytest.mark.usefixtures("needs_landlock")
@pytest.mark.parametrize(
    "work",
    [
        "(home / 'new').write_text('x' * 10**6)",
        "os.link(home / 'there', home / 'linked')",
        "(home / 'a').mkdir(); os.rename(home / 'there', home / 'a' / 'moved')",
        "os.unlink(home / 'there'); os.fsync(os.open(home, os.O_RDONLY))",
        "thread = threading.Thread(target=os.getpid); thread.start(); thread.join()",
    ],
)
def test_but_it_may_work_below_its_home(work: str, tmp_path: Path) -> None:
    assert writing(tmp_path, work) == "done"


def test_other_threads_are_sealed_too() -> None:
    said = sealed("""
        say, go = os.dup(1), threading.Event()
        def other():
            go.wait()
            try:
                os.listdir("/")
            except PermissionError:
                os.write(say, b"refused, ")
            socket.socket()
        thread = threading.Thread(target=other)
        thread.start()
        assert seal()
        go.set()
        thread.join()
        os._exit(0)
    """)
    assert said == f"refused, ended with {-signal.SIGSYS}"


def test_a_sealed_process_may_still_compute_and_abort() -> None:
    assert sealed("confine(1024); seal(); sum(range(10**6)); os.abort()") == "ended with -6"


def test_memory_is_limited_and_no_file_grows() -> None:
    said = sealed("""
        say = os.dup(1)
        confine(512)
        try:
            bytearray(600 * 2**20)
        except MemoryError:
            os.write(say, b"no memory")
    """)
    assert said == "no memory"


@pytest.mark.parametrize("column", HEADERS)
def test_the_numbers_are_those_of_the_kernel(column: int) -> None:
    if not HEADERS[column].is_file():
        pytest.skip("the kernel's headers are not installed (Debian: apt install linux-libc-dev)")
    defined = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)", HEADERS[column].read_text())
    numbers = {name.removeprefix("new"): int(number) for name, number in defined}
    table = (
        ALLOWED
        | TO_READ
        | TO_WRITE
        | TO_CONNECT
        | TO_ASK
        | FOR_THREADS
        | {"tgkill": TO_ITSELF, "prlimit64": OWN_LIMITS}
    )
    known = {name.removeprefix("new"): pair[column] for name, pair in table.items() if pair[column] is not None}
    assert known == {name: numbers[name] for name in known}


def test_a_machine_without_a_table_is_not_sealed_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.sandbox.platform.machine", lambda: "sparc64")
    assert not seal()


@pytest.mark.parametrize("query", ["SERVICESILENT<u>", "1e0SERVICE<u>", "SeRvIcE:x", "LOAD <u>"])
def test_without_a_seal_letters_decide(query: str) -> None:
    assert reaches_out(query)
