"""`/graph-store`: whole graphs read, put, extended and removed (https://www.w3.org/TR/sparql11-http-rdf-update/).

A graph is named by `?graph=`, is the default one with `?default`, or has the address itself for its name. Whoever
may ask may read; writing needs a token, and so does to see a private graph.
"""

import json
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote
from uuid import uuid4

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData
from werkzeug.wsgi import wrap_file

from api.compression import CODINGS, IDENTITY
from api.guard import charge
from api.negotiation import Agreed, agreed_forms, sent_type, told_type
from api.sent import bearer_token, graph_name, sent_body
from api.service import Service
from api.writing import (
    METHODS,
    confirmed,
    desk_of,
    expected_snapshot,
    protocol,
    scope_of,
    too_large,
)
from graph.desk import Desk, Written
from graph.errors import Forbidden, Outdated, UnknownTerm, WrongUse
from graph.pool import Answer
from graph.rdf import FORMATS, Format, Kind
from graph.store import PRIVATE, bound
from graph.tokens import Scope
from ontology.terms import IRI
from queries.catalogue import part

ROOT = "/graph-store"
MULTIPART = "multipart/form-data"
MOST_PARTS = 1000
REFUSED = {
    "PATCH": "There is no PATCH of a graph here. Send a SPARQL update to /update, or add triples with POST.",
    "TRACE": "TRACE is not answered.",
}
GRAPH_FORMATS = [form for form in FORMATS if form.kind is Kind.GRAPH]
UPLOADED = {media_type: form for form in GRAPH_FORMATS for media_type in form.media_types}
VARY = ("Accept", "Accept-Encoding", "Authorization")


def graph_store_blueprint(service: Service) -> Blueprint:
    """`/graph-store` over the data of `service`."""
    blueprint = protocol("graph_store", service, refused=REFUSED)

    @blueprint.route(ROOT, methods=METHODS, provide_automatic_options=False)
    @blueprint.route(f"{ROOT}/<path:name>", methods=METHODS, provide_automatic_options=False)
    def endpoint(name: str = "") -> Response:
        if request.method == "POST" and not (name or {"graph", "default"} & set(request.args)):
            return _write(service, IRI(f"{_host(service)}{ROOT}/{uuid4()}"), is_minted=True)
        graph = _named(service, is_direct=bool(name))
        if request.method in ("GET", "HEAD"):
            return _read(service, graph)
        return _write(service, graph)

    return blueprint


def _host(service: Service) -> str:
    return service.settings.public_url or request.host_url.rstrip("/")


def _address(service: Service) -> str:
    """The address of the request, without parameters."""
    return _host(service) + quote(request.path, safe="/!$&'()*+,:;=@~")


def _named(service: Service, *, is_direct: bool) -> IRI | None:
    """The graph that the request is about; None is the default one. `WrongUse` if it names none, or several."""
    names = request.args.getlist("graph")
    if is_direct + len(names) + ("default" in request.args) != 1:
        raise WrongUse("Name one graph: with ?graph=IRI, with ?default, or by an address below /graph-store/.")
    if is_direct:
        return IRI(_address(service))
    return graph_name(names[0]) if names else None


def _read(service: Service, graph: IRI | None) -> Response:
    """The graph in the form that is welcome most, or 304 if the client holds it."""
    agreed = agreed_forms(request.headers.get("Accept", ""), request.args.get("format"), kinds=(Kind.GRAPH,))
    token = bearer_token()
    scope = service.tokens.scope_of(token) if token else Scope(())
    answer = _triples(service, graph, agreed, sees_private=graph is not None and scope.covers(graph))
    charge(answer.work_s)
    tag = f"{answer.snapshot}.{answer.format.suffix}"
    headers = {"Revier-Snapshot": answer.snapshot, "Cache-Control": "private, no-cache" if token else "no-cache"}
    if held := _held(tag):
        answer.close()
        return _varied(Response(status=HTTPStatus.NOT_MODIFIED, headers=headers | {"ETag": f'"{held}"'}))
    headers |= {"ETag": f'"{tag}"', "Content-Length": str(answer.size)}
    content_type = told_type(agreed[answer.format])
    if isinstance(answer.body, bytes):
        return _varied(Response(answer.body, headers=headers, content_type=content_type))
    passed_on = wrap_file(request.environ, answer.body)
    return _varied(Response(passed_on, headers=headers, content_type=content_type, direct_passthrough=True))


def _triples(service: Service, graph: IRI | None, agreed: Agreed, *, sees_private: bool) -> Answer:
    """All triples of a graph; `UnknownTerm` if there is none, or none that may be seen."""
    while True:
        exists, snapshot = _exists(service, graph, sees_private=sees_private)
        if not exists:
            raise UnknownTerm(f"There is no graph {graph}. PUT makes one.")
        answer = service.queries.run(
            part("graph-triples"),
            formats=agreed,
            default_graphs=() if graph is None else (graph,),
            has_union_default=False,
            sees_private=sees_private,
        )
        if answer.snapshot == snapshot or graph is None:
            return answer
        answer.close()  # a write came between the two questions


def _exists(service: Service, graph: IRI | None, *, sees_private: bool) -> tuple[bool, str]:
    """Whether there is a graph that may be seen, and in which snapshot; the default graph is always there."""
    if graph is None:
        return True, service.queries.snapshot
    try:
        query = bound(part("graph-exists"), {"graph": graph})
    except ValueError as error:
        raise WrongUse(f"{graph[:200]!r} cannot name a graph: {error}. Write an absolute IRI.") from None
    answer = service.queries.run(query, sees_private=sees_private)
    is_open = sees_private or not graph.startswith(PRIVATE)
    return is_open and bool(json.loads(answer.read())["boolean"]), answer.snapshot


def _held(tag: str) -> str:
    """The tag under which the client holds the graph, in one coding or another; empty if it does not."""
    coded = (tag, *(f"{tag}.{coding}" for coding in CODINGS if coding != IDENTITY))
    return next((each for each in coded if request.if_none_match.contains_weak(each)), "")


def _varied(answer: Response) -> Response:
    answer.vary.update(VARY)
    return answer


def _write(service: Service, graph: IRI | None, *, is_minted: bool = False) -> Response:
    """Carry out PUT, POST or DELETE on a graph."""
    desk, scope = desk_of(service), scope_of(service)
    if not scope.covers(graph):
        raise Forbidden(f"The token does not cover {graph or 'the default graph'}. Take one that does.")
    expected = _expected(service, graph)
    if request.method == "DELETE":
        return confirmed(desk.delete(graph, scope=scope, expected=expected).snapshot)
    written = _put(service, desk, graph, scope=scope, expected=expected)
    return confirmed(written.snapshot, is_new=written.is_new, location=graph if is_minted and graph else "")


def _expected(service: Service, graph: IRI | None) -> str | None:
    """The snapshot on which the write depends; `Outdated` if its conditions are not met as it is."""
    expected = expected_snapshot(service)
    must_exist, must_not_exist = request.if_match.star_tag, request.if_none_match.star_tag
    if not must_exist and not must_not_exist:
        return expected
    exists, snapshot = _exists(service, graph, sees_private=True)
    if must_exist and not exists:
        raise Outdated(f"There is no graph {graph}, but If-Match wants one. PUT without it makes the graph.")
    if must_not_exist and exists:
        raise Outdated(f"There is {graph or 'a default graph'} already, but If-None-Match wants none. Leave it out.")
    return expected or snapshot


def _put(service: Service, desk: Desk, graph: IRI | None, *, scope: Scope, expected: str | None) -> Written:
    base = graph or _address(service)
    documents = list(_documents(service.settings.upload_mb << 20))
    lines = b"".join(service.queries.parse(text, form, base=base) for text, form in documents)
    return desk.put(graph, lines, replaces=request.method == "PUT", scope=scope, expected=expected)


def _documents(most_bytes: int) -> Iterator[tuple[bytes, Format]]:
    """The document that is sent, or each part of a form, with its format."""
    content_type = request.headers.get("Content-Type", "")
    refusal = too_large("document", most_bytes)
    if request.method == "POST" and sent_type(content_type) == MULTIPART:
        for told, document in _parts(sent_body(most_bytes, refusal), content_type):
            yield document, _format(told)
    else:
        form = _format(content_type)  # before the document is read
        yield sent_body(most_bytes, refusal), form


def _parts(sent: bytes, content_type: str) -> Iterator[tuple[str, bytes]]:
    """Media type and content of each part of a form."""
    try:
        boundary = parse_options_header(content_type)[1]["boundary"].encode("ascii")
        decoder = MultipartDecoder(boundary, max_parts=MOST_PARTS)
        decoder.receive_data(sent)
        decoder.receive_data(None)
        told, content = "", b""
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                told, content = event.headers.get("Content-Type", ""), b""
            elif isinstance(event, Data):
                content += event.data
                if not event.more_data:
                    yield told, content
    except (KeyError, ValueError) as error:
        raise WrongUse(f"The parts of the form cannot be told apart: {error}. Send it as {MULTIPART}.") from None


def _format(content_type: str) -> Format:
    """The format that a Content-Type names; nothing is guessed."""
    form = UPLOADED.get(sent_type(content_type))
    if form is None:
        known = ", ".join(each.media_type for each in GRAPH_FORMATS)
        met = f"{content_type[:80]!r} is not read here" if content_type else "It is not said what is sent"
        raise UnsupportedMediaType(f"{met}. Send a graph with one of these as Content-Type: {known}.")
    return form
