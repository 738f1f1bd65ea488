"""The addresses of all pages: none is missing, and whatever a route answers has the strict policy of content."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound
from werkzeug.routing import RequestRedirect

from api.app import GUARDS, create_app
from api.service import Service
from bench.addresses import NO_PAGES, addresses
from graph.pool import QueryPool
from graph.store import Store

# pages that may have another policy than all the rest, each with what it may loosen
EXCEPTIONS: dict[str, str] = {}


@pytest.fixture(scope="module")
def app(little: Store, little_snapshot: Path, service_of: Callable[..., Service]) -> Iterator[Flask]:
    with closing(QueryPool(little_snapshot, workers=1)) as pool:
        yield create_app(service_of(little, queries=pool, home=little_snapshot.parents[1]))


@pytest.fixture(scope="module")
def paths(little: Store) -> list[str]:
    return list(addresses(little))


def test_every_route_has_an_address_or_is_no_page(app: Flask, paths: list[str]) -> None:
    met, router = set(), app.url_map.bind("localhost")
    for path in paths:
        try:
            met.add(router.match(path.partition("?")[0])[0])
        except (NotFound, RequestRedirect):
            assert path == "/nowhere"
    routes = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert {route for route in routes - met if not route.startswith(NO_PAGES)} == set()


def test_every_address_answers_with_a_page(app: Flask, paths: list[str]) -> None:
    for path in paths:
        answer = app.test_client().get(path, headers={"Accept": "text/html", "Accept-Language": "de"})
        assert answer.status_code == (404 if path == "/nowhere" else 200), path
        assert answer.mimetype == "text/html", path


def test_no_answer_lets_a_page_run_or_load_what_is_not_ours(app: Flask, paths: list[str]) -> None:
    policy = GUARDS["Content-Security-Policy"]
    assert "unsafe" not in policy
    plain = [rule.rule for rule in app.url_map.iter_rules() if not rule.arguments]
    for path in (*plain, *paths, "/static/styles/base.css", "/id/nothing"):
        with app.test_client().get(path, headers={"Accept": "text/html"}) as answer:
            told = answer.headers.getlist("Content-Security-Policy")
        loosened = EXCEPTIONS.get(path.partition("?")[0], "")
        assert [each.replace(loosened, "") for each in told] == [policy.replace(loosened, "")], path
