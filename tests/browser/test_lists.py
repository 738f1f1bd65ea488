"""A list is narrowed and a correction taken as people do it: by keyboard, on a phone, and with no script at all."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab


def focus(tab: Page, text: str) -> None:
    """Go on with the tab key until what has the focus is called `text`."""
    for _ in range(80):
        tab.keyboard.press("Tab")
        if tab.evaluate("document.activeElement.innerText").strip() == text:
            return
    raise AssertionError(f"{text} is not reached by keyboard")


def test_a_list_is_narrowed_by_keyboard_on_a_phone(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390)
    tab.goto(f"{address}/tasks?lang=de")
    facets = tab.get_by_role("navigation", name="Eingrenzen")
    expect(facets).not_to_be_visible()
    focus(tab, "Eingrenzen")
    tab.keyboard.press("Enter")
    expect(facets).to_be_visible()
    focus(tab, "Anwender")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/tasks?class=user**")
    expect(tab.get_by_role("status")).to_have_text("4 von 12 Einträgen")
    expect(tab.locator("tbody tr")).to_have_count(4)
    focus(tab, "×")
    assert tab.evaluate("document.activeElement.ariaLabel") == "Bedingung „Anwender“ aufheben"
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"{address}/tasks?lang=de")


def test_facets_stand_open_beside_the_list_on_a_wide_screen(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440)
    tab.goto(f"{address}/actors")
    facets, table = tab.get_by_role("navigation", name="Eingrenzen"), tab.locator("table.rows")
    expect(facets).to_be_visible()
    beside, listed = facets.bounding_box(), table.bounding_box()
    assert beside
    assert listed
    assert beside["x"] + beside["width"] <= listed["x"]


def test_a_list_works_without_scripts(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390, java_script_enabled=False)
    tab.goto(f"{address}/needs?lang=en")
    tab.get_by_text("Narrow down").click()
    tab.get_by_role("link", name="clean surfaces").first.click()
    tab.get_by_label("Words").fill("pipes")
    tab.get_by_role("button", name="Show").click()
    expect(tab.get_by_role("status")).to_have_text("1 of 11 entries")


def test_a_table_for_a_correction_is_taken(open_tab: OpenTab, address: str, tmp_path: Path) -> None:
    tab = open_tab(390)
    tab.goto(f"{address}/doc/kleinrevier/actor/0001?lang=de")
    with tab.expect_download() as taken:
        tab.get_by_role("link", name="Ausgefüllte Tabelle").click()
    assert taken.value.suggested_filename == "korrektur-doc-kleinrevier-actor-0001.csv"
    taken.value.save_as(tmp_path / "correction.csv")
    assert "Richtig wäre" in (tmp_path / "correction.csv").read_text(encoding="utf-8-sig")


def test_what_backs_a_statement_opens_in_its_place(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390)
    tab.goto(f"{address}/doc/kleinrevier/actor/0001?lang=de")
    backing = tab.locator("details.backing").first
    backing.locator("summary").focus()
    tab.keyboard.press("Enter")
    expect(backing.get_by_text("Stand 01.11.2026").first).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
