"""An acknowledged write is on disk before its answer, and survives kill -9 of everything and a full disk."""

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from textwrap import dedent

import pyoxigraph as ox
import pytest

from graph.bare import found_bare
from graph.desk import Desk
from graph.errors import QueryTooCostly, StorageFull
from graph.snapshot import KEPT, damaged_files, published, read_manifest, snapshots
from graph.store import open_store
from graph.tokens import Scope
from graph.writer import GROUPS_A_PRUNING

ALL = Scope(("*",))
KILLS = 40  # of the writer, and half as many of the process that holds the desk
SPARE_KB = (0, 3, 30, 300)  # left on the disk when it counts as full
# writes one triple after the other and says so when each is acknowledged
CLIENT = """
    import sys
    from pathlib import Path
    from graph.desk import Desk
    from graph.tokens import Scope
    desk = Desk(Path(sys.argv[1]), is_bare=True, has_union_default=False)
    number = int(sys.argv[2])
    while True:
        desk.update(f"INSERT DATA {{ <urn:s> <urn:p> {number} }}", base="http://e/", scope=Scope(("*",)))
        print(number, flush=True)
        number += 1
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an empty data set."""
    found_bare(tmp_path / "home")
    return tmp_path / "home"


def client(home: Path, first: int, *before: str) -> subprocess.Popen[str]:
    """A process of its own that writes from the number `first` on until it is killed."""
    command = [*before, sys.executable, "-c", dedent(CLIENT), str(home), str(first)]
    root = Path(__file__).parents[1]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root, start_new_session=True)


def held(home: Path) -> set[int]:
    """The numbers that the published snapshot holds."""
    store = ox.Store.read_only(str(published(home) / "store"))
    return {int(quad.object.value) for quad in store}


def is_whole(home: Path) -> bool:
    """Whether every finished snapshot has all its files, and the published one as many triples as it says."""
    published_one = published(home)
    is_counted = read_manifest(published_one)["triples"] == open_store(published_one, sees_private=True).size()
    finished = [path for path in (home / "snapshots").glob("[!.]*") if path.is_dir()]
    return is_counted and not any(damaged_files(path) for path in finished)


def test_the_writer_may_be_killed_at_any_moment(home: Path) -> None:
    chance, acknowledged = random.Random(7), set[int]()
    desk = Desk(home, is_bare=True, has_union_default=False)
    for number in range(KILLS):
        desk.update(f"INSERT DATA {{ <urn:s> <urn:p> {number} }}", base="http://e/", scope=ALL)
        acknowledged.add(number)
        assert desk._writer is not None
        killer = subprocess.Popen(
            ["sh", "-c", f"sleep {chance.uniform(0, 0.05):.4f}; kill -9 {desk._writer._process.pid} 2>&-"]
        )
        for more in range(1000 + 10 * number, 1005 + 10 * number):
            with suppress(QueryTooCostly):  # the one that was worked on may be refused
                desk.update(f"INSERT DATA {{ <urn:s> <urn:p> {more} }}", base="http://e/", scope=ALL)
                acknowledged.add(more)
        killer.wait()
        assert acknowledged <= held(home)
        assert is_whole(home)
    for number in range(2 * GROUPS_A_PRUNING):
        desk.update(f"INSERT DATA {{ <urn:s> <urn:p> -{number + 1} }}", base="http://e/", scope=ALL)
    desk.close()
    assert len(snapshots(home)) <= KEPT + GROUPS_A_PRUNING + 2


def test_the_process_that_holds_the_desk_may_be_killed_at_any_moment(home: Path) -> None:
    chance, acknowledged = random.Random(8), set[int]()
    for round_ in range(KILLS // 2):
        process = client(home, 1000 * round_)
        assert process.stdout is not None
        acknowledged.add(int(process.stdout.readline()))
        time.sleep(chance.uniform(0, 0.15))
        os.killpg(process.pid, signal.SIGKILL)
        rest, _ = process.communicate()
        acknowledged |= {int(line) for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        assert acknowledged <= held(home)
        assert is_whole(home)


def synced(trace: str) -> Iterator[str]:
    """The calls of a trace that matter: syncs with the path, renames, and answers on the socket."""
    for line in trace.splitlines():
        if sync := re.search(r"(?:fsync|fdatasync)\(\d+<([^>]*)>", line):
            yield f"sync {sync[1]}"
        elif rename := re.search(r'rename\("([^"]*)", "([^"]*)"', line):
            yield f"rename {rename[1]} {rename[2]}"
        elif re.search(r"write\(\d+<(?:socket|UNIX).*is_published", line):
            yield "answer"


def test_all_is_synced_before_the_answer(home: Path, tmp_path: Path, needed: Callable[[bool, str], None]) -> None:
    needed(bool(shutil.which("strace")), "A syscall trace needs strace. Install it (Debian: apt install strace).")
    calls = "trace=fsync,fdatasync,rename,write"
    process = client(home, 0, "strace", "-f", "-y", "-s", "300", "-e", calls, "-o", str(tmp_path / "trace"))
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)  # what strace traces would live on
    process.communicate()
    told = list(synced((tmp_path / "trace").read_text(errors="replace")))
    announced, answered = [place for place, call in enumerate(told) if call == "answer"][2:4]  # of the second write
    between = told[announced + 1 : answered]
    finished = next(call for call in between if re.fullmatch(r"rename \S+/snapshots/\.[^/ ]+ \S+", call))
    pointed = next(call for call in between if call.endswith(f" {home}/CURRENT"))
    before, after = between[: between.index(finished)], between[between.index(pointed) + 1 :]
    unfinished = finished.split()[1]
    new = {path.name for path in (Path(finished.split()[2]) / "store").glob("*") if path.stat().st_nlink == 1}
    assert {f"sync {unfinished}/manifest.json", f"sync {unfinished}/store", f"sync {unfinished}"} <= set(before)
    assert {f"sync {unfinished}/store/{name}" for name in new} <= set(before)
    assert f"sync {home}/snapshots" in between[between.index(finished) : between.index(pointed)]
    assert f"sync {home}/CURRENT.new" in between[: between.index(pointed)]
    assert f"sync {home}" in after


@pytest.fixture
def small_disk(tmp_path: Path, needed: Callable[[bool, str], None]) -> Iterator[Path]:
    """A file system that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)], capture_output=True, check=False
    )
    needed(not made.returncode, "A full disk is tried on a small file system, which takes the right to mount one.")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_refuses_a_write_and_the_next_succeeds_without_repair(small_disk: Path) -> None:
    home = small_disk / "home"
    found_bare(home)
    desk = Desk(home, is_bare=True, has_union_default=False)
    desk.update("INSERT DATA { <urn:s> <urn:p> 1 }", base="http://e/", scope=ALL)
    for spare in SPARE_KB:
        before = published(home).name
        ballast = small_disk / "ballast"
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        with suppress(OSError):  # where the engine takes some of it at the same moment, the disk is full all the same
            ballast.write_bytes(bytes(max(0, free - spare * 1024)))
        large = b"".join(b"<urn:s%d> <urn:large> <urn:o%d> .\n" % (n, n) for n in range(8_000))
        with pytest.raises(StorageFull, match="No space is left"):
            desk.put(None, large, replaces=False, scope=ALL)
        assert (published(home).name, held(home)) == (before, held(home))
        assert is_whole(home)
        ballast.unlink()
        desk.update(f"INSERT DATA {{ <urn:s> <urn:p> {spare + 2} }}", base="http://e/", scope=ALL)
    assert held(home) == {1, *(spare + 2 for spare in SPARE_KB)}
    assert is_whole(home)
    desk.close()
