"""`revier serve` as a user starts it: it says where it is, follows what is published, survives, and explains itself."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from bench.poison import LINKS, QUERIES, lookup, ring
from graph.build import build

HEALTHY, POISONOUS = 32, 10  # clients
LITTLE = Path(__file__).parents[1] / "regions" / "little"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return shutil.copytree(LITTLE, tmp_path / "pack")


def _command(home: Path, *options: str, port: int = 0) -> tuple[list[str], dict[str, str]]:
    environment = os.environ | {"REVIER_HOME": str(home), "REVIER_WRITE_TOKEN": "sesame"}
    serve = ["serve", "--port", str(port), "--workers", "1", *options]
    return [sys.executable, "-m", "api.cli", *serve], environment


@contextmanager
def _served(home: Path, *options: str) -> Iterator[str]:
    """The address of a service that runs as a process of its own."""
    command, environment = _command(home, *options)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.search(r"http://\S+/", said)
            assert found, said
            yield found[0]
        finally:
            process.terminate()
            assert process.wait(20) == 0


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
            time.sleep(0.02)
        with urlopen(f"{address}sparql?query=SELECT%20%3Fs%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%201") as answer:
            assert len(json.load(answer)["results"]["bindings"]) == 1


def test_without_a_snapshot_the_service_says_what_to_do(tmp_path: Path) -> None:
    command, environment = _command(tmp_path / "nowhere")
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
        command, environment = _command(home, port=taken.getsockname()[1])
        ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "Choose another with --port" in ended.stderr


def _count(address: str, *, accept: str = "text/csv") -> int:
    query = urlencode({"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
    with urlopen(Request(f"{address}sparql?{query}", headers={"Accept": accept})) as answer:
        return int(answer.read().split()[1])


def _put(address: str, query: str, turtle: str) -> None:
    headers = {"Content-Type": "text/turtle", "Authorization": "Bearer sesame"}
    with urlopen(Request(f"{address}graph-store?{query}", turtle.encode(), headers, method="PUT")) as answer:
        assert answer.status in (201, 204)


def test_a_bare_service_begins_empty_and_has_the_default_graph_of_the_standard(tmp_path: Path) -> None:
    with _served(tmp_path / "bare", "--bare") as address:
        assert _count(address) == 0
        _put(address, "graph=urn:g", "<urn:a> <urn:b> 1, 2 .")
        assert _count(address) == 0
        _put(address, "default", "<urn:a> <urn:b> 3 .")
        assert _count(address) == 1
    with _served(tmp_path / "bare", "--bare") as address:
        assert _count(address) == 1


def test_a_bare_service_is_a_store_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIER_STORE", "http://127.0.0.1:9/sparql")
    with _served(tmp_path / "bare", "--bare") as address:
        assert _count(address) == 0


def test_a_service_asks_the_endpoints_that_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with _served(tmp_path / "other", "--bare") as other:
        _put(other, "default", "<urn:a> <urn:name> 'A' .")
        monkeypatch.setenv("REVIER_FEDERATION", f"{other}sparql")
        with _served(tmp_path / "bare", "--bare") as address:
            _put(address, "default", "<urn:a> <urn:b> 3 .")
            query = f"SELECT ?o ?name {{ ?s <urn:b> ?o SERVICE <{other}sparql> {{ ?s <urn:name> ?name }} }}"
            assert _asked(address, query) == (200, b"o,name\r\n3,A\r\n")
            _put(address, "default", "<urn:a> <urn:b> 4 .")
            assert _asked(address, query) == (200, b"o,name\r\n4,A\r\n")


def test_a_bare_service_has_an_editor_and_no_pages_of_a_region(tmp_path: Path) -> None:
    with _served(tmp_path / "bare", "--bare") as address:
        with urlopen(Request(f"{address}?lang=en", headers={"Accept": "text/html"})) as page:
            text = page.read().decode()
        assert "<textarea" in text
        assert "<nav" not in text
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{address}actors")


def test_a_home_with_a_region_is_not_served_bare(pack: Path, tmp_path: Path) -> None:
    build(pack, tmp_path / "home")
    command, environment = _command(tmp_path / "home", "--bare")
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "holds a region" in ended.stderr


def test_a_damaged_snapshot_is_not_served_and_the_service_says_so(pack: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    first, second = build(pack, home).snapshot, build(pack, home).snapshot
    table = next((home / "snapshots" / str(second) / "store").glob("*.sst"))
    table.chmod(0o644)
    table.write_bytes(table.read_bytes()[:-1])
    with _served(home) as address, urlopen(f"{address}ready") as answer:
        told = json.load(answer)
    assert (told["ready"], told["snapshot"]) == (True, first)
    assert f"{second} is damaged" in told["detail"]


def test_what_a_client_wrote_is_seen_by_the_next_query_and_by_pages(pack: Path, tmp_path: Path) -> None:
    build(pack, tmp_path / "home")
    with _served(tmp_path / "home") as address:
        before, count = _snapshot(address), _count(address)
        _put(address, "graph=urn:g", "<urn:a> <urn:b> <urn:c> .")
        assert _count(address) == count + 1
        assert _snapshot(address) != before


def _asked(address: str, query: str, **parameters: str) -> tuple[int, bytes]:
    """Status and body of a query in CSV."""
    form = urlencode({"query": query, **parameters}).encode()
    try:
        with urlopen(Request(f"{address}sparql", form, {"Accept": "text/csv"})) as answer:
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def test_beside_poisonous_clients_every_other_gets_its_answer_over_http(tmp_path: Path) -> None:
    with (
        _served(tmp_path / "bare", "--bare", "--workers", "10") as address,
        ThreadPoolExecutor(POISONOUS) as poisoners,
        ThreadPoolExecutor(HEALTHY) as healthy,
    ):
        _put(address, "default", ring(LINKS))
        poison = [poisoners.submit(_asked, address, query, timeout="1") for query in (*QUERIES.values(),) * 2]
        looked_up = [lookup(number) for number in range(HEALTHY * 10)]
        answers = list(healthy.map(lambda each: _asked(address, each[0]), looked_up))
        ends = {each.result()[0] for each in poison}
    assert answers == [(200, expected) for _, expected in looked_up]
    assert ends <= {200, 400, 413, 503}
