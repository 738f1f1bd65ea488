"""What municipalities are strong in for their size, with how many records tell so and how sure that is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response

from api.current import Current
from api.pages.shown import Analysed, analysed, chosen, shown_page
from graph.analysis.drawing import Axis, axis
from graph.analysis.facts import Employment, Facts
from graph.analysis.specialisation import LEAST, Advantage
from graph.store import Store
from ontology.terms import IRI

MOST_AT_FIRST = 5  # advantages of each place, as long as none is chosen


@dataclass(frozen=True, slots=True)
class Strengths:
    """The advantages of each municipality, the greatest first, and the one axis on which all can be compared."""

    places: Mapping[IRI, Sequence[Advantage]]
    axis: Axis


def profile_page(blueprint: Blueprint, current: Current) -> None:
    """`/profile`, and with `place` all that is known of one municipality."""

    @blueprint.get("/profile")
    def specialisation() -> Response:
        told = analysed(current)
        facts, found = told.facts, told.profile
        place = chosen("place", facts.municipalities)
        strengths = current.remembered(_strengths, told)
        shown = {each: of for each, of in strengths.places.items() if place in (None, each)}
        if not place:
            shown = {each: [one for one in of if one.rca >= 1] for each, of in shown.items()}
        employment = _employment(facts, place)
        return shown_page(
            current,
            "profile.html",
            things=lambda: [
                *facts.municipalities,
                *(each.competence for of in shown.values() for each in (of if place else of[:MOST_AT_FIRST])),
                *(each.group for each in employment),
                *(each.place for each in employment[:1]),
            ],
            municipalities=lambda: facts.municipalities,
            place=lambda: place,
            shown=lambda: shown,
            most=lambda: None if place else MOST_AT_FIRST,
            axis=lambda: strengths.axis,
            too_small=lambda: found.too_small,
            least=lambda: LEAST,
            employment=lambda: employment,
            is_around=lambda: place is None or all(each.place not in facts.regions for each in employment),
            quotients=lambda: axis(
                value for each in employment for value in (each.to_state, each.to_nation) if value is not None
            ),
            notes=lambda: facts.notes,
        )


def _strengths(_: Store, told: Analysed) -> Strengths:
    places: defaultdict[IRI, list[Advantage]] = defaultdict(list)
    for each in told.profile.advantages:
        places[each.place].append(each)
    return Strengths(
        places, axis(value for each in told.profile.advantages for value in (each.low, each.rca, each.high))
    )


def _employment(facts: Facts, place: IRI | None) -> list[Employment]:
    """The employees of the smallest area around the municipality that has figures, else those of the region."""
    areas = sorted(facts.within[place], key=lambda area: -len(facts.within[area])) if place else []
    for area in (*areas, *sorted(facts.regions)):
        if found := [each for each in facts.employment if each.place == area and each.to_nation]:
            return found
    return []
