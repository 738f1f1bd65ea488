"""Map, network, white spots and strengths: drawings whose tables say the same, in both languages, and refusals."""

import csv
import json
import re
from collections.abc import Callable
from math import hypot
from time import monotonic, sleep

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


SHOWN = (
    "actors",
    "needs",
    "unserved",
    "strengths",
    "population",
    "employees",
    "comparative-advantage",
    "place-complexity",
)


@pytest.mark.parametrize("shown", SHOWN)
def test_map_table_and_file_tell_the_same_of_each_municipality(client: FlaskClient, little: Store, shown: str) -> None:
    page = client.get(f"/map?show={shown}&lang=en").text
    tiles_told = re.findall(r'class="place"[^>]*>([^<]+)</text>\s*<text class="count"[^>]*>([^<]+)</text>', page)
    assert len(tiles_told) == len(read_facts(little).municipalities)
    rows = re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a></th><td class="figure">(.*?)</td>', page)
    told = {name: re.sub("<[^>]+>|no figure", "", cell) for name, cell in rows}
    assert told == dict(tiles_told)
    file = list(csv.DictReader(client.get(f"/map?show={shown}&format=csv&lang=en").text.splitlines()))
    assert {row["municipality"]: _rounded(row[shown]) for row in file} == told


def _rounded(value: str) -> str:
    """A value of the file as the page writes it: to two places, to three below 1."""
    if not value:
        return "–"
    number = float(value)
    return (
        f"{int(number):,}"
        if number >= 10_000
        else f"{int(number) if number == int(number) else round(number, 3 if number < 1 else 2):g}"
    )


def test_what_is_not_known_of_a_municipality_is_missing_and_not_nothing(client: FlaskClient) -> None:
    # 99000002 has too few records for a profile; 99000003 has no competence without a supplier, which is a count of 0
    strengths, unserved = (
        {row["place"].rpartition("/")[2]: row[name] for row in csv.DictReader(told.splitlines())}
        for name in ("strengths", "unserved")
        for told in [client.get(f"/map?show={name}&format=csv").text]
    )
    assert (strengths["99000002"], unserved["99000003"]) == ("", "0")
    assert 'class="tile missing"' in client.get("/map?show=strengths").text
    assert 'class="tile missing"' not in client.get("/map?show=unserved").text


def test_the_map_says_of_what_when_and_in_which_classes(client: FlaskClient) -> None:
    page = client.get("/map?show=employees&lang=en").text
    assert "counted at the place of work" in page
    assert "observed in 2020" in page
    legend = page.partition('class="legend"')[2].partition("</ul>")[0]
    assert [re.sub("<[^>]+>", "", each).strip() for each in re.findall(r"<li>(.*?)</li>", legend)] == [
        "900",
        "1500",
        "6000",
    ]
    assert re.search(r"snapshot \S+", client.get("/map?show=actors&lang=en").text)


def test_the_table_of_the_map_is_sorted_by_any_column_both_ways(client: FlaskClient) -> None:
    def order(sort: str) -> list[str]:
        rows = client.get(f"/map?show=population&sort={sort}&format=csv").text.splitlines()[1:]
        return [row.split(",")[0].rpartition("/")[2] for row in rows]

    assert order("population") == ["99000001", "99000002", "99000003"]
    assert order("-population") == ["99000003", "99000002", "99000001"]
    assert order("strengths")[-1] == order("-strengths")[-1] == "99000002"  # who has no value comes last
    page = client.get("/map?show=population&sort=population").text
    assert re.search(r'aria-sort="descending"><a href="[^"]*sort=-population', page)


def test_a_tile_leads_to_its_municipality_and_a_count_to_what_is_counted(client: FlaskClient) -> None:
    page = client.get("/map").text
    assert re.search(r'<a class="tile [^"]+" href="/doc/place/99000001"', page)
    listed = client.get("/actors?place=99000001&lang=en").text
    (count,) = re.findall(r'href="/actors\?place=99000001">(\d+)</a>', page)
    assert f"{count} of" in listed


def test_every_tie_is_a_stroke_and_every_tied_actor_a_circle(client: FlaskClient, little: Store) -> None:
    page, graph = client.get("/network").text, cooperation(read_facts(little))
    assert page.count("<circle") == sum(1 for node in graph if graph.degree(node))
    assert len(re.findall(r"M-?\d+ -?\d+L", page)) == graph.number_of_edges()
    data = json.loads(page.partition('id="net-data">')[2].partition("</script>")[0])
    assert len(data["lines"]) == graph.number_of_edges()
    assert {node["id"] for node in data["nodes"]} >= {"0001", "0002", "0012"}


def test_of_a_large_network_the_page_says_what_it_leaves_out(
    little: Store, service_of: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.analysis.centre.MEASURED", 10)
    client = create_app(service_of(little)).test_client()
    first = client.get("/network?lang=en")
    assert "too large to be measured as a whole" in first.text
    assert "This is being computed" in first.text
    deadline = monotonic() + 20
    while "This is being computed" in (later := client.get("/network?lang=en")).text and monotonic() < deadline:
        sleep(0.05)
    assert "Pairs without a tie" in later.text
    assert later.headers["ETag"] != first.headers["ETag"]


def test_other_kinds_of_ties_make_another_network(client: FlaskClient, little: Store) -> None:
    graph = cooperation(read_facts(little), ("competence",))
    page = client.get("/network?kind=competence").text
    assert page.count("<circle") == sum(1 for node in graph if graph.degree(node))
    assert client.get("/network?kind=love").status_code == 400


def test_an_actor_in_the_middle_shows_its_ties_and_what_they_go_through(client: FlaskClient) -> None:
    page = client.get("/network?focus=0002&lang=en").text
    section = page.partition('aria-labelledby="focus"')[2].partition("</section>")[0]
    tied = re.findall(r'<th scope="row"><a href="/doc/kleinrevier/actor/(\d+)', section)
    assert sorted(tied) == ["0001", "0003", "0007", "0012"]
    assert page.count("<circle") == 5
    assert "None of this ties" in client.get("/network?focus=0030&lang=en").text


def test_who_could_introduce_two_actors_is_asked_by_a_form(client: FlaskClient) -> None:
    nobody = client.get("/network?from=0001&to=0010&lang=en").text
    assert "No way leads" in nobody
    known = client.get("/network?from=0009&to=0010&lang=en").text
    steps = known.partition('class="steps"')[2].partition("</ol>")[0]
    assert re.findall(r'<li><a href="/doc/kleinrevier/actor/(\d+)', steps) == ["0009", "0010"]
    assert "/project/0002" in steps


def test_where_no_bridge_builder_leads_on_others_are_told_as_such(client: FlaskClient) -> None:
    # 0003 and 0007 are members of 0002, which is no bridge builder
    page = client.get("/network?from=0003&to=0007&lang=en").text
    assert "No way leads" in page
    assert "By other actors" in page
    steps = page.partition('class="steps"')[2].partition("</ol>")[0]
    assert re.findall(r'<li><a href="/doc/kleinrevier/actor/(\d+)', steps) == ["0003", "0002", "0007"]
    assert re.search(r'class="way" d="M[^"]+L[^"]+M[^"]+L', page)


def test_no_page_offers_all_actors_or_needs_to_choose_from(client: FlaskClient, little: Store) -> None:
    names = [each.name for each in read_facts(little).actors.values()]
    assert names
    for path in ("/map", "/network", "/gaps", "/profile"):
        page = client.get(path).text
        options = re.findall(r"<option[^>]*>([^<]+)<", page)
        assert options or path == "/network", path
        assert not set(names) & set(options), path


def test_the_matrix_has_the_needs_of_each_cell(client: FlaskClient, little: Store) -> None:
    page = client.get("/gaps?lang=en").text
    cells = [
        each
        for each in white_spots(read_facts(little))
        if each.actor_class == DEVELOPER and each.state is not State.IDLE
    ]
    shown = re.findall(r'<td class="state-([a-z-]+)"><a href="[^"]+">(\d+)<', page)
    assert sorted(shown) == sorted((each.state.value, str(len(each.needs))) for each in cells)


def test_white_spots_are_filtered_by_state_field_and_municipality(client: FlaskClient) -> None:
    def shown(query: str) -> set[str]:
        return set(re.findall(r'href="/gaps\?[^"]*competence=([a-z-]+)', client.get(f"/gaps?{query}").text))

    assert shown("state=unserved-need") == {"heat-storage"}
    assert shown("field=smart-heat&place=99000001") == {"heat-storage", "heat-planning"}
    assert shown("state=single-supplier&place=99000002") == {"bath-analysis", "galvanic-coating", "powder-coating"}


def test_a_white_spot_leads_to_its_needs_suppliers_and_tasks(client: FlaskClient) -> None:
    page = client.get("/gaps?competence=heat-storage&place=99000001&lang=en").text
    spot = page.partition('class="spot"')[2].partition("</section>")[0]
    assert re.findall(r"/doc/kleinrevier/need/(\d+)", spot) == ["0006"]
    assert "Nobody offers this competence for this municipality." in spot
    assert re.findall(r'class="number">(T\d+)<', spot) == ["T04", "T06", "T07", "T10"]  # open ones of smart-heat
    assert "Only the competence field joins a task and a competence" in spot
    assert "/match?competence=" in spot


def test_suppliers_elsewhere_stand_by_distance(client: FlaskClient) -> None:
    # powder coating is offered by 0003 of 99000002, for that municipality alone
    page = client.get("/gaps?competence=powder-coating&place=99000003&lang=en").text
    elsewhere = page.partition("Who offers it elsewhere")[2].partition("Who can introduce")[0]
    assert re.search(r'actor/0003[?"].*?place/99000002[?"].*?\d+ km', elsewhere, re.DOTALL)
    assert "No need of this competence is recorded here." in page


def test_strengths_tell_their_interval_and_who_is_too_small(client: FlaskClient) -> None:
    page = client.get("/profile?lang=en").text
    assert re.search(r"<td class=\"figure\" data-says=\"interval\">[\d.]+ – [\d.]+</td>", page)
    assert "Fewer than 5 records" in page
    assert "Fewer than 5 records of Beispielhausen" in client.get("/profile?place=99000002&lang=en").text


def test_all_places_are_drawn_on_one_axis(client: FlaskClient) -> None:
    pages = [client.get(f"/profile{query}").text for query in ("", "?place=99000001", "?place=99000003")]
    axes = {re.search(r'aria-label="Achse der Vorteile ([^"]+)"', page)[1] for page in pages}  # type: ignore[index]
    assert len(axes) == 1
    whole = pages[0].partition('id="employment"')[0].count('class="one"')
    assert whole < sum(page.partition('id="employment"')[0].count('class="one"') for page in pages[1:])


def test_a_municipality_has_its_own_employment_figures(client: FlaskClient) -> None:
    page = client.get("/profile?place=99000003&lang=en").text
    section = page.partition('aria-labelledby="employment"')[2]
    assert "900" in section
    assert "1.35" in section


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/map?show=love", "actors, needs"),
        ("/map?show=employees&year=1900", "2020"),
        ("/gaps?field=x", "Choose one from"),
        ("/network?from=Beispiel", "Choose one of"),
        ("/map?sort=love", "-strengths"),
        ("/gaps?page=9", "pages 1 to 1"),
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
