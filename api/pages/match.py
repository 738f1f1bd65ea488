"""Who can answer a need, and why: the page of suggestions, of one with all its reasons, and of several side by side."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache, partial

from flask import Blueprint, Response, g, render_template, request, url_for

from api.current import Current
from api.figures import age
from api.match_api import match_api_blueprint
from api.pages.asking import (
    RANKED,
    Asked,
    Page,
    asked_at,
    asked_by_page,
    asked_for,
    asker,
    called,
    choose_others,
    chosen_actors,
    chosen_matches,
    is_asked,
    kept_today,
    names,
    picked_of,
    question,
    request_of_page,
)
from graph.analysis.acquaintance import bridges_of, introduced
from graph.analysis.network import Introduction
from graph.listing import graphs, known_entries, members
from graph.matching.dating import Dated, dated
from graph.matching.drawing import BOX_HEIGHT, BOX_WIDTH, Drawing, drawing
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.narrowing import ASPECTS, backing, meets, narrowing
from graph.matching.reverse import Answered, needs_for
from graph.matching.wish import named as iri_named
from graph.model import Evidence, Match, NeedProfile, Verdict
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI, REV, expand

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


FACET_WORDS = {
    "verdict": "facet.verdict",
    "role": "facet.role",
    "town": "facet.town",
    "backing": "facet.backing",
    "evidence": "facet.evidence",
}
BACKING_WORDS = {"told": "facet.told", "inferred": "facet.inferred", "unmarked": "facet.unmarked"}
COLUMN_WORDS = {
    "need": "drawing.need",
    "asked": "drawing.asked",
    "shown": "drawing.shown",
    "evidence": "drawing.evidence",
    "actor": "drawing.actor",
}
MORE, WITH_REASONS = 20, 1  # cards to be shown besides; cards whose reasons are in the page and not behind a link
MOST_COMPARED = 4
ANSWERED = 30  # needs of an actor: each is a match of its own, and costs as much


def matching_blueprint(current: Current) -> Blueprint:
    """`/match`, `/match/reasons` and `/match/compare`, and the same for programs below `/api/v1`."""
    blueprint = Blueprint("matching", __name__)
    blueprint.register_blueprint(match_api_blueprint(current))

    @blueprint.app_context_processor
    def words_of_matches() -> dict[str, object]:
        return {
            "verdict_words": VERDICT_WORDS,
            "criterion_words": CRITERION_WORDS,
            "evidence_words": EVIDENCE_WORDS,
            "facet_words": FACET_WORDS,
            "backing_words": BACKING_WORDS,
            "column_words": COLUMN_WORDS,
            "backing_of": backing,
            "asked_at": asked_at,
            "question": question,
            "named": lambda iri: current.remembered(names)(iri),
            "drawn": partial(_drawn, current),
            "box": (BOX_WIDTH, BOX_HEIGHT),
            "dated": lambda shown: _dated(current, shown),
            "age": lambda since, today: age(since, today, g.language),
            "bridges": lambda actor: bridges_of(current.store, actor),
            "introduced": partial(_introduced, current),
            "called": called,
            "picked_of": partial(picked_of, current),
            "team_for": _team_for,
            "with_reasons": WITH_REASONS,
        }

    @blueprint.get("/match")
    def page() -> Response:
        is_of_actor = not is_asked() and request.args.get("actor", "").strip()
        return kept_today(current, partial(_page_of_needs if is_of_actor else _page_of_suggestions, current))

    @blueprint.get("/match/reasons")
    def reasons() -> Response:
        return kept_today(current, partial(_page_of_reasons, current))

    @blueprint.get("/match/compare")
    def compare() -> Response:
        return kept_today(current, partial(_page_of_several, current))

    return blueprint


def _page_of_suggestions(current: Current) -> str:
    if not is_asked():
        return render_template("match.html", **_offered(current))
    told, chosen = request_of_page(current), _chosen()
    asked = asked_for(current.index, told, asker(current))
    matches = current.remembered(_ranking, current.index)(asked.profile)
    return render_template(
        "match.html",
        asked=asked,
        profile=asked.profile,
        matches=[each for each in matches if meets(each, chosen)],
        count=len(matches),
        aspects=narrowing(matches, chosen),
        chosen=chosen,
        limit=told.limit,
        left_out=[iri_named(each) for each in request.args.getlist("without")],
        lacking=_lacking(asked, matches),
        **_offered(current),
    )


def _page_of_needs(current: Current) -> str:
    """The needs that the actor of the request answers best."""
    asked = request_of_page(current)
    actor = iri_named(asked.actor or "")
    answered = current.remembered(_answering, current.index)(actor, asked.wish.day or date.today())
    chosen = _chosen()
    return render_template(
        "match.html",
        actor=actor,
        answered=[each for each in answered if meets(each.match, chosen)],
        aspects=narrowing([each.match for each in answered], chosen),
        chosen=chosen,
        limit=asked.limit,
        **_offered(current),
    )


def _page_of_reasons(current: Current) -> Page:
    asked, actors = asked_by_page(current), chosen_actors()
    if len(actors) != 1:
        return choose_others(len(actors), 1)
    found = chosen_matches(current.index, asked.profile, actors)
    if not found:
        return render_template("compare.html", profile=asked.profile, matches=(), best={}, unfit=actors)
    return render_template("reasons.html", profile=asked.profile, each=found[0])


def _page_of_several(current: Current) -> Page:
    asked, actors = asked_by_page(current), chosen_actors()
    if not 0 < len(actors) <= MOST_COMPARED:
        return choose_others(len(actors), MOST_COMPARED)
    found = chosen_matches(current.index, asked.profile, actors)
    return render_template(
        "compare.html",
        profile=asked.profile,
        matches=found,
        best=_best(found),
        unfit=[each for each in actors if each not in {one.actor for one in found}],
    )


def _ranking(_: Store, index: MatchIndex) -> Callable[[NeedProfile], tuple[Match, ...]]:
    """What gives the best matches; it remembers the last, since whoever narrows or pages asks for the same again."""
    return lru_cache(16)(partial(match, index, limit=RANKED))


def _answering(_: Store, index: MatchIndex) -> Callable[[IRI, date], tuple[Answered, ...]]:
    """What gives the needs that an actor answers best as of a day; it remembers as `_ranking` does."""
    return lru_cache(16)(lambda actor, day: needs_for(index, actor, limit=ANSWERED, day=day))


def _offered(current: Current) -> dict[str, object]:
    """What the fields of the search offer, and what they hold."""
    return {
        "is_whole": True,
        "places": [entry.named for entry in current.remembered(known_entries)(REV.Place)],
        "classes": current.remembered(members, expand("voc:actor-class")),
        "ranked": RANKED,
        "more": MORE,
    }


def _chosen() -> dict[str, str]:
    """What the request chooses of each aspect."""
    return {name: key for name in ASPECTS if (key := request.args.get(name, "").strip())}


def _best(matches: tuple[Match, ...]) -> Mapping[str, float]:
    """The greatest contribution to each criterion that tells the matches apart."""
    told: dict[str, set[float]] = {}
    for each in matches:
        for criterion in each.criteria:
            told.setdefault(criterion.name, set()).add(criterion.contribution)
    return {name: max(values) for name, values in told.items() if len(values) > 1}


def _lacking(asked: Asked, matches: tuple[Match, ...]) -> tuple[IRI, ...]:
    """The competences to be brought together, if no actor has them all."""
    wanted = tuple(each.iri for each in asked.profile.competences)
    return wanted if len(wanted) > 1 and all(each.missing for each in matches) else ()


def _team_for(profile: NeedProfile, wanted: Sequence[IRI]) -> str:
    """The address of the page that brings a team together."""
    need = key_of(profile.iri) if profile.iri else None
    return url_for("action.team", need=need, competence=[key_of(each) for each in wanted])


def _drawn(current: Current, found: Match, profile: NeedProfile) -> Drawing:
    language, things = g.language, current.remembered(names)
    return drawing(
        found,
        profile,
        language,
        need=called(profile, language),
        called=lambda thing: things(thing).name(language).value,
    )


def _dated(current: Current, shown: Evidence) -> Dated | None:
    return dated(current.index.statements, shown, current.remembered(_readings))


def _introduced(current: Current, asker: IRI | None, actor: IRI) -> Introduction | None:
    return introduced(current.store, asker, actor) if asker else None


def _readings(store: Store) -> dict[IRI, date]:
    """The day as of which each graph was read."""
    return {each.named.iri: each.issued for each in graphs(store) if each.issued}
