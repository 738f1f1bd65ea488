"""What takes long is waited for only a moment, and is there for whoever comes again."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from api.app import create_app
from api.awaited import MOST_AT_ONCE, MOST_ROWS, Awaited
from api.service import Service
from graph.ask import ask_with
from graph.errors import Busy, QueryTooCostly
from graph.model import Literal, Table
from graph.pool import QueryPool
from graph.store import Store

ONE_ROW = Table(("name",), ((Literal("Kokerei"),),))
LONG_S = 60
PAGE = "/questions/blocking-tasks?lang=en"


def test_a_quick_answer_is_given_at_once_and_not_asked_for_again() -> None:
    awaited, asked = Awaited(LONG_S), []

    def work() -> Table:
        asked.append(1)
        return ONE_ROW

    assert [awaited.get("a", work) for _ in range(3)] == [ONE_ROW] * 3
    assert len(asked) == 1


def test_a_slow_answer_is_there_for_whoever_comes_again() -> None:
    awaited, may_go_on = Awaited(0.01), Event()

    def work() -> Table:
        may_go_on.wait(LONG_S)
        return ONE_ROW

    assert awaited.get("a", work) is None
    may_go_on.set()
    assert _in_the_end(lambda: awaited.get("a", work)) == ONE_ROW


def test_a_failure_is_told_once_and_then_it_is_tried_again() -> None:
    awaited, attempts = Awaited(LONG_S), iter((QueryTooCostly("too long"), None))

    def work() -> Table:
        if failure := next(attempts):
            raise failure
        return ONE_ROW

    with pytest.raises(QueryTooCostly):
        awaited.get("a", work)
    assert awaited.get("a", work) == ONE_ROW


def test_only_so_much_is_worked_out_at_once() -> None:
    awaited, may_go_on = Awaited(0.001), Event()

    def work() -> Table:
        may_go_on.wait(LONG_S)
        return ONE_ROW

    for number in range(MOST_AT_ONCE):
        assert awaited.get(number, work) is None
    with pytest.raises(Busy):
        awaited.get("one more", work)
    may_go_on.set()
    assert _in_the_end(lambda: awaited.get(0, work)) == ONE_ROW


def test_what_was_asked_longest_ago_is_forgotten_first() -> None:
    awaited, asked = Awaited(LONG_S), []

    def work(name: str, rows: int) -> Callable[[], Table]:
        def made() -> Table:
            asked.append(name)
            return Table(("name",), ((Literal(name),),) * rows)

        return made

    for name, rows in (("old", MOST_ROWS // 2), ("new", MOST_ROWS // 2), ("old", 0), ("large", MOST_ROWS // 2)):
        awaited.get(name, work(name, rows))
    assert asked == ["old", "new", "large"]
    awaited.get("old", work("old", 1))
    awaited.get("new", work("new", 1))
    assert asked == ["old", "new", "large", "new"]


def test_a_page_whose_answer_is_still_looked_for_says_so_and_is_not_kept(
    service_of: Callable[..., Service], little: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = Event()

    def slow(*asked: Any) -> Table:
        may_go_on.wait(LONG_S)
        return ask_with(*asked)

    monkeypatch.setattr("api.questions.ask_with", slow)
    service = service_of(little)
    client = create_app(replace(service, settings=replace(service.settings, patience_s=0.01))).test_client()
    first = client.get(PAGE)
    assert first.status_code == HTTPStatus.ACCEPTED
    assert "still being looked for" in first.text
    assert "scripts/awaited.js" in first.text
    assert first.headers["Cache-Control"] == "no-store"
    assert "ETag" not in first.headers
    may_go_on.set()
    assert "Rows: " in _in_the_end(lambda: _whole(client.get(PAGE)))


@pytest.fixture(scope="module")
def pool(little_snapshot: Path) -> Iterator[QueryPool]:
    """Processes that answer for the little region."""
    with closing(QueryPool(little_snapshot, workers=1)) as made:
        yield made


@pytest.mark.parametrize(
    "name", ["blocking-tasks", "cooperation-graph", "needs-per-municipality", "possible-duplicates"]
)
def test_a_process_answers_as_the_store_does(
    service_of: Callable[..., Service], little: Store, pool: QueryPool, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = create_app(service_of(little)).test_client().get(f"/questions/{name}.json").json
    monkeypatch.delattr("api.questions.ask_with")  # nothing is answered here any more
    assert create_app(service_of(little, queries=pool)).test_client().get(f"/questions/{name}.json").json == here


def test_a_page_whose_answer_exceeds_a_limit_says_so_and_still_has_its_form(
    service_of: Callable[..., Service], little: Store, little_snapshot: Path
) -> None:
    with closing(QueryPool(little_snapshot, workers=1, result_bytes=10)) as small:
        client = create_app(service_of(little, queries=small)).test_client()
        page = client.get("/questions/weakly-trusted-statements?lang=en")
    assert page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "The search was stopped" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "<form" in page.text


def _whole(answer: Any) -> str | None:
    return answer.text if answer.status_code == HTTPStatus.OK else None


def _in_the_end(look: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + LONG_S
    while (found := look()) is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return found
