"""Who can answer a need, and why: the search, its page of results, and the same as JSON."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from math import inf
from time import perf_counter

from flask import Blueprint, Response, g, jsonify, render_template, request

from api.current import Current
from api.match_json import match_json, need_json
from graph.describe import Named, named
from graph.errors import UnknownTerm, WrongUse
from graph.listing import entries, members
from graph.matching.match import match
from graph.matching.needs import asked
from graph.model import Match, NeedProfile, Verdict
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


def matching_blueprint(current: Current) -> Blueprint:
    """`/match` and `/api/v1/match`."""
    blueprint = Blueprint("matching", __name__)

    @blueprint.app_context_processor
    def words_of_matches() -> dict[str, object]:
        return {
            "verdict_words": VERDICT_WORDS,
            "criterion_words": CRITERION_WORDS,
            "evidence_words": EVIDENCE_WORDS,
            "named": lambda iri: current.remembered(_names)(iri),
        }

    @blueprint.get("/match")
    def page() -> str:
        is_asked = any(request.args.get(name, "").strip() for name in ("need", "text", "competence", "technology"))
        return render_template(
            "match.html",
            suggestions=_suggestions(current) if is_asked else None,
            needs=current.remembered(entries, REV.Need),
            places=[entry.named for entry in current.remembered(entries, REV.Place)],
        )

    @blueprint.get("/api/v1/match")
    def as_json() -> Response:
        started = perf_counter()
        suggestions = _suggestions(current)
        explain = request.args.get("explain", "1") != "0"
        return jsonify(
            snapshot=current.snapshot,
            need=need_json(suggestions.profile, g.language),
            matches=[match_json(each, g.language, explain=explain) for each in suggestions.matches],
            took_ms=round((perf_counter() - started) * 1000, 1),
        )

    return blueprint


def _names(store: Store) -> Callable[[IRI], Named]:
    """The naming of things, which remembers those it was asked for."""
    return lru_cache(10_000)(partial(named, store))


def _suggestions(current: Current) -> Suggestions:
    """Who is suggested for the need that the query string speaks of."""
    values = request.args
    profile = asked(
        current.index,
        need=values.get("need"),
        text=values.get("text", "").strip(),
        language=g.language,
        competences=[each for each in values.getlist("competence") if each],
        technologies=[each for each in values.getlist("technology") if each],
        place=values.get("place"),
        radius_km=_radius_km(),
    )
    classes = current.remembered(members, expand("voc:actor-class"))
    profile = replace(profile, actor_class=_actor_class([each.iri for each in classes]))
    return Suggestions(profile, match(current.index, profile, limit=_limit()))


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


def _actor_class(classes: Sequence[IRI]) -> IRI | None:
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
