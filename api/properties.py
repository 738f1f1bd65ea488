"""What a page about a thing shows first, and the words for what points at it."""

from ontology.terms import ADMS, DCTERMS, FOAF, ORG, PROV, RDF, RDFS, REV, SKOS

# of several classes the first here names the kind of thing
CLASSES = (
    REV.Network, REV.Actor, REV.ProposedBody, REV.Need, REV.SolutionOffer, REV.BridgeOffer, REV.Task,
    REV.Goal, REV.Project, REV.Region, REV.Place, REV.CompetenceField, REV.Competence, REV.Technology,
    REV.ActorClass, REV.ActionField, SKOS.Concept,
)  # fmt: skip
# what a page shows first, in this order
MAIN = (
    DCTERMS.identifier, SKOS.notation, SKOS.altLabel, DCTERMS.type, REV.legalForm, REV.activeInSector,
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
    REV.sitePlace, REV.siteKind, REV.within, REV.areaKm2, DCTERMS.subject, SKOS.scopeNote,
)  # fmt: skip
# what stands elsewhere on the page: title, lead, badges, origin
ELSEWHERE = frozenset({
    RDF.type, RDFS.label, SKOS.prefLabel, SKOS.definition, DCTERMS.title, DCTERMS.description,
    REV.hasActorClass, REV.sourcingStatus, REV.confidence, REV.fromRow, REV.visibility, PROV.wasDerivedFrom,
})  # fmt: skip
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
    REV.fundedUnder: "pointing.fundedUnder",
    REV.appliesTechnology: "pointing.appliesTechnology",
    REV.hasActorClass: "pointing.hasActorClass",
    REV.inActionField: "pointing.inActionField",
    REV.inField: "pointing.inField",
    REV.inProject: "pointing.inProject",
    REV.locatedIn: "pointing.locatedIn",
    REV.observedCompetence: "pointing.observedCompetence",
    REV.observedIndicator: "pointing.observedIndicator",
    REV.observedPlace: "pointing.observedPlace",
    REV.observedThing: "pointing.observedThing",
    REV.ofCompetence: "pointing.ofCompetence",
    REV.phaseTask: "pointing.phaseTask",
    REV.providesCompetence: "pointing.providesCompetence",
    REV.providesTechnology: "pointing.providesTechnology",
    REV.requiresCompetence: "pointing.requiresCompetence",
    REV.requiresTechnology: "pointing.requiresTechnology",
    REV.prefersCompetence: "pointing.prefersCompetence",
    REV.responsibleActorClass: "pointing.responsibleActorClass",
    REV.subGoalOf: "pointing.subGoalOf",
    REV.serves: "pointing.serves",
    REV.sourcingStatus: "pointing.sourcingStatus",
    REV.within: "pointing.within",
    SKOS.broader: "pointing.broader",
    SKOS.inScheme: "pointing.inScheme",
}
