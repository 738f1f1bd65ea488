"""From a need in words to a brief on paper, as somebody who looks for partners goes."""

import csv
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab

TEXT = "Wir möchten Bleche galvanisch beschichten und Bäder prüfen lassen."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def search(tab: Page, address: str) -> None:
    tab.goto(f"{address}/match")
    tab.get_by_label("Ihr Bedarf in eigenen Worten").fill(TEXT)
    tab.get_by_role("button", name="Passende Akteure finden").click()
    tab.wait_for_url("**/match?*")


@pytest.mark.parametrize("has_scripts", [True, False])
def test_concepts_leave_filters_narrow_and_two_stand_side_by_side(
    open_tab: OpenTab, address: str, has_scripts: bool
) -> None:
    tab = open_tab(java_script_enabled=has_scripts)
    search(tab, address)
    chip = tab.locator(".asked .chip").first
    concept = chip.locator("a").first.inner_text()
    chip.locator(".leave").click()
    expect(tab.locator(".chip.left")).to_contain_text(concept)
    tab.locator(".chip.left .leave").click()
    expect(tab.locator(".asked .chip").first).to_contain_text(concept)
    every = tab.locator(".match").count()
    offers = tab.locator(".facets a", has_text="Angebot").first
    count = int(offers.locator(".quiet").inner_text())
    offers.click()
    expect(tab.locator(".match")).to_have_count(count)
    assert count < every
    for place in (0, 1):
        tab.locator(".pick input").nth(place).check()
    tab.get_by_role("button", name="Ausgewählte vergleichen").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("Vorschläge im Vergleich")
    assert tab.locator(".side-by-side thead th").count() == 2


def test_without_scripts_reasons_have_a_page_and_the_shortlist_says_what_it_needs(
    open_tab: OpenTab, address: str
) -> None:
    tab = open_tab(java_script_enabled=False)
    search(tab, address)
    second = tab.locator(".match").nth(1)
    second.locator("summary").click()
    second.get_by_role("link", name="Begründung auf eigener Seite").click()
    expect(tab.locator("table.criteria")).to_be_visible()
    tab.goto(f"{address}/shortlist")
    assert "braucht JavaScript" in tab.locator("main").inner_text()


def test_reasons_come_into_the_card_by_keyboard_and_break_no_rule(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390, bypass_csp=True)
    search(tab, address)
    for place in (0, 1):
        tab.locator(".match > details > summary").nth(place).focus()
        tab.keyboard.press("Enter")
        expect(tab.locator(".match").nth(place).locator("table.criteria")).to_be_visible()
        expect(tab.locator(".match").nth(place).locator(".drawing svg")).to_be_visible()
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(tab, options={"runOnly": RULES})
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]] == []


def test_a_shortlist_is_kept_annotated_exported_and_emptied(open_tab: OpenTab, address: str, tmp_path: Path) -> None:
    tab = open_tab(accept_downloads=True)
    search(tab, address)
    for place in (0, 1):
        tab.locator("button.keep").nth(place).press("Enter")
    expect(tab.locator("button.keep").first).to_have_attribute("aria-pressed", "true")
    expect(tab.locator("#kept-bar")).to_contain_text("2")
    tab.get_by_role("link", name="Merkliste ansehen").click()
    expect(tab.locator(".kept .match")).to_have_count(2)
    tab.get_by_label("Notiz").first.fill("=Anruf")
    tab.get_by_label("Notiz").last.focus()
    names = tab.locator(".kept h3").all_inner_texts()
    rows: dict[str, list[list[object]]] = {}
    for form in ("CSV", "XLSX"):
        with tab.expect_download() as download:
            tab.get_by_role("button", name=form).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        if form == "CSV":
            rows[form] = [list(row) for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines())]
        else:
            rows[form] = [list(row) for row in load_workbook(path).worksheets[0].iter_rows(values_only=True)]
    for form, note in (("CSV", "'=Anruf"), ("XLSX", "=Anruf")):
        assert [row[0] for row in rows[form][1:]] == names
        assert note in rows[form][1]
    tab.reload()
    assert tab.get_by_label("Notiz").first.input_value() == "=Anruf"
    for _ in names:
        tab.get_by_role("button", name=re.compile("^Entfernen")).first.click()
    expect(tab.locator("#shortlist .none")).to_be_visible()


def test_an_actor_is_kept_from_its_own_page_for_no_need(open_tab: OpenTab, address: str) -> None:
    tab = open_tab()
    tab.goto(f"{address}/doc/kleinrevier/actor/0001")
    tab.locator("button.keep").click()
    tab.goto(f"{address}/shortlist")
    expect(tab.locator(".kept h3")).to_contain_text("Galvanik")
    tab.get_by_role("link", name=re.compile("Galvanik")).click()
    expect(tab.get_by_role("heading", level=1)).to_contain_text("Galvanik")


def test_what_lies_in_the_browser_stays_text(open_tab: OpenTab, address: str) -> None:
    tab = open_tab()
    tab.goto(f"{address}/shortlist")
    evil = "<img src=x onerror=document.title='broken'>"
    tab.evaluate(
        "evil => localStorage.setItem('revier.shortlist', JSON.stringify([{actor: 'javascript:alert(1)', name: evil,"
        " need: evil, query: 'text=' + evil, score: evil, verdict: evil, note: evil}]))",
        evil,
    )
    tab.reload()
    expect(tab.locator(".kept h3")).to_have_text(evil)
    assert tab.locator(".kept img").count() == 0
    assert all(
        link.startswith("/")
        for link in tab.locator(".kept a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    )
    tab.evaluate("localStorage.setItem('revier.shortlist', 'no list at all')")
    tab.reload()
    expect(tab.locator("#shortlist .none")).to_be_visible()


def test_a_brief_of_two_actors_is_one_sheet_of_a4(open_tab: OpenTab, address: str) -> None:
    tab = open_tab()
    search(tab, address)
    for place in (0, 1):
        tab.locator(".pick input").nth(place).check()
    tab.get_by_role("button", name="Kurzdossier").click()
    expect(tab.locator(".brief h2")).to_have_count(2)
    sheet = tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    [box] = set(re.findall(rb"/MediaBox\s*\[([^\]]+)\]", sheet))
    assert [round(float(side)) for side in box.split()] == [0, 0, 595, 842]  # points of 1/72 inch: 210 by 297 mm
