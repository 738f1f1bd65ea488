"""A shortlist as a table: who was chosen for which need, how well and why, what that rests on, and what was noted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from api.links import page_of
from api.pages.match import VERDICT_WORDS
from api.spreadsheet import as_csv
from api.words import say
from api.workbook import XLSX_TYPE, workbook
from graph.model import Evidence, Literal, Match, Table, Term
from graph.rdf import plain
from ontology.terms import IRI, XSD

COLUMNS = {
    "actor": "column.actor",
    "page": "column.page",
    "need": "column.need",
    "score": "column.score",
    "verdict": "column.verdict",
    "why": "column.why",
    "missing": "column.missing",
    "why_not_higher": "column.raises",
    "evidence": "column.evidence",
    "note": "column.note",
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """An actor that was chosen, with what was noted; the match is None if nothing was asked or nothing answers it."""

    actor: IRI
    note: str
    need: str
    found: Match | None


@dataclass(frozen=True, slots=True)
class Telling:
    """What a table is written with: the snapshot, where its things are found, the language, and names."""

    snapshot: str
    host: str
    language: str
    called: Callable[[IRI], str]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of the table: its suffix, its media type, and what writes it."""

    suffix: str
    content_type: str
    write: Callable[[Sequence[Chosen], Telling], bytes]


def csv(chosen: Sequence[Chosen], telling: Telling) -> bytes:
    """In UTF-8 with a mark that spreadsheets know it by."""
    headings = [*_headings(telling.language), say("workbook.snapshot", telling.language)]
    rows = ([*map(plain, row), telling.snapshot] for row in _table(chosen, telling).rows)
    return as_csv([headings, *rows]).encode("utf-8-sig")


def xlsx(chosen: Sequence[Chosen], telling: Telling) -> bytes:
    """A workbook; the snapshot stands on its second sheet."""
    language = telling.language
    return workbook(
        _table(chosen, telling),
        sheets=(say("shortlist.title", language), say("workbook.about", language)),
        headings=_headings(language),
        facts=[
            (say("workbook.snapshot", language), telling.snapshot),
            (say("workbook.note", language), say("shortlist.note_says", language)),
        ],
        links={each.actor: _page(each.actor, telling) for each in chosen},
    )


FORMS: Mapping[str, Form] = {
    "csv": Form("csv", "text/csv; charset=utf-8", csv),
    "xlsx": Form("xlsx", XLSX_TYPE, xlsx),
}


def _headings(language: str) -> list[str]:
    return [say(word, language) for word in COLUMNS.values()]


def _table(chosen: Sequence[Chosen], telling: Telling) -> Table:
    return Table(tuple(COLUMNS), tuple(_row(each, telling) for each in chosen))


def _row(each: Chosen, telling: Telling) -> tuple[Term | None, ...]:
    found, language = each.found, telling.language
    name, page = Literal(telling.called(each.actor)), Literal(_page(each.actor, telling))
    if not found:
        return (name, page, Literal(each.need), *(None for _ in range(6)), Literal(each.note))
    reasons = (one.reason for one in found.criteria if one.contribution > 0)
    return (
        name,
        page,
        Literal(each.need),
        Literal(f"{found.score:.3f}", datatype=XSD.decimal),
        Literal(say(VERDICT_WORDS[found.verdict], language)),
        Literal(" ".join(one.in_language(language) for one in reasons)),
        Literal(", ".join(one.label.in_language(language) for one in found.missing)),
        Literal(" ".join(one.sentence.in_language(language) for one in found.raises)),
        Literal("; ".join(_evidence(one, telling) for one in found.evidence)),
        Literal(each.note),
    )


def _evidence(shown: Evidence, telling: Telling) -> str:
    """A piece of evidence with its mark and its sources."""
    mark = [telling.called(shown.sourcing)] if shown.sourcing else []
    told = ", ".join([*mark, *map(telling.called, shown.sources)])
    label = shown.label.in_language(telling.language)
    return f"{label} ({told})" if told else label


def _page(actor: IRI, telling: Telling) -> str:
    return f"{telling.host}{page_of(actor) or ''}"
