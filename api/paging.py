"""Long lists page by page: which page is asked for, what part of the list it shows, and which others it leads to."""

import re
from dataclasses import dataclass
from math import ceil

from graph.errors import WrongUse

NEIGHBOURS = 2  # page numbers on either side of the one that is shown


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list: its number, from 1 to `pages`, and where its `length` entries begin."""

    number: int
    pages: int
    length: int

    @property
    def span(self) -> slice:
        """The part of the list."""
        return slice((self.number - 1) * self.length, self.number * self.length)

    @property
    def shown_numbers(self) -> list[int | None]:
        """The numbers that lead to other pages: the ends and the neighbours; None where some are left out.

        >>> Part(5, 9, 50).shown_numbers
        [1, None, 3, 4, 5, 6, 7, None, 9]
        """
        near = range(max(1, self.number - NEIGHBOURS), min(self.pages, self.number + NEIGHBOURS) + 1)
        found: list[int | None] = []
        for number in sorted({1, *near, self.pages}):
            if found and number - 1 not in found:
                found.append(None)
            found.append(number)
        return found


def told_number(text: str) -> int:
    """The number of a page that a request names; the first if it names none."""
    if text and not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise WrongUse(f"page={text[:40]!r} is no number of a page. The first page is 1.")
    return int(text or 1)


def part_of(count: int, number: int, *, length: int, else_last: bool = False) -> Part:
    """The page `number` of a list of so many entries; an empty list has one page.

    If there is no such page it is the last one, or `WrongUse`.
    """
    pages = max(1, ceil(count / length))
    if number > pages and not else_last:
        raise WrongUse(f"There is no page {number}; this list has pages 1 to {pages}.")
    return Part(min(number, pages), pages, length)
