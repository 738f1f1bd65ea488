"""Adding a need in a real browser, with a script and without: checked while typing, published, matched, withdrawn."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from ontology.naming import BASE
from tests.browser.conftest import OpenTab
from tests.writable import OF_THE_OPERATOR, writable

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TITLE = "Bleche galvanisch beschichten lassen"


@pytest.fixture(scope="module")
def desk(
    little_snapshot: Path,
    served: Callable[[Flask], AbstractContextManager[str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Where the little region can be written to."""
    home = shutil.copytree(little_snapshot.parents[1], tmp_path_factory.mktemp("desk") / "home")
    with writable(Path(home)) as app, served(app) as address:
        yield address


@pytest.fixture
def refused_tab(browser: Browser) -> Iterator[Page]:
    """A tab in which the browser may report that an answer was a refusal, as it does on its console."""
    context = browser.new_context(viewport={"width": 1000, "height": 900}, locale="de-DE", bypass_csp=True)
    yield context.new_page()
    context.close()


def fill(tab: Page, address: str) -> None:
    """Fill in the form of a need as a person would."""
    tab.goto(f"{address}/contribute/need?lang=de")
    tab.get_by_label("Deutsch").first.fill(TITLE)
    actor = tab.get_by_role("combobox", name="Bedarf von")
    actor.press_sequentially("Stahlhandel")
    tab.locator("[role=listbox] [role=option]").first.click()


def test_a_need_is_added_and_its_matches_are_seen(open_tab: OpenTab, desk: str) -> None:
    tab = open_tab(1280)
    fill(tab, desk)
    suggested = tab.locator("[data-field=requiresCompetence]").get_by_role("checkbox").first
    expect(suggested).not_to_be_checked()
    suggested.check()
    expect(tab.locator(".live")).to_have_text("Geprüft: kann so veröffentlicht werden.")
    expect(tab.locator(".foreseen a").first).to_be_visible()
    tab.get_by_label("Schlüssel").fill(OF_THE_OPERATOR)
    tab.get_by_role("button", name="Veröffentlichen").click()
    tab.wait_for_url("**/contribute/published?**")
    assert tab.get_by_role("heading", level=1).inner_text() == TITLE
    expect(tab.locator("article.match").first).to_be_visible()
    tab.get_by_role("link", name=f"{BASE}id/contributed/need/").click()
    assert tab.get_by_role("heading", level=1).inner_text() == TITLE


def test_what_is_wrong_is_said_at_the_field_while_it_is_typed_and_goes_when_it_is_mended(
    open_tab: OpenTab, desk: str
) -> None:
    tab = open_tab(1280)
    tab.goto(f"{desk}/contribute/need?lang=de")
    entry = tab.locator("[data-field=minimumReadiness]")
    field = entry.get_by_role("spinbutton")
    field.fill("12")
    field.press("Tab")
    expect(entry.locator(".refuses")).to_contain_text("von 1 bis 9")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("von 1 bis 9"))
    expect(tab.locator("[data-field=prefLabel] .refuses")).to_have_count(0)  # nobody was there yet
    field.fill("7")
    expect(entry.locator(".refuses")).to_have_count(0)
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_a_refused_form_leads_to_the_fields_and_keeps_what_was_typed(refused_tab: Page, desk: str) -> None:
    tab = refused_tab
    fill(tab, desk)
    tab.get_by_label("Mindestreifegrad").fill("12")
    tab.get_by_label("Schlüssel").fill("wrong")
    tab.get_by_role("button", name="Veröffentlichen").click()
    summary = tab.locator("#summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Der Schlüssel fehlt")
    tab.get_by_role("link", name="ganze Zahl von 1 bis 9").click()
    expect(tab.get_by_label("Mindestreifegrad")).to_be_focused()
    expect(tab.get_by_label("Deutsch").first).to_have_value(TITLE)
    expect(tab.locator("[data-field=needOf]").get_by_role("checkbox")).to_be_checked()
    assert Axe().run(tab, options={"runOnly": WCAG}).response["violations"] == []


def test_a_draft_is_published_and_withdrawn_from_the_list(open_tab: OpenTab, desk: str) -> None:
    tab = open_tab(390)
    fill(tab, desk)
    tab.get_by_label("Schlüssel").fill(OF_THE_OPERATOR)
    tab.get_by_label("in diesem Tab merken").check()
    tab.get_by_role("button", name="Als Entwurf speichern").click()
    tab.get_by_role("heading", name="Entwurf gespeichert").wait_for()
    tab.get_by_role("main").get_by_role("link", name="Beiträge").click()
    assert tab.get_by_label("Schlüssel").input_value() == OF_THE_OPERATOR
    tab.get_by_role("button", name="Entwürfe anzeigen").click()
    row = tab.get_by_role("row").filter(has=tab.locator(".state-draft"))
    row.get_by_role("button", name="Veröffentlichen").click()
    expect(tab.get_by_role("status")).to_have_text("Der Beitrag ist veröffentlicht.")
    tab.get_by_role("button", name="Zurückziehen").first.click()
    expect(tab.get_by_role("status")).to_contain_text("nicht mehr öffentlich")
    assert OF_THE_OPERATOR not in tab.url
    assert tab.evaluate("Object.keys(localStorage).length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_need_is_added_by_keyboard_and_without_a_script(open_tab: OpenTab, desk: str) -> None:
    tab = open_tab(768, java_script_enabled=False)
    tab.goto(f"{desk}/contribute/need?lang=de")
    tab.get_by_label("Deutsch").first.focus()
    tab.keyboard.type("Teile galvanisch beschichten")
    tab.get_by_label("Bedarf von").focus()
    tab.keyboard.type("0001")
    tab.get_by_role("button", name="Begriffe aus dem Text vorschlagen").focus()
    tab.keyboard.press("Enter")
    suggested = tab.locator("[data-field=requiresCompetence]").get_by_role("checkbox").first
    suggested.focus()
    tab.keyboard.press("Space")
    tab.get_by_label("Schlüssel").focus()
    tab.keyboard.type(OF_THE_OPERATOR)
    tab.get_by_role("button", name="Veröffentlichen").focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/contribute/published?**")
    assert tab.locator("article.match").count() > 0


@pytest.mark.parametrize(("language", "width"), [("de", 1440), ("en", 390)])
def test_the_list_with_its_buttons_and_the_page_of_matches_break_no_rule(
    open_tab: OpenTab, desk: str, language: str, width: int
) -> None:
    tab = open_tab(width, bypass_csp=True)
    tab.goto(f"{desk}/contribute?lang={language}")
    tab.locator("#token").fill(OF_THE_OPERATOR)
    tab.locator("button[name=load]").click()
    tab.locator("button[name=edit], button[name=discard]").first.wait_for()
    assert Axe().run(tab, options={"runOnly": WCAG}).response["violations"] == []
    tab.goto(f"{desk}/contribute?lang={language}")
    tab.locator("th .gist a").first.click()
    assert Axe().run(tab, options={"runOnly": WCAG}).response["violations"] == []
