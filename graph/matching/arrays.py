"""Arrays that lie in a folder and are mapped into memory: what several processes read at once, they hold only once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.integer[Any]]
Offsets = NDArray[np.int64]


def write_array(folder: Path, name: str, array: NDArray[Any]) -> None:
    """Write one array as `name`.npy."""
    np.save(folder / f"{name}.npy", array, allow_pickle=False)


def read_array(folder: Path, name: str) -> NDArray[Any]:
    """The array that was written as `name`, read only and mapped."""
    mapped: NDArray[Any] = np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return mapped.view(np.ndarray)  # the class of mapped arrays makes each slice dear


@dataclass(frozen=True, slots=True)
class Lists:
    """Lists of different lengths one after the other: list `i` lies from `offsets[i]` to `offsets[i + 1]`."""

    offsets: Offsets

    def span(self, number: int) -> slice:
        """Where one list lies."""
        return slice(int(self.offsets[number]), int(self.offsets[number + 1]))

    def spread(self, numbers: Integers) -> tuple[Offsets, Offsets]:
        """Of several lists: for each element, the position in `numbers` of its list, and where it lies.

        >>> owners, places = Lists(np.array([0, 2, 2, 5])).spread(np.array([2, 0], dtype=np.int32))
        >>> owners.tolist(), places.tolist()
        ([0, 0, 0, 1, 1], [2, 3, 4, 0, 1])
        """
        return spread(self.offsets[numbers], self.offsets[numbers + 1])


def lists_of(owners: ArrayLike, count: int) -> Lists:
    """The lists of `count` owners, from the owner of each element; elements must lie in the order of owners."""
    sizes = np.bincount(np.asarray(owners, dtype=np.int64), minlength=count)
    return Lists(np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64))))


def spread(begins: Integers, ends: Integers) -> tuple[Offsets, Offsets]:
    """All places within several spans: for each place the number of its span, and the place itself."""
    sizes = ends - begins
    owners = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
    before = np.cumsum(sizes) - sizes
    return owners, np.arange(len(owners), dtype=np.int64) + (begins - before)[owners]
