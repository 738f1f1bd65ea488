"""What came of the last build: matches that are new since another snapshot, or better than they were there."""

from dataclasses import dataclass

from graph.matching.statements import names
from graph.model import Literal, Text
from graph.provenance import MATCHES
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part

LEAST_GAIN = 0.005  # in score: less is no news


@dataclass(frozen=True, slots=True)
class Known:
    """A published match with the names of its need, its offer and the actor that makes the offer."""

    iri: IRI
    need: IRI
    need_name: Text
    offer: IRI
    offer_name: Text
    actor: IRI | None
    actor_name: Text
    score: float


@dataclass(frozen=True, slots=True)
class News:
    """A match that is new, or better than it was; `before` is the score it had, None if it is new."""

    match: Known
    before: float | None


def news(old: Store, new: Store) -> tuple[News, ...]:
    """The matches of `new` that `old` does not publish, or with a lower score; the greatest gain first."""
    before = {each.iri: each.score for each in published_matches(old)}
    found = [
        News(each, before.get(each.iri))
        for each in published_matches(new)
        if each.score - before.get(each.iri, -1.0) >= LEAST_GAIN
    ]
    return tuple(sorted(found, key=lambda each: (-(each.match.score - (each.before or 0.0)), each.match.iri)))


def published_matches(store: Store) -> tuple[Known, ...]:
    """Every match in the graph of matches, in the order of the IRIs; none if the snapshot publishes none."""
    rows = store.select(part("published-matches"), {"graph": MATCHES}).rows
    found: dict[IRI, tuple[tuple[IRI, IRI, IRI | None, float], list[set[Literal]]]] = {}
    for iri, need, offer, actor, score, *labels in rows:
        if isinstance(iri, IRI) and isinstance(need, IRI) and isinstance(offer, IRI) and isinstance(score, Literal):
            facts = (need, offer, actor if isinstance(actor, IRI) else None, float(score.value))
            _, spoken = found.setdefault(iri, (facts, [set(), set(), set()]))
            for known, label in zip(spoken, labels, strict=True):
                known |= {label} if isinstance(label, Literal) else set()
    return tuple(_known(iri, *facts, *spoken) for iri, (facts, spoken) in found.items())


def _known(
    iri: IRI,
    need: IRI,
    offer: IRI,
    actor: IRI | None,
    score: float,
    needs: set[Literal],
    offers: set[Literal],
    actors: set[Literal],
) -> Known:
    by_whom = names(_in_order(actors), actor) if actor else names((), offer)
    return Known(
        iri, need, names(_in_order(needs), need), offer, names(_in_order(offers), offer), actor, by_whom, score
    )


def _in_order(labels: set[Literal]) -> list[Literal]:
    return sorted(labels, key=lambda label: (label.language or "", label.value))
