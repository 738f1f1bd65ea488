"""The analyses over HTTP and on the command line: documents with names and definitions, and refusals that help."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.app import create_app
from api.cli import main
from api.service import Service
from graph.build import build
from graph.store import Store

PATHS = ("network", "gaps", "team?need=id:kleinrevier/need/0003", "assign", "profile")
REGIONS = Path(__file__).parents[1] / "regions"


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


@pytest.mark.parametrize("path", PATHS)
def test_a_document_names_all_things_and_defines_its_figures(client: FlaskClient, path: str) -> None:
    answer = client.get(f"/api/v1/{path}", query_string=None)
    assert answer.status_code == 200
    told = answer.json
    assert told
    assert told["about"]
    assert all(told["about"].values())
    things = {each for each in _texts({name: each for name, each in told.items() if name != "names"})
              if each.startswith("https://w3id.org/revier/")}  # fmt: skip
    assert things
    assert things <= told["names"].keys()
    assert client.get(f"/api/v1/{path}", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_the_names_speak_the_language(client: FlaskClient) -> None:
    german, english = (client.get(f"/api/v1/gaps?lang={language}").json for language in ("de", "en"))
    assert german
    assert english
    assert "Wärme speichern" in german["names"].values()
    assert "storing heat" in english["names"].values()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("network?kind=love", 400, "Allowed are project, membership, competence"),
        ("network?group=age", 400, "Allowed are place, class"),
        ("network?format=png", 400, "Choose one of: json, gexf, graphml, csv"),
        ("network?from=id:x&to=id:y", 404, "is no actor"),
        ("network?sort=1", 400, "There are: kind"),
        ("gaps?field=voc:nothing", 404, "There are: "),
        ("gaps?field=no iri", 400, "is no IRI"),
        ("team", 400, "Name 1 to 50"),
        ("team?need=id:kleinrevier/need/9999", 404, "no live need"),
        ("team?competence=voc:competence/data&alternatives=99", 400, "Allowed are 1 to 10"),
        ("assign?load=0", 400, "Allowed are 1 to 100"),
        ("assign?load=x", 400, "Write a whole number"),
    ],
)
def test_what_cannot_be_answered_says_what_can(client: FlaskClient, path: str, status: int, said: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_the_network_comes_as_files_that_others_read(client: FlaskClient, tmp_path: Path) -> None:
    for form, read in (("gexf", nx.read_gexf), ("graphml", nx.read_graphml)):
        path = tmp_path / f"network.{form}"
        path.write_bytes(client.get(f"/api/v1/network?format={form}").data)
        graph = read(path)
        assert (len(graph), graph.number_of_edges()) == (30, 9)
        assert any("Galvanik" in said["label"] for _, said in graph.nodes(data=True))
    rows = list(csv.DictReader(io.StringIO(client.get("/api/v1/network?format=csv").text)))
    assert len(rows) == 9
    assert rows[0]["through"].startswith("https://w3id.org/revier/id/")


def test_the_commands_print_tables_and_json(tmp_path: Path) -> None:
    build(REGIONS / "little", tmp_path)
    runner, environment = CliRunner(), {"REVIER_HOME": str(tmp_path)}
    for path in PATHS:
        name, _, need = path.partition("?need=")
        more = ["--need", need] if need else []
        lines = runner.invoke(main, ["--lang", "en", name, *more], env=environment)
        assert lines.exit_code == 0, lines.output
        assert lines.stdout.strip()
        told = json.loads(runner.invoke(main, ["--json", name, *more], env=environment).stdout)
        assert told["names"]
    refused = runner.invoke(main, ["gaps", "--field", "voc:nothing"], env=environment)
    assert refused.exit_code != 0


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) else []
