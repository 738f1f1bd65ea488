"""The command `revier`: each of its words calls one function of `graph` and prints what it gives.

A command loads the modules it needs itself, so that `revier --help` and `revier serve` do not wait for the others.
"""

import gc
import json
import locale
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import IO, TYPE_CHECKING, Any

import click

from api.analysis_cli import COMMANDS
from api.ask_cli import ask_command, print_table
from api.match_cli import match_command
from api.settings import TABLE, Settings, read_settings
from api.tokens_cli import token
from graph.errors import RevierError, UnknownTerm, WrongUse
from graph.findings import Finding, Severity, by_place
from graph.snapshot import publish, published, snapshots
from graph.store import Store

if TYPE_CHECKING:
    from graph.build import BuildReport

COLLECTED = 100_000, 20, 50  # objects, and rounds: millions that stay are not to be searched for circles over and over
_SETTINGS_HELP = "\n".join(f"  {row.name:24} {row.says} (default {row.default or 'none'})" for row in TABLE)


class _Family(click.Group):
    """A group whose commands end with the sentence and the exit code of a RevierError, never a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except RevierError as error:
            click.echo(f"revier: {error}", err=True)
            ctx.exit(error.exit_code)


def _system_language() -> str:
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "de" if spoken.startswith("de") else "en"


@click.group(
    cls=_Family,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nSettings (environment):\n" + _SETTINGS_HELP,
)
@click.version_option(package_name="revier", message="revier %(version)s")
@click.option("--lang", type=click.Choice(["de", "en"]), default=_system_language, help="Language of what is printed.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.pass_context
def main(ctx: click.Context, lang: str, as_json: bool) -> None:
    """Build, ask and publish a knowledge graph of a region's actors and competences.

    \b
    Begin with:
      revier build emscher-lippe     read the tables, check, reason, publish
      revier serve                   pages and endpoints on http://127.0.0.1:8000
      revier match --text "Wartung von Pumpen vorausschauend planen" --explain
    """
    gc.set_threshold(*COLLECTED)
    ctx.obj = _Session(read_settings(), lang, as_json)


class _Session:
    """What every command needs: settings, language, and the way of printing."""

    def __init__(self, settings: Settings, language: str, as_json: bool) -> None:
        self.settings, self.language, self.as_json = settings, language, as_json

    def print(self, document: Any, lines: Iterable[str]) -> None:
        """Print a document as JSON, or its lines for people."""
        if self.as_json:
            click.echo(json.dumps(document, ensure_ascii=False, indent=1))
        else:
            for line in lines:
                click.echo(line)


@main.command()
@click.argument("pack", default="emscher-lippe")
@click.option("--if-changed", is_flag=True, help="Do nothing if what is published was built from the pack as it is.")
@click.pass_obj
def build(session: _Session, pack: str, if_changed: bool) -> None:
    """Build the region pack PACK and publish it as a new snapshot.

    PACK is a folder with region.toml, or the name of a pack that comes with Revier. What the checks refuse is
    not published: the report names file, row and column, and the published snapshot stays as it was.
    """
    from api.remote_service import publisher
    from graph.build import build as build_pack
    from graph.build import is_current
    from graph.pack import find_pack

    if if_changed and is_current(find_pack(pack), session.settings.home):
        name = published(session.settings.home).name
        session.print({"snapshot": name, "unchanged": True}, [f"Nothing has changed; {name} stays published."])
        return
    report = build_pack(
        find_pack(pack),
        session.settings.home,
        progress=_progress(session),
        publish_too=publisher(session.settings),
    )
    _print_report(session, report, least=Severity.WARNING)


@main.command()
@click.argument("pack", default="emscher-lippe")
@click.option("--reasoner", is_flag=True, help="Also prove the ontology consistent with HermiT (needs Java).")
@click.pass_obj
def check(session: _Session, pack: str, reasoner: bool) -> None:
    """Check the region pack PACK: everything that build would refuse, with nothing written."""
    from graph.build import check as check_pack
    from graph.pack import find_pack

    _print_report(session, check_pack(find_pack(pack), progress=_progress(session), reasoner=reasoner))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="PORT", help="Port to listen on."
)
@click.option("--workers", type=click.IntRange(1), help="Query processes (REVIER_WORKERS).")
@click.option("--bare", "is_bare", is_flag=True, help="Serve an empty data set to write to, in place of a region.")
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, workers: int | None, is_bare: bool) -> None:
    """Serve the published snapshot: pages, match, questions and SPARQL.

    With --bare it is a plain SPARQL server with the default graph of the standard, kept in REVIER_HOME.
    """
    from api.serve import serve as serve_home

    settings = ctx.obj.settings
    settings = replace(settings, workers=workers or settings.workers)
    ctx.exit(serve_home(settings, host=host, port=port, is_bare=is_bare))


@main.command()
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "xml", "csv", "tsv", "ttl", "nt", "nq", "trig", "rdf", "jsonld"]),
    default="table",
    show_default=True,
)
@click.pass_obj
def query(session: _Session, file: IO[str], form: str) -> None:
    """Run the SPARQL query in FILE (- for standard input) on the published snapshot.

    Rows go out as table, json, xml, csv or tsv, triples as table, ttl, nt, nq, trig, rdf or jsonld. The limits of
    the public endpoint hold here too.
    """
    from api.serve import open_pool
    from graph.rdf import JSON, N_TRIPLES, Kind, format_named, read_table

    name = "json" if session.as_json else form
    wanted = [JSON, N_TRIPLES] if name == "table" else [found for kind in Kind if (found := format_named(name, kind))]
    pool = open_pool(published(session.settings.home), replace(session.settings, workers=1))
    try:
        answer = pool.run(file.read(), formats=wanted)
        text = answer.read()
        if name == "table":
            print_table(read_table(text, answer.format))
        else:
            click.echo(text, nl=False)
    finally:
        pool.close()


@main.command(name="snapshots")
@click.pass_obj
def snapshots_command(session: _Session) -> None:
    """List the snapshots; the published one is marked."""
    records = snapshots(session.settings.home)
    session.print(
        [{"snapshot": one.name, "published": one.is_published, "triples": one.manifest["triples"]} for one in records],
        (
            f"{'*' if one.is_published else ' '} {one.name}  {one.manifest['region']}  {one.manifest['triples']:,}"
            for one in records
        ),
    )


@main.command()
@click.argument("snapshot")
@click.pass_obj
def rollback(session: _Session, snapshot: str) -> None:
    """Publish the earlier SNAPSHOT again; graphs that were made since are left out, and said.

    To have them back, roll back to a snapshot that holds them before it is pruned: ten builds and ten writes are kept.
    """
    home = session.settings.home
    manifests = {one.name: one.manifest for one in snapshots(home)}
    if snapshot not in manifests:
        raise UnknownTerm(f"There is no snapshot {snapshot}. `revier snapshots` lists them.")
    before = manifests.get(published(home).name, {"graphs": {}})
    publish(home, snapshot)
    left_out = sorted(before["graphs"].keys() - manifests[snapshot]["graphs"].keys())
    session.print(
        {"published": snapshot, "left_out": left_out},
        (f"{snapshot} is published.", *(f"It does not hold {graph}." for graph in left_out)),
    )


@main.command()
@click.argument("old")
@click.argument("new")
@click.pass_obj
def diff(session: _Session, old: str, new: str) -> None:
    """Say in domain words what changed from snapshot OLD to snapshot NEW."""
    from graph.diff import diff as diff_snapshots

    folder = session.settings.home / "snapshots"
    changes = diff_snapshots(folder / old, folder / new)
    session.print(
        [
            {"node": one.node, "kind": one.kind, "sentence": {"de": one.sentence.de, "en": one.sentence.en}}
            for one in changes
        ],
        (one.sentence.in_language(session.language) for one in changes),
    )


@main.command()
@click.pass_obj
def doctor(session: _Session) -> None:
    """Examine the published snapshot and what the machine offers; exit 1 if something is amiss."""
    from graph.doctor import examine

    seen = list(examine(session.settings.home))
    session.print(
        [{"well": one.is_well, "seen": one.seen.en, "remedy": one.remedy.en} for one in seen],
        (
            f"{'ok  ' if one.is_well else 'FAIL'} {one.seen.in_language(session.language)}"
            + ("" if one.is_well else f"  → {one.remedy.in_language(session.language)}")
            for one in seen
        ),
    )
    if not all(one.is_well for one in seen):
        raise click.exceptions.Exit(1)


@main.command()
@click.pass_obj
def mcp(session: _Session) -> None:
    """Serve assistants over standard input and output (Model Context Protocol), read only.

    \b
    Needs the extra: pip install 'revier[mcp]'. An assistant is told to run:
      revier mcp
    Its tools are find_developers, explain_match and ask_question.
    """
    try:
        from api.assistant import assistant
    except ModuleNotFoundError as error:
        raise WrongUse(f"{error.name} is missing. Install it: pip install 'revier[mcp]'.") from error
    assistant(session.settings, session.language).run()


for command in (*COMMANDS, ask_command):
    main.add_command(command)
main.add_command(match_command)
main.add_command(token)


def _store(session: _Session) -> Store:
    from api.remote_service import opened_store

    return opened_store(session.settings)


def _progress(session: _Session) -> Any:
    """Steps on standard error: rewriting one line on a terminal, plain lines elsewhere, nothing for machines."""
    begin = time.perf_counter()
    on_terminal = sys.stderr.isatty()

    def show(step: str, what: str) -> None:
        line = f"{time.perf_counter() - begin:6.1f} s  {step}  {what}"
        if on_terminal:
            click.echo(f"\r\x1b[2K{line}", nl=False, err=True)
        elif not what:
            click.echo(line, err=True)

    return (lambda *_: None) if session.as_json else show


def _print_report(session: _Session, report: "BuildReport", *, least: Severity = Severity.NOTE) -> None:
    if sys.stderr.isatty() and not session.as_json:
        click.echo("\r\x1b[2K", nl=False, err=True)
    session.print(report.as_json(), _report_lines(report, session.language, least))
    if report.refused:
        raise click.exceptions.Exit(1)


def _report_lines(report: "BuildReport", language: str, least: Severity) -> Iterable[str]:
    """Findings from the severity `least` on, then the sums."""
    rank = list(Severity)
    shown = [one for one in by_place(report.findings) if rank.index(one.severity) <= rank.index(least)]
    for alike, found in groupby(shown, key=lambda one: replace(one, row=None, value=None)):
        yield _finding_line(alike, [str(one.row) for one in found if one.row], language)
    read = sum(count.read for count in report.tables.values())
    refused = sum(count.refused for count in report.tables.values())
    yield f"{read} rows read, {read - refused} mapped, {refused} refused"
    if report.refused:
        yield ("refused: nothing was published" if language == "en" else "abgelehnt: nichts wurde veröffentlicht")
    elif report.snapshot:
        yield f"{report.triples:,} triples in {len(report.graphs)} graphs; published {report.snapshot}"


def _finding_line(alike: Finding, rows: list[str], language: str) -> str:
    """Findings that differ only in their row are one line."""
    where = alike.where() + (f", row {', '.join(rows)}" if rows else "")
    said, remedy = alike.message.in_language(language), alike.remedy.in_language(language)
    return f"{alike.severity.value:7} {where}: {said} {remedy} [{alike.rule}]"


if __name__ == "__main__":
    main()
