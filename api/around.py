"""What stands around a thing in the lists: those that go on about it, its kin among concepts, the tasks of a goal."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import g

from api.current import Current
from api.pages.lists import WORDS, Asked, listing
from graph.describe import Named
from graph.kinds import KINDS
from graph.listing import Entry
from ontology.terms import IRI, REV, SKOS

MOST_STEPS = 40


@dataclass(frozen=True, slots=True)
class Lead:
    """A list that goes on about a thing: what it is called, how many entries it has, and where."""

    word: str
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Kin:
    """What a thing is part of, the broadest first, and what is part of it."""

    above: tuple[Named, ...] = ()
    below: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A task towards a goal, and how it stands."""

    entry: Entry
    status: tuple[Named, ...]


def leads(current: Current, iri: IRI, classes: Collection[IRI]) -> list[Lead]:
    """The lists that hold something when narrowed to a thing of these `classes`, the fullest of each kind."""
    found: dict[str, Lead] = {}
    for kind in KINDS:
        # most things are no value of any facet: their pages do not wait for the lists
        for facet in (each for each in kind.facets if (each.among or SKOS.Concept) in classes):
            known = listing(current, kind.name)
            key = known.key(facet.name, iri)
            count = known.count(facet.name, iri) if key else 0
            if key and count > (found[kind.name].count if kind.name in found else 0):
                found[kind.name] = Lead(WORDS[kind.name][0], count, Asked(kind.name, {facet.name: key}).address())
    return list(found.values())


def kin(current: Current, iri: IRI, classes: Collection[IRI]) -> Kin:
    """What a competence or a technology is part of, and what is part of it; nothing for other `classes`."""
    for name, kind in (("competences", REV.Competence), ("technologies", REV.Technology)):
        known = listing(current, name) if kind in classes else None
        if known and iri in known.numbers:
            return Kin(known.lineage(known.numbers[iri]), known.below(known.numbers[iri]))
    return Kin()


def steps(current: Current, goal: IRI) -> tuple[Step, ...]:
    """The first tasks that contribute to a goal, by number."""
    known = listing(current, "tasks")
    key = known.key("goal", goal)
    if key is None:
        return ()
    numbers = known.ordered(known.narrowed({"goal": key}).found, known.orders[0], g.language)[:MOST_STEPS]
    status = known.values_of("status", numbers)
    return tuple(
        Step(known.entries[each], tuple(told.named for told in status.get(each, ()) if told.named))
        for each in numbers.tolist()
    )
