"""What a write does to a store, quad by quad: worked out here, so that nothing is changed which was not judged.

The engine reads the texts and finds the solutions; the quads that follow from them are computed, asked about,
applied and remembered one by one (https://www.w3.org/TR/sparql11-update/#updateServices). So a write can be
undone exactly, and no trick of spelling reaches a graph that the writer may not change.
"""

import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

import pyoxigraph as ox

from graph.errors import GraphExists, NotOffered, NotSparql, UnknownTerm, WrongUse
from graph.sandbox import reaches_out
from graph.update import ALL, DEFAULT, NAMED, Data, Manage, Modify, Operation, Transfer, operations
from graph.words import words
from ontology.terms import IRI

Graph = Any  # ox.NamedNode, ox.BlankNode or ox.DefaultGraph
_UNNAMED = ox.DefaultGraph()
_REFUSAL = re.compile("custom function|does not support")


class Change:
    """One write on its way: it changes the engine's store at once and remembers what it did.

    `may_change` is called with each graph that is about to be changed, None for the default one, and raises
    what forbids it; `may_read` tells whether a pattern sees a named graph.
    """

    def __init__(
        self,
        engine: ox.Store,
        *,
        may_change: Callable[[IRI | None], None] = lambda _: None,
        may_read: Callable[[IRI], bool] = lambda _: True,
        has_union_default: bool = False,
    ) -> None:
        self._engine = engine
        self._may_change, self._may_read = may_change, may_read
        self._has_union_default = has_union_default
        self._judged: set[str] = set()
        self.added: set[ox.Quad] = set()
        self.removed: set[ox.Quad] = set()
        self.created: set[Graph] = set()
        self.dropped: set[Graph] = set()

    def __bool__(self) -> bool:
        """Whether the store is another now."""
        return bool(self.added or self.removed or self.created or self.dropped)

    @property
    def size(self) -> int:
        """How many triples were added and removed."""
        return len(self.added) + len(self.removed)

    def counts(self) -> Counter[str]:
        """How many triples each graph has more, or fewer; the default graph is named by an empty text."""
        counts = Counter(_name(quad.graph_name) for quad in self.added)
        counts.subtract(_name(quad.graph_name) for quad in self.removed)
        return counts

    def undo(self) -> None:
        """Leave the store as it was before this write."""
        for quad in self.added:
            self._engine.remove(quad)
        for graph in self.created:
            self._engine.remove_graph(graph)
        for graph in self.dropped:
            self._engine.add_graph(graph)
        self._engine.extend(self.removed)

    def update(self, text: str, *, base: str, using: Sequence[str] = (), using_named: Sequence[str] = ()) -> None:
        """Carry out a SPARQL update; `using` and `using_named` are the data set of the protocol.

        Raises `NotSparql`, `NotOffered`, `WrongUse`; whoever calls then has to undo it.
        """
        for operation in operations(text):
            try:
                self._carry_out(operation, base, using, using_named)
            except SyntaxError as error:
                raise NotSparql(f"An operation of the update cannot be read by itself: {error}.", 1, 1) from error

    def put(self, graph: IRI | None, lines: bytes, *, replaces: bool) -> bool:
        """Add the triples of an N-Triples text to a graph, or let it hold just these; whether it is new."""
        node = _node(graph)
        read = ox.parse(lines, ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
        quads = _as_stored(_moved(read, node))
        is_new = not self._exists(node)
        if replaces:
            self.remove(set(self._in_graph(node)) - quads)
        self._create(node)
        self.add(quads)
        return is_new

    def delete(self, graph: IRI | None) -> None:
        """Remove a graph with all it holds; the default one is emptied.

        Raises `UnknownTerm` if there is no such graph.
        """
        self._judge([_node(graph)])
        if not self._exists(_node(graph)):
            raise UnknownTerm(f"There is no graph {graph}.")
        self._drop(_node(graph))

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add those of the quads that are not there."""
        stored = _as_stored(quads)
        self._judge(quad.graph_name for quad in stored)
        fresh = {quad for quad in stored if quad not in self._engine}
        for graph in {quad.graph_name for quad in fresh}:
            self._create(graph)
        self._engine.extend(fresh)
        self.added |= fresh - self.removed
        self.removed -= fresh

    def remove(self, quads: Iterable[ox.Quad]) -> None:
        """Remove those of the quads that are there."""
        stored = _as_stored(quads)
        self._judge(quad.graph_name for quad in stored)
        doomed = {quad for quad in stored if quad in self._engine}
        for quad in doomed:
            self._engine.remove(quad)
        self.removed |= doomed - self.added
        self.added -= doomed

    def _carry_out(self, operation: Operation, base: str, using: Sequence[str], using_named: Sequence[str]) -> None:
        if isinstance(operation, Data):
            quads = _read(operation.prologue, operation.quads, base)
            (self.add if operation.is_insert else self.remove)(quads)
        elif isinstance(operation, Modify):
            self._modify(operation, base, using, using_named)
        elif isinstance(operation, Manage):
            self._manage(operation, base)
        else:
            self._transfer(operation, base)

    def _modify(self, operation: Modify, base: str, using: Sequence[str], using_named: Sequence[str]) -> None:
        names = {each: self._resolved(operation, each, base) for each in (*operation.using, *operation.using_named)}
        within = _UNNAMED if operation.within is None else self._resolved(operation, operation.within, base)
        if (using or using_named) and (operation.within or names):
            raise WrongUse("using-graph-uri and using-named-graph-uri exclude USING and WITH in the text. Use one way.")
        default: list[Graph] = [_graph(each) for each in using] or [names[each] for each in operation.using]
        named: list[Graph] = [_graph(each) for each in using_named] or [names[each] for each in operation.using_named]
        data_set = (default, named) if default or named else ([within], None) if operation.within else (None, None)
        deletes = _Template(operation, operation.deletes, base, within)
        inserts = _Template(operation, operation.inserts, base, within)
        gone: list[ox.Quad] = []
        come: list[ox.Quad] = []
        for solution in self._solutions(operation, base, *data_set):
            gone += deletes.filled(solution)
            come += inserts.filled(solution)
        self.remove(gone)
        self.add(come)

    def _solutions(
        self, operation: Modify, base: str, default: list[Graph] | None, named: list[Graph] | None
    ) -> Iterator[ox.QuerySolution]:
        """What the pattern finds among the graphs that it is given and may see."""
        hidden = {graph for graph in self._engine.named_graphs() if not self._may_read(IRI(graph.value))}
        if hidden or default is not None:
            open_graphs = [graph for graph in self._engine.named_graphs() if graph not in hidden]
            union: list[Graph] = [_UNNAMED, *(open_graphs if self._has_union_default else ())]
            default = [graph for graph in (union if default is None else default) if graph not in hidden]
            named = [graph for graph in (open_graphs if named is None else named) if graph not in hidden]
        query = f"{operation.prologue}SELECT * WHERE {{{operation.pattern}}}"
        try:
            yield from self._engine.query(  # type: ignore[misc]  # a SELECT gives solutions
                query,
                base_iri=base,
                use_default_graph_as_union=self._has_union_default and default is None,
                default_graph=default,
                named_graphs=named,
            )
        except (OSError, RuntimeError) as error:
            if reaches_out(operation.pattern) or _REFUSAL.search(str(error)):
                raise NotOffered(f"The pattern asks for what is not done here: {error}. Leave it out.") from error
            raise

    def _manage(self, operation: Manage, base: str) -> None:
        if operation.graph in (DEFAULT, NAMED, ALL):
            graphs: list[Graph] = [] if operation.graph == NAMED else [_UNNAMED]
            graphs += [] if operation.graph == DEFAULT else self._engine.named_graphs()
        else:
            graphs = [self._resolved(operation, operation.graph, base)]
            self._judge(graphs)  # first, for whoever may not change a graph is not told either that it is there
        for graph in graphs:
            if self._exists(graph) is (operation.verb == "CREATE"):
                if not operation.is_silent:
                    if operation.verb == "CREATE":
                        raise GraphExists(f"There already is a graph {graph}. CREATE SILENT takes it as it is.")
                    raise UnknownTerm(f"There is no graph {graph}. {operation.verb} SILENT takes it as it is.")
            elif operation.verb == "CREATE":
                self._create(graph)
            elif operation.verb == "CLEAR":
                self._clear(graph)
            else:
                self._drop(graph)

    def _transfer(self, operation: Transfer, base: str) -> None:
        source = self._resolved(operation, operation.source, base)
        target = self._resolved(operation, operation.target, base)
        is_readable = source == _UNNAMED or self._may_read(IRI(_name(source)))
        if not (self._exists(source) and is_readable):
            if not operation.is_silent:
                raise UnknownTerm(f"There is no graph {source}. {operation.verb} SILENT takes it for nothing to do.")
            return
        if source == target:
            return
        quads = list(_moved(self._in_graph(source), target))
        if operation.verb != "ADD":
            self._clear(target)
        self._create(target)
        self.add(quads)
        if operation.verb == "MOVE":
            self._drop(source)

    def _create(self, graph: Graph) -> None:
        self._judge([graph])
        if not self._exists(graph):
            self._engine.add_graph(graph)
            self.created |= {graph} - self.dropped
            self.dropped.discard(graph)

    def _clear(self, graph: Graph) -> None:
        self._judge([graph])
        doomed = set(self._in_graph(graph))
        self._engine.clear_graph(graph)
        self.removed |= doomed - self.added
        self.added -= doomed

    def _drop(self, graph: Graph) -> None:
        self._clear(graph)
        if graph != _UNNAMED:
            self._engine.remove_graph(graph)
            self.dropped |= {graph} - self.created
            self.created.discard(graph)

    def _judge(self, graphs: Iterable[Graph]) -> None:
        for name in {_name(graph) for graph in graphs} - self._judged:
            self._may_change(IRI(name) if name else None)
            self._judged.add(name)

    def _exists(self, graph: Graph) -> bool:
        return graph == _UNNAMED or self._engine.contains_named_graph(graph)

    def _in_graph(self, graph: Graph) -> Iterator[ox.Quad]:
        return self._engine.quads_for_pattern(None, None, None, graph)

    def _resolved(self, operation: Operation, name: str, base: str) -> Graph:
        if name == DEFAULT:
            return _UNNAMED
        (quad,) = _read(operation.prologue, f"{name} {name} {name}", base)
        return ox.NamedNode(quad.subject.value)


class _Template:
    """Quads with variables: the engine reads them with an IRI that nobody else knows in the place of each."""

    def __init__(self, operation: Modify, text: str, base: str, within: Graph) -> None:
        secret = f"urn:uuid:{uuid.uuid4()}:"
        pieces, begin = [], 0
        for word in words(text):
            if word.lastgroup == "variable":
                pieces += [text[begin : word.start()], f"<{secret}{word[0][1:]}>"]
                begin = word.end()
        quads = _read(operation.prologue, "".join((*pieces, text[begin:])), base)
        self._secret = secret
        self._quads = [(*quad.triple, within if quad.graph_name == _UNNAMED else quad.graph_name) for quad in quads]

    def filled(self, solution: ox.QuerySolution) -> Iterator[ox.Quad]:
        """The quads for one solution, with blank nodes of its own, but those that would be no RDF."""
        fresh: dict[ox.BlankNode, ox.BlankNode] = {}
        for parts in self._quads:
            with suppress(TypeError):  # unbound, or a literal where none may stand
                subject, predicate, value, graph = (self._term(part, solution, fresh) for part in parts)
                if graph is not None:
                    yield ox.Quad(subject, predicate, value, graph)

    def _term(self, part: Any, solution: ox.QuerySolution, fresh: dict[ox.BlankNode, ox.BlankNode]) -> Any:
        if isinstance(part, ox.NamedNode) and part.value.startswith(self._secret):
            return solution[part.value.removeprefix(self._secret)]
        if isinstance(part, ox.BlankNode):
            return fresh.setdefault(part, ox.BlankNode())
        if isinstance(part, ox.Triple):
            return ox.Triple(*(self._term(each, solution, fresh) for each in part))
        return part


def _read(prologue: str, quads: str, base: str) -> ox.Store:
    """Ground quads as the engine reads them."""
    store = ox.Store()
    if quads.strip():
        store.update(f"{prologue}INSERT DATA {{{quads}}}", base_iri=base)
    return store


def _moved(quads: Iterable[ox.Quad], graph: Graph) -> Iterator[ox.Quad]:
    """The same triples in another graph."""
    return (ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)


def _as_stored(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Quads as a store gives them back: it writes `01` as `1`."""
    store = ox.Store()
    store.extend(quads)
    return set(store)


def _graph(name: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(name)
    except ValueError as error:
        raise WrongUse(f"A graph must be named by an absolute IRI: {error}.") from error


def _node(graph: IRI | None) -> Graph:
    return _UNNAMED if graph is None else _graph(graph)


def _name(graph: Graph) -> str:
    """The IRI of a graph; empty for the default one."""
    return "" if isinstance(graph, ox.DefaultGraph) else graph.value
