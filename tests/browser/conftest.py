"""The browser, the server it visits, and tabs that tell whatever went wrong in them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from api.app import create_app
from api.service import Service
from bench.addresses import addresses
from bench.browsing import CHROMIUM, chromium
from graph.pool import QueryPool
from graph.store import Store

OpenTab = Callable[..., Page]


# not for the session: while it lives, it holds the event loop of the thread, which other tests want
@pytest.fixture(scope="package")
def browser(needed: Callable[[bool, str], None]) -> Iterator[Browser]:
    needed(CHROMIUM is not None, "There is no Chromium. Install it (Debian: apt install chromium).")
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def address(
    little: Store,
    little_snapshot: Path,
    service_of: Callable[..., Service],
    served: Callable[[Flask], AbstractContextManager[str]],
) -> Iterator[str]:
    """Where the little region is served, with workers for its queries; nothing is written there."""
    pool = QueryPool(little_snapshot, workers=1)
    with served(create_app(service_of(little, queries=pool, home=little_snapshot.parents[1]))) as address:
        yield address
    pool.close()


@pytest.fixture(scope="session")
def paths(little: Store) -> list[str]:
    """The path of every page of the little region, one of each kind of thing among them."""
    return list(addresses(little))


def in_language(path: str, language: str) -> str:
    """The same page asked for in a language."""
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[OpenTab]:
    """Opens tabs, `width` pixels wide; the test fails if one complains on its console or asks another host."""
    complaints: list[str] = []
    contexts = []

    def opened(width: int = 1440, *, height: int = 900, locale: str = "de-DE", **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, locale=locale, **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("request", lambda request: complaints.extend(_elsewhere(request.url)))
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in complaints if "404" not in each] == []


def _elsewhere(url: str) -> list[str]:
    """A request that leaves the server, as a complaint."""
    return [] if url.startswith(("http://127.0.0.1:", "blob:", "data:")) else [f"asks {url}"]
