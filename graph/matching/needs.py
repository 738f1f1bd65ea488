"""What is asked for, as a profile that can be matched: a stored need, free text, or conditions named one by one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from graph.errors import UnknownTerm, WrongUse
from graph.matching.capacity import quantity
from graph.matching.concepts import Recognised
from graph.matching.index import MatchIndex
from graph.matching.statements import Statements, names
from graph.matching.taxonomy import Taxonomy
from graph.model import NeedConcept, NeedProfile
from ontology.terms import DCTERMS, IRI, ORG, RDF, REV, SKOS, read_iri

PREFERRED = 0.25  # the weight of a wish beside a requirement
LEAST_WEIGHT = 0.05  # of a concept read from text: even the broadest one was spoken of


def stored_need(index: MatchIndex, iri: IRI) -> NeedProfile:
    """The need `iri` as the snapshot holds it, at its own place or else where its actor sits.

    Raises `UnknownTerm` if the snapshot holds no such need.
    """
    said = index.statements
    if REV.Need not in said.links(iri, RDF.type):
        raise UnknownTerm(f"{iri} is not a need of this snapshot. Choose one from the list of needs.")
    asked_by = said.link(iri, REV.needOf)
    levels = [int(level.value) for level in said.literals(iri, REV.minimumReadiness)]
    titles, descriptions = said.literals(iri, SKOS.prefLabel), said.literals(iri, DCTERMS.description)
    return NeedProfile(
        iri=iri,
        title=names(titles, iri),
        description=names(descriptions, iri) if descriptions else None,
        competences=_stated(said, iri, REV.requiresCompetence, 1.0),
        preferred=_stated(said, iri, REV.prefersCompetence, PREFERRED),
        technologies=_stated(said, iri, REV.requiresTechnology, 1.0),
        place=next(_own_places(said, iri), None) or next(_towns(said, asked_by), None),
        minimum_readiness=max(levels, default=None),
        capacity=quantity(said, iri),
        asked_by=asked_by,
    )


def profile_from_text(index: MatchIndex, text: str, language: str) -> NeedProfile:
    """The concepts that a text in German or English speaks of; specific ones weigh more than broad ones.

    Raises `WrongUse` if the text is too long to be read.
    """
    reading = index.lexicon.read(text, language)

    def read(taxonomy: Taxonomy, recognised: Iterable[Recognised]) -> tuple[NeedConcept, ...]:
        return tuple(
            NeedConcept(
                each.concept,
                index.statements.name(each.concept),
                max(LEAST_WEIGHT, each.share * taxonomy.information(each.concept)),
                "text",
                each.words,
            )
            for each in recognised
            if each.concept in taxonomy
        )

    return NeedProfile(
        text=text,
        language=language,
        competences=read(index.competences, reading.asked),
        technologies=read(index.technologies, reading.asked),
        denied=(*read(index.competences, reading.denied), *read(index.technologies, reading.denied)),
    )


def asked(
    index: MatchIndex,
    *,
    need: str | None = None,
    text: str | None = None,
    language: str = "de",
    competences: Sequence[str] = (),
    technologies: Sequence[str] = (),
    place: str | None = None,
    radius_km: float | None = None,
) -> NeedProfile:
    """A profile from what a person types: IRIs or CURIEs, text, or both; what is named is added to what is read.

    Raises `WrongUse` if nothing is asked for, `UnknownTerm` if the snapshot lacks what is named.
    """
    if not (need or text or competences or technologies):
        raise WrongUse("Say what is needed: a stored need, a text, a competence or a technology.")
    if radius_km is not None and not (need or place):
        raise WrongUse("A radius needs a place around which it lies. Name one, or leave the radius out.")
    stored = stored_need(index, _iri(need)) if need else NeedProfile()
    read = profile_from_text(index, text or "", language)
    return replace(
        stored,
        text=read.text,
        language=read.language,
        competences=(*stored.competences, *_named(index, competences, index.competences), *read.competences),
        technologies=(*stored.technologies, *_named(index, technologies, index.technologies), *read.technologies),
        denied=read.denied,
        place=_place(index, place) if place else stored.place,
        radius_km=radius_km,
    )


def _own_places(said: Statements, need: IRI) -> Iterator[IRI]:
    """The places of a need in which no other of them lies."""
    places = said.links(need, REV.locatedIn)
    around = {outer for place in places for outer in said.links(place, REV.within)}
    return (place for place in places if place not in around)


def _towns(said: Statements, actor: IRI | None) -> Iterator[IRI]:
    sites = said.links(actor, ORG.hasSite) if actor else ()
    return iter(sorted(town for site in sites for town in said.links(site, REV.sitePlace)))


def _stated(said: Statements, need: IRI, says: IRI, weight: float) -> tuple[NeedConcept, ...]:
    return tuple(NeedConcept(iri, said.name(iri), weight, "stated") for iri in said.links(need, says))


def _named(index: MatchIndex, curies: Sequence[str], taxonomy: Taxonomy) -> tuple[NeedConcept, ...]:
    concepts = [_iri(curie) for curie in curies]
    for concept in concepts:
        if concept not in taxonomy:
            raise UnknownTerm(f"{concept} is no such concept of this snapshot. Check its spelling.")
    return tuple(NeedConcept(each, index.statements.name(each), 1.0, "stated") for each in concepts)


def _place(index: MatchIndex, curie: str) -> IRI:
    place = _iri(curie)
    if place not in index.places:
        raise UnknownTerm(f"{place} is no place of this snapshot. Check its spelling.")
    return place


def _iri(text: str) -> IRI:
    """The IRI that a person writes, in full or as a CURIE; `UnknownTerm` if it is none."""
    try:
        return read_iri(text)
    except KeyError as error:
        raise UnknownTerm(error.args[0]) from error
