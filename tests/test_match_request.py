"""What may be asked: each field within its bounds, and every refusal says which, what was met and what is allowed."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from api.match_request import (
    MOST_NEEDS,
    BadField,
    MatchRequest,
    request_from_json,
    request_from_query,
    requests_from_batch,
)
from graph.errors import WrongUse
from graph.matching.concepts import LONGEST_TEXT


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ({"text": 5}, "text"),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "text"),
        ({"limit": 0}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": "3"}, "limit"),
        ({"radius_km": float("nan")}, "radius_km"),
        ({"radius_km": -1}, "radius_km"),
        ({"minimum_readiness": 10}, "minimum_readiness"),
        ({"minimum_readiness": 6.5}, "minimum_readiness"),
        ({"day": "31.5.2026"}, "day"),
        ({"language": "fr"}, "language"),
        ({"explain": 1}, "explain"),
        ({"required": "urn:a"}, "required"),
        ({"required": ["urn:a"] * 101}, "required"),
        ({"required": [{"concept": "urn:a", "weight": 0}]}, "required[0].weight"),
        ({"required": ["urn:a", {"concept": "urn:b", "colour": 1}]}, "required[1].colour"),
        ({"required": [{}]}, "required[0].concept"),
        ({"place": "urn:a", "region": "urn:b"}, "region"),
        ({"actor": "urn:a", "text": "x"}, "text"),
        ({"colour": "blue"}, "colour"),
        ([], "need"),
    ],
)
def test_what_is_out_of_bounds_is_named(document: object, name: str) -> None:
    with pytest.raises(BadField) as refused:
        request_from_json(document, "de")
    assert refused.value.name == name
    assert refused.value.allowed in str(refused.value)


def test_a_query_string_says_the_same_as_json() -> None:
    query = MultiDict(
        [("text", "x"), ("competence", "urn:a"), ("technology", "urn:b"), ("limit", "3"), ("explain", "0")]
    )
    document = {"text": "x", "required": ["urn:a", "urn:b"], "limit": 3, "explain": False}
    assert request_from_query(query, "en") == request_from_json(document, "en")


@pytest.mark.parametrize("query", ["limit", "colour", "explain"])
def test_a_query_string_is_held_to_the_same_bounds(query: str) -> None:
    with pytest.raises(BadField):
        request_from_query(MultiDict({"text": "x", query: "yes"}), "de")


def test_one_value_is_not_chosen_out_of_two() -> None:
    with pytest.raises(BadField, match="given once"):
        request_from_query(MultiDict([("text", "x"), ("text", "y")]), "de")


@pytest.mark.parametrize("form", ["lines", "array"])
def test_a_batch_reads_each_need_or_says_what_is_wrong_with_it(form: str) -> None:
    needs = [{"id": 7, "text": "x"}, {"colour": 1}]
    body = json.dumps(needs) if form == "array" else "\n\n".join(map(json.dumps, needs))
    first, second = requests_from_batch(body.encode(), "de")
    assert isinstance(first, MatchRequest)
    assert first.key == 7
    assert isinstance(second, BadField)


@pytest.mark.parametrize("body", [b"", b"[]", b"[1", b"\xff", b"1\n" * (MOST_NEEDS + 1), b"[" * 100_000])
def test_what_is_no_batch_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(WrongUse):
        requests_from_batch(body, "de")


def test_a_line_that_is_no_json_is_told_in_its_place() -> None:
    _, bad, _ = requests_from_batch(b'{"text": "x"}\n{]\n{"text": "y"}', "de")
    assert isinstance(bad, BadField)
    assert bad.name == "line 2"


def test_a_text_is_read_in_the_language_that_it_shows() -> None:
    german, unclear = "Wir suchen eine Pumpe für den Betrieb.", "Pumpe"
    assert [request_from_json({"text": text}, "en").wish.language for text in (german, unclear)] == ["de", "en"]
    assert request_from_json({"text": german, "language": "en"}, "de").wish.language == "en"
