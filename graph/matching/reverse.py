"""The other way round: the stored needs that one actor answers best, each with the reasons of the match."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph.errors import UnknownTerm
from graph.matching.arrays import Integers
from graph.matching.candidates import most_promising
from graph.matching.evidence import ENDED
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.showing import Floats
from graph.model import Literal, Match, NeedProfile
from ontology.terms import ADMS, IRI, REV

JUDGED = 40  # needs at least that are judged by every criterion, and twice as many as are asked for


@dataclass(frozen=True, slots=True)
class Answered:
    """A stored need, and how far the actor answers it."""

    need: NeedProfile
    match: Match


def needs_for(index: MatchIndex, actor: IRI, *, limit: int = 20, day: date | None = None) -> tuple[Answered, ...]:
    """The `limit` stored needs that `actor` answers best on a `day`, today if none is named.

    Its own needs are never among them, and none that has ended by that day.
    The score is the one that the actor has among the matches of that need. Equal scores stand in the order of IRIs.
    Of very many needs, those are judged whose concepts the actor comes nearest to. Raises `UnknownTerm` if the
    snapshot holds no such actor, or a dissolved one.
    """
    number, day = require_actor(index, actor), day or date.today()
    found = []
    for iri in _promising(index, number, day, max(JUDGED, 2 * limit)):
        need = replace(stored_need(index, iri), day=day)
        found += [Answered(need, each) for each in match(index, need, limit=1, among=[actor])]
    return tuple(sorted(found, key=lambda each: (-each.match.score, each.need.iri or ""))[:limit])


def require_actor(index: MatchIndex, actor: IRI) -> int:
    """The number of an actor; `UnknownTerm` if the index holds none of that IRI."""
    number = index.actors.number(index.statements.find(actor))
    if number < 0:
        raise UnknownTerm(f"{actor} is no actor of this snapshot, or is dissolved. Choose one from the list.")
    return number


def _promising(index: MatchIndex, actor: int, day: date, most: int) -> list[IRI]:
    """The needs worth judging: all that go on, or of many those that ask for what the actor shows or something near."""
    said, needs = index.statements, _going_on(index, day)
    if len(needs) > most:
        promise, count = np.zeros(len(needs)), np.zeros(len(needs))
        strength = _strengths(index, actor)
        for predicate, taxonomy in (
            (REV.requiresCompetence, index.competences),
            (REV.prefersCompetence, index.competences),
            (REV.requiresTechnology, index.technologies),
        ):
            owners, concepts = said.pairs(needs, predicate)
            asked, which = np.unique(concepts, return_inverse=True)
            kin = [index.kin(taxonomy, said.iri(each)) for each in asked.tolist()]
            reached = np.array([(near * strength[shown]).max(initial=0.0) for shown, near in kin])
            promise += np.bincount(owners, weights=reached[which], minlength=len(needs))
            count += np.bincount(owners, minlength=len(needs))
        needs = needs[most_promising((promise / np.maximum(count, 1)).astype(np.float32), most)]
    return [said.iri(each) for each in needs.tolist()]


def _going_on(index: MatchIndex, day: date) -> Integers:
    """The needs that have not ended: neither does their status say so, nor is their last day past."""

    def is_past(term: IRI | Literal) -> bool:
        return isinstance(term, Literal) and term.value[:10] < day.isoformat()

    said, needs = index.statements, index.statements.typed_nodes(REV.Need)
    closed, status = said.columns(ADMS.status)
    expired, days = said.columns(REV.validUntil)
    past = [each for each in np.unique(days).tolist() if is_past(said.term(each))]
    closed = closed[np.isin(status, [said.find(each) for each in ENDED])]
    expired = expired[np.isin(days, past)]
    going_on: Integers = needs[~np.isin(needs, np.concatenate((closed, expired)))]
    return going_on


def _strengths(index: MatchIndex, actor: int) -> Floats:
    """How strongly an actor shows each concept of the index."""
    records, strength = index.records, np.zeros(len(index.records.concept_terms))
    span = records.of_actor.span(actor)
    _, places = records.shows.spread(np.arange(span.start, span.stop, dtype=np.int32))
    np.maximum.at(strength, records.concepts[places], records.strengths[places])
    return strength
