"""The same product over a remote store: the same rows and matches as from the embedded one."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from graph.ask import ask
from graph.endpoint import Address, Endpoint
from graph.errors import RemoteError, SnapshotError
from graph.listing import entries, graphs
from graph.matching.index import index_of
from graph.matching.match import match
from graph.matching.needs import asked
from graph.model import Literal
from graph.remote import RemoteStore, publication
from graph.remote_publish import publish_remotely
from graph.store import EmbeddedStore, Store
from ontology.terms import REV
from queries.catalogue import Question, questions
from tests.bad_remotes import SAID, BadRemote, answering
from tests.engines import Engine


@pytest.fixture(scope="module")
def remote(engine: Engine, little: EmbeddedStore) -> Iterator[RemoteStore]:
    """The little region, published into a remote store."""
    with closing(Endpoint(engine.address)) as endpoint:
        publish_remotely(endpoint, little)
        yield RemoteStore(endpoint, publication(endpoint))


@pytest.mark.parametrize("question", questions(), ids=lambda each: each.name)
def test_a_question_gives_the_same_rows_as_embedded(remote: Store, little: Store, question: Question) -> None:
    for language in ("de", "en"):
        spoken = {"lang": language} if "lang" in {each.name for each in question.parameters} else {}
        told = {**question.example, **spoken}
        assert ask(remote, question, told) == ask(little, question, told)


def test_every_stored_need_finds_the_same_matches(remote: Store, little: Store) -> None:
    ours, theirs = index_of(little), index_of(remote)
    needs = [entry.named.iri for entry in entries(little, REV.Need)]
    assert needs
    for need in needs:
        assert match(theirs, asked(theirs, need=need)) == match(ours, asked(ours, need=need))


def test_the_lists_of_actors_and_of_graphs_are_the_same(remote: Store, little: Store) -> None:
    assert entries(remote, REV.Actor) == entries(little, REV.Actor) != ()
    assert [(each.named.iri, each.triples) for each in graphs(remote)] == [
        (each.named.iri, each.triples) for each in graphs(little)
    ]


def test_a_construct_gives_the_same_triples(remote: Store, little: Store) -> None:
    query = f"CONSTRUCT {{ ?actor a <{REV.Actor}> }} WHERE {{ ?actor a <{REV.Actor}> }}"
    assert set(remote.construct(query)) == set(little.construct(query)) != set()


def test_what_else_the_store_holds_is_not_seen(remote: Store, little: Store) -> None:
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    [[remote_count]], [[little_count]] = remote.select(count).rows, little.select(count).rows
    assert isinstance(remote_count, Literal)
    assert isinstance(little_count, Literal)
    # a triple that two graphs say may count twice in a union that is not one graph
    assert int(little_count.value) <= int(remote_count.value) <= int(little_count.value) * 1.2
    assert remote.select(named).rows == little.select(named).rows


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (f"<html>{SAID}</html>", "text/html"),
        (f"<html>{SAID}</html>", "application/sparql-results+json"),
        ('{"head": {"vars": ["snapshot"]}, "results": {"bindings": [{"snapshot": {', "application/sparql-results+json"),
        (f'{{"error": "{SAID}"}}', "application/sparql-results+json"),
        ("[]", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
    ],
)
def test_what_is_no_result_is_an_error_and_is_not_repeated(body: str, content_type: str) -> None:
    with (
        closing(BadRemote(answering(body, content_type=content_type))) as bad,
        closing(Endpoint(Address(bad.url))) as endpoint,
        pytest.raises(RemoteError) as caught,
    ):
        publication(endpoint)
    assert caught.value.status == 502
    assert SAID not in str(caught.value)


def test_a_store_without_a_publication_says_what_to_do() -> None:
    with (
        closing(BadRemote(answering('{"head": {"vars": []}, "results": {"bindings": []}}'))) as empty,
        closing(Endpoint(Address(empty.url))) as endpoint,
        pytest.raises(SnapshotError, match="Run `revier build` first"),
    ):
        publication(endpoint)
