"""Feeds and the list of changes tell what a build changed, once, in both languages, and nothing of what is private."""

import re
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.current import Current, edition_in
from api.representation import OFFERED
from api.service import Service
from graph.build import build
from graph.matching.news import published_matches
from graph.snapshot import builds, published
from graph.store import Store
from ontology.terms import CS

LITTLE = Path(__file__).parents[1] / "regions" / "little"
NAME = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little region built twice: the second time a need asks for another competence, and an actor is renamed."""
    folder = tmp_path_factory.mktemp("feeds")
    pack = shutil.copytree(LITTLE, folder / "pack")
    build(pack, folder / "home")
    _replace(pack / "tables" / "actors.csv", "Beispiel Pulverlack", "Zink & Kern")
    _replace(pack / "tables" / "needs.csv", ",coating,", ",bath-analysis,")
    build(pack, folder / "home")
    return folder / "home"


def _replace(table: Path, old: str, new: str) -> None:
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def client(home: Path, little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    service = replace(service_of(little), current=Current(edition_in(published(home))))
    return create_app(service).test_client()


def _titles(client: FlaskClient, path: str) -> list[str]:
    feed = ElementTree.fromstring(client.get(path).text)  # noqa: S314 - our own
    return [title.text or "" for title in feed.findall(f"{NAME}entry/{NAME}title")]


def test_a_change_of_the_graph_is_told_in_both_languages(client: FlaskClient) -> None:
    german, english = (_titles(client, f"/feed.atom?lang={language}") for language in ("de", "en"))
    assert any("Zink & Kern" in title for title in german)
    assert len(german) == len(english)
    assert german != english


def test_a_match_that_came_of_a_change_is_news_and_one_that_stays_is_none(client: FlaskClient, little: Store) -> None:
    told = _titles(client, "/feed/matches.atom?lang=en")
    assert 0 < len(told) < len(published_matches(little))
    assert all(re.match(r"(New|Better): .+ – .+, “.+” \((\d+% → )?\d+%\)$", title) for title in told)


def test_a_feed_that_is_held_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/feed.atom?lang=en")
    assert first.content_type == "application/atom+xml; charset=utf-8"
    again = client.get("/feed.atom?lang=en", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_entry_leads_to_a_page_and_has_a_key_of_its_own(client: FlaskClient) -> None:
    feed = ElementTree.fromstring(client.get("/feed.atom").text)  # noqa: S314 - our own
    keys = [key.text for key in feed.findall(f"{NAME}entry/{NAME}id")]
    assert len(set(keys)) == len(keys) > 0
    for link in feed.findall(f"{NAME}entry/{NAME}link"):
        assert client.get(link.attrib["href"].removeprefix("http://localhost")).status_code == 200


def test_only_builds_are_compared(home: Path) -> None:
    now = published(home)
    assert builds(home, now.name)[0].name == now.name
    assert len(builds(home, now.name)) == 2
    assert len(builds(home, builds(home, now.name)[1].name)) == 1


def test_the_list_of_changes_says_the_same_as_page_and_as_rdf(client: FlaskClient, home: Path) -> None:
    page = client.get("/changes?lang=de")
    assert page.status_code == 200
    assert "Zink &amp; Kern" in page.text
    for form in OFFERED:
        answer = client.get(f"/changes.{form.suffix}")
        triples = {quad.triple for quad in ox.parse(answer.data, form.engine)}
        told = {triple.object.value for triple in triples if triple.predicate.value == CS.changeReason}
        assert any("Zink & Kern" in sentence for sentence in told), form
        subjects = [triple for triple in triples if triple.predicate.value == CS.subjectOfChange]
        assert len(subjects) == len(_titles(client, "/feed.atom"))
    newest, first = (folder.name for folder in builds(home, published(home).name))
    assert client.get(f"/changes.ttl?from={first}&to={newest}").data == client.get("/changes.ttl").data


def test_builds_that_cannot_be_compared_are_problems_that_say_why(client: FlaskClient, home: Path) -> None:
    newest, first = (folder.name for folder in builds(home, published(home).name))
    swapped = client.get(f"/changes.ttl?from={newest}&to={first}")
    assert (swapped.status_code, "Swap" in swapped.text) == (400, True)
    assert client.get("/changes.ttl?from=20200101T000000000000-00000000").status_code == 410
    assert client.get("/changes.ttl?from=nothing").status_code == 404


def test_a_first_build_has_no_changes(little: Store, service_of: Callable[..., Service]) -> None:
    page = create_app(service_of(little)).test_client().get("/changes?lang=en")
    assert (page.status_code, "first build" in page.text) == (200, True)


def test_the_first_page_tells_what_the_last_build_changed(client: FlaskClient) -> None:
    deadline = time.monotonic() + 20
    while "Neu seit dem" not in (page := client.get("/?lang=de").text):  # the comparison is made aside
        assert "Veröffentlicht am" in page
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "Zink &amp; Kern" in page
    assert re.search(r"Hinzugekommen: 0 · geändert: [1-9]", page)
