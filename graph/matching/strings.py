"""A table of strings in order, mapped into memory: from a number to its string, and back by halving."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from graph.matching.arrays import read_array, write_array


class Strings:
    """The strings that `write_strings` wrote, numbered in the order of their code points."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = read_array(folder, f"{name}-offsets")
        self._letters = read_array(folder, f"{name}-letters")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> str:
        return self._bytes(number).decode()

    def find(self, text: str) -> int:
        """The number of a string; -1 if the table does not hold it."""
        number = self.first_from(text)
        return number if number < len(self) and self._bytes(number) == text.encode() else -1

    def first_from(self, text: str) -> int:
        """The number of the first string that does not come before `text`; the length if all do."""
        sought = text.encode()
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._bytes(middle) < sought:
                low = middle + 1
            else:
                high = middle
        return low

    def _bytes(self, number: int) -> bytes:
        return self._letters[self._offsets[number] : self._offsets[number + 1]].tobytes()


def write_strings(folder: Path, name: str, in_order: Iterable[str]) -> None:
    """Write strings that come in the order of their code points, each once."""
    with (folder / f"{name}.utf8").open("wb") as letters:
        sizes = [letters.write(text.encode()) for text in in_order]
    write_array(folder, f"{name}-offsets", np.concatenate(([0], np.cumsum(np.array(sizes, dtype=np.int64)))))
    write_array(folder, f"{name}-letters", np.fromfile(folder / f"{name}.utf8", dtype=np.uint8))
    (folder / f"{name}.utf8").unlink()
