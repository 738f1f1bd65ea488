"""What the service owes its readers: how good the data is, how accessible the pages are, what is kept, who answers."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from api.service import Service
from graph.ask import ask
from graph.store import Store
from queries.catalogue import Question, questions

STEWARD = "steward"


@dataclass(frozen=True, slots=True)
class Looked:
    """A question of the data's stewards, and how many rows its answer has in this snapshot."""

    question: Question
    rows: int


def statements_blueprint(service: Service) -> Blueprint:
    """`/quality`, `/accessibility`, `/privacy` and `/imprint`."""
    blueprint = Blueprint("statements", __name__)
    current = service.current

    def page(template: str, **told: object) -> Response:
        def made() -> Response:
            return Response(render_template(template, **told), content_type=told_type(PAGE_TYPE))

        return kept(current, made)

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
