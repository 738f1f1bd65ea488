"""`/sparql`: the SPARQL 1.1 Protocol for machines, and an editor for people.

Queries come by GET or POST (https://www.w3.org/TR/sparql11-protocol/); updates are refused. The form of an answer
is agreed upon before the query runs, and a status is sent only once the answer is whole.
"""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, Response, g, render_template, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotAcceptable,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.http import parse_accept_header
from werkzeug.wsgi import wrap_file

from api.problems import problem_json, title, with_retry
from graph.errors import NotSparql, RevierError, WrongUse
from graph.model import BlankNode, Triple
from graph.pool import Answer, QueryPool
from graph.rdf import FORMATS, N_TRIPLES, TSV, Format, Kind, format_named, read_table, write_triples
from ontology.terms import IRI, RDF, SD
from queries.catalogue import part

QUERY_BYTES = 65_536  # of a query text: the workers' stack is measured for it
ROWS_ON_PAGE = 200
ANSWERED, REFUSED = ("GET", "HEAD", "POST", "OPTIONS"), ("PUT", "PATCH", "DELETE")
QUERY_TYPE, FORM_TYPE, PAGE_TYPE = "application/sparql-query", "application/x-www-form-urlencoded", "text/html"
CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag, Retry-After"}
PREFLIGHT = {
    "Allow": ", ".join(ANSWERED),
    "Access-Control-Allow-Methods": ", ".join(ANSWERED),
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}

Parameters = list[tuple[str, str]]
Agreed = dict[Format, str]  # at most one format a kind, and the media type by which the client knows it


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: a query, the graphs it sees, and how long it may take."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    timeout_s: float | None


def sparql_blueprint(pool: QueryPool) -> Blueprint:
    """`/sparql` over the snapshot that `pool` holds."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=[*ANSWERED, *REFUSED], provide_automatic_options=False)
    def endpoint() -> Response:
        if request.method == "OPTIONS":
            return Response(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        if request.method in REFUSED:
            raise MethodNotAllowed(ANSWERED, "Queries come by GET or POST; updates are not offered here.")
        parameters = _parameters()
        asked = _asked(parameters)
        if asked is None:
            return _page(part("editor")) if _wants_page() else _description()
        if _wants_page():
            return _shown(pool, asked, parameters)
        return _answered(pool, asked, _agreed(_given("format")))

    @blueprint.errorhandler(RevierError)
    def refused(error: RevierError) -> Response:
        place = {"line": error.line, "column": error.column} if isinstance(error, NotSparql) else {}
        return _problem(error.status, str(error), **place)

    @blueprint.errorhandler(HTTPException)
    def unfit(error: HTTPException) -> Response:
        return _problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description or "")

    @blueprint.after_request
    def open_to_all(answer: Response) -> Response:
        answer.headers.update(CORS)
        answer.vary.add("Accept")
        return answer

    return blueprint


def _parameters() -> Parameters:
    """Names and values from the address and the body; `_given` finds them again."""
    found: Parameters = []
    g.parameters = found  # before they are read: a problem is told by as many as could be
    try:
        found += _decoded(request.query_string)
        if request.method == "POST":
            found += _sent()
    except UnicodeDecodeError as error:
        raise WrongUse(f"The request is not in UTF-8: {error.reason}. Send query and parameters so.") from None
    return found


def _sent() -> Parameters:
    """What the body brings: a form, or a query of its own."""
    request.max_content_length = 4 * QUERY_BYTES  # a form writes three bytes for one
    body = request.get_data()
    if request.mimetype == QUERY_TYPE:
        return [("query", body.decode())]
    if request.mimetype == FORM_TYPE:
        return _decoded(body)
    raise UnsupportedMediaType(f"Send a query as {QUERY_TYPE}, or in a form as {FORM_TYPE}.")


def _decoded(form: bytes) -> Parameters:
    return parse_qsl(form.decode(), keep_blank_values=True, errors="strict")


def _given(name: str) -> str | None:
    """The value of a parameter; None if the request lacks it, or could not be read so far."""
    parameters: Parameters = g.get("parameters", [])
    return dict(parameters).get(name)


def _asked(parameters: Parameters) -> Asked | None:
    """What the parameters ask; None if a GET brings no query."""

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in parameters if each == name)

    queries = all_of("query")
    if all_of("update"):
        raise WrongUse("Updates are not offered here. Send a query in the parameter query.")
    if not queries and request.method != "POST":
        return None
    if len(queries) != 1:
        raise WrongUse(f"Send one query at a time; this request brings {len(queries)}.")
    if len(queries[0].encode()) > QUERY_BYTES:
        raise RequestEntityTooLarge(f"The query is longer than {QUERY_BYTES:,} bytes. Shorten or divide it.")
    timeout_s = _seconds(*all_of("timeout")[:1])
    return Asked(queries[0], all_of("default-graph-uri"), all_of("named-graph-uri"), timeout_s)


def _seconds(text: str = "") -> float | None:
    """The seconds that a text gives, which are above 0; None for no text."""
    if not text:
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) or not float(text):
        raise WrongUse(f"timeout must be a number of seconds above 0; it is {text!r}.")
    return float(text)


def _agreed(name: str | None) -> Agreed:
    """For each kind of answer the format called `name`, or without a name the one that Accept welcomes most.

    A kind for which there is none is refused once the engine has seen what the query gives.
    """
    if name is not None:
        found = [form for form in (format_named(name, kind) for kind in Kind) if form]
        if not found:
            known = ", ".join(form.suffix for form in FORMATS)
            raise WrongUse(f"format={name!r} is not offered. Choose one of: {known}.")
        return {form: form.media_type for form in found}
    agreed = _wish(request.headers.get("Accept", "")).agreed
    if not agreed:
        known = ", ".join(form.media_type for form in FORMATS)
        raise NotAcceptable(f"None of the accepted forms is offered. Accept one of: {known}.")
    return agreed


def _wants_page() -> bool:
    return _given("format") is None and _wish(request.headers.get("Accept", "")).is_for_page


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client would like best: a format for each kind of answer, and whether rather a page for people."""

    agreed: Agreed
    is_for_page: bool


@lru_cache(maxsize=64)
def _wish(accept: str) -> Wish:
    """What an Accept header comes to; anything is as welcome as anything else if there is none."""
    # parameters like charset are left aside: every text is UTF-8
    items = [(each.partition(";")[0], quality) for each, quality in parse_accept_header(accept, MIMEAccept)]
    accepted = MIMEAccept(items or [("*/*", 1)])
    agreed, best = {}, 0.0
    for kind in Kind:
        forms = [form for form in FORMATS if form.kind is kind]
        offered = [(form, form.media_type) for form in forms]
        offered += [(form, other) for form in forms for other in form.media_types[1:]]
        form, media_type = max(offered, key=lambda each: accepted.quality(each[1]))
        welcome = accepted.quality(media_type)
        best = max(best, welcome)
        if welcome > 0:
            agreed[form] = media_type
    return Wish(agreed, is_for_page=accepted.quality(PAGE_TYPE) > best)


def _answered(pool: QueryPool, asked: Asked, agreed: Agreed) -> Response:
    """The answer as the engine wrote it, or 304 if the client holds it."""
    tag = _tag(pool.snapshot, asked, agreed)
    if request.method != "POST" and tag and request.if_none_match.contains_weak(tag):
        return _tagged(Response(status=HTTPStatus.NOT_MODIFIED), tag)
    answer = _run(pool, asked, agreed)
    media_type = agreed[answer.format]
    response = Response(
        wrap_file(request.environ, answer.body),
        content_type=media_type + ("; charset=utf-8" if media_type.startswith("text/") else ""),
        direct_passthrough=True,
    )
    response.content_length = answer.size
    if request.method == "HEAD":
        answer.body.close()
    return _tagged(response, _tag(answer.snapshot, asked, agreed))


def _run(pool: QueryPool, asked: Asked, agreed: Collection[Format], most_rows: int | None = None) -> Answer:
    return pool.run(
        asked.query,
        formats=agreed,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        timeout_s=asked.timeout_s,
        most_rows=most_rows,
    )


def _tag(snapshot: str, asked: Asked, agreed: Agreed) -> str:
    """What an answer follows from, as one hash; empty if the same query may answer otherwise a second later."""
    if re.search(r"\b(NOW|RAND|UUID|STRUUID)\b", asked.query, re.IGNORECASE):
        return ""
    cause = [snapshot, asked.query, asked.default_graphs, asked.named_graphs, sorted(agreed.values())]
    return hashlib.sha256(json.dumps(cause).encode()).hexdigest()[:32]


def _tagged(answer: Response, tag: str) -> Response:
    """With its entity tag: weak, since the order of rows without ORDER BY is the engine's own affair."""
    if tag:
        answer.set_etag(tag, weak=True)
    answer.headers["Cache-Control"] = "public, no-cache" if tag else "no-store"
    return answer


def _shown(pool: QueryPool, asked: Asked, parameters: Parameters) -> Response:
    """The editor with the first rows of the answer below, and the way to all of them."""
    answer = _run(pool, asked, (TSV, N_TRIPLES), ROWS_ON_PAGE)
    with answer.body as body:
        table = read_table(body.read(), answer.format)
    whole = {
        form.suffix: "?" + urlencode([*(each for each in parameters if each[0] != "lang"), ("format", form.suffix)])
        for form in FORMATS
        if form.kind is answer.format.kind
    }
    return _page(asked.query, table=table, is_complete=answer.is_complete, whole=whole, longest=ROWS_ON_PAGE)


def _page(query: str, *, status: int = HTTPStatus.OK, **facts: object) -> Response:
    page = render_template("sparql.html", query=query, status=status, **facts)
    return Response(page, status, content_type=f"{PAGE_TYPE}; charset=utf-8", headers={"Cache-Control": "no-store"})


def _description() -> Response:
    """What this endpoint can do, in the terms of the SPARQL Service Description."""
    agreed = [form for form in _agreed(None) if form.kind is Kind.GRAPH]
    if not agreed:
        raise NotAcceptable("Without a query there is a description, as Turtle and in other forms of RDF.")
    service, data_set, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("default")
    triples: list[Triple] = [
        (service, RDF.type, SD.Service),
        (service, SD.endpoint, IRI(request.base_url)),
        (service, SD.supportedLanguage, SD.SPARQL11Query),
        (service, SD.feature, SD.UnionDefaultGraph),
        *((service, SD.resultFormat, form.iri) for form in FORMATS),
        (service, SD.defaultDataset, data_set),
        (data_set, RDF.type, SD.Dataset),
        (data_set, SD.defaultGraph, graph),
        (graph, RDF.type, SD.Graph),
    ]
    return Response(write_triples(triples, agreed[0]), content_type=agreed[0].media_type)


def _problem(status: int, detail: str, **place: int) -> Response:
    """What went wrong: above the query for people, as JSON for machines."""
    if _wants_page():
        query = _given("query") or ""
        answer = with_retry(_page(query, status=status, title=title(status), detail=detail))
    else:
        answer = problem_json(status, detail, **place)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        answer.headers["Allow"] = PREFLIGHT["Allow"]
    return answer
