"""Whoever follows links from the home page and from the catalogue finds everything, and nothing that is broken."""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from api.links import page_of
from graph.document import things
from graph.store import Store
from queries.catalogue import questions
from tests.writable import writable

LINK = re.compile(r'(?:href|src)="([^"#]+)|<loc>([^<]+)</loc>')
VARIANTS = ("lang=", "why=", "snapshot=", "need=", "actor=", "like=", "query=", "place=", "page=", "class=", "field=")


@pytest.fixture(scope="module")
def client(little_snapshot: Path) -> Iterator[FlaskClient]:
    with writable(little_snapshot.parents[1]) as app:
        yield app.test_client()


def _crawled(client: FlaskClient, start: str) -> dict[str, int]:
    """The status of every address of ours that links lead to, one of each kind of variant among them."""
    found: dict[str, int] = {}
    variants: set[tuple[str, str]] = set()
    ahead = deque([start])
    while ahead:
        address = ahead.popleft()
        if address in found:
            continue
        parts = urlsplit(address)
        kinds = tuple(kind for kind in VARIANTS if kind in parts.query)
        if kinds and (kind := (parts.path.rpartition("/")[0], str(kinds))) in variants:
            continue
        if kinds:
            variants.add(kind)
        answer = client.get(address, headers={"Accept": "text/html"}, buffered=True)
        found[address] = answer.status_code
        if answer.mimetype in ("text/html", "application/xml"):
            links = (one or other for one, other in LINK.findall(answer.text))
            ours = (link.replace("&amp;", "&").removeprefix("http://localhost") for link in links)
            ahead.extend(link for link in ours if link.startswith("/"))
    return found


@pytest.mark.parametrize("start", ["/", "/catalog"])
def test_everything_is_reached_and_nothing_is_broken(client: FlaskClient, little: Store, start: str) -> None:
    found = _crawled(client, start)
    assert {address: status for address, status in found.items() if status not in (200, 302, 303)} == {}
    paths = {urlsplit(address).path for address in found}
    assert {f"/questions/{each.name}" for each in questions()} <= paths
    published = {urlsplit(page_of(thing) or "").path for thing in things(little)}
    assert published - paths == set()
