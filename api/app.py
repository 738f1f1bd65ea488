"""The web application: what its parts share, and the parts put together."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from flask import Flask, Response, g, redirect, request
from flask.json.provider import DefaultJSONProvider
from flask.sessions import NullSession, SessionInterface
from werkzeug.exceptions import LengthRequired
from werkzeug.local import LocalProxy

from api.analysis_api import analysis_blueprint
from api.changes import changes_blueprint
from api.compression import compress_answers
from api.current import Current
from api.description import description_blueprint
from api.dumps import dumps_blueprint
from api.echo import Echo
from api.editor import editor_blueprint
from api.feeds import feeds_blueprint
from api.figures import day, number, share, written
from api.graph_store import graph_store_blueprint
from api.guard import guard
from api.housekeeping import housekeeping_blueprint
from api.links import SAFE, is_web_address, page_of, row_of, with_language
from api.metrics import measure_requests, metrics_blueprint
from api.navigation import SECTIONS, section_of
from api.openapi import openapi_blueprint
from api.pages.action import action_blueprint
from api.pages.contribute import contribute_blueprint
from api.pages.correction import correction_blueprint
from api.pages.history import history_blueprint
from api.pages.home import home_blueprint
from api.pages.lists import lists_blueprint
from api.pages.match import matching_blueprint
from api.pages.moderation import moderation_blueprint
from api.pages.region import region_blueprint
from api.pages.shortlist import shortlist_blueprint
from api.pages.statements import statements_blueprint
from api.picking import picking_blueprint
from api.practices import practices_blueprint
from api.problems import answer_errors, problem
from api.publishing import publishing_blueprint
from api.questions import questions_blueprint
from api.service import Service
from api.site_map import site_map_blueprint
from api.sparql import sparql_blueprint
from api.update import update_blueprint
from api.vocabulary import vocabulary_blueprint
from api.words import LANGUAGES, chosen_language, say
from graph.describe import Named, in_language, short
from graph.errors import SnapshotError
from graph.listing import entries, members
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI, REV, expand

GUARDS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

OPEN_TO_ALL = (
    ("Access-Control-Allow-Origin", "*"),
    ("Access-Control-Expose-Headers", "Content-Profile, ETag, Link, Retry-After, Revier-Snapshot, Request-Id"),
)

GRAPH_WORDS = {
    expand("graph:ontology"): "graph.ontology",
    expand("graph:vocabularies"): "graph.vocabularies",
    expand("graph:inferred"): "graph.inferred",
    expand("graph:matches"): "graph.matches",
    expand("graph:meta"): "graph.meta",
    expand("graph:questions"): "graph.questions",
    expand("graph:indicators"): "graph.indicators",
    expand("graph:contributed"): "graph.contributed",
}


def create_app(service: Service) -> Flask:
    """The endpoints of `service`, and above a region its pages."""
    app = Flask(__name__)
    app.session_interface = _NoSessions()
    app.json = _ReadableJson(app)
    if service.cache:
        app.wsgi_app = Echo(app.wsgi_app, service)  # type: ignore[method-assign]
    guard(app, service)
    measure_requests(app, service.metrics)
    compress_answers(app)
    _require_lengths(app)
    _speak_both_languages(app)
    _furnish_templates(app, service)
    for blueprint in (sparql_blueprint, update_blueprint, graph_store_blueprint, metrics_blueprint):
        app.register_blueprint(blueprint(service))
    app.register_blueprint(housekeeping_blueprint(service))
    if service.is_bare:
        app.add_url_rule("/", "home", lambda: redirect("/sparql", HTTPStatus.SEE_OTHER))
    else:
        for pages in (
            home_blueprint,
            picking_blueprint,
            matching_blueprint,
            history_blueprint,
            correction_blueprint,
            vocabulary_blueprint,
            editor_blueprint,
            analysis_blueprint,
            region_blueprint,
            action_blueprint,
        ):
            app.register_blueprint(pages(service.current))
        app.register_blueprint(dumps_blueprint(service.current))
        app.register_blueprint(practices_blueprint())
        for publishing in (
            lists_blueprint,
            description_blueprint,
            shortlist_blueprint,
            questions_blueprint,
            openapi_blueprint,
            publishing_blueprint,
            site_map_blueprint,
            feeds_blueprint,
            changes_blueprint,
            statements_blueprint,
            contribute_blueprint,
            moderation_blueprint,
        ):
            app.register_blueprint(publishing(service))
    answer_errors(app)
    app.register_error_handler(SnapshotError, _doubting(service.current))
    app.after_request(_varying)
    app.wsgi_app = _guarded(app.wsgi_app)  # type: ignore[method-assign]
    return app


class _NoSessions(SessionInterface):
    """Nobody is remembered from one request to the next."""

    _none = NullSession()

    def open_session(self, *_: object) -> NullSession:
        return self._none


class _ReadableJson(DefaultJSONProvider):
    """JSON in the order and the letters it was written in."""

    ensure_ascii = False
    sort_keys = False


def _require_lengths(app: Flask) -> None:
    """Refuse a write in chunks: the server cannot tell one that was cut off from a whole one.

    A query may come so. If it was cut off, nobody waits for its answer.
    """

    @app.before_request
    def require_length() -> None:
        if "HTTP_TRANSFER_ENCODING" in request.environ and request.blueprint != "sparql":
            raise LengthRequired("Send the length of the body in Content-Length, and not in chunks.")


def _speak_both_languages(app: Flask) -> None:
    @app.before_request
    def choose_language() -> None:
        asked = request.args.get("lang") if b"lang=" in request.query_string else None
        g.language = chosen_language(asked, request.headers.get("Accept-Language", ""))

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        if request and "lang" in request.args and endpoint != "static":
            values.setdefault("lang", g.language)


def _furnish_templates(app: Flask, service: Service) -> None:
    """Hand every template the words, the formats and the links it writes with.

    What is read from the store is read only when a page shows it: an error page must not need it.
    """
    current = service.current
    marks = LocalProxy(lambda: current.remembered(_marks))

    def link(iri: IRI) -> str | None:
        page = None if service.is_bare else page_of(iri)
        return with_language(page, g.language) if page and "lang" in request.args else page

    @app.context_processor
    def furniture() -> dict[str, object]:
        language = g.language
        return {
            "language": language,
            "other_languages": [other for other in LANGUAGES if other != language],
            "translated": lambda other: with_language(_address(), other),
            "say": lambda key, **slots: say(key, language, **slots),
            "day": lambda value: day(value, language),
            "number": lambda value: number(value, language),
            "share": lambda ratio: share(ratio, language),
            "written": lambda literal: written(literal, language),
            "in_language": in_language,
            "short": short,
            "link": link,
            "key_of": key_of,
            "is_web_address": is_web_address,
            "row_of": row_of,
            "marks": marks,
            "graph_words": GRAPH_WORDS,
            "is_bare": service.is_bare,
            "sections": SECTIONS,
            "section": None if service.is_bare else section_of(request.endpoint),
            "home": "home" if service.is_bare else "home.page",
            "snapshot": current.snapshot,
            "region": lambda: ", ".join(region.name(language).value for region in current.remembered(_regions)),
        }


def _address() -> str:
    """The path and the query of the request, as a link has them."""
    return f"{quote(request.path, safe=SAFE)}?{request.query_string.decode(errors='replace')}"


def _marks(store: Store) -> dict[IRI, Named]:
    return {mark.iri: mark for mark in members(store, expand("voc:sourcing-status"))}


def _regions(store: Store) -> tuple[Named, ...]:
    return tuple(entry.named for entry in entries(store, REV.Region))


def _varying(response: Response) -> Response:
    """Say what an answer depends on; and let programs in every page of the web read it, since all is public."""
    if "Vary" not in response.headers and not request.path.startswith("/static/"):
        response.headers["Vary"] = "Accept, Accept-Language, Accept-Profile"
    if "Access-Control-Allow-Origin" not in response.headers:
        response.headers.extend(OPEN_TO_ALL)
    if request.method == "OPTIONS":
        response.headers.setdefault("Access-Control-Allow-Headers", "Accept, Accept-Profile, If-None-Match")
    return response


def _guarded(answer: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Add the `GUARDS` to whatever `answer` says, around it since Flask takes long over each header."""
    guards = list(GUARDS.items())

    def guarded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return answer(environ, lambda status, headers, fault=None: start_response(status, headers + guards, fault))

    return guarded


def _doubting(current: Current) -> Callable[[SnapshotError], Response]:
    """What answers when a page could not be read from the store."""

    def answer(error: SnapshotError) -> Response:
        current.doubt()
        return problem(error.status, str(error))

    return answer
