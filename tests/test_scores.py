"""`rev:matchScore` in SPARQL: the score of the match, from a sealed worker, and unbound where there is none."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.matching.index import index_of
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.published import DIGITS
from graph.model import Literal
from graph.pool import QueryPool
from graph.rdf import JSON, read_table
from graph.store import Store
from ontology.naming import ID
from ontology.terms import IRI, REV

NEED, MAKER = IRI(ID + "kleinrevier/need/0001"), IRI(ID + "kleinrevier/actor/0001")


@pytest.fixture(scope="module")
def pool(little_snapshot: Path) -> Iterator[QueryPool]:
    opened = QueryPool(little_snapshot, workers=1)
    yield opened
    opened.close()


def test_a_query_is_told_the_scores_of_the_matches(pool: QueryPool, little: Store) -> None:
    query = f"SELECT ?a ?s {{ ?a a <{REV.Actor}> BIND(<{REV.matchScore}>(<{NEED}>, ?a) AS ?s) FILTER(?s > 0) }}"
    rows = read_table(pool.run(query, formats=[JSON]).read(), JSON).rows
    index = index_of(little)
    expected = {each.actor: round(each.score, DIGITS) for each in match(index, stored_need(index, NEED), limit=100)}
    assert {actor: float(score.value) for actor, score in rows if isinstance(score, Literal)} == expected


@pytest.mark.parametrize(
    "asked", [f"<{NEED}>, <urn:x>", f"<{MAKER}>, <{MAKER}>", f"<{NEED}>", "1, 2", f"<{NEED}>, 'x'"]
)
def test_what_is_no_need_or_no_actor_has_no_score(pool: QueryPool, asked: str) -> None:
    answer = pool.run(f"SELECT (<{REV.matchScore}>({asked}) AS ?s) {{}}", formats=[JSON])
    assert read_table(answer.read(), JSON).rows == ((None,),)
