"""The other way round: the stored needs that one actor answers best, each with the reasons of the match."""

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from graph.errors import UnknownTerm
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.model import Match, NeedProfile
from ontology.terms import IRI, REV


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored need, and how far the actor answers it."""

    need: NeedProfile
    match: Match


def needs_for(index: MatchIndex, actor: IRI, *, limit: int = 20, day: date | None = None) -> tuple[Answered, ...]:
    """The `limit` stored needs that `actor` answers best; its own needs are never among them.

    The score is the one that the actor has among the matches of that need. Equal scores stand in the order of IRIs.
    Raises `UnknownTerm` if the snapshot holds no such actor, or a dissolved one.
    """
    require_actor(index, actor)
    found = []
    for stored in all_needs(index):
        need = replace(stored, day=day or date.today())
        found += [Answered(need, each) for each in match(index, need, limit=1, among=[actor])]
    return tuple(sorted(found, key=lambda each: (-each.match.score, each.need.iri or ""))[:limit])


def require_actor(index: MatchIndex, actor: IRI) -> int:
    """The number of an actor; `UnknownTerm` if the index holds none of that IRI."""
    number = index.actors.number(index.statements.find(actor))
    if number < 0:
        raise UnknownTerm(f"{actor} is no actor of this snapshot, or is dissolved. Choose one from the list.")
    return number


@lru_cache(maxsize=2)
def all_needs(index: MatchIndex) -> tuple[NeedProfile, ...]:
    """Every stored need of a snapshot, in the order of the IRIs, as of the day when it was first asked for."""
    return tuple(stored_need(index, iri) for iri in index.statements.typed(REV.Need))
