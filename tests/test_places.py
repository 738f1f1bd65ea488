"""Where places lie: containment over steps, and distances checked against a geodesic calculator."""

import pytest

from graph.matching.places import Places
from ontology.terms import IRI, REV

TOWN, KREIS, REGION, STATE = (IRI(f"urn:{name}") for name in ("town", "kreis", "region", "state"))
WITHIN = {TOWN: (KREIS,), KREIS: (REGION, STATE)}


@pytest.fixture
def places() -> Places:
    points = {TOWN: (51.6141, 7.1979), STATE: (51.2277, 6.7735)}  # Recklinghausen, Düsseldorf
    return Places((TOWN, KREIS, REGION, STATE), within=WITHIN, points=points)


def test_a_place_lies_in_everything_around_it(places: Places) -> None:
    assert places.contains(REGION, TOWN)
    assert places.contains(TOWN, TOWN)
    assert not places.contains(TOWN, REGION)
    assert TOWN in places
    assert IRI("urn:nowhere") not in places


def test_the_way_out_is_told_step_by_step(places: Places) -> None:
    assert places.path(TOWN, STATE) == ((TOWN, REV.within, KREIS), (KREIS, REV.within, STATE))
    assert places.path(TOWN, TOWN) == places.path(REGION, STATE) == ()


def test_a_distance_is_known_only_between_known_points(places: Places) -> None:
    distance_km = places.distance_km(TOWN, STATE)
    assert distance_km == pytest.approx(52.1, abs=0.3)
    assert places.distance_km(TOWN, REGION) is None
