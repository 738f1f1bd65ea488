"""What-if scenarios: what they change is worked out by hand, the same key says the same, and nothing is written."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.app import create_app
from api.cli import main
from api.service import Service
from graph.analysis.facts import Facts, read_facts
from graph.analysis.observations import observations
from graph.analysis.scenario import applied, differences, read_scenario, scenario_of
from graph.build import build
from graph.errors import WrongUse
from graph.store import Store
from ontology.naming import ID, VOC
from ontology.terms import IRI

LITTLE = Path(__file__).parents[1] / "regions" / "little"
GALVANIK, STADTWERKE = (f"id:kleinrevier/actor/{number:04}" for number in (1, 10))
# a firm that stores heat, known to the utility: the one need without a supplier gets one
SCENARIO = {
    "name": "Wärmespeicher",
    "add": {
        "actors": [{"id": f"{ID}scenario/actor/speicher", "name": "Speicher GmbH", "classes": ["solution-developer"]}],
        "offers": [{"actor": f"{ID}scenario/actor/speicher", "competences": ["voc:competence/heat-storage"]}],
        "ties": [{"one": f"{ID}scenario/actor/speicher", "other": STADTWERKE}],
    },
}


@pytest.fixture(scope="module")
def facts(little: Store) -> Facts:
    return read_facts(little)


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def _changed(facts: Facts, told: object) -> Mapping[tuple[str, str], tuple[float | None, float | None]]:
    after = applied(read_scenario(told), facts)
    return {
        (each.indicator, each.thing.rpartition("/")[2]): (each.before, each.after)
        for each in differences(observations(facts), observations(after))
    }


def test_a_new_supplier_ends_a_white_spot_and_a_tie_makes_a_neighbour(facts: Facts) -> None:
    found = _changed(facts, SCENARIO)
    assert found["unserved-need", "99000001"] == (1, None)
    assert found["single-supplier", "99000001"] == (None, 1)
    assert found["degree", "0010"] == (1, 2)
    assert found["degree", "speicher"] == (None, 1)
    assert not any(indicator in ("led-tasks", "waiting-tasks") for indicator, _ in found)


def test_who_leaves_takes_offers_and_ties_along(facts: Facts) -> None:
    found = _changed(facts, {"remove": {"actors": [{"id": GALVANIK}]}})
    # the three of the project were tied to each other, and all four by the network
    assert found["degree", "0001"] == (3, None)
    assert found["degree", "0002"] == (4, 3)
    assert found["degree", "0012"] == (3, 2)


def test_to_take_away_what_was_added_changes_nothing(facts: Facts) -> None:
    after = applied(read_scenario(SCENARIO), facts)
    back = applied(read_scenario({"remove": {"actors": [{"id": f"{ID}scenario/actor/speicher"}]}}), after)
    assert differences(observations(facts), observations(back)) == ()


def test_ties_offers_needs_and_competences_go_one_by_one(facts: Facts) -> None:
    network = IRI(f"{ID}kleinrevier/actor/0002")
    one = applied(read_scenario({"remove": {"ties": [{"one": GALVANIK, "other": network}]}}), facts)
    assert len(facts.ties) - len(one.ties) in (1, 2)
    offer, need = facts.supply[0].offer, facts.demand[0].need
    less = applied(read_scenario({"remove": {"offers": [{"id": offer}], "needs": [{"id": need}]}}), facts)
    assert (len(facts.supply) - len(less.supply), len(facts.demand) - len(less.demand)) == (1, 1)
    skill = f"{VOC}competence/heat-storage"
    more = applied(read_scenario({"add": {"competences": [{"actor": GALVANIK, "competence": skill}]}}), facts)
    assert skill in more.competences[IRI(f"{ID}kleinrevier/actor/0001")]
    asked = {"actor": GALVANIK, "competences": [skill], "place": "place:99000001"}
    assert len(applied(read_scenario({"add": {"needs": [asked]}}), facts).demand) == len(facts.demand) + 1


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ([], "A scenario has name, add and remove"),
        ({"delete": {}}, "and no delete"),
        ({}, "has 0 changes"),
        ({"name": 3}, "at most 200 characters"),
        ({"add": {"planets": []}}, "actors, offers, needs, ties, competences"),
        ({"add": {"actors": {}}}, "add.actors: write a list"),
        ({"add": {"actors": [{"colour": "red"}]}}, "id, name, place, classes"),
        ({"add": {"actors": [{"id": GALVANIK}]}}, "exists already"),
        ({"add": {"actors": [{"classes": ["king"]}]}}, "choose from user"),
        ({"add": {"actors": [{"place": "place:1"}]}}, "is not among"),
        ({"add": {"offers": [{"actor": GALVANIK}]}}, "name at least one"),
        ({"add": {"offers": [{"actor": GALVANIK, "competences": ["x"]}]}}, "is no IRI"),
        ({"add": {"offers": [{"actor": GALVANIK, "competences": ["voc:x"], "serves": "all"}]}}, "list of places"),
        ({"add": {"ties": [{"one": GALVANIK, "other": GALVANIK}]}}, "tied to itself"),
        ({"remove": {"offers": [{"id": "id:kleinrevier/offer/9999"}]}}, "remove.offers[0].id"),
        ({"remove": {"actors": [{"id": 4}]}}, "is no IRI"),
    ],
)
def test_a_wrong_scenario_is_refused_with_what_would_be_right(facts: Facts, told: object, said: str) -> None:
    with pytest.raises(WrongUse) as caught:
        applied(read_scenario(told), facts)
    assert said in str(caught.value)


@pytest.mark.parametrize("key", ["", "x", "eJyrVgIAAXUA-A", "A" * 7000, read_scenario(SCENARIO).key[:-9]])
def test_a_broken_key_is_refused(key: str) -> None:
    with pytest.raises(WrongUse):
        scenario_of(key)


def test_a_key_holds_the_whole_scenario() -> None:
    told = read_scenario(SCENARIO)
    assert scenario_of(told.key) == told


def test_what_is_sent_has_an_address_that_says_the_same(client: FlaskClient, little: Store) -> None:
    answer = client.post("/api/v1/whatif?lang=de", json=SCENARIO)
    assert answer.status_code == 200
    told = json.loads(answer.data)
    assert told["snapshot"] == little.snapshot
    assert told["names"][f"{ID}scenario/actor/speicher"] == "Speicher GmbH"
    assert told["states"]["before"]["unserved-need"] == told["states"]["after"].get("unserved-need", 0) + 1
    assert json.loads(client.get(told["address"]).data) == told
    assert "Speicher GmbH" not in client.get("/api/v1/gaps").text


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b'{"name": "%s"}' % (b"x" * 200_000), 413)], ids=repr
)
def test_a_body_that_is_no_scenario_is_a_problem(client: FlaskClient, body: bytes, status: int) -> None:
    answer = client.post("/api/v1/whatif", data=body, content_type="application/json")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


def test_the_command_reads_toml_and_json_and_leaves_the_graph_alone(tmp_path: Path) -> None:
    build(LITTLE, tmp_path / "home")
    before = sorted(path.name for path in (tmp_path / "home" / "snapshots").iterdir())
    plan = tmp_path / "plan.toml"
    plan.write_text(f'name = "weniger"\n[[remove.actors]]\nid = "{GALVANIK}"\n', encoding="utf-8")
    same = tmp_path / "plan.json"
    same.write_text(json.dumps({"name": "weniger", "remove": {"actors": [{"id": GALVANIK}]}}), encoding="utf-8")
    environment = {"REVIER_HOME": str(tmp_path / "home")}
    told = [CliRunner().invoke(main, ["whatif", str(path)], env=environment) for path in (plan, same)]
    assert all(each.exit_code == 0 for each in told), told[0].output
    assert told[0].stdout == told[1].stdout
    assert "3 → –" in told[0].stdout
    assert sorted(path.name for path in (tmp_path / "home" / "snapshots").iterdir()) == before
    plan.write_text("name = ", encoding="utf-8")
    refused = CliRunner().invoke(main, ["whatif", str(plan)], env=environment)
    assert refused.exit_code
