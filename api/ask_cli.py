"""`revier ask`: the saved questions, and the answer of one on the terminal or as a file."""

import json
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from api.answers import Answer
    from api.cli import _Session
    from graph.model import Table

FORMS = ("table", "json", "csv", "tsv", "xlsx", "jsonld", "ttl", "nt", "rdf")


@click.command(name="ask")
@click.argument("name", required=False)
@click.option("--param", "params", multiple=True, metavar="KEY=VALUE", help="A parameter of the question; repeatable.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True, help="What to print.")
@click.option("--output", type=click.File("wb"), default="-", help="The file to write to instead.")
@click.pass_obj
def ask_command(session: "_Session", name: str | None, params: Sequence[str], form: str, output: IO[bytes]) -> None:
    """Ask the saved question NAME; without a name, list the questions.

    \b
    Examples:
      revier ask needs-without-offer
      revier ask short-list --param need=id:emscher-lippe/need/0001
      revier ask demand-and-supply --format xlsx --output gaps.xlsx
      revier ask cooperation-graph --format ttl

    A parameter that takes several values is given several times. jsonld, ttl, nt and rdf are for questions whose
    answer is a graph.
    """
    from api.answers import Answer
    from api.remote_service import opened_store
    from api.words import say
    from graph.ask import ask, question
    from queries.catalogue import questions

    if name is None:
        listed = {one.name: one.text.in_language(session.language) for one in questions()}
        session.print(listed, (f"{key:34} {text}" for key, text in listed.items()))
        return
    asked, store, settings = question(name), opened_store(session.settings), session.settings
    values = _values(params, {one.name for one in asked.parameters if one.is_list})
    if any(one.name == "lang" for one in asked.parameters):
        values.setdefault("lang", session.language)
    table = ask(store, asked, values)
    answer = Answer(asked, values, table, store, settings.public_url or "http://127.0.0.1:8000", session.language)
    output.write(_written(answer, "json" if session.as_json else form))
    click.echo(say("questions.note", session.language), err=True)


def print_table(table: "Table") -> None:
    """Print a table in columns that fit the terminal."""
    click.echo(_columns(table), nl=False)


def _values(params: Sequence[str], lists: set[str]) -> dict[str, str | list[str]]:
    pairs = [param.partition("=") for param in params]
    if not all(equals for _, equals, _ in pairs):
        raise click.BadParameter("write KEY=VALUE", param_hint="--param")
    values: dict[str, str | list[str]] = {key: value for key, _, value in pairs}
    return values | {key: [value for each, _, value in pairs if each == key] for key in values.keys() & lists}


def _written(answer: "Answer", form: str) -> bytes:
    from api.answers import forms
    from graph.rdf import plain

    if form == "table":
        return _columns(answer.table).encode()
    if form == "json":
        rows = [dict(zip(answer.table.columns, map(plain, row), strict=True)) for row in answer.table.rows]
        return json.dumps(rows, ensure_ascii=False, indent=1).encode() + b"\n"
    offered = {each.suffix: each for each in forms(answer.asked)}
    if form not in offered:
        known = ", ".join(("table", "json", *offered))
        raise click.BadParameter(f"{answer.asked.name} is answered as {known}", param_hint="--format")
    return offered[form].write(answer)


def _columns(table: "Table") -> str:
    from graph.rdf import plain

    lines = [list(table.columns), *([plain(term) for term in row] for row in table.rows)]
    widths = [min(60, max(len(line[n]) for line in lines)) for n in range(len(table.columns))]
    padded = (zip(line, widths, strict=True) for line in lines)
    return "".join("  ".join(cell.ljust(width) for cell, width in line).rstrip() + "\n" for line in padded)
