"""The tasks as a board and as a plan: what stands where, when it can run, who could lead it, and how it is narrowed.

The little region has twelve tasks; what is expected of them is worked out by hand from `regions/little/tables`.
"""

import html
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.analysis.board import cards, lanes
from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Facts, Task, read_facts
from graph.analysis.proposals import proposals
from graph.analysis.schedule import CONTINUOUS, LONG, MEDIUM, SHORT, schedule
from graph.analysis.tasks import assign
from graph.store import Store
from ontology.terms import IRI

IDENTIFIERS = [f"T{number:02}" for number in range(1, 13)]


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def task(name: str, *awaited: str) -> Task:
    waits_for = frozenset(IRI(f"urn:{each}") for each in awaited)
    return Task(IRI(f"urn:{name}"), name, None, frozenset(), frozenset(), frozenset(), waits_for, frozenset())


def slots(*tasks: Task, **horizons: IRI) -> dict[str, tuple[int, int]]:
    """The first and the last slot of each task by its name."""
    found = schedule(tasks, {IRI(f"urn:{name}"): horizon for name, horizon in horizons.items()})
    return {bar.task.removeprefix("urn:"): (bar.first, bar.last) for bar in found.bars.values()}


def test_every_task_stands_once_under_its_only_class_or_with_those_of_several(little: Store) -> None:
    board = lanes(cards(little, read_facts(little)))
    found = [
        {column: [card.task.identifier for card in held] for column, held in lane.cells.items() if held}
        for lane in board
    ]
    assert found == [
        {BRIDGE: ["T01", "T04", "T11", "T12"], None: ["T02", "T03"]},
        {USER: ["T10"], DEVELOPER: ["T06"], None: ["T05", "T07"]},
        {BRIDGE: ["T08"], None: ["T09"]},
    ]
    assert [lane.count for lane in board] == [6, 4, 2]


def test_horizons_follow_each_other_and_tasks_those_they_wait_for(little: Store) -> None:
    every = cards(little, read_facts(little))
    times = schedule(
        tuple(card.task for card in every), {card.task.iri: card.horizon.iri for card in every if card.horizon}
    )
    # short: T01, then T02 and T03; medium: one step; long: T07, T11, and after that T12 for good
    assert [(each.horizon, each.first, each.last) for each in times.stretches] == [
        (SHORT, 0, 1),
        (MEDIUM, 2, 2),
        (LONG, 3, 5),
    ]
    bars = {card.task.identifier: times.bars[card.task.iri] for card in every}
    assert {name: (bar.first, bar.last) for name, bar in bars.items()} == {
        "T01": (0, 0),
        "T02": (1, 1),
        "T03": (1, 1),
        "T06": (0, 1),  # nothing short waits for it
        "T04": (2, 2),
        "T05": (2, 2),
        "T08": (2, 2),
        "T10": (2, 2),
        "T07": (3, 3),
        "T09": (3, 5),
        "T11": (4, 4),
        "T12": (5, 5),
    }
    assert [name for name, bar in bars.items() if bar.is_endless] == ["T12"]
    assert (times.undated, times.early) == ((), ())


def test_a_continuous_task_delays_whoever_waits_for_its_start() -> None:
    assert slots(task("a"), task("b", "a"), task("c", "b"), a=SHORT, b=CONTINUOUS, c=SHORT) == {
        "a": (0, 0),
        "b": (1, 4),
        "c": (2, 2),
    }


def test_a_task_without_horizon_has_no_bar_and_one_due_before_what_it_awaits_is_told() -> None:
    found = schedule((task("a", "b"), task("b"), task("c")), {IRI("urn:a"): SHORT, IRI("urn:b"): LONG})
    assert found.undated == (IRI("urn:c"),)
    assert found.early == ((IRI("urn:a"), IRI("urn:b")),)
    assert found.slots == 3


def test_tasks_that_wait_for_each_other_still_have_bars() -> None:
    assert slots(task("a", "b"), task("b", "a"), a=SHORT, b=SHORT).keys() == {"a", "b"}


def test_nothing_to_do_is_an_axis_without_bars() -> None:
    assert (schedule((), {}).bars, schedule((), {}).slots) == ({}, 3)


def test_a_proposal_says_what_speaks_for_each_candidate_and_how_many_fit_alike(little: Store) -> None:
    facts = read_facts(little)
    found = proposals(facts, assign(facts))
    by_name = {each.identifier: found.get(each.iri) for each in facts.tasks}
    assert by_name["T01"] is None  # it is done
    pilot = by_name["T07"]
    assert pilot is not None
    # named as responsible (0.2), of a class (0.5), one of the five competences of the field (0.3 / 5)
    assert (pilot.candidates[0].actor.rpartition("/")[2], pilot.alike) == ("0009", 1)
    assert (pilot.candidates[0].covers, pilot.candidates[0].asked) == (1, 5)
    assert pilot.candidates[0].fit.score == pytest.approx(0.76)
    survey = by_name["T03"]
    assert survey is not None
    fitting = [each for each in facts.actors.values() if each.classes & {BRIDGE, DEVELOPER}]
    assert (survey.alike, len(survey.candidates)) == (len(fitting), 3)


def test_whom_the_assignment_chose_comes_first_even_if_another_fits_better(little: Store) -> None:
    facts = read_facts(little)
    plan = assign(facts)
    found = proposals(facts, plan)
    assert plan.assignments
    for each in plan.assignments:
        first = found[each.task].candidates[0]
        assert (first.actor, first.fit) == (each.actor, each.fit)


def test_without_actors_there_is_nobody_to_propose() -> None:
    facts = Facts({}, (), (), (), {}, {}, frozenset(), tasks=(task("a"),))
    (found,) = proposals(facts, assign(facts)).values()
    assert (found.candidates, found.alike) == ((), 0)


@pytest.mark.parametrize("view", ["board", "table"])
def test_board_and_table_show_the_same_tasks(client: FlaskClient, view: str) -> None:
    page = client.get(f"/board?view={view}&lang=en").text
    assert sorted(re.findall(r'<span class="number">(T\d+)</span> <a', page)) == IDENTIFIERS
    assert "12 of 12 tasks" in page


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("action=pilot", ["T05", "T06", "T07", "T10"]),
        ("horizon=short", ["T01", "T02", "T03", "T06"]),
        ("status=running", ["T02", "T05", "T08"]),
        ("goal=0003", ["T06", "T07"]),
        ("action=pilot&status=running", ["T05"]),
        ("action=skills&horizon=short", []),
    ],
)
def test_board_and_plan_are_narrowed_alike(client: FlaskClient, asked: str, expected: list[str]) -> None:
    board, plan = (client.get(f"{path}?{asked}&lang=en").text for path in ("/board", "/plan"))
    assert sorted(re.findall(r'<span class="number">(T\d+)</span> <a', board)) == expected
    assert sorted(re.findall(r'<tspan class="number">(T\d+)<', plan)) == expected
    assert f"{len(expected)} of 12 tasks" in board


@pytest.mark.parametrize("path", ["/board?view=x", "/board?action=x", "/plan?goal=x"])
def test_what_no_task_has_is_refused(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_card_names_all_classes_its_mark_and_why_somebody_should_lead(client: FlaskClient) -> None:
    page = html.unescape(client.get("/board?lang=en").text)
    pilot = page.partition(">T07<")[2].partition("</li>\n          <li")[0]
    assert re.findall(r'class="chip class-([a-z-]+)"', pilot.partition("</details>")[0]) == [
        "user",
        "solution-developer",
    ]
    assert "offers 1 of 5 competences" in pilot
    assert "is named as responsible already" in pilot
    assert "Typical lead: firm" in pilot
    measured = page.partition(">T12<")[2].partition("</li>\n          <li")[0]
    assert "mark-inferred" in measured


def test_the_drawing_has_a_bar_for_each_task_and_a_line_for_each_dependency(client: FlaskClient, little: Store) -> None:
    drawing = client.get("/plan?lang=en").text.partition("<svg")[2].partition("</svg>")[0]
    tasks = read_facts(little).tasks
    assert drawing.count('<rect class="bar') == len(tasks) == 12
    assert drawing.count('<path class="wait') == sum(len(each.awaited) for each in tasks)
    # T02, T04, T07, T11, T12: T01, which all wait for, is done
    assert sorted(re.findall(r"◆(\d)", drawing)) == ["1", "2", "3", "4", "5"]
    assert drawing.count('class="wait critical"') == 4
    assert drawing.count("✓") == 1
    assert drawing.count("endless") == 1
