"""Texts are read once and become arrays: documents in runs of bounded size, then terms numbered, then both orders.

A run holds the documents of some million words; it is sorted in memory and put away in a file. So what has to be held
at once is a run and the terms, however many documents there are.
"""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from graph.matching.analysis import LANGUAGES, WORD, fold, grams, language_of, parts, root
from graph.matching.arrays import Integers, Offsets, spread, write_array
from graph.matching.weighing import FULL, NO_YEAR, Bytes, Document, Floats, saturated, term_hash

RUN = 2_000_000  # words
LONGEST_DOCUMENT = 50_000  # letters; what stands behind them is not read
_LEAST_FREQUENCY = 2  # documents with a word before it counts as a part of compounds
_SHIFT = np.int64(32)
_JOINING = -1


def write_texts(documents: Iterable[Document], actor_count: int, folder: Path) -> None:
    """Write the texts of actors that are numbered from 0 to `actor_count` - 1 into an empty folder, in one pass."""
    with TemporaryDirectory(dir=folder, prefix="runs-") as name:
        told = _Told(Path(name))
        for document in documents:
            told.add(document)
        told.finish_run()
        vocabulary = _vocabulary(told)
        order = np.lexsort((told.column("records"), told.column("actors")))
        place = np.empty(len(order), dtype=np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        counts = _write_documents(told, vocabulary, place, folder)
        write_array(folder, "document-records", told.column("records")[order])
        write_array(folder, "document-years", told.column("years")[order].astype(np.int16))
        write_array(folder, "document-languages", told.column("languages")[order].astype(np.int8))
        owners = told.column("actors")[order]
        write_array(folder, "actor-documents-begin", _begins(np.bincount(owners, minlength=actor_count)))
        write_array(folder, "term-hashes", vocabulary.hashes)
        write_array(folder, "term-is-word", vocabulary.is_word)
        write_array(folder, "term-documents", counts)
        write_array(folder, "mean-length", np.array([told.mean_length]))
        _write_postings(counts, folder)


class _Run(NamedTuple):
    """Some documents one after the other: how many terms each has, which, and how often."""

    sizes: Integers
    terms: Integers
    counts: Bytes


class _Numbers(dict[str, int]):
    """The numbers of the words of one language as they come: each word is brought to its root once."""

    def __init__(self, language: str, terms: dict[str, int]) -> None:
        super().__init__()
        self._language, self._terms = language, terms

    def __missing__(self, word: str) -> int:
        term = root(fold(word), self._language)
        number = self._terms.setdefault(term, len(self._terms)) if term else _JOINING
        self[word] = number
        return number


@dataclass(slots=True)
class _Told:
    """The documents as they come: one row of columns each, and their terms in runs."""

    folder: Path
    terms: dict[str, int] = field(default_factory=dict)
    columns: dict[str, "array[int]"] = field(
        default_factory=lambda: {name: array("i") for name in ("actors", "records", "years", "lengths", "languages")}
    )
    runs: int = 0
    _tokens: "array[int]" = field(default_factory=lambda: array("i"))
    _sizes: "array[int]" = field(default_factory=lambda: array("i"))
    _numbers: dict[str, _Numbers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._numbers = {language: _Numbers(language, self.terms) for language in LANGUAGES}

    def column(self, name: str) -> Integers:
        """One fact of all documents, in the order in which they came."""
        return np.frombuffer(self.columns[name], dtype=np.int32) if self.columns[name] else np.empty(0, np.int32)

    @property
    def mean_length(self) -> float:
        """The mean number of words in a document, at least 1."""
        return max(1.0, float(self.column("lengths").mean())) if self.columns["lengths"] else 1.0

    @property
    def german(self) -> Iterator[str]:
        """The roots of what stands in German texts."""
        numbers = {number for number in self._numbers["de"].values() if number != _JOINING}
        return (term for term, number in self.terms.items() if number in numbers)

    def add(self, document: Document) -> None:
        """Take a document: the words of its title stand twice."""
        title, text = document.title[:LONGEST_DOCUMENT], document.text[:LONGEST_DOCUMENT]
        language = document.language if document.language in LANGUAGES else language_of(f"{title} {text}")
        number = self._numbers[language]
        named = [number[word] for word in WORD.findall(title.lower())]
        told = [number[word] for word in WORD.findall(text.lower())]
        self._tokens.extend(named)
        self._tokens.extend(named)
        self._tokens.extend(told)
        self._sizes.append(2 * len(named) + len(told))
        year = document.year or NO_YEAR
        row = (document.actor, document.record, year, len(named) + len(told), LANGUAGES.index(language))
        for column, value in zip(self.columns.values(), row, strict=True):
            column.append(value)
        if len(self._tokens) >= RUN:
            self.finish_run()

    def finish_run(self) -> None:
        """Put away the documents since the last run."""
        if not self._sizes:
            return
        tokens = np.frombuffer(self._tokens, dtype=np.int32) if self._tokens else np.empty(0, np.int32)
        sizes = np.frombuffer(self._sizes, dtype=np.int32)
        documents = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        is_term = tokens != _JOINING
        keys, counts = _counted((documents[is_term] << _SHIFT) | tokens[is_term])
        lengths = np.bincount(keys >> _SHIFT, minlength=len(sizes)).astype(np.int32)
        run = _Run(lengths, keys.astype(np.int32), counts)
        for name, column in run._asdict().items():
            np.save(self.folder / f"{name}-{self.runs}.npy", column)
        self.runs += 1
        self._tokens, self._sizes = array("i"), array("i")

    def run(self, number: int) -> _Run:
        """A run that was put away."""
        return _Run(*(np.load(self.folder / f"{name}-{number}.npy") for name in _Run._fields))


@dataclass(frozen=True, slots=True)
class _Vocabulary:
    """The terms in the order of their hashes: the final number of each, whether it
    is a word and not a few letters, and the parts of those that are German."""

    hashes: NDArray[np.uint64]
    is_word: NDArray[np.bool_]
    number: Integers
    parts_begin: Offsets
    parts: Integers


def _vocabulary(told: _Told) -> _Vocabulary:
    frequency = _frequency(told)
    numbers = dict(told.terms)

    def known(word: str) -> int:
        found = numbers.get(word)
        documents = 0 if found is None or found >= len(frequency) else int(frequency[found])
        return documents if documents >= _LEAST_FREQUENCY else 0

    split = {
        numbers[term]: [numbers.setdefault(part, len(numbers)) for part in (*parts(term, known), *grams(term))]
        for term in told.german
    }
    hashes = np.fromiter(map(term_hash, numbers), dtype=np.uint64, count=len(numbers))
    kept, number = np.unique(hashes, return_inverse=True)
    sizes = np.zeros(len(numbers), dtype=np.int64)
    for term, made_of in split.items():
        sizes[term] = len(made_of)
    flat = (part for term in range(len(numbers)) for part in split.get(term, ()))
    is_word = np.zeros(len(kept), dtype=bool)
    is_word[number[: len(told.terms)]] = True
    return _Vocabulary(
        kept,
        is_word,
        number.astype(np.int32),
        _begins(sizes),
        np.fromiter(flat, dtype=np.int32, count=int(sizes.sum())),
    )


def _frequency(told: _Told) -> Offsets:
    frequency = np.zeros(len(told.terms), dtype=np.int64)
    for number in range(told.runs):
        frequency += np.bincount(told.run(number).terms, minlength=len(frequency))
    return frequency


def _write_documents(told: _Told, vocabulary: _Vocabulary, place: Integers, folder: Path) -> Integers:
    """Write the terms of each document at its place, and give in how many documents each term stands."""
    sizes = np.zeros(len(place), dtype=np.int64)
    frequency = np.zeros(len(vocabulary.hashes), dtype=np.int32)
    first = 0
    for number in range(told.runs):
        run = _with_parts(told.run(number), vocabulary)
        for name, column in run._asdict().items():
            np.save(told.folder / f"{name}-{number}.npy", column)
        sizes[place[first : first + len(run.sizes)]] = run.sizes
        frequency += np.bincount(run.terms, minlength=len(frequency)).astype(np.int32)
        first += len(run.sizes)
    begins = _begins(sizes)
    write_array(folder, "document-terms-begin", begins)
    total = int(begins[-1])
    terms = np.lib.format.open_memmap(folder / "document-terms.npy", "w+", np.int32, (total,))
    weights = np.lib.format.open_memmap(folder / "document-weights.npy", "w+", np.uint8, (total,))
    first, lengths = 0, told.column("lengths")
    for number in range(told.runs):
        run = told.run(number)
        here = slice(first, first + len(run.sizes))
        inside = np.arange(len(run.terms), dtype=np.int64) - np.repeat(_begins(run.sizes)[:-1], run.sizes)
        places = np.repeat(begins[place[here]], run.sizes) + inside
        terms[places] = run.terms
        weights[places] = _rounded(saturated(run.counts, np.repeat(lengths[here], run.sizes), told.mean_length))
        first += len(run.sizes)
    return frequency


def _with_parts(run: _Run, vocabulary: _Vocabulary) -> _Run:
    """A run in which a German word also counts as its parts and its letters, its terms by their final numbers."""
    documents = np.repeat(np.arange(len(run.sizes), dtype=np.int64), run.sizes)
    begins = vocabulary.parts_begin
    owners, places = spread(begins[run.terms], begins[run.terms + 1])
    keys = np.concatenate(
        (
            (documents << _SHIFT) | vocabulary.number[run.terms],
            (documents[owners] << _SHIFT) | vocabulary.number[vocabulary.parts[places]],
        )
    )
    counts = np.concatenate((run.counts, run.counts[owners]))
    order = np.argsort(keys)
    keys, first = np.unique(keys[order], return_index=True)
    added = np.add.reduceat(counts[order].astype(np.int32), first) if len(first) else counts.astype(np.int32)
    sizes = np.bincount(keys >> _SHIFT, minlength=len(run.sizes)).astype(np.int32)
    return _Run(sizes, keys.astype(np.int32), np.minimum(added, FULL).astype(np.uint8))


def _write_postings(frequency: Integers, folder: Path) -> None:
    """Write for each term the documents that have it, in their order, with its weight in each."""
    begins = np.load(folder / "document-terms-begin.npy", mmap_mode="r")
    terms = np.load(folder / "document-terms.npy", mmap_mode="r")
    weights = np.load(folder / "document-weights.npy", mmap_mode="r")
    offsets = _begins(frequency)
    write_array(folder, "term-postings", offsets)
    documents = np.lib.format.open_memmap(folder / "posted-documents.npy", "w+", np.int32, terms.shape)
    posted = np.lib.format.open_memmap(folder / "posted-weights.npy", "w+", np.uint8, terms.shape)
    free = offsets[:-1].copy()
    for first, last in _spans(begins):
        here = slice(int(begins[first]), int(begins[last]))
        order = np.argsort(terms[here], kind="stable")
        sizes = np.bincount(terms[here], minlength=len(frequency))
        inside = np.arange(len(order), dtype=np.int64) - np.repeat(_begins(sizes)[:-1], sizes)
        places = np.repeat(free, sizes) + inside
        documents[places] = np.repeat(np.arange(first, last, dtype=np.int32), np.diff(begins[first : last + 1]))[order]
        posted[places] = weights[here][order]
        free += sizes


def _spans(begins: Offsets) -> Iterator[tuple[int, int]]:
    """Documents in spans of about a run."""
    first, count = 0, len(begins) - 1
    while first < count:
        last = int(np.searchsorted(begins, begins[first] + RUN, "right")) - 1
        last = min(max(last, first + 1), count)
        yield first, last
        first = last


def _counted(keys: Offsets) -> tuple[Offsets, Bytes]:
    """Each key once in order, and how often it came, at most `FULL` times."""
    kept, counts = np.unique(keys, return_counts=True)
    return kept, np.minimum(counts, FULL).astype(np.uint8)


def _rounded(shares: Floats) -> Bytes:
    rounded: Bytes = np.rint(shares * np.float32(FULL)).astype(np.uint8)
    return rounded


def _begins(sizes: NDArray[np.integer]) -> Offsets:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)))
