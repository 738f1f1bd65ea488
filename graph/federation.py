"""SERVICE for the endpoints that an operator has named: their queries run where nothing else can be reached.

Two pools over the same snapshot answer: one as ever, for whatever asks nobody else, and a small one of secluded workers
for queries whose SERVICE clauses name allowed endpoints. There each name becomes an address at which a broker is heard.
"""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any

from graph.broker import SILENT, Broker
from graph.errors import NotOffered, NotSparql, RevierError, SnapshotError, WrongUse
from graph.nursery import Nursery
from graph.pool import Answer, QueryPool
from graph.rdf import Format
from graph.sandbox import reaches_out
from graph.words import words
from graph.worker import looks_outside

WORKERS = 4  # most that ask others at a time


class Federation:
    """What answers in place of `pool`, whose limits are repeated here; any thread may ask.

    `endpoints` may be named after SERVICE. Each call of one ends after `call_s`, and all that a query gets from them
    is no larger than its answer may be.

    Raises `WrongUse` if the system does not let a process have a network of its own, `SnapshotError` as a pool.
    """

    def __init__(
        self,
        pool: QueryPool,
        snapshot: Path,
        endpoints: Sequence[str],
        *,
        call_s: float,
        result_bytes: int,
        **limits: Any,
    ) -> None:
        self._pool, self._snapshot, self._endpoints = pool, snapshot, endpoints
        self._broker = Broker(endpoints, timeout_s=call_s, most_bytes=result_bytes)
        try:
            nursery = Nursery(self._broker.begin)
        except OSError as error:
            raise WrongUse(
                f"REVIER_FEDERATION cannot be in force: {error}. Allow user namespaces, or leave the setting out."
            ) from None
        self._asking = QueryPool(snapshot, workers=WORKERS, result_bytes=result_bytes, nursery=nursery, **limits)

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that new queries see."""
        return self._pool.snapshot

    def run(self, query: str, **how: Any) -> Answer:
        """As of a `QueryPool`.

        Raises also `RemoteTimeout` or `RemoteError` if an endpoint fails that was asked without SILENT, and
        `NotOffered` that names those which may be asked.
        """
        if not reaches_out(query):
            return self._pool.run(query, **how)
        with self._broker.calls() as calls:
            led = led_query(query, calls.addresses)
            if led is None:
                return self._refused(query, **how)
            try:
                answer = self._asking.run(led, **how)
            except NotSparql:
                return self._refused(query, **how)  # with the place in the text as it was sent
            except RevierError as error:
                raise calls.failure or error from None
            if calls.failure:  # in FILTER EXISTS the engine overlooks it
                answer.close()
                raise calls.failure
            return answer

    def parse(self, document: bytes, form: Format, *, base: str) -> bytes:
        """As of a `QueryPool`."""
        return self._pool.parse(document, form, base=base)

    def check_update(self, text: str, *, base: str) -> None:
        """As of a `QueryPool`: updates ask nobody."""
        self._pool.check_update(text, base=base)

    def switch(self, snapshot: Path) -> None:
        """As of a `QueryPool`, for both."""
        self._asking.switch(snapshot)
        try:
            self._pool.switch(snapshot)
        except SnapshotError:
            self._asking.switch(self._snapshot)
            raise
        self._snapshot = snapshot

    def figures(self) -> dict[str, float]:
        """As of a `QueryPool`, and the same of the workers that ask others."""
        asking = {f"federated_{name}": figure for name, figure in self._asking.figures().items()}
        return self._pool.figures() | asking

    def close(self) -> None:
        """End all workers of both pools."""
        self._asking.close()
        self._broker.close()
        self._pool.close()

    def _refused(self, query: str, **how: Any) -> Answer:
        """The answer to a query that only seemed to ask others, or why those cannot be asked."""
        try:
            return self._pool.run(query, **how)
        except NotOffered as error:
            if not looks_outside(query):
                raise
            allowed = ", ".join(f"<{endpoint}>" for endpoint in self._endpoints)
            raise NotOffered(
                f"After SERVICE one of these is asked here: {allowed}. Write it so, as a whole IRI and not within "
                "another SERVICE; the letters `service` may stand nowhere else in such a query."
            ) from error


def led_query(query: str, addresses: Mapping[str, str]) -> str | None:
    """The query with an address in the place of each endpoint; None if it could ask anybody else, or nobody.

    To be sure of that whatever the engine takes for a keyword, the letters of SERVICE may stand nowhere but before an
    endpoint that `addresses` knows, written as a whole IRI. A clause inside another one would be asked elsewhere.

    >>> led_query("ASK { SERVICE SILENT <http://e/> { ?s ?p ?o } }", {"http://e/": "http://127.0.0.1/0"})
    'ASK { SERVICE SILENT <http://127.0.0.1/0/silent> { ?s ?p ?o } }'
    >>> led_query("ASK { SERVICE <http://other/> {} }", {"http://e/": "http://127.0.0.1/0"})
    """
    found = list(words(query))
    pieces: list[str] = []
    begin = clauses = depth = outer_depth = 0
    is_within = False
    for word, second, third in zip_longest(found, found[1:], found[2:]):
        if word[0] in ("{", "}"):
            depth += 1 if word[0] == "{" else -1
            is_within = is_within and depth > outer_depth
        if word[0].upper() != "SERVICE":
            continue
        is_silent = second is not None and second[0].upper() == "SILENT"
        endpoint = third if is_silent else second
        address = addresses.get(endpoint[0][1:-1]) if endpoint and endpoint["iri"] else None
        if address is None or is_within:
            return None
        pieces += [query[begin : endpoint.start()], f"<{address}{SILENT if is_silent else ''}>"]
        begin, clauses, outer_depth, is_within = endpoint.end(), clauses + 1, depth, True
    pieces.append(query[begin:])
    letters = sum(piece.lower().count("service") for piece in pieces[::2])
    return "".join(pieces) if clauses and letters == clauses else None
