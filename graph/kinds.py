"""The lists that there are, a class of things each, and what each can be narrowed by."""

from dataclasses import dataclass

from graph.told import Inverse, Path
from ontology.terms import ADMS, FRAPO, IRI, REV, SKOS


@dataclass(frozen=True, slots=True)
class Facet:
    """What a list can be narrowed by: where the paths lead from an entry, or what the `question` tells of it.

    All things of the class `among` are values, whether or not an entry has them.
    """

    name: str
    paths: tuple[Path, ...] = ()
    question: str | None = None
    among: IRI | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """A list: its name, the class of what it lists, and its facets; things with broader ones stand below these."""

    name: str
    of: IRI
    facets: tuple[Facet, ...]


def _facet(name: str, *ways: IRI | Path, among: IRI | None = None) -> Facet:
    """A facet whose values are those of properties, or the ends of paths of several."""
    return Facet(name, tuple((way,) if isinstance(way, IRI) else way for way in ways), among=among)


_OWNERS = (REV.needOf, REV.offerOf)  # what leads from a need or an offer to its actor
_MARK = _facet("mark", REV.sourcingStatus)
_STATUS = _facet("status", ADMS.status)
_PLACE = _facet("place", REV.locatedIn, *((owner, REV.locatedIn) for owner in _OWNERS), among=REV.Place)
_FIELD = _facet("field", REV.inField, among=REV.CompetenceField)
_OF_FIELD = _facet("field", REV.belongsToField, among=REV.CompetenceField)
_OWNERS_CLASS = _facet("class", *((owner, REV.hasActorClass) for owner in _OWNERS), among=REV.ActorClass)

KINDS = (
    Kind(
        "actors",
        REV.Actor,
        (
            _facet("class", REV.hasActorClass, among=REV.ActorClass),
            _PLACE,
            _facet("field", *((Inverse(owner), REV.inField) for owner in _OWNERS), among=REV.CompetenceField),
            _facet("competence", REV.relatedToCompetence, among=REV.Competence),
            _MARK,
        ),
    ),
    Kind(
        "needs",
        REV.Need,
        (
            _FIELD,
            _PLACE,
            _OWNERS_CLASS,
            _facet("competence", REV.requiresCompetence, among=REV.Competence),
            _facet("technology", REV.requiresTechnology, among=REV.Technology),
            _MARK,
        ),
    ),
    Kind(
        "offers",
        REV.Offer,
        (
            _FIELD,
            _PLACE,
            _OWNERS_CLASS,
            _facet("competence", REV.coversCompetence, among=REV.Competence),
            _facet("technology", REV.coversTechnology, among=REV.Technology),
            _MARK,
        ),
    ),
    Kind(
        "competences",
        REV.Competence,
        (
            Facet("balance", question="list-balance"),
            _OF_FIELD,
            _facet("broader", SKOS.broaderTransitive, among=REV.Competence),
            _facet("technology", REV.competenceInTechnology, among=REV.Technology),
            _MARK,
        ),
    ),
    Kind(
        "technologies",
        REV.Technology,
        (_OF_FIELD, _facet("broader", SKOS.broaderTransitive, among=REV.Technology), _MARK),
    ),
    Kind(
        "tasks",
        REV.Task,
        (
            _facet("action", REV.inActionField, among=REV.ActionField),
            _facet("class", REV.responsibleActorClass, among=REV.ActorClass),
            _facet("horizon", REV.timeHorizon),
            _STATUS,
            _facet("goal", REV.contributesToGoal, among=REV.Goal),
            _FIELD,
            _MARK,
        ),
    ),
    Kind(
        "goals",
        REV.Goal,
        (_facet("parent", REV.subGoalOf, among=REV.Goal), _facet("system", REV.goalOf, among=REV.TargetSystem), _MARK),
    ),
    Kind(
        "projects",
        REV.Project,
        (
            _FIELD,
            _facet("programme", REV.fundedUnder, among=FRAPO.FundingProgramme),
            Facet("begin", question="list-begins"),
            Facet("end", question="list-ends"),
            _PLACE,
            _facet("technology", REV.appliesTechnology, among=REV.Technology),
            _STATUS,
            _MARK,
        ),
    ),
)
