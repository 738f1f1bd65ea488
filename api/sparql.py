"""`/sparql`: the SPARQL 1.1 Protocol for machines, and an editor for people.

Queries come by GET or POST (https://www.w3.org/TR/sparql11-protocol/); updates have an address of their own. The form
of an answer is agreed upon before the query runs, and a status is sent only once the answer is whole.
"""

import hashlib
import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, UnsupportedMediaType
from werkzeug.wsgi import wrap_file

from api.access_log import note
from api.compression import IDENTITY, Wanted, encoded, required_coding
from api.editor import example
from api.guard import charge
from api.negotiation import PAGE_TYPE, Agreed, agreed_forms, sent_type, told_type, wish
from api.problems import problem_json, refusal_json, title, with_retry
from api.questions import TAG_WORDS
from api.sent import Parameters, bearer_token, form_parameters, graph_name, sent_body
from api.service import Service
from api.service_description import description
from api.snippets import snippets
from api.views import TABLE, views, ways
from graph.errors import RevierError, TooLarge, WrongUse
from graph.pool import Answer
from graph.rdf import FORMATS, N_TRIPLES, TSV, Format, Kind, read_table, write_triples
from graph.sandbox import reaches_out
from graph.store import PRIVATE
from ontology.terms import IRI, PREFIXES
from queries.catalogue import part, questions

ROWS_ON_PAGE = 200
HELD_BYTES = 2**24  # an answer up to this size is kept for the next who asks, a larger one is passed on
CHEAP_S = 0.003  # of processor time, below which to ask the engine again costs no more than a file
ANSWERED, REFUSED = ("GET", "HEAD", "POST", "OPTIONS"), ("PUT", "PATCH", "DELETE", "TRACE")
QUERY_TYPE, FORM_TYPE = "application/sparql-query", "application/x-www-form-urlencoded"
OPEN_TO_ALL = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "ETag, Retry-After, Revier-Snapshot, Request-Id"),
    ("Vary", "Accept, Accept-Encoding, Accept-Language"),
)
PREFLIGHT = {
    "Allow": ", ".join(ANSWERED),
    "Access-Control-Allow-Methods": ", ".join(ANSWERED),
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# a query that spells one of these may answer otherwise a second later; the engine reads FILTERRAND() as two words
_CHANGES = re.compile(r"(NOW|RAND|UUID|BNODE)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: a query, the graphs it sees, and how long it may take."""

    query: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Rights:
    """What a token earns a query: more time, and the private graphs if it covers them all."""

    timeout_s: float
    sees_private: bool = False
    is_public: bool = True


@dataclass(frozen=True, slots=True)
class Told:
    """An answer as it is sent: its body with its size, its type and its coding."""

    body: bytes | IO[bytes]
    size: int
    content_type: str
    coding: str


def sparql_blueprint(service: Service) -> Blueprint:
    """`/sparql` over the snapshot that `service` answers from."""
    blueprint = Blueprint("sparql", __name__)

    @blueprint.route("/sparql", methods=[*ANSWERED, *REFUSED], provide_automatic_options=False)
    def endpoint() -> Response:
        return _responded(service)

    @blueprint.errorhandler(RevierError)
    def refused(error: RevierError) -> Response:
        return _on_page(service, error.status, str(error)) if _wants_page() else refusal_json(error)

    @blueprint.errorhandler(HTTPException)
    def unfit(error: HTTPException) -> Response:
        status, detail = error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description or ""
        answer = _on_page(service, status, detail) if _wants_page() else problem_json(status, detail)
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = PREFLIGHT["Allow"]
        return answer

    @blueprint.after_request
    def open_to_all(answer: Response) -> Response:
        answer.headers.extend(OPEN_TO_ALL)
        if "Revier-Snapshot" not in answer.headers:
            answer.headers["Revier-Snapshot"] = service.queries.snapshot
        return answer

    return blueprint


def _responded(service: Service) -> Response:
    """What the request gets if nothing is wrong with it."""
    if request.method == "OPTIONS":
        return Response(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
    if request.method in REFUSED:
        raise MethodNotAllowed(ANSWERED, "Queries come by GET or POST, updates to /update.")
    parameters = _parameters(service.settings.query_bytes)
    rights = _rights(service)
    asked = _asked(parameters, service.settings.query_bytes, rights.timeout_s)
    if asked is None:
        return _begun(service) if _wants_page() else _description(service)
    note(query=asked.query)
    if _wants_page():
        return _shown(service, asked, parameters)
    return _answered(service, asked, agreed_forms(request.headers.get("Accept", ""), _given("format")), rights)


def _parameters(query_bytes: int) -> Parameters:
    """Names and values from the address and the body; `_given` finds them again."""
    found: Parameters = []
    g.parameters = found  # before they are read: a problem is told by as many as could be
    try:
        found += form_parameters(request.query_string)
        if request.method == "POST":
            found += _sent(query_bytes)
    except UnicodeDecodeError as error:
        raise WrongUse(f"The request is not in UTF-8: {error.reason}. Send query and parameters so.") from None
    return found


def _sent(query_bytes: int) -> Parameters:
    """What the body brings: a form, or a query of its own. A body that is too long is not read."""
    media_type = sent_type(request.headers.get("Content-Type", ""))
    if media_type not in (QUERY_TYPE, FORM_TYPE):
        raise UnsupportedMediaType(f"Send a query as {QUERY_TYPE}, or in a form as {FORM_TYPE}.")
    is_form = media_type == FORM_TYPE
    body = sent_body(4 * query_bytes if is_form else query_bytes, _too_long(query_bytes))  # a form writes three for one
    return form_parameters(body) if is_form else [("query", body.decode())]


def _too_long(query_bytes: int) -> TooLarge:
    return TooLarge(f"The query is longer than {query_bytes:,} bytes, the limit here. Shorten or divide it.")


def _given(name: str) -> str | None:
    """The value of a parameter; None if the request lacks it, or could not be read so far."""
    parameters: Parameters = g.get("parameters", [])
    return next((value for each, value in reversed(parameters) if each == name), None)


def _rights(service: Service) -> Rights:
    """What the request may do; `Unauthorised` if it brings a token that is not valid."""
    settings = service.settings
    if not (token := bearer_token()):
        return Rights(settings.query_timeout_s)
    scope = service.tokens.scope_of(token)
    return Rights(settings.token_timeout_s, sees_private=scope.covers(IRI(PRIVATE + "*")), is_public=False)


def _asked(parameters: Parameters, query_bytes: int, limit_s: float) -> Asked | None:
    """What the parameters ask; None if a GET brings no query."""

    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in parameters if each == name)

    queries = all_of("query")
    if all_of("update"):
        raise WrongUse("An update is no query. Send it to /update by POST, and a query in the parameter query.")
    if not queries and request.method != "POST":
        return None
    if len(queries) != 1:
        raise WrongUse(f"Send one query at a time; this request brings {len(queries)}.")
    if len(queries[0].encode()) > query_bytes:
        raise _too_long(query_bytes)
    default, named = (tuple(map(graph_name, all_of(name))) for name in ("default-graph-uri", "named-graph-uri"))
    return Asked(queries[0], default, named, min(limit_s, *map(_seconds, all_of("timeout")[:1]), limit_s))


def _seconds(text: str) -> float:
    """The seconds that a text gives, which are above 0."""
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) or not float(text):
        raise WrongUse(f"timeout must be a number of seconds above 0; it is {text[:40]!r}.")
    return float(text)


def _wants_page() -> bool:
    return wish(request.headers.get("Accept", "")).is_for_page and _given("format") is None


def _answered(service: Service, asked: Asked, agreed: Agreed, rights: Rights) -> Response:
    """The answer as the engine wrote it, or as it was kept, or 304 if the client holds it."""
    wanted, base = required_coding(request.headers.get("Accept-Encoding", "")), _address(service)
    asks_others = bool(service.settings.federation) and reaches_out(asked.query)
    if not rights.is_public or asks_others or _CHANGES.search(asked.query):
        answer = _run(service, asked, agreed, base=base, sees_private=rights.sees_private)
        return _told(_encoded(answer, agreed, wanted), answer.snapshot)
    snapshot = service.queries.snapshot
    key = _key(snapshot, base, asked, agreed)
    held = _held(key, wanted)
    if held:
        _count(service, "held")
        return _told(Told(b"", 0, "", held), snapshot, key, status=HTTPStatus.NOT_MODIFIED)
    told = _kept(service, key, wanted, snapshot)
    if told is None:
        answer = _run(service, asked, agreed, base=base)
        told = _encoded(answer, agreed, wanted)
        if answer.snapshot != snapshot:
            snapshot, key = answer.snapshot, _key(answer.snapshot, base, asked, agreed)
        _keep(service, _place(key, wanted), snapshot, told, is_cheap=answer.work_s < CHEAP_S)
    return _told(told, snapshot, key)


def _address(service: Service) -> str:
    """The address of this endpoint, where relative IRIs begin."""
    public_url = service.settings.public_url
    return public_url + request.path if public_url else request.base_url


def _key(snapshot: str, base: str, asked: Asked, agreed: Agreed) -> str:
    """What an answer follows from, as one hash."""
    forms = sorted((form.suffix, media_type) for form, media_type in agreed.items())
    cause = [snapshot, base, asked.query, asked.default_graphs, asked.named_graphs, forms]
    return hashlib.sha256(json.dumps(cause).encode()).hexdigest()[:32]


def _held(key: str, wanted: Wanted) -> str | None:
    """The coding in which the client holds the answer; None if it does not."""
    tags = request.headers.get("If-None-Match", "")
    if not tags or request.method == "POST":
        return None
    return next((coding for coding in (wanted.coding, IDENTITY) if f'"{_tag(key, coding)}"' in tags), None)


def _tag(key: str, coding: str) -> str:
    return key if coding == IDENTITY else f"{key}.{coding}"


def _kept(service: Service, key: str, wanted: Wanted, snapshot: str) -> Told | None:
    """The answer from the cache."""
    if service.cache is None:
        return None
    service.cache.keep_only(snapshot)
    kept = service.cache.get(_place(key, wanted), snapshot)
    _count(service, "hit" if kept else "miss")
    return Told(kept.body, kept.size, *kept.label.split(" ", 1)[::-1]) if kept else None


def _keep(service: Service, place: str, snapshot: str, told: Told, *, is_cheap: bool) -> None:
    if service.cache is not None and isinstance(told.body, bytes):
        service.cache.put(place, snapshot, told.body, f"{told.coding} {told.content_type}", is_cheap=is_cheap)


def _place(key: str, wanted: Wanted) -> str:
    return f"{key}-{wanted.coding}{'-only' * wanted.is_must}"


def _count(service: Service, answer: str) -> None:
    service.metrics.count("revier_cache_total", answer=answer)
    note(cache=answer)


def _run(
    service: Service,
    asked: Asked,
    formats: Collection[Format],
    *,
    base: str,
    most_rows: int | None = None,
    sees_private: bool = False,
) -> Answer:
    """Have a query answered, and its work and its end counted."""
    end = "answered"
    try:
        answer = service.queries.run(
            asked.query,
            formats=formats,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base=base,
            timeout_s=asked.timeout_s,
            most_rows=most_rows,
            sees_private=sees_private,
        )
        charge(answer.work_s)
        return answer
    except RevierError as error:
        end = type(error).__name__
        raise
    finally:
        service.metrics.count("revier_query_ends_total", end=end)


def _encoded(answer: Answer, agreed: Agreed, wanted: Wanted) -> Told:
    """An answer in the coding that its client wants; a very large one stays where it is, and as it is."""
    content_type = told_type(agreed[answer.format])
    coding = wanted.for_size(answer.size)
    if answer.size > HELD_BYTES and coding == IDENTITY:
        return Told(answer.body, answer.size, content_type, IDENTITY)
    body = encoded(answer.read(), coding)
    return Told(body, len(body), content_type, coding)


def _told(told: Told, snapshot: str, key: str = "", *, status: int = HTTPStatus.OK) -> Response:
    """What is sent. With a `key` it has an entity tag and may be kept by anybody who asks again before using it.

    The tag is weak: the order of rows without ORDER BY is the engine's own affair.
    """
    headers = [("Revier-Snapshot", snapshot), ("Cache-Control", "public, no-cache" if key else "private, no-store")]
    if key:
        headers.append(("ETag", f'W/"{_tag(key, told.coding)}"'))
    if status == HTTPStatus.NOT_MODIFIED:
        return Response(status=status, headers=headers)
    if told.coding != IDENTITY:
        headers.append(("Content-Encoding", told.coding))
    headers.append(("Content-Length", str(told.size)))
    if isinstance(told.body, bytes):
        return Response(told.body, headers=headers, content_type=told.content_type)
    body = wrap_file(request.environ, told.body)
    return Response(body, headers=headers, content_type=told.content_type, direct_passthrough=True)


def _begun(service: Service) -> Response:
    """The editor with a query to begin with: that of a saved question, if the address names an `example`."""
    name = _given("example")
    return _page(service, example(service, name, g.language) if name else part("editor"))


def _shown(service: Service, asked: Asked, parameters: Parameters) -> Response:
    """The editor with the first rows of the answer below, drawn where that suits them, and the way to all of them."""
    answer = _run(service, asked, (TSV, N_TRIPLES), base=_address(service), most_rows=ROWS_ON_PAGE)
    try:
        table = read_table(answer.read(), answer.format)
    except SyntaxError:
        raise WrongUse("No page can show triple terms as deep as these. Choose another format.") from None
    kind, drawn = answer.format.kind, views(table, service.current.store, g.language)
    own = [each for each in parameters if each[0] not in ("lang", "view")]
    shown = [each for each in parameters if each[0] != "view"]
    chosen = drawn.chosen(_given("view") or TABLE)
    return _page(
        service,
        asked.query,
        table=table,
        is_complete=answer.is_complete,
        whole={form.suffix: "?" + urlencode([*own, ("format", form.suffix)]) for form in FORMATS if form.kind is kind},
        longest=ROWS_ON_PAGE,
        views=drawn,
        view=chosen,
        ways=ways(drawn, lambda view: "?" + urlencode([*shown, ("view", view)])),
        address=f"{_address(service)}?{urlencode([*shown, ('view', chosen)])}",
        snippets=snippets(asked.query, _address(service), is_graph=kind is Kind.GRAPH),
    )


def _page(service: Service, query: str, *, status: int = HTTPStatus.OK, **facts: object) -> Response:
    page = render_template(
        "sparql.html",
        query=query,
        status=status,
        examples=() if service.is_bare else questions(),
        tag_words=TAG_WORDS,
        prefixes=PREFIXES,
        **facts,
    )
    return Response(page, status, content_type=told_type(PAGE_TYPE), headers={"Cache-Control": "no-store"})


def _on_page(service: Service, status: int, detail: str) -> Response:
    """What went wrong, above the query."""
    return with_retry(_page(service, _given("query") or "", status=status, title=title(status), detail=detail))


def _description(service: Service) -> Response:
    """What this endpoint can do and holds."""
    ((form, media_type),) = agreed_forms(
        request.headers.get("Accept", ""), _given("format"), kinds=(Kind.GRAPH,)
    ).items()
    address = _address(service)
    triples = description(
        service, query_endpoint=IRI(address), update_endpoint=IRI(address.removesuffix("/sparql") + "/update")
    )
    answer = Response(write_triples(triples, form), content_type=told_type(media_type))
    answer.headers["Cache-Control"] = "no-cache"
    return answer
