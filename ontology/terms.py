"""The words that code may use: every term of Revier and the foreign terms it speaks, each by name.

A vocabulary is closed. A misspelt `REV.Nede` is found by the type checker, and at run time it is
an AttributeError; a misspelt `expand("rev:Nede")` is a KeyError with a sentence.

>>> expand("skos:prefLabel")
'http://www.w3.org/2004/02/skos/core#prefLabel'
"""
# ruff: noqa: N815 - a term is spelt here as its vocabulary spells it

import re
from typing import ClassVar

from ontology.naming import GRAPH, ID, ONT, PLACE, SHAPES, VOC

# RFC 3987, section 2.2, for the schemes http, https and urn
_CHAR = r"[A-Za-z0-9\-._~!$&'()*+,;=\u00A0-\uD7FF\uF900-\uFDCF\uFDF0-\uFFEF]|%[0-9A-Fa-f]{2}"
_AUTHORITY = rf"//(?:(?:{_CHAR}|:)*@)?(?:{_CHAR})+(?::[0-9]*)?(?=[/?#]|$)"
_ABSOLUTE = re.compile(rf"(?:https?:{_AUTHORITY}|urn:(?=[A-Za-z0-9]))(?:{_CHAR}|[:@/?])*(?:#(?:{_CHAR}|[:@/?])*)?")


class IRI(str):
    """An absolute IRI."""

    __slots__ = ()


class Vocabulary:
    """A closed namespace: each annotated name is the IRI of that name below `base`.

    A name that Python cannot spell states its local name as a value: `class_: IRI = IRI("class")`.
    """

    base: ClassVar[str]
    terms: ClassVar[dict[str, IRI]]

    def __init_subclass__(cls, *, base: str) -> None:
        cls.base = base
        cls.terms = {}
        for name in cls.__annotations__:
            local = getattr(cls, name, name)
            cls.terms[local] = IRI(base + local)
            setattr(cls, name, cls.terms[local])


class REV(Vocabulary, base=ONT):
    """Revier's own terms, file by file of the ontology."""

    # core.ttl
    Actor: IRI
    Network: IRI
    RoleAssignment: IRI
    User: IRI
    SolutionDeveloper: IRI
    BridgeBuilder: IRI
    DualRoleActor: IRI
    CoordinationBody: IRI
    ProposedBody: IRI
    QualifiedStatement: IRI
    ActorClass: IRI
    CompetenceField: IRI
    Competence: IRI
    Technology: IRI
    ReadinessLevel: IRI
    CompetenceLevel: IRI
    CompetenceHolding: IRI
    hasRoleAssignment: IRI
    assignedActor: IRI
    assignedActorClass: IRI
    roleContext: IRI
    hasActorClass: IRI
    activeInSector: IRI
    sizeClass: IRI
    legalForm: IRI
    lei: IRI
    formerName: IRI
    changeKind: IRI
    comprises: IRI
    belongsToField: IRI
    competenceInTechnology: IRI
    inField: IRI
    hasCompetenceHolding: IRI
    heldBy: IRI
    ofCompetence: IRI
    competenceLevel: IRI
    relatedToCompetence: IRI
    hasCompetence: IRI
    offersCompetence: IRI
    exercisedCompetence: IRI
    poolsCompetence: IRI
    actorClassConcept: IRI

    # exchange.ttl
    ExchangeStatement: IRI
    Need: IRI
    Offer: IRI
    SolutionOffer: IRI
    BridgeOffer: IRI
    EvidencedOffer: IRI
    Match: IRI
    BrokerageActivity: IRI
    hasNeed: IRI
    needOf: IRI
    needOfGroup: IRI
    makesOffer: IRI
    offerOf: IRI
    concernsCompetence: IRI
    requiresCompetence: IRI
    prefersCompetence: IRI
    coversCompetence: IRI
    providesCompetence: IRI
    concernsTechnology: IRI
    requiresTechnology: IRI
    coversTechnology: IRI
    providesTechnology: IRI
    minimumReadiness: IRI
    currentReadiness: IRI
    capacity: IRI
    serves: IRI
    matchesNeed: IRI
    matchesOffer: IRI
    matchScore: IRI
    matchBasis: IRI
    brokers: IRI
    broker: IRI
    outcome: IRI

    # strategy.ttl
    TargetSystem: IRI
    Goal: IRI
    Indicator: IRI
    ActionField: IRI
    Task: IRI
    TimeHorizon: IRI
    MarketSegment: IRI
    Trend: IRI
    ValueCreationPotential: IRI
    MarketPotential: IRI
    SpecialisationProfile: IRI
    DevelopmentPath: IRI
    DevelopmentPhase: IRI
    hasGoal: IRI
    goalOf: IRI
    subGoalOf: IRI
    measuredBy: IRI
    targetValue: IRI
    inActionField: IRI
    responsibleActorClass: IRI
    responsibleBody: IRI
    coordinatedBy: IRI
    coordinates: IRI
    timeHorizon: IRI
    contributesToGoal: IRI
    precededBy: IRI
    dependsOn: IRI
    typicalLead: IRI
    analogue: IRI
    implementedBy: IRI
    implementsTask: IRI
    basedOnTechnology: IRI
    addressesMarket: IRI
    drivenByTrend: IRI
    benefitsActorClass: IRI
    efficiencyEffect: IRI
    hasMarketPotential: IRI
    forMarket: IRI
    estimatedQuantity: IRI
    emphasises: IRI
    uniqueSellingPoint: IRI
    leadsTo: IRI
    hasPhase: IRI
    phaseOrder: IRI
    phaseTask: IRI

    # evidence.ttl
    Project: IRI
    Participation: IRI
    Evidence: IRI
    Source: IRI
    IngestionActivity: IRI
    validFrom: IRI
    validUntil: IRI
    confidence: IRI
    visibility: IRI
    sourcingStatus: IRI
    fromRow: IRI
    hasEvidence: IRI
    evidenceFor: IRI
    documentsProject: IRI
    hasParticipation: IRI
    participationOf: IRI
    inProject: IRI
    participationRole: IRI
    participatesIn: IRI
    appliesTechnology: IRI
    exercisesCompetence: IRI
    fundedUnder: IRI

    # place.ttl
    Place: IRI
    Region: IRI
    within: IRI
    sitePlace: IRI
    siteKind: IRI
    locatedIn: IRI
    forRegion: IRI
    latitude: IRI
    longitude: IRI
    areaKm2: IRI

    # statistics.ttl
    EmploymentObservation: IRI
    PopulationObservation: IRI
    IndicatorObservation: IRI
    observedPlace: IRI
    referenceYear: IRI
    sectorGroup: IRI
    employees: IRI
    shareOfEmployment: IRI
    locationQuotientToState: IRI
    locationQuotientToNation: IRI
    population: IRI
    observedIndicator: IRI
    observedThing: IRI
    observedCompetence: IRI
    indicatorValue: IRI
    lowerBound: IRI
    upperBound: IRI
    expectedValue: IRI
    standardScore: IRI
    sampleSize: IRI


class RDF(Vocabulary, base="http://www.w3.org/1999/02/22-rdf-syntax-ns#"):
    """RDF: what a thing is, and lists."""

    type: IRI
    Property: IRI
    List: IRI
    first: IRI
    rest: IRI
    nil: IRI
    langString: IRI


class RDFS(Vocabulary, base="http://www.w3.org/2000/01/rdf-schema#"):
    """RDF Schema: labels, hierarchy, domain and range."""

    Class: IRI
    label: IRI
    comment: IRI
    subClassOf: IRI
    subPropertyOf: IRI
    domain: IRI
    range: IRI
    isDefinedBy: IRI
    seeAlso: IRI


class OWL(Vocabulary, base="http://www.w3.org/2002/07/owl#"):
    """OWL 2: the axioms in use."""

    Ontology: IRI
    Class: IRI
    ObjectProperty: IRI
    DatatypeProperty: IRI
    AnnotationProperty: IRI
    NamedIndividual: IRI
    Restriction: IRI
    FunctionalProperty: IRI
    TransitiveProperty: IRI
    SymmetricProperty: IRI
    AsymmetricProperty: IRI
    IrreflexiveProperty: IRI
    AllDisjointClasses: IRI
    AllDifferent: IRI
    Thing: IRI
    Nothing: IRI
    inverseOf: IRI
    propertyChainAxiom: IRI
    equivalentClass: IRI
    disjointWith: IRI
    unionOf: IRI
    intersectionOf: IRI
    someValuesFrom: IRI
    hasValue: IRI
    onProperty: IRI
    members: IRI
    distinctMembers: IRI
    versionIRI: IRI
    versionInfo: IRI
    priorVersion: IRI
    deprecated: IRI
    sameAs: IRI
    imports: IRI


class XSD(Vocabulary, base="http://www.w3.org/2001/XMLSchema#"):
    """XML Schema: the datatypes in use."""

    string: IRI
    integer: IRI
    decimal: IRI
    double: IRI
    boolean: IRI
    date: IRI
    dateTime: IRI
    anyURI: IRI
    nonNegativeInteger: IRI
    hexBinary: IRI


class SKOS(Vocabulary, base="http://www.w3.org/2004/02/skos/core#"):
    """SKOS: concepts, their names and their order."""

    Concept: IRI
    ConceptScheme: IRI
    prefLabel: IRI
    altLabel: IRI
    hiddenLabel: IRI
    definition: IRI
    example: IRI
    scopeNote: IRI
    note: IRI
    changeNote: IRI
    historyNote: IRI
    notation: IRI
    broader: IRI
    narrower: IRI
    related: IRI
    broaderTransitive: IRI
    inScheme: IRI
    topConceptOf: IRI
    hasTopConcept: IRI
    exactMatch: IRI
    closeMatch: IRI
    broadMatch: IRI
    narrowMatch: IRI
    relatedMatch: IRI
    mappingRelation: IRI


class ORG(Vocabulary, base="http://www.w3.org/ns/org#"):
    """The Organization Ontology: organisations, units, sites and their changes."""

    Organization: IRI
    FormalOrganization: IRI
    OrganizationalUnit: IRI
    OrganizationalCollaboration: IRI
    Site: IRI
    ChangeEvent: IRI
    hasSite: IRI
    siteOf: IRI
    siteAddress: IRI
    hasUnit: IRI
    unitOf: IRI
    hasMember: IRI
    memberOf: IRI
    subOrganizationOf: IRI
    hasSubOrganization: IRI
    classification: IRI
    identifier: IRI
    originalOrganization: IRI
    resultedFrom: IRI
    resultingOrganization: IRI
    changedBy: IRI


class PROV(Vocabulary, base="http://www.w3.org/ns/prov#"):
    """PROV-O: where a statement comes from."""

    Entity: IRI
    Activity: IRI
    Agent: IRI
    wasDerivedFrom: IRI
    wasGeneratedBy: IRI
    used: IRI
    wasAssociatedWith: IRI
    wasAttributedTo: IRI
    generatedAtTime: IRI
    startedAtTime: IRI
    endedAtTime: IRI
    hadPrimarySource: IRI
    invalidatedAtTime: IRI
    wasRevisionOf: IRI


class DCTERMS(Vocabulary, base="http://purl.org/dc/terms/"):
    """DCMI Metadata Terms: what a document says of itself."""

    title: IRI
    description: IRI
    abstract: IRI
    identifier: IRI
    type: IRI
    license: IRI
    created: IRI
    modified: IRI
    issued: IRI
    creator: IRI
    publisher: IRI
    contributor: IRI
    source: IRI
    subject: IRI
    date: IRI
    accessRights: IRI
    format: IRI
    conformsTo: IRI
    isPartOf: IRI
    hasPart: IRI
    isVersionOf: IRI
    isReplacedBy: IRI
    replaces: IRI
    spatial: IRI
    temporal: IRI
    language: IRI
    rights: IRI
    bibliographicCitation: IRI
    Location: IRI
    RightsStatement: IRI
    LicenseDocument: IRI


class DCAT(Vocabulary, base="http://www.w3.org/ns/dcat#"):
    """DCAT 3: catalogues, data sets and the ways to get them."""

    Catalog: IRI
    Dataset: IRI
    DatasetSeries: IRI
    Distribution: IRI
    DataService: IRI
    dataset: IRI
    distribution: IRI
    service: IRI
    servesDataset: IRI
    endpointURL: IRI
    endpointDescription: IRI
    version: IRI
    landingPage: IRI
    accessURL: IRI
    accessService: IRI
    downloadURL: IRI
    mediaType: IRI
    compressFormat: IRI
    byteSize: IRI
    keyword: IRI
    theme: IRI
    contactPoint: IRI


class VOID(Vocabulary, base="http://rdfs.org/ns/void#"):
    """VoID: figures on a data set."""

    Dataset: IRI
    Linkset: IRI
    DatasetDescription: IRI
    triples: IRI
    entities: IRI
    distinctSubjects: IRI
    distinctObjects: IRI
    properties: IRI
    classes: IRI
    classPartition: IRI
    class_: IRI = IRI("class")
    propertyPartition: IRI
    property: IRI
    vocabulary: IRI
    dataDump: IRI
    sparqlEndpoint: IRI
    exampleResource: IRI
    uriSpace: IRI
    uriRegexPattern: IRI
    subset: IRI
    target: IRI
    subjectsTarget: IRI
    objectsTarget: IRI
    linkPredicate: IRI
    feature: IRI
    rootResource: IRI
    inDataset: IRI


class ADMS(Vocabulary, base="http://www.w3.org/ns/adms#"):
    """ADMS: identifiers and life status."""

    Identifier: IRI
    identifier: IRI
    status: IRI
    schemaAgency: IRI


class ROV(Vocabulary, base="http://www.w3.org/ns/regorg#"):
    """RegOrg: organisations in a register."""

    RegisteredOrganization: IRI
    legalName: IRI
    registration: IRI


class M8G(Vocabulary, base="http://data.europa.eu/m8g/"):
    """SEMIC Core Vocabularies: public organisations, administrative units, contact points."""

    PublicOrganisation: IRI
    ContactPoint: IRI
    AdminUnit: IRI
    contactPoint: IRI
    email: IRI
    contactPage: IRI
    code: IRI
    level: IRI


class QUDT(Vocabulary, base="http://qudt.org/schema/qudt/"):
    """QUDT: a number with its unit."""

    QuantityValue: IRI
    numericValue: IRI
    hasUnit: IRI


class UNIT(Vocabulary, base="http://qudt.org/vocab/unit/"):
    """QUDT units."""

    CCY_EUR: IRI
    PERCENT: IRI
    DAY: IRI
    KiloW_HR: IRI = IRI("KiloW-HR")
    MegaW_HR: IRI = IRI("MegaW-HR")


class FOAF(Vocabulary, base="http://xmlns.com/foaf/0.1/"):
    """FOAF: pages, publishers, and the person that must not occur."""

    Agent: IRI
    name: IRI
    Person: IRI
    Document: IRI
    page: IRI
    homepage: IRI
    primaryTopic: IRI


class FRAPO(Vocabulary, base="http://purl.org/cerif/frapo/"):
    """FRAPO: funding programmes."""

    FundingProgramme: IRI


class QB(Vocabulary, base="http://purl.org/linked-data/cube#"):
    """RDF Data Cube: observations."""

    Observation: IRI
    DataSet: IRI
    dataSet: IRI
    DataStructureDefinition: IRI
    ComponentSpecification: IRI
    structure: IRI
    component: IRI
    dimension: IRI
    measure: IRI
    attribute: IRI


class GEO(Vocabulary, base="http://www.opengis.net/ont/geosparql#"):
    """GeoSPARQL: geometries."""

    Feature: IRI
    Geometry: IRI
    hasGeometry: IRI
    asWKT: IRI


class SD(Vocabulary, base="http://www.w3.org/ns/sparql-service-description#"):
    """SPARQL Service Description."""

    Service: IRI
    Dataset: IRI
    Graph: IRI
    NamedGraph: IRI
    GraphCollection: IRI
    SPARQL11Query: IRI
    SPARQL11Update: IRI
    UnionDefaultGraph: IRI
    EmptyGraphs: IRI
    BasicFederatedQuery: IRI
    endpoint: IRI
    supportedLanguage: IRI
    resultFormat: IRI
    inputFormat: IRI
    feature: IRI
    defaultDataset: IRI
    defaultGraph: IRI
    namedGraph: IRI
    name: IRI
    graph: IRI
    availableGraphs: IRI


class SH(Vocabulary, base="http://www.w3.org/ns/shacl#"):
    """SHACL: shapes and the reports on them."""

    NodeShape: IRI
    PropertyShape: IRI
    ValidationReport: IRI
    ValidationResult: IRI
    Violation: IRI
    Warning: IRI
    Info: IRI
    targetClass: IRI
    targetSubjectsOf: IRI
    targetObjectsOf: IRI
    property: IRI
    path: IRI
    message: IRI
    severity: IRI
    name: IRI
    description: IRI
    conforms: IRI
    result: IRI
    focusNode: IRI
    value: IRI
    resultPath: IRI
    resultMessage: IRI
    resultSeverity: IRI
    sourceShape: IRI
    sourceConstraintComponent: IRI
    declare: IRI
    prefix: IRI
    namespace: IRI
    SPARQLExecutable: IRI
    SPARQLSelectExecutable: IRI
    SPARQLConstructExecutable: IRI
    select: IRI
    construct: IRI
    Parameter: IRI
    parameter: IRI
    optional: IRI
    datatype: IRI
    class_: IRI = IRI("class")
    hasValue: IRI
    xone: IRI
    minCount: IRI
    maxCount: IRI
    minInclusive: IRI
    maxInclusive: IRI
    order: IRI
    prefixes: IRI


class SCHEMA(Vocabulary, base="https://schema.org/"):
    """schema.org: what search engines are told, and the person that must not occur."""

    Thing: IRI
    Person: IRI
    Organization: IRI
    Demand: IRI
    Offer: IRI
    Project: IRI
    Place: IRI
    DefinedTerm: IRI
    DefinedTermSet: IRI
    name: IRI
    alternateName: IRI
    description: IRI
    identifier: IRI
    termCode: IRI
    inDefinedTermSet: IRI
    url: IRI
    latitude: IRI
    longitude: IRI
    containedInPlace: IRI
    offeredBy: IRI


class SPDX(Vocabulary, base="http://spdx.org/rdf/terms#"):
    """SPDX: checksums of files."""

    Checksum: IRI
    checksum: IRI
    algorithm: IRI
    checksumValue: IRI
    checksumAlgorithm_sha256: IRI


class VCARD(Vocabulary, base="http://www.w3.org/2006/vcard/ns#"):
    """vCard: how a publisher is reached, and the person that must not occur."""

    Individual: IRI
    Organization: IRI
    fn: IRI
    hasEmail: IRI


class VANN(Vocabulary, base="http://purl.org/vocab/vann/"):
    """VANN: how a vocabulary wants to be abbreviated."""

    preferredNamespacePrefix: IRI
    preferredNamespaceUri: IRI


class BIBO(Vocabulary, base="http://purl.org/ontology/bibo/"):
    """BIBO: the state of a document."""

    status: IRI


class CS(Vocabulary, base="http://purl.org/vocab/changeset/schema#"):
    """Changeset: what was changed about a thing, and when."""

    ChangeSet: IRI
    subjectOfChange: IRI
    createdDate: IRI
    changeReason: IRI


VOCABULARIES: dict[str, type[Vocabulary]] = {
    "rev": REV,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "xsd": XSD,
    "skos": SKOS,
    "org": ORG,
    "prov": PROV,
    "dcterms": DCTERMS,
    "dcat": DCAT,
    "void": VOID,
    "adms": ADMS,
    "rov": ROV,
    "m8g": M8G,
    "qudt": QUDT,
    "unit": UNIT,
    "foaf": FOAF,
    "frapo": FRAPO,
    "qb": QB,
    "geo": GEO,
    "sd": SD,
    "sh": SH,
    "schema": SCHEMA,
    "spdx": SPDX,
    "vcard": VCARD,
    "vann": VANN,
    "bibo": BIBO,
    "cs": CS,
}

PREFIXES: dict[str, str] = {
    "shapes": SHAPES,
    "voc": VOC,
    "id": ID,
    "place": PLACE,
    "graph": GRAPH,
    **{prefix: vocabulary.base for prefix, vocabulary in VOCABULARIES.items()},
}


def expand(curie: str) -> IRI:
    """The IRI that `curie` abbreviates, by the prefixes in force everywhere in Revier.

    Raises `KeyError` if the prefix is unknown, or if its vocabulary is closed and lacks the term.
    """
    prefix, colon, local = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        raise KeyError(f"{curie!r} has no known prefix. Known are {', '.join(sorted(PREFIXES))}.")
    if prefix not in VOCABULARIES:
        return IRI(PREFIXES[prefix] + local)
    if local not in VOCABULARIES[prefix].terms:
        raise KeyError(f"{curie!r} is no term that Revier knows. Correct it, or add it to ontology/terms.py.")
    return VOCABULARIES[prefix].terms[local]


def is_iri(text: str) -> bool:
    """Whether a text is an absolute http, https or urn IRI (RFC 3987).

    >>> is_iri("https://example.org/a%20b"), is_iri("https://example.org/50%"), is_iri("example.org")
    (True, False, False)
    """
    return _ABSOLUTE.fullmatch(text) is not None


def read_iri(text: str) -> IRI:
    """The IRI that a person writes: in full, or abbreviated as a CURIE.

    Raises `KeyError` with a sentence if it is neither.

    >>> read_iri("https://example.org/a"), read_iri("rdf:type") == RDF.type
    ('https://example.org/a', True)
    """
    iri = IRI(text) if text.startswith(("https://", "http://", "urn:")) else expand(text)
    if not is_iri(iri):
        raise KeyError(f"{text!r} cannot be an IRI. Write blanks and brackets as %20, %5B, %5D.")
    return iri


LICENCES: dict[IRI, str] = {
    IRI("https://creativecommons.org/licenses/by/4.0/"): "CC BY 4.0",
    IRI("https://creativecommons.org/publicdomain/zero/1.0/"): "CC0 1.0",
    IRI("https://www.govdata.de/dl-de/by-2-0"): "dl-de/by-2-0",
}
CC_BY, CC0, DL_DE_BY = LICENCES
PUBLIC = IRI("http://publications.europa.eu/resource/authority/access-right/PUBLIC")
