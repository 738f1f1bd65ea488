"""Whoever follows links from the home page and from the catalogue finds everything, and nothing that is broken."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient

from api.links import page_of
from graph.document import things
from graph.store import Store
from queries.catalogue import questions
from tests.writable import writable

LINK = re.compile(r'(?:href|src)="([^"#]+)|<loc>([^<]+)</loc>')

Visited = Callable[[str], tuple[int, tuple[str, ...]]]  # an address to its status and its links
OF_EACH_THING = ("/history/", "/correction/")  # of which one in a folder is enough


@pytest.fixture(scope="module")
def client(little_snapshot: Path) -> Iterator[FlaskClient]:
    with writable(little_snapshot.parents[1]) as app:
        yield app.test_client()


@pytest.fixture(scope="module")
def visited(client: FlaskClient) -> Visited:
    """What an address answers, each asked once for all tests."""

    @cache
    def visit(address: str) -> tuple[int, tuple[str, ...]]:
        answer = client.get(address, headers={"Accept": "text/html"}, buffered=True)
        if answer.mimetype not in ("text/html", "application/xml"):
            return answer.status_code, ()
        links = (one or other for one, other in LINK.findall(answer.text))
        ours = (link.replace("&amp;", "&").removeprefix("http://localhost") for link in links)
        return answer.status_code, tuple(link for link in ours if link.startswith("/"))

    return visit


def _crawled(visited: Visited, start: str) -> dict[str, int]:
    """The status of every address of ours that links lead to, one for each set of parameters in a folder."""
    found: dict[str, int] = {}
    variants: set[tuple[str, tuple[str, ...]]] = set()
    ahead = deque([start])
    while ahead:
        address = ahead.popleft()
        if address in found:
            continue
        parts = urlsplit(address)
        kinds = tuple(sorted({name for name, _ in parse_qsl(parts.query)}))
        if kinds or parts.path.startswith(OF_EACH_THING):
            kind = parts.path.rpartition("/")[0], kinds
            if kind in variants:
                continue
            variants.add(kind)
        found[address], links = visited(address)
        ahead.extend(links)
    return found


@pytest.mark.parametrize("start", ["/", "/catalog"])
def test_everything_is_reached_and_nothing_is_broken(visited: Visited, little: Store, start: str) -> None:
    found = _crawled(visited, start)
    assert {address: status for address, status in found.items() if status not in (200, 302, 303)} == {}
    paths = {urlsplit(address).path for address in found}
    assert {f"/questions/{each.name}" for each in questions()} <= paths
    published = {urlsplit(page_of(thing) or "").path for thing in things(little)}
    assert published - paths == set()
