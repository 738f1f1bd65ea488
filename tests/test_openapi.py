"""The description of the interface is valid, and requests made from it meet what it promises."""

import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.service import Service
from graph.store import Store
from queries.catalogue import questions


@pytest.fixture(scope="module")
def app(little: Store, service_of: Callable[..., Service]) -> Flask:
    return create_app(service_of(little))


def test_every_question_and_every_route_for_programs_is_described(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json?lang=en").json
    assert told
    assert told["openapi"].startswith("3.1")
    assert {f"/api/v1/questions/{each.name}" for each in questions()} <= told["paths"].keys()
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/api/") and "<" not in rule.rule}
    assert routes - told["paths"].keys() == {"/api/v1/openapi.json", "/api/v1/match/batch"}  # a batch is lines, no JSON
    names = [operation["operationId"] for path in told["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_parameters_are_described_with_type_choice_and_duty(app: Flask) -> None:
    told = app.test_client().get("/api/v1/openapi.json?lang=en").json
    assert told
    by_name = {
        each["name"]: each
        for name in ("pairs-on-day", "actors-for-several-competences")
        for each in told["paths"][f"/api/v1/questions/{name}"]["get"]["parameters"]
    }
    assert by_name["day"]["required"]
    assert by_name["day"]["schema"] == {"type": "string", "format": "date"}
    assert by_name["competence"]["schema"]["type"] == "array"
    assert "rev:Competence" in by_name["competence"]["description"]


def test_the_service_keeps_what_its_description_says(
    app: Flask, served: Callable[[Flask], AbstractContextManager[str]], tmp_path: Path
) -> None:
    program = str(Path(sys.executable).with_name("schemathesis"))
    with served(app) as address:
        # which IRIs a graph knows no schema can say: so what is valid by its schema may still be refused
        checked = ["--exclude-checks", "positive_data_acceptance", "--phases", "examples,coverage,fuzzing"]
        command = [program, "run", f"{address}/api/v1/openapi.json", *checked, "--max-examples", "5", "--seed", "1"]
        ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert ended.returncode == 0, ended.stdout
    found = re.search(r"Tested: (\d+)", ended.stdout)
    assert found
    assert int(found[1]) > len(questions())


@pytest.mark.parametrize("status", [400, 404, 406, 410])
def test_a_problem_names_a_kind_that_has_a_help_page(app: Flask, status: int) -> None:
    path = {
        400: "/api/v1/questions/blocking-tasks?sort=1",
        404: "/api/v1/questions/nothing",
        406: "/api/v1/questions/blocking-tasks",
        410: "/api/v1/questions/blocking-tasks?snapshot=20200101T000000000000-00000000",
    }[status]
    client = app.test_client()
    accept = "image/png" if status == 406 else "application/json"
    answer = client.get(path, headers={"Accept": accept})
    if status == 410 and answer.status_code == 404:
        pytest.skip("a store in memory keeps no snapshots")
    assert answer.status_code == status
    assert answer.json
    page, _, fragment = answer.json["type"].rpartition("/")[2].partition("#")
    assert f'id="{fragment}"' in client.get(f"/{page}").text
