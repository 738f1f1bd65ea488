"""Whoever sent a text that ended its process is told why."""

import signal
import sys
from collections.abc import Iterator

import pytest

from graph.errors import NotOffered
from graph.faults import Subject
from graph.pool import QueryPool
from graph.store import candidate
from ontology.terms import IRI
from tests.test_sparql_endpoint import Listener

UNSEEN = "PREFIX a: <urn:a> SELECT * {{ a: a: a:.SERVICE SILENT <{url}> {{ ?s ?p ?o }} }}"
SEALED = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can seal a process")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    folder = tmp_path_factory.mktemp("faults")
    with candidate(folder / "store") as store:
        store.load_turtle("<urn:a> <urn:a> <urn:a> .", IRI("urn:g"))
    pool = QueryPool(folder, workers=2)
    yield pool
    pool.close()


@SEALED
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_silent_service_that_no_reading_of_words_sees_is_refused_as_any_other(pool: QueryPool, host: str) -> None:
    listener = Listener()
    with pytest.raises(NotOffered) as refusal:
        pool.run(UNSEEN.format(url=f"http://{host}:{listener.port}/"))
    assert str(refusal.value) == "The query asks for what is not done here: SERVICE. Leave it out."
    assert listener.connections() == 0
    assert b"true" in pool.run("ASK { ?s ?p ?o }").read()


@pytest.mark.parametrize(("name", "says"), [("query", ": SERVICE"), ("update", ": SERVICE or LOAD")])
def test_to_end_of_a_forbidden_call_is_no_matter_of_cost(name: str, says: str) -> None:
    error = Subject(name).died_of(signal.SIGSYS, memory_mb=1)
    assert isinstance(error, NotOffered)
    assert f"{says}." in str(error)
