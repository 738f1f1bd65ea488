"""What a criterion of matching is: a value for ranking, and an account of it for people."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from graph.matching.index import Actor, Record
from graph.model import QuotedTriple, Text, Verdict


@dataclass(frozen=True, slots=True)
class Shown:
    """A record of an actor that bears on a need: how much of what is asked it shows at best, in (0, 1]."""

    record: Record
    relevance: float


@dataclass(frozen=True, slots=True)
class Account:
    """What a criterion found of one actor, in words and in triples."""

    verdict: Verdict
    required: Text
    found: Text
    reason: Text
    triples: tuple[QuotedTriple, ...] = ()


class Signal(Protocol):
    """One criterion put to one need.

    More evidence never lowers a value, and never makes it unknown unless it was 0.
    """

    name: str

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float | None:
        """How far the actor meets the criterion, in [0, 1]; None if the snapshot does not tell."""

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """The same with its reasons."""
