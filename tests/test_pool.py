"""Whatever a query does, it ends at a limit that is named, and costs nobody else an answer."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph.errors import Busy, NotOffered, NotRdf, NotSparql, QueryTooCostly, SnapshotError, WrongFormat, WrongUse
from graph.nursery import SLOW_NICENESS
from graph.pool import QueryPool
from graph.rdf import CSV, JSON, JSON_LD, N_TRIPLES, RDF_XML, TSV, TURTLE, Format, read_table
from graph.store import PRIVATE, candidate, open_store
from graph.worker import NO_PROCESS
from ontology.terms import IRI, RDF, XSD

BASE = "http://example.org/"
W3C_RDF = RDF.type.removesuffix("type")
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
    content = answer.read()
    assert len(content) == answer.size
    return content.decode()


def test_an_answer_is_that_of_the_store(pool: QueryPool, snapshot: Path) -> None:
    query = "SELECT ?s ?o { ?s <urn:next> ?o } ORDER BY ?s LIMIT 50"
    answer = pool.run(query)
    assert read_table(answer.read(), answer.format) == open_store(snapshot).select(query)
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


@pytest.fixture(scope="module")
def divided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    """A pool over a graph without a name, a public one and a private one, with one triple each."""
    folder = tmp_path_factory.mktemp("divided") / "three"
    folder.mkdir()
    with candidate(folder / "store") as store:
        store.load_turtle("<urn:open> <urn:p> 1 .", IRI("urn:g"))
        store.load_turtle("<urn:hidden> <urn:p> 2 .", IRI(HIDDEN))
        store._engine.update("INSERT DATA { <urn:plain> <urn:p> 0 }")
        store.part_public(folder)
    pool = QueryPool(folder, workers=1, timeout_s=TIMEOUT_S, memory_mb=1024)
    yield pool
    pool.close()


HIDDEN = PRIVATE + "notes"
OF_ITS_OWN = "SELECT ?s FROM <" + HIDDEN + "> { ?s ?p ?o }"  # noqa: S608 - not SQL
HERE, IN_GRAPHS = "SELECT ?s { ?s ?p ?o }", "SELECT ?s { GRAPH ?g { ?s ?p ?o } }"


@pytest.mark.parametrize(
    ("query", "how", "seen"),
    [
        (HERE, {}, {"plain", "open"}),
        (HERE, {"has_union_default": False}, {"plain"}),
        (HERE, {"sees_private": True}, {"plain", "open", "hidden"}),
        (HERE, {"sees_private": True, "has_union_default": False}, {"plain"}),
        (HERE, {"default_graphs": ["urn:g", HIDDEN]}, {"open"}),
        (HERE, {"default_graphs": [HIDDEN]}, set()),
        (HERE, {"default_graphs": [HIDDEN], "sees_private": True}, {"hidden"}),
        (IN_GRAPHS, {}, {"open"}),
        (IN_GRAPHS, {"has_union_default": False}, {"open"}),
        (IN_GRAPHS, {"named_graphs": [HIDDEN]}, set()),
        (IN_GRAPHS, {"sees_private": True}, {"open", "hidden"}),
        (f"SELECT ?s {{ GRAPH <{HIDDEN}> {{ ?s ?p ?o }} }}", {}, set()),
        ("SELECT ?s { VALUES ?s { <urn:hidden> } FILTER EXISTS { ?s ?p ?o } }", {}, set()),
        (OF_ITS_OWN, {"sees_private": True}, {"hidden"}),
        (OF_ITS_OWN, {}, set()),
        (OF_ITS_OWN, {"default_graphs": ["urn:g"]}, {"open"}),
    ],
)
def test_private_graphs_are_seen_by_those_only_who_may(
    divided: QueryPool, query: str, how: dict[str, object], seen: set[str]
) -> None:
    assert set(text(divided, query, formats=[CSV], **how).split()[1:]) == {f"urn:{name}" for name in seen}


def test_a_description_tells_nothing_private(divided: QueryPool) -> None:
    assert text(divided, "DESCRIBE <urn:hidden>", formats=[N_TRIPLES]) == ""
    assert text(divided, "DESCRIBE <urn:hidden>", formats=[N_TRIPLES], sees_private=True)


def test_a_snapshot_that_does_not_keep_private_graphs_apart_is_not_served(tmp_path: Path) -> None:
    with candidate(tmp_path / "store") as store:
        store.load_turtle("<urn:hidden> <urn:p> 2 .", IRI(HIDDEN))
    with pytest.raises(SnapshotError, match="Run `revier build`"):
        open_store(tmp_path)
    with pytest.raises(SnapshotError, match="cannot be opened for queries"):
        QueryPool(tmp_path, workers=1, timeout_s=TIMEOUT_S, memory_mb=1024)
    assert open_store(tmp_path, sees_private=True).size() == 1


def test_relative_iris_of_a_query_begin_at_its_base(pool: QueryPool) -> None:
    assert text(pool, "SELECT ?x { BIND(<x> AS ?x) }", formats=[CSV], base="http://e/a/b") == "x\r\nhttp://e/a/x\r\n"
    with pytest.raises(NotSparql):
        pool.run("SELECT ?x { BIND(<x> AS ?x) }")


def test_a_large_answer_is_a_file_and_its_work_is_told(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=1, memory_mb=1024)
    answer = pool.run("SELECT * { ?a <urn:next> ?b . ?c <urn:name> ?d } LIMIT 400000", formats=[CSV])
    assert not isinstance(answer.body, bytes)
    assert answer.work_s > 0
    content = answer.read()
    assert (len(content), content.count(b"\n")) == (answer.size, 400_001)
    pool.close()


@pytest.mark.parametrize(
    ("document", "form", "lines"),
    [
        (b"\xef\xbb\xbf<a> <b> 01 .", TURTLE, [f'<{BASE}a> <{BASE}b> "01"^^<{XSD.integer}> .']),
        (b"<urn:a> <urn:b> <urn:c> .", N_TRIPLES, ["<urn:a> <urn:b> <urn:c> ."]),
        (f'<RDF xmlns="{W3C_RDF}"><Bag/></RDF>'.encode(), RDF_XML, [f"_:… <{RDF.type}> <{W3C_RDF}Bag> ."]),
        (b'{"@id": "urn:a", "urn:b": "c", "left": "out"}', JSON_LD, ['<urn:a> <urn:b> "c" .']),
        (b"", TURTLE, []),
    ],
)
def test_a_document_becomes_lines(pool: QueryPool, document: bytes, form: Format, lines: list[str]) -> None:
    read = pool.parse(document, form, base=BASE).decode()
    assert re.sub(r"_:\w+", "_:…", read).splitlines() == lines


def test_blank_nodes_of_two_documents_are_two(pool: QueryPool) -> None:
    first, second = (pool.parse(b"_:a <urn:p> _:a .", TURTLE, base=BASE) for _ in range(2))
    assert first != second
    assert first.split()[0] == first.split()[2]


@pytest.mark.parametrize(
    ("document", "form", "words", "place"),
    [
        (b"<urn:a>\n<urn:b> <c d> .", TURTLE, "line 2", (2, 9)),
        (b"<urn:a> <urn:b> '\xe4' .", TURTLE, "UTF-8", (1, 18)),
        (b'<?xml version="1.0"?>\n <!DOCTYPE r><r/>', RDF_XML, "<!DOCTYPE is not read here", (2, 2)),
        (b"<r>", RDF_XML, "cannot be read:", (None, None)),
        (b'{"@id": "http://e/a b", "urn:b": "c"}', JSON_LD, "'http://e/a b' is no IRI", (None, None)),
        (b'{"@context": "http://e/context", "@id": "urn:a"}', JSON_LD, "remote contexts", (None, None)),
        (b'{"@id": "urn:g", "@graph": [{"@id": "urn:a", "urn:b": "c"}]}', JSON_LD, "Named graphs", (None, None)),
        (b"<urn:a> <urn:b> " + b"<<( <urn:a> <urn:b> " * 200 + b"1" + b")>>" * 200, TURTLE, "100 levels", (None, None)),
    ],
)
def test_what_is_wrong_with_a_document_is_said(
    pool: QueryPool, document: bytes, form: Format, words: str, place: tuple[int | None, int | None]
) -> None:
    with pytest.raises(NotRdf, match=words) as caught:
        pool.parse(document, form, base=BASE)
    assert (caught.value.line, caught.value.column) == place


@pytest.mark.parametrize(
    "update",
    [
        "",
        "INSERT DATA { <a> <b> 'SERVICE' }",
        "DROP GRAPH <missing> ; CREATE GRAPH <g> ; CREATE GRAPH <g> ; COPY <none> TO <g>",
        "PREFIX service: <urn:s> DELETE WHERE { ?service service:load ?load }",
    ],
)
def test_an_update_is_judged_by_its_words_alone(pool: QueryPool, update: str) -> None:
    pool.check_update(update, base=BASE)


@pytest.mark.parametrize(
    ("update", "error", "words"),
    [
        ("INSERT DATA { <a> <b> 1 ", NotSparql, "no SPARQL update.*line 1"),
        ("CLEAR ALL ;\nASK {}", NotSparql, "an update and no query"),
        ("INSERT DATA { ?x <b> 1 }", NotSparql, "Variables are not allowed"),
        ("LOAD <http://127.0.0.1:9/>", NotOffered, "LOAD"),
        ("LOAD SILENT <http://127.0.0.1:9/> ; CLEAR", NotSparql, "line 1"),
        ("LOAD SILENT <http://127.0.0.1:9/> ; LOAD <http://127.0.0.1:9/>", NotOffered, "LOAD"),
        ("INSERT { ?s ?p ?o } WHERE { SERVICE SILENT <http://127.0.0.1:9/> { ?s ?p ?o } }", NotOffered, "SERVICE"),
        ("INSERT { <a> <b> ?x } WHERE { BIND(<f>(1) AS ?x) }", NotOffered, "custom function"),
    ],
)
def test_what_is_wrong_with_an_update_is_said(pool: QueryPool, update: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        pool.check_update(update, base=BASE)


def test_a_view_ends_after_its_rows_and_knows_that_there_are_more(pool: QueryPool) -> None:
    begin = time.monotonic()
    answer = pool.run("SELECT * { ?s ?p ?o . ?a ?b ?c }", formats=[TSV, N_TRIPLES], most_rows=5)
    assert len(read_table(answer.read(), answer.format).rows) == 5
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
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> {} }", {}, NotOffered, "SERVICE"),
        ("SELECT * { SERVICE SILENT <http://127.0.0.1:9/> {} ", {}, NotSparql, "line 1"),
        ("PREFIX SERVICE: <http://127.0.0.1:8999/> SELECT * { SERVICE SERVICE:x {} }", {}, NotOffered, "SERVICE"),
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
    """The process ids of the workers that live."""
    return [child for child in children(pool._nursery._process.pid) if lives(child)]


def while_running(pool: QueryPool, act: Callable[[], None]) -> Exception | None:
    """How an endless query ends if `act` happens while it runs."""
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, FOREVER)
        time.sleep(0.2)
        act()
        error = running.exception()
        assert error is None or isinstance(error, Exception)
        return error


def kill_busy(pool: QueryPool, how: signal.Signals) -> None:
    """Send a signal to the worker that answers."""
    (worker,) = pool._busy
    os.kill(worker._process, how)


@pytest.mark.parametrize(
    ("how", "words"), [(signal.SIGKILL, "from outside"), (signal.SIGSEGV, "too deep"), (signal.SIGABRT, "memory")]
)
def test_a_worker_that_dies_costs_only_its_own_query(pool: QueryPool, how: signal.Signals, words: str) -> None:
    error = while_running(pool, lambda: kill_busy(pool, how))
    assert isinstance(error, QueryTooCostly)
    assert words in str(error)
    assert "urn:s8" in text(pool, HEALTHY)
    assert 2 <= len(workers(pool)) <= 3


def test_workers_killed_while_idle_cost_nothing(pool: QueryPool) -> None:
    for worker in workers(pool):
        os.kill(worker, signal.SIGKILL)
    time.sleep(0.1)
    assert ["urn:s8" in text(pool, HEALTHY) for _ in range(4)] == [True] * 4


def test_the_nursery_may_die_as_well(pool: QueryPool) -> None:
    error = while_running(pool, lambda: os.kill(pool._nursery._process.pid, signal.SIGKILL))
    assert isinstance(error, QueryTooCostly)
    assert ["urn:s8" in text(pool, HEALTHY) for _ in range(4)] == [True] * 4


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes to hold within a time that is far too long."""
    deadline = time.monotonic() + 30
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.01)
    return holds()


def test_a_text_that_uses_much_comes_behind_the_others(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=3, timeout_s=60, memory_mb=1024)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(pool.run, FOREVER)
        assert eventually(lambda: pool.figures()["slow"] == 1)
        (worker,) = pool._busy
        assert os.getpriority(os.PRIO_PROCESS, worker._thread) == SLOW_NICENESS
        assert eventually(lambda: pool.figures()["idle"] == 2)
        assert "urn:s8" in text(pool, HEALTHY)
        worker.kill()
        assert isinstance(running.exception(), QueryTooCostly)
    pool.close()


def test_a_text_that_met_a_limit_starts_behind_the_others_until_it_is_quick(snapshot: Path, tmp_path: Path) -> None:
    large = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
    pool = QueryPool(snapshot, workers=2, timeout_s=60, memory_mb=1024, result_bytes=2**16)
    for _ in range(2):
        with pytest.raises(QueryTooCostly, match="larger"):
            pool.run(large)
        assert pool.figures()["remembered"] == 1
    pool.switch(snapshot_of("<urn:a> <urn:b> <urn:c> .", tmp_path / "small"))
    before = workers(pool)
    pool.run(large)  # the worker that answered was a slow one, and cannot come back
    assert eventually(lambda: len(workers(pool)) == 2 and workers(pool) != before)
    assert pool.figures()["remembered"] == 0
    pool.close()


def test_slow_texts_that_are_known_leave_the_quick_places_alone(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=2, timeout_s=60, memory_mb=1024, queue_s=0.1)
    with ThreadPoolExecutor(1) as threads:
        for _ in range(2):
            running = threads.submit(pool.run, FOREVER)
            assert eventually(lambda: pool.figures()["slow"] == 1)
            (worker,) = (worker for worker in pool._busy if worker.is_slow)
            if pool.figures()["remembered"]:
                with pytest.raises(Busy, match="slow texts"):
                    pool.run(FOREVER)
                assert "urn:s8" in text(pool, HEALTHY)
            worker.kill()
            assert isinstance(running.exception(), QueryTooCostly)
    assert (pool.figures()["remembered"], pool.figures()["stopped"]) == (1, 0)
    pool.close()


def test_of_slow_texts_the_one_that_used_most_is_stopped_when_others_wait(snapshot: Path) -> None:
    pool = QueryPool(snapshot, workers=2, timeout_s=60, memory_mb=1024)
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(pool.run, FOREVER)
        assert eventually(lambda: pool.figures()["slow"] == 1)
        time.sleep(1)  # so much more it has used than the second
        second = threads.submit(pool.run, FOREVER)
        assert eventually(lambda: pool.figures()["slow"] == 2)
        assert "urn:s8" in text(pool, HEALTHY)
        error = first.exception()
        assert isinstance(error, QueryTooCostly)
        assert "most processor time while others waited" in str(error)
        assert (pool.figures()["stopped"], second.done()) == (1, False)
        pool.close()
        assert isinstance(second.exception(), QueryTooCostly)


def test_workers_come_as_they_are_wanted_and_go_when_they_are_not(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.pool.REST_S", 0.2)
    pool = QueryPool(snapshot, workers=6, timeout_s=TIMEOUT_S, memory_mb=1024)
    assert pool.figures()["workers"] == 2
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(pool.run, FOREVER) for _ in range(4)]
        assert eventually(lambda: pool.figures()["workers"] >= 4)
        assert all(isinstance(each.exception(), QueryTooCostly) for each in running)
    assert eventually(lambda: pool.figures()["workers"] == 2)
    assert eventually(lambda: len(workers(pool)) == 2)
    pool.close()


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
    assert (answer.snapshot, answer.read()) == ("one", b"n\r\n810000\r\n")
    assert "urn:new" in text(pool, HEALTHY)
    assert "urn:new" in text(pool, HEALTHY)
    pool.close()


def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = QueryPool(snapshot, workers=1, memory_mb=1024)

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    pool.run("ASK {}").close()
    with monkeypatch.context() as patched:
        patched.setattr("graph.nursery.Worker._reply", interrupted)
        with pytest.raises(KeyboardInterrupt):
            pool.run("ASK {}")
    assert "urn:s8" in text(pool, HEALTHY)
    pool.close()


def test_a_system_without_free_processes_is_busy_and_recovers(snapshot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pool = QueryPool(snapshot, workers=1, timeout_s=TIMEOUT_S, memory_mb=1024)
    with monkeypatch.context() as patched:
        patched.setattr("graph.nursery.Nursery.order", lambda *_: NO_PROCESS)
        with pytest.raises(QueryTooCostly):
            pool.run(FOREVER)
        with pytest.raises(Busy, match="No process can be started"):
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
    assert eventually(lambda: not any(map(lives, left)))
    with pytest.raises(Busy, match="No process can be started"):
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
