"""Pages of lists: every link to narrow a list shows as many entries as it promised, and no page lists everything."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.pages.lists import PAGE_LENGTH
from api.service import Service
from graph.kinds import KINDS
from graph.store import Store, store_of
from ontology.naming import BASE
from ontology.terms import DCTERMS, PROV, REV, SKOS

NAMES = [kind.name for kind in KINDS]
OPTION = re.compile(r'<li><a href="([^"]+)">.*?</a>\s*<span class="tally">(\d+)</span></li>', re.DOTALL)
COUNT = re.compile(r'<p class="count" role="status">(?:Entries: )?(\d+)')
AppOf = Callable[[Store], Flask]


@pytest.fixture(scope="module")
def app_of(service_of: Callable[..., Service]) -> AppOf:
    return lambda store: create_app(service_of(store))


@pytest.fixture(scope="module")
def client(little: Store, app_of: AppOf) -> FlaskClient:
    return app_of(little).test_client()


def options(page: str) -> list[tuple[str, int]]:
    """The links that narrow the list of a page, and how many entries each promises."""
    return [(unescape(address), int(count)) for address, count in OPTION.findall(page)]


def shown(client: FlaskClient, address: str) -> tuple[int, int]:
    """How many entries a list says it has, and how many its page shows."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    said = COUNT.search(answer.text)
    assert said, address
    return int(said[1]), answer.text.count('<th scope="row"')


@pytest.mark.parametrize("name", NAMES)
def test_every_link_shows_as_many_entries_as_it_says(client: FlaskClient, name: str) -> None:
    offered = options(client.get(f"/{name}?lang=en").text)
    assert offered
    for address, count in offered:
        assert shown(client, address) == (count, count), address


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_narrowed_list_keeps_its_promise_too(client: FlaskClient, name: str) -> None:
    offered = options(client.get(f"/{name}?lang=en").text)[::5]
    assert offered
    for address, _ in offered:
        for narrower, count in options(client.get(address).text):
            assert shown(client, narrower) == (count, count), narrower


@pytest.mark.parametrize("name", NAMES)
def test_a_list_comes_whole_as_a_table(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/{name}.csv?lang=en")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f"attachment; filename={name}.csv"
    heading, *rows = csv.reader(io.StringIO(answer.text))
    assert heading[0] == "IRI"
    assert len(rows) == shown(client, f"/{name}?lang=en")[0]
    assert client.get(f"/{name}.xlsx").data.startswith(b"PK")


def test_a_workbook_leads_to_where_the_world_reaches_the_service(
    little: Store, service_of: Callable[..., Service]
) -> None:
    service = service_of(little)
    service = replace(service, settings=replace(service.settings, public_url="https://revier.example"))
    client = create_app(service).test_client()
    book = openpyxl.load_workbook(io.BytesIO(client.get("/tasks.xlsx?lang=en&class=user").data))
    links = [cell.hyperlink.target for cell in book.worksheets[0]["A"] if cell.hyperlink]
    assert len(links) == 4
    assert all(link.startswith("https://revier.example/doc/") for link in links)
    assert "https://revier.example/tasks.xlsx?class=user&lang=en" in [cell.value for cell in book.worksheets[1]["B"]]


def test_a_workbook_of_too_many_rows_is_refused_and_their_text_is_not(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.lists.MOST_ROWS", 3)
    assert client.get("/actors.xlsx").status_code == 413
    assert "/actors.csv" in client.get("/actors.xlsx").text
    assert client.get("/actors.csv").status_code == 200


def test_a_table_holds_what_the_list_is_narrowed_to(client: FlaskClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/tasks.csv?lang=en&class=user").text)))
    assert [row["Number"] for row in rows] == ["T02", "T05", "T07", "T10"]
    assert rows[0]["Actor class"].split("; ") == ["bridge builder", "user"]


def test_a_condition_can_be_taken_back(client: FlaskClient) -> None:
    page = client.get("/tasks?class=user&horizon=medium&text=T&lang=en").text
    leave = [unescape(address) for address in re.findall(r'class="leave" href="([^"]+)"', page)]
    assert leave == [
        "/tasks?class=user&horizon=medium&lang=en",
        "/tasks?text=T&horizon=medium&lang=en",
        "/tasks?text=T&class=user&lang=en",
    ]
    assert 'href="/tasks?lang=en">Remove all' in page


def test_words_are_looked_for_within_what_is_chosen_and_in_the_order_chosen(client: FlaskClient) -> None:
    page = client.get("/tasks?class=user&sort=name&lang=en").text
    assert '<input type="hidden" name="class" value="user">' in page
    assert '<option value="name" selected>' in page


def test_a_list_of_many_pages_names_only_those_near_by(app_of: AppOf) -> None:
    things = (f"<urn:a{n}> a <{REV.Actor}> ; <{SKOS.prefLabel}> 'Werk' . " for n in range(PAGE_LENGTH * 40))
    client = app_of(store_of("".join(things))).test_client()
    page = client.get("/actors?page=20").text
    numbers = re.findall(r'<li><a href="/actors(?:\?page=\d+)?" (?:aria-current="page")?>(\d+)</a></li>', page)
    assert numbers == ["1", "18", "19", "20", "21", "22", "40"]
    assert re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page) == ["/actors?page=19", "/actors?page=21"]
    assert shown(client, "/actors?page=40&lang=en") == (PAGE_LENGTH * 40, PAGE_LENGTH)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_list_does_not_know_is_refused(client: FlaskClient, name: str) -> None:
    facets = [facet.name for kind in KINDS if kind.name == name for facet in kind.facets]
    for query in (*(f"{facet}=nowhere" for facet in facets), "page=0", "page=99", "page=x", "page=²", "sort=x"):
        assert client.get(f"/{name}?{query}").status_code == 400, query
    assert client.get(f"/{name}.pdf").status_code == 404


def test_a_place_where_nothing_is_gives_an_empty_list(app_of: AppOf) -> None:
    place = f'<{BASE}id/place/1> a <{REV.Place}> ; <{SKOS.prefLabel}> "Leer" .'
    page = app_of(store_of(place)).test_client().get("/actors?place=1&lang=en")
    assert page.status_code == 200
    assert "No entry fits" in page.text


def test_hostile_names_stay_text_wherever_a_list_shows_them(app_of: AppOf) -> None:
    name = "<script>alert(1)</script>"
    client = app_of(
        store_of(f"""
        <{BASE}id/place/1> a <{REV.Place}> ; <{SKOS.prefLabel}> "{name}" .
        <{BASE}id/r/actor/1> a <{REV.Actor}> ; <{SKOS.prefLabel}> "{name}" ; <{REV.locatedIn}> <{BASE}id/place/1> .""")
    ).test_client()
    page = client.get("/actors", query_string={"place": "1", "text": "<script>"}).text
    assert page.count("&lt;script&gt;") >= 4  # the row, the facet, the chip, the words
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("period", "told"),
    [
        (f'<{DCTERMS.temporal}> "2018-03/2022"', "2018–2022"),
        (f'<{DCTERMS.temporal}> "2017/2017-03"', "2017"),
        (f'<{DCTERMS.temporal}> "2021/.."', "since 2021"),
        (f'<{DCTERMS.temporal}> "../2020"', "until 2020"),
        (f'<{PROV.startedAtTime}> "2022-01-01" ; <{PROV.endedAtTime}> "2023-12-31"', "2022–2023"),
    ],
)
def test_a_project_says_when_it_ran(app_of: AppOf, period: str, told: str) -> None:
    project = f'<urn:p> a <{REV.Project}> ; <{SKOS.prefLabel}> "Werk" ; {period} .'
    page = app_of(store_of(project)).test_client().get("/projects?lang=en").text
    assert f'<td data-says="Period" >{told}</td>' in page
