"""Who can answer a need, best first, each with a score that is the sum of its reasons.

score = sum of weight x value over the criteria that count, divided by the sum of their weights. Competence, technology
and evidence count wherever the need asks for such concepts, text where it says something in words; place, readiness
and role where it asks for them and the snapshot tells: what is unknown counts neither for nor against. Only actors
that show something of what is asked are candidates. Equal scores stand in the order of names.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass

import numpy as np

from graph.matching.arrays import Integers
from graph.matching.candidates import Asked, candidates, criteria_of
from graph.matching.criterion import GRADES, Account, Signal
from graph.matching.index import MatchIndex
from graph.matching.prospects import near_miss, raises
from graph.matching.showing import Floats
from graph.model import Criterion, Evidence, Match, NeedProfile, Verdict
from ontology.terms import IRI

TIE = 1e-9  # scores that differ by less are equal
_EXACT = 12  # digits of a score: the same, however many actors are judged at once
DIGITS = 6  # of a value: more would be noise of the arithmetic


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best actors with their scores; `values` and `weights` have a row for each signal, unknown values are nan."""

    actors: Integers
    scores: Floats
    values: Floats
    weights: Floats


def match(
    index: MatchIndex, profile: NeedProfile, *, limit: int = 20, among: Sequence[IRI] | None = None
) -> tuple[Match, ...]:
    """The `limit` actors that answer `profile` best, of all or of those named.

    There are none if it asks for no competence and no technology and says nothing. The actor that asks is never among
    them. Every quoted triple stands in the snapshot.
    """
    asked = criteria_of(index, profile)
    best = _ranking(index, asked, profile, limit, among)
    return tuple(_account(index, asked, best, place) for place in range(len(best.actors)))


def rank(index: MatchIndex, profile: NeedProfile, limit: int = 20) -> tuple[Integers, Floats]:
    """The numbers of the actors that `match` gives, and their scores, without the reasons."""
    best = _ranking(index, criteria_of(index, profile), profile, limit, None)
    return best.actors, best.scores


def best_offers(index: MatchIndex, profile: NeedProfile, limit: int) -> Iterator[tuple[IRI, float]]:
    """The offer of each match, where the actor makes one that bears on the need, and the score of the match."""
    asked = criteria_of(index, profile)
    best = _ranking(index, asked, profile, limit, None)
    for actor, score in zip(best.actors.tolist(), best.scores.tolist(), strict=True):
        offer = _offer(_shown(asked, actor))
        if offer:
            yield offer, score


def _ranking(index: MatchIndex, asked: Asked, profile: NeedProfile, limit: int, among: Sequence[IRI] | None) -> Ranking:
    actors = candidates(index, asked, profile, limit, among)
    if not len(actors):
        nothing = np.empty((len(asked.signals), 0))
        return Ranking(actors, np.empty(0), nothing, nothing)
    values = np.stack([signal.values(actors) for signal in asked.signals]).astype(float).round(DIGITS)
    # a source is never unknown: an actor that shows nothing would outrank one that shows a little
    count = len(asked.sources)
    values[:count] = np.nan_to_num(values[:count])
    weights = np.array([asked.table[signal.name] for signal in asked.signals])[:, None] * np.isfinite(values)
    weights /= weights.sum(axis=0)
    scores = np.nansum(weights * values, axis=0).round(_EXACT)
    order = np.lexsort((actors, -np.round(scores / TIE)))
    shown = values[:count].sum(axis=0)[order] > 0
    best = order[shown][: max(0, limit)]
    return Ranking(actors[best], scores[best], values[:, best], weights[:, best])


def _account(index: MatchIndex, asked: Asked, best: Ranking, place: int) -> Match:
    said, actor = index.statements, int(best.actors[place])
    columns = zip(asked.signals, best.values[:, place].tolist(), best.weights[:, place].tolist(), strict=True)
    told = [(signal.account(actor), value, weight, signal) for signal, value, weight in columns]
    criteria = tuple(_criterion(signal, account, value, weight) for account, value, weight, signal in told)
    shown = _shown(asked, actor)
    towns = index.actors.towns_of(said, actor)
    coverages = {coverage.name for coverage in asked.coverages}
    return Match(
        actor=index.actors.iri(said, actor),
        label=said.named(int(index.actors.terms[actor])).de,
        place=towns[0] if towns else None,
        place_label=said.name(towns[0]).de if towns else None,
        classes=index.actors.classes_of(said, actor),
        offer=_offer(shown),
        score=float(best.scores[place]),
        verdict=_verdict(criteria, coverages),
        criteria=criteria,
        evidence=shown,
        missing=tuple(concept for coverage in asked.coverages for concept in coverage.missing(actor)),
        raises=raises(criteria, asked.table),
        near_miss=near_miss(criteria, {signal.name: account.shortfall for account, _, _, signal in told}),
    )


def _shown(asked: Asked, actor: int) -> tuple[Evidence, ...]:
    """What an actor shows of what is asked, the most telling first."""
    return tuple(each.record.evidence for each in asked.showing.by(actor) if each.relevance)


def _offer(shown: Iterable[Evidence]) -> IRI | None:
    return next((each.iri for each in shown if each.kind == "offer"), None)


def _criterion(signal: Signal, account: Account, value: float, weight: float) -> Criterion:
    known = None if np.isnan(value) else value
    return Criterion(
        signal.name,
        account.verdict,
        weight,
        known,
        weight * (known or 0.0),
        account.required,
        account.found,
        account.reason,
        account.triples,
    )


def _verdict(criteria: Sequence[Criterion], coverages: Set[str]) -> Verdict:
    """Whether the actor fits on the whole: as the weakest of what is asked.

    Evidence tells only how sure that is, and a text speaks only where no concept is asked for.
    """
    decisive = coverages or {"text"}
    covered = {criterion.verdict for criterion in criteria if criterion.name in decisive}
    together = covered.pop() if len(covered) == 1 else Verdict.PARTLY
    others = {criterion.verdict for criterion in criteria if criterion.name not in {*coverages, *GRADES}}
    weakest_first = (Verdict.DOES_NOT_FIT, Verdict.PARTLY, Verdict.UNKNOWN)
    return next((verdict for verdict in weakest_first if verdict in {together, *others}), Verdict.FITS)
