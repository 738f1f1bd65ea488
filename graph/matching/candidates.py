"""Which criteria a need calls for, and which actors are worth judging by all of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph.matching.arrays import Integers
from graph.matching.coverage import Coverage, ask
from graph.matching.criterion import Signal, Source
from graph.matching.either import spoken
from graph.matching.index import MatchIndex
from graph.matching.reach import Reach
from graph.matching.readiness import Readiness
from graph.matching.role import Role
from graph.matching.showing import Floats, Showing, asked_near
from graph.matching.strength import Strength
from graph.matching.weights import WEIGHTS
from graph.model import NeedProfile
from ontology.terms import IRI

JUDGED = 1000  # actors that are judged by every criterion, where more show something


@dataclass(frozen=True, slots=True)
class Asked:
    """The criteria that a need calls for, first those that make a candidate: `sources`, `coverages` among them."""

    signals: tuple[Signal, ...]
    coverages: tuple[Coverage, ...]
    sources: tuple[Source, ...]
    showing: Showing


def criteria_of(index: MatchIndex, profile: NeedProfile) -> Asked:
    """The criteria that `profile` calls for."""
    asked = {
        "competence": ask(index, index.competences, profile.competences, profile.preferred),
        "technology": ask(index, index.technologies, profile.technologies),
    }
    near = asked_near(index, [kin for each in asked.values() for kin in each.kin])
    texts = spoken(index, profile)
    showing = Showing(index, near, profile.day, counts_text=bool(texts))
    first = len(asked["competence"].concepts)
    competence = Coverage("competence", index, asked["competence"], showing, 0)
    technology = Coverage("technology", index, asked["technology"], showing, first)
    coverages = tuple(coverage for coverage in (competence, technology) if coverage.asked)
    sources: tuple[Source, ...] = (*coverages, *texts)
    conditions: list[Signal] = [Strength(index, showing)] if coverages else []
    if profile.place:
        conditions.append(Reach(index, showing, profile.place, profile.radius_km))
    if profile.minimum_readiness is not None:
        conditions.append(Readiness(index, showing, profile.minimum_readiness))
    if profile.actor_class:
        conditions.append(Role(index, profile.actor_class))
    return Asked((*sources, *conditions), coverages, sources, showing)


def candidates(
    index: MatchIndex, asked: Asked, profile: NeedProfile, limit: int, among: Sequence[IRI] | None
) -> Integers:
    """The actors that show something of what is asked; of very many, those that promise most by any source."""
    if not asked.sources:
        return np.empty(0, dtype=np.int32)
    said = index.statements
    promise = np.zeros(len(index.actors))
    for source in asked.sources:
        promise += WEIGHTS[source.name] * source.bounds()
    if among is not None:
        is_named = np.zeros(len(promise), dtype=bool)
        named = [index.actors.number(said.find(iri)) for iri in among]
        is_named[[number for number in named if number >= 0]] = True
        promise = np.where(is_named, promise, 0)
    asker = index.actors.number(said.find(profile.asked_by)) if profile.asked_by else -1
    if asker >= 0:
        promise[asker] = 0
    return most_promising(promise, max(JUDGED, 2 * limit)).astype(np.int32)


def most_promising(promise: Floats, count: int) -> Integers:
    """The places of the greatest values above 0, in order; of equal ones at the edge the first.

    >>> most_promising(np.array([0.5, 0.0, 1.0, 0.5]), 2).tolist()
    [0, 2]
    """
    found = np.flatnonzero(promise > 0)
    if len(found) > count:
        values = promise[found]
        edge = np.partition(values, len(values) - count)[len(values) - count]
        above, at_edge = found[values > edge], found[values == edge]
        found = np.sort(np.concatenate((above, at_edge[: count - len(above)])))
    return found
