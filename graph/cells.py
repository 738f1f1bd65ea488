"""What the text of a cell means: its lexical form in a datatype, written for N-Triples.

Nothing is guessed: a German decimal is one only where the mapping says `decimal = ","`.
"""

from collections.abc import Callable
from datetime import date, datetime

from graph.tables import ISO_DAY, TableFormat
from ontology.terms import is_iri


class BadCell(Exception):
    """A cell that its mapping cannot read; carries the rule and the slots of its sentence."""

    def __init__(self, rule: str, column: str, value: str, **slots: str) -> None:
        super().__init__(rule)
        self.rule, self.column, self.value, self.slots = rule, column, value, slots


def lexical_form(datatype: str, column: str, table: TableFormat) -> Callable[[str], str]:
    """The function that checks a cell of `column` and writes it in the lexical form of `datatype`.

    It raises `BadCell` where the cell is not one.

    >>> from pathlib import Path
    >>> lexical_form("decimal", "share", TableFormat(Path("t.csv"), "t.csv", decimal=","))("0,5")
    '0.5'
    """
    form = _FORMS.get(datatype)
    if form is None:
        return escaped

    def checked(cell: str) -> str:
        found = form(cell, table)
        if found is None:
            raise BadCell(f"not-{datatype}", column, cell, decimal=table.decimal, pattern=table.date)
        return found

    return checked


def split(cell: str) -> list[str]:
    """The values of a list cell, separated by semicolons.

    >>> split("a; b ;;c")
    ['a', 'b', 'c']
    """
    return [part.strip() for part in cell.split(";") if part.strip()] if cell else []


def escaped(text: str) -> str:
    r"""Text as it stands between the quotes of an N-Triples literal.

    >>> escaped('say "hi"\n')
    'say \\"hi\\"\\n'
    """
    if '"' in text or "\\" in text or "\n" in text or "\r" in text:
        return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return text


def _integer(cell: str, _: TableFormat) -> str | None:
    return cell if cell.isascii() and cell.removeprefix("-").isdecimal() else None


def _decimal(cell: str, table: TableFormat) -> str | None:
    whole, point, part = cell.removeprefix("-").partition(table.decimal)
    digits = whole + part
    is_number = digits.isascii() and digits.isdecimal() and whole and bool(point) == bool(part)
    return cell.replace(table.decimal, ".") if is_number else None


def _day(cell: str, table: TableFormat) -> str | None:
    try:
        if table.date == ISO_DAY:
            return date.fromisoformat(cell).isoformat()
        return datetime.strptime(cell, table.date).date().isoformat()
    except ValueError:
        return None


def _boolean(cell: str, _: TableFormat) -> str | None:
    return cell if cell in ("true", "false") else None


def _address(cell: str, _: TableFormat) -> str | None:
    return cell if cell.startswith(("https://", "http://")) and is_iri(cell) else None


_FORMS: dict[str, Callable[[str, TableFormat], str | None]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _day,
    "boolean": _boolean,
    "uri": _address,
}
