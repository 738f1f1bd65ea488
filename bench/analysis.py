"""What each analysis takes on generated regions, in time and memory, and how that grows with the region.

`python -m bench.analysis [ACTORS ...]`. A region has a project of two to six partners for every five actors, an offer
of five competences (of 500) for every actor, a need of three for every second, in 60 municipalities; 1,000 tasks.
"""

import argparse
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from random import Random
from time import perf_counter

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Actor, Demand, Facts, Supply, Task, Tie
from graph.analysis.network import brokerage, cooperation, measures, missing_ties
from graph.analysis.specialisation import profile
from graph.analysis.tasks import assign
from graph.analysis.team import teams
from graph.analysis.white_spots import white_spots
from ontology.terms import IRI

COMPETENCES, PLACES, FIELDS, TASKS, BRIDGES = 500, 60, 20, 1000, 200
TO_REACH_S = {"network": 60.0, "white spots": 5.0, "team of 12": 2.0, "1,000 tasks": 20.0}


def main() -> None:
    """Print a line for each analysis of each size."""
    parser = argparse.ArgumentParser(description="Measure the analyses.")
    parser.add_argument("actors", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    for size in parser.parse_args().actors:
        _measure(_region(size))


def _measure(facts: Facts) -> None:
    print(f"{len(facts.actors):,} actors, {len(facts.ties):,} ties, {len(facts.demand):,} needs")
    with _timed("network"):
        graph = cooperation(facts)
        measures(graph)
        brokers = [each.iri for each in facts.actors.values() if BRIDGE in each.classes][:BRIDGES]
        brokerage(graph, {each.iri: each.place for each in facts.actors.values()}, brokers)
    _run("missing ties", lambda: missing_ties(facts, graph))
    _run("white spots", lambda: white_spots(facts))
    _run("profile", lambda: profile(facts))
    _run("team of 12", lambda: teams(facts, _skills()[:12]))
    _run("1,000 tasks", lambda: assign(facts))


def _run(name: str, work: Callable[[], object]) -> None:
    with _timed(name):
        work()


@contextmanager
def _timed(name: str) -> Iterator[None]:
    begin = perf_counter()
    yield
    taken = perf_counter() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    limit = TO_REACH_S.get(name)
    verdict = "" if limit is None else f"  (to reach: {limit:g} s{'' if taken <= limit else ' – MISSED'})"
    print(f"  {name:14}{taken:9.2f} s   peak so far {memory:7,.0f} MB{verdict}", flush=True)


def _skills() -> list[IRI]:
    return [IRI(f"urn:skill:{number}") for number in range(COMPETENCES)]


def _region(size: int) -> Facts:
    random = Random(size)
    skills, towns = _skills(), [IRI(f"urn:town:{number}") for number in range(PLACES)]
    region = IRI("urn:region")
    people = [IRI(f"urn:actor:{number}") for number in range(size)]
    kinds = ((USER,), (DEVELOPER,), (BRIDGE,), (USER, DEVELOPER))
    actors = {each: Actor(each, each, random.choice(towns), frozenset(random.choice(kinds))) for each in people}
    projects = ((IRI(f"urn:project:{n}"), random.sample(people, random.randint(2, 6))) for n in range(size // 5))
    ties = tuple(
        Tie("project", one, other, project)
        for project, partners in projects
        for one, other in combinations(partners, 2)
    )
    offers = tuple(
        Supply(IRI(f"{each}:offer"), each, DEVELOPER, frozenset(random.sample(skills, 5)), frozenset({region}))
        for each in people
    )
    needs = tuple(
        Demand(
            IRI(f"{each}:need"),
            each,
            frozenset(random.sample(skills, 3)),
            frozenset({random.choice(towns)}),
            frozenset(),
        )
        for each in people[::2]
    )
    fields = {IRI(f"urn:field:{n}"): frozenset(skills[n::FIELDS]) for n in range(FIELDS)}
    return Facts(
        actors=actors,
        ties=ties,
        supply=offers,
        demand=needs,
        competences={each.actor: each.competences for each in offers},
        within={region: frozenset({region}), **{town: frozenset({town, region}) for town in towns}},
        regions=frozenset({region}),
        tasks=tuple(_task(n, random, list(fields)) for n in range(TASKS)),
        fields=fields,
    )


def _task(number: int, random: Random, fields: list[IRI]) -> Task:
    kind, field = random.choice((USER, DEVELOPER, BRIDGE)), random.choice(fields)
    nothing = frozenset[IRI]()
    return Task(
        IRI(f"urn:task:{number}"), str(number), None, frozenset({kind}), nothing, frozenset({field}), nothing, nothing
    )


if __name__ == "__main__":
    main()
