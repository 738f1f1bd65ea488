"""The classes of a map, against every way there is to cut the same values."""

from itertools import chain, combinations, pairwise
from random import Random

import numpy as np

from graph.analysis.classes import classes


def test_no_other_cut_has_less_deviation() -> None:
    random = Random(7)
    for size in (2, 5, 9):
        values = sorted({round(random.expovariate(0.1), 3) for _ in range(size)})
        for most in (1, 2, 3, 4):
            found = [[each for each in values if low <= each <= high] for low, high in classes(values, most)]
            assert sorted(chain.from_iterable(found)) == values
            count = min(most, len(values))
            cuts = ((0, *inner, len(values)) for inner in combinations(range(1, len(values)), count - 1))
            least = min(sum(_deviation(values[a:b]) for a, b in pairwise(cut)) for cut in cuts)
            assert np.isclose(sum(map(_deviation, found)), least)


def test_without_a_value_there_is_no_class_and_what_is_alike_is_one() -> None:
    assert classes([], 5) == ()
    assert classes([3, 3, 3], 5) == ((3.0, 3.0),)


def _deviation(values: list[float]) -> float:
    return float(np.var(values) * len(values))
