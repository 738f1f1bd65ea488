"""The analyses over HTTP and on the command line: documents with names and definitions, and refusals that help."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.app import create_app
from api.cli import main
from api.current import Current, edition_in
from api.service import Service
from graph.analysis.facts import main_fields, read_facts
from graph.build import build
from graph.snapshot import published
from graph.store import Store, open_store

PATHS = ("network", "gaps", "team?need=id:kleinrevier/need/0003", "assign", "profile")
GUIDE = Path(__file__).parents[1] / "docs" / "analysis.md"
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
        ("network?kind=love", 400, "Allowed are project, membership, competence, match"),
        ("network?group=age", 400, "Allowed are place, class, field"),
        ("network?format=png", 400, "Choose one of: json, gexf, graphml, csv"),
        ("network?from=id:x&to=id:y", 404, "is no actor"),
        ("network?sort=1", 400, "There are: kind"),
        ("gaps?field=voc:nothing", 404, "There are: "),
        ("gaps?field=no iri", 400, "is no IRI"),
        ("team", 400, "Name 1 to 50"),
        ("team?need=id:kleinrevier/need/9999", 404, "no live need"),
        ("team?field=voc:nothing", 404, "is no competence field"),
        ("team?competence=voc:competence/data&alternatives=99", 400, "Allowed are 1 to 10"),
        ("assign?load=0", 400, "Allowed are 1 to 100"),
        ("assign?load=x", 400, "Write a whole number"),
    ],
)
def test_what_cannot_be_answered_says_what_can(client: FlaskClient, path: str, status: int, said: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    assert (answer.status_code, said in answer.text) == (status, True), answer.text


def test_roles_and_teams_go_by_fields_too(client: FlaskClient, little: Store) -> None:
    facts = read_facts(little)
    for actor, field in main_fields(facts).items():
        shares = {name: len(facts.competences[actor] & held) for name, held in facts.fields.items()}
        assert shares[field] == max(shares.values()) > 0
    assert client.get("/api/v1/network?group=field").status_code == 200
    field = next(iter(facts.fields))
    told = json.loads(client.get("/api/v1/team", query_string={"field": field}).data)
    assert set(told["required"]) == facts.fields[field]


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


@pytest.fixture(scope="module")
def region(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("region")
    build(REGIONS / "emscher-lippe", home)
    return home


def test_the_scenario_of_the_guide_can_be_asked(region: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(GUIDE.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0], encoding="utf-8")
    environment = {"REVIER_HOME": str(region)}
    ended = CliRunner().invoke(main, ["--json", "whatif", str(plan)], env=environment)
    assert ended.exit_code == 0, ended.output
    told = json.loads(ended.stdout)
    assert told["names"]["https://w3id.org/revier/id/scenario/actor/heat"] == "Waste Heat Ltd"
    assert any(each["indicator"] == "degree" and each["before"] is None for each in told["differences"])


def test_gaps_tell_what_changed_since_a_kept_snapshot(tmp_path: Path, service_of: Callable[..., Service]) -> None:
    pack = shutil.copytree(REGIONS / "little", tmp_path / "pack")
    home = tmp_path / "home"
    build(pack, home)
    first = published(home).name
    needs = pack / "tables" / "needs.csv"
    needs.write_text(needs.read_text().replace(",coating,", ",bath-analysis,"))
    build(pack, home)
    service = replace(service_of(open_store(published(home))), current=Current(edition_in(published(home))))
    client = create_app(service).test_client()
    changes = json.loads(client.get(f"/api/v1/gaps?since={first}&lang=en").data)["changes"]
    assert {each["competence"].rpartition("/")[2] for each in changes} <= {
        "coating",
        "galvanic-coating",
        "bath-analysis",
    }
    assert any((each["before"], each["after"]) == ("single-supplier", "idle-offer") for each in changes)
    assert client.get("/api/v1/gaps?since=20200101T000000000000-00000000").status_code == 410
    told = CliRunner().invoke(main, ["--json", "gaps", "--since", first], env={"REVIER_HOME": str(home)})
    assert json.loads(told.stdout)["changes"] == changes


def test_employment_comes_with_what_to_mind(region: Path, service_of: Callable[..., Service]) -> None:
    client = create_app(service_of(open_store(published(region)))).test_client()
    told = json.loads(client.get("/api/v1/profile").data)
    town = next(e for e in told["employment"] if e["place"].endswith("/DEA31") and e["group"].endswith("/C"))
    assert (town["year"], town["employees"]) == (2020, 3789)
    assert any("reclassification" in each.get("en", "") for each in told["mind"])


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
