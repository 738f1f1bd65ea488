"""A finished snapshot into a remote store: every graph is loaded and counted beside the old ones, then one switch.

The switch is one update, which changes of each graph only what differs. An engine that carries out a request as one
transaction switches at once. Virtuoso carries out one operation after the other; meanwhile a query may meet new graphs
beside old ones, and the graph that names the snapshot is missing, so that whoever looks knows. The switch can be sent
again after a fault, and is, until the counts are right. Before it nothing that is served has changed, and what a
failed try leaves behind is removed by the next.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from io import SEEK_END, BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

from graph.breaker import PAUSE_S
from graph.endpoint import EVERYTHING, Endpoint
from graph.errors import Busy, RemoteError, SnapshotError
from graph.model import Literal
from graph.provenance import triple
from graph.rdf import Kind, plain
from graph.remote import POINTER, publication, table_of
from graph.store import PRIVATE, EmbeddedStore
from ontology.naming import GRAPH
from ontology.terms import DCTERMS, IRI
from queries.catalogue import part

STAGING = GRAPH + "staging/"
LOADING_S = 600.0  # that one graph, or the switch, may take
SWITCHES = 3  # that are tried before the build gives up


def publish_remotely(endpoint: Endpoint, store: EmbeddedStore) -> None:
    """Make the remote store publish the public graphs of a snapshot in place of those it publishes now.

    Raises `RemoteError`, `RemoteTimeout` or `Busy` if the remote store fails or does not hold what it was sent.
    """
    counts = {graph: count for graph, count in store.counts().items() if not graph.startswith(PRIVATE)}
    _drop(endpoint, (graph for graph in _held(endpoint) if graph.startswith(STAGING)))
    staged = {graph: IRI(f"{STAGING}{store.snapshot}/{number}") for number, graph in enumerate(counts)}
    for graph, place in staged.items():
        with TemporaryFile() as lines:
            store.dump_graph(graph, lines, as_lines=True)
            _put(endpoint, place, lines)
    _require_counts(endpoint, {staged[graph]: count for graph, count in counts.items()}, "Nothing was switched.")
    pointer = IRI(f"{STAGING}{store.snapshot}/published")
    _put(endpoint, pointer, BytesIO("".join(_pointer(store.snapshot, counts)).encode()))
    _switch(endpoint, {**staged, POINTER: pointer}, counts)
    with suppress(RemoteError, Busy):  # what is left is removed by the next build
        _drop(endpoint, (*staged.values(), pointer))


def _held(endpoint: Endpoint) -> Iterator[IRI]:
    """The graphs of ours that the remote store holds, served or left over."""
    answer = endpoint.query(part("graphs-below"), Kind.BINDINGS, default=(), named=EVERYTHING)
    return (graph for (graph,) in table_of(answer, Kind.BINDINGS).rows if isinstance(graph, IRI))


def _drop(endpoint: Endpoint, graphs: Iterable[IRI]) -> None:
    steps = [f"DROP SILENT GRAPH <{graph}>" for graph in graphs]
    if steps:
        endpoint.update(_SEPARATOR.join(steps), timeout_s=LOADING_S)


def _put(endpoint: Endpoint, graph: IRI, lines: BinaryIO) -> None:
    size = lines.seek(0, SEEK_END)
    lines.seek(0)
    endpoint.put(graph, lines, size, timeout_s=LOADING_S)


def _require_counts(endpoint: Endpoint, expected: Mapping[IRI, int], so: str) -> None:
    answer = endpoint.query(part("triples-per-graph"), Kind.BINDINGS, default=(), named=tuple(expected))
    found = {plain(graph): int(plain(count)) for graph, count in table_of(answer, Kind.BINDINGS).rows}
    if found != expected:
        raise RemoteError(
            f"The remote store holds {sum(found.values())} triples of {sum(expected.values())} that it was sent. "
            f"{so} Look into its log, then build again."
        )


def _pointer(snapshot: str, graphs: Iterable[IRI]) -> Iterator[str]:
    """The graph that says what is published, as N-Triples."""
    yield triple(POINTER, DCTERMS.identifier, Literal(snapshot))
    yield from (triple(POINTER, DCTERMS.hasPart, graph) for graph in graphs)


def _switch(endpoint: Endpoint, staged: Mapping[IRI, IRI], counts: Mapping[IRI, int]) -> None:
    """Make each graph what is staged for it, the pointer last, and drop the others."""
    gone = {graph for graph in _held(endpoint) if not graph.startswith(STAGING)}
    with suppress(SnapshotError):
        gone.update(publication(endpoint).graphs)
    steps = (
        f"DROP SILENT GRAPH <{POINTER}>",
        *(f"DROP SILENT GRAPH <{graph}>" for graph in sorted(gone - staged.keys())),
        *(_REPLACING.format(old=graph, new=place) for graph, place in staged.items()),
    )
    for tries_left in reversed(range(SWITCHES)):
        try:
            endpoint.update(_SEPARATOR.join(steps), timeout_s=LOADING_S)
            _require_counts(endpoint, counts, "The switch is not complete.")
            return
        except (RemoteError, Busy):
            if not tries_left:
                raise
            time.sleep(PAUSE_S)


_SEPARATOR = " ;\n"
# not COPY or MOVE: those of Virtuoso 7.2.5 lose triples where the new graph shares some with the old
_REPLACING = """DELETE {{ GRAPH <{old}> {{ ?s ?p ?o }} }}
WHERE {{ GRAPH <{old}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{new}> {{ ?s ?p ?o }} }} }} ;
INSERT {{ GRAPH <{old}> {{ ?s ?p ?o }} }}
WHERE {{ GRAPH <{new}> {{ ?s ?p ?o }} FILTER NOT EXISTS {{ GRAPH <{old}> {{ ?s ?p ?o }} }} }}"""
