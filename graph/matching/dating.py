"""How old what a match rests on is: the latest day that a record, its project or its sources tell."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from graph.matching.statements import Statements
from graph.model import Evidence
from ontology.terms import DCTERMS, IRI, PROV, REV

_DATED = (DCTERMS.date, DCTERMS.issued, DCTERMS.created, DCTERMS.temporal, REV.validFrom)
_DAY = re.compile(r"\b(?:19|20)\d\d(?:-\d\d-\d\d)?\b")


@dataclass(frozen=True, slots=True)
class Dated:
    """A day that speaks for the age of a record; `is_reading` if it is only the day as of which a source was read."""

    day: date
    is_reading: bool = False


def dated(said: Statements, shown: Evidence, readings: Mapping[IRI, date]) -> Dated | None:
    """The day of a piece of evidence, else that of its sources, else that of the graph which speaks of it.

    `readings` has the day of each graph. None if nothing tells a day.
    """
    own = (shown.iri, *said.links(shown.iri, REV.inProject))
    for things in (own, shown.sources):
        if told := max(_days(said, things), default=None):
            return Dated(told)
    quoted = said.quote(*((shown.iri, PROV.wasDerivedFrom, each) for each in shown.sources))
    read = max((readings[each.graph] for each in quoted if each.graph in readings), default=None)
    return Dated(read, is_reading=True) if read else None


def _days(said: Statements, things: Iterable[IRI]) -> Iterator[date]:
    """Every day that is told; of a year alone its first."""
    for thing in things:
        for says in _DATED:
            for literal in said.literals(thing, says):
                for day in _DAY.findall(literal.value):
                    try:
                        yield date.fromisoformat(day if len(day) > 4 else f"{day}-01-01")
                    except ValueError:
                        continue  # written by people: what is no day tells none
