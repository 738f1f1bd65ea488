"""Actors like this one: those that would answer best a need for all that it shows."""

from dataclasses import replace
from datetime import date

import numpy as np

from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.needs import LEAST_WEIGHT
from graph.matching.reverse import require_actor
from graph.matching.taxonomy import Taxonomy
from graph.model import Match, NeedConcept, NeedProfile
from ontology.terms import IRI

MOST_CONCEPTS = 50  # of the one actor, those that tell most


def alike(index: MatchIndex, actor: IRI, *, limit: int = 20) -> tuple[Match, ...]:
    """The `limit` actors that show most of what `actor` shows, best first.

    Raises `UnknownTerm` if the snapshot holds no such actor, or a dissolved one.
    """
    return match(index, profile_of(index, actor), limit=limit)


def profile_of(index: MatchIndex, actor: IRI, *, day: date | None = None) -> NeedProfile:
    """A need for what `actor` shows, asked by itself: the more it shows a concept and the more that tells, the heavier.

    Raises `UnknownTerm` if the snapshot holds no such actor, or a dissolved one.
    """
    number = require_actor(index, actor)
    profile = NeedProfile(title=index.statements.name(actor), asked_by=actor)
    profile = replace(profile, day=day) if day else profile
    shown = _shown(index, number, profile.day)

    def asked(taxonomy: Taxonomy) -> tuple[NeedConcept, ...]:
        weights = {
            concept: max(LEAST_WEIGHT, strength * taxonomy.information(concept))
            for concept, strength in shown.items()
            if concept in taxonomy
        }
        heaviest = sorted(weights, key=lambda concept: (-weights[concept], concept))[:MOST_CONCEPTS]
        return tuple(NeedConcept(each, index.statements.name(each), weights[each], "shown") for each in heaviest)

    return replace(profile, competences=asked(index.competences), technologies=asked(index.technologies))


def _shown(index: MatchIndex, actor: int, day: date) -> dict[IRI, float]:
    """How strongly an actor shows each concept, by the best of its records that are valid on a day."""
    records, found = index.records, dict[IRI, float]()
    span = records.of_actor.span(actor)
    numbers = np.arange(span.start, span.stop)
    for number in numbers[records.hold_on(numbers, day)].tolist():
        for concept, strength in index.record(number).concepts.items():
            iri = index.concept_iri(concept)
            found[iri] = max(found.get(iri, 0.0), strength)
    return found
