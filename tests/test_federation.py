"""What SERVICE reaches where an operator has named endpoints, and what it never reaches."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from api.settings import read_settings
from graph.broker import MOST_CALLS, Broker
from graph.errors import NotOffered, NotSparql, QueryTooCostly, RemoteError, RemoteTimeout, RevierError, WrongUse
from graph.federation import Federation, led_query
from graph.pool import QueryPool
from graph.rdf import CSV
from graph.snapshot import finish
from graph.store import candidate, open_store
from ontology.terms import IRI
from tests.bad_remotes import SAID, BadRemote, Behaviour, answering, babbling, dripping, hanging_up, silent

CALL_S, LARGEST = 0.5, 2**20
ROWS = '{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}}]}}'
HERE, ELSEWHERE = "<urn:a> <urn:p> 1 . <urn:b> <urn:p> 2 .", '<urn:a> <urn:name> "A" . <urn:c> <urn:name> "C" .'
ADDRESSES = {"http://e/": "http://door/0", "http://f/": "http://door/1"}


FAILURES: dict[str, tuple[Behaviour, type[RemoteError], str]] = {
    "slow": (silent, RemoteTimeout, f"{CALL_S:g} seconds"),
    "slow by the byte": (dripping, RemoteTimeout, f"{CALL_S:g} seconds"),
    "a page": (answering("<p>Welcome</p>", content_type="text/html"), RemoteError, "something else"),
    "elsewhere": (answering(status=302, headers="Location: http://127.0.0.1:9/\r\n"), RemoteError, "refuses"),
    "failing": (answering(SAID, status=500), RemoteError, "refuses"),
    "endless": (babbling, RemoteError, "more than 1 MB"),
    "cut": (answering(cut=5), RemoteError, "cannot be reached"),
    "down": (hanging_up, RemoteError, "cannot be reached"),
}


@pytest.fixture(scope="module")
def good() -> Iterator[BadRemote]:
    """An endpoint on a good day; it knows what it was asked."""
    with closing(BadRemote(answering(ROWS))) as remote:
        yield remote


@pytest.fixture(scope="module")
def failing() -> Iterator[dict[str, BadRemote]]:
    """One endpoint for each way to fail."""
    remotes = {name: BadRemote(behaviour) for name, (behaviour, *_) in FAILURES.items()}
    remotes["down"].close()
    yield remotes
    for remote in remotes.values():
        if remote is not remotes["down"]:
            remote.close()


@pytest.fixture(scope="module")
def torn() -> Iterator[BadRemote]:
    """An endpoint whose answer is whole by its length, and not as JSON."""
    with closing(BadRemote(answering(ROWS[:-3]))) as remote:
        yield remote


def snapshot_of(turtle: str, home: Path) -> Path:
    """A snapshot in `home` with one graph, `urn:g`."""
    shop = home / "snapshots" / ".one"
    shop.mkdir(parents=True)
    with candidate(shop / "store") as store:
        store.load_turtle(turtle, IRI("urn:g"))
    return finish(shop, {"graphs": {"urn:g": 2}, "triples": 2, "built": [], "bare": True})


@pytest.fixture(scope="module")
def federated(
    tmp_path_factory: pytest.TempPathFactory, needed: Callable[[bool, str], None]
) -> Iterator[Callable[..., Federation]]:
    """Makes a federation over `HERE` that may ask some endpoints."""
    opened: list[Federation] = []

    def made(*endpoints: str) -> Federation:
        folder = snapshot_of(HERE, tmp_path_factory.mktemp("here"))
        pool = QueryPool(folder, workers=1)
        try:
            opened.append(Federation(pool, folder, endpoints, call_s=CALL_S, result_bytes=LARGEST))
        except WrongUse as error:
            pool.close()
            needed(False, str(error))
        return opened[-1]

    yield made
    for federation in opened:
        federation.close()


@pytest.fixture(scope="module")
def federation(
    federated: Callable[..., Federation], good: BadRemote, torn: BadRemote, failing: dict[str, BadRemote]
) -> Federation:
    """One that may ask them all."""
    return federated(*(remote.url for remote in (good, torn, *failing.values())))


def rows(federation: Federation, query: str) -> list[str]:
    """The rows of an answer, sorted, without their head."""
    return sorted(federation.run(query, formats=[CSV]).read().decode().split("\r\n")[1:-1])


@pytest.fixture
def two_services(
    federated: Callable[..., Federation],
    service_of: Callable[..., Service],
    served: Callable[[Flask], AbstractContextManager[str]],
    tmp_path: Path,
) -> Iterator[tuple[FlaskClient, str]]:
    """A service over `HERE` that may ask another one, over `ELSEWHERE`, and the address of that."""
    elsewhere = snapshot_of(ELSEWHERE, tmp_path / "elsewhere")
    with closing(QueryPool(elsewhere, workers=1)) as pool:
        other = create_app(replace(service_of(open_store(elsewhere), queries=pool), is_bare=True))
        with served(other) as address:
            federation = federated(f"{address}/sparql")
            home = federation._snapshot.parents[1]
            settings = read_settings({"REVIER_HOME": str(home), "REVIER_FEDERATION": f"{address}/sparql"})
            service = service_of(open_store(federation._snapshot), queries=federation)
            yield create_app(replace(service, settings=settings, is_bare=True)).test_client(), f"{address}/sparql"


def test_what_another_service_says_joins_with_what_is_known_here(two_services: tuple[FlaskClient, str]) -> None:
    client, other = two_services
    query = f"SELECT ?name ?o {{ ?s <urn:p> ?o SERVICE <{other}> {{ ?s <urn:name> ?name }} }}"
    reply = client.get("/sparql", query_string={"query": query, "format": "csv"})
    assert (reply.status_code, reply.text) == (200, "name,o\r\nA,1\r\n")
    # the other one may say something else tomorrow
    assert (reply.headers["Cache-Control"], "ETag" in reply.headers) == ("private, no-store", False)


def test_the_description_says_that_others_are_asked(two_services: tuple[FlaskClient, str]) -> None:
    assert "BasicFederatedQuery" in two_services[0].get("/sparql", headers={"Accept": "text/turtle"}).text


def test_other_answers_are_kept_as_ever(two_services: tuple[FlaskClient, str]) -> None:
    assert "ETag" in two_services[0].get("/sparql", query_string={"query": "SELECT * { ?s <urn:p> ?o }"}).headers


def test_a_problem_names_what_may_be_asked(two_services: tuple[FlaskClient, str]) -> None:
    client, other = two_services
    reply = client.get("/sparql", query_string={"query": "SELECT * { SERVICE <http://localhost:1/> {} }"})
    assert (reply.status_code, reply.mimetype) == (422, "application/problem+json")
    assert f"<{other}>" in reply.get_json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <STRANGER> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT <STRANGER> { ?s ?p ?o } }",
        "SELECT * { SERVICE <GOOD> { ?s ?p ?o } SERVICE <STRANGER> { ?s ?p ?o } }",
        "SELECT * { SERVICE <GOOD> { SERVICE <STRANGER> { ?s ?p ?o } } }",
        "SELECT * { SERVICE <GOOD> { { } SERVICE <GOOD> { ?s ?p ?o } } }",
        "SELECT * { BIND(<GOOD> AS ?e) SERVICE ?e { ?s ?p ?o } }",
        "SELECT * { VALUES ?e { <STRANGER> } SERVICE SILENT ?e { ?s ?p ?o } }",
        "PREFIX e: <GOOD> SELECT * { SERVICE e: { ?s ?p ?o } }",
        "BASE <GOOD> SELECT * { SERVICE <> { ?s ?p ?o } }",
        "SELECT * { SERVICE <GOOD> { ?s ?p ?o } SERVICESILENT<STRANGER> { ?s ?p ?o } }",
        "SELECT ?service { SERVICE <GOOD> { ?service ?p ?o } }",
        "SELECT * { SERVICE <GOOD#> { ?s ?p ?o } }",
    ],
)
def test_whoever_is_not_named_as_it_is_allowed_is_never_asked(
    federation: Federation, good: BadRemote, query: str
) -> None:
    good.requests.clear()
    stranger = good.url.replace("/sparql", "/private")
    with pytest.raises(NotOffered, match=re.escape(f"<{good.url}>")):
        federation.run(query.replace("GOOD", good.url).replace("STRANGER", stranger))
    assert good.requests == []


def test_a_secluded_worker_reaches_nobody_by_itself(federation: Federation, good: BadRemote) -> None:
    good.requests.clear()
    query = f"SELECT ?s {{ SERVICE SILENT <{good.url}> {{ ?s ?p ?o }} }}"
    assert federation._asking.run(query, formats=[CSV]).read() == b"s\r\n\r\n"
    with pytest.raises(RemoteError):
        federation._asking.run(query.replace("SILENT", ""))
    assert good.requests == []


def test_the_endpoint_of_the_tests_above_would_have_been_heard(federation: Federation, good: BadRemote) -> None:
    good.requests.clear()
    assert rows(federation, f"SELECT ?s {{ SERVICE <{good.url}> {{ ?s ?p ?o }} }}") == ["urn:a"]
    (request,) = good.requests
    head, _, form = request.partition("\r\n\r\n")
    assert "?s ?p ?o" in parse_qs(form)["query"][0]
    # nothing of who asks, and nothing that opens a door
    names = {line.partition(":")[0].lower() for line in head.splitlines()[1:]}
    assert names == {"host", "accept", "accept-encoding", "content-length", "content-type", "user-agent"}


@pytest.mark.parametrize("name", FAILURES)
def test_an_endpoint_that_fails_is_told_in_our_words(
    federation: Federation, failing: dict[str, BadRemote], name: str
) -> None:
    _, kind, says = FAILURES[name]
    with pytest.raises(kind, match=says) as told:
        federation.run(f"SELECT * {{ SERVICE <{failing[name].url}> {{ ?s ?p ?o }} }}")
    assert told.value.status == (504 if kind is RemoteTimeout else 502)
    assert failing[name].url in str(told.value)
    assert SAID not in str(told.value)


@pytest.mark.parametrize("name", FAILURES)
def test_who_says_silent_goes_on_without_it(federation: Federation, failing: dict[str, BadRemote], name: str) -> None:
    query = f"SELECT ?s ?o {{ ?s <urn:p> ?o SERVICE SILENT <{failing[name].url}> {{ ?s ?p ?other }} }}"
    assert rows(federation, query) == ["urn:a,1", "urn:b,2"]


def test_rows_that_break_off_are_no_answer(federation: Federation, torn: BadRemote) -> None:
    with pytest.raises(RemoteError, match="cannot be read"):
        federation.run(f"SELECT * {{ SERVICE <{torn.url}> {{ ?s ?p ?o }} }}")


@pytest.mark.parametrize("pattern", ["FILTER EXISTS", "FILTER NOT EXISTS", "MINUS", "OPTIONAL"])
def test_a_failure_that_the_engine_overlooks_is_no_answer(
    federation: Federation, failing: dict[str, BadRemote], pattern: str
) -> None:
    clause = f"{pattern} {{ SERVICE <{failing['failing'].url}> {{ ?s ?p ?x }} }}"
    with pytest.raises(RemoteError, match="refuses"):
        federation.run(f"SELECT * {{ ?s <urn:p> ?o {clause} }}")


def test_an_endpoint_is_asked_once_for_the_same(federation: Federation, good: BadRemote) -> None:
    good.requests.clear()
    query = f"SELECT ?s {{ ?s <urn:p> ?o FILTER EXISTS {{ SERVICE <{good.url}> {{ ?s ?p ?x }} }} }}"
    assert rows(federation, query) == ["urn:a"]
    assert len(good.requests) == 1


def test_one_query_asks_for_so_many_things_and_no_more(federation: Federation, good: BadRemote) -> None:
    good.requests.clear()
    clauses = (f"{{ SERVICE <{good.url}> {{ ?s ?p {number} }} }}" for number in range(MOST_CALLS + 1))
    with pytest.raises(QueryTooCostly, match=str(MOST_CALLS)):
        federation.run(f"SELECT * {{ {' UNION '.join(clauses)} }}")
    assert len(good.requests) == MOST_CALLS


def test_a_fault_in_the_text_is_told_at_its_place(federation: Federation, good: BadRemote) -> None:
    with pytest.raises(NotSparql, match="oops") as told:
        federation.run(f"SELECT * {{ SERVICE <{good.url}> {{ ?s ?p ?o }}\n oops")
    assert (told.value.line, "8080" in str(told.value)) == (2, False)


def test_a_query_that_asks_nobody_is_answered_as_ever(federation: Federation) -> None:
    assert rows(federation, "SELECT ?service { ?service <urn:p> ?o }") == ["urn:a", "urn:b"]


def test_only_a_query_that_runs_is_listened_to() -> None:
    broker = Broker(["http://127.0.0.1:9/"], timeout_s=CALL_S, most_bytes=LARGEST)
    with broker.calls() as calls:
        (address,) = calls.addresses.values()
        ticket = address.split("/")[-2]
        for path in (f"/{ticket}/1", f"/{ticket}/-1", f"/{ticket}", "/0123456789abcdef/0", "http://127.0.0.1:9/"):
            assert broker.answer(path, b"ASK {}") is None
        assert calls.failure is None
        assert broker.answer(f"/{ticket}/0", b"ASK {}") is None
        assert isinstance(calls.failure, RevierError)
        calls.failure = None
    assert broker.answer(f"/{ticket}/0", b"ASK {}") is None
    assert calls.failure is None


def test_workers_that_all_die_are_replaced_behind_a_new_door(
    federated: Callable[..., Federation], good: BadRemote
) -> None:
    federation = federated(good.url)
    query = f"SELECT ?s {{ SERVICE <{good.url}> {{ ?s ?p ?o }} }}"
    assert rows(federation, query) == ["urn:a"]
    nursery = federation._asking._nursery
    os.kill(nursery._process.pid, signal.SIGKILL)
    nursery._process.wait()
    with suppress(QueryTooCostly):  # a worker may be asked in its last moment
        rows(federation, query)
    assert rows(federation, query) == ["urn:a"]


def test_both_pools_go_over_to_a_new_snapshot(
    federated: Callable[..., Federation], good: BadRemote, tmp_path: Path
) -> None:
    federation, joined = federated(good.url), "SELECT ?o { ?s <urn:p> ?o SERVICE <URL> { ?s ?p ?x } }"
    asks = joined.replace("URL", good.url)
    new = snapshot_of("<urn:a> <urn:p> 7 .", tmp_path)
    federation.switch(new)
    assert rows(federation, asks) == rows(federation, "SELECT ?o { ?s <urn:p> ?o }") == ["7"]
    assert federation.snapshot == federation.run(asks).snapshot == new.name


@pytest.mark.parametrize(
    ("query", "led"),
    [
        ("ASK{SERVICE<http://e/>{}}", "ASK{SERVICE<http://door/0>{}}"),
        ("ASK { service silent <http://f/> {} }", "ASK { service silent <http://door/1/silent> {} }"),
        (
            "ASK { SERVICE <http://e/> { { } } SERVICE <http://f/> { <http://e/> ?p '}' } }",
            "ASK { SERVICE <http://door/0> { { } } SERVICE <http://door/1> { <http://e/> ?p '}' } }",
        ),
        ("ASK { SERVICE <http://e/> { ?s ?p 'SERVICE' } }", None),
        ("ASK { SERVICE <http://e/>", "ASK { SERVICE <http://door/0>"),
        ("ASK { SERVICE", None),
        ("ASK { SERVICE SILENT", None),
        ("ASK {}", None),
    ],
)
def test_each_clause_is_led_to_the_address_of_its_endpoint(query: str, led: str | None) -> None:
    assert led_query(query, ADDRESSES) == led


def _serve(home: Path, *options: str, before: Sequence[str] = (), **settings: str) -> tuple[int, str]:
    """With which code `revier serve` ends, and what it says of that."""
    command = [*before, sys.executable, "-m", "api.cli", "serve", "--port", "0", *options]
    environment = os.environ | {"REVIER_HOME": str(home), "REVIER_FEDERATION": "http://127.0.0.1:9/"} | settings
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr


def test_where_no_process_can_have_a_network_of_its_own_the_service_does_not_begin(
    tmp_path: Path, needed: Callable[[bool, str], None]
) -> None:
    without = ("unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_net_namespaces && exec "$@"', "sh")
    can_be = bool(shutil.which("unshare")) and not subprocess.run([*without, "true"], check=False).returncode
    needed(can_be, "A system without networks needs unshare (Debian: util-linux) and user namespaces to be made.")
    code, says = _serve(tmp_path, "--bare", before=without)
    assert (code, "REVIER_FEDERATION cannot be in force" in says) == (2, True), says


def test_a_remote_store_is_not_federated(tmp_path: Path) -> None:
    code, says = _serve(tmp_path, REVIER_STORE="http://127.0.0.1:9/sparql")
    assert (code, "REVIER_FEDERATION is for the embedded store" in says) == (2, True), says


@pytest.mark.parametrize("value", ["ftp://example.org/", "http://example.org/ here", "https:///sparql"])
def test_what_is_no_address_is_refused(value: str) -> None:
    with pytest.raises(WrongUse, match="REVIER_FEDERATION must be"):
        read_settings({"REVIER_FEDERATION": value})


def test_an_endpoint_has_no_password_since_everybody_is_told_of_it() -> None:
    with pytest.raises(WrongUse, match="Leave the name and password out") as told:
        read_settings({"REVIER_FEDERATION": "http://anna:sesame@example.org/"})
    assert "sesame" not in str(told.value)


def test_nobody_is_asked_unless_that_is_set() -> None:
    assert read_settings({}).federation == ()
    assert read_settings({"REVIER_FEDERATION": " http://a/  http://b/ "}).federation == ("http://a/", "http://b/")
