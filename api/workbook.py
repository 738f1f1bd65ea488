"""An answer as a workbook (Office Open XML, ISO/IEC 29500): a sheet with the rows, and one that says what they are."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from graph.model import Literal, Table, Term
from graph.rdf import plain
from ontology.terms import IRI, XSD

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # no sheet can hold these
_LINK = Font(color="1A5276", underline="single")
_MOST_LETTERS = 32_767  # in one cell
_WIDEST = 60


def workbook(
    table: Table,
    *,
    sheets: tuple[str, str],
    headings: Sequence[str],
    facts: Iterable[tuple[str, str]],
    links: Mapping[IRI, str],
) -> bytes:
    """The rows of `table` below `headings`, things linked by `links`; on the second sheet `facts`, a pair a row."""
    book = Workbook(write_only=True)
    rows, about = (book.create_sheet(name[:31]) for name in sheets)
    for place, width in enumerate(_widths(table, headings), 1):
        rows.column_dimensions[get_column_letter(place)].width = width
    rows.freeze_panes = "A2"
    rows.append([_text(rows, heading, Font(bold=True)) for heading in headings])
    for row in table.rows:
        rows.append([_cell(rows, term, links) for term in row])
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 100
    for name, value in facts:
        about.append([_text(about, name, Font(bold=True)), _text(about, value)])
    output = BytesIO()
    book.save(output)
    return output.getvalue()


def _cell(sheet: Any, term: Term | None, links: Mapping[IRI, str]) -> Any:
    if isinstance(term, Literal) and term.datatype in _VALUES:
        return WriteOnlyCell(sheet, _VALUES[term.datatype](term.value))
    if isinstance(term, IRI) and term in links:
        cell = _text(sheet, term, _LINK)
        cell.hyperlink = links[term]
        return cell
    return _text(sheet, plain(term))


def _text(sheet: Any, text: str, font: Font | None = None) -> Any:
    cell = WriteOnlyCell(sheet, _FORBIDDEN.sub(" ", text)[:_MOST_LETTERS])
    cell.data_type = "s"  # a text that begins with an equals sign is no formula
    if font:
        cell.font = font
    return cell


def _widths(table: Table, headings: Sequence[str]) -> Iterable[int]:
    for place, heading in enumerate(headings):
        longest = max((len(plain(row[place])) for row in table.rows), default=0)
        yield min(_WIDEST, max(len(heading), longest) + 2)


_VALUES: Mapping[IRI, Any] = {XSD.integer: int, XSD.decimal: float, XSD.double: float, XSD.date: date.fromisoformat}
