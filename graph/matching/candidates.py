"""Which criteria a need calls for, and which actors are worth judging by all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph.matching.arrays import Integers
from graph.matching.capacity import Capacity
from graph.matching.closeness import Closeness
from graph.matching.coverage import Coverage, ask
from graph.matching.criterion import Signal, Source, Values
from graph.matching.either import Either, spoken
from graph.matching.focus import Focus
from graph.matching.index import MatchIndex
from graph.matching.reach import Reach
from graph.matching.readiness import Readiness
from graph.matching.role import Role
from graph.matching.showing import Showing, asked_near
from graph.matching.strength import Strength
from graph.matching.weights import STATED, WORDS
from graph.model import NeedProfile
from ontology.terms import IRI

JUDGED = 300  # actors that are judged by every criterion, where more show something


@dataclass(frozen=True, slots=True)
class Asked:
    """The criteria that a need calls for, first those that make a candidate: `sources`, `coverages` among them.

    `table` tells what each criterion weighs, by name; `foreseen` are the conditions that are known of every actor at
    little cost.
    """

    signals: tuple[Signal, ...]
    table: Mapping[str, float]
    coverages: tuple[Coverage, ...]
    sources: tuple[Source, ...]
    foreseen: tuple[Source, ...]
    showing: Showing


def criteria_of(index: MatchIndex, profile: NeedProfile) -> Asked:
    """The criteria that `profile` calls for."""
    asked = {
        "competence": ask(index, index.competences, profile.competences, profile.preferred),
        "technology": ask(index, index.technologies, profile.technologies),
    }
    near = asked_near(index, [kin for each in asked.values() for kin in each.kin])
    wordings = spoken(index, profile)
    showing = Showing(index, near, profile.day, counts_text=bool(wordings))
    first = len(asked["competence"].concepts)
    competence = Coverage("competence", index, asked["competence"], showing, 0)
    technology = Coverage("technology", index, asked["technology"], showing, first)
    coverages = tuple(coverage for coverage in (competence, technology) if coverage.asked)
    texts: tuple[Source, ...] = (Either(wordings),) if len(wordings) > 1 else wordings
    sources = (*coverages, *texts)
    conditions: list[Signal] = [Focus(index, showing), Strength(index, showing)] if coverages else []
    is_stated = any(each.origin != "text" for coverage in coverages for each in coverage.asked)
    if wordings:
        conditions.append(Closeness(index, [each.wanted for each in wordings], profile.day))
    if profile.minimum_readiness is not None:
        conditions.append(Readiness(index, showing, profile.minimum_readiness))
    if profile.capacity:
        conditions.append(Capacity(index, showing, profile.capacity))
    foreseen: list[Source] = []
    if profile.place:
        foreseen.append(Reach(index, showing, profile.place, profile.radius_km))
    if profile.actor_class:
        foreseen.append(Role(index, profile.actor_class))
    signals = (*sources, *conditions, *foreseen)
    return Asked(signals, STATED if is_stated else WORDS, coverages, sources, tuple(foreseen), showing)


def candidates(
    index: MatchIndex, asked: Asked, profile: NeedProfile, limit: int, among: Sequence[IRI] | None
) -> Integers:
    """The actors that show something of what is asked; of very many, those that promise most by any source."""
    if not asked.sources:
        return np.empty(0, dtype=np.int32)
    said = index.statements
    promise: Values = np.zeros(len(index.actors), dtype=np.float32)
    for source in asked.sources:
        promise += np.float32(asked.table[source.name]) * source.bounds()
    if among is not None:
        is_named = np.zeros(len(promise), dtype=bool)
        named = [index.actors.number(said.find(iri)) for iri in among]
        is_named[[number for number in named if number >= 0]] = True
        promise = np.where(is_named, promise, 0)
    asker = index.actors.number(said.find(profile.asked_by)) if profile.asked_by else -1
    if asker >= 0:
        promise[asker] = 0
    count = max(JUDGED, 2 * limit)
    if np.count_nonzero(promise) > count:
        promise = _with_conditions(promise, asked)
    return most_promising(promise, count).astype(np.int32)


def _with_conditions(promise: Values, asked: Asked) -> Values:
    """The same promise with what the conditions tell of all actors; what is unknown counts neither for nor against."""
    whole = np.full(len(promise), sum(asked.table[each.name] for each in asked.sources), dtype=np.float32)
    reached = promise.copy()
    for condition in asked.foreseen:
        bounds, weight = condition.bounds(), np.float32(asked.table[condition.name])
        reached += weight * np.nan_to_num(bounds)
        whole += weight * np.isfinite(bounds)
    return np.where(promise > 0, reached / whole, np.float32(0))


def most_promising(promise: Values, count: int) -> Integers:
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
