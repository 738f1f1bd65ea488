"""What the service owes its readers: what it is, how good and how accessible, what is kept, who answers."""

from collections import Counter
from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from api.keeping import kept
from api.links import host
from api.negotiation import PAGE_TYPE, told_type
from api.service import Service
from api.settings import TABLE
from graph.ask import ask
from graph.describe import Description, Named, describe
from graph.listing import graphs, members
from graph.model import Literal
from graph.quality import attributions, build_report, completeness, confidences, sources
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI, LICENCES, SKOS, expand
from queries.catalogue import Question, questions

STEWARD = "steward"
STANDING = ("stated", "found", "found-in-part", "general-knowledge", "derived", "inferred", "placeholder")
MOST_SOURCES = 500  # that a page lists
# questions whose answer must be empty, and those whose rows deserve a look; the others tell what there is
FAULTS = (
    "concepts-without-label",
    "contradicting-levels",
    "deprecated-concepts-in-use",
    "internal-in-public",
    "persons-in-the-graph",
    "statements-without-source",
)
DOUBTS = (
    "actors-without-identifier",
    "goals-with-gaps",
    "inferred-roles",
    "offers-without-evidence",
    "possible-duplicates",
    "unbacked-roles",
    "unconnected-actors",
    "weakly-trusted-statements",
)
ASPECTS = {
    "site": "quality.site",
    "class": "quality.class",
    "actor-source": "quality.actor_source",
    "need-competence": "quality.need_competence",
    "need-actor": "quality.need_actor",
    "offer-evidence": "quality.offer_evidence",
    "competence-languages": "quality.competence_languages",
    "task-body": "quality.task_body",
}
SEVERITIES = {"error": "quality.error", "warning": "quality.warning", "note": "quality.note"}


@dataclass(frozen=True, slots=True)
class Looked:
    """A question of the data's stewards, and how many rows its answer has in this snapshot."""

    question: Question
    rows: int


def statements_blueprint(service: Service) -> Blueprint:
    """`/about`, `/quality`, `/accessibility`, `/privacy` and `/imprint`."""
    blueprint = Blueprint("statements", __name__)
    current, settings = service.current, service.settings
    unset = next(each.default for each in TABLE if each.name == "REVIER_PUBLISHER")
    publisher = "" if settings.publisher == unset else settings.publisher

    def page(template: str, *, is_whole: bool = True, **told: object) -> Response:
        def made() -> Response:
            body = render_template(template, contact=settings.contact, publisher=publisher, **told)
            return Response(body, content_type=told_type(PAGE_TYPE))

        return kept(current, made, host=host(service), is_whole=is_whole)

    @blueprint.get("/about")
    def about() -> Response:
        return page(
            "about.html",
            explained=current.remembered(_explained),
            marked=current.remembered(_marked),
            graphs=current.remembered(graphs),
            attributions=current.remembered(attributions),
            sources=current.remembered(sources),
            most=MOST_SOURCES,
            triples=current.triples,
            licence_names=LICENCES,
            moment=current.moment,
            host=host(service),
            SKOS=SKOS,
        )

    @blueprint.get("/quality")
    def quality() -> Response:
        found = current.promised(looked)  # which takes long in a large region
        return page(
            "quality.html",
            is_whole=found is not None,
            is_counted=found is not None,
            faults=[each for each in found or () if each.question.name in FAULTS],
            doubts=[each for each in found or () if each.question.name in DOUBTS],
            others=[each for each in _of_stewards() if each.name not in (*FAULTS, *DOUBTS)],
            marked=current.remembered(_marked),
            complete=current.remembered(completeness),
            aspects=ASPECTS,
            confidences=current.remembered(confidences),
            graphs=[each for each in current.remembered(graphs) if each.issued],
            today=current.moment.date(),
            report=build_report(current.folder) if current.folder else None,
            severities=SEVERITIES,
        )

    @blueprint.get("/accessibility")
    def accessibility() -> Response:
        return page("accessibility.html")

    @blueprint.get("/privacy")
    def privacy() -> Response:
        return page("privacy.html")

    @blueprint.get("/imprint")
    def imprint() -> Response:
        return page("imprint.html", lines=settings.imprint)

    return blueprint


def looked(store: Store) -> list[Looked]:
    """The questions about faults and doubts, each with the length of its answer."""
    return [Looked(each, len(ask(store, each, {}).rows)) for each in _of_stewards() if each.name in (*FAULTS, *DOUBTS)]


def _of_stewards() -> list[Question]:
    """The questions for stewards that need no value."""
    return [
        each for each in questions() if STEWARD in each.tags and all(one.default is not None for one in each.parameters)
    ]


def _explained(store: Store) -> tuple[Description, ...]:
    """What each mark of standing means."""
    marks = members(store, expand("voc:sourcing-status"))
    return tuple(describe(store, mark.iri) for mark in _by_standing(marks))


def _marked(store: Store) -> Counter[IRI]:
    """How many records carry each mark, the best backed first."""
    question = next(each for each in questions() if each.name == "records-per-standing")
    told = Counter[IRI]()
    for standing, _, _, _, records in ask(store, question, {}).rows:
        if isinstance(standing, IRI) and isinstance(records, Literal):
            told[standing] += int(records.value)
    return Counter({each.iri: told[each.iri] for each in _by_standing(members(store, expand("voc:sourcing-status")))})


def _by_standing(marks: tuple[Named, ...]) -> list[Named]:
    """The marks from the best backed to the placeholder; one that is not in `STANDING` comes last."""
    return sorted(marks, key=lambda mark: (*STANDING, key_of(mark.iri)).index(key_of(mark.iri)))
