"""What words and documents are about: places in a space of few dimensions, learnt from which words stand together.

Latent semantic analysis (Deerwester et al. 1990, "Indexing by latent semantic analysis"): documents as rows of weights
x inverse document frequency, each of length 1, and their first right singular vectors, found by random projection with
power iterations (Halko, Martinsson and Tropp 2011, "Finding structure with randomness"). They are learnt from a sample
of the documents; then every document lies at the sum of its words. Nothing is downloaded: the texts alone teach it.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from graph.matching.arrays import Integers, read_array, spread, write_array
from graph.matching.texts import Texts
from graph.matching.weighing import FULL, Floats

DIMENSIONS = 100
LEARNT_FROM = 10_000  # documents at most
RAREST, COMMONEST = 3, 0.2  # documents with a word, and share of all documents: others tell nothing of company
MOST_WORDS = 100_000
_SPARE, _ITERATIONS, _SEED = 20, 2, 1
_CHUNK = 4_000  # words of documents that are added up at once
_STEPS = 127  # of a coordinate


class Latent:
    """The space that `write_latent` wrote, mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self._place_of: Integers = read_array(folder, "latent-place-of-term")
        self._terms = read_array(folder, "latent-terms")
        self._documents = read_array(folder, "latent-documents")

    def of_terms(self, terms: Integers, weights: Floats) -> Floats:
        """The direction in which words with weights lie together; all zeros if none of them is known."""
        places = self._place_of[terms]
        known = places >= 0
        return np.asarray(_unit((self._terms[places[known]].T.astype(np.float32) @ weights[known])[None])[0])

    def nearness(self, documents: Integers, direction: Floats) -> Floats:
        """The cosine between each document and a direction, at least 0."""
        return np.asarray(np.maximum(self._documents[documents].astype(np.float32) @ direction / np.float32(_STEPS), 0))


def write_latent(texts: Texts, folder: Path) -> None:
    """Learn the space of some texts and write it into a folder."""
    kept = _telling(texts)
    place_of = np.full(len(texts.frequency), -1, dtype=np.int32)
    place_of[kept] = np.arange(len(kept), dtype=np.int32)
    rare = texts.rarity(kept)
    rows = _Rows(texts, place_of, rare)
    basis = _basis(rows, len(kept), texts.documents_count)
    write_array(folder, "latent-place-of-term", place_of)
    write_array(folder, "latent-terms", basis.astype(np.float16))
    documents = np.lib.format.open_memmap(
        folder / "latent-documents.npy", "w+", np.int8, (texts.documents_count, basis.shape[1])
    )
    for first in range(0, texts.documents_count, LEARNT_FROM):
        some = np.arange(first, min(first + LEARNT_FROM, texts.documents_count))
        documents[some] = np.rint(_unit(rows.times(some, basis)) * _STEPS)


class _Rows:
    """Documents as rows of what their telling words weigh, each of length 1."""

    def __init__(self, texts: Texts, place_of: Integers, rare: Floats) -> None:
        self._texts, self._place_of, self._rare = texts, place_of, rare

    def times(self, documents: Integers, right: Floats) -> Floats:
        """The rows of `documents` times a matrix with a row for each word."""
        product = np.zeros((len(documents), right.shape[1]), dtype=np.float32)
        for row, word, weight in self._chunks(documents):
            begins = np.flatnonzero(np.diff(row, prepend=-1))
            product[row[begins]] += np.add.reduceat(right[word] * weight[:, None], begins)
        return product

    def transposed_times(self, documents: Integers, left: Floats) -> Floats:
        """The rows of `documents`, turned into columns, times a matrix with a row for each document."""
        product = np.zeros((len(self._rare), left.shape[1]), dtype=np.float32)
        for row, word, weight in self._chunks(documents):
            order = np.argsort(word, kind="stable")
            row, word, weight = row[order], word[order], weight[order]
            begins = np.flatnonzero(np.diff(word, prepend=-1))
            product[word[begins]] += np.add.reduceat(left[row] * weight[:, None], begins)
        return product

    def _chunks(self, documents: Integers) -> Iterator[tuple[Integers, Integers, Floats]]:
        """Row, word and weight of what stands in documents, some of it at a time."""
        offsets = self._texts.terms_in.offsets
        row, places = spread(offsets[documents], offsets[documents + 1])
        word = self._place_of[self._texts.terms[places]]
        row, places, word = row[word >= 0], places[word >= 0], word[word >= 0]
        weight = self._texts.weights[places].astype(np.float32) / np.float32(FULL) * self._rare[word]
        lengths = np.sqrt(np.bincount(row, weights=weight**2, minlength=len(documents))).astype(np.float32)
        weight = np.asarray(weight / lengths[row], dtype=np.float32)
        for first in range(0, len(row), _CHUNK):
            here = slice(first, first + _CHUNK)
            yield row[here], word[here], weight[here]


def _telling(texts: Texts) -> Integers:
    """The words that stand in some documents, but not in too many, the commonest if there are very many."""
    frequency = texts.frequency
    telling = np.flatnonzero(texts.is_word & (frequency >= RAREST) & (frequency <= COMMONEST * texts.documents_count))
    return np.sort(telling[np.argsort(-frequency[telling], kind="stable")[:MOST_WORDS]])


def _basis(rows: _Rows, words: int, documents: int) -> Floats:
    """The first right singular vectors as columns; fewer where there are few words or documents."""
    count = min(documents, LEARNT_FROM)
    sample = np.linspace(0, documents, count, endpoint=False).astype(np.int64)
    wide = min(DIMENSIONS + _SPARE, words, count)
    if not wide:
        return np.zeros((words, 0), dtype=np.float32)
    start = np.random.default_rng(_SEED).standard_normal((words, wide), dtype=np.float32)
    columns = rows.times(sample, start)
    for _ in range(_ITERATIONS):
        columns = rows.times(sample, np.linalg.qr(rows.transposed_times(sample, columns))[0])
    across = rows.transposed_times(sample, np.linalg.qr(columns)[0])
    return np.ascontiguousarray(np.linalg.svd(across, full_matrices=False)[0][:, :DIMENSIONS])


def _unit(rows: Floats) -> Floats:
    """Rows of length 1; what is 0 stays so."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1), dtype=np.float32)
