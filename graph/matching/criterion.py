"""What a criterion of matching is: a value for ranking many actors at once, and an account of one for people."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from graph.matching.arrays import Integers
from graph.model import QuotedTriple, Text, Verdict

GRADES = ("text", "meaning", "focus", "evidence")  # criteria that tell how well an actor fits, never whether it does
Values = NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Account:
    """What a criterion found of one actor, in words and in triples; `shortfall` says by how much it fails, if so."""

    verdict: Verdict
    required: Text
    found: Text
    reason: Text
    triples: tuple[QuotedTriple, ...] = ()
    shortfall: Text | None = None


class Signal(Protocol):
    """One criterion put to one need.

    More evidence never lowers a value, and never makes it unknown unless it was 0.
    """

    @property
    def name(self) -> str:
        """What the criterion is called in the account and in the weights."""

    def values(self, actors: Integers) -> Values:
        """How far each actor meets the criterion, in [0, 1]; nan if the snapshot does not tell."""

    def account(self, actor: int) -> Account:
        """The same of one actor, with its reasons."""


class Source(Signal, Protocol):
    """A criterion that can find candidates by itself: who meets it at all shows something of what is asked."""

    def bounds(self) -> Values:
        """For every actor of the index, about what `values` would give, and cheaply: as a rule no less."""
