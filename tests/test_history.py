"""The history of a thing tells what happened to it and what builds changed about it and its records, and no more."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.current import Current, edition_in
from api.service import Service
from graph.build import build
from graph.history import events, history
from graph.snapshot import builds, published
from graph.store import Store
from ontology.naming import BASE
from ontology.terms import IRI

LITTLE = Path(__file__).parents[1] / "regions" / "little"
GALVANIK, OFENBAU = (IRI(f"{BASE}id/kleinrevier/actor/{key}") for key in ("0001", "0004"))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The little region built three times: the second time an actor is renamed, the third time a need of it."""
    folder = tmp_path_factory.mktemp("history")
    pack = shutil.copytree(LITTLE, folder / "pack")
    build(pack, folder / "home")
    _replace(pack / "tables" / "actors.csv", "Beispiel Galvanik", "Zink & Kern")
    build(pack, folder / "home")
    _replace(pack / "tables" / "needs.csv", "Bäder laufend prüfen", "Bäder täglich prüfen")
    build(pack, folder / "home")
    return folder / "home"


def _replace(table: Path, old: str, new: str) -> None:
    text = table.read_text(encoding="utf-8")
    assert old in text
    table.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def kept(home: Path) -> tuple[Path, ...]:
    return builds(home, published(home).name)


@pytest.fixture
def client(home: Path, little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    service = replace(service_of(little), current=Current(edition_in(published(home))))
    return create_app(service).test_client()


def test_each_build_tells_what_it_changed_the_newest_first(kept: tuple[Path, ...]) -> None:
    newest, older = history(kept, GALVANIK)
    assert [newest.build, older.build] == [kept[0], kept[1]]
    assert [change.sentence.de for change in newest.changes] == [
        "Bäder täglich prüfen: Name: Bäder laufend prüfen → Bäder täglich prüfen"
    ]
    [renamed] = older.changes
    assert (renamed.node, renamed.kind) == (GALVANIK, "changed")
    old, new = (f"{name} Musterfeld GmbH (erfunden)" for name in ("Beispiel Galvanik", "Zink & Kern"))
    assert renamed.sentence.en.endswith(f": {old} → {new}")


def test_what_changed_about_others_is_no_part_of_it(kept: tuple[Path, ...]) -> None:
    assert history(kept, OFENBAU) == ()
    assert history(kept[:1], GALVANIK) == ()


def test_what_happened_is_told_with_its_day_and_its_mark(little: Store) -> None:
    # changes.csv: galvanik was renamed on 1 April 2019, as a register has it
    [event] = events(little, GALVANIK)
    assert event.day is not None
    assert (event.day.value, event.kind.name("en").value) == ("2019-04-01", "renamed")
    assert event.mark is not None
    assert events(little, OFENBAU) == ()


def test_the_page_tells_events_changes_and_sources_as_text(client: FlaskClient) -> None:
    page = client.get("/history/doc/kleinrevier/actor/0001?lang=en").text
    assert "1 April 2019" in page
    assert "Zink &amp; Kern" in page
    assert "Snapshots compared: 3" in page
    assert page.index("täglich") < page.index("GmbH (erfunden) →")
    assert "Kleinrevier: actors" in page


def test_a_page_without_changes_says_so_and_one_of_nothing_is_not_found(client: FlaskClient) -> None:
    assert "Nothing has changed" in client.get("/history/voc/competence/coating?lang=en").text
    assert client.get("/history/doc/kleinrevier/actor/9999").status_code == 404
