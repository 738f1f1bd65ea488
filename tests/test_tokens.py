"""A token is told once, kept as a hash, and stops the moment it is revoked."""

import hashlib
import json
import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from graph.errors import Unauthorised, UnknownTerm, WrongUse
from graph.tokens import Scope, Tokens
from ontology.terms import IRI

PLAN = IRI("urn:plans/2027")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tokens.json"


@pytest.mark.parametrize(
    ("graphs", "graph", "covered"),
    [
        (("*",), PLAN, True),
        (("*",), None, True),
        (("urn:plans/2027",), PLAN, True),
        (("urn:plans/202",), PLAN, False),
        (("urn:plans/*",), PLAN, True),
        (("urn:plan*", "default"), None, True),
        (("urn:plan*",), None, False),
        (("default",), PLAN, False),
        ((), PLAN, False),
    ],
)
def test_a_scope_covers_what_it_names(graphs: tuple[str, ...], graph: IRI | None, covered: bool) -> None:
    assert Scope(graphs).covers(graph) is covered


def test_a_secret_has_256_bits_and_only_its_hash_is_kept_for_the_owner_alone(path: Path) -> None:
    secret = Tokens(path, "").create("plans", ["urn:plans/*"])
    assert re.fullmatch(r"revier_[\w-]{43}", secret)
    assert secret not in path.read_text()
    (kept,) = json.loads(path.read_text())["tokens"]
    assert kept["sha256"] == hashlib.sha256(secret.encode()).hexdigest()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Tokens(path, "").scope_of(secret) == Scope(("urn:plans/*",))


def test_a_token_made_or_revoked_elsewhere_counts_at_once(path: Path) -> None:
    serving, command = Tokens(path, ""), Tokens(path, "")
    with pytest.raises(Unauthorised, match="revier token create"):
        serving.scope_of("revier_guess")
    first, second = command.create("first", ["*"]), command.create("second", ["default"])
    assert serving.scope_of(first) == Scope(("*",))
    command.revoke("first")
    with pytest.raises(Unauthorised, match="unknown or revoked"):
        serving.scope_of(first)
    assert serving.scope_of(second) == Scope(("default",))


def test_the_token_of_the_settings_is_for_everything_and_an_empty_one_is_none(path: Path) -> None:
    assert Tokens(path, "open").scope_of("open") == Scope(("*",))
    with pytest.raises(Unauthorised, match="Authorization: Bearer"):
        Tokens(path, "open").scope_of("")
    with pytest.raises(Unauthorised, match="No token has been made"):
        Tokens(path, "").scope_of("")


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"tokens": 3}',
        '{"tokens": [{"name": "a"}]}',
        '{"tokens": [{"name": "a", "graphs": "*", "created": "", "sha256": "HASH"}]}',
        '{"tokens": [{"name": "a", "graphs": ["*"], "created": "", "sha256": "abc"}]}',
        '{"tokens": [{"name": "a", "graphs": [3], "created": "", "sha256": "HASH"}]}',
    ],
)
def test_of_a_damaged_file_no_token_is_valid_and_the_operator_is_told_once(
    path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    tokens = Tokens(path, "of the settings")
    secret = tokens.create("good", ["*"])
    path.write_text(damage.replace("HASH", hashlib.sha256(secret.encode()).hexdigest()))
    for _ in range(3):
        with pytest.raises(Unauthorised, match="The operator finds the reason in the log"):
            tokens.scope_of(secret)
    assert [str(path) in record.message for record in caplog.records] == [True]
    assert tokens.scope_of("of the settings") == Scope(("*",))
    with pytest.raises(WrongUse, match="cannot be read as a file of tokens"):
        tokens.create("another", ["*"])


def test_commands_side_by_side_lose_no_token(path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: Tokens(path, "").create(f"t{number}", ["*"]), range(24)))
    assert {each.name for each in Tokens(path, "").listed()} == {f"t{number}" for number in range(24)}


def test_what_makes_no_token_is_refused_with_the_way_out(path: Path) -> None:
    tokens = Tokens(path, "")
    tokens.create("taken", ["*"])
    for name, graphs, says in (
        ("taken", ["*"], "Revoke it first"),
        (" ", ["*"], "Write a name"),
        ("a\nb", ["*"], "Write a name"),
        ("none", [], "--graph"),
        ("relative", ["plans"], "absolute IRI"),
    ):
        with pytest.raises(WrongUse, match=says):
            tokens.create(name, graphs)
    with pytest.raises(UnknownTerm, match="revier token list"):
        tokens.revoke("nobody")
    assert [each.name for each in tokens.listed()] == ["taken"]


def test_the_command_makes_lists_and_revokes_tokens(tmp_path: Path) -> None:
    told = {"REVIER_HOME": str(tmp_path / "home")}
    made = CliRunner().invoke(
        main, ["token", "create", "plans", "--graph", "urn:plans/*", "--graph", "default"], env=told
    )
    assert (made.exit_code, made.stdout.count("\n")) == (0, 1)
    tokens = Tokens(tmp_path / "home" / "tokens.json", "")
    assert tokens.scope_of(made.stdout.strip()) == Scope(("urn:plans/*", "default"))
    listed = CliRunner().invoke(main, ["token", "list"], env=told)
    assert "urn:plans/* default" in listed.stdout
    assert made.stdout.strip() not in listed.stdout
    assert CliRunner().invoke(main, ["token", "revoke", "plans"], env=told).exit_code == 0
    assert tokens.listed() == ()
    for wrong in (["create", "x"], ["create", "x", "--all", "--graph", "urn:g"], ["revoke", "plans"]):
        assert CliRunner().invoke(main, ["token", *wrong], env=told).exit_code == 2
    everything = CliRunner().invoke(main, ["--json", "token", "create", "all", "--all"], env=told)
    assert tokens.scope_of(json.loads(everything.stdout)["token"]) == Scope(("*",))
