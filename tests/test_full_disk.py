"""A full disk at any step of a build or a write: what was published stays, it is said, the next run succeeds."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from graph.bare import found_bare
from graph.build import build
from graph.desk import Desk
from graph.errors import StorageFull
from graph.snapshot import damaged_files, published, snapshots, sound
from graph.store import open_store
from graph.tokens import Scope

LITTLE = Path(__file__).parents[1] / "regions" / "little"
ALL = Scope(("*",))
BUILD_KB = (0, 64, 1024, 3072, 4096, 16384)  # free when a build begins
# free when a build reaches a step; the last ones end between the manifest and CURRENT
STEPS = [(step, 0) for step in ("turtle", "map", "load", "check", "infer", "dump", "publish")]
STEPS += [("publish", kb) for kb in (4, 8, 12, 16, 20)]
WRITE_KB = (0, 4, 16, 64, 128, 192, 256)


@pytest.fixture
def disk(tmp_path: Path, needed: Callable[[bool, str], None]) -> Iterator[Path]:
    """A file system of its own, which can be filled."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    made = subprocess.run(mount, capture_output=True, check=False)
    needed(not made.returncode, "A full disk is tried on a small file system. Run as who may mount one.")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, free_kb: int) -> None:
    """Leave so much of the disk and no more."""
    room = os.statvfs(disk)
    (disk / "ballast").write_bytes(bytes(max(0, room.f_bavail * room.f_frsize - free_kb * 1024)))


@contextmanager
def filled(disk: Path, *, free_kb: int) -> Iterator[None]:
    """The disk with so much left and no more, for a while."""
    fill(disk, free_kb)
    try:
        yield
    finally:
        (disk / "ballast").unlink()


def is_whole(home: Path) -> bool:
    """Whether every snapshot that is listed is whole, and the published one is served with all its triples."""
    folder, remark = sound(home)
    listed = [home / "snapshots" / record.name for record in snapshots(home)]
    assert not any(damaged_files(one) for one in listed)
    told = next(record.manifest["triples"] for record in snapshots(home) if record.is_published)
    return not remark and open_store(folder, sees_private=True).size() == told


def test_a_build_on_a_full_disk_leaves_what_is_published_and_the_next_succeeds(disk: Path, tmp_path: Path) -> None:
    pack, home = shutil.copytree(LITTLE, tmp_path / "pack"), disk / "home"
    name = build(pack, home).snapshot
    refused = 0
    for free_kb in BUILD_KB:
        with filled(disk, free_kb=free_kb):
            ended = CliRunner().invoke(main, ["build", str(pack)], env={"REVIER_HOME": str(home)})
            if ended.exit_code:
                refused += 1
                assert (ended.exit_code, published(home).name) == (1, name)
                assert ended.stderr.splitlines()[-1].startswith("revier: No space is left")
            assert is_whole(home)
            name = published(home).name
    assert 1 < refused < len(BUILD_KB)
    assert build(pack, home).snapshot == published(home).name
    assert is_whole(home)
    assert not list((home / "snapshots").glob(".*"))


def test_a_disk_that_is_full_at_any_step_of_a_build_does_no_harm(disk: Path, tmp_path: Path) -> None:
    pack, home = shutil.copytree(LITTLE, tmp_path / "pack"), disk / "home"
    name, refused = build(pack, home).snapshot, []
    for step, free_kb in STEPS:

        def progress(reached: str, _: str, step: str = step, free_kb: int = free_kb) -> None:
            if reached == step and not (disk / "ballast").exists():
                fill(disk, free_kb)

        try:
            name = build(pack, home, progress=progress).snapshot
        except StorageFull:
            refused.append((step, free_kb))
        assert published(home).name == name
        assert is_whole(home)
        (disk / "ballast").unlink()
    assert set(refused) >= {(step, free_kb) for step, free_kb in STEPS if not free_kb}
    assert build(pack, home).snapshot == published(home).name


def test_a_first_build_on_a_full_disk_publishes_nothing(disk: Path, tmp_path: Path) -> None:
    pack, home = shutil.copytree(LITTLE, tmp_path / "pack"), disk / "home"
    with filled(disk, free_kb=1024):
        with pytest.raises(StorageFull, match="No space is left"):
            build(pack, home)
        assert snapshots(home) == ()
    assert build(pack, home).snapshot == published(home).name


def test_a_write_on_a_full_disk_leaves_what_is_published_and_the_next_succeeds(disk: Path) -> None:
    home = disk / "home"
    found_bare(home)
    desk, size, refused = Desk(home, is_bare=True, has_union_default=False), 0, 0
    for number, free_kb in enumerate(WRITE_KB):
        lines = b"".join(b"<urn:%d> <urn:p%d> <urn:o%d> .\n" % (n, number, n) for n in range(1000))
        name = published(home).name
        with filled(disk, free_kb=free_kb):
            try:
                size += desk.put(None, lines, replaces=False, scope=ALL).changed
            except StorageFull as full:
                refused += "No space is left" in str(full) and published(home).name == name
            assert is_whole(home)
            assert open_store(published(home)).size() == size
        size += desk.update(f"INSERT DATA {{ <urn:s> <urn:p> {number} }}", base="urn:b", scope=ALL).changed
        assert open_store(published(home)).size() == size
    assert refused > 1
    assert is_whole(home)
    desk.close()
