"""The web application: what its parts share, and the parts put together."""

from flask import Flask, Response, g, request
from flask.json.provider import DefaultJSONProvider

from api.description import description_blueprint
from api.figures import day, number, share, written
from api.links import is_web_address, page_of, row_of, with_language
from api.matching import matching_blueprint
from api.pages import pages_blueprint
from api.problems import answer_errors
from api.questions import questions_blueprint
from api.sparql import sparql_blueprint
from api.words import LANGUAGES, chosen_language, say
from graph.describe import in_language, short
from graph.index import open_index
from graph.listing import entries, members
from graph.pool import QueryPool
from graph.store import Store
from ontology.terms import IRI, REV, expand

GUARDS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}

GRAPH_WORDS = {
    expand("graph:ontology"): "graph.ontology",
    expand("graph:vocabularies"): "graph.vocabularies",
    expand("graph:inferred"): "graph.inferred",
    expand("graph:meta"): "graph.meta",
}


def create_app(store: Store, *, pool: QueryPool | None = None) -> Flask:
    """The pages and endpoints over one snapshot; `/sparql` only where a `pool` answers its queries."""
    app = Flask(__name__)
    app.json = _ReadableJson(app)
    index = open_index(store)
    app.register_blueprint(pages_blueprint(store))
    app.register_blueprint(matching_blueprint(store, index))
    app.register_blueprint(description_blueprint(store, index))
    app.register_blueprint(questions_blueprint(store))
    if pool is not None:
        app.register_blueprint(sparql_blueprint(pool))
    _speak_both_languages(app)
    _furnish_templates(app, store, has_sparql=pool is not None)
    answer_errors(app)
    app.after_request(_guarded)
    return app


class _ReadableJson(DefaultJSONProvider):
    """JSON in the order and the letters it was written in."""

    ensure_ascii = False
    sort_keys = False


def _speak_both_languages(app: Flask) -> None:
    @app.before_request
    def choose_language() -> None:
        g.language = chosen_language(request.args.get("lang"), request.accept_languages)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, object]) -> None:
        if request and "lang" in request.args and endpoint != "static":
            values.setdefault("lang", g.language)


def _furnish_templates(app: Flask, store: Store, *, has_sparql: bool) -> None:
    """Hand every template the words, the formats and the links it writes with."""
    marks = {mark.iri: mark for mark in members(store, expand("voc:sourcing-status"))}
    regions = [entry.named for entry in entries(store, REV.Region)]

    def link(iri: IRI) -> str | None:
        page = page_of(iri)
        return with_language(page, g.language) if page and "lang" in request.args else page

    @app.context_processor
    def furniture() -> dict[str, object]:
        language = g.language
        return {
            "language": language,
            "other_languages": [other for other in LANGUAGES if other != language],
            "translated": lambda other: with_language(request.full_path, other),
            "say": lambda key, **slots: say(key, language, **slots),
            "day": lambda value: day(value, language),
            "number": lambda value: number(value, language),
            "share": lambda ratio: share(ratio, language),
            "written": lambda literal: written(literal, language),
            "in_language": in_language,
            "short": short,
            "link": link,
            "is_web_address": is_web_address,
            "row_of": row_of,
            "marks": marks,
            "graph_words": GRAPH_WORDS,
            "has_sparql": has_sparql,
            "snapshot": store.snapshot,
            "region": ", ".join(region.name(language).value for region in regions),
        }


def _guarded(response: Response) -> Response:
    for name, value in GUARDS.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.vary.update(("Accept", "Accept-Language"))
    return response
