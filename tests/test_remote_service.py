"""The pages over a remote store, and what they say while it is down."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import sleep

import pytest
from flask import Flask

from api.app import create_app
from api.remote_service import FollowedRemotely, remote_address, remote_service
from api.service import Service
from api.settings import read_settings
from graph.bare import found_bare
from graph.endpoint import Endpoint
from graph.listing import entries
from graph.pool import QueryPool
from graph.remote import RemoteStore, publication
from graph.remote_publish import publish_remotely
from graph.remote_queries import RemoteQueries
from graph.store import EmbeddedStore, Store, store_of
from ontology.naming import GRAPH
from ontology.terms import IRI, REV
from tests.engines import Engine

PAGES = ("/", "/actors", "/needs", "/offers", "/tasks", "/about", "/questions", "/match?text=Beschichtung")


@pytest.fixture
def endpoint(engine: Engine, little: EmbeddedStore) -> Iterator[Endpoint]:
    """A remote store that publishes the little region."""
    with closing(Endpoint(engine.address)) as opened:
        publish_remotely(opened, little)
        yield opened


@pytest.fixture
def queries(engine: Engine, endpoint: Endpoint, tmp_path: Path) -> Iterator[RemoteQueries]:
    judge = QueryPool(found_bare(tmp_path), workers=1)
    with closing(RemoteQueries(engine.address, publication(endpoint), judge)) as opened:
        yield opened


def test_the_pages_say_the_same_as_embedded(
    endpoint: Endpoint, little: Store, service_of: Callable[..., Service]
) -> None:
    remote = RemoteStore(endpoint, publication(endpoint))
    ours, theirs = create_app(service_of(little)), create_app(service_of(remote))
    actor = entries(little, REV.Actor)[0].named.iri
    for page in (*PAGES, re.sub(r"^.*/id/", "/doc/", actor)):
        assert _words(theirs, page) == _words(ours, page), page


def test_a_new_publication_is_taken_up(endpoint: Endpoint, queries: RemoteQueries, little: Store) -> None:
    current = FollowedRemotely(endpoint, publication(endpoint), queries)
    assert current.edition.snapshot == queries.snapshot == little.snapshot
    publish_remotely(endpoint, store_of("<urn:a> <urn:p> 1 .", graph=IRI(GRAPH + "source/one")))
    current.look()
    assert current.edition.snapshot == queries.snapshot == "memory"
    assert current.is_ready


def test_a_store_that_dies_is_said_and_one_that_comes_back_is_served_again(
    engine: Engine, endpoint: Endpoint, queries: RemoteQueries, service_of: Callable[..., Service]
) -> None:
    published = publication(endpoint)
    current = FollowedRemotely(endpoint, published, queries)
    app = create_app(service_of(RemoteStore(endpoint, published), queries=queries))
    engine.kill()
    try:
        current.look()
        assert not current.is_ready
        answer = app.test_client().get("/sparql?query=ASK%7B%7D", headers={"Accept": "application/json"})
        assert answer.status_code in (502, 503)
        assert answer.content_type == "application/problem+json"
        assert str(engine.port) not in answer.text
    finally:
        engine.start()
    while not current.is_ready:
        current.look()
    assert current.edition.snapshot == published.snapshot


@pytest.mark.usefixtures("endpoint")
def test_a_store_that_is_down_at_the_start_is_served_once_it_is_there(engine: Engine, tmp_path: Path) -> None:
    address = engine.address
    environment = {
        "REVIER_HOME": str(tmp_path),
        "REVIER_STORE": address.query,
        "REVIER_STORE_USER": address.user,
        "REVIER_STORE_PASSWORD": address.password,
    }
    pages = ("/ready", "/", "/sparql?query=ASK%7B%7D")
    engine.kill()
    with remote_service(read_settings(environment)) as service:
        client = create_app(service).test_client()
        try:
            assert [client.get(page).status_code for page in pages] == [503] * 3
        finally:
            engine.start()
        while client.get("/ready").status_code != 200:
            sleep(0.1)
        assert [client.get(page).status_code for page in pages] == [200] * 3


def test_the_settings_tell_where_the_store_is() -> None:
    environment = {
        "REVIER_STORE": "http://store.example/sparql",
        "REVIER_STORE_UPDATE": "http://store.example/update",
        "REVIER_STORE_GSP": "http://store.example/graphs",
        "REVIER_STORE_USER": "revier",
        "REVIER_STORE_PASSWORD": "geheim",
    }
    address = remote_address(read_settings(environment))
    assert (address.query, address.graph_store) == (environment["REVIER_STORE"], environment["REVIER_STORE_GSP"])
    assert "geheim" not in repr(address)


def _words(app: Flask, page: str) -> list[str]:
    """What a page shows, without the marks around it."""
    answer = app.test_client().get(page)
    assert answer.status_code == 200, answer.text
    return re.sub(r"<[^>]*>", " ", answer.text).split()
