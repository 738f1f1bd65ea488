"""Rows of CSV and XLSX tables, one at a time, with every fault of the file as a Finding.

Nothing is guessed: encoding, delimiter and number format are those the mapping states.
"""

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import partial
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from graph.findings import Finding, finding

ISO_DAY = "%Y-%m-%d"
CELL_LIMIT = 10_000  # characters of one cell
WORKBOOK_LIMIT_MB = 64  # of an XLSX file once unpacked; it is read whole
_MARKUP = re.compile("<[A-Za-z/!?]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ufffd]")
_SUSPECT = re.compile(f"(?:^| )=|{_MARKUP.pattern}|{_CONTROL.pattern}")

Report = Callable[[Finding], None]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """How one table is written: its file, and what its mapping states of it."""

    path: Path
    name: str
    sheet: str | None = None
    delimiter: str = ","
    encoding: str = "utf-8"
    decimal: str = "."
    date: str = ISO_DAY


@dataclass(slots=True)
class TableRows:
    """An opened table: its header, and its rows as (row number, stripped cells, or None if faulty)."""

    header: tuple[str, ...]
    rows: Iterator[tuple[int, list[str] | None]]


def open_table(table: TableFormat, report: Report) -> TableRows | None:
    """The rows of a table; None if not even its header can be read.

    Faulty rows are reported. Row numbers count as a spreadsheet shows them; blank rows are not rows.
    """
    if not table.path.is_file():
        report(finding("missing-file", file=table.name))
        return None
    is_faulty = False

    def tell(fault: Finding) -> None:
        nonlocal is_faulty
        is_faulty = True
        report(fault)

    records = (_xlsx_records if table.path.suffix == ".xlsx" else _csv_records)(table, tell)
    first = next(records, None)
    header = None if first is None and is_faulty else _header(table, first, report)
    return None if header is None else TableRows(header, _checked_rows(table, header, records, report))


def _csv_records(table: TableFormat, report: Report) -> Iterator[tuple[int, list[str]]]:
    with table.path.open("rb") as raw:
        start = raw.read(3)
    if table.encoding == "utf-8" and (start == b"\xef\xbb\xbf" or start[:2] in (b"\xff\xfe", b"\xfe\xff")):
        report(finding("byte-order-mark", file=table.name))
        return
    with table.path.open(encoding=table.encoding, newline="") as text:
        reader = csv.reader(text, delimiter=table.delimiter, strict=True)
        row = 0
        try:
            for cells in reader:
                row += 1
                yield row, cells
        except UnicodeDecodeError as error:
            where = f"byte {error.start}: 0x{error.object[error.start]:02x}"
            report(finding("encoding", file=table.name, row=row + 1, value=where, encoding=table.encoding))
        except csv.Error as error:
            report(finding("unreadable", file=table.name, row=row + 1, reason=str(error)))


def _xlsx_records(table: TableFormat, report: Report) -> Iterator[tuple[int, list[str]]]:
    try:
        with zipfile.ZipFile(table.path) as archive:
            size_mb = sum(member.file_size for member in archive.infolist()) / 2**20
        if size_mb > WORKBOOK_LIMIT_MB:
            report(finding("oversized", file=table.name, size_mb=round(size_mb), limit_mb=WORKBOOK_LIMIT_MB))
            return
        workbook = load_workbook(table.path)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError, ValueError) as error:
        report(finding("unreadable", file=table.name, reason=str(error)))
        return
    if table.sheet is not None and table.sheet not in workbook.sheetnames:
        sheets = ", ".join(workbook.sheetnames)
        report(finding("missing-sheet", file=table.name, value=table.sheet, sheets=sheets))
        return
    sheet = workbook[table.sheet] if table.sheet else workbook.worksheets[0]
    for merged in sheet.merged_cells.ranges:
        report(finding("merged-cells", file=table.name, sheet=sheet.title, row=merged.min_row, value=merged.coord))
    width = sheet.max_column
    for row, cells in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in cells):
            yield row, [_cell_text(cell, table) for cell in cells[:width]]


def _cell_text(cell: object, table: TableFormat) -> str:
    """A typed spreadsheet cell, written as the table's own format writes it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return f"{Decimal(repr(int(cell) if cell.is_integer() else cell)):f}".replace(".", table.decimal)
    if isinstance(cell, datetime) and cell.time() != time():
        return str(cell)
    if isinstance(cell, date):
        return cell.strftime(table.date)
    return str(cell)


def _header(table: TableFormat, first: tuple[int, list[str]] | None, report: Report) -> tuple[str, ...] | None:
    names = tuple(name.strip() for name in first[1]) if first else ()
    if not any(names):
        report(finding("empty-file", file=table.name, sheet=table.sheet))
        return None
    for position, name in enumerate(names, 1):
        if not name:
            report(finding("nameless-column", file=table.name, sheet=table.sheet, row=1, position=position))
    doubled = sorted({name for name in names if name and names.count(name) > 1})
    for name in doubled:
        report(finding("doubled-header", file=table.name, sheet=table.sheet, row=1, column=name))
    return None if doubled or not all(names) else names


def _checked_rows(
    table: TableFormat, header: tuple[str, ...], records: Iterator[tuple[int, list[str]]], report: Report
) -> Iterator[tuple[int, list[str] | None]]:
    expected = len(header)
    for row, cells in records:
        if not any(cells):
            continue
        if len(cells) != expected:
            place = partial(finding, file=table.name, sheet=table.sheet, row=row)
            report(place("ragged-row", found=len(cells), expected=expected))
            yield row, None
            continue
        joined = " ".join(cells)
        suspect = len(joined) > CELL_LIMIT or _SUSPECT.search(joined)
        if suspect and _has_faulty_cell(table, header, row, cells, report):
            yield row, None
        else:
            yield row, [cell.strip() for cell in cells]


def _has_faulty_cell(table: TableFormat, header: tuple[str, ...], row: int, cells: list[str], report: Report) -> bool:
    faulty = False
    for column, cell in zip(header, cells, strict=True):
        found_here = partial(finding, file=table.name, sheet=table.sheet, row=row, column=column)
        if len(cell) > CELL_LIMIT:
            report(found_here("too-long", value=cell, length=len(cell), limit=CELL_LIMIT))
        elif table.path.suffix == ".xlsx" and cell.startswith("="):
            report(found_here("formula", value=cell))
        elif _MARKUP.search(cell):
            report(found_here("markup", value=cell))
        elif _CONTROL.search(cell):
            report(found_here("control-character", value=repr(cell)))
        else:
            continue
        faulty = True
    return faulty
