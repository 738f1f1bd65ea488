"""Who can answer a need, best first, each with a score that is the sum of its reasons.

score = sum of weight x value over the criteria that count, divided by the sum of their weights. Competence, technology
and evidence count wherever the need asks for such concepts; place, readiness and role where it asks for them and the
snapshot tells: what is unknown counts neither for nor against. Only actors that show something of what is asked are
candidates. Equal scores stand in the order of names.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from heapq import heappush, heappushpop
from math import fsum

from graph.matching.coverage import Coverage
from graph.matching.criterion import Shown, Signal
from graph.matching.index import Actor, MatchIndex
from graph.matching.reach import Reach
from graph.matching.readiness import Readiness
from graph.matching.role import Role
from graph.matching.strength import Strength, trust
from graph.model import Criterion, Match, NeedProfile, Verdict
from ontology.terms import IRI

WEIGHTS = {
    "competence": 0.35,
    "technology": 0.20,
    "evidence": 0.15,
    "place": 0.10,
    "readiness": 0.10,
    "role": 0.10,
}
TIE = 1e-9  # scores that differ by less are equal


def match(index: MatchIndex, profile: NeedProfile, *, limit: int = 20) -> tuple[Match, ...]:
    """The `limit` actors that answer `profile` best; none if it asks for no competence and no technology.

    The actor that asks is never among them. Every quoted triple stands in the snapshot.
    """
    asked = _asked(index, profile)
    if not asked.coverages or limit < 1:
        return ()
    return tuple(_account(index, asked, candidate) for candidate in _best(index, asked, profile, limit))


@dataclass(frozen=True, slots=True)
class _Asked:
    """The criteria that a need calls for, in the order of `WEIGHTS`; coverages are those that make a candidate."""

    signals: tuple[Signal, ...]
    coverages: tuple[Coverage, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An actor with what it shows and the weighted shares that add up to its score."""

    actor: Actor
    shown: tuple[Shown, ...]
    weights: Mapping[str, float]
    shares: Mapping[str, float]

    @property
    def score(self) -> float:
        return fsum(self.shares.values())

    @property
    def rank(self) -> tuple[float, str, IRI]:
        return -round(self.score / TIE), self.actor.label, self.actor.iri


def _asked(index: MatchIndex, profile: NeedProfile) -> _Asked:
    competence = Coverage(
        "competence", index, index.competences, required=profile.competences, preferred=profile.preferred
    )
    technology = Coverage("technology", index, index.technologies, required=profile.technologies)
    coverages = tuple(coverage for coverage in (competence, technology) if coverage.asked)
    conditions: list[Signal] = [Strength(index)]
    if profile.place:
        conditions.append(Reach(index, profile.place, profile.radius_km))
    if profile.minimum_readiness is not None:
        conditions.append(Readiness(index, profile.minimum_readiness))
    if profile.actor_class:
        conditions.append(Role(index, profile.actor_class))
    return _Asked((*coverages, *conditions), coverages)


def _best(index: MatchIndex, asked: _Asked, profile: NeedProfile, limit: int) -> list[_Candidate]:
    """The best candidates, found by a threshold (Fagin, Lotem and Naor 2001).

    Actors come in the order of what they can score at most, and the search ends where that is too little.
    """
    most = _most(asked)
    best: list[float] = []
    candidates = []
    for position in sorted(most, key=lambda each: (-most[each], each)):
        if len(best) == limit and most[position] < best[0] - TIE:
            break
        actor = index.actors[position]
        shown = _shown(asked.coverages, actor, profile.day)
        if actor.iri != profile.asked_by and shown:
            candidate = _scored(asked.signals, actor, shown)
            candidates.append(candidate)
            (heappush if len(best) < limit else heappushpop)(best, candidate.score)
    return sorted(candidates, key=lambda each: each.rank)[:limit]


def _most(asked: _Asked) -> Mapping[int, float]:
    """The score that each actor can reach at most, by its position: its coverage, and all conditions met."""
    weight = fsum(WEIGHTS[signal.name] for signal in asked.signals)
    conditions = weight - fsum(WEIGHTS[coverage.name] for coverage in asked.coverages)
    most: defaultdict[int, float] = defaultdict(lambda: conditions / weight)
    for coverage in asked.coverages:
        for position, bound in coverage.bounds().items():
            most[position] += WEIGHTS[coverage.name] * bound / weight
    return most


def _shown(coverages: Sequence[Coverage], actor: Actor, day: date) -> tuple[Shown, ...]:
    valid = (record for record in actor.records if record.holds_on(day))
    shown = (Shown(record, max(coverage.relevance(record) for coverage in coverages)) for record in valid)
    return tuple(sorted((each for each in shown if each.relevance), key=_most_telling_first))


def _most_telling_first(shown: Shown) -> tuple[float, float, IRI]:
    return -shown.relevance, -trust(shown.record), shown.record.evidence.iri


def _scored(signals: Sequence[Signal], actor: Actor, shown: tuple[Shown, ...]) -> _Candidate:
    values = {signal.name: signal.value(actor, shown) for signal in signals}
    total = fsum(WEIGHTS[name] for name, value in values.items() if value is not None)
    weights = {name: 0.0 if value is None else WEIGHTS[name] / total for name, value in values.items()}
    shares = {name: weights[name] * (value or 0.0) for name, value in values.items()}
    return _Candidate(actor, shown, weights, shares)


def _account(index: MatchIndex, asked: _Asked, candidate: _Candidate) -> Match:
    actor, shown = candidate.actor, candidate.shown
    criteria = tuple(_criterion(signal, candidate) for signal in asked.signals)
    offers = (each.record.evidence.iri for each in shown if each.record.evidence.kind == "offer")
    place = next(iter(actor.places), None)
    return Match(
        actor=actor.iri,
        label=actor.label,
        place=place,
        place_label=index.statements.name(place).de if place else None,
        classes=actor.classes,
        offer=next(offers, None),
        score=candidate.score,
        verdict=_verdict(criteria, {coverage.name for coverage in asked.coverages}),
        criteria=criteria,
        evidence=tuple(each.record.evidence for each in shown),
        missing=tuple(concept for coverage in asked.coverages for concept in coverage.missing(shown)),
    )


def _criterion(signal: Signal, candidate: _Candidate) -> Criterion:
    account = signal.account(candidate.actor, candidate.shown)
    return Criterion(
        signal.name,
        account.verdict,
        candidate.weights[signal.name],
        candidate.shares[signal.name],
        account.required,
        account.found,
        account.reason,
        account.triples,
    )


def _verdict(criteria: Sequence[Criterion], coverages: Set[str]) -> Verdict:
    """Whether the actor fits on the whole: as the weakest of what is asked; evidence tells only how sure that is."""
    covered = {criterion.verdict for criterion in criteria if criterion.name in coverages}
    together = covered.pop() if len(covered) == 1 else Verdict.PARTLY
    others = {criterion.verdict for criterion in criteria if criterion.name not in {*coverages, "evidence"}}
    weakest_first = (Verdict.DOES_NOT_FIT, Verdict.PARTLY, Verdict.UNKNOWN)
    return next((verdict for verdict in weakest_first if verdict in {together, *others}), Verdict.FITS)
