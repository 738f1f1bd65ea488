"""The catalogue of questions, a form for each, and its answer as page, CSV and JSON."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, jsonify, render_template, request

from api.current import Current
from api.words import say
from graph.ask import ask, question
from graph.describe import Named
from graph.listing import entries, members
from graph.model import Literal, Table, Term, Text
from graph.rdf import delimited
from ontology.terms import IRI, XSD, expand
from queries.catalogue import Parameter, Question, questions

LONGEST_PAGE = 300
TAG_WORDS = {
    "analyst": "questions.analyst",
    "bridge-builder": "questions.bridge-builder",
    "steward": "questions.steward",
}


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of a page: its heading, the place of its cell in a row, and of the thing that cell names."""

    says: Text
    position: int
    thing: int | None = None
    is_figure: bool = False


def questions_blueprint(current: Current) -> Blueprint:
    """`/questions[/NAME[.csv|.json]]` and `/api/v1/questions[/NAME]`."""
    blueprint = Blueprint("questions", __name__)

    @blueprint.get("/questions")
    def catalogue() -> str:
        return render_template("questions.html", questions=questions(), tag_words=TAG_WORDS)

    @blueprint.get("/questions/<name>")
    def answer(name: str) -> str:
        asked = question(name)
        values = _values(asked)
        table = ask(current.store, asked, values) if _is_complete(asked, values) else None
        return render_template(
            "question.html",
            question=asked,
            values=values,
            offered={parameter.name: _offered(current, parameter) for parameter in asked.parameters},
            table=table,
            columns=tuple(_shown(asked)),
            longest=LONGEST_PAGE,
        )

    @blueprint.get("/questions/<name>.csv")
    def as_csv(name: str) -> Response:
        asked = question(name)
        text = delimited(ask(current.store, asked, _values(asked)), ",")
        return Response(text, content_type="text/csv; charset=utf-8; header=present")

    @blueprint.get("/questions/<name>.json")
    @blueprint.get("/api/v1/questions/<name>")
    def as_json(name: str) -> Response:
        asked = question(name)
        table = ask(current.store, asked, _values(asked))
        note = say("questions.note", g.language)
        return jsonify(
            snapshot=current.snapshot, question=question_json(asked, g.language), note=note, rows=rows_json(table)
        )

    @blueprint.get("/api/v1/questions")
    def catalogue_json() -> Response:
        return jsonify(snapshot=current.snapshot, questions=[question_json(each, g.language) for each in questions()])

    return blueprint


def _values(asked: Question) -> dict[str, str]:
    """The parameters as the request gives them; `lang`, where a question has it, is the language of the page."""
    values = {name: text for name, text in request.args.items() if text and name != "lang"}
    speaks = any(parameter.name == "lang" for parameter in asked.parameters)
    return values | {"lang": g.language} if speaks else values


def _is_complete(asked: Question, values: dict[str, str]) -> bool:
    return all(parameter.name in values or parameter.default is not None for parameter in asked.parameters)


def _offered(current: Current, parameter: Parameter) -> tuple[Named, ...]:
    """What a select box for the parameter offers; nothing where the value is free."""
    if parameter.scheme:
        return current.remembered(members, expand(parameter.scheme))
    if parameter.kind:
        return tuple(entry.named for entry in current.remembered(entries, expand(parameter.kind)))
    return ()


def _shown(asked: Question) -> Iterator[ShownColumn]:
    """The columns of the page: where `actor_name` follows `actor`, one column holds the name as a link."""
    places = {column.name: place for place, column in enumerate(asked.columns)}
    for place, column in enumerate(asked.columns):
        thing = places.get(column.name.removesuffix("_name"), place)
        if thing != place:
            yield ShownColumn(asked.columns[thing].says, place, thing=thing)
        elif f"{column.name}_name" not in places:
            yield ShownColumn(column.says, place, is_figure=column.type in ("integer", "decimal"))


def question_json(asked: Question, language: str) -> dict[str, Any]:
    """A question of the catalogue with its parameters and columns."""
    return {
        "name": asked.name,
        "question": asked.text.in_language(language),
        "parameters": [{"name": each.name, "type": each.type} for each in asked.parameters],
        "columns": [{"name": each.name, "type": each.type} for each in asked.columns],
    }


def rows_json(table: Table) -> list[dict[str, object]]:
    """The rows of an answer by column, numbers and truth values as such."""
    return [dict(zip(table.columns, map(_typed, row), strict=True)) for row in table.rows]


def _typed(cell: Term | None) -> object:
    if not isinstance(cell, Literal):
        return cell if isinstance(cell, IRI) else None
    match cell.datatype:
        case XSD.integer:
            return int(cell.value)
        case XSD.decimal | XSD.double:
            return float(cell.value)
        case XSD.boolean:
            return cell.value in ("true", "1")
    return cell.value
