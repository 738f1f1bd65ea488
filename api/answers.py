"""An answer to a saved question in each of its forms, and what is said with it: where it is cited, what it rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from api.links import page_of
from api.words import say
from api.workbook import XLSX_TYPE, workbook
from graph.ask import Values
from graph.listing import graphs
from graph.model import Literal, Quad, Table, Term, Triple
from graph.rdf import JSON_LD, N_TRIPLES, RDF_XML, TURTLE, Format, delimited, plain, write_triples
from graph.store import Store
from ontology.terms import IRI, LICENCES, XSD
from queries.catalogue import Question

JSON_TYPE = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with all that it follows from; `host` is where its things are found."""

    asked: Question
    values: Values
    table: Table
    store: Store
    host: str
    language: str

    @property
    def address(self) -> str:
        """Where the same rows will be found as long as the snapshot is kept."""
        query = urlencode([*_pairs(self.values), ("snapshot", self.store.snapshot)])
        return f"{self.host}/questions/{self.asked.name}?{query}"

    @property
    def headings(self) -> list[str]:
        """What the columns are called, with the units of figures."""
        if self.asked.is_graph:
            return list(self.table.columns)
        told = ((column.says.in_language(self.language), column.unit) for column in self.asked.columns)
        return [f"{says} [{unit}]" if unit else says for says, unit in told]

    @property
    def triples(self) -> tuple[Triple, ...]:
        """The triples of a graph."""
        return tuple((s, IRI(str(p)), o) for s, p, o in self.table.rows if s and o)


@dataclass(frozen=True, slots=True)
class Form:
    """A form of an answer: its suffix, its media type, and what writes it."""

    suffix: str
    media_type: str
    write: Callable[[Answer], bytes]
    is_exact: bool = True  # whether the same answer always gives the same bytes


def csv(answer: Answer) -> bytes:
    """SPARQL 1.1 Query Results in CSV: values only, as https://www.w3.org/TR/sparql11-results-csv-tsv/ has it."""
    return delimited(answer.table, ",").encode()


def tsv(answer: Answer) -> bytes:
    """The same in TSV, which keeps the terms."""
    return delimited(answer.table, "\t").encode()


def xlsx(answer: Answer) -> bytes:
    """A workbook; what it rests on stands on its second sheet."""
    language = answer.language
    things = {cell for row in answer.table.rows for cell in row if isinstance(cell, IRI)}
    links = {thing: f"{answer.host}{page}" for thing in things if (page := page_of(thing))}
    return workbook(
        answer.table,
        sheets=(say("workbook.answer", language), say("workbook.about", language)),
        headings=answer.headings,
        facts=_facts(answer),
        links=links,
    )


def _rdf(form: Format) -> Form:
    return Form(form.suffix, form.media_type, lambda answer: write_triples(answer.triples, form))


TABLES = (
    Form("csv", "text/csv", csv),
    Form("tsv", "text/tab-separated-values", tsv),
    Form("xlsx", XLSX_TYPE, xlsx, is_exact=False),
)
GRAPHS = tuple(map(_rdf, (JSON_LD, TURTLE, N_TRIPLES, RDF_XML)))


def forms(asked: Question) -> tuple[Form, ...]:
    """The forms beside JSON in which a question is answered; a graph comes as RDF too."""
    return (*TABLES, *GRAPHS) if asked.is_graph else TABLES


def answer_json(answer: Answer, backing: Mapping[int, tuple[Quad, ...]]) -> dict[str, Any]:
    """An answer as JSON; `backing` are the statements behind the rows, by the number of the row from 1."""
    rows = rows_json(answer.table)
    for number, quads in backing.items():
        rows[number - 1]["why"] = [[plain(term) for term in quad] for quad in quads]
    return {
        "snapshot": answer.store.snapshot,
        "question": question_json(answer.asked, answer.language),
        "values": dict(answer.values),
        "cite": answer.address,
        "note": say("questions.note", answer.language),
        "rows": rows,
    }


def question_json(asked: Question, language: str) -> dict[str, Any]:
    """A question of the catalogue with its parameters and columns."""
    return {
        "name": asked.name,
        "number": asked.number,
        "question": asked.text.in_language(language),
        "tags": list(asked.tags),
        "view": asked.view,
        "parameters": [
            {
                "name": each.name,
                "says": each.says.in_language(language),
                "type": each.type,
                "list": each.is_list,
                "class": each.kind,
                "scheme": each.scheme,
                "default": each.default,
                "allowed": list(each.allowed),
            }
            for each in asked.parameters
        ],
        "columns": [
            {"name": each.name, "says": each.says.in_language(language), "type": each.type, "unit": each.unit}
            for each in asked.columns
        ],
        "example": dict(asked.example),
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


def _facts(answer: Answer) -> list[tuple[str, str]]:
    """What a reader of a workbook must know to trust and to cite it."""
    language = answer.language
    told = [
        (say("workbook.question", language), answer.asked.text.in_language(language)),
        *((name, value) for name, value in _pairs(answer.values)),
        (say("workbook.snapshot", language), answer.store.snapshot),
        (say("workbook.address", language), answer.address),
        (say("workbook.note", language), say("questions.note", language)),
        (say("workbook.licence", language), "CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)"),
    ]
    for row in graphs(answer.store):
        licence = LICENCES.get(row.licence, row.licence) if row.licence else ""
        issued = row.issued.isoformat() if row.issued else ""
        told.append((say("workbook.source", language), f"{row.named.name(language).value}; {issued}; {licence}"))
    return told


def _pairs(values: Values) -> list[tuple[str, str]]:
    return [(name, value) for name, told in values.items() for value in ([told] if isinstance(told, str) else told)]
