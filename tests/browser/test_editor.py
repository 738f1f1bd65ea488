"""The SPARQL editor and the answers of questions in a real browser, with JavaScript and without, by keyboard alone."""

import re
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenTab

PLACES = """PREFIX rev: <https://w3id.org/revier/ont#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?place ?place_name ?region ?people WHERE {
  ?place a rev:Place ; rev:latitude [] ; rev:within ?region ; skos:prefLabel ?place_name .
  BIND (STRLEN(?place_name) AS ?people)
}"""
HOSTILE = """SELECT * {
  VALUES (?text ?thing ?other ?n) {
    ("<img src=x onerror=document.title='taken'>" <urn:a%22%3E%3Cscript%3E> <urn:b> 1)
    ("</script><script>document.title='taken'</script>" <javascript:alert(1)> <urn:b> 2)
  }
}"""


@pytest.fixture
def tab(open_tab: OpenTab) -> Page:
    return open_tab(1440)


def field(tab: Page) -> Locator:
    """The editor, once it has taken the place of the text field."""
    found = tab.get_by_role("textbox", name="Die Abfrage im Wortlaut")
    expect(found).to_have_class("CodeMirror-code")
    return found


def emptied(tab: Page) -> None:
    """The editor with the focus and without a query."""
    field(tab).focus()
    tab.keyboard.press("Control+A")
    tab.keyboard.press("Delete")


def typed(tab: Page, text: str) -> None:
    """Type as fast as people do at best: hints are drawn between two keys."""
    tab.keyboard.type(text, delay=30)


def query(tab: Page) -> str:
    """What will be asked."""
    return tab.locator("#query").input_value()


def asked(address: str, text: str, **more: str) -> str:
    return f"{address}/sparql?{urlencode({'query': text, **more})}"


def test_a_query_is_written_by_keyboard_with_completion_and_asked(tab: Page, address: str) -> None:
    tab.goto(f"{address}/sparql")
    emptied(tab)
    typed(tab, "SELECT ?who ?need WHERE { ?who a Akt")
    expect(tab.get_by_role("option").first).to_have_text(re.compile(r"^rev:Actor Akteur · \d+$"))
    tab.keyboard.press("Enter")
    typed(tab, " ; rev:hasNe")
    expect(tab.get_by_role("option").first).to_have_text(re.compile(r"^rev:hasNeed hat Bedarf · \d+$"))
    tab.keyboard.press("Enter")
    typed(tab, " ?need }")
    expect(tab.get_by_role("status").filter(has_text="wohlgeformt")).to_be_visible()
    tab.keyboard.press("Control+Enter")
    expect(tab.get_by_role("heading", name="Antwort")).to_be_visible()
    expect(tab.get_by_role("columnheader")).to_have_text(["who", "need"])
    assert query(tab).startswith(
        "PREFIX rev: <https://w3id.org/revier/ont#>\nSELECT ?who ?need WHERE { ?who a rev:Actor ;"
    )


def test_a_prefix_is_declared_by_using_it(tab: Page, address: str) -> None:
    tab.goto(f"{address}/sparql")
    emptied(tab)
    typed(tab, "SELECT * WHERE { ?x dcterms:")
    expect(field(tab)).to_contain_text("PREFIX dcterms: <http://purl.org/dc/terms/>")


def test_an_error_is_told_at_its_line(tab: Page, address: str) -> None:
    tab.goto(f"{address}/sparql")
    emptied(tab)
    typed(tab, "SELECT * WHERE {\n?s ?p\n}")
    told = tab.locator("#state")
    expect(told).to_have_text(re.compile("^Zeile 3: So geht die Abfrage nicht weiter."))
    expect(tab.locator(".wrong .CodeMirror-linenumber")).to_have_text("3")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.tagName") == "BUTTON"  # the field is no trap


def test_views_change_in_place_and_the_shared_address_opens_the_same(
    tab: Page, open_tab: OpenTab, address: str
) -> None:
    tab.goto(asked(address, PLACES))
    views = tab.get_by_role("navigation", name="Ansichten").get_by_role("link")
    expect(views).to_have_text(["Nur Tabelle", "Balken", "Karte", "Netz"])
    expect(tab.locator("figure:visible")).to_have_count(0)
    for view, drawn in (("Balken", ".bars rect"), ("Karte", ".tiles .tile"), ("Netz", ".network canvas")):
        tab.get_by_role("link", name=view, exact=True).press("Enter")
        expect(tab.locator("figure:visible")).to_have_count(1)
        expect(tab.locator(f"figure:visible {drawn}").first).to_be_visible()
        expect(tab.get_by_role("table")).to_be_visible()
        shared = tab.get_by_label("Adresse dieser Abfrage").input_value()
        other = open_tab(390)
        other.goto(shared)
        expect(other.locator("[aria-current=true]", has_text=view)).to_be_visible()
        expect(other.locator(f"figure:visible {drawn}").first).to_be_visible()
        assert query(other) == PLACES


def test_the_address_is_copied(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440, permissions=["clipboard-read", "clipboard-write"])
    tab.goto(asked(address, PLACES))
    tab.get_by_role("button", name="Kopieren").first.click()
    expect(tab.get_by_role("button", name="Kopiert.")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == tab.get_by_label("Adresse dieser Abfrage").input_value()


@pytest.mark.parametrize("view", ["table", "bar", "network"])
def test_what_a_literal_says_does_not_run(tab: Page, address: str, view: str) -> None:
    tab.goto(asked(address, HOSTILE, view=view))
    field(tab)
    if view == "network":
        expect(tab.locator(".network canvas").first).to_be_visible()
    expect(tab.get_by_role("cell", name="<img src=x onerror=document.title='taken'>", exact=True)).to_be_visible()
    assert tab.title() == "SPARQL – Revier"
    assert tab.locator("a[href^=javascript]").count() == 0


def test_nothing_is_kept_in_the_browser(tab: Page, address: str) -> None:
    tab.goto(f"{address}/sparql")
    emptied(tab)
    typed(tab, "ASK {}")
    tab.keyboard.press("Control+Enter")
    expect(tab.get_by_role("heading", name="Antwort")).to_be_visible()
    assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_saved_question_begins_a_query_of_ones_own(open_tab: OpenTab, address: str, has_scripts: bool) -> None:
    tab = open_tab(1440, java_script_enabled=has_scripts)
    tab.goto(f"{address}/sparql")
    tab.get_by_text("Mit einer gespeicherten Frage beginnen").click()
    if has_scripts:
        tab.get_by_label("Fragen durchsuchen").fill("aufgaben halten auf")
        expect(tab.locator(".examples li:visible")).to_have_count(1)
    tab.get_by_role("link", name="Welche Aufgaben halten die meisten anderen auf?").click()
    assert "rev:dependsOn+ ?task" in query(tab)
    tab.get_by_role("button", name="Fragen", exact=True).click()
    expect(tab.get_by_role("table")).to_be_visible()


def test_without_scripts_the_field_answers_with_views_and_code(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390, java_script_enabled=False)
    tab.goto(f"{address}/sparql")
    tab.get_by_role("textbox").fill(PLACES)
    tab.get_by_role("button", name="Fragen", exact=True).click()
    tab.get_by_role("link", name="Karte", exact=True).click()
    expect(tab.locator("figure:visible .tiles")).to_be_visible()
    tab.get_by_text("Code für Python").click()
    expect(tab.locator("#code-python")).to_contain_text("endpoint.setQuery")
    expect(tab.get_by_role("button", name="Kopieren")).to_have_count(0)


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_saved_question_is_answered_and_taken_away_as_a_workbook(
    open_tab: OpenTab, address: str, has_scripts: bool
) -> None:
    tab = open_tab(1440, java_script_enabled=has_scripts)
    tab.goto(f"{address}/questions")
    tab.get_by_label("Fragen durchsuchen").fill("wie viele offene bedarfe gemeinde")
    tab.get_by_role("button", name="Anzeigen").click()
    tab.locator(".questions a").first.click()
    expect(tab.locator("figure:visible .tiles")).to_be_visible()
    shown = tab.locator("tbody tr").count()
    with tab.expect_download() as loading:
        tab.get_by_role("link", name="XLSX").click()
    sheet = load_workbook(BytesIO(Path(loading.value.path()).read_bytes())).worksheets[0]
    assert sheet.max_row == 1 + shown > 1


@pytest.fixture(params=[("", "light", 1440), (PLACES, "dark", 390)], ids=["bare", "answered"])
def seen(request: pytest.FixtureRequest, open_tab: OpenTab, address: str) -> Page:
    text, scheme, width = request.param
    tab = open_tab(width, color_scheme=scheme, bypass_csp=True)
    tab.goto(asked(address, text, view="network") if text else f"{address}/sparql")
    field(tab)
    return tab


def test_the_editor_breaks_no_rule_of_wcag_that_axe_knows(seen: Page) -> None:
    found = Axe().run(seen, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [(rule["id"], rule["nodes"][0]["html"]) for rule in found.response["violations"]] == []
    assert seen.evaluate("document.documentElement.scrollWidth") <= seen.viewport_size["width"]  # type: ignore[index]
