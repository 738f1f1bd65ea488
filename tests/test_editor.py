"""The editor as the server sends it: questions to begin with, and what there is to take away."""

import html
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from api.sparql import ROWS_ON_PAGE
from graph.ask import ask, question
from graph.pool import QueryPool
from graph.store import Store
from queries.catalogue import questions

BROWSER = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def client(little: Store, little_snapshot: Path, service_of: Callable[..., Service]) -> Iterator[FlaskClient]:
    pool = QueryPool(little_snapshot, workers=1)
    yield create_app(service_of(little, queries=pool)).test_client()
    pool.close()


def _query(page: str) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert found
    return html.unescape(found[1])


@pytest.mark.parametrize("name", [each.name for each in questions()])
def test_a_saved_question_in_the_editor_can_be_asked_as_it_stands(
    client: FlaskClient, little: Store, name: str
) -> None:
    page = client.get("/sparql", query_string={"example": name, "lang": "en"}, headers=BROWSER)
    assert page.status_code == 200
    answer = client.get("/sparql", query_string={"query": _query(page.text)}, headers=BROWSER)
    assert answer.status_code == 200
    asked = question(name)
    language = {"lang": "en"} if any(each.name == "lang" for each in asked.parameters) else {}
    told = ask(little, asked, {**asked.example, **language}).rows
    assert len(re.findall("<tr>", answer.text)) == (1 + min(len(told), ROWS_ON_PAGE) if told else 0)


def test_the_editor_lists_every_question(client: FlaskClient) -> None:
    page = client.get("/sparql", headers=BROWSER).text
    assert set(re.findall(r"\?example=([\w-]+)", page)) == {each.name for each in questions()}


def test_a_question_that_there_is_not_is_told(client: FlaskClient) -> None:
    page = client.get("/sparql?example=none", headers=BROWSER)
    assert page.status_code == 404
    assert 'role="alert"' in page.text


def test_the_address_to_share_asks_the_same_in_the_same_view(client: FlaskClient) -> None:
    asked = {"query": 'SELECT ("a&b" AS ?name) ?n { VALUES ?n { 1 2 } }', "view": "bar", "lang": "en"}
    page = client.get("/sparql", query_string=asked, headers=BROWSER).text
    address = re.search(r'id="address" readonly value="([^"]*)"', page)
    assert address
    shared = urlsplit(html.unescape(address[1]))
    assert parse_qs(shared.query) == {name: [value] for name, value in asked.items()}
    again = client.get(f"{shared.path}?{shared.query}", headers=BROWSER).text
    assert 'data-view="bar" aria-current="true"' in again


def test_the_catalogue_finds_questions_by_words_of_either_language(client: FlaskClient) -> None:
    for text in ("halten auf", "hold up tasks", "BLOCKING"):
        page = client.get("/questions", query_string={"text": text}, headers=BROWSER).text
        assert "/questions/blocking-tasks" in page, text
        assert "/questions/fitting-pairs" not in page, text
    assert f"of {len(questions())} entries" in client.get("/questions?lang=en", headers=BROWSER).text


def test_what_is_one_of_many_can_be_named_instead_of_chosen(client: FlaskClient) -> None:
    asked = next(each for each in questions() if any(one.kind == "rev:Actor" for one in each.parameters))
    parameter = next(one.name for one in asked.parameters if one.kind == "rev:Actor")
    by_iri = client.get(f"/questions/{asked.name}", query_string={**asked.example, "lang": "de"})
    name = re.search(rf'name="{parameter}" value="[^"]*" checked> ([^<]+)</label>', by_iri.text)
    assert name
    given = {**asked.example, parameter: html.unescape(name[1]).strip(), "lang": "de"}
    by_name = client.get(f"/questions/{asked.name}", query_string=given)
    assert by_name.status_code == 200
    cells = [re.findall("<td[^>]*>(.*?)</td>", page.text) for page in (by_iri, by_name)]
    told = [[cell for cell in each if "why=" not in cell] for each in cells]  # whose address holds what was given
    assert told[0] == told[1] != []


def test_no_form_lists_all_that_could_be_picked(client: FlaskClient) -> None:
    options = {
        asked.name: "".join(re.findall(r"<option[^>]*>", client.get(f"/questions/{asked.name}", headers=BROWSER).text))
        for asked in questions()
    }
    assert any(options.values())
    assert [name for name, told in options.items() if "/actor/" in told] == []
