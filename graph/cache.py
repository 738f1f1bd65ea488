"""Answers that can be given again: kept on disk for one snapshot, the small ones in memory as well.

A file tells its own length and hash, and comes to its name by one rename: what is torn or damaged is never given out.
Several processes may share the folder. It holds nothing that could not be worked out again, so nothing is synced.
"""

import contextlib
import hashlib
import os
import shutil
import struct
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp, mkstemp
from threading import Lock, Thread
from typing import IO

FRONT_BYTES = 32 * 2**20  # of answers in memory
SMALL_BYTES = 2**20  # an answer up to this size may be among them
_LARGEST_SHARE = 8  # of the room on disk, one part in so many may go to one answer
_ENTRY_BYTES = 500  # of an answer in memory beside its body
_LOOKS = 16  # at the folder while as much is written as it may hold
_ROOM_LEFT = 0.9  # of the room is filled after a clearing

# of a file: what it is, length of the label, length of the body, and a hash over label and body
_HEAD = struct.Struct("!8sHQ32s")
_MARK = b"revier-1"


@dataclass(frozen=True, slots=True)
class Cached:
    """One answer as it is sent: its body with its size, and a label by which its form is known again.

    A small body is bytes, a large one a file that whoever reads it closes.
    """

    body: bytes | IO[bytes]
    size: int
    label: str


class AnswerCache:
    """Answers of one snapshot at a time in `folder`, of at most about `most_bytes`; any thread may ask.

    A key is a hexadecimal hash, with further letters if need be.
    """

    def __init__(self, folder: Path, most_bytes: int, *, front_bytes: int = FRONT_BYTES) -> None:
        self._folder, self._most_bytes, self._front_bytes = folder, most_bytes, front_bytes
        self._lock = Lock()
        self._kept = ""
        self._front: OrderedDict[str, _InFront] = OrderedDict()
        self._in_front = 0
        self._unseen = most_bytes  # bytes written since the last look at the folder: so the first write looks
        self.size_bytes = 0  # on disk, when the folder was last looked at

    def get(self, key: str, snapshot: str) -> Cached | None:
        """The answer under `key`, if it is kept and undamaged."""
        with self._lock:
            if snapshot != self._kept:
                return None
            found = self._front.get(key)
            if found:
                self._front.move_to_end(key)
                is_second = found.is_new
                found.is_new = False
        if found:
            if is_second:
                self._store(key, snapshot, found.body, found.label)
            return Cached(found.body, len(found.body), found.label)
        kept = _read(self._path(key, snapshot))
        if kept and isinstance(kept.body, bytes):
            self._remember(key, snapshot, kept.body, kept.label)
        return kept

    def put(self, key: str, snapshot: str, body: bytes, label: str, *, is_cheap: bool = False) -> None:
        """Keep an answer; one that is very large, or of another snapshot than the present one, is not kept.

        A cheap one comes to disk when it is asked for again: most never are, and a file costs more than they do.
        """
        if snapshot != self._kept or len(body) > self._most_bytes // _LARGEST_SHARE:
            return
        is_new = is_cheap and len(body) <= SMALL_BYTES
        if len(body) <= SMALL_BYTES:
            self._remember(key, snapshot, body, label, is_new=is_new)
        if not is_new:
            self._store(key, snapshot, body, label)

    def keep_only(self, snapshot: str) -> None:
        """Forget the answers of all other snapshots; costs nothing if that is done already."""
        if snapshot == self._kept:
            return
        with self._lock:
            if snapshot == self._kept:
                return
            self._kept = snapshot
            self._front.clear()
            self._in_front = 0
        Thread(target=self._clear_but, args=(snapshot,), name="clear-cache").start()

    def _path(self, key: str, snapshot: str) -> Path:
        return self._folder / snapshot / key[:2] / key

    def _remember(self, key: str, snapshot: str, body: bytes, label: str, *, is_new: bool = False) -> None:
        """Hold an answer in memory, and let go of those that were not asked for longest."""
        with self._lock:
            if snapshot != self._kept or key in self._front or len(body) > self._front_bytes:
                return
            self._front[key] = _InFront(body, label, is_new)
            self._in_front += len(body) + _ENTRY_BYTES
            while self._in_front > self._front_bytes:
                self._in_front -= len(self._front.popitem(last=False)[1].body) + _ENTRY_BYTES

    def _store(self, key: str, snapshot: str, body: bytes, label: str) -> None:
        """Write an answer to disk; a disk that takes no more costs nothing but the cache."""
        with contextlib.suppress(OSError):
            _write(self._path(key, snapshot), body, label)
            self._make_room(len(body))

    def _make_room(self, written: int) -> None:
        """Look at the folder now and then, and remove what was not asked for longest if it holds too much."""
        with self._lock:
            self._unseen += written
            if self._unseen < self._most_bytes // _LOOKS:
                return
            self._unseen = 0
        found = sorted(_files(self._folder), key=lambda each: each[1].st_atime_ns)
        held = sum(told.st_size for _, told in found)
        if held > self._most_bytes:
            for path, told in found:
                path.unlink(missing_ok=True)
                held -= told.st_size
                if held <= self._most_bytes * _ROOM_LEFT:
                    break
        self.size_bytes = held

    def _clear_but(self, snapshot: str) -> None:
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            others = [folder for folder in self._folder.iterdir() if folder.name != snapshot]
            for folder in others:
                # by rename first, so that no other process finds half of it
                with contextlib.suppress(OSError):
                    folder.rename(Path(mkdtemp(prefix=".", dir=self._folder)) / "old")
            for folder in self._folder.glob(".*"):
                shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True)
class _InFront:
    """An answer in memory; `is_new` until it is asked for, if only then it comes to disk."""

    body: bytes
    label: str
    is_new: bool


def _read(path: Path) -> Cached | None:
    """The answer in a file, which is left at the beginning of a large body; None if it is damaged or not there."""
    try:
        file = path.open("rb")
    except OSError:
        return None
    head = file.read(_HEAD.size)
    if len(head) == _HEAD.size:
        mark, label_bytes, size, expected = _HEAD.unpack(head)
        digest = hashlib.file_digest(file, "sha256").digest()
        if mark == _MARK and digest == expected and file.tell() == _HEAD.size + label_bytes + size:
            file.seek(_HEAD.size)
            label = file.read(label_bytes).decode()
            os.utime(file.fileno())
            if size > SMALL_BYTES:
                return Cached(file, size, label)
            with file:
                return Cached(file.read(), size, label)
    file.close()
    path.unlink(missing_ok=True)
    return None


def _write(path: Path, body: bytes, label: str) -> None:
    """Write an answer beside its place and rename it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    told = label.encode()
    digest = hashlib.sha256(told)
    digest.update(body)
    descriptor, fresh = mkstemp(prefix=".", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(_HEAD.pack(_MARK, len(told), len(body), digest.digest()) + told)
            file.write(body)
        Path(fresh).replace(path)
    except OSError:
        Path(fresh).unlink(missing_ok=True)
        raise


def _files(folder: Path) -> list[tuple[Path, os.stat_result]]:
    """Every file below `folder` with what the system tells of it; others may remove some meanwhile."""
    found = []
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):
            if path.is_file():
                found.append((path, path.stat()))
    return found
