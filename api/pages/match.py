"""Who can answer a need, and why: the search and its page of results, both ways round."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from flask import Blueprint, g, render_template, request, url_for

from api.current import Current
from api.match_api import match_api_blueprint
from api.match_request import MatchRequest, request_from_query
from graph.describe import Named, named
from graph.infer import INFERRED
from graph.listing import entries
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.reverse import Answered, needs_for
from graph.matching.understanding import Understanding, understand
from graph.matching.wish import named as iri_named
from graph.matching.wish import profile_for
from graph.model import Match, NeedProfile, Verdict
from graph.store import Store
from ontology.terms import IRI, REV

VERDICT_WORDS = {
    Verdict.FITS: "verdict.fits",
    Verdict.PARTLY: "verdict.partly",
    Verdict.UNKNOWN: "verdict.unknown",
    Verdict.DOES_NOT_FIT: "verdict.does-not-fit",
}
CRITERION_WORDS = {
    "competence": "criterion.competence",
    "technology": "criterion.technology",
    "text": "criterion.text",
    "meaning": "criterion.meaning",
    "focus": "criterion.focus",
    "evidence": "criterion.evidence",
    "place": "criterion.place",
    "readiness": "criterion.readiness",
    "capacity": "criterion.capacity",
    "role": "criterion.role",
}
EVIDENCE_WORDS = {
    "offer": "evidence.offer",
    "holding": "evidence.holding",
    "participation": "evidence.participation",
    "profile": "evidence.profile",
}


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What was asked, as it was understood, and who is suggested for it."""

    profile: NeedProfile
    matches: tuple[Match, ...]
    understanding: Understanding | None = None


def matching_blueprint(current: Current) -> Blueprint:
    """`/match`, and the same for programs below `/api/v1`."""
    blueprint = Blueprint("matching", __name__)
    blueprint.register_blueprint(match_api_blueprint(current))

    @blueprint.app_context_processor
    def words_of_matches() -> dict[str, object]:
        return {
            "verdict_words": VERDICT_WORDS,
            "criterion_words": CRITERION_WORDS,
            "evidence_words": EVIDENCE_WORDS,
            "rests_on_inference": rests_on_inference,
            "asking": _asking,
            "named": lambda iri: current.remembered(_names)(iri),
        }

    @blueprint.get("/match")
    def page() -> str:
        names = ("need", "text", "competence", "technology", "actor", "like")
        is_asked = any(request.args.get(name, "").strip() for name in names)
        asked = request_from_query(request.args, g.language, is_strict=False) if is_asked else None
        return render_template(
            "match.html",
            suggestions=_suggestions(current.index, asked) if asked and not asked.actor else None,
            actor=iri_named(asked.actor) if asked and asked.actor else None,
            answered=_answered(current.index, asked) if asked and asked.actor else (),
            left_out=[iri_named(each) for each in asked.wish.without] if asked else [],
            needs=current.remembered(entries, REV.Need),
            places=[entry.named for entry in current.remembered(entries, REV.Place)],
        )

    return blueprint


def rests_on_inference(found: Match) -> bool:
    """Whether all that a match rests on is inferred, and nothing of it said by a source."""
    told = [triple for criterion in found.criteria if criterion.contribution > 0 for triple in criterion.triples]
    return bool(told) and all(triple.graph == INFERRED for triple in told)


def _asking(**changed: object) -> str:
    """The address of this page with some parameters changed."""
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return url_for("matching.page", **values)


def _names(store: Store) -> Callable[[IRI], Named]:
    """The naming of things, which remembers those it was asked for."""
    return lru_cache(10_000)(partial(named, store))


def _suggestions(index: MatchIndex, asked: MatchRequest) -> Suggestions:
    profile = profile_for(index, asked.wish)
    text = asked.wish.text
    understanding = understand(index, text, asked.wish.language) if text else None
    return Suggestions(profile, match(index, profile, limit=asked.limit), understanding)


def _answered(index: MatchIndex, asked: MatchRequest) -> tuple[Answered, ...]:
    return needs_for(index, iri_named(asked.actor or ""), limit=asked.limit, day=asked.wish.day)
