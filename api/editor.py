"""What the SPARQL editor offers beside its field: saved questions to begin with, and terms to complete."""

from flask import Blueprint, Response, g, jsonify

from api.current import Current
from api.keeping import kept
from api.service import Service
from graph.ask import bindings_of, question
from graph.completion import Used, terms
from graph.store import bound


def editor_blueprint(current: Current) -> Blueprint:
    """`/sparql/terms`."""
    blueprint = Blueprint("editor", __name__)

    @blueprint.get("/sparql/terms")
    def words() -> Response:
        return kept(current, lambda: _words(current, g.language))

    return blueprint


def example(service: Service, name: str, language: str) -> str:
    """The query of the question called `name` with the values of its example; raises `UnknownTerm` if there is none."""
    asked, store = question(name), service.current.store
    values = dict(asked.example)
    if any(parameter.name == "lang" for parameter in asked.parameters):
        values["lang"] = language
    return bound(asked.sparql, bindings_of(store, asked, values))


def _words(current: Current, language: str) -> Response:
    found = current.remembered(terms)

    def told(used: Used) -> dict[str, object]:
        name = used.named.name(language).value if used.named.names else ""
        return {"word": used.word, "name": name, "count": used.count}

    return jsonify({"classes": list(map(told, found.classes)), "properties": list(map(told, found.properties))})
