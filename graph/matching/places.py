"""Where places lie: which contains which, and how far they are from each other."""

from collections.abc import Iterable, Mapping
from math import asin, cos, radians, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from graph.matching.hierarchy import Steps, above, chain
from graph.matching.statements import Spoken
from ontology.terms import IRI, REV

EARTH_RADIUS_KM = 6371.0088  # mean radius of the GRS 80 ellipsoid (Moritz 2000, Geodetic Reference System 1980)

Point = tuple[float, float]


class Places:
    """The places of a snapshot: `rev:within` closed over steps, and `points` in degrees where one is recorded."""

    def __init__(self, places: Iterable[IRI], *, within: Steps, points: Mapping[IRI, Point]) -> None:
        self._places = frozenset(places)
        self._within = within
        self.points = points
        self._around = {place: frozenset(above(place, within)) for place in within}

    def __contains__(self, place: object) -> bool:
        return place in self._places

    def contains(self, outer: IRI, inner: IRI) -> bool:
        """Whether `inner` is `outer` or lies in it."""
        return outer == inner or outer in self._around.get(inner, ())

    def inside(self, outer: IRI) -> frozenset[IRI]:
        """`outer` and every place that lies in it."""
        return frozenset((outer, *(inner for inner, around in self._around.items() if outer in around)))

    def distance_km(self, one: IRI, other: IRI) -> float | None:
        """The straight line between the points of two places; None if a point is not recorded."""
        if one not in self.points or other not in self.points:
            return None
        return great_circle_km(self.points[one], self.points[other])

    def path(self, inner: IRI, outer: IRI) -> tuple[Spoken, ...]:
        """The shortest chain of `rev:within` from `inner` out to `outer`; none if they are the same or apart."""
        return chain(inner, outer, self._within, REV.within)


def great_circle_km(one: Point, other: Point) -> float:
    """The great-circle distance of two points (latitude, longitude) by the haversine formula (Sinnott 1984).

    Gelsenkirchen to Bottrop:

    >>> round(great_circle_km((51.5177, 7.0857), (51.5236, 6.9285)), 1)
    10.9
    """
    south, north = radians(one[0]), radians(other[0])
    halves = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(radians(other[1] - one[1]) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, halves)))


def great_circles_km(one: Point, others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same from one point to many; all in radians."""
    halves = np.sin((others[:, 0] - one[0]) / 2) ** 2
    halves += cos(one[0]) * np.cos(others[:, 0]) * np.sin((others[:, 1] - one[1]) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, halves))))
