"""The matchmaking for programs: one need or thousands, the needs of an actor, and how a text is understood, as JSON.

What is asked with GET may be kept by whoever asked, until the snapshot or the day is another.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from threading import BoundedSemaphore
from time import perf_counter
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import UnsupportedMediaType

from api.current import Current
from api.guard import charge
from api.keeping import kept
from api.match_json import answered_json, match_json, need_json, understanding_json
from api.match_request import (
    MOST_BYTES,
    BadField,
    MatchRequest,
    request_from_json,
    request_from_query,
    requests_from_batch,
)
from api.problems import problem_json
from graph.errors import Busy, RevierError, TooLarge, WrongUse
from graph.matching.analysis import language_of
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.reverse import needs_for
from graph.matching.understanding import understand
from graph.matching.wish import named, profile_for

BATCHES = 2  # that are answered at the same time
LONGEST_BATCH_S = 300.0
LINES_TYPE = "application/x-ndjson"
NEED_S = 0.002  # what one need of a batch is charged for


def match_api_blueprint(current: Current) -> Blueprint:
    """`/api/v1/match`, `/api/v1/match/batch` and `/api/v1/concepts`."""
    blueprint = Blueprint("match_api", __name__)
    batches = BoundedSemaphore(BATCHES)
    blueprint.register_error_handler(BadField, _bad_field)

    @blueprint.get("/api/v1/match")
    def of_query() -> Response:
        return _kept(current, lambda: _told(current, request_from_query(request.args, g.language)))

    @blueprint.post("/api/v1/match")
    def of_rich_need() -> Response:
        return _told(current, request_from_json(_document(), g.language))

    @blueprint.post("/api/v1/match/batch")
    def of_batch() -> Response:
        questions = requests_from_batch(_body(), g.language)
        charge(NEED_S * len(questions))
        index = current.index
        if not batches.acquire(blocking=False):
            raise Busy(f"{BATCHES} batches are being answered. Ask again in a moment.")
        lines = _Lines(index, questions, g.language, batches.release)
        return Response(lines, content_type=LINES_TYPE, headers={"Revier-Snapshot": current.snapshot})

    @blueprint.get("/api/v1/concepts")
    def of_text() -> Response:
        text = request.args.get("text", "").strip()
        if not text:
            raise BadField("text", text, "a text in German or English; that is what concepts are read from")
        return _kept(current, lambda: _understood(current, text))

    return blueprint


def _kept(current: Current, told: Callable[[], Response]) -> Response:
    """A lookup depends on the day, since offers end; and it tells how long it took."""
    return kept(current, told, is_weak=True, day=date.today())


def _document() -> object:
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("Send the need as application/json.")
    try:
        return json.loads(_body())
    except (ValueError, RecursionError) as error:
        raise WrongUse(f"The body is no JSON: {error}.") from None


def _body() -> bytes:
    if (request.content_length or 0) > MOST_BYTES:
        raise TooLarge(f"The body has more than {MOST_BYTES} bytes. Send it in parts.")
    return request.get_data()


def _understood(current: Current, text: str) -> Response:
    found = understand(current.index, text, language_of(text, g.language))
    return jsonify(snapshot=current.snapshot, text=text, **understanding_json(found, g.language))


def _told(current: Current, asked: MatchRequest) -> Response:
    started = perf_counter()
    found = _answer(current.index, asked, g.language)
    return jsonify(snapshot=current.snapshot, **found, took_ms=round((perf_counter() - started) * 1000, 1))


def _answer(index: MatchIndex, asked: MatchRequest, language: str) -> dict[str, Any]:
    """The answer to one question, as JSON has it."""
    if asked.actor:
        needs = needs_for(index, named(asked.actor), limit=asked.limit, day=asked.wish.day)
        told = [answered_json(each, language, explain=asked.explains) for each in needs]
        return {"actor": named(asked.actor), "needs": told}
    profile = profile_for(index, asked.wish)
    matches = match(index, profile, limit=asked.limit)
    return {
        "need": need_json(profile, language),
        "matches": [match_json(each, language, explain=asked.explains) for each in matches],
    }


class _Lines:
    """The answers to a batch, a line each as soon as it is known; `done` is called at the end, come what may."""

    def __init__(
        self, index: MatchIndex, questions: Sequence[MatchRequest | BadField], language: str, done: Callable[[], None]
    ) -> None:
        self._lines, self._done = _lines(index, questions, language), done
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._lines
        finally:
            self.close()

    def close(self) -> None:
        """Make room for another batch; whoever serves calls this, also when the client has gone."""
        if self._is_open:
            self._is_open = False
            self._done()


def _lines(index: MatchIndex, questions: Sequence[MatchRequest | BadField], language: str) -> Iterator[bytes]:
    ends_s = perf_counter() + LONGEST_BATCH_S
    for number, asked in enumerate(questions):
        known = {"number": number} | ({"id": asked.key} if isinstance(asked, MatchRequest) and asked.key else {})
        try:
            if isinstance(asked, BadField):
                raise asked
            if perf_counter() > ends_s:
                raise Busy(f"The batch took more than {LONGEST_BATCH_S:.0f} s. Send the needs from here on again.")
            told = known | _answer(index, asked, language)
        except RevierError as error:
            told = known | {"problem": {"status": error.status, "detail": str(error), **_facts(error)}}
        yield json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _bad_field(error: BadField) -> Response:
    """400 that names the field, the value and what is allowed."""
    return problem_json(error.status, str(error), **_facts(error))


def _facts(error: RevierError) -> dict[str, object]:
    if not isinstance(error, BadField):
        return {}
    return {"field": error.name, "value": error.value, "allowed": error.allowed}
