"""Every indicator of a region as a flat list, and as observations of an RDF Data Cube.

https://www.w3.org/TR/vocab-data-cube/; the scheme `voc:indicator` defines each indicator and names its source.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from graph.analysis.facts import BRIDGE, DEVELOPER, Facts
from graph.analysis.network import Measures, brokerage, cooperation, measures
from graph.analysis.specialisation import profile
from graph.analysis.tasks import coverage, order
from graph.analysis.white_spots import State, white_spots
from graph.model import Literal, Text
from graph.provenance import triple
from ontology.naming import GRAPH, ID, PLACE, VOC, key_of
from ontology.terms import DCTERMS, IRI, PROV, QB, RDF, REV, XSD

INDICATORS = IRI(GRAPH + "indicators")
BETWEEN = 50  # actors of greatest betweenness whose brokerage is told beside that of bridge builders
_STRUCTURE = IRI(ID + "indicators/structure")
_DATA_SET = IRI(ID + "indicators")
_TITLE = Text("Kennzahlen der Region", "Figures of the region")
_DIMENSIONS = (REV.observedIndicator, REV.observedThing, REV.observedCompetence)
_ATTRIBUTES = (REV.sampleSize, REV.lowerBound, REV.upperBound, REV.expectedValue, REV.standardScore)


@dataclass(frozen=True, slots=True)
class Observation:
    """The value of an indicator for a thing, perhaps within one competence.

    `n` is how many records it rests on, `low` to `high` its 95 % bootstrap interval, `expected` what chance alone lets
    expect, `z` the distance from that in standard deviations; `basis` are the things that it was computed from, where
    the graph does not tell them by a single pattern.
    """

    indicator: str
    thing: IRI
    value: float
    competence: IRI | None = None
    n: int = 0
    low: float | None = None
    high: float | None = None
    expected: float | None = None
    z: float | None = None
    basis: tuple[IRI, ...] = ()

    @property
    def key(self) -> tuple[str, IRI, IRI]:
        """What the observation is of, whatever its value; in this order they are listed."""
        return self.indicator, self.thing, self.competence or IRI("")


def observations(facts: Facts) -> tuple[Observation, ...]:
    """Every indicator of the region, in the order of `key`; actors without a tie have none of the network's."""
    found = chain(_network(facts), _white_spots(facts), _target_system(facts), _specialisation(facts))
    return tuple(sorted(found, key=lambda each: each.key))


def cube(found: Iterable[Observation], region: str) -> Iterator[str]:
    """The observations of the pack `region` as N-Triples, with the structure of the cube."""
    yield from _structure()
    for each in found:
        node = IRI(f"{ID}{region}/observation/{each.indicator}/{_local(each.thing, region)}")
        if each.competence:
            node = IRI(f"{node}/{_local(each.competence, region)}")
        yield triple(node, RDF.type, REV.IndicatorObservation)
        yield triple(node, RDF.type, QB.Observation)
        yield triple(node, QB.dataSet, _DATA_SET)
        yield triple(node, REV.observedIndicator, IRI(f"{VOC}indicator/{each.indicator}"))
        yield triple(node, REV.observedThing, each.thing)
        yield triple(node, REV.indicatorValue, _decimal(each.value))
        if each.competence:
            yield triple(node, REV.observedCompetence, each.competence)
        yield triple(node, REV.sampleSize, Literal(str(each.n), datatype=XSD.integer))
        for says, value in (
            (REV.lowerBound, each.low),
            (REV.upperBound, each.high),
            (REV.expectedValue, each.expected),
            (REV.standardScore, each.z),
        ):
            if value is not None:
                yield triple(node, says, _decimal(value))
        for thing in each.basis:
            yield triple(node, PROV.wasDerivedFrom, thing)


def _network(facts: Facts) -> Iterator[Observation]:
    graph = cooperation(facts)
    shared = {
        actor: tuple(sorted({thing for tie in ties.values() for thing in tie["through"]}))
        for actor, ties in graph.adjacency()
    }
    placed = measures(graph)
    for each in placed:
        if each.degree:
            for name, value in _values(each):
                yield Observation(name, each.actor, value, n=each.degree, basis=shared[each.actor])
    places = {each.iri: each.place for each in facts.actors.values() if each.place}
    bridges = (each.iri for each in facts.actors.values() if BRIDGE in each.classes)
    between = (each.actor for each in placed[:BETWEEN] if each.betweenness)
    for broker, roles in brokerage(graph, places, dict.fromkeys(chain(bridges, between))).items():
        for role in roles:
            if role.count:
                yield Observation(
                    role.name, broker, role.count, n=len(graph[broker]), expected=role.expected, z=role.z,
                    basis=shared[broker],
                )  # fmt: skip


def _values(each: Measures) -> Iterator[tuple[str, float]]:
    yield "degree", each.degree
    yield "tie-strength", each.strength
    yield "betweenness", each.betweenness
    if each.constraint is not None and each.effective_size is not None:
        yield "constraint", each.constraint
        yield "effective-size", each.effective_size
    yield "core-number", each.core
    yield "community", each.community
    yield "component", each.component


def _white_spots(facts: Facts) -> Iterator[Observation]:
    for cell in white_spots(facts):
        if cell.actor_class == DEVELOPER:
            needs, suppliers = len(cell.needs), len(cell.suppliers)
            value, basis = (
                (suppliers, ()) if cell.state is State.IDLE else (needs, (*cell.needs, *sorted(cell.suppliers)))
            )
            yield Observation(
                cell.state.value, cell.municipality, value, cell.competence, n=needs + suppliers, basis=basis
            )


def _target_system(facts: Facts) -> Iterator[Observation]:
    contributing: dict[IRI, list[IRI]] = {}
    for task in facts.tasks:
        for goal in task.goals:
            contributing.setdefault(goal, []).append(task.iri)
    for goal, (tasks, led) in coverage(facts).items():
        yield Observation("led-tasks", goal, led / tasks, n=tasks, basis=tuple(sorted(contributing[goal])))
    for task_iri, waiting in order(facts.tasks).blocking:
        yield Observation("waiting-tasks", task_iri, waiting, n=waiting)


def _specialisation(facts: Facts) -> Iterator[Observation]:
    found = profile(facts)
    for each in found.advantages:
        yield Observation(
            "comparative-advantage", each.place, each.rca, each.competence, n=each.n, low=each.low, high=each.high
        )
        if each.relatedness is not None:
            yield Observation("relatedness-density", each.place, each.relatedness, each.competence, n=each.n)
    strong = [each for each in found.advantages if each.rca >= 1]
    in_place, of_competence = Counter(each.place for each in strong), Counter(each.competence for each in strong)
    for place, value in found.place_complexity:
        yield Observation("place-complexity", place, value, n=in_place[place])
    for competence, value in found.competence_complexity:
        yield Observation("competence-complexity", competence, value, n=of_competence[competence])


def _structure() -> Iterator[str]:
    yield triple(_DATA_SET, RDF.type, QB.DataSet)
    yield triple(_DATA_SET, DCTERMS.title, Literal(_TITLE.de, "de"))
    yield triple(_DATA_SET, DCTERMS.title, Literal(_TITLE.en, "en"))
    yield triple(_DATA_SET, QB.structure, _STRUCTURE)
    yield triple(_STRUCTURE, RDF.type, QB.DataStructureDefinition)
    parts = [(QB.dimension, each) for each in _DIMENSIONS]
    parts += [(QB.measure, REV.indicatorValue), *((QB.attribute, each) for each in _ATTRIBUTES)]
    for says, what in parts:
        part = IRI(f"{_STRUCTURE}/{what.rpartition('#')[2]}")
        yield triple(_STRUCTURE, QB.component, part)
        yield triple(part, RDF.type, QB.ComponentSpecification)
        yield triple(part, says, what)


def _decimal(value: float) -> Literal:
    """A number as xsd:decimal, to six places.

    >>> _decimal(2.5).value, _decimal(1 / 3).value, _decimal(4).value
    ('2.5', '0.333333', '4.0')
    """
    whole, _, part = f"{value:.6f}".partition(".")
    return Literal(f"{whole}.{part.rstrip('0') or '0'}", datatype=XSD.decimal)


def _local(thing: IRI, region: str) -> str:
    """What tells a thing from all others that an indicator is of, as the end of an address."""
    for base in (f"{ID}{region}/", PLACE, f"{VOC}competence/", ID, VOC):
        if thing.startswith(base):
            return thing[len(base) :]
    return key_of(thing)
