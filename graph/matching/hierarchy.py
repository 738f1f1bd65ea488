"""Ways up a hierarchy: everything above a thing, and the shortest chain of triples to something above it."""

from collections.abc import Mapping

from graph.matching.statements import Spoken
from ontology.terms import IRI

Steps = Mapping[IRI, tuple[IRI, ...]]


def above(start: IRI, steps: Steps) -> tuple[IRI, ...]:
    """Everything that steps lead to from `start`, nearest first; `start` itself is not above itself.

    >>> above(IRI("a"), {IRI("a"): (IRI("b"),), IRI("b"): (IRI("c"), IRI("a"))})
    ('b', 'c')
    """
    return tuple(_reached(start, steps))[1:]


def chain(start: IRI, goal: IRI, steps: Steps, predicate: IRI) -> tuple[Spoken, ...]:
    """The shortest way up from `start` to `goal` as triples; none if they are the same or there is no way."""
    before = _reached(start, steps)
    way: list[Spoken] = []
    while goal != start and goal in before:
        way.append((before[goal], predicate, goal))
        goal = before[goal]
    return tuple(reversed(way))


def _reached(start: IRI, steps: Steps) -> dict[IRI, IRI]:
    """Each thing that is reached, with the one before it on the shortest way."""
    before, ring = {start: start}, [start]
    while ring:
        found = {upper: lower for lower in reversed(ring) for upper in steps.get(lower, ()) if upper not in before}
        before |= found
        ring = sorted(found)
    return before
