"""Where places lie: which contains which, and how far they are from each other."""

from collections.abc import Mapping
from math import asin, cos, radians, sin, sqrt

from graph.statements import Spoken
from ontology.terms import IRI, REV

EARTH_RADIUS_KM = 6371.0088  # mean radius of the GRS 80 ellipsoid (Moritz 2000, Geodetic Reference System 1980)

Point = tuple[float, float]


class Places:
    """The places of a snapshot: `rev:within` closed over steps, and a point in degrees where one is recorded."""

    def __init__(self, within: Mapping[IRI, tuple[IRI, ...]], points: Mapping[IRI, Point]) -> None:
        self._within = within
        self._points = points
        self._around = {place: frozenset(_around(place, within)) for place in within}

    def contains(self, outer: IRI, inner: IRI) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return outer == inner or outer in self._around.get(inner, ())

    def distance_km(self, one: IRI, other: IRI) -> float | None:
        """The straight line between the points of two places; None if a point is not recorded."""
        if one not in self._points or other not in self._points:
            return None
        return great_circle_km(self._points[one], self._points[other])

    def path(self, inner: IRI, outer: IRI) -> tuple[Spoken, ...]:
        """The shortest chain of `rev:within` from `inner` out to `outer`; none if they are the same or apart."""
        chains: dict[IRI, tuple[Spoken, ...]] = {inner: ()}
        for place in _around(inner, self._within):
            before = min((each for each in chains if place in self._within.get(each, ())), key=lambda at: len(chains[at]))
            chains.setdefault(place, (*chains[before], (before, REV.within, place)))
        return chains.get(outer, ())


def great_circle_km(one: Point, other: Point) -> float:
    """The great-circle distance of two points (latitude, longitude) by the haversine formula (Sinnott 1984).

    Gelsenkirchen to Bottrop:

    >>> round(great_circle_km((51.5177, 7.0857), (51.5236, 6.9285)), 1)
    10.9
    """
    south, north = radians(one[0]), radians(other[0])
    halves = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, halves)))


def _around(place: IRI, within: Mapping[IRI, tuple[IRI, ...]]) -> list[IRI]:
    """Every place that contains `place`, nearest steps first."""
    found: dict[IRI, None] = {}
    ring = [place]
    while ring:
        ring = [outer for inner in ring for outer in within.get(inner, ()) if outer not in found and outer != place]
        found |= dict.fromkeys(ring)
    return list(found)
