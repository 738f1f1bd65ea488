"""What all texts say: which terms stand in each document and how much they tell of it, and the documents of each term.

All of it is arrays that `write_texts` wrote, mapped into memory. Terms, documents and actors are numbers; documents lie
in the order of actors and of their records, so that those of one actor are one span.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.matching.analysis import LANGUAGES, WORD, fold, parts, root
from graph.matching.arrays import Integers, Lists, read_array, spread
from graph.matching.weighing import FULL, Bytes, Floats, recency, term_hash
from graph.matching.weighing import Document as Document
from graph.matching.writing import write_texts as write_texts

REMEMBERED, QUOTED = 50_000, 5_000  # words that were met in texts, and texts of which reasons spoke


class Texts:
    """The texts that `write_texts` wrote, mapped into memory. Terms, documents and actors are numbers."""

    def __init__(self, folder: Path) -> None:
        def mapped(name: str) -> NDArray[Any]:
            return read_array(folder, name)

        self._hashes: NDArray[np.uint64] = mapped("term-hashes")
        self.is_word: NDArray[np.bool_] = mapped("term-is-word")
        self.frequency: Integers = mapped("term-documents")
        self._postings = Lists(mapped("term-postings"))
        self._posted_documents: Integers = mapped("posted-documents")
        self._posted_weights: Bytes = mapped("posted-weights")
        self.terms_in = Lists(mapped("document-terms-begin"))
        self.terms: Integers = mapped("document-terms")
        self.weights: Bytes = mapped("document-weights")
        self.records: Integers = mapped("document-records")
        self.years: NDArray[np.int16] = mapped("document-years")
        self.documents_of = Lists(mapped("actor-documents-begin"))
        self._languages: NDArray[np.int8] = mapped("document-languages")
        self.recency: Floats = recency(self.years)
        self.mean_length = float(mapped("mean-length")[0])
        self.split = lru_cache(REMEMBERED)(self._split)
        self.terms_of = lru_cache(QUOTED)(self._terms_of)
        self._root = lru_cache(REMEMBERED)(lambda word, language: root(fold(word), language))
        self._number = lru_cache(REMEMBERED)(lambda word: int(self.find((word,))[0]))

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that documents are written in."""
        return frozenset(LANGUAGES[place] for place in np.unique(self._languages).tolist())

    @property
    def actors_count(self) -> int:
        """How many actors are numbered."""
        return len(self.documents_of.offsets) - 1

    @property
    def documents_count(self) -> int:
        """How many documents there are."""
        return len(self.records)

    def find(self, roots: Sequence[str]) -> Integers:
        """The numbers of terms; -1 for what stands in no document."""
        if not roots or not len(self._hashes):
            return np.full(len(roots), -1, dtype=np.int32)
        sought = np.fromiter(map(term_hash, roots), dtype=np.uint64, count=len(roots))
        places = np.minimum(self._hashes.searchsorted(sought), len(self._hashes) - 1)
        return np.where(self._hashes[places] == sought, places, -1).astype(np.int32)

    def rarity(self, terms: Integers) -> Floats:
        """The inverse document frequency of terms, above 0 (Robertson and Zaragoza 2009)."""
        count = self.frequency[terms].astype(np.float32)
        return np.log1p((self.documents_count - count + np.float32(0.5)) / (count + np.float32(0.5))).astype(np.float32)

    def postings(self, term: int) -> tuple[Integers, Bytes]:
        """The documents that have a term, in order, and its weight in each, as one of `FULL` steps."""
        span = self._postings.span(term)
        # as wide as places are: what is narrower is widened at each use
        return self._posted_documents[span].astype(np.intp), self._posted_weights[span]

    def documents(self, actors: Integers) -> tuple[Integers, Integers]:
        """All documents of some actors: for each its position in `actors`, and its number."""
        owners, documents = self.documents_of.spread(actors)
        return owners.astype(np.int32), documents.astype(np.int32)

    def scores(self, documents: Integers, wanted: Floats) -> Floats:
        """The sum of wanted x weight over the terms of each document; `wanted` has a number for every term."""
        begins, ends = self.terms_in.offsets[documents], self.terms_in.offsets[documents + 1]
        _, places = spread(begins, ends)
        said = wanted[self.terms[places]] * self.weights[places]
        scores = np.zeros(len(documents), dtype=np.float32)
        has_terms = ends > begins
        if has_terms.any():
            sizes = (ends - begins)[has_terms]
            scores[has_terms] = np.add.reduceat(said, np.cumsum(sizes) - sizes) / np.float32(FULL)
        return scores

    def _terms_of(self, text: str, language: str | None, *, taken_apart: bool) -> frozenset[int]:
        """The terms that stand in a text as whole words, or as parts of German ones; without a language, of either."""
        languages = [language] if language in LANGUAGES else LANGUAGES
        said = set(WORD.findall(text.lower()))
        found = {self._root(word, each) for each in languages for word in said} - {""}
        if taken_apart:
            found = {part for each in found for part in self.split(each)} if "de" in languages else set()
        return frozenset(map(self._number, found)) - {-1}

    def _split(self, compound: str) -> tuple[str, ...]:
        return parts(compound, self._documents_with)

    def _documents_with(self, word: str) -> int:
        term = int(self.find((word,))[0])
        return int(self.frequency[term]) if term >= 0 else 0
