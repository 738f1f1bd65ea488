"""The map and the white spots in a browser: by keyboard, on a phone, with all sections open."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import OpenTab
from tests.browser.test_network import RULES

PATHS = (
    "/map?show=employees",
    "/map?show=comparative-advantage&sort=-actors",
    "/gaps?competence=heat-storage&place=99000001",
    "/gaps?state=single-supplier&field=smart-heat",
    "/profile?place=99000001",
    "/profile?place=99000002",
)


def test_a_tile_is_reached_by_keyboard_and_leads_to_its_municipality(open_tab: OpenTab, address: str) -> None:
    tab = open_tab()
    tab.goto(f"{address}/map?show=population&lang=de")
    tab.get_by_role("button", name="Zeigen").focus()
    tab.keyboard.press("Tab")
    assert "tile" in (tab.evaluate("document.activeElement.getAttribute('class')") or "")
    name = tab.evaluate("document.activeElement.querySelector('.place').textContent")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/doc/place/*")
    expect(tab.get_by_role("heading", level=1)).to_contain_text(name)


def test_what_the_map_shows_is_chosen_and_its_table_sorted(open_tab: OpenTab, address: str) -> None:
    tab = open_tab()
    tab.goto(f"{address}/map?lang=de")
    tab.get_by_label("Was die Karte zeigt").select_option(label="Beschäftigte")
    tab.get_by_role("button", name="Zeigen").click()
    expect(tab.get_by_label("Jahr")).to_have_value("2020")
    tab.get_by_role("columnheader", name="Beschäftigte").get_by_role("link").click()
    first = tab.get_by_role("table").get_by_role("row").nth(1)
    expect(first).to_contain_text("6000")


def test_a_white_spot_and_its_tasks_are_found_by_keyboard_on_a_phone(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390)
    tab.goto(f"{address}/gaps?lang=de")
    tab.get_by_label("Lage").focus()
    tab.keyboard.press("k")  # kein Anbieter
    for _ in range(2):
        tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/gaps?*state=unserved-need*")
    cell = tab.get_by_role("link", name="1 kein Anbieter")
    for _ in range(40):
        tab.keyboard.press("Tab")
        if cell.evaluate("element => element === document.activeElement"):
            break
    tab.keyboard.press("Enter")
    tab.wait_for_url("**#spot")
    expect(tab.get_by_role("heading", name="Aufgaben des Zielsystems")).to_be_visible()
    tab.locator(".tasks a").first.focus()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/doc/kleinrevier/task/*")


def test_sections_that_are_chosen_fit_the_screen_and_break_no_rule(open_tab: OpenTab, address: str) -> None:
    for width, language in ((390, "de"), (1440, "en")):
        tab = open_tab(width, bypass_csp=True)
        for path in PATHS:
            tab.goto(f"{address}{path}&lang={language}")
            tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
            broken = Axe().run(tab, options=RULES).response["violations"]
            assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == [], path
