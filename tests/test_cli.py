"""The command as a person types it: answers on standard output, sentences on standard error, true exit codes."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from api.cli import main
from ontology.terms import REV

SELECT = f'SELECT ?name {{ ?a a <{REV.Region}> ; ?p ?name FILTER(LANG(?name) = "de") }}'


@pytest.fixture
def home(little_snapshot: Path) -> str:
    return str(little_snapshot.parents[1])


def _run(home: str, *words: str, said: str | None = None) -> Result:
    return CliRunner().invoke(main, ["--lang", "en", *words], env={"REVIER_HOME": home}, input=said)


@pytest.mark.parametrize("name", sorted(main.commands))
def test_the_help_of_a_command_begins_with_a_verb_and_ends_well(home: str, name: str) -> None:
    result = _run(home, name, "--help")
    assert result.exit_code == 0
    first = result.output.split("\n\n")[1].split()[0]
    assert first[0].isupper()
    assert first[-1] not in "sg", "an imperative, not a description"


def test_a_query_is_answered_as_table_and_in_the_standards_formats(home: str) -> None:
    assert "name" in _run(home, "query", "-", said=SELECT).output
    bindings = json.loads(_run(home, "query", "-", "--format", "json", said=SELECT).stdout)["results"]["bindings"]
    assert {row["name"]["value"] for row in bindings} == {"Kleinrevier (erfunden)"}
    turtle = _run(home, "query", "-", "--format", "ttl", said="CONSTRUCT { ?a a ?k } { ?a a ?k } LIMIT 1")
    assert turtle.stdout.rstrip().endswith(".")


def test_a_query_that_is_no_sparql_is_refused_with_its_line(home: str) -> None:
    result = _run(home, "query", "-", said="SELECT ?x\n{ ?x ?y }")
    assert result.exit_code == 2
    assert "line 2" in result.stderr


def test_questions_are_listed_and_answered_in_the_readers_language(home: str) -> None:
    assert "blocking-tasks" in _run(home, "ask").stdout
    answer = json.loads(_run(home, "--json", "ask", "blocking-tasks").stdout)
    assert answer
    assert set(answer[0]) == {"identifier", "task", "task_name", "later"}


def test_a_wrong_parameter_is_named(home: str) -> None:
    result = _run(home, "ask", "blocking-tasks", "--param", "nonsense=1")
    assert result.exit_code == 2
    assert "nonsense" in result.stderr
    unknown = _run(home, "ask", "nothing-such")
    assert unknown.exit_code == 2
    assert "nothing-such" in unknown.stderr


def test_a_match_is_explained_and_its_parts_add_up(home: str) -> None:
    need = "id:kleinrevier/need/0001"
    found = json.loads(_run(home, "--json", "match", "--need", need, "--explain").stdout)
    assert found
    for one in found:
        assert one["score"] == pytest.approx(sum(criterion["contribution"] for criterion in one["criteria"]))
    assert found[0]["actor"]["label"] in _run(home, "match", "--need", need).stdout


def test_a_match_without_a_need_says_what_to_say(home: str) -> None:
    result = _run(home, "match")
    assert result.exit_code == 2
    assert "Say what is needed" in result.stderr
