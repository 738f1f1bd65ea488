"""A need and its matches as JSON, the shape that `/api/v1/match` promises."""

from typing import Any

from graph.matching.reverse import Answered
from graph.matching.understanding import Understanding, Understood
from graph.model import Criterion, Evidence, Literal, Match, NeedConcept, NeedProfile, QuotedTriple
from ontology.terms import IRI


def need_json(profile: NeedProfile, language: str) -> dict[str, Any]:
    """What was asked for, with the concepts it was understood as."""
    return {
        "iri": profile.iri,
        "title": profile.title.in_language(language) if profile.title else None,
        "text": profile.text,
        "place": profile.place,
        "radius_km": profile.radius_km,
        "minimum_readiness": profile.minimum_readiness,
        "amount": profile.capacity.amount if profile.capacity else None,
        "unit": profile.capacity.unit if profile.capacity else None,
        "class": profile.actor_class,
        "concepts": [
            _concept_json(concept, language)
            for concept in (*profile.competences, *profile.preferred, *profile.technologies)
        ],
        "denied": [_concept_json(concept, language) for concept in profile.denied],
    }


def match_json(found: Match, language: str, *, explain: bool) -> dict[str, Any]:
    """One suggestion; with `explain` also its criteria, their triples and the evidence."""
    shape: dict[str, Any] = {
        "actor": {
            "iri": found.actor,
            "label": found.label,
            "place": found.place,
            "place_label": found.place_label,
            "classes": list(found.classes),
        },
        "offer": found.offer,
        "score": found.score,
        "verdict": found.verdict,
        "missing": [_concept_json(concept, language) for concept in found.missing],
    }
    if explain:
        shape["criteria"] = [_criterion_json(criterion, language) for criterion in found.criteria]
        shape["evidence"] = [_evidence_json(each, language) for each in found.evidence]
        shape["raises"] = [
            {"criterion": each.criterion, "gain": each.gain, "says": each.sentence.in_language(language)}
            for each in found.raises
        ]
        shape["near_miss"] = found.near_miss.in_language(language) if found.near_miss else None
    return shape


def answered_json(answered: Answered, language: str, *, explain: bool) -> dict[str, Any]:
    """A need that an actor answers, and how far."""
    need = need_json(answered.need, language)
    found = match_json(answered.match, language, explain=explain)
    del found["actor"]
    return {"need": {name: need[name] for name in ("iri", "title", "place")}, **found}


def understanding_json(found: Understanding, language: str) -> dict[str, Any]:
    """The concepts of a text, and the words that nothing recognised."""
    return {
        "concepts": [_understood_json(each, language) for each in found.concepts],
        "unrecognised": [[each.word, each.begin, each.end] for each in found.unrecognised],
    }


def _understood_json(found: Understood, language: str) -> dict[str, Any]:
    return {
        "iri": found.concept.iri,
        "label": found.concept.label.in_language(language),
        "weight": found.concept.weight,
        "words": [[each.word, each.begin, each.end] for each in found.spoken],
        "alternatives": [
            {"iri": each.iri, "label": each.label.in_language(language), "relation": each.relation}
            for each in found.alternatives
        ],
    }


def _concept_json(concept: NeedConcept, language: str) -> dict[str, Any]:
    return {
        "iri": concept.iri,
        "label": concept.label.in_language(language),
        "weight": concept.weight,
        "from": concept.origin,
        "words": list(concept.words),
    }


def _criterion_json(criterion: Criterion, language: str) -> dict[str, Any]:
    return {
        "name": criterion.name,
        "verdict": criterion.verdict,
        "weight": criterion.weight,
        "value": criterion.value,
        "contribution": criterion.contribution,
        "required": criterion.required.in_language(language),
        "found": criterion.found.in_language(language),
        "reason": criterion.reason.in_language(language),
        "triples": [_triple_json(triple) for triple in criterion.triples],
    }


def _evidence_json(evidence: Evidence, language: str) -> dict[str, Any]:
    return {
        "iri": evidence.iri,
        "kind": evidence.kind,
        "label": evidence.label.in_language(language),
        "confidence": evidence.confidence,
        "sources": list(evidence.sources),
    }


def _triple_json(triple: QuotedTriple) -> list[object]:
    """Subject, predicate, object, graph; a literal is an object with its language or datatype."""
    return [triple.subject, triple.predicate, _object_json(triple.object), triple.graph]


def _object_json(term: IRI | Literal) -> object:
    if isinstance(term, IRI):
        return term
    kind = {"language": term.language} if term.language else {"datatype": term.datatype}
    return {"value": term.value, **kind}
