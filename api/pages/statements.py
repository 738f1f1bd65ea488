"""What the service owes its readers: what it is, how good and how accessible, what is kept, who answers."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from api.keeping import kept
from api.links import key_of
from api.negotiation import PAGE_TYPE, told_type
from api.service import Service
from graph.ask import ask
from graph.describe import Description, Named, describe
from graph.listing import graphs, members
from graph.store import Store
from ontology.terms import LICENCES, SKOS, expand
from queries.catalogue import Question, questions

STEWARD = "steward"
STANDING = ("stated", "found", "found-in-part", "general-knowledge", "derived", "inferred", "placeholder")


@dataclass(frozen=True, slots=True)
class Looked:
    """A question of the data's stewards, and how many rows its answer has in this snapshot."""

    question: Question
    rows: int


def statements_blueprint(service: Service) -> Blueprint:
    """`/about`, `/quality`, `/accessibility`, `/privacy` and `/imprint`."""
    blueprint = Blueprint("statements", __name__)
    current = service.current

    def page(template: str, **told: object) -> Response:
        def made() -> Response:
            return Response(render_template(template, **told), content_type=told_type(PAGE_TYPE))

        return kept(current, made)

    @blueprint.get("/about")
    def about() -> Response:
        return page(
            "about.html",
            explained=current.remembered(_explained),
            graphs=current.remembered(graphs),
            triples=current.triples,
            licence_names=LICENCES,
            SKOS=SKOS,
        )

    @blueprint.get("/quality")
    def quality() -> Response:
        return page("quality.html", looked=current.remembered(_looked))

    @blueprint.get("/accessibility")
    def accessibility() -> Response:
        return page("accessibility.html", contact=service.settings.contact)

    @blueprint.get("/privacy")
    def privacy() -> Response:
        return page("privacy.html", contact=service.settings.contact)

    @blueprint.get("/imprint")
    def imprint() -> Response:
        return page("imprint.html", publisher=service.settings.publisher, contact=service.settings.contact)

    return blueprint


def _looked(store: Store) -> list[Looked]:
    """Every question for stewards that needs no value, with the length of its answer."""
    return [
        Looked(each, len(ask(store, each, {}).rows))
        for each in questions()
        if STEWARD in each.tags and all(one.default is not None for one in each.parameters)
    ]


def _explained(store: Store) -> tuple[Description, ...]:
    """What each mark of standing means."""
    marks = members(store, expand("voc:sourcing-status"))
    return tuple(describe(store, mark.iri) for mark in _by_standing(marks))


def _by_standing(marks: tuple[Named, ...]) -> list[Named]:
    """The marks from the best backed to the placeholder; one that is not in `STANDING` comes last."""
    return sorted(marks, key=lambda mark: (*STANDING, key_of(mark.iri)).index(key_of(mark.iri)))
