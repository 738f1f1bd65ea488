"""Foreign queries over a remote store: judged here by a sealed worker, answered there, and read here before they go on.

What the worker judges is an empty store: so a query is known to be a query, to call no function of the engine's own,
and to give rows or a graph, before it leaves the house. What comes back is read whole and written anew.
"""

import threading
import time
from collections.abc import Collection, Sequence
from traceback import clear_frames

from graph.endpoint import ASKED, Address, Endpoint
from graph.errors import Busy, NotOffered, RemoteError
from graph.nesting import require_shallow
from graph.pool import Answer, QueryPool
from graph.rdf import JSON, TURTLE, Format, Kind, converted
from graph.remote import Publication
from graph.sandbox import reaches_out
from graph.transport import Transport
from graph.virtuoso import require_harmless
from graph.words import words


class RemoteQueries:
    """What the endpoints ask in place of a `QueryPool`: `judge` is one over an empty snapshot; any thread may ask."""

    def __init__(
        self,
        address: Address,
        published: Publication,
        judge: QueryPool,
        *,
        most_at_once: int = 10,
        timeout_s: float = 10,
        result_bytes: int = 50 * 2**20,
        queue_s: float = 8,
    ) -> None:
        transport = Transport(user=address.user, password=address.password, is_slow_failed=False)
        self._endpoint = Endpoint(address, timeout_s=timeout_s, transport=transport)
        self._published, self._judge = published, judge
        self._timeout_s, self._result_bytes, self._queue_s = timeout_s, result_bytes, queue_s
        self._places = threading.Semaphore(most_at_once)

    @property
    def snapshot(self) -> str:
        """The id of the snapshot that new queries see."""
        return self._published.snapshot

    def follow(self, published: Publication) -> None:
        """Let all queries from now on see another publication."""
        self._published = published

    def run(
        self,
        query: str,
        *,
        formats: Collection[Format] = (JSON, TURTLE),
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base: str | None = None,
        timeout_s: float | None = None,
        most_rows: int | None = None,
        has_union_default: bool | None = None,  # noqa: ARG002 - a remote store has no graph without a name
        sees_private: bool = False,  # noqa: ARG002 - private graphs are not published into a remote store
    ) -> Answer:
        """As of a `QueryPool`.

        Raises also `RemoteError`, `RemoteTimeout`, and `NotOffered` for what two engines may read differently.
        """
        published = self._published
        published.require_known()
        _require_safe(query)
        judged = self._judge.run(query, formats=formats, base=base)
        judged.close()
        default, named = _data_set(query, published, default_graphs, named_graphs)
        if not self._places.acquire(timeout=self._queue_s):
            raise Busy(f"The remote store was busy with other queries for {self._queue_s:g} seconds. Ask again.")
        begin, form = time.monotonic(), judged.format
        try:
            told = self._endpoint.query(
                query if base is None else f"BASE <{base}>\n{query}",
                form.kind,
                default=default,
                named=named,
                timeout_s=timeout_s,
                most_bytes=self._result_bytes,
            )
        finally:
            self._places.release()
        body, is_complete = _first(_written(told, form), form, most_rows)
        return Answer(body, len(body), form, published.snapshot, is_complete, time.monotonic() - begin)

    def parse(self, document: bytes, form: Format, *, base: str) -> bytes:
        """The triples of a document as N-Triples, read here."""
        return self._judge.parse(document, form, base=base)

    def check_update(self, text: str, *, base: str) -> None:
        """Raise `NotSparql` if a text is no update, `NotOffered` for LOAD and SERVICE."""
        self._judge.check_update(text, base=base)

    def figures(self) -> dict[str, float]:
        """As of the pool that judges."""
        return self._judge.figures()

    def close(self) -> None:
        """End the workers that judge, and let go of the connections."""
        self._judge.close()
        self._endpoint.close()


def _require_safe(query: str) -> None:
    """Raise `NotOffered` for a query that a store with a network of its own could be moved by."""
    if reaches_out(query):
        raise NotOffered(
            "Over a remote store no query may hold the letters `service` or `load`, not even in a name or a text. "
            "Rename the variable, or compare with another text."
        )
    require_harmless(query)


def _data_set(
    query: str, published: Publication, default: Sequence[str], named: Sequence[str]
) -> tuple[Sequence[str], Sequence[str]]:
    """The graphs that a query sees: those of the request, else those of its FROM, else all that is published."""
    known = set(published.graphs)
    stated = _stated(query)
    foreign = {*stated[0], *stated[1]} - known
    if foreign:
        raise NotOffered(f"FROM names what is no graph of this snapshot: {min(foreign)}. Name one that is.")
    if not default and not named:
        default, named = stated
    if not default and not named:
        return published.graphs, published.graphs
    return [graph for graph in default if graph in known], [graph for graph in named if graph in known]


def _stated(query: str) -> tuple[list[str], list[str]]:
    """The graphs of the FROM and FROM NAMED of a query.

    >>> _stated("SELECT * FROM <urn:a> FROM NAMED <urn:b> { ?from ?p ?o }")
    (['urn:a'], ['urn:b'])
    """
    default: list[str] = []
    named: list[str] = []
    told = words(query)
    for word in told:
        if word.lastgroup == "bare" and word[0].lower() == "from":
            kind, graph = default, next(told, word)
            if graph[0].lower() == "named":
                kind, graph = named, next(told, word)
            if graph.lastgroup != "iri":
                raise NotOffered("Over a remote store a graph after FROM is written as a whole IRI in brackets.")
            kind.append(graph[0].strip("<>"))
    return default, named


def _written(told: bytes, form: Format) -> bytes:
    """What the store told, read and written in the format that is wanted."""
    try:
        require_shallow(told)
        return converted(told, ASKED[form.kind], form)
    except (SyntaxError, ValueError) as error:
        clear_frames(error.__traceback__)  # what the engine has begun to read may be dropped in this thread only
        raise RemoteError("The remote store answered with what cannot be read as a result.") from None


def _first(body: bytes, form: Format, most_rows: int | None) -> tuple[bytes, bool]:
    """The first rows of an answer in lines, and whether those are all."""
    head_lines = 1 if form.kind is Kind.BINDINGS else 0
    if most_rows is None or body.count(b"\n") <= head_lines + most_rows:
        return body, True
    return b"".join(body.splitlines(keepends=True)[: head_lines + most_rows]), False
