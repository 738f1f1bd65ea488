"""One page a thing: what is said of it, who says so, and what points at it."""

from dataclasses import dataclass

from flask import Blueprint, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from api.links import in_language, iri_of, page_of
from graph.describe import Description, Named, Statements, Value, describe, named, vocabulary
from graph.infer import INFERRED
from graph.match import MatchIndex, match
from graph.model import Literal
from graph.needs import stored_need
from graph.store import Store
from ontology.terms import ADMS, DCTERMS, FOAF, IRI, M8G, ORG, PROV, RDF, RDFS, REV, SKOS

# of several classes the first here names the kind of thing
KINDS = (
    REV.Network, REV.Actor, REV.ProposedBody, REV.Need, REV.SolutionOffer, REV.BridgeOffer, REV.Task,
    REV.Goal, REV.Project, REV.Region, REV.Place, REV.CompetenceField, REV.Competence, REV.Technology,
    REV.ActorClass, REV.ActionField, SKOS.Concept,
)  # fmt: skip
# what a page shows first, in this order
MAIN = (
    DCTERMS.identifier, SKOS.notation, SKOS.altLabel, SKOS.scopeNote, REV.legalForm, REV.activeInSector,
    REV.formerName, FOAF.page, ADMS.status, ORG.hasSite, ORG.hasMember, ORG.memberOf, REV.needOf,
    REV.offerOf, REV.needOfGroup, REV.requiresCompetence, REV.prefersCompetence, REV.requiresTechnology,
    REV.minimumReadiness, REV.providesCompetence, REV.providesTechnology, REV.currentReadiness,
    REV.serves, REV.hasRoleAssignment, REV.hasNeed, REV.makesOffer, REV.hasCompetenceHolding,
    REV.hasParticipation, REV.coordinates, REV.inActionField, REV.responsibleActorClass,
    REV.timeHorizon, REV.contributesToGoal, REV.dependsOn, REV.coordinatedBy, REV.typicalLead,
    REV.analogue, REV.implementedBy, REV.heldBy, REV.ofCompetence, REV.assignedActor,
    REV.assignedActorClass, REV.participationOf, REV.inProject, REV.participationRole,
    REV.appliesTechnology, REV.exercisesCompetence, REV.inField, REV.belongsToField, SKOS.broader,
    REV.comprises, REV.competenceInTechnology, REV.subGoalOf, REV.measuredBy, REV.forRegion,
    REV.sitePlace, REV.siteKind, REV.within, REV.areaKm2, DCTERMS.subject,
)  # fmt: skip
# what stands elsewhere on the page: title, lead, badges, origin
ELSEWHERE = frozenset({
    RDF.type, RDFS.label, SKOS.prefLabel, SKOS.definition, DCTERMS.title, DCTERMS.description,
    REV.hasActorClass, REV.sourcingStatus, REV.confidence, REV.fromRow, REV.visibility, PROV.wasDerivedFrom,
})  # fmt: skip
# properties of other vocabularies, in our words
FOREIGN = {
    ADMS.identifier: "property.registration",
    ADMS.status: "property.status",
    DCTERMS.identifier: "property.identifier",
    DCTERMS.subject: "property.subject",
    DCTERMS.date: "property.date",
    DCTERMS.source: "property.source",
    DCTERMS.license: "property.license",
    DCTERMS.issued: "property.issued",
    DCTERMS.creator: "property.creator",
    FOAF.page: "property.page",
    M8G.contactPoint: "property.contactPoint",
    ORG.hasMember: "property.hasMember",
    ORG.memberOf: "property.memberOf",
    ORG.hasSite: "property.hasSite",
    ORG.hasUnit: "property.hasUnit",
    ORG.originalOrganization: "property.originalOrganization",
    SKOS.altLabel: "property.altLabel",
    SKOS.broader: "property.broader",
    SKOS.closeMatch: "property.closeMatch",
    SKOS.exactMatch: "property.exactMatch",
    SKOS.broadMatch: "property.broadMatch",
    SKOS.relatedMatch: "property.relatedMatch",
    SKOS.inScheme: "property.inScheme",
    SKOS.notation: "property.notation",
    SKOS.scopeNote: "property.scopeNote",
}
# what it means that others point here, in our words
POINTING = {
    ORG.originalOrganization: "pointing.originalOrganization",
    ORG.hasSite: "pointing.hasSite",
    PROV.wasDerivedFrom: "pointing.wasDerivedFrom",
    RDF.type: "pointing.type",
    REV.belongsToField: "pointing.belongsToField",
    REV.competenceInTechnology: "pointing.competenceInTechnology",
    REV.contributesToGoal: "pointing.contributesToGoal",
    REV.dependsOn: "pointing.dependsOn",
    REV.hasActorClass: "pointing.hasActorClass",
    REV.inActionField: "pointing.inActionField",
    REV.inField: "pointing.inField",
    REV.locatedIn: "pointing.locatedIn",
    REV.observedPlace: "pointing.observedPlace",
    REV.ofCompetence: "pointing.ofCompetence",
    REV.phaseTask: "pointing.phaseTask",
    REV.providesCompetence: "pointing.providesCompetence",
    REV.providesTechnology: "pointing.providesTechnology",
    REV.requiresCompetence: "pointing.requiresCompetence",
    REV.requiresTechnology: "pointing.requiresTechnology",
    REV.prefersCompetence: "pointing.prefersCompetence",
    REV.responsibleActorClass: "pointing.responsibleActorClass",
    REV.serves: "pointing.serves",
    REV.sourcingStatus: "pointing.sourcingStatus",
    REV.within: "pointing.within",
    SKOS.broader: "pointing.broader",
    SKOS.inScheme: "pointing.inScheme",
}


@dataclass(frozen=True, slots=True)
class Article:
    """A description laid out for reading: the told first, the concluded apart."""

    description: Description
    kind: Named | None
    main: tuple[Statements, ...]
    pointing: tuple[Statements, ...]
    concluded: tuple[Statements, ...]
    concluded_pointing: tuple[Statements, ...]
    graphs: tuple[Named, ...]


def description_blueprint(store: Store, index: MatchIndex) -> Blueprint:
    """`/id/…` (303), `/doc/…`, `/voc/…`, `/graph/…` and `/ont` over one snapshot."""
    blueprint = Blueprint("description", __name__)
    meanings = vocabulary(store)
    words = {meaning.named.iri: meaning.named for meaning in meanings}

    @blueprint.get("/id/<path:key>")
    def thing(key: str) -> AnyResponse:  # noqa: ARG001 - the whole path is the IRI
        page = page_of(iri_of(request.path)) or "/"
        return redirect(in_language(page, g.language) if "lang" in request.args else page, 303)

    @blueprint.get("/doc/<path:key>")
    @blueprint.get("/voc/<path:key>")
    @blueprint.get("/graph/<path:key>")
    def document(key: str) -> Response:  # noqa: ARG001 - the whole path is the IRI
        iri = iri_of(request.path)
        article = _article(store, describe(store, iri), words)
        is_need = REV.Need in article.description.links(RDF.type)
        page = render_template(
            "description.html",
            article=article,
            words=words,
            foreign=FOREIGN,
            pointing=POINTING,
            readable=_readable,
            REV=REV, SKOS=SKOS, DCTERMS=DCTERMS, PROV=PROV, ORG=ORG,
            matches=match(index, stored_need(store, iri), limit=5) if is_need else None,
        )  # fmt: skip
        return Response(page, content_type="text/html; charset=utf-8")

    @blueprint.get("/ont")
    def ontology() -> str:
        return render_template("ontology.html", meanings=meanings)

    return blueprint


def _article(store: Store, description: Description, words: dict[IRI, Named]) -> Article:
    types = description.links(RDF.type)
    kind = next((each for each in (*KINDS, *types) if each in types), None)
    shown = [said for said in description.statements if said.property not in ELSEWHERE]
    places = {wanted: place for place, wanted in enumerate(MAIN)}
    told = [said for said in shown if said.property in places or not _is_concluded(said)]
    pointing = _not_yet_told(description)
    graphs = dict.fromkeys(graph for said in description.statements for value in said.values for graph in value.graphs)
    return Article(
        description=description,
        kind=words.get(kind, Named(kind)) if kind else None,
        main=tuple(sorted(told, key=lambda said: places.get(said.property, len(places)))),
        pointing=tuple(said for said in pointing if said.property in POINTING or not _is_concluded(said)),
        concluded=tuple(said for said in shown if said not in told),
        concluded_pointing=tuple(said for said in pointing if said.property not in POINTING and _is_concluded(said)),
        graphs=tuple(named(store, graph) for graph in graphs),
    )


def _is_concluded(said: Statements) -> bool:
    return all(value.graphs == (INFERRED,) for value in said.values)


def _not_yet_told(description: Description) -> list[Statements]:
    """What points here, without the properties whose things this page names already, or names by another."""
    told = {value.term for said in description.statements for value in said.values}
    return [
        said
        for said in description.mentions
        if said.property != REV.sitePlace and not all(value.term in told for value in said.values)
    ]


def _readable(values: tuple[Value, ...], language: str) -> list[Value]:
    """Named things by name; of texts in several languages only those in `language`, if there are any."""
    mine = [each for each in values if isinstance(each.term, Literal) and each.term.language == language]
    return mine or sorted(values, key=lambda each: _shown(each, language))


def _shown(value: Value, language: str) -> str:
    if value.named:
        return value.named.name(language).value.casefold()
    return value.term.value if isinstance(value.term, Literal) else ""
