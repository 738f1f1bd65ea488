"""Map, network, white spots and strengths: drawings whose tables say the same, in both languages, and refusals."""

import re
from collections.abc import Callable
from math import hypot

import networkx as nx
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.analysis.drawing import coordinates, positions, tiles
from graph.analysis.facts import DEVELOPER, read_facts
from graph.analysis.network import cooperation
from graph.analysis.tasks import DONE
from graph.analysis.white_spots import State, white_spots
from graph.store import Store
from ontology.terms import IRI

PAGES = ("/map", "/network", "/gaps", "/profile", "/team", "/plan", "/board")


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


@pytest.mark.parametrize("path", PAGES)
def test_a_page_speaks_both_languages_and_leads_to_the_others(client: FlaskClient, path: str) -> None:
    german, english = (client.get(f"{path}?lang={language}") for language in ("de", "en"))
    assert (german.status_code, english.status_code) == (200, 200)
    assert '<html lang="de">' in german.text
    assert german.text != english.text
    assert all(f'href="{other}' in german.text for other in PAGES)
    assert client.get(path, headers={"If-None-Match": client.get(path).headers["ETag"]}).status_code == 304


def test_the_map_shows_the_figures_of_its_table(client: FlaskClient, little: Store) -> None:
    facts = read_facts(little)
    for shown in ("actors", "needs", "offers", "unserved", "strengths"):
        page = client.get(f"/map?show={shown}&lang=en").text
        drawn = re.findall(r'class="place"[^>]*>([^<]+)</text>\s*<text class="count"[^>]*>(\d+)', page)
        assert len(drawn) == len(facts.municipalities)
        rows = re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a></th>((?:<td class="figure">\d+</td>)+)', page)
        column = ("actors", "needs", "offers", "unserved", "strengths").index(shown)
        assert {(name, re.findall(r"\d+", cells)[column]) for name, cells in rows} == set(drawn)


def test_every_tie_is_a_line_and_every_tied_actor_a_circle(client: FlaskClient, little: Store) -> None:
    page, graph = client.get("/network").text, cooperation(read_facts(little))
    assert page.count("<line") == graph.number_of_edges()
    assert page.count("<circle") == sum(1 for node in graph if graph.degree(node))


def test_who_could_introduce_two_actors_is_asked_by_a_form(client: FlaskClient) -> None:
    nobody = client.get("/network?from=0001&to=0010&lang=en").text
    assert "No way leads" in nobody
    known = client.get("/network?from=0009&to=0010&lang=en").text
    assert re.search(r'role="status"><a[^>]*/actor/0009[^>]*>[^<]+</a> → <a[^>]*/actor/0010', known)


def test_the_matrix_has_the_needs_of_each_cell(client: FlaskClient, little: Store) -> None:
    page = client.get("/gaps?lang=en").text
    cells = [
        each
        for each in white_spots(read_facts(little))
        if each.actor_class == DEVELOPER and each.state is not State.IDLE
    ]
    shown = re.findall(r'<td class="state-([a-z-]+)">(\d+)<', page)
    assert sorted(shown) == sorted((each.state.value, str(len(each.needs))) for each in cells)


def test_strengths_tell_their_interval_and_who_is_too_small(client: FlaskClient) -> None:
    page = client.get("/profile?lang=en").text
    assert re.search(r"<td class=\"figure\" data-says=\"interval\">[\d.]+ – [\d.]+</td>", page)
    assert "Fewer than 5 records" in page


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/map?show=love", "actors, needs"),
        ("/gaps?field=x", "Choose one from"),
        ("/network?from=x", "Choose one from"),
    ],
)
def test_what_is_not_known_is_refused_with_what_is(client: FlaskClient, path: str, said: str) -> None:
    answer = client.get(path, headers={"Accept": "application/json"})
    assert (answer.status_code, said in answer.text) == (400, True)


def test_the_plan_has_every_open_task_once_in_its_step(client: FlaskClient, little: Store) -> None:
    page, facts = client.get("/plan?lang=en").text, read_facts(little)
    rows = re.findall(
        r'<th scope="row"><span class="number">[^<]*</span> <a[^>]*/task/(\d+)[?"].*?data-says="step">(\d+)</td>',
        page,
        re.DOTALL,
    )
    steps = {number: int(step) for number, step in rows}
    still_open = {each.iri.rpartition("/")[2]: each for each in facts.tasks if each.status != DONE}
    assert len(rows) == len(steps) == len(still_open)
    for number, each in still_open.items():
        awaited = {one.rpartition("/")[2] for one in each.awaited} & still_open.keys()
        assert all(steps[one] < steps[number] for one in awaited)


def test_tiles_stand_alone_and_keep_west_and_north() -> None:
    places = {
        IRI(f"urn:{name}"): point
        for name, point in {"nw": (52.0, 6.0), "ne": (52.0, 7.0), "sw": (51.0, 6.0), "se": (51.0, 7.0)}.items()
    }
    found = tiles(places)
    assert len(set(found.values())) == 4
    assert found[IRI("urn:nw")][0] < found[IRI("urn:ne")][0]
    assert found[IRI("urn:nw")][1] < found[IRI("urn:sw")][1]
    assert tiles({}) == {}
    assert tiles({IRI("urn:one"): (51.0, 7.0)}) == {IRI("urn:one"): (0, 0)}
    alike = tiles({IRI(f"urn:{n}"): (51.0, 7.0) for n in range(3)})
    assert len(set(alike.values())) == 3


def test_actors_stand_inside_the_drawing_and_apart(little: Store) -> None:
    graph = cooperation(read_facts(little))
    drawn = graph.subgraph([node for node in graph if graph.degree(node)])
    found = positions(drawn)
    assert found.keys() == set(drawn)
    assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in found.values())
    points = list(found.values())
    apart = [hypot(a[0] - b[0], a[1] - b[1]) for i, a in enumerate(points) for b in points[:i]]
    assert min(apart) > 0.01
    assert positions(nx.Graph()) == {}


def test_every_place_of_the_map_has_coordinates(little: Store) -> None:
    assert set(read_facts(little).municipalities) <= coordinates(little).keys()
