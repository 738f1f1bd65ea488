"""What properties of other vocabularies are called here: those that the ontology itself does not name."""

from ontology.terms import ADMS, DCTERMS, FOAF, IRI, M8G, ORG, SKOS
from ontology.wording import Text

FOREIGN: dict[IRI, Text] = {
    ADMS.identifier: Text("Registereintrag", "registration"),
    ADMS.status: Text("Stand", "status"),
    DCTERMS.description: Text("Beschreibung", "description"),
    DCTERMS.identifier: Text("Kennung", "identifier"),
    DCTERMS.subject: Text("Thema", "subject"),
    DCTERMS.date: Text("Datum", "date"),
    DCTERMS.source: Text("Fundstelle", "found at"),
    DCTERMS.license: Text("Lizenz", "licence"),
    DCTERMS.issued: Text("Stand vom", "as of"),
    DCTERMS.creator: Text("Urheber", "creator"),
    DCTERMS.type: Text("Art", "kind"),
    FOAF.page: Text("Webseite", "website"),
    M8G.contactPoint: Text("Kontakt", "contact"),
    ORG.hasMember: Text("Mitglied", "member"),
    ORG.memberOf: Text("Mitglied von", "member of"),
    ORG.hasSite: Text("Standort", "site"),
    ORG.hasUnit: Text("Einrichtung", "unit"),
    ORG.unitOf: Text("Einrichtung von", "unit of"),
    ORG.originalOrganization: Text("betrifft", "concerns"),
    SKOS.altLabel: Text("auch genannt", "also called"),
    SKOS.broader: Text("gehört zu", "part of"),
    SKOS.closeMatch: Text("fast gleich mit", "nearly the same as"),
    SKOS.definition: Text("Definition", "definition"),
    SKOS.prefLabel: Text("Name", "name"),
    SKOS.exactMatch: Text("gleich mit", "the same as"),
    SKOS.broadMatch: Text("enthalten in", "contained in"),
    SKOS.relatedMatch: Text("verwandt mit", "related to"),
    SKOS.inScheme: Text("Begriffsschema", "concept scheme"),
    SKOS.notation: Text("Schlüssel", "key"),
    SKOS.scopeNote: Text("Hinweis", "note"),
}
