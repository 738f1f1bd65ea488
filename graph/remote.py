"""What a remote store publishes, behind the same seam as the embedded one.

A store holds the graphs of a snapshot under their own names, and a graph that lists them and names the snapshot. Each
query names those graphs: whatever else the store holds is not seen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from traceback import clear_frames

from graph.endpoint import ASKED, Endpoint
from graph.errors import RemoteError, SnapshotError
from graph.model import Bindings, Literal, Table, Term, Triple
from graph.nesting import require_shallow
from graph.rdf import Kind, read_table
from graph.store import bound
from ontology.naming import GRAPH
from ontology.terms import IRI
from queries.catalogue import part

POINTER = IRI(GRAPH + "published")
REMEMBERED = 10_000  # answers to questions about one thing, which hold as long as the snapshot


@dataclass(frozen=True, slots=True)
class Publication:
    """A snapshot in a remote store: its id, and the graphs that make it up."""

    snapshot: str
    graphs: tuple[IRI, ...]

    def require_known(self) -> None:
        """Raise `SnapshotError` while it is `UNKNOWN`."""
        if not self.snapshot:
            raise SnapshotError("The remote store has not yet said what it publishes. Ask again in a moment.")


UNKNOWN = Publication("", ())  # until the store is first reached


def publication(endpoint: Endpoint) -> Publication:
    """What the store publishes at this moment.

    Raises `SnapshotError` if it publishes nothing, or is just being switched.
    """
    answer = endpoint.query(part("published"), Kind.BINDINGS, default=(POINTER,), named=())
    rows = table_of(answer, Kind.BINDINGS).rows
    names = {name.value for name, _ in rows if isinstance(name, Literal)}
    if len(names) != 1:
        raise SnapshotError("The remote store publishes no snapshot, or is being switched. Run `revier build` first.")
    return Publication(names.pop(), tuple(graph for _, graph in rows if isinstance(graph, IRI)))


class RemoteStore:
    """A snapshot held by a remote store, for the project's own queries."""

    def __init__(self, endpoint: Endpoint, published: Publication) -> None:
        self._endpoint, self._published = endpoint, published
        self._remembered = lru_cache(REMEMBERED)(self._asked)
        self.snapshot = published.snapshot

    def select(self, query: str, bindings: Bindings | None = None) -> Table:
        """The rows of a SELECT; unbound cells are None."""
        if not bindings:
            return self._asked(query, Kind.BINDINGS)
        # pages ask many small questions, the same ones of the same things
        return self._remembered(bound(query, bindings), Kind.BINDINGS)

    def stream(self, query: str) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT one by one; the store sends them all at once."""
        return iter(self.select(query).rows)

    def construct(self, query: str, bindings: Bindings | None = None) -> tuple[Triple, ...]:
        """The triples of a CONSTRUCT, each once."""
        rows = self._asked(bound(query, bindings or {}), Kind.GRAPH).rows
        found = ((subject, predicate, value) for subject, predicate, value in rows if isinstance(predicate, IRI))
        return tuple(dict.fromkeys((subject, says, value) for subject, says, value in found if subject and value))

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        """The answer of an ASK."""
        return bool(self._asked(bound(query, bindings or {}), Kind.BINDINGS).rows)

    def _asked(self, query: str, kind: Kind) -> Table:
        self._published.require_known()
        graphs = self._published.graphs
        answer = self._endpoint.query(query, kind, default=graphs, named=graphs)
        return table_of(answer, kind)


def table_of(answer: bytes, kind: Kind) -> Table:
    """The rows of an answer; `RemoteError` if it is cut off or no answer at all."""
    try:
        require_shallow(answer)
        return read_table(answer, ASKED[kind])
    except (SyntaxError, ValueError) as error:
        clear_frames(error.__traceback__)  # what the engine has begun to read may be dropped in this thread only
        raise RemoteError("The remote store answered with what cannot be read as a result.") from None
