"""The W3C's suites and our own checks against a real `revier serve --bare`: what fails is just what is listed."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from .known import known_failures, told_figures
from .manifest import ROOT, all_trials
from .peer import Peer
from .suite import GROUPS

TOKEN = "a-token-for-this-test-alone"  # noqa: S105 – opens nothing but the server that the test starts


@pytest.fixture(scope="module")
def suites(needed: Callable[[bool, str], None]) -> None:
    """The W3C's files lie beside the project."""
    needed(ROOT.is_dir(), f"The W3C's test files are not in {ROOT}. Copy sparql10 and sparql11 of w3c/rdf-tests there.")


@pytest.fixture(scope="module")
def served(suites: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:  # noqa: ARG001 – without files no server
    """An empty data set served on a free port of this computer."""
    settings = {
        "REVIER_HOME": str(tmp_path_factory.mktemp("bare")),
        "REVIER_WRITE_TOKEN": TOKEN,
        "REVIER_WORKERS": "2",
        "REVIER_CLIENT_REQUESTS": "0",
        "REVIER_CLIENT_WORK_S": "0",
    }
    command = [str(Path(sys.executable).parent / "revier"), "serve", "--bare", "--port", "0"]
    with subprocess.Popen(command, env=os.environ | settings, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            address = re.search(r"http://[^ /]+", process.stdout.readline())
            assert address, "the server did not begin"
            peer = Peer(f"{address[0]}/sparql", f"{address[0]}/update", f"{address[0]}/graph-store", TOKEN)
            yield peer
            peer.close()
        finally:
            process.terminate()


@pytest.mark.parametrize("group", GROUPS)
def test_what_fails_is_just_what_is_listed_with_its_cause(group: str, served: Peer) -> None:
    outcomes = {outcome.name: outcome.fault for outcome in GROUPS[group](served)}
    failed = {name: fault for name, fault in outcomes.items() if fault}
    listed = outcomes.keys() & known_failures().keys()
    assert {name: fault for name, fault in failed.items() if name not in listed} == {}
    assert listed - failed.keys() == set(), "passes now: take it off the list in docs/conformance.md"
    assert told_figures(group) == f"{len(outcomes) - len(failed)}/{len(outcomes)}", (
        "docs/conformance.md tells other figures"
    )


@pytest.mark.usefixtures("suites")
def test_what_is_listed_is_a_test() -> None:
    # a name that no manifest has would be listed for ever
    named = {trial.name for version in ("sparql10", "sparql11") for trial in all_trials(version)}
    assert known_failures().keys() - named == set()
