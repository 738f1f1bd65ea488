"""The page of a thing says what stands behind each statement, and leads to the lists that go on about the thing."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.backing import backed
from graph.describe import describe
from graph.infer import INFERRED
from graph.store import Store
from ontology.naming import BASE, GRAPH
from ontology.terms import IRI, REV

LEADS = re.compile(r'<li><a href="([^"]+)">[^<]+</a> <span class="quiet">\((\d+)\)</span></li>')
COUNT = re.compile(r'<p class="count" role="status">(?:Entries: )?(\d+)')
THINGS = (
    "/doc/place/99000001",
    "/voc/kleinrevier/field/smart-heat",
    "/voc/competence/coating",
    "/voc/technology/sensors",
    "/voc/actor-class/user",
    "/voc/sourcing-status/stated",
    "/doc/kleinrevier/goal/0002",
    "/doc/kleinrevier/programme/0001",
)


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_a_statement_is_backed_by_the_rows_and_sources_of_the_graph_that_says_it(little: Store) -> None:
    seen = describe(little, IRI(f"{BASE}id/kleinrevier/actor/0001"))
    [name] = [said for said in seen.statements if said.property == REV.formerName]
    [group] = backed(seen, name)
    [backing] = group.backings
    assert backing.graph == f"{GRAPH}source/actors/2026-11-01"
    assert [row.rpartition("/")[2] for row in backing.rows] == ["actors.csv#row=2"]  # the first below the header
    assert len(backing.sources) == 2  # "survey;register"
    [places] = [said for said in seen.statements if said.property == REV.locatedIn]
    assert [each.graph for group in backed(seen, places) for each in group.backings] == [INFERRED]


def test_the_page_says_so_beside_each_statement(client: FlaskClient) -> None:
    page = client.get("/doc/kleinrevier/actor/0001?lang=en").text
    former = page[page.index("Beispiel Verzinkerei") :]
    said = re.sub("<[^>]+>|\\s+", " ", former[: former.index("</details>")])
    assert "as of 1 November 2026" in said
    assert "actors.csv, row 2" in said
    assert "Invented survey" in said
    assert "CC0 1.0" in said


@pytest.mark.parametrize("thing", THINGS)
def test_a_list_that_goes_on_about_a_thing_has_as_many_entries_as_the_page_says(
    client: FlaskClient, thing: str
) -> None:
    leads = LEADS.findall(client.get(f"{thing}?lang=en").text)
    assert leads
    for address, count in leads:
        told = COUNT.search(client.get(unescape(address)).text)
        assert told, address
        assert told[1] == count, address


def test_a_goal_shows_its_tasks_with_their_status(client: FlaskClient) -> None:
    page = client.get("/doc/kleinrevier/goal/0002?lang=en").text  # waermebedarf
    steps = page[page.index('id="steps"') :]
    assert re.findall(r'class="number">(T\d+)<', steps[: steps.index("</table>")])[:2] == ["T05", "T06"]
    assert "running" in steps[: steps.index("</table>")]


def test_a_competence_shows_what_it_is_part_of_and_what_is_part_of_it(client: FlaskClient) -> None:
    page = client.get("/voc/competence/coating?lang=en").text
    assert page.index("surface finishing") < page.index("<h1")
    below = page[page.index('id="below"') :]
    assert re.findall(r"galvanic coating|powder coating", below[: below.index("</ul>")]) == [
        "galvanic coating",
        "powder coating",
    ]
    assert "/gaps?competence=coating" in page


def test_an_actor_leads_to_its_needs_likes_ties_and_tasks(client: FlaskClient) -> None:
    page = unescape(client.get("/doc/kleinrevier/actor/0001").text)
    for address in ("/match?actor=", "/match?like=", "/network?focus=0001", "/tasks?class=user"):
        assert f'href="{address}' in page
