"""A rich need as a person or a program states it, and what it becomes: concepts with weights, and conditions."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from graph.errors import UnknownTerm, WrongUse
from graph.matching.alike import profile_of
from graph.matching.index import MatchIndex
from graph.matching.needs import PREFERRED, asked
from graph.model import NeedConcept, NeedProfile, Quantity, Text
from ontology.naming import key_of
from ontology.terms import IRI, REV, read_iri

Weights = Mapping[str, float | None]  # concepts by IRI or CURIE; None is the usual weight


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for, in IRIs or CURIEs; `without` names concepts that are not asked for after all.

    With `like`, the need is for all that this actor shows. `actor_class` may be a notation, as `solution-developer`;
    `amount` is what has to be free, in a `unit` of QUDT.
    """

    need: str | None = None
    like: str | None = None
    text: str = ""
    language: str = "de"
    title: str = ""
    required: Weights = field(default_factory=dict)
    preferred: Weights = field(default_factory=dict)
    without: tuple[str, ...] = ()
    place: str | None = None
    radius_km: float | None = None
    minimum_readiness: int | None = None
    amount: float | None = None
    unit: str | None = None
    actor_class: str | None = None
    day: date | None = None


def profile_for(index: MatchIndex, wish: Wish) -> NeedProfile:
    """What a wish becomes on a snapshot; what is left out wins over what is asked for.

    Raises `WrongUse` if nothing is asked for, `UnknownTerm` if the snapshot lacks what is named.
    """
    given = _given(index, wish)
    required = [_concept(index, name, weight or 1.0) for name, weight in wish.required.items()]
    preferred = [_concept(index, name, weight or PREFERRED) for name, weight in wish.preferred.items()]
    without = {_concept(index, name, 0.0).iri for name in wish.without}
    technologies = [each for each in (*required, *preferred) if each.iri in index.technologies]
    return replace(
        given,
        title=given.title or (Text(wish.title, wish.title) if wish.title else None),
        competences=_together([each for each in required if each not in technologies], given.competences, without),
        preferred=_together([each for each in preferred if each not in technologies], given.preferred, without),
        technologies=_together(technologies, given.technologies, without),
        minimum_readiness=given.minimum_readiness if wish.minimum_readiness is None else wish.minimum_readiness,
        capacity=given.capacity if wish.amount is None else _quantity(wish.amount, wish.unit),
        actor_class=actor_class(index, wish.actor_class) if wish.actor_class else None,
        day=wish.day or date.today(),
    )


def actor_class(index: MatchIndex, name: str) -> IRI:
    """The actor class of an IRI, a CURIE or a notation; `UnknownTerm` if there is none."""
    classes = tuple(index.statements.typed(REV.ActorClass))
    iri = named(name) if ":" in name else None
    found = [each for each in classes if each == iri or key_of(each) == name]
    if not found:
        known = ", ".join(key_of(each) for each in classes)
        raise UnknownTerm(f"class={name!r} is no actor class. Choose one of: {known}.")
    return found[0]


def named(name: str) -> IRI:
    """The IRI that somebody writes, in full or as a CURIE; `UnknownTerm` if it is none."""
    try:
        return read_iri(name)
    except KeyError as error:
        raise UnknownTerm(error.args[0]) from error


def _given(index: MatchIndex, wish: Wish) -> NeedProfile:
    """The stored need, the text and the place; or what the actor shows that others shall be like."""
    if wish.like:
        if wish.need or wish.text:
            raise WrongUse("Name an actor that others shall be like, or say what is needed: not both.")
        return profile_of(index, named(wish.like), day=wish.day)
    says_something = wish.need or wish.text or wish.title
    if not says_something and (wish.required or wish.preferred):
        place = asked(index, text=" ", language=wish.language, place=wish.place, radius_km=wish.radius_km)
        return replace(place, text="")
    text = f"{wish.title}\n{wish.text}" if wish.title and not wish.need else wish.text
    found = asked(index, need=wish.need, text=text, language=wish.language, place=wish.place, radius_km=wish.radius_km)
    return replace(found, text=wish.text)


def _quantity(amount: float, unit: str | None) -> Quantity:
    if not unit:
        raise WrongUse("An amount needs a unit of QUDT. Name one, such as unit:DAY, or leave the amount out.")
    return Quantity(amount, named(unit))


def _concept(index: MatchIndex, name: str, weight: float) -> NeedConcept:
    iri = named(name)
    if iri not in index.competences and iri not in index.technologies:
        raise UnknownTerm(f"{iri} is no competence and no technology of this snapshot. Check its spelling.")
    return NeedConcept(iri, index.statements.name(iri), weight, "stated")


def _together(stated: list[NeedConcept], given: tuple[NeedConcept, ...], without: set[IRI]) -> tuple[NeedConcept, ...]:
    """What is stated now before what was given, each concept once, without those that are left out."""
    first: dict[IRI, NeedConcept] = {}
    for each in (*stated, *given):
        if each.iri not in without:
            first.setdefault(each.iri, each)
    return tuple(first.values())
