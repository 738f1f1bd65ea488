"""Whatever a query does, it ends at a limit that is named, and costs nobody else an answer."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.errors import Busy, NotOffered, NotSparql, QueryTooCostly, SnapshotError, WrongFormat, WrongUse
from graph.pool import QueryPool
from graph.rdf import CSV, JSON, N_TRIPLES, TSV, TURTLE, read_table
from graph.store import candidate, open_store
from graph.worker import NO_PROCESS
from ontology.terms import IRI

TIMEOUT_S = 0.8
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HEALTHY = "SELECT ?o { <urn:s7> <urn:next> ?o }"


def snapshot_of(turtle: str, folder: Path) -> Path:
    """A snapshot folder whose store holds one graph, `urn:g`."""
    folder.mkdir()
    with candidate(folder / "store") as store:
        store.load_turtle(turtle, IRI("urn:g"))
    return folder


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    links = "".join(f"<urn:s{n}> <urn:next> <urn:s{(n + 1) % 900}> ; <urn:name> 'n{n}' .\n" for n in range(900))
    return snapshot_of(links, tmp_path_factory.mktemp("pool") / "one")


@pytest.fixture(scope="module")
def pool(snapshot: Path) -> Iterator[QueryPool]:
    pool = QueryPool(snapshot, workers=3, timeout_s=TIMEOUT_S, memory_mb=1024, result_bytes=2 * 2**20, queue_s=5)
    yield pool
    pool.close()


def text(pool: QueryPool, query: str, **how: object) -> str:
    """The answer to a query, as text."""
    answer = pool.run(query, **how)  # type: ignore[arg-type]
    with answer.body as body:
        content = body.read()
    assert len(content) == answer.size
    return content.decode()


def test_an_answer_is_that_of_the_store(pool: QueryPool, snapshot: Path) -> None:
    query = "SELECT ?s ?o { ?s <urn:next> ?o } ORDER BY ?s LIMIT 50"
    answer = pool.run(query)
    with answer.body as body:
        assert read_table(body.read(), answer.format) == open_store(snapshot).select(query)
    assert (answer.format, answer.snapshot, answer.is_complete) == (JSON, "one", True)


@pytest.mark.parametrize(
    ("query", "how", "expected"),
    [
        ("ASK { <urn:s1> ?p ?o }", {"formats": [CSV]}, "true"),
        ("ASK FROM <urn:none> { <urn:s1> ?p ?o }", {"formats": [CSV]}, "false"),
        ("ASK FROM <urn:g> { <urn:s1> ?p ?o }", {"formats": [CSV]}, "true"),
        ("ASK { GRAPH <urn:g> { <urn:s1> ?p ?o } }", {"formats": [CSV]}, "true"),
        ("ASK { <urn:s1> ?p ?o }", {"formats": [CSV], "default_graphs": ["urn:none"]}, "false"),
        ("ASK FROM <urn:none> { <urn:s1> ?p ?o }", {"formats": [CSV], "default_graphs": ["urn:g"]}, "true"),
        ("ASK { GRAPH ?g { <urn:s1> ?p ?o } }", {"formats": [CSV], "default_graphs": ["urn:g"]}, "false"),
        ("ASK { GRAPH ?g { <urn:s1> ?p ?o } }", {"formats": [CSV], "named_graphs": ["urn:g"]}, "true"),
        ("ASK { <urn:s1> ?p ?o }", {"formats": [CSV], "named_graphs": ["urn:g"]}, "false"),
        ("CONSTRUCT { <urn:a> <urn:p> 1 } {}", {"formats": [TURTLE]}, "<urn:a> <urn:p> 1 .\n"),
        ("SELECT (1 AS ?x) {}", {"formats": [TSV, TURTLE]}, "?x\n1\n"),
    ],
)
def test_a_query_sees_the_graphs_that_are_named(
    pool: QueryPool, query: str, how: dict[str, object], expected: str
) -> None:
    assert text(pool, query, **how) == expected


def test_a_view_ends_after_its_rows_and_knows_that_there_are_more(pool: QueryPool) -> None:
    begin = time.monotonic()
    answer = pool.run("SELECT * { ?s ?p ?o . ?a ?b ?c }", formats=[TSV, N_TRIPLES], most_rows=5)
    with answer.body as body:
        assert len(read_table(body.read(), answer.format).rows) == 5
    assert not answer.is_complete
    assert time.monotonic() - begin < TIMEOUT_S


@pytest.mark.parametrize(
    ("query", "how", "error", "words"),
    [
        ("SELECT *\n{ ?ä ?p }", {}, NotSparql, r"line 2, column 10, after '{ \?ä \?p }'"),
        ("SELECT * { ?s a rev:Need }", {}, NotSparql, "Prefix not found"),
        ("INSERT DATA { <urn:a> <urn:b> 1 }", {}, NotSparql, "query and no update"),
        ("ASK {} ; DROP ALL", {}, NotSparql, "line 1, column 14"),
        ("", {}, NotSparql, "line 1, column 1"),
        ("SELECT (<urn:f>(1) AS ?x) {}", {}, NotOffered, "custom function <urn:f>"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> {} }", {}, NotOffered, "SERVICE"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"formats": [JSON]}, WrongFormat, "gives a graph.*text/turtle"),
        ("ASK {}", {"formats": [TURTLE]}, WrongFormat, "gives rows.*text/csv"),
        ("ASK {}", {"default_graphs": ["no iri"]}, WrongUse, "absolute IRI"),
    ],
)
def test_what_is_wrong_with_a_query_is_said(
    pool: QueryPool, query: str, how: dict[str, object], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        text(pool, query, **how)


DOUBLINGS = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
COSTLY = {
    "cross product, counted": (FOREVER, "0.8 seconds"),
    "cross product, sorted": ("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i", "seconds|1024 MB"),
    "text doubled 40 times": (f"SELECT ?x40 {{ BIND('0123456789' AS ?x0) {DOUBLINGS} }}", "seconds|1024 MB"),
    "property path": ("SELECT (COUNT(*) AS ?n) { ?a (<urn:next>*/<urn:next>*)* ?b . ?c (<urn:next>*)* ?d }", "seconds"),
    "path of 1,000 steps": ("SELECT * { ?a " + "/".join(["<urn:next>"] * 1000) + " ?b }", "seconds|nested"),
    "too many rows": ("SELECT * { ?s ?p ?o . ?a ?b ?c }", "2 MB"),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_query_ends_at_a_limit_that_is_named(pool: QueryPool, name: str) -> None:
    query, words = COSTLY[name]
    begin = time.monotonic()
    with pytest.raises(QueryTooCostly, match=words):
        text(pool, query)
    assert time.monotonic() - begin < TIMEOUT_S + 1
    assert "urn:s8" in text(pool, HEALTHY)


@pytest.mark.parametrize("depth", [3000, 30_000])
def test_a_query_nested_deep_is_answered(pool: QueryPool, depth: int) -> None:
    assert text(pool, "ASK " + "{" * depth + "}" * depth, formats=[CSV]) == "true"


def test_a_pathological_expression_costs_little(pool: QueryPool) -> None:
    assert text(pool, "ASK { FILTER REGEX('" + "a" * 30_000 + "!', '^(a+)+$') }", formats=[CSV]) == "false"


def test_timeout_may_only_be_lowered(pool: QueryPool) -> None:
    with pytest.raises(QueryTooCostly, match=r"0\.1 seconds"):
        pool.run(FOREVER, timeout_s=0.1)
    with pytest.raises(QueryTooCostly, match=r"0\.8 seconds"):
        pool.run(FOREVER, timeout_s=3600)


def children(process: int) -> list[int]:
    """The ids of the processes that `process` has started, as the system knows them."""
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def lives(process: int) -> bool:
    """Whether a process exists and is more than an entry that nobody has waited for."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def workers(pool: QueryPool) -> list[int]:
    """The process ids of the workers."""
    return children(pool._nursery._process.pid)


def while_running(pool: QueryPool, act: Callable[[], None]) -> Exception | None:
    """How an endless query ends if `act` happens while it runs."""
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, FOREVER)
        time.sleep(0.2)
        act()
        error = running.exception()
        assert error is None or isinstance(error, Exception)
        return error


def kill_busiest(pool: QueryPool, how: signal.Signals) -> None:
    """Send a signal to the worker that has used most processor time."""
    os.kill(max(workers(pool), key=lambda each: int(Path(f"/proc/{each}/stat").read_text().split()[13])), how)


@pytest.mark.parametrize(
    ("how", "words"), [(signal.SIGKILL, "from outside"), (signal.SIGSEGV, "too deep"), (signal.SIGABRT, "memory")]
)
def test_a_worker_that_dies_costs_only_its_own_query(pool: QueryPool, how: signal.Signals, words: str) -> None:
    error = while_running(pool, lambda: kill_busiest(pool, how))
    assert isinstance(error, QueryTooCostly)
    assert words in str(error)
    assert "urn:s8" in text(pool, HEALTHY)
    assert len(workers(pool)) == 3


def test_workers_killed_while_idle_cost_nothing(pool: QueryPool) -> None:
    for worker in workers(pool):
        os.kill(worker, signal.SIGKILL)
    time.sleep(0.1)
    assert ["urn:s8" in text(pool, HEALTHY) for _ in range(4)] == [True] * 4


def test_the_nursery_may_die_as_well(pool: QueryPool) -> None:
    error = while_running(pool, lambda: os.kill(pool._nursery._process.pid, signal.SIGKILL))
    assert isinstance(error, QueryTooCostly)
    assert ["urn:s8" in text(pool, HEALTHY) for _ in range(4)] == [True] * 4


def test_healthy_clients_get_right_answers_beside_hostile_ones(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=8, timeout_s=TIMEOUT_S, memory_mb=1024, result_bytes=2 * 2**20)
    stop = threading.Event()

    def healthy() -> list[bool]:
        right = []
        while not stop.is_set():
            right.append("urn:s8" in text(pool, HEALTHY))
        return right

    def hostile(query: str) -> BaseException | None:
        try:
            text(pool, query)
        except QueryTooCostly as error:
            return error
        return None

    with ThreadPoolExecutor(8) as threads:
        clients = [threads.submit(healthy) for _ in range(4)]
        ends = list(threads.map(hostile, [query for query, _ in COSTLY.values()] * 2))
        stop.set()
        answers = [right for client in clients for right in client.result()]
    pool.close()
    assert all(isinstance(end, QueryTooCostly) for end in ends)
    assert all(answers)
    assert len(answers) > 100


def test_a_full_house_is_said_after_the_time_in_the_queue(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=1, timeout_s=TIMEOUT_S, memory_mb=1024, queue_s=0.1)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, FOREVER)
        time.sleep(0.1)
        with pytest.raises(Busy, match=r"busy for 0\.1 seconds"):
            pool.run("ASK {}")
        assert isinstance(running.exception(), QueryTooCostly)
    pool.close()


def test_a_new_snapshot_is_followed_and_running_queries_finish_on_the_old(snapshot: Path, tmp_path: Path) -> None:
    other = snapshot_of("<urn:s7> <urn:next> <urn:new> .", tmp_path / "two")
    pool = QueryPool(snapshot, workers=2, timeout_s=30, memory_mb=1024)
    slow = "SELECT (COUNT(*) AS ?n) { ?a <urn:name> ?b . ?c <urn:name> ?d }"
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, slow, formats=[CSV])
        time.sleep(0.05)
        pool.switch(other)
        assert pool.snapshot == "two"
        assert "urn:new" in text(pool, HEALTHY)
        answer = running.result()
    with answer.body as body:
        assert (answer.snapshot, body.read()) == ("one", b"n\r\n810000\r\n")
    assert "urn:new" in text(pool, HEALTHY)
    assert "urn:new" in text(pool, HEALTHY)
    pool.close()


def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = QueryPool(snapshot, workers=1, memory_mb=1024)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    pool.run("ASK {}").body.close()
    with monkeypatch.context() as patched:
        patched.setattr("graph.pool._Worker._facts", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pool.run("ASK {}")
    assert "urn:s8" in text(pool, HEALTHY)
    pool.close()


def test_a_system_without_free_processes_is_busy_and_recovers(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = QueryPool(snapshot, workers=1, timeout_s=TIMEOUT_S, memory_mb=1024)
    with monkeypatch.context() as patched:
        patched.setattr("graph.pool._Nursery.order", lambda *_: NO_PROCESS)
        with pytest.raises(QueryTooCostly):
            pool.run(FOREVER)
        with pytest.raises(Busy, match="no more processes"):
            pool.run("ASK {}")
    assert "urn:s8" in text(pool, HEALTHY)
    pool.close()


def test_a_snapshot_that_cannot_be_opened_is_refused_and_the_old_one_stays(pool: QueryPool, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="revier doctor"):
        pool.switch(tmp_path / "nothing")
    assert "urn:s8" in text(pool, HEALTHY)
    with pytest.raises(SnapshotError, match="revier doctor"):
        QueryPool(tmp_path / "nothing", workers=1)


def test_nothing_is_left_of_a_closed_pool(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=2, memory_mb=1024)
    left = workers(pool)
    assert len(left) == 2
    pool.close()
    assert not any(map(lives, left))
    with pytest.raises(Busy, match="closed"):
        pool.run("ASK {}")


def test_no_secret_of_the_service_reaches_a_worker(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIER_WRITE_TOKEN", "hidden")
    pool = QueryPool(snapshot, workers=1, memory_mb=1024)
    assert b"hidden" not in Path(f"/proc/{workers(pool)[0]}/environ").read_bytes()
    pool.close()


def test_nothing_outlives_a_service_that_is_killed(snapshot: Path) -> None:
    script = f"""
import sys, threading
from pathlib import Path
from graph.pool import QueryPool
pool = QueryPool(Path({str(snapshot)!r}), workers=2, timeout_s=60, memory_mb=1024)
threading.Thread(target=pool.run, args=({FOREVER!r},)).start()
print(pool._nursery._process.pid, flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as service:
        assert service.stdout
        nursery = int(service.stdout.readline())
        time.sleep(0.2)
        left = [nursery, *children(nursery)]
        assert len(left) == 3
        service.kill()
    deadline = time.monotonic() + 5
    while any(map(lives, left)):
        assert time.monotonic() < deadline
        time.sleep(0.02)
