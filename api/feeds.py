"""What is new, as Atom feeds (RFC 4287): changes of the graph, and matches that are new or better, build by build."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice, pairwise
from pathlib import Path
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, Response, g, render_template, request

from api.figures import share
from api.links import host, page_of
from api.service import Service
from api.words import say
from graph.diff import diff
from graph.matching.news import News, news
from graph.snapshot import builds, read_manifest
from graph.store import open_store

ATOM = "application/atom+xml"
LONGEST = 200  # entries of a feed, the newest ones


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of news: its key as an IRI, in words, when it was published, and the page that tells more."""

    key: str
    title: str
    moment: datetime
    page: str | None


Compared = Callable[[Path, Path, str], Sequence[Entry]]  # an older build, a newer one, and the language


def feeds_blueprint(service: Service) -> Blueprint:
    """`/feed.atom` and `/feed/matches.atom`."""
    blueprint = Blueprint("feeds", __name__)

    @blueprint.get("/feed.atom")
    def of_changes() -> Response:
        return _feed(service, "feed.changes", _changes)

    @blueprint.get("/feed/matches.atom")
    def of_matches() -> Response:
        return _feed(service, "feed.matches", _matches)

    return blueprint


def _feed(service: Service, title: str, compared: Compared) -> Response:
    folder = service.current.folder
    kept = builds(folder.parent.parent, folder.name) if folder else ()
    told = (entry for new, old in pairwise(kept) for entry in compared(old, new, g.language))
    feed = render_template(
        "feed.xml",
        title=say(title, g.language),
        host=host(service),
        updated=max(map(_moment, kept), default=service.current.edition.since),
        entries=list(islice(told, LONGEST)),
    )
    answer = Response(feed, content_type=f"{ATOM}; charset=utf-8")
    answer.add_etag()
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.make_conditional(request)
    return answer


@lru_cache(maxsize=64)
def _changes(old: Path, new: Path, language: str) -> tuple[Entry, ...]:
    moment = _moment(new)
    return tuple(
        Entry(_key(new, each.sentence.en, each.node), each.sentence.in_language(language), moment, page_of(each.node))
        for each in diff(old, new)[:LONGEST]
    )


@lru_cache(maxsize=64)
def _matches(old: Path, new: Path, language: str) -> tuple[Entry, ...]:
    moment = _moment(new)
    return tuple(
        Entry(
            _key(new, each.match.iri),
            _sentence(each, language),
            moment,
            f"/match?{urlencode({'need': each.match.need})}",
        )
        for each in news(open_store(old), open_store(new))[:LONGEST]
    )


def _sentence(told: News, language: str) -> str:
    found = told.match
    said = {
        "need": found.need_name.in_language(language),
        "offer": found.offer_name.in_language(language),
        "actor": found.actor_name.in_language(language),
        "score": share(found.score, language),
    }
    if told.before is None:
        return say("feed.new_match", language, **said)
    return say("feed.better_match", language, before=share(told.before, language), **said)


def _key(build: Path, *what: str) -> str:
    """An IRI of a piece of news that is the same whenever and in whichever language it is asked for."""
    return uuid5(NAMESPACE_URL, "\n".join((build.name, *what))).urn


def _moment(build: Path) -> datetime:
    return datetime.fromisoformat(read_manifest(build)["started"])
