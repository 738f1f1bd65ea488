"""What was slow keeps to its places, as long as it is slow and remembered."""

from math import inf

import pytest

from graph.errors import Busy
from graph.slow_texts import LONG_S, SlowTexts


def is_slow(texts: SlowTexts, text: int) -> bool:
    with texts.place(text, 0) as known:
        return known


def test_a_text_is_slow_from_its_long_run_to_its_next_quick_one() -> None:
    texts = SlowTexts(1)
    told = [is_slow(texts, 1)]
    for work_s in (LONG_S, inf, 0.0):
        texts.learn(1, work_s)
        told.append(is_slow(texts, 1))
    assert told == [False, False, True, False]


def test_slow_texts_have_so_many_places_and_quick_ones_need_none() -> None:
    texts = SlowTexts(1)
    texts.learn(1, inf)
    with texts.place(1, 0):
        assert not is_slow(texts, 2)
        with pytest.raises(Busy, match="Ask again"), texts.place(1, 0):
            pass
    assert is_slow(texts, 1)


def test_of_too_many_the_text_met_longest_ago_is_forgotten() -> None:
    texts = SlowTexts(1, most=2)
    for text in (1, 2, 1, 3):
        texts.learn(text, inf)
    assert [is_slow(texts, text) for text in (1, 2, 3)] == [True, False, True]
