"""What actors show of what a need asks for: their records that are valid and bear on it, many actors at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from graph.matching.arrays import Integers
from graph.matching.index import MatchIndex, Record

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record of an actor that bears on a need: how near it comes at best, and with all that it shows, in [0, 1]."""

    record: Record
    relevance: float
    focus: float


@dataclass(frozen=True, slots=True)
class Shows:
    """What several actors show: their records, in the order of `actors`, and how near each asked concept is reached.

    `owner` is the place in `actors` of each record, `focus` tells how far all that it shows is asked for; `best` has a
    row for each asked concept, a column for each actor.
    """

    actors: Integers
    owner: Integers
    record: Integers
    relevance: Floats
    focus: Floats
    best: Floats


class Showing:
    """The records that bear on a need: by a concept near to one that is asked or, where text counts, by having text.

    `near` has a row for each asked concept and a column for each concept of the index.
    """

    def __init__(self, index: MatchIndex, near: Floats, day: date, *, counts_text: bool) -> None:
        self._index, self.near, self._day, self._counts_text = index, near, day, counts_text
        self._nearest = near.max(axis=0, initial=0.0)
        self._last: Shows | None = None
        self._by: dict[int, tuple[Shown, ...]] = {}

    def of(self, actors: Integers) -> Shows:
        """What these actors show; the last answer is remembered."""
        if self._last is None or self._last.actors is not actors:
            self._last = self._shows(actors)
        return self._last

    def by(self, actor: int) -> tuple[Shown, ...]:
        """What one actor shows, the most telling first; the answer is remembered."""
        if actor not in self._by:
            self._by[actor] = self._shown(actor)
        return self._by[actor]

    def asked_of(self, record: Record) -> tuple[int, ...]:
        """The concepts of a record that are near to any asked one."""
        return tuple(concept for concept in record.concepts if self._nearest[concept] > 0)

    def _shown(self, actor: int) -> tuple[Shown, ...]:
        last = self._last
        if last is None or actor not in last.actors:
            last = self._shows(np.array([actor], dtype=np.int32))
        place = int(np.flatnonzero(last.actors == actor)[0])
        mine = slice(*last.owner.searchsorted((place, place + 1)).tolist())
        trust = self._index.records.trust
        shown = [
            (-round(near, 6), -float(trust[record]), record, focus)
            for record, near, focus in zip(
                last.record[mine].tolist(), last.relevance[mine].tolist(), last.focus[mine].tolist(), strict=True
            )
        ]
        node = self._index.records.node
        shown.sort(key=lambda each: (each[0], each[1], int(node[each[2]])))
        return tuple(Shown(self._index.record(record), -near, focus) for near, _, record, focus in shown)

    def _shows(self, actors: Integers) -> Shows:
        records = self._index.records
        owner, record = records.of_actor.spread(actors)
        is_valid = records.hold_on(record, self._day)
        owner, record = owner[is_valid], record[is_valid]
        shower, places = records.shows.spread(record)
        concept = records.concepts[places]
        asked_for = self._nearest[concept] * records.strengths[places]
        shown = np.bincount(shower, minlength=len(record))
        focus = np.bincount(shower, weights=asked_for, minlength=len(record)) / np.maximum(shown, 1)
        is_near = self._nearest[concept] > 0
        shower, concept, strength = shower[is_near], concept[is_near], records.strengths[places[is_near]]
        relevance = greatest(self._nearest[concept] * strength, shower, len(record))
        best = greatest(self.near[:, concept] * strength, owner[shower], len(actors))
        bears = relevance > 0
        if self._counts_text:
            bears |= records.has_text[record]
        return Shows(actors, owner[bears], record[bears], relevance[bears], focus[bears], best)


def greatest(values: Floats, groups: Integers, count: int) -> Floats:
    """The greatest value of each of `count` groups along the last axis, 0 for an empty one; groups come in order."""
    result = np.zeros((*values.shape[:-1], count))
    if len(groups):
        begins = first_of_each(groups)
        result[..., groups[begins]] = np.maximum.reduceat(values, begins, axis=-1)
    return result


def first_of_each(groups: Integers) -> Integers:
    """Where each group begins; groups come in order."""
    is_first = np.ones(len(groups), dtype=bool)
    np.not_equal(groups[1:], groups[:-1], out=is_first[1:])
    return is_first.nonzero()[0]


def asked_near(index: MatchIndex, kin: Sequence[tuple[Integers, Floats]]) -> Floats:
    """The matrix of nearness from what each asked concept is kin to."""
    near = np.zeros((len(kin), len(index.records.concept_terms)))
    for row, (concepts, nearness) in zip(near, kin, strict=True):
        row[concepts] = nearness
    return near
