"""What may be asked of the matchmaking: every field with its type and bounds, read from a query string or from JSON.

Nothing is guessed: a field that is unknown, of another type or out of its bounds is refused, with what is allowed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict

from graph.errors import WrongUse
from graph.matching.analysis import language_of
from graph.matching.concepts import LONGEST_TEXT
from graph.matching.wish import Weights, Wish

LONGEST_LIST = 100
DEFAULT_LENGTH = 20
LEAST_RADIUS_KM, MOST_RADIUS_KM = 0.001, 20_038.0  # half way around the earth
MOST_AMOUNT = 1e15
LONGEST_TITLE, LONGEST_NAME, MOST_CONCEPTS = 500, 2_000, 100
MOST_NEEDS, MOST_BYTES = 10_000, 16 * 2**20  # of a batch


class BadField(WrongUse):
    """A field that cannot be read: which, what was met, and what is allowed there."""

    def __init__(self, name: str, value: object, allowed: str) -> None:
        met = json.dumps(value, ensure_ascii=False, default=str)
        self.name, self.value, self.allowed = name, value if len(met) <= LONGEST_TITLE else met[:LONGEST_TITLE], allowed
        super().__init__(f"{name}={met[:100]} is not {allowed}.")


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """One question to the matchmaking: a wish, or with `actor` the needs that this actor answers."""

    wish: Wish
    actor: str | None = None
    key: str | int | None = None  # by which whoever asks knows the answer of a batch again
    limit: int = DEFAULT_LENGTH
    explains: bool = True


def request_from_query(values: MultiDict[str, str], language: str, *, is_strict: bool = True) -> MatchRequest:
    """The question in a query string; raises `BadField`. Unless `is_strict`, fields that are unknown are let be."""
    told: dict[str, Any] = {}
    for name, (field, reads) in _IN_QUERY.items():
        given = [each.strip() for each in values.getlist(name) if each.strip()]
        if given and field in _LISTS:
            told[field] = [*told.get(field, []), *given]
        elif len(given) > 1:
            raise BadField(name, given, "given once")
        elif given:
            told[field] = reads(name, given[0])
    if is_strict:
        for name in values:
            if name not in _IN_QUERY and name not in ("lang", "format"):
                raise BadField(name, values[name], f"a parameter here; there are {', '.join(_IN_QUERY)} and lang")
    return request_from_json(told, language)


def request_from_json(document: object, language: str) -> MatchRequest:
    """The question in a JSON object; `language` is that of a text which shows none. Raises `BadField`."""
    if not isinstance(document, Mapping):
        raise BadField("need", document, "a JSON object with the fields of a need")
    for name in document:
        if name not in _FIELDS:
            raise BadField(str(name), document[name], f"a field of a need; there are {', '.join(_FIELDS)}")
    told = {name: _FIELDS[name](name, value) for name, value in document.items() if value is not None}
    if "place" in told and "region" in told:
        raise BadField("region", told["region"], "given beside place; name one of them")
    for other in ("need", "like", "text"):
        if "actor" in told and other in told:
            raise BadField(other, told[other], "given beside actor, whose needs are looked for; name one of them")
    wish = Wish(
        need=told.get("need"),
        like=told.get("like"),
        text=told.get("text", ""),
        language=told.get("language") or language_of(f"{told.get('title', '')} {told.get('text', '')}", language),
        title=told.get("title", ""),
        required=told.get("required", {}),
        preferred=told.get("preferred", {}),
        without=tuple(told.get("without", {})),
        place=told.get("place") or told.get("region"),
        radius_km=told.get("radius_km"),
        minimum_readiness=told.get("minimum_readiness"),
        amount=told.get("amount"),
        unit=told.get("unit"),
        actor_class=told.get("class"),
        day=told.get("day"),
    )
    limit = told.get("limit", DEFAULT_LENGTH)
    return MatchRequest(wish, told.get("actor"), told.get("id"), limit, told.get("explain", True))


def requests_from_batch(body: bytes, language: str) -> list[MatchRequest | BadField]:
    """The questions of an array, or of JSON lines, each as it is read or with what is wrong with it.

    Raises `WrongUse` at once if the body is no such thing, or holds more than `MOST_NEEDS`.
    """
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise WrongUse("The batch is not UTF-8. Send JSON as UTF-8.") from None
    documents = _array(text) if text.lstrip().startswith("[") else _lines(text)
    if len(documents) > MOST_NEEDS:
        raise WrongUse(f"A batch has at most {MOST_NEEDS} needs, and this one has {len(documents)}. Send it in parts.")
    if not documents:
        raise WrongUse("The batch is empty. Send a JSON array of needs, or one JSON object a line.")
    return [_read(document, language) for document in documents]


def _array(text: str) -> list[object]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"The batch is no JSON array: {error}.") from None
    return list(found)


def _lines(text: str) -> list[object]:
    """One document a line; a line that is no JSON is told in its place."""
    found: list[object] = []
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            try:
                found.append(json.loads(line))
            except (ValueError, RecursionError):
                found.append(BadField(f"line {number}", line[:LONGEST_TITLE], "a JSON object"))
    return found


def _read(document: object, language: str) -> MatchRequest | BadField:
    if isinstance(document, BadField):
        return document
    try:
        return request_from_json(document, language)
    except BadField as error:
        return error


def _text(longest: int, what: str = "text") -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if not isinstance(value, str) or len(value) > longest:
            raise BadField(name, value, f"{what} of at most {longest} characters")
        return value.strip()

    return read


def _one_of(*words: str) -> Callable[[str, object], str]:
    def read(name: str, value: object) -> str:
        if value not in words:
            raise BadField(name, value, f"one of {', '.join(words)}")
        return str(value)

    return read


def _whole(least: int, most: int) -> Callable[[str, object], int]:
    def read(name: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise BadField(name, value, f"a whole number from {least} to {most}")
        return value

    return read


def _number(least: float, most: float) -> Callable[[str, object], float]:
    def read(name: str, value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            raise BadField(name, value, f"a number from {least:g} to {most:g}")
        return float(value)

    return read


def _yes_or_no(name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise BadField(name, value, "true or false")
    return value


def _day(name: str, value: object) -> date:
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise BadField(name, value, "a day such as 2026-05-31") from None


def _key(name: str, value: object) -> str | int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return _text(LONGEST_NAME)(name, value)


def _concepts(name: str, value: object) -> Weights:
    """IRIs or CURIEs, each alone or as an object with its weight."""
    if not isinstance(value, list) or len(value) > MOST_CONCEPTS:
        raise BadField(name, value, f"a list of at most {MOST_CONCEPTS} concepts")
    return dict(_concept(f"{name}[{place}]", each) for place, each in enumerate(value))


def _concept(name: str, value: object) -> tuple[str, float | None]:
    if isinstance(value, Mapping):
        for key in value:
            if key not in ("concept", "weight"):
                raise BadField(f"{name}.{key}", value[key], "a field of a concept; there are concept and weight")
        weight = value.get("weight")
        told = None if weight is None else _number(0.01, 100)(f"{name}.weight", weight)
        return _iri(f"{name}.concept", value.get("concept")), told
    return _iri(name, value), None


_iri = _text(LONGEST_NAME, "an IRI or a CURIE")
_FIELDS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _key,
    "need": _iri,
    "actor": _iri,
    "like": _iri,
    "title": _text(LONGEST_TITLE),
    "text": _text(LONGEST_TEXT),
    "language": _one_of("de", "en"),
    "required": _concepts,
    "preferred": _concepts,
    "without": _concepts,
    "place": _iri,
    "region": _iri,
    "radius_km": _number(LEAST_RADIUS_KM, MOST_RADIUS_KM),
    "minimum_readiness": _whole(1, 9),
    "amount": _number(0, MOST_AMOUNT),
    "unit": _iri,
    "class": _text(LONGEST_NAME),
    "day": _day,
    "limit": _whole(1, LONGEST_LIST),
    "explain": _yes_or_no,
}
_LISTS = ("required", "preferred", "without")


def _as_it_is(name: str, value: str) -> object:  # noqa: ARG001 - one signature for all
    return value


def _as_json(name: str, value: str) -> object:  # noqa: ARG001 - one signature for all
    """A number, if it is one; its field judges what it is not."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _as_flag(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise BadField(name, value, "0 or 1")
    return value == "1"


# what a query string calls it, the field that it becomes, and how its letters are read
_IN_QUERY: Mapping[str, tuple[str, Callable[[str, str], object]]] = {
    "need": ("need", _as_it_is),
    "actor": ("actor", _as_it_is),
    "like": ("like", _as_it_is),
    "title": ("title", _as_it_is),
    "text": ("text", _as_it_is),
    "competence": ("required", _as_it_is),
    "technology": ("required", _as_it_is),
    "preferred": ("preferred", _as_it_is),
    "without": ("without", _as_it_is),
    "place": ("place", _as_it_is),
    "region": ("region", _as_it_is),
    "radius_km": ("radius_km", _as_json),
    "minimum_readiness": ("minimum_readiness", _as_json),
    "amount": ("amount", _as_json),
    "unit": ("unit", _as_it_is),
    "class": ("class", _as_it_is),
    "day": ("day", _as_it_is),
    "limit": ("limit", _as_json),
    "explain": ("explain", _as_flag),
}
