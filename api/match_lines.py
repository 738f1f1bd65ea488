"""What `revier match` prints: matches for people or machines, one need or a file of them, and what is new."""

import csv
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from api.match_json import answered_json, match_json
from api.match_request import BadField, MatchRequest, request_from_json
from api.remote_service import opened_index
from api.words import say
from graph.errors import RevierError, WrongUse
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.news import News, news
from graph.matching.reverse import needs_for
from graph.matching.wish import named, profile_for
from graph.model import Match, NeedProfile
from graph.snapshot import published
from graph.store import open_store

if TYPE_CHECKING:
    from api.cli import _Session

_LISTS = ("required", "preferred", "without")  # in a table, several in one cell, parted by blanks
_NUMBERS = ("minimum_readiness", "radius_km", "amount", "limit")
_COLUMNS = ("id", "rank", "actor", "label", "score", "verdict", "offer", "problem")


def print_matches(session: "_Session", given: Mapping[str, Any], *, explain: bool) -> None:
    """Print who answers the need that the options tell; with an actor, the needs that it meets."""
    index, asked = opened_index(session.settings), request_from_json(_document(given), session.language)
    if asked.actor:
        needs = needs_for(index, named(asked.actor), limit=asked.limit)
        lines = (_match_lines(one.match, session.language, explain=explain, about=one.need) for one in needs)
        session.print([answered_json(one, session.language, explain=explain) for one in needs], chain(*lines))
        return
    profile = profile_for(index, asked.wish)
    found = match(index, profile, limit=asked.limit)
    lines = (_match_lines(one, session.language, explain=explain) for one in found)
    session.print(
        [match_json(one, session.language, explain=explain) for one in found],
        chain(_understood(profile, session.language), *lines),
    )


def print_batch(session: "_Session", file: IO[bytes], form: str, limit: int | None, *, explain: bool) -> None:
    """Answer the needs of a file in their order, each as soon as it is known."""
    index, needs = opened_index(session.settings), list(_needs(file))
    write = _row_writer() if form == "csv" else _line_writer(session.language, explain=explain)
    is_shown = sys.stderr.isatty() and not session.as_json
    shown: Any = click.progressbar(needs, file=sys.stderr, show_pos=True) if is_shown else nullcontext(needs)
    failed = 0
    with shown as told:
        for number, document in enumerate(told, 1):
            key = document.get("id", number) if isinstance(document, dict) else number
            try:
                if isinstance(document, BadField):
                    raise document
                asked = request_from_json({"limit": limit, **document}, session.language)
                write(key, _found(index, asked), "")
            except RevierError as error:
                failed += 1
                write(key, (), str(error))
    click.echo(f"{len(needs)} needs, {len(needs) - failed} answered, {failed} refused", err=True)
    if failed:
        raise click.exceptions.Exit(1)


def print_news(session: "_Session", since: str, limit: int | None) -> None:
    """The matches of stored needs that are new or better than in an earlier snapshot."""
    home = session.settings.home
    found = news(open_store(_snapshot(home, since)), open_store(published(home)))[:limit]
    session.print(
        [
            {
                "match": one.match.iri,
                "need": one.match.need,
                "offer": one.match.offer,
                "actor": one.match.actor,
                "score": one.match.score,
                "before": one.before,
            }
            for one in found
        ],
        (_news_line(one, session.language) for one in found),
    )


def _document(given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a need, from the options of the command."""
    names = {"readiness": "minimum_readiness", "actor_class": "class"}
    told = {names.get(name, name): list(value) if isinstance(value, tuple) else value for name, value in given.items()}
    return told | {"required": told.pop("competences") + told.pop("technologies")}


def _found(index: MatchIndex, asked: MatchRequest) -> tuple[Match, ...]:
    if asked.actor:
        raise WrongUse("A batch holds needs. Ask for the needs of an actor with --actor, one at a time.")
    return match(index, profile_for(index, asked.wish), limit=asked.limit)


def _needs(file: IO[bytes]) -> Iterator[Any]:
    """The needs of a file: JSON lines if its first letter is a brace, else a table with a head."""
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise WrongUse("The file is not UTF-8. Save it as UTF-8.") from None
    if text.lstrip().startswith("{"):
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError:
                    yield BadField(f"line {number}", line, "a JSON object")
    else:
        yield from (_from_row(row) for row in csv.DictReader(io.StringIO(text)))


def _from_row(row: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, value in row.items():
        if value and name in _LISTS:
            told[name] = value.split()
        elif value and name in _NUMBERS:
            told[name] = float(value) if "." in value else int(value) if value.isdigit() else value
        elif value:
            told[name] = value
    return told


Writer = Callable[[object, Sequence[Match], str], None]


def _line_writer(language: str, *, explain: bool) -> Writer:
    def write(key: object, found: Sequence[Match], problem: str) -> None:
        told: dict[str, Any] = {"id": key}
        told |= {"problem": problem} if problem else {}
        told |= {} if problem else {"matches": [match_json(one, language, explain=explain) for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False))

    return write


def _row_writer() -> Writer:
    def write_row(cells: Iterable[object]) -> None:
        row = io.StringIO()
        csv.writer(row, lineterminator="\n").writerow(cells)
        click.echo(row.getvalue(), nl=False)

    def write(key: object, found: Sequence[Match], problem: str) -> None:
        for rank, one in enumerate(found, 1):
            write_row((key, rank, one.actor, one.label, f"{one.score:.4f}", one.verdict, one.offer or "", ""))
        if problem:
            write_row((key, *[""] * (len(_COLUMNS) - 2), problem))

    write_row(_COLUMNS)
    return write


def _snapshot(home: Path, name: str) -> Path:
    folder = home / "snapshots" / name
    if Path(name).name != name or not (folder / "manifest.json").is_file():
        raise WrongUse(f"There is no snapshot {name}. `revier snapshots` lists them.")
    return folder


def _news_line(told: News, language: str) -> str:
    found = told.match
    before = say("match.is_new", language) if told.before is None else f"{told.before:.2f} →"
    names = (each.in_language(language) for each in (found.need_name, found.actor_name, found.offer_name))
    return f"{before:>6} {found.score:5.2f}  " + " · ".join(names)


def _understood(profile: NeedProfile, language: str) -> Iterable[str]:
    """The concepts that a need is taken to ask for."""
    concepts = (*profile.competences, *profile.technologies, *profile.preferred)
    if concepts:
        names = ", ".join(concept.label.in_language(language) for concept in concepts)
        yield f"{say('match.recognised', language)} {names}"
    else:
        yield say("match.nothing_recognised", language)
    if profile.denied:
        denied = ", ".join(concept.label.in_language(language) for concept in profile.denied)
        yield f"{say('match.denied', language)} {denied}"


def _match_lines(found: Match, language: str, *, explain: bool, about: NeedProfile | None = None) -> Iterable[str]:
    verdict = say(f"verdict.{found.verdict}", language)
    place = f", {found.place_label}" if found.place_label else ""
    name = about.title.in_language(language) if about and about.title else f"{found.label}{place}"
    yield f"{found.score:5.2f}  {verdict:16}  {name}"
    if explain:
        for criterion in found.criteria:
            name = say(f"criterion.{criterion.name}", language)
            yield f"         {criterion.contribution:5.2f}  {name}: {criterion.reason.in_language(language)}"
        for concept in found.missing:
            yield f"                {say('match.missing', language)} {concept.label.in_language(language)}"
        for each in found.raises:
            yield f"        +{each.gain:5.2f}  {each.sentence.in_language(language)}"
