"""A correction that somebody proposes: a mail and a file, both filled in with what is said now. Nothing is written."""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from flask import Blueprint, Response, g

from api.current import Current
from api.keeping import kept
from api.links import iri_of, row_of
from api.spreadsheet import as_csv
from api.words import say
from graph.backing import backed
from graph.describe import Description, Named, Value, describe, short, vocabulary
from graph.infer import INFERRED
from graph.rdf import plain
from ontology.foreign import FOREIGN
from ontology.terms import IRI, PROV, RDF, REV

UNTOUCHED = (RDF.type, REV.fromRow, REV.visibility, PROV.wasDerivedFrom)  # what no reader corrects
HEADINGS = (
    "origin.address",
    "correct.statement",
    "correct.property",
    "correct.now",
    "origin.rows",
    "correct.right",
    "correct.proof",
)
MOST_LETTERS = 200  # of a name, in a mail: programs cut off addresses that are too long


def correction_blueprint(current: Current) -> Blueprint:
    """`/correction/…`, each with the path of the page about a thing: the file."""
    blueprint = Blueprint("correction", __name__)

    @blueprint.get("/correction/<path:page>")
    def file(page: str) -> Response:
        iri = iri_of(f"/{page}")

        def made() -> Response:
            words = {meaning.named.iri: meaning.named for meaning in current.remembered(vocabulary)}
            answer = Response(_table(describe(current.store, iri), words), content_type="text/csv; charset=utf-8")
            called = re.sub("[^a-z0-9]+", "-", page.lower()).strip("-")[:80]
            name = f"{say('correct.file', g.language)}-{called}.csv"
            answer.headers.set("Content-Disposition", "attachment", filename=name)
            return answer

        return kept(current, made)

    return blueprint


def mail(contact: str, description: Description, snapshot: str) -> str:
    """The address that opens a mail to `contact` about a thing, in the language of the request."""
    name = description.thing.name(g.language).value[:MOST_LETTERS]
    facts = [
        ("list.name", name),
        ("origin.address", description.thing.iri),
        ("site.snapshot", snapshot),
        *(("origin.rows", _row(row)) for row in description.links(REV.fromRow)),
    ]
    body = [f"{say(word, g.language)}: {told}" for word, told in facts]
    body += [f"\r\n{say(word, g.language)}:\r\n" for word in ("correct.now", "correct.right", "correct.proof")]
    subject = say("correct.subject", g.language, name=name)
    told = (quote(text, safe="") for text in (subject, "\r\n".join(body)))
    return "mailto:{}?subject={}&body={}".format(quote(contact, safe="@"), *told)


def _table(description: Description, words: Mapping[IRI, Named]) -> bytes:
    """What is told of a thing, a statement a line, with room for what is right; what rules conclude is left out."""
    headings = [say(word, g.language) for word in HEADINGS]
    return as_csv([headings, *_lines(description, words)]).encode("utf-8-sig")  # by whose mark spreadsheets know UTF-8


def _lines(description: Description, words: Mapping[IRI, Named]) -> Iterator[tuple[str, ...]]:
    for said in description.statements:
        for each in backed(description, said):
            told = [backing for backing in each.backings if backing.graph != INFERRED]
            rows = "; ".join(_row(row) for backing in told for row in backing.rows)
            for value in each.values if told and said.property not in UNTOUCHED else ():
                names = (_name(said.property, words), short(said.property))
                yield description.thing.iri, *names, _value(value), rows, "", ""


def _name(says: IRI, words: Mapping[IRI, Named]) -> str:
    if says in FOREIGN:
        return FOREIGN[says].in_language(g.language)
    return words.get(says, Named(says)).name(g.language).value


def _value(value: Value) -> str:
    return f"{value.named.name(g.language).value} <{value.term}>" if value.named else plain(value.term)


def _row(row: IRI) -> str:
    table, number = row_of(row) or (row, "")
    return say("origin.row", g.language, table=table, number=number)
