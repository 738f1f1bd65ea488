"""Beside ten clients that send poison, thirty-two others get every answer, and get it right."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.poison import DOCUMENTS, QUERIES, lookup, pool_over_ring
from graph.errors import NotRdf, QueryTooCostly
from graph.pool import QueryPool
from graph.rdf import CSV

HEALTHY, POISONOUS = 32, 10
LOOKUPS = 20  # of each healthy client


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryPool]:
    folder = tmp_path_factory.mktemp("poison")
    with pool_over_ring(folder, timeout_s=3, memory_mb=1024, result_bytes=20 * 2**20, queue_s=60) as pool:
        yield pool


def is_right(pool: QueryPool, number: int) -> bool:
    query, expected = lookup(number)
    return pool.run(query, formats=[CSV]).read() == expected


def swallowed(pool: QueryPool, name: str) -> Exception | None:
    """How a poison ended: with an answer after all, or with an error."""
    try:
        if name in QUERIES:
            pool.run(QUERIES[name]).close()
        else:
            form, document = DOCUMENTS[name]
            pool.parse(document, form, base="http://example.org/")
    except Exception as error:
        return error
    return None


def test_healthy_clients_get_every_answer_right_beside_poisonous_ones(pool: QueryPool) -> None:
    with ThreadPoolExecutor(POISONOUS) as poisoners, ThreadPoolExecutor(HEALTHY) as healthy:
        swallowing = [poisoners.submit(swallowed, pool, name) for name in (*QUERIES, *DOCUMENTS)]
        answers = list(healthy.map(lambda number: is_right(pool, number), range(HEALTHY * LOOKUPS)))
        ends = [each.result() for each in swallowing]
    assert all(answers)
    assert [end for end in ends if end is not None and not isinstance(end, QueryTooCostly | NotRdf)] == []
    figures = pool.figures()
    assert figures["idle"] == figures["workers"] >= 2
    assert figures["waiting"] == figures["slow"] == 0
    assert is_right(pool, 7)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_poisonous_document_ends_as_a_clear_problem_and_costs_only_its_worker(pool: QueryPool, name: str) -> None:
    form, document = DOCUMENTS[name]
    with pytest.raises((NotRdf, QueryTooCostly), match=r"^The document .*\. [A-Z]"):
        pool.parse(document, form, base="http://example.org/")
    assert is_right(pool, 7)
