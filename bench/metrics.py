"""How good rankings are, with intervals: nDCG@10, Recall@20, MRR and MAP, and the bootstrap over needs.

All follow trec_eval: gains are grades, the discount is log2 of the rank plus one (Järvelin and Kekäläinen 2002), and
what was not judged is not relevant.
"""

from collections.abc import Mapping, Sequence
from math import log2

import numpy as np

RESAMPLED = 2000
_SEED = 1
Ranked = Sequence[str]  # actors, best first
Grades = Mapping[str, int]
Interval = tuple[float, float, float]  # mean, and the ends of the 95 % interval


def ndcg(ranked: Ranked, grades: Grades, depth: int = 10) -> float:
    """The discounted gain of the first places against the best that could be.

    >>> round(ndcg(["a", "x", "b"], {"a": 1, "b": 1}), 3)
    0.92
    """
    best = sorted((grade for grade in grades.values() if grade > 0), reverse=True)[:depth]
    ideal = _gain(best)
    return _gain([grades.get(actor, 0) for actor in ranked[:depth]]) / ideal if ideal else 0.0


def recall(ranked: Ranked, grades: Grades, depth: int = 20) -> float:
    """The share of the relevant that stands in the first places."""
    relevant = _relevant(grades)
    return len(relevant & {*ranked[:depth]}) / len(relevant) if relevant else 0.0


def reciprocal_rank(ranked: Ranked, grades: Grades) -> float:
    """One by the place of the first relevant."""
    relevant = _relevant(grades)
    return next((1 / place for place, actor in enumerate(ranked, 1) if actor in relevant), 0.0)


def average_precision(ranked: Ranked, grades: Grades) -> float:
    """The mean, over the relevant, of the precision where each stands; 0 for what is not ranked."""
    relevant, found, total = _relevant(grades), 0, 0.0
    for place, actor in enumerate(ranked, 1):
        if actor in relevant:
            found += 1
            total += found / place
    return total / len(relevant) if relevant else 0.0


MEASURES = {"nDCG@10": ndcg, "Recall@20": recall, "MRR": reciprocal_rank, "MAP": average_precision}


def interval(values: Sequence[float]) -> Interval:
    """The mean over needs, and between what it lies in 95 of 100 samples of as many needs.

    >>> interval([0.5, 0.5])
    (0.5, 0.5, 0.5)
    """
    figures = np.asarray(values, dtype=float)
    drawn = np.random.default_rng(_SEED).integers(0, len(figures), (RESAMPLED, len(figures)))
    low, high = np.percentile(figures[drawn].mean(axis=1), (2.5, 97.5))
    return float(figures.mean()), float(low), float(high)


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Interval:
    """The mean difference over the same needs, with its interval: it is significant if both ends have one sign."""
    return interval([one - other for one, other in zip(ours, theirs, strict=True)])


def _relevant(grades: Grades) -> set[str]:
    return {actor for actor, grade in grades.items() if grade > 0}


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / log2(place + 1) for place, grade in enumerate(grades, 1))
