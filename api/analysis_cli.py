"""`revier network`, `gaps`, `team`, `assign`, `profile` and `whatif`: the analyses on the terminal."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from api.cli import _Session

SHOWN = 20  # rows of each table on a terminal; --json gives all


@click.command(name="network")
@click.option("--kind", "kinds", multiple=True, help="Ties by project, membership, competence or match; repeatable.")
@click.option("--group", default="place", help="Groups for brokerage roles: place, class or field.")
@click.option("--from", "one", help="With --to: who could introduce these two actors.")
@click.option("--to", "other", help="The other actor.")
@click.pass_obj
def network_command(session: "_Session", kinds: Sequence[str], group: str, one: str | None, other: str | None) -> None:
    """Who is tied to whom, who bridges whom, and which ties are missing."""
    from api.analysis import iri_in, network_document

    ends = [iri_in(each) if each else None for each in (one, other)]
    told = _finished(
        session,
        lambda facts: network_document(
            facts, kinds=kinds or ("project", "membership"), group=group, one=ends[0], other=ends[1]
        ),
    )
    names = told["names"]
    lines = [f"{told['actors']} actors, {told['ties']} ties"]
    lines += [
        f"{each['betweenness']:8.4f}  {each['degree']:4}  {names[each['actor']]}" for each in told["measures"][:SHOWN]
    ]
    for each in told["brokerage"][:SHOWN]:
        roles = ", ".join(f"{role['name']} {role['count']}" for role in each["roles"] if role["count"])
        lines.append(f"{names[each['actor']]}: {roles}")
    if told.get("introduction"):
        lines.append(" → ".join(names[each] for each in told["introduction"]["chain"]))
    session.print(told, lines)


@click.command(name="gaps")
@click.option("--field", "fields", multiple=True, help="IRI or CURIE of a competence field; repeatable.")
@click.option("--since", default="", help="Name of an earlier snapshot: what has changed since.")
@click.pass_obj
def gaps_command(session: "_Session", fields: Sequence[str], since: str) -> None:
    """Where needs and offers miss each other: competence by municipality."""
    from api.analysis import gaps_document, iri_in
    from graph.analysis.facts import read_facts
    from graph.store import open_store

    before = read_facts(open_store(session.settings.home / "snapshots" / since)) if since else None
    told = _finished(
        session, lambda facts: gaps_document(facts, fields=[iri_in(each) for each in fields], before=before)
    )
    names = told["names"]
    lines = [f"{state:16} {count}" for state, count in told["states"].items()]
    lines += [
        f"{each['state']:16} {names[each['municipality']]}: {names[each['competence']]}" for each in told["cells"]
    ]
    lines += [
        f"{names[each['municipality']]}: {names[each['competence']]}: {each['before']} → {each['after']}"
        for each in told.get("changes", ())
    ]
    session.print(told, lines)


@click.command(name="team")
@click.option("--need", default="", help="IRI or CURIE of a stored need, whose competences are required.")
@click.option("--field", default="", help="IRI or CURIE of a competence field, all of whose competences are required.")
@click.option("--competence", "competences", multiple=True, help="IRI or CURIE of a required competence; repeatable.")
@click.option("--alternatives", type=click.IntRange(1, 10), default=3, show_default=True, help="Teams at most.")
@click.pass_obj
def team_command(session: "_Session", need: str, field: str, competences: Sequence[str], alternatives: int) -> None:
    """The smallest and best consortium that covers what is required, with a user, a developer and a bridge builder."""
    from api.analysis import required_by, team_document

    told = _finished(
        session,
        lambda facts: team_document(facts, required_by(facts, need, field, competences), alternatives=alternatives),
    )
    names = told["names"]
    lines: list[str] = []
    for number, each in enumerate(told["teams"], 1):
        lines.append(f"{number}. {'; '.join(_member(member, names) for member in each['members'])}")
        lines += [f"   nobody covers {names[lacking]}" for lacking in each["uncovered"]]
        lines += [f"   nobody is {names[lacking]}" for lacking in each["missing_classes"]]
    session.print(told, lines or ["No actor covers any of what is required."])


@click.command(name="assign")
@click.option("--load", type=click.IntRange(1, 100), default=3, show_default=True, help="Tasks that one actor leads.")
@click.pass_obj
def assign_command(session: "_Session", load: int) -> None:
    """Who should lead which open task of the target system."""
    from api.analysis import assign_document

    told = _finished(session, lambda facts: assign_document(facts, load=load))
    names = told["names"]
    session.print(
        told,
        (
            f"{each['score'] or 0:5.2f}  {names[each['task']]} → {names[each['actor']] if each['actor'] else '–'}"
            for each in told["assignments"]
        ),
    )


@click.command(name="profile")
@click.pass_obj
def profile_command(session: "_Session") -> None:
    """What each municipality is strong in for its size, with intervals, and how complex that is."""
    from api.analysis import profile_document

    told = _finished(session, profile_document)
    names = told["names"]
    session.print(
        told,
        (
            f"{names[each['place']]:24} {each['rca']:6.2f} [{each['low']:.2f}, {each['high']:.2f}]  n={each['n']}  "
            f"{names[each['competence']]}"
            for each in told["advantages"]
        ),
    )


@click.command(name="whatif")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def whatif_command(session: "_Session", file: Path) -> None:
    """What would change if actors, offers, needs, ties or competences came or went.

    FILE is TOML or JSON with the parts add and remove, as docs/analysis.md has it. Nothing is written; the key in the
    answer holds the scenario for /api/v1/whatif/KEY.
    """
    from api.analysis import whatif_document
    from graph.analysis.scenario import read_scenario
    from graph.errors import WrongUse

    try:
        text = file.read_text(encoding="utf-8")
        scenario = read_scenario(tomllib.loads(text) if file.suffix == ".toml" else json.loads(text))
    except ValueError as error:
        raise WrongUse(f"{file.name} cannot be read: {error}.") from error
    told = _finished(session, lambda facts: whatif_document(facts, scenario))
    names = told["names"]
    lines = [
        f"{each['indicator']:22} {names[each['thing']]}"
        f"{': ' + names[each['competence']] if each['competence'] else ''}: "
        f"{_figure(each['before'])} → {_figure(each['after'])}"
        for each in told["differences"]
    ]
    session.print(told, [*lines, told["key"]])


COMMANDS: Iterable[click.Command] = (
    network_command,
    gaps_command,
    team_command,
    assign_command,
    profile_command,
    whatif_command,
)


def _finished(session: "_Session", made: Any) -> dict[str, Any]:
    from api.analysis import finished
    from api.remote_service import opened_store
    from graph.analysis.facts import read_facts, with_matches

    store = opened_store(session.settings)
    return finished(made(with_matches(store, read_facts(store))), store, session.language)


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _member(member: dict[str, Any], names: dict[str, str]) -> str:
    covers = ", ".join(names[each] for each in member["covers"])
    return f"{names[member['actor']]} ({covers or '–'})"
