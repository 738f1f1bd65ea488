"""The yardstick: BM25 over actors, all evidence of one actor as one text (Robertson and Zaragoza 2009)."""

from collections import Counter
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from graph.matching.analysis import root, words

K1, B = 1.2, 0.75
Weights = NDArray[np.float64]
Posting = tuple[NDArray[np.int64], Weights]


class ActorsAsTexts:
    """Actors by all that their evidence says; words as the product's own analysis sees them, compounds left whole."""

    def __init__(self, actors: Iterable[tuple[str, str]], language: str) -> None:
        self._language = language
        self.keys: list[str] = []
        counted: dict[str, list[tuple[int, int]]] = {}
        lengths = []
        for number, (key, text) in enumerate(actors):
            self.keys.append(key)
            said = self._roots(text)
            lengths.append(sum(said.values()))
            for term, count in said.items():
                counted.setdefault(term, []).append((number, count))
        norm = K1 * (1 - B + B * np.array(lengths) / max(1.0, float(np.mean(lengths))))
        self._postings = {term: self._posting(found, norm) for term, found in counted.items()}

    def rank(self, text: str, limit: int) -> list[tuple[str, float]]:
        """The actors that answer a text best, with their scores."""
        scores = np.zeros(len(self.keys))
        for term, count in self._roots(text).items():
            if term in self._postings:
                actors, weights = self._postings[term]
                scores[actors] += count * weights
        best = np.argsort(-scores, kind="stable")[:limit]
        return [(self.keys[place], float(scores[place])) for place in best if scores[place] > 0]

    def _roots(self, text: str) -> Counter[str]:
        found = Counter(root(word.folded, self._language) for word in words(text))
        del found[""]
        return found

    def _posting(
        self, found: list[tuple[int, int]], norm: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        actors, counts = np.array(found).T
        count = len(found)
        idf = np.log1p((len(norm) - count + 0.5) / (count + 0.5))
        return actors, idf * counts * (K1 + 1) / (counts + norm[actors])
