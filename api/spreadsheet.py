"""Texts that spreadsheets open: no cell is taken for a formula, whoever wrote it (OWASP, CSV injection)."""

import csv
from collections.abc import Iterable
from dataclasses import replace
from io import StringIO

from graph.model import Literal, Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a cell that begins so is computed


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> harmless("=1+1"), harmless("Galvanik"), harmless("0.54")
    ("'=1+1", 'Galvanik', '0.54')
    """
    return f"'{text}" if text.startswith(_FORMULA) else text


def as_csv(lines: Iterable[Iterable[object]]) -> str:
    """RFC 4180 with harmless texts; what is no text but a number stays as it is.

    >>> as_csv([("Ort", "Abstand"), ("=1+1", -0.5)])
    "Ort,Abstand\\r\\n'=1+1,-0.5\\r\\n"
    """
    output = StringIO(newline="")
    csv.writer(output).writerows([harmless(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return output.getvalue()


def guarded(table: Table) -> Table:
    """The same table with harmless texts."""
    return replace(
        table,
        rows=tuple(
            tuple(replace(cell, value=harmless(cell.value)) if isinstance(cell, Literal) else cell for cell in row)
            for row in table.rows
        ),
    )
