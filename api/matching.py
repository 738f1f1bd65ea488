"""Who can answer a need, and why: the search, its page of results, and the same as JSON."""

from dataclasses import dataclass, replace
from functools import cache, lru_cache, partial
from math import inf
from time import perf_counter

from flask import Blueprint, Response, g, jsonify, render_template, request

from api.match_json import match_json, need_json
from graph.describe import named
from graph.errors import UnknownTerm, WrongUse
from graph.index import MatchIndex
from graph.listing import entries, members
from graph.match import match
from graph.model import Match, NeedProfile, Verdict
from graph.needs import asked
from graph.store import Store
from ontology.terms import IRI, REV, expand

LONGEST_LIST = 100
DEFAULT_LENGTH = 20
LEAST_RADIUS_KM = 0.001
VERDICT_WORDS = {
    Verdict.FITS: "verdict.fits",
    Verdict.PARTLY: "verdict.partly",
    Verdict.UNKNOWN: "verdict.unknown",
    Verdict.DOES_NOT_FIT: "verdict.does-not-fit",
}
CRITERION_WORDS = {
    "competence": "criterion.competence",
    "technology": "criterion.technology",
    "evidence": "criterion.evidence",
    "place": "criterion.place",
    "readiness": "criterion.readiness",
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


def matching_blueprint(store: Store, index: MatchIndex) -> Blueprint:
    """`/match` and `/api/v1/match` over one snapshot and its index."""
    blueprint = Blueprint("matching", __name__)
    listed = cache(partial(entries, store))
    cached_name = lru_cache(10_000)(partial(named, store))
    classes = tuple(each.iri for each in members(store, expand("voc:actor-class")))

    @blueprint.app_context_processor
    def words_of_matches() -> dict[str, object]:
        return {
            "verdict_words": VERDICT_WORDS,
            "criterion_words": CRITERION_WORDS,
            "evidence_words": EVIDENCE_WORDS,
            "named": cached_name,
        }

    @blueprint.get("/match")
    def page() -> str:
        is_asked = any(request.args.get(name, "").strip() for name in ("need", "text", "competence", "technology"))
        return render_template(
            "match.html",
            suggestions=_suggestions(index, classes) if is_asked else None,
            needs=listed(REV.Need),
            places=[entry.named for entry in listed(REV.Place)],
        )

    @blueprint.get("/api/v1/match")
    def as_json() -> Response:
        started = perf_counter()
        suggestions = _suggestions(index, classes)
        explain = request.args.get("explain", "1") != "0"
        return jsonify(
            snapshot=store.snapshot,
            need=need_json(suggestions.profile, g.language),
            matches=[match_json(each, g.language, explain=explain) for each in suggestions.matches],
            took_ms=round((perf_counter() - started) * 1000, 1),
        )

    return blueprint


def _suggestions(index: MatchIndex, classes: tuple[IRI, ...]) -> Suggestions:
    """Who is suggested for the need that the query string speaks of."""
    values = request.args
    profile = asked(
        index,
        need=values.get("need"),
        text=values.get("text", "").strip(),
        language=g.language,
        competences=[each for each in values.getlist("competence") if each],
        technologies=[each for each in values.getlist("technology") if each],
        place=values.get("place"),
        radius_km=_radius_km(),
    )
    profile = replace(profile, actor_class=_actor_class(classes))
    return Suggestions(profile, match(index, profile, limit=_limit()))


def _radius_km() -> float | None:
    text = request.args.get("radius_km")
    if not text:
        return None
    try:
        radius_km = float(text)
    except ValueError:
        radius_km = inf
    if not LEAST_RADIUS_KM <= radius_km < inf:
        raise WrongUse(f"radius_km={text!r} is not a number from {LEAST_RADIUS_KM}.")
    return radius_km


def _actor_class(classes: tuple[IRI, ...]) -> IRI | None:
    """The class that answers must have, by its IRI or its notation, such as `solution-developer`."""
    text = request.args.get("class")
    if not text:
        return None
    found = [each for each in classes if text == each or each.endswith(f"/{text}")]
    if not found:
        raise UnknownTerm(f"class={text!r} is no actor class. Choose one of: {', '.join(classes)}.")
    return found[0]


def _limit() -> int:
    text = request.args.get("limit") or str(DEFAULT_LENGTH)
    if text not in map(str, range(1, LONGEST_LIST + 1)):
        raise WrongUse(f"limit={text!r} is not a whole number from 1 to {LONGEST_LIST}.")
    return int(text)
