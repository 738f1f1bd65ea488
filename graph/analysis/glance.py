"""The region at a glance: how many actors of which class, what is open, where nobody serves a need, what is led."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph.analysis.facts import DEVELOPER, Facts
from graph.analysis.tasks import DONE
from graph.analysis.white_spots import Cell, State
from ontology.terms import IRI


@dataclass(frozen=True, slots=True)
class Glance:
    """The figures that one looks at first.

    `classes` counts actors, of which one may have several classes; `seats` counts actors by municipality. A need is
    unserved if some competence that it requires has no supplier where it is needed; `lacking` are the competences of
    most such needs, the most needed first, each with their number.
    """

    actors: int
    classes: Mapping[IRI, int]
    seats: Mapping[IRI, int]
    needs: int
    unserved_needs: int
    white_spots: int
    lacking: tuple[tuple[IRI, int], ...]
    tasks: int
    led_tasks: int
    done_tasks: int


def glance(facts: Facts, cells: Iterable[Cell], *, most_lacking: int = 5) -> Glance:
    """The region of `facts`, whose white spots are among `cells`, at a glance."""
    spots = [cell for cell in cells if cell.state is State.UNSERVED and cell.actor_class == DEVELOPER]
    seats = Counter(actor.place for actor in facts.actors.values() if actor.place)
    needs_of: dict[IRI, set[IRI]] = {}
    for cell in spots:
        needs_of.setdefault(cell.competence, set()).update(cell.needs)
    lacking = sorted(needs_of.items(), key=lambda each: (-len(each[1]), each[0]))
    return Glance(
        actors=len(facts.actors),
        classes=Counter(each for actor in facts.actors.values() for each in actor.classes),
        seats={place: seats[place] for place in facts.municipalities},
        needs=len(facts.demand),
        unserved_needs=len({need for cell in spots for need in cell.needs}),
        white_spots=len(spots),
        lacking=tuple((competence, len(needs)) for competence, needs in lacking[:most_lacking]),
        tasks=len(facts.tasks),
        led_tasks=sum(bool(task.bodies) for task in facts.tasks),
        done_tasks=sum(task.status == DONE for task in facts.tasks),
    )
