"""A store that fails is left alone for a while, then one request finds out whether it is back."""

import pytest

from graph.breaker import Breaker
from graph.errors import Busy


def test_the_fuse_blows_after_failures_in_a_row_and_not_before() -> None:
    breaker = Breaker(most_failures=3)
    for _ in range(2):
        breaker.failed()
    breaker.answered()
    for _ in range(2):
        breaker.failed()
    breaker.admit()
    breaker.failed()
    with pytest.raises(Busy):
        breaker.admit()


def test_after_the_rest_one_probe_is_let_through_at_a_time() -> None:
    seconds = [0.0]
    breaker = Breaker(most_failures=1, pause_s=3, clock=lambda: seconds[0])
    breaker.failed()
    seconds[0] = 3
    breaker.admit()
    with pytest.raises(Busy):
        breaker.admit()
    breaker.failed()
    seconds[0] = 6
    breaker.admit()
    breaker.answered()
    breaker.admit()
    breaker.admit()
