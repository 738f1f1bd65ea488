"""The drawing beside an answer says what its table says, or is left out."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.charts import MOST_BARS, bars
from api.service import Service
from graph.ask import ask
from graph.model import Literal, Table
from graph.store import Store
from ontology.terms import XSD
from queries.catalogue import question, questions

ASKED = question("indicator-values")


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def _table(*figures: str | None) -> Table:
    texts = [column.type == "text" for column in ASKED.columns]
    cells = [Literal(figure, datatype=XSD.decimal) if figure else None for figure in figures]
    rows = (tuple(Literal("Ding") if is_text else cell for is_text in texts) for cell in cells)
    return Table(tuple(column.name for column in ASKED.columns), tuple(rows))


def test_a_bar_is_as_long_as_its_figure(client: FlaskClient, little: Store) -> None:
    told = {"lang": "en"}
    every = {
        each.name: (each, ask(little, each, {**each.example, **told})) for each in questions() if each.view == "bar"
    }
    drawn = {name: found for name, answer in every.items() if (found := bars(*answer))}
    assert len(drawn) > 4
    for name, found in drawn.items():
        asked = question(name)
        most = max(each.value for each in found)
        assert all(each.length == pytest.approx(float(each.value / most)) for each in found)
        page = client.get(f"/questions/{asked.name}", query_string={**asked.example, "lang": "en"}).text
        lengths = [float(each) for each in re.findall(r'<rect x="400" y="4" width="([\d.]+)"', page)]
        assert lengths == [round(each.length * 500, 1) for each in found]


def test_what_would_mislead_is_not_drawn() -> None:
    assert len(bars(ASKED, _table("3", "1"))) == 2
    assert bars(ASKED, _table("3")) == ()
    assert bars(ASKED, _table("3", "-1")) == ()
    assert bars(ASKED, _table("3", None)) == ()
    assert bars(ASKED, _table("3", "much")) == ()
    assert bars(ASKED, _table("0", "0")) == ()
    assert bars(replace(ASKED, view="table"), _table("3", "1")) == ()
    assert len(bars(ASKED, _table(*map(str, range(1, 90))))) == MOST_BARS
