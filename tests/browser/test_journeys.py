"""Ways that lead across pages, gone on the Emscher-Lippe region as its bridge builders go them."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from api.app import create_app
from api.service import Service
from graph.pool import QueryPool
from graph.store import Store
from tests.browser.conftest import OpenTab

NEED = "Wir möchten die Abwärme unserer Öfen nutzen."
MOST_STEPS = 60  # of the focus, to whatever is looked for


@pytest.fixture(scope="module")
def emscher_lippe(
    region: Store,
    region_snapshot: Path,
    service_of: Callable[..., Service],
    served: Callable[[Flask], AbstractContextManager[str]],
) -> Iterator[str]:
    """The address of the region."""
    with (
        closing(QueryPool(region_snapshot, workers=1)) as pool,
        served(create_app(service_of(region, queries=pool, home=region_snapshot.parents[1]))) as address,
    ):
        yield address


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_need_in_dorsten_leads_to_a_developer_and_to_why(
    open_tab: OpenTab, emscher_lippe: str, has_scripts: bool
) -> None:
    tab = open_tab(java_script_enabled=has_scripts)
    tab.goto(emscher_lippe)
    tab.get_by_label("Ihr Bedarf in eigenen Worten").fill(NEED)
    tab.get_by_label("Ort", exact=True).select_option(label="Dorsten")
    tab.get_by_role("button", name="Passende Akteure finden").click()
    first = tab.get_by_role("article").first
    actor = first.get_by_role("heading").inner_text()
    first.locator("summary").first.click()
    criteria = first.locator("table.criteria")
    expect(criteria).to_contain_text("Abwärme")
    expect(criteria).to_contain_text("Dorsten")
    first.get_by_role("heading").get_by_role("link").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text(actor)
    tab.go_back()
    expect(tab.get_by_label("Ihr Bedarf in eigenen Worten")).to_have_value(NEED)


def test_the_same_way_can_be_gone_by_keyboard_alone(open_tab: OpenTab, emscher_lippe: str) -> None:
    tab = open_tab()
    tab.goto(emscher_lippe)
    _step_to(tab, "textarea[name=text]")
    tab.keyboard.type(NEED)
    _step_to(tab, "form[role=search] button:not([type=button])")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/match?*")
    _step_to(tab, "article summary")
    tab.keyboard.press("Enter")
    expect(tab.locator("table.criteria").first).to_be_visible()
    _step_to(tab, "article h3 a", key="Shift+Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/doc/**")
    tab.go_back()
    _step_to(tab, "article summary")


def _step_to(tab: Page, selector: str, *, key: str = "Tab") -> None:
    """Press `key` until the focus is on what is looked for; on the way it is always seen."""
    for _ in range(MOST_STEPS):
        tab.keyboard.press(key)
        width = tab.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(width.removesuffix("px")) >= 2
        if tab.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"The focus does not reach {selector}.")
