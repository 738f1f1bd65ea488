"""The head: the one copy of the published snapshot that can be written to.

Its tables are hard links to those of the snapshot, which nobody ever changes; the rest is a few small files. It is
scratch: on any doubt it is thrown away and made anew, so nothing has to be repaired.
"""

import fcntl
import os
import shutil
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph.errors import SnapshotError
from graph.snapshot import finish, point, published, read_manifest, sha256, snapshot_name, workshop
from graph.store import part_public

MOST_TABLES = 300  # files of the engine; each write adds some, and opening a store opens all
_NOT_NEEDED = ("LOG", "LOCK")  # of a store, to open it


class Head:
    """A store that holds what is published in `home`, and may hold what soon will be.

    Raises `SnapshotError` if nothing is published, or what is published is damaged; OSError if there is no room.
    """

    def __init__(self, home: Path, *, known: dict[int, str]) -> None:
        self._home, self._known = home, known
        self.base = published(home)
        self.manifest = read_manifest(self.base)
        self._sweeper: threading.Thread | None = None
        for left in (home / "heads").glob("*"):
            _remove_if_left(left)
        self._folder = home / "heads" / snapshot_name(datetime.now(UTC))
        self._folder.mkdir(parents=True)
        self._claim = _claimed(self._folder)
        try:
            self._verify()
            self._fill()
            self.engine = ox.Store(str(self._folder / "store"))
        except BaseException:
            self.discard()
            raise

    def is_current(self) -> bool:
        """Whether nobody else has published since."""
        return published(self._home) == self.base

    def publish(self, name: str, *, writes: int, changed: int, counts: Mapping[str, int]) -> None:
        """Make what the head holds the published snapshot `name`; all is synced when this returns.

        `counts` are the triples that each graph has more or fewer, the default graph named by an empty text.
        """
        with workshop(self._home, name) as shop:
            self.engine.backup(str(shop / "store"))
            part_public(self.engine, shop)
            manifest = self._told(name, writes, changed, counts)
            finished = finish(shop, manifest, known=self._taken_over(shop))
        point(self._home, name)
        self.base, self.manifest = finished, read_manifest(finished)
        self._known |= {_inode(finished / file): digest for file, digest in self._store_files().items()}

    def sweep(self) -> None:
        """Let the engine join its tables in the background if they have become many."""
        is_sweeping = self._sweeper is not None and self._sweeper.is_alive()
        if not is_sweeping and len(self._store_files()) > MOST_TABLES:
            self._sweeper = threading.Thread(target=self.engine.optimize)
            self._sweeper.start()

    def discard(self) -> None:
        """Throw the head away."""
        if self._sweeper is not None:
            self._sweeper.join()
        self.__dict__.pop("engine", None)  # the engine closes a store once nobody holds it
        shutil.rmtree(self._folder, ignore_errors=True)
        os.close(self._claim)

    def _verify(self) -> None:
        """See that no file is other than the manifest says; a table that was seen before is not read again.

        Damage to a table is noticed when it is read, that to other files of the engine never.
        """
        for file, digest in self._store_files().items():
            path = self.base / file
            is_known = path.suffix == ".sst" and path.is_file() and self._known.get(_inode(path)) == digest
            if not is_known and not (path.is_file() and sha256(path) == digest):
                raise SnapshotError(f"{self.base.name} is damaged ({file}). Choose another of `revier snapshots`.")
            self._known[_inode(path)] = digest

    def _fill(self) -> None:
        store = self._folder / "store"
        store.mkdir()
        for path in (self.base / "store").iterdir():
            if path.suffix == ".sst":
                (store / path.name).hardlink_to(path)
            elif path.name not in _NOT_NEEDED:
                shutil.copyfile(path, store / path.name)

    def _told(self, name: str, writes: int, changed: int, counts: Mapping[str, int]) -> dict[str, Any]:
        """The manifest of a write: that of its parent, but for what the write changes."""
        graphs = {graph: self.manifest["graphs"].get(graph, 0) + count for graph, count in counts.items() if graph}
        graphs = {graph: count for graph, count in (self.manifest["graphs"] | graphs).items() if count}
        return self.manifest | {
            "snapshot": name,
            "parent": self.base.name,
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
            "written": {"writes": writes, "changed": changed, "graphs": sorted(graph for graph in counts if graph)},
            "graphs": graphs,
            "triples": self.manifest["triples"] + sum(counts.values()),
            "findings": [],
            "seconds": {},
        }

    def _store_files(self) -> dict[str, str]:
        return {file: digest for file, digest in self.manifest["files"].items() if file.startswith("store/")}

    def _taken_over(self, shop: Path) -> dict[str, str]:
        """Hashes of the files that the new snapshot shares with its parent, whatever they are called there."""
        known = {_inode(self.base / file): digest for file, digest in self._store_files().items()}
        files = (path for path in shop.rglob("*") if _inode(path) in known)
        return {str(path.relative_to(shop)): known[_inode(path)] for path in files}


def _inode(path: Path) -> int:
    return path.stat().st_ino


def _claimed(folder: Path) -> int:
    """Hold a lock on a folder, which the system lets go of if the process dies."""
    claim = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(claim)
        raise
    return claim


def _remove_if_left(folder: Path) -> None:
    """Remove a head that nobody holds any more."""
    try:
        claim = _claimed(folder)
    except (BlockingIOError, FileNotFoundError):
        return
    shutil.rmtree(folder, ignore_errors=True)
    os.close(claim)
