"""What changed from one build to a later one, in domain words: as a page and as RDF."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request

from api.current import Current
from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from api.representation import PAGE_SUFFIX, alternates, forms_of, wanted
from api.service import Service
from api.snapshots import kept_builds, missing
from graph.diff import Change, change_sets, diff
from graph.errors import WrongUse
from graph.rdf import Format, write_triples
from graph.snapshot import builds, read_manifest
from graph.store import Store
from ontology.naming import BASE

LONGEST = 1000  # changes on the page
MOST_TOLD = 4  # changes that the first page tells


@dataclass(frozen=True, slots=True)
class News:
    """What the last build changed: since when, how many things are new, gone and changed, and the first sentences.

    `since` is None if there is no build before it.
    """

    since: datetime | None
    counts: Mapping[str, int]
    first: tuple[Change, ...]


def news(current: Current) -> News | None:
    """What the last build changed; None while that is still being worked out."""
    return current.promised(news_of, current.folder)


def news_of(_: Store, folder: Path | None) -> News:
    """What the last build of the home changed in which the snapshot `folder` lies."""
    newest, *before = builds(folder.parent.parent, folder.name) if folder else (None,)
    if newest is None or not before:
        return News(None, {}, ())
    found = _changes(before[0], newest)
    return News(_moment(before[0]), Counter(each.kind for each in found), found[:MOST_TOLD])


def changes_blueprint(service: Service) -> Blueprint:
    """`/changes`: from the build `from` to the build `to`, without them from the last but one to the last."""
    blueprint = Blueprint("changes", __name__)

    @blueprint.get("/changes")
    @blueprint.get("/changes.<suffix>")
    def changes(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        form = wanted().form
        folders = kept_builds(service.current)
        old, new = _compared(folders)

        def made() -> Response:
            asked = {name: folder.name for name, folder in (("from", old), ("to", new)) if folder}
            told = _changes(old, new) if old and new else ()
            answer = Response(_graph(told, asked, new, form) if form else _page(told, asked, folders))
            answer.content_type = told_type(form.media_type if form else PAGE_TYPE)
            answer.headers["Link"] = ", ".join(alternates("/changes"))
            return answer

        return kept(service.current, made, form=form.suffix if form else PAGE_SUFFIX, builds=folders)

    return blueprint


def _page(told: Sequence[Change], asked: Mapping[str, str], folders: Sequence[Path]) -> str:
    forms = [(form, f"{path}?{urlencode(asked)}") for form, path in forms_of("/changes")]
    moments = {each.name: _moment(each) for each in folders}
    return render_template("changes.html", changes=told, asked=asked, builds=moments, longest=LONGEST, forms=forms)


def _graph(told: Sequence[Change], asked: Mapping[str, str], new: Path | None, form: Format) -> bytes:
    made = _moment(new) if new else None
    return write_triples(tuple(change_sets(told, f"{BASE}changes?{urlencode(asked)}", made)) if made else (), form)


def _compared(folders: tuple[Path, ...]) -> tuple[Path | None, Path | None]:
    """The older and the newer build that the request asks for; None for those that do not exist yet."""
    names = sorted(each.name for each in folders)
    chosen = dict(zip(("to", "from"), folders, strict=False))
    for role in ("from", "to"):
        name = request.args.get(role)
        if name and name not in names:
            raise missing(name, names)
        if name:
            chosen[role] = next(each for each in folders if each.name == name)
    old, new = chosen.get("from"), chosen.get("to")
    if old and new and old.name > new.name:
        raise WrongUse(f"from={old.name} is later than to={new.name}. Swap the two.")
    return old, new


@lru_cache(maxsize=64)
def _changes(old: Path, new: Path) -> tuple[Change, ...]:
    return diff(old, new)


def _moment(build: Path) -> datetime:
    return datetime.fromisoformat(read_manifest(build)["started"])
