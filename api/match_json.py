"""A need and its matches as JSON, the shape that `/api/v1/match` promises."""

from typing import Any

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
        "class": profile.actor_class,
        "concepts": [
            _concept_json(concept, language)
            for concept in (*profile.competences, *profile.preferred, *profile.technologies)
        ],
    }


def match_json(found: Match, language: str, *, explain: bool) -> dict[str, Any]:
    """One suggestion; with `explain` also its criteria, their triples and the evidence."""
    shape = {
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
    return shape


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
