"""Numbers, shares and days as each language writes them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from api.words import say
from graph.model import Literal
from ontology.terms import XSD

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")  # fmt: skip
AGES = {"year": "age.years", "month": "age.months", "day": "age.days"}
SWAPPED = str.maketrans(",.", ".,")


def number(value: int | Decimal, language: str) -> str:
    """A number with the language's own comma; thousands are grouped from five digits on, so years are not.

    >>> number(260368, "de"), number(260368, "en"), number(2020, "de"), number(Decimal("0.4"), "de")
    ('260.368', '260,368', '2020', '0,4')
    """
    text = f"{value:,}" if value >= 10_000 or value <= -10_000 else f"{value}"
    return text.translate(SWAPPED) if language == "de" else text


def share(ratio: float | Decimal, language: str) -> str:
    """A ratio in [0, 1] as whole per cent.

    >>> share(0.856, "de"), share(0.856, "en")
    ('86\\xa0%', '86%')
    """
    percent = round(ratio * 100)
    return f"{percent}\N{NO-BREAK SPACE}%" if language == "de" else f"{percent}%"


def day(value: date, language: str) -> str:
    """A day as people write it.

    >>> day(date(2026, 11, 3), "de"), day(date(2026, 11, 3), "en")
    ('03.11.2026', '3 November 2026')
    """
    return f"{value:%d.%m.%Y}" if language == "de" else f"{value.day} {MONTHS[value.month - 1]} {value.year}"


def age(since: date, today: date, language: str) -> str:
    """How old what is of a day is, in the greatest unit that it fills.

    >>> age(date(2023, 11, 1), date(2026, 11, 30), "de"), age(date(2026, 10, 30), date(2026, 11, 30), "en")
    ('3 Jahre alt', '1 month old')
    >>> age(date(2026, 11, 30), date(2026, 11, 30), "en")
    '0 days old'
    """
    months = 12 * (today.year - since.year) + today.month - since.month - (today.day < since.day)
    unit, count = ("year", months // 12) if months >= 12 else ("month", months)
    if months < 1:
        unit, count = "day", max(0, (today - since).days)
    return say(AGES[unit], language, count=count)


def written(literal: Literal, language: str) -> str:
    """A literal as people write it; one that is not what its datatype promises is shown as it stands.

    >>> written(Literal("0.4", datatype=XSD.decimal), "de")
    '0,4'
    >>> written(Literal("2026-11-03", datatype=XSD.date), "en")
    '3 November 2026'
    """
    try:
        match literal.datatype:
            case XSD.integer | XSD.decimal:
                return number(Decimal(literal.value), language)
            case XSD.date:
                return day(date.fromisoformat(literal.value), language)
            case XSD.dateTime:
                return day(datetime.fromisoformat(literal.value).date(), language)
            case XSD.boolean:
                return say("form.yes" if literal.value in ("true", "1") else "form.no", language)
    except (ValueError, InvalidOperation):
        pass
    return literal.value
