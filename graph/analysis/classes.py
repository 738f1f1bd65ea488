"""Values in a few classes: as many as a map has shades, so that the values within each differ least."""

from collections.abc import Iterable

import numpy as np


def classes(values: Iterable[float], most: int) -> tuple[tuple[float, float], ...]:
    """The lowest and the highest value of each class, at most `most` of them; none without a value.

    The sum of squared deviations from the means of the classes is the least there is (Fisher 1958), each value counting
    once however often it occurs.

    >>> classes([1, 2, 2, 10, 11, 50], 3)
    ((1.0, 2.0), (10.0, 11.0), (50.0, 50.0))
    """
    told = np.array(sorted(set(values)), dtype=float)
    if not len(told):
        return ()
    sums, squares = (np.concatenate(([0.0], np.cumsum(told**power))) for power in (1, 2))

    def deviation(first: np.ndarray, end: int) -> np.ndarray:
        inside = sums[end] - sums[first]
        spread: np.ndarray = squares[end] - squares[first] - inside**2 / (end - first)
        return spread

    begins = np.zeros((min(most, len(told)), len(told) + 1), dtype=int)
    least = np.array([0.0, *(deviation(np.array([0]), end)[0] for end in range(1, len(told) + 1))])
    for number in range(1, len(begins)):
        before, least = least, np.full(len(told) + 1, np.inf)
        for end in range(number + 1, len(told) + 1):
            firsts = np.arange(number, end)
            costs = before[firsts] + deviation(firsts, end)
            begins[number, end] = firsts[costs.argmin()]
            least[end] = costs.min()
    found, end = [], len(told)
    for number in reversed(range(len(begins))):
        begin = begins[number, end]
        found.append((float(told[begin]), float(told[end - 1])))
        end = begin
    return tuple(reversed(found))
