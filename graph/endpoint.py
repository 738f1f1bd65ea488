"""A remote SPARQL 1.1 store as it is asked: SPARQLWrapper writes the requests, our transport carries them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlencode
from urllib.request import Request

from SPARQLWrapper import POST, SPARQLWrapper
from SPARQLWrapper.Wrapper import CONSTRUCT, INSERT, SELECT

from graph.errors import RemoteError, WrongUse
from graph.rdf import JSON, N_TRIPLES, Format, Kind
from graph.transport import Reply, Transport
from graph.virtuoso import data_set, limit, repaired, require_whole
from ontology.terms import IRI

RESULT_BYTES = 256 * 2**20  # of an answer to a question of our own
SAID_BYTES = 2**20  # of what a store says of a write
GRACE_S = 2.0  # that a store is given to end a query by itself
EVERYTHING = ("*",)
# what we ask for, by the kind of the answer
ASKED = {Kind.BINDINGS: JSON, Kind.GRAPH: N_TRIPLES}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is asked, updated and loaded, and as whom; without the last two it can only be read."""

    query: str
    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)


class Endpoint:
    """One remote store; any thread may ask."""

    def __init__(self, address: Address, *, timeout_s: float = 10, transport: Transport | None = None) -> None:
        self._address, self._timeout_s = address, timeout_s
        self._transport = transport or Transport(user=address.user, password=address.password)

    def query(
        self,
        text: str,
        kind: Kind,
        *,
        default: Sequence[str],
        named: Sequence[str],
        timeout_s: float | None = None,
        most_bytes: int = RESULT_BYTES,
    ) -> bytes:
        """The answer to a query over the graphs that are named, and no others: JSON for rows, N-Triples for a graph.

        Only `EVERYTHING` in place of the named graphs opens the whole store.

        Raises `RemoteError` and its kin, `Busy`, and `QueryTooCostly` if the store gives a part only.
        """
        limit_s = min(timeout_s or self._timeout_s, self._timeout_s)
        call = _Call(self._address.query, SELECT if kind is Kind.BINDINGS else CONSTRUCT)
        for name, value in (*(() if named is EVERYTHING else data_set(default, named)), *limit(limit_s)):
            call.addParameter(name, value)
        call.addCustomHttpHeader("Accept", ASKED[kind].media_type)
        call.setQuery(text)
        reply = self._transport.exchange(call.request(), timeout_s=limit_s + GRACE_S, most_bytes=most_bytes)
        require_whole(reply.headers)
        _require_type(reply, ASKED[kind])
        return repaired(reply.body) if kind is Kind.BINDINGS else reply.body

    def update(self, text: str, *, timeout_s: float) -> None:
        """Carry out an update. It is sent once: whoever gets an error does not know whether it was done."""
        call = _Call(self._required(self._address.update, "REVIER_STORE_UPDATE"), INSERT)
        call.addCustomHttpHeader("Accept", "*/*")
        call.setQuery(text)
        self._transport.exchange(call.request(), timeout_s=timeout_s, most_bytes=SAID_BYTES, is_read=False)

    def put(self, graph: IRI, lines: BinaryIO, size: int, *, timeout_s: float) -> None:
        """Replace a graph by N-Triples of `size` bytes, as the Graph Store Protocol has it."""
        place = self._required(self._address.graph_store, "REVIER_STORE_GSP")
        headers = {"Content-Type": N_TRIPLES.media_type, "Content-Length": str(size), "Accept": "*/*"}
        request = Request(f"{place}?{urlencode({'graph': graph})}", lines, headers, method="PUT")  # noqa: S310
        self._transport.exchange(request, timeout_s=timeout_s, most_bytes=SAID_BYTES, is_read=False)

    def close(self) -> None:
        """Let go of the connections that are kept."""
        self._transport.close()

    def _required(self, url: str, setting: str) -> str:
        if not url:
            raise WrongUse(f"The remote store can only be read. Set {setting} to publish into it.")
        return url


class _Call(SPARQLWrapper):
    """One request in the form that every store understands; of what form the text is, is told and not guessed."""

    def __init__(self, address: str, form: str) -> None:
        self._form = form
        super().__init__(address, updateEndpoint=address)
        self.setMethod(POST)
        self.setOnlyConneg(True)

    def request(self) -> Request:
        """The request as it goes out."""
        return self._createRequest()

    def _parseQueryType(self, query: str) -> str:  # noqa: ARG002, N802 - the name and its parameter are given
        return self._form


def _require_type(reply: Reply, wanted: Format) -> None:
    """Raise `RemoteError` unless the answer says that it is what was asked for."""
    found = reply.headers.get_content_type()
    if found not in wanted.media_types:
        raise RemoteError(f"The remote store answered with another form than {wanted.media_type}, which was asked for.")
