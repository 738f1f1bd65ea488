"""The register of ids: which opaque id a source's key has been given, once and for ever."""

import csv
import os
from pathlib import Path

from graph.errors import PackError

HEADER = ("kind", "key", "id")


class Register:
    """Opaque ids by kind and key; a key that is new gets the next number of its kind.

    >>> register = Register()
    >>> register.id("actor", "zinq"), register.id("actor", "seepex"), register.id("actor", "zinq")
    ('0001', '0002', '0001')
    """

    def __init__(self) -> None:
        self._ids: dict[tuple[str, str], str] = {}
        self._last: dict[str, int] = {}
        self.new: list[tuple[str, str, str]] = []

    def id(self, kind: str, key: str) -> str:
        """The id of a key; given now if there is none yet, and then listed in `new`."""
        known = self._ids.get((kind, key))
        if known is None:
            known = f"{self._last.get(kind, 0) + 1:04d}"
            self._keep(kind, key, known)
            self.new.append((kind, key, known))
        return known

    def _keep(self, kind: str, key: str, number: str) -> None:
        self._ids[kind, key] = number
        self._last[kind] = max(self._last.get(kind, 0), int(number))

    @classmethod
    def read(cls, path: Path) -> "Register":
        """The register kept in a CSV file; empty if there is none.

        Raises `PackError` if it cannot be read, or a row is not kind, key, number, or gives a key or an id twice.
        """
        register = cls()
        if not path.is_file():
            return register
        given: set[tuple[str, str]] = set()
        try:
            rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        except (UnicodeDecodeError, csv.Error) as error:
            raise PackError(f"{path}: {error}. Take it from the last commit.") from error
        for row, cells in enumerate(rows, 1):
            if row == 1 and tuple(cells) == HEADER:
                continue
            if len(cells) != 3 or not cells[2].isdecimal():
                raise PackError(f"{path}, row {row}: expected kind,key,number, found {','.join(cells)}.")
            kind, key, number = cells
            if (kind, key) in register._ids or (kind, number) in given:
                raise PackError(f"{path}, row {row}: {kind} {key} or id {number} is given twice. Keep one row.")
            given.add((kind, number))
            register._keep(kind, key, number)
        return register

    def write(self, path: Path) -> None:
        """Add the new ids to the file, all or none.

        Raises `PackError` if the file cannot be written.
        """
        if not self.new:
            return
        fresh = path.with_suffix(".csv.new")
        try:
            with fresh.open("w", encoding="utf-8", newline="") as text:
                writer = csv.writer(text, lineterminator="\n")
                writer.writerow(HEADER)
                writer.writerows((kind, key, number) for (kind, key), number in self._ids.items())
                text.flush()
                os.fsync(text.fileno())
            fresh.replace(path)
        except OSError as error:
            raise PackError(
                f"{path}: new ids cannot be kept ({error}). Build from a writable copy of the pack."
            ) from error
        self.new.clear()
