"""One seam to the triples: select, construct and ask, whichever engine holds them.

Terms enter a query as RDF terms through `bindings`, never as text. Queries of our own see the
union of all named graphs as their default graph.
"""

import contextlib
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import IO, Protocol

import pyoxigraph as ox

from graph.errors import SnapshotError
from graph.model import Bindings, Literal, Table, Term, Triple
from graph.rdf import from_engine, to_engine
from ontology.naming import GRAPH
from ontology.terms import IRI, PREFIXES
from queries.catalogue import part

_OUTER_PATTERN = re.compile(r"^(?:[^#\n]*\b)?(?:WHERE|ASK)\s*\{", re.MULTILINE | re.IGNORECASE)
PRIVATE = GRAPH + "private/"  # where the name of a graph begins that no public question sees
TRIAL_GRAPH = IRI(GRAPH + "source/test")
_WHOLE, _PUBLIC = "store", "public"  # of a snapshot: all graphs, and, if some are private, the others


class Store(Protocol):
    """What everything above the engine may ask of a snapshot."""

    snapshot: str

    def select(self, query: str, bindings: Bindings | None = None) -> Table:
        """The rows of a SELECT."""

    def stream(self, query: str) -> Iterator[tuple[Term | None, ...]]:
        """The rows of a SELECT one by one, for so many that nobody wants to hold them all."""

    def construct(self, query: str, bindings: Bindings | None = None) -> tuple[Triple, ...]:
        """The triples of a CONSTRUCT, each once."""

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        """The answer of an ASK."""


class EmbeddedStore:
    """A snapshot held by pyoxigraph in this process, for the project's own queries."""

    def __init__(self, engine: ox.Store, *, snapshot: str) -> None:
        self._engine = engine
        self.snapshot = snapshot

    def select(self, query: str, bindings: Bindings | None = None) -> Table:
        """The rows of a SELECT; unbound cells are None.

        >>> store = store_of("<urn:a> <urn:p> 'x' .")
        >>> store.select("SELECT ?o { ?s <urn:p> ?o }").rows[0][0].value
        'x'
        """
        answer = self._solutions(query, bindings)
        columns = tuple(variable.value for variable in answer.variables)
        with self._reading():
            return Table(columns, tuple(_row(row) for row in answer))

    def stream(self, query: str) -> Iterator[tuple[Term | None, ...]]:
        with self._reading():
            yield from map(_row, self._solutions(query, None))

    def construct(self, query: str, bindings: Bindings | None = None) -> tuple[Triple, ...]:
        """The triples of a CONSTRUCT, each once.

        >>> len(store_of("<urn:a> <urn:p> 'x' .").construct("CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?x BIND(?s AS ?o) }"))
        1
        """
        answer = self._run(query, bindings)
        assert isinstance(answer, ox.QueryTriples), "not a CONSTRUCT"
        triples = ((from_engine(t.subject), IRI(t.predicate.value), from_engine(t.object)) for t in answer)
        with self._reading():
            return tuple(dict.fromkeys(triples))

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        return bool(self._run(query, bindings))

    def counts(self) -> dict[IRI, int]:
        """Number of triples of each named graph, by graph name."""
        rows = self.select(part("triples-per-graph")).rows
        return {graph: int(n.value) for graph, n in rows if isinstance(graph, IRI) and isinstance(n, Literal)}

    def size(self) -> int:
        """Number of triples of all graphs, also of the default one."""
        with self._reading():
            return len(self._engine)

    def graphs(self) -> tuple[IRI, ...]:
        """The names of all named graphs, also of empty ones."""
        return tuple(graph for (graph,) in self.select(part("graphs")).rows if isinstance(graph, IRI))

    def dump_quads(self, output: IO[bytes]) -> None:
        """Write the whole data set as N-Quads."""
        self._engine.dump(output, ox.RdfFormat.N_QUADS)

    def dump_graph(self, graph: IRI | None, output: IO[bytes], *, as_lines: bool = False) -> None:
        """Write one graph as Turtle, or as N-Triples if `as_lines`; None is the default graph."""
        node = _node(graph)
        if as_lines:
            self._engine.dump(output, ox.RdfFormat.N_TRIPLES, from_graph=node)
        else:
            self._engine.dump(output, ox.RdfFormat.TURTLE, from_graph=node, prefixes=PREFIXES)

    def _solutions(self, query: str, bindings: Bindings | None) -> ox.QuerySolutions:
        answer = self._run(query, bindings)
        assert isinstance(answer, ox.QuerySolutions), "not a SELECT"
        return answer

    def _run(self, query: str, bindings: Bindings | None) -> object:
        with self._reading():
            return self._engine.query(bound(query, bindings or {}), use_default_graph_as_union=True)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """What the engine says of a table that it cannot read is a `SnapshotError`."""
        try:
            yield
        except (OSError, RuntimeError) as error:
            raise SnapshotError(f"{self.snapshot} cannot be read. Run `revier doctor`.") from error


class CandidateStore(EmbeddedStore):
    """A store under construction: loaded in bulk, asked, and closed before it is published."""

    def __init__(self, folder: Path) -> None:
        super().__init__(ox.Store(str(folder)), snapshot="candidate")

    def load_lines(self, path: Path, graph: IRI | None) -> None:
        """Bulk-load an N-Triples file into `graph`; None is the default graph."""
        self._engine.bulk_load(path=str(path), format=ox.RdfFormat.N_TRIPLES, to_graph=_node(graph))

    def add_graph(self, graph: IRI) -> None:
        """Let a graph exist, if only as an empty one."""
        self._engine.add_graph(ox.NamedNode(graph))

    def load_turtle(self, text: str, graph: IRI) -> None:
        """Load a Turtle text into `graph`."""
        self._engine.load(text, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))

    def take_out(self, node: IRI, output: IO[bytes]) -> None:
        """Remove what is said of a node, of its parts, whose IRIs continue its own, and by whom it is named.

        What is removed is appended to `output` as N-Triples.
        """
        subject = ox.NamedNode(node)
        said = list(self._engine.quads_for_pattern(subject, None, None, None))
        parts = {quad.object.value for quad in said if isinstance(quad.object, ox.NamedNode)}
        for quad in (*said, *self._engine.quads_for_pattern(None, None, subject, None)):
            output.write(f"{quad.triple} .\n".encode())
            self._engine.remove(quad)
        for own in sorted(own for own in parts if own.startswith((f"{node}/", f"{node}#"))):
            self.take_out(IRI(own), output)

    def construct_lines(self, query: str, output: IO[bytes]) -> bool:
        """Append the triples of a CONSTRUCT as N-Triples; whether there were any."""
        answer = self._engine.query(query, use_default_graph_as_union=True)
        assert isinstance(answer, ox.QueryTriples)
        begin = output.tell()
        answer.serialize(output, ox.RdfFormat.N_TRIPLES)
        return output.tell() > begin

    def part_public(self, snapshot: Path) -> None:
        """Give the snapshot that this store belongs to a second one for the public, if it holds private graphs."""
        part_public(self._engine, snapshot)

    def close(self) -> None:
        """Sync to disk and let go of the folder."""
        self._engine.flush()
        del self._engine


def part_public(engine: ox.Store, snapshot: Path) -> None:
    """Give a snapshot folder, whose whole store `engine` holds, a second one without the private graphs, if it has any.

    Its tables are hard links to those of the first. So a public question sees the union of all graphs that are there;
    from a list of graphs to see, the engine would look up each pattern in each of them.
    """
    private = [graph for graph in engine.named_graphs() if graph.value.startswith(PRIVATE)]
    if private:
        folder = str(snapshot / _PUBLIC)
        engine.backup(folder)
        public = ox.Store(folder)
        for graph in private:
            public.remove_graph(graph)
        public.flush()


def is_parted(snapshot: Path) -> bool:
    """Whether a snapshot folder has private graphs, and so a second store without them."""
    return (snapshot / _PUBLIC).is_dir()


def open_engine(snapshot: Path, *, sees_private: bool = False) -> ox.Store:
    """The triples of a snapshot folder, read only: those of the public, or all if one `sees_private` graphs too.

    Raises OSError or RuntimeError if they cannot be read; `SnapshotError` if the private ones stand among the public.
    """
    folder = _PUBLIC if is_parted(snapshot) and not sees_private else _WHOLE
    engine = ox.Store.read_only(str(snapshot / folder))
    private = () if sees_private else (each for each in engine.named_graphs() if each.value.startswith(PRIVATE))
    if any(any(engine.quads_for_pattern(None, None, None, graph)) for graph in private):
        raise SnapshotError(f"{snapshot.name} does not keep private graphs apart. Run `revier build`.")
    return engine


def open_store(snapshot: Path, *, sees_private: bool = False) -> EmbeddedStore:
    """The store of a snapshot folder, read only, without the private graphs unless one `sees_private` ones.

    Raises `SnapshotError` if the folder holds no readable store.
    """
    if not (snapshot / _WHOLE / "CURRENT").is_file():
        raise SnapshotError(f"{snapshot.name} holds no store. Run `revier build` or name another snapshot.")
    try:
        return EmbeddedStore(open_engine(snapshot, sees_private=sees_private), snapshot=snapshot.name)
    except (OSError, RuntimeError) as error:
        raise SnapshotError(f"{snapshot.name} cannot be opened. Run `revier doctor`.") from error


def store_of(turtle: str, *, graph: IRI = TRIAL_GRAPH) -> EmbeddedStore:
    """A store in memory that holds one Turtle text in one named graph: for trials and tests."""
    engine = ox.Store()
    engine.load(turtle, ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(graph))
    return EmbeddedStore(engine, snapshot="memory")


def bound(query: str, bindings: Bindings) -> str:
    """One of our own queries with terms given to its variables, as VALUES at the head of its outer pattern.

    Of several terms for a variable each has its turn.

    The engine's own substitution reaches only variables that are projected
    (https://www.w3.org/TR/sparql11-query/#inline-data is understood by every engine).

    >>> bound("ASK { ?s ?p ?o }", {"s": IRI("urn:a"), "o": IRI("urn:b")})
    'ASK { VALUES (?s ?o) { (<urn:a> <urn:b>) } ?s ?p ?o }'
    """
    if not bindings:
        return query
    names = " ".join(f"?{name}" for name in bindings)
    each = [given if isinstance(given, tuple) else (given,) for given in bindings.values()]
    rows = " ".join(f"({' '.join(str(to_engine(term)) for term in row)})" for row in product(*each))
    text, places = _OUTER_PATTERN.subn(lambda head: f"{head[0]} VALUES ({names}) {{ {rows} }}", query, count=1)
    assert places == 1, "a query with bindings needs WHERE { or ASK {"
    return text


def _row(solution: ox.QuerySolution) -> tuple[Term | None, ...]:
    return tuple(None if cell is None else from_engine(cell) for cell in solution)


def _node(graph: IRI | None) -> ox.NamedNode | ox.DefaultGraph:
    return ox.DefaultGraph() if graph is None else ox.NamedNode(graph)


@contextlib.contextmanager
def candidate(folder: Path) -> Iterator[CandidateStore]:
    """A candidate store in `folder` that is synced and closed at the end."""
    store = CandidateStore(folder)
    try:
        yield store
    finally:
        store.close()
