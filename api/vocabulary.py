"""The ontology and the shapes, each one document: a reference for people, the whole of it as RDF for programs."""

from collections.abc import Callable

from flask import Blueprint, Response, render_template

from api.current import Current
from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from api.representation import PAGE_SUFFIX, alternates, as_rdf, forms_of, wanted
from graph.document import Document, Documents, shapes
from graph.reference import changes, reference, shape_reference
from graph.store import Store


def vocabulary_blueprint(current: Current) -> Blueprint:
    """`/ont` and `/shapes`; their terms are fragments of them."""
    blueprint = Blueprint("vocabulary", __name__)

    @blueprint.get("/ont")
    @blueprint.get("/ont.<suffix>")
    def terms(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        return _document(current, current.remembered(_ontology), lambda: _ontology_page(current))

    @blueprint.get("/shapes")
    @blueprint.get("/shapes.<suffix>")
    def all_shapes(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        return _document(current, shapes(), _shapes_page)

    return blueprint


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
