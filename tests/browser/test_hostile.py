"""Words from the graph that would like to be scripts, links or layout: they are shown as they are, and nothing runs."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
from flask import Flask
from playwright.sync_api import Page

from api.app import create_app
from api.service import Service
from bench.addresses import addresses
from graph.pool import QueryPool
from graph.store import Store, open_store
from tests.browser.conftest import OpenTab
from tests.conftest import REGIONS
from tests.hostile import TEXTS, publish_hostile

# whatever runs sets it, and what is on the console fails the test
TRAP = "Object.defineProperty(window, '__ran', {set(number) { console.error('ran', number) }})"
LABELS = "SELECT ?name { ?thing <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } ORDER BY ?name"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish_hostile(REGIONS / "little", tmp_path_factory.mktemp("hostile"))


@pytest.fixture(scope="module")
def store(snapshot: Path) -> Store:
    return open_store(snapshot)


@pytest.fixture(scope="module")
def hostile(
    snapshot: Path,
    store: Store,
    service_of: Callable[..., Service],
    served: Callable[[Flask], AbstractContextManager[str]],
) -> Iterator[str]:
    """The address of the hostile region."""
    with (
        closing(QueryPool(snapshot, workers=1)) as pool,
        served(create_app(service_of(store, queries=pool, home=snapshot.parents[1]))) as address,
    ):
        yield address


@pytest.fixture(scope="module")
def paths(store: Store) -> list[str]:
    return [*addresses(store), f"/sparql?query={quote(LABELS)}"]


@pytest.mark.parametrize(("width", "bypass_csp"), [(390, False), (1440, True)])
def test_nothing_runs_and_nothing_breaks_the_page(
    open_tab: OpenTab, hostile: str, paths: list[str], width: int, bypass_csp: bool
) -> None:
    """The second time without the policy of content: escaping must be enough alone."""
    tab, shown = open_tab(width, bypass_csp=bypass_csp), ""
    tab.add_init_script(TRAP)
    for path in paths:
        tab.goto(hostile + path)
        _open_everything(tab)
        assert _foreign_parts(tab) == [], path
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
        shown += tab.locator("body").inner_text()
    assert [text for text in TEXTS if text not in shown] == []


def test_data_in_pages_and_feeds_can_still_be_read(open_tab: OpenTab, hostile: str, paths: list[str]) -> None:
    tab, read = open_tab(java_script_enabled=False), ""
    for path in paths:
        tab.goto(hostile + path)
        for block in tab.locator("script[type$=json]").all():
            read += str(json.loads(block.text_content() or ""))
    assert "</script><script>window.__ran=4</script>" in read
    for feed in ("/feed.atom", "/feed/matches.atom", "/sitemap.xml"):
        with urlopen(hostile + feed) as answer:
            ElementTree.fromstring(answer.read())  # noqa: S314 - our own


def _open_everything(tab: Page) -> None:
    """Unfold what is folded, and go through all that takes the focus."""
    tab.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    tab.evaluate(
        "document.querySelectorAll('a, button, input, select, textarea, summary').forEach(each => each.focus())"
    )


def _foreign_parts(tab: Page) -> list[str]:
    """Elements, attributes and links that no template of ours writes."""
    found: list[str] = tab.evaluate(
        """() => [...document.querySelectorAll('*')].filter(each =>
            each.localName === 'iframe'
            || (each.localName === 'script' && !each.src && !each.type.endsWith('json'))
            || [...each.attributes].some(({name}) => name.startsWith('on') || name === 'srcdoc' || name === 'autofocus')
            || /^(javascript|data|vbscript):/i.test(each.getAttribute('href') ?? each.getAttribute('src') ?? '')
        ).map(each => each.outerHTML.slice(0, 200))"""
    )
    return found
