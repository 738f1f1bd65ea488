"""`revier match` in all its ways: one need, an actor, a file of needs, and what is new since a snapshot."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main

MAKER = "id:kleinrevier/actor/0001"


@pytest.fixture
def home(little_snapshot: Path) -> str:
    return str(little_snapshot.parents[1])


def _run(home: str, *words: str) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", "match", *words], env={"REVIER_HOME": home})


def test_an_actor_is_told_the_needs_that_it_meets(home: str) -> None:
    assert "coat pipes" in _run(home, "--actor", MAKER).stdout
    assert json.loads(_run(home, "--actor", MAKER, "--json").stdout)[0]["need"]["iri"].endswith("need/0001")


def test_what_is_left_out_is_not_gone_by(home: str) -> None:
    words = ("--text", "Wir suchen eine Beschichtung und Sensorik.")
    assert "coating" in _run(home, *words).stdout.splitlines()[0]
    assert "coating" not in _run(home, *words, "--without", "voc:competence/coating").stdout.splitlines()[0]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_file_of_needs_is_answered_in_its_order(home: str, tmp_path: Path, form: str) -> None:
    file = tmp_path / "needs.csv"
    file.write_text("id,text,required,minimum_readiness\na,Sensor,,\nb,,voc:competence/coating,7\n")
    result = _run(home, "--batch", str(file), "--format", form, "--limit", "1")
    assert result.exit_code == 0
    lines = csv.DictReader(io.StringIO(result.stdout)) if form == "csv" else map(json.loads, result.stdout.splitlines())
    assert [line["id"] for line in lines] == ["a", "b"]
    assert "2 needs, 2 answered" in result.stderr


def test_a_need_that_cannot_be_answered_is_told_and_the_others_are(home: str, tmp_path: Path) -> None:
    file = tmp_path / "needs.jsonl"
    file.write_text('{"need": "urn:nowhere"}\n{]\n{"text": "Sensor"}\n')
    result = _run(home, "--batch", str(file))
    assert result.exit_code == 1
    assert ["problem" in json.loads(line) for line in result.stdout.splitlines()] == [True, True, False]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "nothing"), "There is no snapshot nothing"),
        (("--since", "..", "--text", "x"), "stands alone"),
        (("--actor", "urn:nobody"), "no actor"),
        (("--actor", "no iri"), "no iri"),
    ],
)
def test_what_cannot_be_meant_is_refused(home: str, words: tuple[str, ...], says: str) -> None:
    result = _run(home, *words)
    assert result.exit_code == 2
    assert says in result.stderr


def test_nothing_is_new_since_the_same_snapshot(home: str, little_snapshot: Path) -> None:
    result = _run(home, "--since", little_snapshot.name, "--json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
