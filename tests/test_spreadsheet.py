"""Whatever the graph says, no table that a spreadsheet opens computes it."""

import csv
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.model import Literal, Term
from graph.rdf import N_TRIPLES, write_triples
from graph.store import Store, store_of
from ontology.naming import BASE
from ontology.terms import IRI, SKOS

FORMULA = "=1+1 "
ACTOR = "kleinrevier/actor/0009"
FILES = {
    "/actors.csv": ",",
    "/needs.csv": ",",
    "/actors.tsv": "\t",
    "/map?format=csv": ",",
    f"/correction/doc/{ACTOR}": ",",
}


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    """Pages of the little region in which each name begins as a formula does."""
    rows = little.select("SELECT ?thing ?says ?what WHERE { ?thing ?says ?what }").rows
    triples = [(thing, IRI(str(says)), hostile(what) if says == SKOS.prefLabel else what)
               for thing, says, what in rows if thing and what]  # fmt: skip
    return create_app(service_of(store_of(write_triples(triples, N_TRIPLES).decode()))).test_client()


def hostile(name: Term) -> Term:
    assert isinstance(name, Literal)
    return replace(name, value=FORMULA + name.value)


def computed(file: str, separator: str) -> list[str]:
    """The cells that a spreadsheet would take for a formula: what begins like one and is no number."""
    cells = [cell for line in csv.reader(StringIO(file), delimiter=separator) for cell in line]
    assert any(FORMULA in cell for cell in cells)
    return [cell for cell in cells if cell[:1] in tuple("=+-@\t\r") and not is_number(cell)]


def is_number(cell: str) -> bool:
    return cell.removeprefix("-").replace(".", "", 1).isdecimal()


@pytest.mark.parametrize("path", FILES)
def test_no_cell_of_a_file_is_a_formula(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    assert computed(answer.data.decode("utf-8-sig"), FILES[path]) == []


def test_no_cell_of_a_shortlist_is_a_formula(client: FlaskClient) -> None:
    entry = urlencode({"text": "Galvanik", "actor": f"{BASE}id/{ACTOR}", "note": FORMULA})
    answer = client.post("/shortlist/export", data={"entry": entry, "format": "csv"})
    assert computed(answer.data.decode("utf-8-sig"), ",") == []
