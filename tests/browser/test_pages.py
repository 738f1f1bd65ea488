"""Every page in a real browser: it fits the screen, breaks no policy and no rule of WCAG, and works by keyboard."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import OpenTab, in_language

WIDTHS = (390, 768, 1440)


@pytest.fixture(params=WIDTHS)
def page(request: pytest.FixtureRequest, open_tab: OpenTab) -> Page:
    return open_tab(request.param)


@pytest.mark.parametrize("language", ["de", "en"])
def test_pages_fit_the_screen_and_break_no_policy(page: Page, address: str, paths: list[str], language: str) -> None:
    wide = []
    for path in paths:
        page.goto(address + in_language(path, language))
        assert page.locator("html").get_attribute("lang") == language, path
        if not page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"):
            wide.append(path)
    assert wide == []


@pytest.mark.parametrize(("language", "scheme", "width"), [("de", "light", 1440), ("en", "dark", 390)])
def test_no_page_breaks_a_rule_of_wcag_that_axe_knows(
    open_tab: OpenTab,
    address: str,
    paths: list[str],
    language: str,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    tab, axe, broken = open_tab(width, color_scheme=scheme, bypass_csp=True), Axe(), []
    for path in paths:
        tab.goto(address + in_language(path, language))
        found = axe.run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        broken += [(path, rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]]
    assert broken == []


def test_a_need_in_words_leads_to_reasons_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.get_by_label("Ihr Bedarf in eigenen Worten").focus()
    page.keyboard.type("Wir möchten Bleche galvanisch beschichten lassen.")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/match?*")
    summary = page.locator(".match summary").first
    summary.focus()
    assert summary.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.locator("table.criteria").first.is_visible()
    assert page.locator("table.criteria").first.get_by_text("Kompetenz").first.is_visible()


def test_the_other_language_is_one_step_away(page: Page, address: str) -> None:
    page.goto(f"{address}/actors")
    page.get_by_role("link", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Actors"
    page.get_by_role("navigation").get_by_role("link", name="Tasks").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Tasks"


def test_the_focus_is_always_seen(page: Page, address: str) -> None:
    page.goto(f"{address}/actors")
    for _ in range(12):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
        assert float(style.removesuffix("px")) >= 2
