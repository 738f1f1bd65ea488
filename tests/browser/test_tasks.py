"""Board, plan and team builder in a real browser: at every width, by keyboard, with and without scripts."""

import pytest

from tests.browser.conftest import OpenTab

LOOKS = 100  # at what a key does, before it is missed


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_board_shows_every_task_at_every_width(open_tab: OpenTab, address: str, width: int) -> None:
    tab = open_tab(width)
    tab.goto(f"{address}/board?lang=en")
    cards = tab.locator(".card")
    assert cards.count() == 12
    assert all(cards.nth(place).is_visible() for place in range(12))
    boxes = [cards.nth(place).bounding_box() for place in range(12)]
    assert all(box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    stacked = tab.locator(".cards .card").first.evaluate("each => each.closest('td').offsetWidth") > width * 0.8
    assert stacked == (width < 1000)


def test_a_long_title_is_whole_as_soon_as_its_card_is_reached(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440)
    tab.goto(f"{address}/board?lang=de")
    title = tab.locator(".card .what").first
    title.locator("a").evaluate("each => { each.textContent = 'Wort '.repeat(60); }")
    hidden = "each => each.scrollHeight > each.clientHeight"
    assert title.evaluate(hidden)
    title.locator("a").focus()
    assert not title.evaluate(hidden)


def test_why_somebody_should_lead_opens_by_keyboard(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440)
    tab.goto(f"{address}/board?lang=en")
    card = tab.locator(".card", has_text="T07")
    card.locator("summary").focus()
    assert not card.get_by_text("offers 1 of 5 competences").first.is_visible()
    tab.keyboard.press("Enter")
    assert card.get_by_text("offers 1 of 5 competences").first.is_visible()


def test_the_plan_is_scrolled_and_its_tasks_are_opened_by_keyboard(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(390)
    tab.goto(f"{address}/plan?lang=en")
    drawing = tab.locator(".drawing")
    drawing.focus()
    tab.keyboard.press("ArrowRight")
    for _ in range(LOOKS):  # waiting within the page would need to evaluate a text, which its policy forbids
        if drawing.evaluate("each => each.scrollLeft > 0"):
            break
        tab.wait_for_timeout(50)
    assert drawing.evaluate("each => each.scrollLeft > 0")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.querySelector('title').textContent").startswith("T01 found a network")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/task/0001*")


def test_a_team_is_put_together_by_picking_names(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440)
    tab.goto(f"{address}/team?lang=en")
    for label, name in (("required competences", "galvanic coating"), ("not in it", "Pulver")):
        tab.get_by_role("combobox", name=label).fill(name)
        tab.get_by_role("option", name=name).first.click()
    tab.get_by_role("button", name="Put together").click()
    tab.wait_for_url("**/team?*competence=*")
    assert "without=" in tab.url
    assert tab.get_by_role("heading", name="Proposal 1").is_visible()
    matrix = tab.get_by_role("region", name="Proposal 1").get_by_role("table")
    assert matrix.get_by_role("link", name="offer").count() == 1
    assert tab.get_by_role("checkbox").count() == 2


def test_without_scripts_a_name_that_is_typed_is_understood(open_tab: OpenTab, address: str) -> None:
    tab = open_tab(1440, java_script_enabled=False)
    tab.goto(f"{address}/team?lang=en")
    tab.get_by_label("required competences").fill("galvanic coating")
    tab.get_by_role("button", name="Put together").click()
    assert tab.get_by_role("heading", name="Proposal 1").is_visible()
