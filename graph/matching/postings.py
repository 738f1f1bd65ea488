"""Which actors show a concept, and how strongly at most: one list a concept, and one for it with all narrower ones."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from graph.matching.arrays import Integers, Lists, lists_of, read_array, write_array
from graph.matching.evidence import Records

Posting = tuple[Integers, NDArray[np.float32]]


class Postings:
    """Actors and strengths by concept; a list names an actor once."""

    def __init__(self, folder: Path) -> None:
        self._lists = Lists(read_array(folder, "posting-lists"))
        self._actors, self._strengths = read_array(folder, "posting-actors"), read_array(folder, "posting-strengths")
        self._covering = read_array(folder, "posting-covering")

    def showing(self, concept: int) -> Posting:
        """Who shows the concept itself."""
        span = self._lists.span(concept)
        return self._actors[span], self._strengths[span]

    def covering(self, concept: int) -> Posting:
        """Who shows the concept or a narrower one."""
        return self.showing(int(self._covering[concept]))


def write_postings(records: Records, narrower: Mapping[int, Sequence[int]], folder: Path) -> None:
    """Turn the records over; `narrower` lists all concepts below one, by number, where there are any."""
    count, actor_count = len(records.concept_terms), len(records.of_actor.offsets) - 1
    owners, _ = records.shows.spread(np.arange(len(records.node), dtype=np.int32))
    concept, actor, strength = _strongest(records.concepts, records.actor[owners], records.strengths)
    own = lists_of(concept, count)
    actors, strengths, sizes = [actor], [strength], [np.diff(own.offsets)]
    covering = np.arange(count, dtype=np.int32)
    best = np.zeros(actor_count, dtype=np.float32)
    for upper, lower in sorted(narrower.items()):
        for span in map(own.span, (upper, *lower)):
            best[actor[span]] = np.maximum(best[actor[span]], strength[span])
        shown = np.flatnonzero(best).astype(np.int32)
        covering[upper] = sum(map(len, sizes))
        actors.append(shown)
        strengths.append(best[shown])
        sizes.append(np.array([len(shown)]))
        best[shown] = 0
    write_array(folder, "posting-lists", np.concatenate(([0], np.cumsum(np.concatenate(sizes), dtype=np.int64))))
    write_array(folder, "posting-actors", np.concatenate(actors))
    write_array(folder, "posting-strengths", np.concatenate(strengths))
    write_array(folder, "posting-covering", covering)


def _strongest(
    concept: Integers, actor: Integers, strength: NDArray[np.float32]
) -> tuple[Integers, Integers, NDArray[np.float32]]:
    """Each pair of concept and actor once, with the greatest strength."""
    order = np.lexsort((-strength, actor, concept))
    concept, actor, strength = concept[order], actor[order], strength[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (concept[1:] != concept[:-1]) | (actor[1:] != actor[:-1])
    return concept[is_first], actor[is_first], strength[is_first]
