"""The drawings beside an answer say what its table says, or are left out."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from api.views import MOST_BARS, Bar, views
from graph.analysis.drawing import coordinates
from graph.ask import ask
from graph.model import Literal, Table, Term
from graph.store import Store, store_of
from ontology.terms import IRI, XSD
from queries.catalogue import questions

NOTHING = store_of("")
ONE, OTHER = IRI("urn:one"), IRI("urn:other")


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def _number(text: str) -> Literal:
    return Literal(text, datatype=XSD.decimal)


def _table(*columns: str, rows: list[list[Term | None]]) -> Table:
    return Table(columns, tuple(map(tuple, rows)))


def _bars(*figures: str | None) -> tuple[Bar, ...]:
    rows: list[list[Term | None]] = [[Literal("Ding"), _number(each) if each else None] for each in figures]
    return views(_table("name", "figure", rows=rows), NOTHING, "en").bars


def test_a_bar_is_as_long_as_its_figure(client: FlaskClient, little: Store) -> None:
    suggested = [each for each in questions() if each.view == "bar"]
    drawn = {each.name: views(ask(little, each, {**each.example, "lang": "en"}), little, "en") for each in suggested}
    assert sum("bar" in each.offered for each in drawn.values()) > 4
    for asked in suggested:
        bars = drawn[asked.name].bars
        most = max((each.value for each in bars), default=1)
        assert all(each.length == pytest.approx(float(each.value / most)) for each in bars)
        page = client.get(f"/questions/{asked.name}", query_string={**asked.example, "lang": "en"}).text
        lengths = [float(each) for each in re.findall(r'<rect width="([\d.]+)%"', page)]
        assert lengths == [round(each.length * 100, 1) for each in bars]


def test_bars_that_would_mislead_are_not_drawn() -> None:
    assert len(_bars("3", "1")) == 2
    assert _bars("3") == ()
    assert _bars("3", "-1") == ()
    assert _bars("3", None) == ()
    assert _bars("3", "much") == ()
    assert _bars("3", "INF") == ()
    assert _bars("0", "0") == ()
    assert len(_bars(*map(str, range(1, 90)))) == MOST_BARS


def test_places_that_the_region_knows_make_a_map_and_others_none(little: Store) -> None:
    places = sorted(coordinates(little))
    table = _table("place", rows=[[places[0]], [places[0]], [places[1]]])
    found = views(table, little, "de")
    assert sorted((tile.value is not None, tile.value or 0) for tile in found.tiles)[-2:] == [(True, 1), (True, 2)]
    assert len(found.tiles) == len(places)
    assert "map" not in views(_table("place", rows=[[places[0]], [ONE]]), little, "de").offered


def test_counts_of_a_place_are_added_up_but_ratios_are_not(little: Store) -> None:
    place = min(coordinates(little))

    def told(*figures: str) -> list[str]:
        found = views(_table("place", "n", rows=[[place, _number(each)] for each in figures]), little, "de")
        return [str(tile.value) for tile in found.tiles if tile.value is not None]

    assert told("2", "3") == ["5"]
    assert told("0.4") == ["0.4"]
    assert told("0.4", "0.5") == []


def test_rows_that_bring_coordinates_are_tiles_by_themselves() -> None:
    rows: list[list[Term | None]] = [
        [Literal("north"), _number("51.8"), _number("7.0"), _number("4")],
        [Literal("south"), _number("51.5"), _number("7.0"), _number("2")],
        [Literal("nowhere"), _number("151.5"), _number("7.0"), _number("2")],
    ]
    found = views(_table("name", "lat", "long", "count", rows=rows), NOTHING, "en")
    assert [(tile.label, tile.row, str(tile.value)) for tile in found.tiles] == [("north", 0, "4"), ("south", 1, "2")]
    assert [tile.shade for tile in found.tiles] == [(1, 2), (0, 2)]


def test_pairs_of_things_make_a_network_that_is_named_by_the_answer() -> None:
    table = _table("a", "a_name", "b", rows=[[ONE, Literal("Eins"), OTHER], [ONE, Literal("Eins"), None]])
    net = views(table, NOTHING, "en").net
    assert net is not None
    assert [(node.thing, node.name) for node in net.nodes] == [(ONE, "Eins"), (OTHER, "urn:other")]
    assert [(line.source, line.target) for line in net.lines] == [(ONE, OTHER)]
    assert views(_table("a", "b", rows=[[ONE, ONE]]), NOTHING, "en").net is None


def test_a_graph_is_a_network_of_its_triples_without_their_texts() -> None:
    rows: list[list[Term | None]] = [[ONE, IRI("urn:p"), OTHER], [ONE, IRI("urn:p"), Literal("x")]]
    net = views(_table("subject", "predicate", "object", rows=rows), NOTHING, "en").net
    assert net is not None
    assert [(line.source, line.says, line.target) for line in net.lines] == [(ONE, "urn:p", OTHER)]


def test_the_table_is_always_offered_and_stands_in_for_what_is_not() -> None:
    found = views(_table("name", rows=[]), NOTHING, "en")
    assert found.offered == ("table",)
    assert found.chosen("map") == "table"


def test_a_view_is_kept_in_the_address_and_in_none_of_the_files(client: FlaskClient) -> None:
    page = client.get("/questions/needs-per-municipality?lang=en&view=table").text
    assert re.search(r'data-view="table" aria-current="true"', page)
    assert 'data-view="map" hidden' in page
    assert "view=" not in "".join(re.findall(r'href="([^"]+\.csv[^"]*)"', page))
