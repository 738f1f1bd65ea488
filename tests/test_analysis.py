"""Words, languages and the parts of German compounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.matching.analysis import LANGUAGES, fold, language_of, parts, root, sentences, words
from graph.matching.stems import english_root

KNOWN = {"druckluft": 9, "druck": 20, "luft": 20, "leckag": 4, "ortung": 7, "wasserstoff": 8, "tank": 5, "stell": 6}


def known(word: str) -> int:
    return KNOWN.get(word, 0)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("druckluftleckageortung", ("druckluft", "leckag", "ortung")),
        ("druckluft", ("druck", "luft")),
        ("wasserstofftankstell", ("wasserstoff", "tank", "stell")),
        ("ortungstank", ("ortung", "tank")),
        ("druckluftx", ()),
        ("ortung", ()),
        ("", ()),
    ],
)
def test_a_compound_is_made_of_known_words_and_nothing_else(word: str, expected: tuple[str, ...]) -> None:
    assert parts(word, known) == expected


def test_a_compound_of_as_many_parts_is_split_where_the_words_are_frequent() -> None:
    frequent = {"staub": 5, "ecken": 50, "staubeck": 1, "enkette": 1, "kette": 50, "eckenkette": 1}
    assert parts("staubeckenkette", lambda word: frequent.get(word, 0)) == ("staub", "eckenkette")
    frequent |= {"staubecken": 50}
    assert parts("staubeckenkette", lambda word: frequent.get(word, 0)) == ("staubecken", "kette")


def test_a_very_long_word_is_no_compound() -> None:
    assert parts("druckluft" * 50, known) == ()


@pytest.mark.parametrize(
    ("words_of_one_root", "expected"),
    [
        (("detect", "detects", "detecting", "detected", "detection", "detectors"), "detect"),
        (("stopped", "stopping", "stops"), "stop"),
        (("optimize", "optimized", "optimization", "optimizing"), "optim"),
        (("battery", "batteries"), "batteri"),
    ],
)
def test_english_words_of_one_root_count_as_one(words_of_one_root: tuple[str, ...], expected: str) -> None:
    assert {english_root(word) for word in words_of_one_root} == {expected}


@pytest.mark.parametrize("pair", [("sensor", "sense"), ("process", "procedure"), ("ring", "r"), ("bed", "b")])
def test_english_words_of_other_roots_stay_apart(pair: tuple[str, str]) -> None:
    assert english_root(pair[0]) != english_root(pair[1])


def test_joining_words_count_as_nothing_in_their_own_language_only() -> None:
    assert root("die", "de") == ""
    assert root("die", "en") == "die"  # what stamps and casts metal


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gesucht wird eine Anlage für die Prüfung von Rohren", "de"),
        ("Wanted is a plant for the testing of pipes", "en"),
        ("Laser Sensor", "en"),
        ("", "en"),
    ],
)
def test_the_language_is_told_by_the_joining_words(text: str, expected: str) -> None:
    assert language_of(text) == expected


def test_an_abbreviation_is_no_joining_word() -> None:
    assert [word.is_joining for word in words("IT is it")] == [False, True, True]


@given(st.text(max_size=300))
def test_words_stand_where_they_say(text: str) -> None:
    for sentence in sentences(text):
        for word in sentence:
            assert text[word.start : word.start + len(word.written)] == word.written


@given(st.text(max_size=80), st.sampled_from(LANGUAGES))
def test_any_word_has_a_root(word: str, language: str) -> None:
    assert len(root(fold(word), language)) <= len(fold(word)) + 2
