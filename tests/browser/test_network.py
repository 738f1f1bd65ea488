"""The network with its script and without: layouts, colours, an actor in the middle, a way, and what is taken away."""

import json
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTab

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def net(open_tab: OpenTab, address: str) -> Page:
    tab = open_tab(accept_downloads=True)
    tab.goto(f"{address}/network?lang=de")
    expect(tab.locator(".stage canvas").first).to_be_visible()
    return tab


def _drawing(tab: Page) -> dict[str, tuple[float, float]]:
    """Where each actor stands, from the SVG that the page hands out."""
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="SVG").click()
    file = Path(waiting.value.path()).read_text(encoding="utf-8")
    circles = re.findall(r'<circle cx="([-\d.e]+)" cy="([-\d.e]+)"[^>]*><title>([^<]+)<', file)
    return {name: (float(x), float(y)) for x, y, name in circles}


def test_each_layout_puts_all_actors_somewhere_else(net: Page) -> None:
    before = _drawing(net)
    assert len(before) == len(json.loads(net.locator("#net-data").text_content() or "")["nodes"])
    for layout in ("cose", "concentric", "community", "circle"):
        net.get_by_label("Anordnung").select_option(layout)
        after = _drawing(net)
        assert after.keys() == before.keys()
        assert sum(after[name] != before[name] for name in after) > len(after) / 2, layout
    net.get_by_label("Anordnung").select_option("preset")
    assert _drawing(net) == before


def test_colours_have_a_legend_that_follows_them(net: Page) -> None:
    legend = net.get_by_role("list", name="Farben")
    assert "Lösungsentwickler" in legend.inner_text()
    net.get_by_label("Farbe", exact=True).select_option("community")
    assert "Gemeinschaft 1" in legend.inner_text()
    net.get_by_label("Farbe", exact=True).select_option("role")
    assert "keine Rolle" in legend.inner_text()


def test_an_actor_is_found_by_name_and_put_into_the_middle(net: Page) -> None:
    net.get_by_label("Im Netz suchen").fill("Sensorik")
    net.keyboard.press("Enter")
    told = net.locator(".told")
    expect(told).to_contain_text("Beispiel Sensorik Musterfeld GmbH")
    told.get_by_role("link", name="in die Mitte").click()
    net.wait_for_url("**/network?*focus=0007*")
    expect(net.get_by_role("heading", level=2).first).to_contain_text("Beispiel Sensorik")
    expect(net.locator(".told")).to_contain_text("Beispiel Sensorik")


def test_the_drawing_can_be_zoomed_by_keyboard(net: Page) -> None:
    stage = net.locator(".stage")
    before = stage.screenshot()
    net.get_by_role("button", name="Vergrößern").focus()
    net.keyboard.press("Enter")
    net.wait_for_timeout(200)
    assert stage.screenshot() != before


def test_the_drawing_is_taken_away_as_pixels(net: Page) -> None:
    with net.expect_download() as waiting:
        net.get_by_role("button", name="PNG").click()
    assert waiting.value.suggested_filename == "network.png"
    assert Path(waiting.value.path()).read_bytes().startswith(b"\x89PNG")


def test_a_way_between_two_is_picked_by_name(net: Page) -> None:
    for label, name in (("von", "Wärmetechnik"), ("zu", "Stadtwerke")):
        net.get_by_role("combobox", name=label, exact=True).fill(name)
        net.locator(".picker [role=option]:visible").first.click()
    net.get_by_role("button", name="Weg suchen").click()
    net.wait_for_url("**/network?*from=*")
    steps = net.locator(".steps li")
    assert [each.split(" durch ")[0] for each in steps.all_inner_texts()] == [
        "Beispiel Wärmetechnik Beispielhausen GmbH (erfunden)",
        "Beispiel Stadtwerke Musterfeld GmbH (erfunden)",
    ]


def test_without_a_script_the_same_is_there(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(java_script_enabled=False)
    tab.goto(f"{address}/network?lang=de")
    assert tab.locator("svg.net circle").first.is_visible()
    assert not tab.get_by_label("Anordnung").is_visible()
    tab.get_by_label("Akteur in der Mitte").fill("Beispiel Netzwerk Saubere Oberflächen (erfunden)")
    tab.get_by_role("button", name="Zeigen").click()
    assert tab.get_by_role("table", name="Verbindungen des Akteurs").get_by_role("row").count() == 5


@pytest.mark.parametrize("width", [390, 1440])
def test_the_network_fits_and_breaks_no_rule_with_an_actor_in_the_middle(
    open_tab: OpenTab, address: str, width: int
) -> None:
    tab = open_tab(width, bypass_csp=True)
    for query in ("focus=0002", "from=0003&to=0007", "kind=competence"):
        tab.goto(f"{address}/network?{query}")
        expect(tab.locator(".stage canvas").first).to_be_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, query
        broken = Axe().run(tab, options=RULES).response["violations"]
        assert [(rule["id"], rule["nodes"][0]["html"]) for rule in broken] == [], query
