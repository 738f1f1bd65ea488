"""What is known of each municipality in one number: what is recorded there is counted, what was observed is read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.analysis.facts import DEVELOPER, Facts
from graph.analysis.specialisation import Profile
from graph.analysis.white_spots import Cell, State
from graph.model import Literal
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part

Values = Mapping[IRI, float]


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """Which observations a number of each municipality is taken from.

    `figure` is an indicator or a property of statistics, `within` the competence or group of sectors that it is
    confined to, `year` when it was observed; without a year it was computed from the snapshot.
    """

    figure: IRI
    within: IRI | None
    year: int | None


def counted(facts: Facts, cells: Iterable[Cell], found: Profile) -> dict[str, Values]:
    """The counts of each municipality.

    An actor counts where it sits, an offer where its actor does, a need where it is located or else where its actor is.
    Competences count by the state of their needs. A place that is too small for strengths has no count of them.
    """
    at = {each.iri: each.place for each in facts.actors.values() if each.place}
    states: defaultdict[State, Counter[IRI]] = defaultdict(Counter)
    for cell in cells:
        if cell.actor_class == DEVELOPER:
            states[cell.state][cell.municipality] += 1
    counts = {
        "actors": Counter(at.values()),
        "needs": Counter(
            place for each in facts.demand for place in (each.places or ({at[each.actor]} if each.actor in at else ()))
        ),
        "offers": Counter(at[each.actor] for each in facts.supply if each.actor in at),
        "unserved": states[State.UNSERVED],
        "single": states[State.SINGLE],
        "strengths": Counter(each.place for each in found.advantages if each.rca >= 1),
    }
    small = {"strengths": set(found.too_small)}
    return {
        name: {place: count[place] for place in facts.municipalities if place not in small.get(name, ())}
        for name, count in counts.items()
    }


def observed(store: Store, facts: Facts) -> Mapping[Reading, Values]:
    """Everything that is observed of the municipalities; one that a reading says nothing of is missing there.

    What is observed of a district counts for the municipality that it consists of.
    """
    alone = _alone(facts)
    told: dict[Reading, dict[IRI, float]] = {}
    for name in ("analysis-place-indicators", "analysis-place-statistics") if alone else ():
        for place, figure, within, year, value in store.select(part(name), {"place": tuple(alone)}).rows:
            if isinstance(place, IRI) and isinstance(figure, IRI) and isinstance(value, Literal):
                reading = Reading(
                    figure,
                    within if isinstance(within, IRI) else None,
                    int(year.value) if isinstance(year, Literal) else None,
                )
                values, municipality = told.setdefault(reading, {}), alone[place]
                if place == municipality or municipality not in values:  # its own figure before that of its district
                    values[municipality] = float(value.value)
    return told


def _alone(facts: Facts) -> dict[IRI, IRI]:
    """The municipality that each place is or consists of."""
    inside: defaultdict[IRI, list[IRI]] = defaultdict(list)
    for place in facts.municipalities:
        for area in facts.within[place]:
            inside[area].append(place)
    return {area: places[0] for area, places in inside.items() if len(places) == 1}
