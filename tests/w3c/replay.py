"""Replays the W3C's tests of the protocol and the graph store, which are written down as HTTP in RDF."""

from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

from rdflib import RDF, RDFS, Graph, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from .exchange import GRAPHS, TABLES, Conversation, Expectation, Step, media_type, says
from .language import Outcome, load
from .manifest import MF, UT, Part
from .peer import Headers, Peer

HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
FORMATS = {"boolean": TABLES[:2], "tabular": TABLES, "RDF": GRAPHS}


def replay(peer: Peer, manifest: Path) -> Iterator[Outcome]:
    """The outcome of each entry, the store holding just the data that the entry names before it begins."""
    base = manifest.as_uri()
    graph = Graph().parse(manifest, publicID=base, format="turtle")
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            name = str(test).rpartition("#")[2]
            refused = load(peer, [_part(graph, data) for data in graph.objects(test, UT.graphData)])
            requests = Collection(graph, graph.value(graph.value(test, MF.action), HT.requests) or RDF.nil)
            steps = [_step(graph, request, name) for request in requests]
            yield Outcome(f"{manifest.parent.name}/{name}", refused or Conversation(peer).fault(*steps))


def _part(graph: Graph, data: Node) -> Part:
    return Part(str(graph.value(data, RDFS.label)), Path(str(graph.value(data, UT.graph)).removeprefix("file://")))


def _step(graph: Graph, request: Node, name: str) -> Step:
    headers = _headers(graph, request)
    path = str(graph.value(request, HT.absolutePath))
    is_query = dict(headers).get("content-type") == "application/sparql-query" or "update" not in name
    at = "store" if path.startswith("/gsp") else "query" if is_query else "update"
    reply = graph.value(request, HT.resp)
    codes = [str(code).rpartition("#")[2] for code in graph.objects(reply, MF.expectedStatus)]
    return Step(
        at=at,
        method=str(graph.value(request, HT.methodName)),
        rest=path.removeprefix("/sparql/").removeprefix("/gsp"),
        headers=headers,
        body=_body(graph, request),
        status=frozenset(status for code in codes for status in _statuses(code)),
        expects=tuple(_expectations(graph, reply)),
    )


def _statuses(code: str) -> range | tuple[int]:
    """`StatusCode4xx` is a hundred codes, `NoContent` is one."""
    if code.endswith("xx"):
        first = int(code.removeprefix("StatusCode")[0]) * 100
        return range(first, first + 100)
    return (next(status.value for status in HTTPStatus if status.phrase.replace(" ", "") == code),)


def _expectations(graph: Graph, reply: Node | None) -> Iterator[Expectation]:
    form = graph.value(reply, MF.expectedFormat)
    if form:
        yield media_type(*FORMATS[str(form)])
    for name, value in _headers(graph, reply):
        if name == "content-type":
            yield media_type(value.partition(";")[0])
    boolean = graph.value(reply, MF.expectedBoolean)
    if boolean:
        yield says(bool(boolean.toPython()))  # type: ignore[attr-defined]
    if graph.value(reply, HT.body):
        yield says(_text(graph, reply))


def _body(graph: Graph, request: Node) -> bytes:
    content = graph.value(request, HT.body)
    return _text(graph, request).encode(str(graph.value(content, CNT.characterEncoding))) if content else b""


def _headers(graph: Graph, message: Node | None) -> Headers:
    listed = graph.value(message, HT.headers)
    fields = Collection(graph, listed) if listed else ()
    return tuple((str(graph.value(one, HT.fieldName)).lower(), str(graph.value(one, HT.fieldValue))) for one in fields)


def _text(graph: Graph, message: Node | None) -> str:
    return str(graph.value(graph.value(message, HT.body), CNT.chars))
