"""How well an actor answers a need, as one number: what SPARQL asks for with `rev:matchScore`, many rows at once."""

import codecs
import mmap  # noqa: F401 - numpy loads this and the next when they are first needed, and a sealed process could not
from functools import cached_property, lru_cache
from pathlib import Path

import numpy.ma  # noqa: F401

from graph.errors import RevierError
from graph.matching.index import FOLDER, MatchIndex, has_index, open_index
from graph.matching.match import rank
from graph.matching.needs import stored_need
from ontology.terms import IRI

codecs.lookup("ascii")  # likewise
REMEMBERED = 100  # needs, each with the scores of all actors that show something of it


class Scores:
    """The scores of a snapshot's matches; its index is opened when the first is asked for."""

    def __init__(self, snapshot: Path) -> None:
        self._folder = snapshot / FOLDER
        self._of_need = lru_cache(REMEMBERED)(self._scores)

    def score(self, need: IRI, actor: IRI) -> float | None:
        """The score in [0, 1] that the actor has among the matches of a stored need, 0 where it shows nothing of it.

        None if one of them is no need, or no actor, of the snapshot, or the snapshot was published without an index.
        """
        index = self._index
        if index is None:
            return None
        number, scores = index.actors.number(index.statements.find(actor)), self._of_need(need)
        return None if number < 0 or scores is None else scores.get(number, 0.0)

    @cached_property
    def _index(self) -> MatchIndex | None:
        return open_index(self._folder) if has_index(self._folder) else None

    def _scores(self, need: IRI) -> dict[int, float] | None:
        assert self._index is not None
        try:
            profile = stored_need(self._index, need)
        except RevierError:
            return None
        actors, scores = rank(self._index, profile, len(self._index.actors))
        return dict(zip(actors.tolist(), scores.tolist(), strict=True))
