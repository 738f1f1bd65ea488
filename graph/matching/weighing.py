"""How much a term tells of a document, and a document of an actor: numbers in [0, 1] that are the same at every need.

A term weighs w = f / (f + K1 (1 - B + B length / mean length)) in a document where it stands f times (the saturation of
BM25: Robertson and Zaragoza 2009, "The probabilistic relevance framework"). Length counts within one document only,
never over all that an actor shows: further evidence can not make the old one worse. Older documents count less.
"""

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

K1, B = 1.2, 0.6
FULL = 255  # weights are kept as one of so many steps
HALF_LIFE_YEARS, LEAST_RECENCY, UNDATED = 8.0, 0.5, 8  # undated evidence counts as one half-life old
NO_YEAR = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A text that tells what an actor can do, of one record and in one language: "de", "en", or "" if it is unknown."""

    actor: int
    record: int
    language: str
    year: int | None
    title: str
    text: str


def recency(years: NDArray[np.int16]) -> Floats:
    """How much documents count by their age against the latest: 1 if new, halfway down to the least in a half-life.

    >>> recency(np.array([2010, 2002, 1950, 0], dtype=np.int16)).round(2).tolist()
    [1.0, 0.75, 0.5, 0.75]
    """
    latest = int(years.max(initial=NO_YEAR))
    ages = np.where(years == NO_YEAR, UNDATED if latest else 0, latest - years.astype(np.float32))
    fading = np.exp2(-ages / HALF_LIFE_YEARS, dtype=np.float32)
    return (LEAST_RECENCY + (1 - LEAST_RECENCY) * fading).astype(np.float32)


def saturated(counts: NDArray[np.generic], lengths: NDArray[np.generic], mean_length: float) -> Floats:
    """The weight of terms that stand so often in documents of such lengths, in words."""
    often = counts.astype(np.float32)
    long = lengths.astype(np.float32) / np.float32(mean_length)
    return (often / (often + K1 * (1 - B + B * long))).astype(np.float32)


def term_hash(term: str) -> int:
    """By what a term is known: 64 bits of a hash, by which a million terms share one as good as never."""
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
