"""A build publishes into a remote store whole or not at all."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from io import BytesIO
from pathlib import Path

import pytest

from graph.build import build
from graph.endpoint import EVERYTHING, Address, Endpoint
from graph.errors import RemoteError
from graph.rdf import Kind, plain
from graph.remote import RemoteStore, publication
from graph.remote_publish import STAGING, publish_remotely
from graph.snapshot import published, snapshots
from graph.store import EmbeddedStore, candidate, open_store, store_of
from ontology.naming import GRAPH
from ontology.terms import IRI
from tests.bad_remotes import BadRemote, hanging_up
from tests.engines import Engine

LITTLE = Path(__file__).parents[1] / "regions" / "little"
ALL_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"


@pytest.fixture
def endpoint(engine: Engine) -> Iterator[Endpoint]:
    with closing(Endpoint(engine.address)) as opened:
        yield opened


def _content(store: RemoteStore | EmbeddedStore) -> set[object]:
    rows = store.select("SELECT ?s ?p ?o ?g WHERE { GRAPH ?g { ?s ?p ?o FILTER (!isBlank(?s) && !isBlank(?o)) } }").rows
    return set(rows)


def _held(endpoint: Endpoint) -> bytes:
    return endpoint.query(ALL_GRAPHS, Kind.BINDINGS, default=(), named=EVERYTHING)


def test_a_build_publishes_and_the_next_one_takes_its_place(endpoint: Endpoint, tmp_path: Path) -> None:
    pack, home = shutil.copytree(LITTLE, tmp_path / "pack"), tmp_path / "home"
    for _ in range(2):
        report = build(pack, home, publish_too=lambda store: publish_remotely(endpoint, store))
        here, there = open_store(published(home)), RemoteStore(endpoint, publication(endpoint))
        assert there.snapshot == here.snapshot == report.snapshot
        assert _content(there) == _content(here)
        assert STAGING.encode() not in _held(endpoint)
        offers = pack / "tables" / "offers.csv"
        offers.write_text("\n".join(offers.read_text("utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")


def test_another_snapshot_replaces_what_it_shares_and_drops_what_it_lacks(endpoint: Endpoint) -> None:
    one, two = IRI(GRAPH + "source/one"), IRI(GRAPH + "source/two")
    publish_remotely(endpoint, store_of("<urn:a> <urn:p> 1, 2 . [] <urn:p> 'x' .", graph=one))
    first = publication(endpoint)
    assert len(RemoteStore(endpoint, first).select("SELECT ?o WHERE { ?s ?p ?o }").rows) == 3
    publish_remotely(endpoint, store_of("<urn:a> <urn:p> 2, 3 . [] <urn:p> 'x' , 'y' .", graph=one))
    again = RemoteStore(endpoint, publication(endpoint)).select("SELECT ?o WHERE { ?s ?p ?o }").rows
    assert sorted(plain(value) for (value,) in again) == ["2", "3", "x", "y"]
    publish_remotely(endpoint, store_of("<urn:b> <urn:p> 1 .", graph=two))
    assert publication(endpoint).graphs == (two,)
    assert one.encode() not in _held(endpoint)


def test_a_private_graph_stays_at_home(endpoint: Endpoint, tmp_path: Path) -> None:
    private = IRI(GRAPH + "private/notes")
    with candidate(tmp_path) as store:
        for graph in (private, IRI(GRAPH + "source/one")):
            store.load_turtle("<urn:a> <urn:p> 1 .", graph)
        publish_remotely(endpoint, store)
    assert private.encode() not in _held(endpoint)


def test_what_a_failed_try_left_is_removed_by_the_next(endpoint: Endpoint) -> None:
    left = IRI(STAGING + "earlier/0")
    line = b"<urn:a> <urn:p> <urn:b> .\n"
    endpoint.put(left, BytesIO(line), len(line), timeout_s=10)
    assert left.encode() in _held(endpoint)
    publish_remotely(endpoint, store_of("<urn:a> <urn:p> 1 .", graph=IRI(GRAPH + "source/one")))
    assert left.encode() not in _held(endpoint)


def test_a_build_whose_remote_store_fails_leaves_what_is_published(tmp_path: Path) -> None:
    pack, home = shutil.copytree(LITTLE, tmp_path / "pack"), tmp_path / "home"
    first = build(pack, home).snapshot
    with (
        closing(BadRemote(hanging_up)) as bad,
        closing(Endpoint(Address(bad.url, bad.url, bad.url))) as endpoint,
        pytest.raises(RemoteError),
    ):
        build(pack, home, publish_too=lambda store: publish_remotely(endpoint, store))
    assert [record.name for record in snapshots(home) if record.is_published] == [first]
