"""Whether an actor is there for the place of a need: by what its offers serve, else by where it sits.

An offer that names the places it serves is taken at its word. Otherwise distance decides, softly: benefit halves with
every `HALVING_KM`, as cooperation does with distance; a radius that is asked for is a limit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.matching import explain
from graph.matching.criterion import Account, Shown
from graph.matching.index import Actor, MatchIndex, Record
from graph.model import QuotedTriple, Text, Verdict
from ontology.terms import IRI, ORG, REV

HALVING_KM = 50.0
NEAR_KM = 25.0  # without a radius, what is no farther counts as here
IN_PART = 0.5


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which an actor is there: by an offer that serves `area`, or by its seat there."""

    value: float
    area: IRI
    record: Record | None = None
    distance_km: float | None = None


class Reach:
    """The place that a need asks for, with a radius around it or without."""

    name = "place"

    def __init__(self, index: MatchIndex, place: IRI, radius_km: float | None) -> None:
        self._index = index
        self._place = place
        self._radius_km = radius_km

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float | None:
        """1 where the actor serves the place or sits in it; unknown if neither seat nor reach tells."""
        way = self._best(actor, shown)
        return way.value if way else None

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """Where the actor sits or what it serves."""
        way = self._best(actor, shown)
        place = self._index.statements.name(self._place)
        return Account(
            self._verdict(way),
            explain.wanted_place(place, self._radius_km),
            self._index.statements.name(way.area) if way else explain.NOTHING,
            self._reason(way, place) if way else explain.NOT_SHOWN,
            self._triples(actor, way) if way else (),
        )

    def _best(self, actor: Actor, shown: Sequence[Shown]) -> Way | None:
        seats = tuple(self._seats(actor))
        ways = [way for each in shown if each.record.serves for way in self._served(each.record)]
        if not seats:  # what serves another place does not tell where the actor itself is
            ways = [way for way in ways if way.value == 1]
        elif not all(each.record.serves for each in shown):
            ways += seats
        return min(ways, key=_best_first, default=None)

    def _served(self, record: Record) -> Iterator[Way]:
        places = self._index.places
        for area in record.serves:
            if places.contains(area, self._place):
                yield Way(1.0, area, record)
            else:
                yield Way(IN_PART if places.contains(self._place, area) else 0.0, area, record)

    def _seats(self, actor: Actor) -> Iterator[Way]:
        for town in actor.places:
            if self._index.places.contains(self._place, town):
                yield Way(1.0, town)
                continue
            distance_km = self._index.places.distance_km(self._place, town)
            if distance_km is None:
                continue
            if self._radius_km is None:
                yield Way(2 ** (-distance_km / HALVING_KM), town, None, distance_km)
            else:
                yield Way(float(distance_km <= self._radius_km), town, None, distance_km)

    def _verdict(self, way: Way | None) -> Verdict:
        if way is None:
            return Verdict.UNKNOWN
        is_near = self._radius_km is None and way.distance_km is not None and way.distance_km <= NEAR_KM
        if way.value == 1 or is_near:
            return Verdict.FITS
        return Verdict.PARTLY if way.value else Verdict.DOES_NOT_FIT

    def _reason(self, way: Way, place: Text) -> Text:
        area = self._index.statements.name(way.area)
        if way.record is None:
            return explain.seated(area, place, way.distance_km)
        if way.value == 0:
            return explain.served_elsewhere(area, place)
        return explain.served(place, area, explain.evidence(way.record.evidence), wholly=way.value == 1)

    def _triples(self, actor: Actor, way: Way) -> tuple[QuotedTriple, ...]:
        quote, places = self._index.statements.quote, self._index.places
        inner, outer = (way.area, self._place) if places.contains(self._place, way.area) else (self._place, way.area)
        lies_in = quote(*places.path(inner, outer))
        if way.record:
            return (*quote((way.record.evidence.iri, REV.serves, way.area)), *lies_in)
        sites = self._index.statements.links(actor.iri, ORG.hasSite)
        site = next(each for each in sites if way.area in self._index.statements.links(each, REV.sitePlace))
        return (*quote((actor.iri, ORG.hasSite, site), (site, REV.sitePlace, way.area)), *lies_in)


def _best_first(way: Way) -> tuple[float, bool, float, IRI, IRI]:
    by = way.record.evidence.iri if way.record else way.area
    return -way.value, way.record is None, way.distance_km or 0.0, way.area, by
