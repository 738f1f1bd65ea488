"""What the text of a cell means: its lexical form in a datatype, written for N-Triples.

Nothing is guessed: a German decimal is one only where the mapping says `decimal = ","`.
"""

from collections.abc import Callable
from datetime import date, datetime

from graph.tables import TableFormat

_FORBIDDEN_IN_IRI = frozenset(' <>"{}|\\^`\t\n\r')


class BadCell(Exception):
    """A cell that its mapping cannot read; carries the rule and the slots of its sentence."""

    def __init__(self, rule: str, column: str, value: str, **slots: str) -> None:
        super().__init__(rule)
        self.rule, self.column, self.value, self.slots = rule, column, value, slots


def lexical_form(datatype: str, column: str, table: TableFormat) -> Callable[[str], str]:
    """The function that checks a cell of `column` and writes it in the lexical form of `datatype`.

    It raises `BadCell` where the cell is not one.
    """

    def integer(cell: str) -> str:
        if not (cell.isascii() and cell.removeprefix("-").isdecimal()):
            raise BadCell("not-integer", column, cell)
        return cell

    def decimal(cell: str) -> str:
        whole, point, part = cell.removeprefix("-").partition(table.decimal)
        digits = whole + part
        if not (digits.isascii() and digits.isdecimal() and whole and bool(point) == bool(part)):
            raise BadCell("not-decimal", column, cell, decimal=table.decimal)
        return cell.replace(table.decimal, ".")

    def day(cell: str) -> str:
        try:
            return datetime.strptime(cell, table.date).date().isoformat()  # noqa: DTZ007
        except ValueError:
            raise BadCell("not-date", column, cell, pattern=table.date) from None

    def iso_day(cell: str) -> str:
        try:
            return date.fromisoformat(cell).isoformat()
        except ValueError:
            raise BadCell("not-date", column, cell, pattern="YYYY-MM-DD") from None

    def boolean(cell: str) -> str:
        if cell not in ("true", "false"):
            raise BadCell("not-boolean", column, cell)
        return cell

    def address(cell: str) -> str:
        if not cell.startswith(("https://", "http://")) or not _FORBIDDEN_IN_IRI.isdisjoint(cell):
            raise BadCell("not-uri", column, cell)
        return cell

    days = iso_day if table.date == "%Y-%m-%d" else day
    checks = {"integer": integer, "decimal": decimal, "date": days, "boolean": boolean, "uri": address}
    return checks.get(datatype, escaped)


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
