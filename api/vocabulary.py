"""The ontology, the shapes and the words of JSON-LD: a reference for people, the whole of it for programs."""

import json
from collections.abc import Callable

from flask import Blueprint, Response, render_template

from api.current import Current
from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from api.representation import PAGE_SUFFIX, alternates, as_rdf, forms_of, wanted
from graph.document import Document, Documents, shapes
from graph.errors import UnknownTerm
from graph.json_ld import Json, context, frames
from graph.rdf import JSON_LD
from graph.reference import changes, reference, shape_reference
from graph.store import Store


def vocabulary_blueprint(current: Current) -> Blueprint:
    """`/ont` and `/shapes`, whose terms are fragments of them, `/context/1.jsonld` and `/frame/CLASS.jsonld`."""
    blueprint = Blueprint("vocabulary", __name__)

    @blueprint.get("/ont")
    @blueprint.get("/ont.<suffix>")
    def terms(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        return _document(current, current.remembered(_ontology), lambda: _ontology_page(current))

    @blueprint.get("/shapes")
    @blueprint.get("/shapes.<suffix>")
    def all_shapes(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        return _document(current, shapes(), _shapes_page)

    @blueprint.get("/context/1.jsonld")
    def words() -> Response:
        return kept(current, lambda: _json(current.remembered(context)))

    @blueprint.get("/frame/<name>.jsonld")
    def frame(name: str) -> Response:
        known = current.remembered(frames)
        if name not in known:
            raise UnknownTerm(f"There is no frame {name[:60]}. There are: {', '.join(known)}.")
        return kept(current, lambda: _json(known[name]))

    return blueprint


def _json(told: Json) -> Response:
    return Response(json.dumps(told, ensure_ascii=False, indent=1), content_type=JSON_LD.media_type)


def _document(current: Current, found: Document, page: Callable[[], str]) -> Response:
    form, path = wanted().form, wanted().path

    def made() -> Response:
        answer = as_rdf(found, form) if form else Response(page(), content_type=told_type(PAGE_TYPE))
        answer.headers["Link"] = ", ".join(alternates(path))
        return answer

    return kept(current, made, form=form.suffix if form else PAGE_SUFFIX)


def _ontology(store: Store) -> Document:
    return Documents(store).ontology()


def _ontology_page(current: Current) -> str:
    return render_template(
        "ontology.html",
        entries=current.remembered(reference),
        changes=current.remembered(changes),
        forms=forms_of("/ont"),
    )


def _shapes_page() -> str:
    return render_template("shapes.html", shapes=shape_reference(), forms=forms_of("/shapes"))
