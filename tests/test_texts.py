"""Texts as arrays: what is written can be read again, in any order of documents and in runs of any size."""

from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.matching import writing
from graph.matching.texts import Document, Texts, write_texts
from graph.matching.weighing import FULL, K1, B

_numbers = count()


def texts(folder: Path, *documents: Document, actors: int = 3) -> Texts:
    place = folder / str(next(_numbers))
    place.mkdir()
    write_texts(documents, actors, place)
    assert not [*place.glob("runs-*")]
    return Texts(place)


def document(actor: int, record: int, text: str, **facts: object) -> Document:
    given = {"language": "en", "year": None, "title": ""} | facts
    return Document(actor, record, text=text, **given)  # type: ignore[arg-type]


def said(given: Texts, number: int) -> dict[int, int]:
    span = given.terms_in.span(number)
    return dict(zip(given.terms[span].tolist(), given.weights[span].tolist(), strict=True))


def term(given: Texts, root: str) -> int:
    return int(given.find((root,))[0])


def test_a_weight_is_worked_out_by_hand(tmp_path: Path) -> None:
    given = texts(tmp_path, document(0, 0, "pump pump leak"), document(1, 1, "leak"))
    # lengths 3 and 1, mean 2: w = f / (f + K1 (1 - B + B length / 2))
    longer, shorter = K1 * (1 - B + B * 1.5), K1 * (1 - B + B * 0.5)
    pump, leak = term(given, "pump"), term(given, "leak")
    assert said(given, 0) == {pump: round(FULL * 2 / (2 + longer)), leak: round(FULL / (1 + longer))}
    assert said(given, 1) == {leak: round(FULL / (1 + shorter))}
    documents, weights = given.postings(leak)
    assert documents.tolist() == [0, 1]
    assert weights.tolist() == [said(given, 0)[leak], said(given, 1)[leak]]
    assert given.frequency[[pump, leak]].tolist() == [1, 2]


def test_what_stands_in_a_title_counts_twice(tmp_path: Path) -> None:
    given = texts(tmp_path, document(0, 0, "leak", title="pump"))
    assert said(given, 0)[term(given, "pump")] > said(given, 0)[term(given, "leak")]


def test_documents_lie_in_the_order_of_actors_and_records(tmp_path: Path) -> None:
    given = texts(tmp_path, document(2, 5, "c"), document(0, 1, "b"), document(0, 0, "a"), actors=4)
    assert given.records.tolist() == [0, 1, 5]
    owners, documents = given.documents(np.array([2, 1, 0], dtype=np.int32))
    assert (owners.tolist(), documents.tolist()) == ([0, 2, 2], [2, 0, 1])


def test_a_german_compound_also_counts_as_its_parts(tmp_path: Path) -> None:
    told = ("Druckluft", "Druckluft", "Leckage", "Leckage", "Druckluftleckage")
    given = texts(tmp_path, *(document(0, number, text, language="de") for number, text in enumerate(told)))
    words = {each for each in said(given, 4) if given.is_word[each]}
    assert words == {term(given, each) for each in ("druckluftleckag", "druckluft", "leckag")}
    assert given.split("leckagedruckluft") == ("leckag", "druckluft")


def test_german_words_that_are_formed_alike_share_letters_and_english_ones_are_left_whole(tmp_path: Path) -> None:
    told = (("Lasertechnik", "de"), ("Laserbearbeitung", "de"), ("laser technology", "en"))
    given = texts(
        tmp_path, *(document(0, number, text, language=language) for number, (text, language) in enumerate(told))
    )
    assert said(given, 0).keys() & said(given, 1).keys() >= {term(given, each) for each in ("# las", "#lase", "#aser")}
    assert all(given.is_word[each] for each in said(given, 2))


def test_the_language_of_a_text_is_guessed_if_it_is_not_told(tmp_path: Path) -> None:
    given = texts(tmp_path, document(0, 0, "Pumpen für die Anlagen", language=""))
    assert given.languages == {"de"}
    assert term(given, "pump") >= 0
    assert term(given, "fuer") == -1


def test_no_documents_are_no_fault(tmp_path: Path) -> None:
    given = texts(tmp_path)
    assert (given.documents_count, given.actors_count, given.languages) == (0, 3, frozenset())
    assert given.find(("pump",)).tolist() == [-1]
    assert given.find(()).tolist() == []


def test_newer_documents_count_more_and_undated_ones_like_those_of_a_half_life(tmp_path: Path) -> None:
    years = (2020, 2012, 1950, None)
    given = texts(tmp_path, *(document(0, number, "a b", year=year) for number, year in enumerate(years)))
    assert given.recency.tolist() == pytest.approx([1.0, 0.75, 0.5 + 0.5 * 2 ** (-70 / 8), 0.75])
    undated = texts(tmp_path, document(0, 0, "pump"))
    assert undated.recency.tolist() == [1.0]


words = st.lists(st.sampled_from(("alpha", "beta", "gamma", "delta", "of")), max_size=6).map(" ".join)
documents = st.lists(st.tuples(st.integers(0, 2), words, words), max_size=12)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=documents, run=st.integers(1, 12))
def test_runs_of_any_size_give_the_same_arrays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: Sequence[tuple[int, str, str]], run: int
) -> None:
    rows = [document(actor, record, text, title=title) for record, (actor, title, text) in enumerate(told)]
    whole = texts(tmp_path, *rows)
    with monkeypatch.context() as patched:
        patched.setattr(writing, "RUN", run)
        parted = texts(tmp_path, *rows)
    for name in ("terms", "weights", "frequency", "records", "years"):
        assert getattr(whole, name).tolist() == getattr(parted, name).tolist()
    everywhere = Counter(int(each) for number in range(len(rows)) for each in said(parted, number))
    assert everywhere == {place: int(often) for place, often in enumerate(parted.frequency) if often}
    for number in range(len(parted.frequency)):
        found = zip(*(column.tolist() for column in parted.postings(number)), strict=True)
        assert dict(found) == {
            each: said(parted, each)[number] for each in range(len(rows)) if number in said(parted, each)
        }
