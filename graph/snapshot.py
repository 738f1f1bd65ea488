"""Snapshots: immutable folders of a published graph, and the one name that says which is current.

`snapshots/ID/` holds `store/`, if some graphs are private `public/` without them, `manifest.json` and, of a build,
`dump/`; `CURRENT` names the published one and changes by one rename. A folder whose name begins with a dot is a build
or a write that never finished.
"""

import contextlib
import errno
import fcntl
import gzip
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, cast

from graph.errors import BuildRunning, SnapshotError, StorageFull
from graph.store import PRIVATE, EmbeddedStore, is_parted
from ontology.naming import GRAPH

_COMPRESSION = 3  # of gzip: twice as fast as the default, a tenth larger
_PATIENCE_S = 10  # for a write to end
_DUMPS = "dump/"
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NAME = re.compile(r"\w[\w.-]{0,99}", re.ASCII)  # what CURRENT may hold: a damaged one leads nowhere else
KEPT = 10  # builds, and as many writes, that pruning leaves; the published one always among them


@dataclass(frozen=True, slots=True)
class SnapshotRecord:
    """One line of `revier snapshots`."""

    name: str
    manifest: dict[str, Any]
    is_published: bool


@contextmanager
def minding_space() -> Iterator[None]:
    """Within, errors of a full disk are `StorageFull`."""
    try:
        yield
    except (OSError, RuntimeError) as error:  # the engine tells it in words only
        is_full = getattr(error, "errno", None) in _NO_ROOM or "No space left" in str(error) or "quota" in str(error)
        if not is_full:
            raise
        raise StorageFull("No space is left. Nothing was published. Free some space and try again.") from error


@contextmanager
def build_lock(home: Path, *, is_write: bool = False) -> Iterator[None]:
    """Hold the only right to publish in `home`; the system lets go of it if the process dies.

    What takes moments, a write, is waited for. Raises `BuildRunning` at once if a build holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "build.lock").open("a+") as lock:
        _await_lock(lock, home)
        try:
            lock.truncate(0)
            if not is_write:
                lock.write(str(os.getpid()))
                lock.flush()
            yield
        finally:
            lock.truncate(0)


@contextmanager
def workshop(home: Path, name: str) -> Iterator[Path]:
    """A fresh folder for the snapshot `name`; what earlier, interrupted builds left is removed first.

    Needs the build lock. The folder is removed at the end unless it was finished by then.
    """
    snapshots = home / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    for left in snapshots.glob(".*"):
        shutil.rmtree(left)
    folder = snapshots / f".{name}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def snapshot_name(moment: datetime, mark: str | None = None) -> str:
    """A name that sorts by time, to the microsecond, and ends in a mark of eight letters that sets it apart."""
    return f"{moment:%Y%m%dT%H%M%S%f}-{mark or secrets.token_hex(4)}"


def snapshot_moment(name: str) -> datetime | None:
    """When the snapshot called `name` was begun, to the second; None if its name does not tell.

    >>> snapshot_moment("20261101T120000123456-0a1b2c3d").isoformat()
    '2026-11-01T12:00:00+00:00'
    """
    try:
        return datetime.strptime(name[:15], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def write_dumps(store: EmbeddedStore, folder: Path) -> None:
    """Write the data set as N-Quads and each named graph as Turtle, compressed, into `folder`/dump."""
    dumps = folder / "dump"
    dumps.mkdir()
    with _compressed(dumps / "revier.nq.gz") as output:
        store.dump_quads(output)
    for graph in store.counts():
        name = graph.removeprefix(GRAPH).replace("/", "-")
        with _compressed(dumps / f"{name}.ttl.gz") as output:
            store.dump_graph(graph, output)


def finish(folder: Path, manifest: dict[str, Any], *, known: Mapping[str, str] = MappingProxyType({})) -> Path:
    """Complete a snapshot: hash its files, write its sealed manifest, sync all, and give it its name.

    `known` tells the hashes of files that are taken over unchanged from another snapshot, and synced with it.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = {path: str(path.relative_to(folder)) for path in files}
    hashes = {name: known.get(name) or sha256(path) for path, name in names.items()}
    told = manifest | {"files": hashes}
    _write_synced(folder / "manifest.json", _written(told | {"seal": _seal(told)}))
    fresh = (path for path in files if names[path] not in known)
    for path in (*fresh, *(path for path in folder.rglob("*") if path.is_dir()), folder):
        sync(path)
    finished = folder.with_name(folder.name.removeprefix("."))
    folder.rename(finished)
    sync(finished.parent)
    return finished


def publish(home: Path, name: str) -> None:
    """Make the snapshot `name` the current one, if it is whole.

    Raises `SnapshotError` if it is missing, or a file of it is not what its manifest says.
    """
    damaged = damaged_files(home / "snapshots" / name)
    if damaged:
        raise SnapshotError(f"{_sentence(home / 'snapshots' / name, damaged)} Choose another of `revier snapshots`.")
    with minding_space():
        point(home, name)


def point(home: Path, name: str) -> None:
    """Make the snapshot `name`, just finished or found whole, the current one by one synced rename."""
    fresh = home / "CURRENT.new"
    _write_synced(fresh, name + "\n")
    fresh.replace(home / "CURRENT")
    sync(home)


def published(home: Path) -> Path:
    """The folder of the snapshot that CURRENT names.

    Raises `SnapshotError` if it names none, or nothing has been published.
    """
    remedy = "`revier rollback` publishes one of `revier snapshots`."
    try:
        name = (home / "CURRENT").read_text(encoding="utf-8", errors="replace").strip()
    except FileNotFoundError as error:
        if _finished(home):
            raise SnapshotError(f"CURRENT is missing. {remedy}") from error
        raise SnapshotError(f"Nothing is published in {home}. Run `revier build` first.") from error
    if not _NAME.fullmatch(name) or not (home / "snapshots" / name).is_dir():
        raise SnapshotError(f"CURRENT names no snapshot. {remedy}")
    return home / "snapshots" / name


def sound(home: Path) -> tuple[Path, str]:
    """The folder to serve: the published snapshot, or, if that cannot be served, a whole one that stands in for it.

    First its ancestors are tried, then older ones from the newest on, then newer ones. A snapshot can be served if its
    manifest and its store are whole; a damaged dump is told, but no reason to serve older data. The text is empty,
    or says what is damaged and what stands in for it. All files are hashed, so this is for a start or after a fault.
    Raises `SnapshotError` if nothing was published, or nothing whole is left.
    """
    named: Path | None = None
    try:
        named = published(home)
        if not (damaged := damaged_files(named)):
            return named, ""
        fault = _sentence(named, damaged)
        if _can_serve(damaged):
            return named, f"{fault} What is served is whole."
    except SnapshotError as error:
        fault = str(error)
    others = _stand_ins(home, named)
    for folder in others:
        if _can_serve(damaged_files(folder)):
            return folder, f"{fault} {folder.name} is served in its place."
    if named is None and not others:
        raise SnapshotError(fault)
    raise SnapshotError(f"{fault} Since no other snapshot is whole, nothing can be served. Run `revier build`.")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot folder; `SnapshotError` if there is none, or its seal is broken."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        is_sealed = manifest.pop("seal", None) == _seal(manifest)
    except (OSError, ValueError, AttributeError) as error:
        raise SnapshotError(f"{folder.name} has no readable manifest. `revier snapshots` lists the others.") from error
    if not is_sealed:
        raise SnapshotError(f"{folder.name} has a damaged manifest. `revier snapshots` lists the others.")
    return manifest


def damaged_files(folder: Path) -> list[str]:
    """Names of the files that are missing or not what the manifest says; that of the manifest if it says nothing."""
    try:
        hashes: dict[str, str] = read_manifest(folder)["files"]
    except SnapshotError:
        return ["manifest.json"]
    found: dict[int, str] = {}  # by inode: the two stores of a snapshot share most of their tables

    def is_damaged(path: Path, digest: str) -> bool:
        if not path.is_file():
            return True
        inode = path.stat().st_ino
        found[inode] = found.get(inode) or sha256(path)
        return found[inode] != digest

    return [name for name, digest in hashes.items() if is_damaged(folder / name, digest)]


def engine_state(folder: Path) -> str:
    """Names and hashes of the few files that tell the engine which triples belong to the stores of a snapshot.

    Where these are damaged it opens a store with fewer triples and says nothing. So whoever opens again what was
    found whole a while ago compares its state with that of then.
    """
    telling = sorted((*folder.glob("*/CURRENT"), *folder.glob("*/MANIFEST-*"), *folder.glob("*/*.log")))
    return " ".join(f"{path.relative_to(folder)} {sha256(path)}" for path in telling)


def snapshots(home: Path) -> tuple[SnapshotRecord, ...]:
    """Every complete snapshot, oldest first; one whose manifest cannot be read is left to the doctor."""
    try:
        current = published(home).name
    except SnapshotError:
        current = ""
    records = []
    for folder in _finished(home):
        with contextlib.suppress(SnapshotError):
            records.append(SnapshotRecord(folder.name, read_manifest(folder), folder.name == current))
    return tuple(records)


def builds(home: Path, until: str) -> tuple[Path, ...]:
    """The folders of the builds that are kept and open to the public, newest first, from the snapshot `until` on."""
    made = [record for record in snapshots(home) if "written" not in record.manifest and record.name <= until]
    folders = ((home / "snapshots" / record.name, record.manifest["graphs"]) for record in reversed(made))
    return tuple(
        folder
        for folder, graphs in folders
        if is_parted(folder) or not any(graph.startswith(PRIVATE) for graph in graphs)
    )


def prune(home: Path, *, keep: int = KEPT) -> tuple[str, ...]:
    """Remove the oldest builds and the oldest writes beyond `keep` of each, never the published one.

    Returns the names of those removed.
    """
    surplus: list[str] = []
    for is_write in (False, True):
        alike = [record for record in snapshots(home) if ("written" in record.manifest) is is_write]
        others = [record.name for record in alike if not record.is_published]
        surplus += others[: max(0, len(alike) - keep)]
    for name in surplus:
        doomed = home / "snapshots" / f".{name}"
        (home / "snapshots" / name).rename(doomed)
        shutil.rmtree(doomed)
    return tuple(surplus)


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _await_lock(lock: IO[str], home: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            builder = lock.read().strip()
        if builder or time.monotonic() > deadline:
            raise BuildRunning(
                f"Another build works in {home} (process {builder or 'unknown'}). Wait until it ends."
            ) from None
        time.sleep(0.002)


def _finished(home: Path) -> list[Path]:
    """The folders of all snapshots, oldest first, whole or not."""
    return sorted((home / "snapshots").glob("[!.]*"))


def _can_serve(damaged: Collection[str]) -> bool:
    return all(name.startswith(_DUMPS) for name in damaged)


def _sentence(folder: Path, damaged: list[str]) -> str:
    return f"{folder.name} is damaged ({', '.join(damaged[:5])})."


def _stand_ins(home: Path, named: Path | None) -> tuple[Path, ...]:
    """All snapshots but the one that is published, in the order in which they may stand in for it."""
    others = [folder for folder in reversed(_finished(home)) if folder != named]
    older = (folder for folder in others if named is None or folder < named)
    return tuple(dict.fromkeys((*_ancestors(named), *older, *others)))


def _ancestors(folder: Path | None) -> Iterator[Path]:
    """The snapshots that one was made from, as far as manifests tell."""
    with contextlib.suppress(SnapshotError):
        while folder and (parent := read_manifest(folder)["parent"]):
            folder = folder.with_name(parent)
            yield folder


def _written(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False)


def _seal(manifest: dict[str, Any]) -> str:
    """A hash over a manifest by which it vouches for itself."""
    return hashlib.sha256(_written(manifest).encode()).hexdigest()


def _compressed(path: Path) -> IO[bytes]:
    """A gzip file that depends on its content only, not on the time."""
    return cast(IO[bytes], gzip.GzipFile(path, "wb", _COMPRESSION, mtime=0))


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as output:
        output.write(text)
        output.flush()
        os.fsync(output.fileno())


def sync(path: Path) -> None:
    """Have the disk hold what a file is, or which names a folder holds."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
