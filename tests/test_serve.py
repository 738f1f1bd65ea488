"""`revier serve` as a user starts it: it says where it is, follows what is published, and explains what stops it."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from graph.build import build

LITTLE = Path(__file__).parents[1] / "regions" / "little"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return shutil.copytree(LITTLE, tmp_path / "pack")


def _command(home: Path, port: int) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {"REVIER_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    return [sys.executable, "-m", "api.cli", "serve", "--port", str(port), "--workers", "1"], environment


@contextmanager
def _served(home: Path) -> Iterator[str]:
    """The address of a service that runs as a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command, environment = _command(home, port)
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.search(r"http://\S+/", said)
            assert found, said
            yield found[0]
        finally:
            process.terminate()


def _snapshot(address: str) -> str:
    with urlopen(f"{address}health") as answer:
        return str(json.load(answer)["snapshot"])


def test_the_service_takes_up_a_newly_published_snapshot(pack: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = build(pack, home).snapshot
    with _served(home) as address:
        assert _snapshot(address) == first
        second = build(pack, home).snapshot
        deadline = time.monotonic() + 20
        while _snapshot(address) != second:
            assert time.monotonic() < deadline, "the new snapshot was not taken up"
            time.sleep(0.1)
        with urlopen(f"{address}sparql?query=SELECT%20%3Fs%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201") as answer:
            assert len(json.load(answer)["results"]["bindings"]) == 1


def test_without_a_snapshot_the_service_says_what_to_do(tmp_path: Path) -> None:
    command, environment = _command(tmp_path / "nowhere", 0)
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "Run `revier build` first" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_named(pack: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    build(pack, home)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        command, environment = _command(home, taken.getsockname()[1])
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Choose another with --port" in ended.stderr
