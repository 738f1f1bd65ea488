"""What a page about matches is asked: the need in its query string, who asks, whom is chosen, and how to ask again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from flask import Response, g, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from api.current import Current
from api.keeping import kept
from api.match_request import MatchRequest, request_from_query
from api.picking import picked_all
from graph.describe import Named, named
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.narrowing import ASPECTS
from graph.matching.understanding import Understanding, understand
from graph.matching.wish import named as iri_named
from graph.matching.wish import profile_for
from graph.model import Match, NeedProfile
from graph.store import Store
from ontology.terms import IRI, is_iri

SAYS_WHAT = ("need", "text", "competence", "technology", "preferred", "like")
CONDITIONS = ("without", "place", "radius_km", "minimum_readiness", "class", "day", "for")
QUESTION = (*SAYS_WHAT, *CONDITIONS)  # the parameters by which every page about a need is asked
PICKED = {
    "need": "need",
    "competence": "competence",
    "technology": "technology",
    "preferred": "competence",
    "for": "actor",
}
LONGEST_NAME = 60  # letters of a need in words, where it stands for a name
RANKED = 100  # matches that filters count and choose from

Page = str | tuple[str, HTTPStatus]


@dataclass(frozen=True, slots=True)
class Asked:
    """A need as a page was asked for it, and how it was understood if it came as a text."""

    profile: NeedProfile
    understanding: Understanding | None = None


def kept_today(current: Current, made: Callable[[], Page], *, host: str = "") -> Response:
    """The page as `kept` gives it; what is asked without a day is asked of today."""
    return kept(current, lambda: make_response(made()), day=date.today(), host=host)


def is_asked() -> bool:
    """Whether the request says what is needed."""
    return any(value.strip() for name in SAYS_WHAT for value in request.args.getlist(name))


def request_of_page(current: Current, *, ignores_actors: bool = False) -> MatchRequest:
    """The request as the matchmaking reads it; things may be named, and empty fields say nothing."""
    values = _meant(current, request.args)
    if ignores_actors:
        values.poplist("actor")
    return request_from_query(values, g.language, is_strict=False)


def asked_by_page(current: Current) -> Asked:
    """What the request asks for, whomever it chooses for it; raises as `profile_for` does."""
    return asked_for(current.index, request_of_page(current, ignores_actors=True), asker(current))


def asked_for(index: MatchIndex, told: MatchRequest, on_behalf_of: IRI | None = None) -> Asked:
    """The need that a request tells; somebody looks on behalf of an actor, unless the need is another's own."""
    profile = profile_for(index, told.wish)
    understanding = understand(index, told.wish.text, told.wish.language) if told.wish.text else None
    return Asked(replace(profile, asked_by=profile.asked_by or on_behalf_of), understanding)


def asker(current: Current) -> IRI | None:
    """The actor on whose behalf somebody looks, if the request names one."""
    given = _meant(current, request.args).getlist("for")
    return IRI(given[0]) if given else None


def picked_of(current: Current, parameter: str) -> list[Named]:
    """The things that a field of the request holds, by name."""
    things = current.remembered(names)
    return [things(IRI(iri)) for iri in _meant(current, request.args).getlist(parameter)]


def chosen_matches(index: MatchIndex, profile: NeedProfile, actors: Iterable[IRI]) -> tuple[Match, ...]:
    """The matches of certain actors, best first; those that show nothing of what is asked are not among them."""
    each_once = tuple(dict.fromkeys(actors))
    return match(index, profile, limit=len(each_once), among=each_once)


def chosen_actors() -> tuple[IRI, ...]:
    """The actors that the request names, each once."""
    return tuple(dict.fromkeys(iri_named(value) for value in request.args.getlist("actor") if value.strip()))


def choose_others(count: int, most: int) -> Page:
    """The page that asks for 1 to `most` of the suggestions, `count` being too few or too many."""
    return render_template("choose.html", count=count, most=most), HTTPStatus.BAD_REQUEST


def called(profile: NeedProfile, language: str) -> str:
    """What a need is called: its title, or the beginning of what it says, or the concepts that it names."""
    if profile.title:
        return profile.title.in_language(language)
    concepts = (*profile.competences, *profile.technologies, *profile.preferred)
    told = profile.text or ", ".join(each.label.in_language(language) for each in concepts)
    told = " ".join(told.split())
    return told if len(told) <= LONGEST_NAME else f"{told[:LONGEST_NAME].rstrip()}…"


def names(store: Store) -> Callable[[IRI], Named]:
    """The naming of things, which remembers those it was asked for."""
    return lru_cache(10_000)(partial(named, store))


def question() -> list[tuple[str, str]]:
    """What the request asks for as pairs of a query string, to be asked of another page."""
    return [(name, value) for name in QUESTION for value in request.args.getlist(name) if value.strip()]


def asked_at(endpoint: str = "", **changed: object) -> str:
    """The address of a page that is asked the same, with some parameters changed.

    Without an endpoint it is this page, with what narrows its suggestions too.
    """
    kept: dict[str, Any] = {}
    for name in QUESTION if endpoint else (*QUESTION, *ASPECTS, "limit", "actor"):
        if values := [value for value in request.args.getlist(name) if value.strip()]:
            kept[name] = values
    return url_for(endpoint or request.endpoint or "", **{**kept, **changed})


def _meant(current: Current, values: MultiDict[str, str]) -> MultiDict[str, str]:
    """The parameters with IRIs instead of names; a directory is read only for what is no IRI and no CURIE."""
    meant = MultiDict(values)
    for name, kind in PICKED.items():
        given = [value.strip() for value in values.getlist(name) if value.strip()]
        if any(not is_iri(value) and ":" not in value for value in given):
            given = [each.iri for each in picked_all(current, name, kind)]
        meant.setlist(name, given)
    return meant
