"""Whether an actor is there for the place of a need: by what its offers serve, else by where it sits.

An offer that names the places it serves is taken at its word. Otherwise distance decides, softly: benefit halves with
every `HALVING_KM`, as cooperation does with distance; a radius that is asked for is a limit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex, Record
from graph.matching.places import great_circles_km
from graph.matching.showing import Floats, Showing, Shown, greatest
from graph.model import QuotedTriple, Text, Verdict
from ontology.terms import IRI, ORG, REV

HALVING_KM = 50.0
NEAR_KM = 25.0  # without a radius, what is no farther counts as here
IN_PART = 0.5
_UNKNOWN = -1.0  # below every value, so that the greatest value is that of what is known


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

    def __init__(self, index: MatchIndex, showing: Showing, place: IRI, radius_km: float | None) -> None:
        self._index, self._showing = index, showing
        self._place = place
        self._radius_km = radius_km
        self._inside = [index.statements.find(each) for each in index.places.inside(place)]

    def values(self, actors: Integers) -> Values:
        """1 where the actor serves the place or sits in it; unknown if neither seat nor reach tells."""
        shows, records, columns = self._showing.of(actors), self._index.records, self._index.actors
        sitter, towns = columns.sits.spread(actors)
        seat = greatest(self._seat_values(columns.towns[towns]) - _UNKNOWN, sitter, len(actors)) + _UNKNOWN
        server, areas = records.serves.spread(shows.record)
        service = self._service_values(records.served[areas])
        served = greatest(service - _UNKNOWN, shows.owner[server], len(actors)) + _UNKNOWN
        is_serving = np.zeros(len(shows.record), dtype=bool)
        is_serving[server] = True
        counts_seat = np.bincount(shows.owner[~is_serving], minlength=len(actors)) > 0
        best = np.maximum(served, np.where(counts_seat, seat, _UNKNOWN))
        # what serves another place does not tell where the actor itself is
        best = np.where((seat == _UNKNOWN) & (served < 1), _UNKNOWN, best)
        return np.where(best == _UNKNOWN, np.nan, best)

    def bounds(self) -> Values:
        """The values of all actors by where they sit; 1 where one serves a place, perhaps this one."""
        columns = self._index.actors
        different, which, serves = self._index.seats
        values = np.full(len(columns), np.nan, dtype=np.float32)
        begins, ends = columns.sits.offsets[:-1], columns.sits.offsets[1:]
        sits = ends > begins
        worth = self._seat_values(different).astype(np.float32)[which]
        if len(worth):
            values[sits] = np.maximum.reduceat(worth, begins[sits])
        values[values == _UNKNOWN] = np.nan
        values[serves] = 1
        return values

    def account(self, actor: int) -> Account:
        """Where the actor sits or what it serves."""
        way = self._best(actor, self._showing.by(actor))
        place = self._index.statements.name(self._place)
        verdict = self._verdict(way)
        return Account(
            verdict,
            explain.wanted_place(place, self._radius_km),
            self._index.statements.name(way.area) if way else explain.NOTHING,
            self._reason(way, place) if way else explain.NOT_SHOWN,
            self._triples(actor, way) if way else (),
            self._shortfall(way) if way and verdict is Verdict.DOES_NOT_FIT else None,
        )

    def _seat_values(self, towns: Integers) -> Floats:
        """What a seat in each town is worth."""
        terms, points = self._index.points
        places = np.minimum(terms.searchsorted(towns), max(0, len(terms) - 1))
        here = self._index.statements.find(self._place)
        origin = points[terms == here]
        values = np.full(len(towns), _UNKNOWN)
        if len(origin) and len(towns):
            has_point = terms[places] == towns
            distance_km = great_circles_km(tuple(origin[0]), points[places[has_point]])
            if self._radius_km is None:
                values[has_point] = 2 ** (-distance_km / HALVING_KM)
            else:
                values[has_point] = distance_km <= self._radius_km
        values[np.isin(towns, self._inside)] = 1.0
        return values

    def _service_values(self, areas: Integers) -> Floats:
        """What it is worth to serve each area; each different one is judged once."""
        different, which = np.unique(areas, return_inverse=True)
        judged = [self._service_value(self._index.statements.iri(area)) for area in different.tolist()]
        return np.array(judged, dtype=float)[which]

    def _service_value(self, area: IRI) -> float:
        places = self._index.places
        if places.contains(area, self._place):
            return 1.0
        return IN_PART if places.contains(self._place, area) else 0.0

    def _best(self, actor: int, shown: Sequence[Shown]) -> Way | None:
        towns = self._index.actors.towns_of(self._index.statements, actor)
        seats = [way for way in map(self._seat, towns) if way]
        ways = [way for each in shown for way in self._served(each.record)]
        if not seats:
            ways = [way for way in ways if way.value == 1]
        elif not all(each.record.serves for each in shown):
            ways += seats
        return min(ways, key=_best_first, default=None)

    def _served(self, record: Record) -> Iterator[Way]:
        return (Way(self._service_value(area), area, record) for area in record.serves)

    def _seat(self, town: IRI) -> Way | None:
        if self._index.places.contains(self._place, town):
            return Way(1.0, town)
        distance_km = self._index.places.distance_km(self._place, town)
        if distance_km is None:
            return None
        if self._radius_km is None:
            return Way(2 ** (-distance_km / HALVING_KM), town, None, distance_km)
        return Way(float(distance_km <= self._radius_km), town, None, distance_km)

    def _verdict(self, way: Way | None) -> Verdict:
        if way is None:
            return Verdict.UNKNOWN
        is_near = self._radius_km is None and way.distance_km is not None and way.distance_km <= NEAR_KM
        if way.value == 1 or is_near:
            return Verdict.FITS
        return Verdict.PARTLY if way.value else Verdict.DOES_NOT_FIT

    def _shortfall(self, way: Way) -> Text | None:
        if self._radius_km is None or way.distance_km is None:
            return None
        return explain.km_short(way.distance_km - self._radius_km)

    def _reason(self, way: Way, place: Text) -> Text:
        area = self._index.statements.name(way.area)
        if way.record is None:
            return explain.seated(area, place, way.distance_km)
        if way.value == 0:
            return explain.served_elsewhere(area, place)
        return explain.served(place, area, way.record.called, wholly=way.value == 1)

    def _triples(self, actor: int, way: Way) -> tuple[QuotedTriple, ...]:
        quote, places = self._index.statements.quote, self._index.places
        inner, outer = (way.area, self._place) if places.contains(self._place, way.area) else (self._place, way.area)
        lies_in = quote(*places.path(inner, outer))
        if way.record:
            return (*quote((way.record.evidence.iri, REV.serves, way.area)), *lies_in)
        said = self._index.statements
        iri = self._index.actors.iri(said, actor)
        sites = said.links(iri, ORG.hasSite)
        site = next(each for each in sites if way.area in said.links(each, REV.sitePlace))
        return (*quote((iri, ORG.hasSite, site), (site, REV.sitePlace, way.area)), *lies_in)


def _best_first(way: Way) -> tuple[float, bool, float, IRI, IRI]:
    by = way.record.evidence.iri if way.record else way.area
    return -way.value, way.record is None, way.distance_km or 0.0, way.area, by
