"""A rich need: weights, wishes, exceptions, and the refusal of what the snapshot lacks."""

from datetime import date

import pytest

from graph.errors import UnknownTerm, WrongUse
from graph.matching.wish import Wish, profile_for
from tests.test_match import index, offer

EXCHANGE = index(offer(1, "a", "rev:providesCompetence :law"))


def test_concepts_have_the_weights_that_are_stated() -> None:
    found = profile_for(EXCHANGE, Wish(required={"urn:law": 3.0, "urn:pump": None}, preferred={"urn:heat": None}))
    assert [(each.iri, each.weight) for each in found.competences] == [("urn:law", 3.0)]
    assert [(each.iri, each.weight) for each in found.technologies] == [("urn:pump", 1.0)]
    assert [(each.iri, each.weight) for each in found.preferred] == [("urn:heat", 0.25)]


def test_what_is_left_out_is_not_asked_for_though_the_text_says_so() -> None:
    wish = Wish(text="Energieaudit und Abwärme")
    assert {each.iri for each in profile_for(EXCHANGE, wish).competences} == {"urn:audit", "urn:heat"}
    wish = Wish(text="Energieaudit und Abwärme", without=("urn:heat",))
    assert {each.iri for each in profile_for(EXCHANGE, wish).competences} == {"urn:audit"}


def test_a_concept_that_is_stated_and_read_counts_once_as_it_is_stated() -> None:
    (found,) = profile_for(EXCHANGE, Wish(text="Energieaudit", required={"urn:audit": 2.0})).competences
    assert (found.weight, found.origin) == (2.0, "stated")


def test_conditions_come_over() -> None:
    wish = Wish(required={"urn:law": None}, place="urn:here", radius_km=5, minimum_readiness=7, day=date(2026, 1, 2))
    found = profile_for(EXCHANGE, wish)
    assert (found.place, found.radius_km, found.minimum_readiness, found.day) == ("urn:here", 5, 7, date(2026, 1, 2))


def test_who_asks_for_actors_like_one_is_answered_by_others() -> None:
    found = profile_for(EXCHANGE, Wish(like="urn:a"))
    assert (found.asked_by, [each.iri for each in found.competences]) == ("urn:a", ["urn:law"])


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (Wish(), WrongUse),
        (Wish(like="urn:a", text="x"), WrongUse),
        (Wish(required={"urn:nothing": None}), UnknownTerm),
        (Wish(text="x", without=("urn:nothing",)), UnknownTerm),
        (Wish(required={"urn:law": None}, actor_class="nobody"), UnknownTerm),
        (Wish(required={"urn:law": None}, place="urn:nowhere"), UnknownTerm),
        (Wish(required={"no iri": None}), UnknownTerm),
    ],
)
def test_what_cannot_be_meant_is_refused(wish: Wish, error: type[WrongUse]) -> None:
    with pytest.raises(error):
        profile_for(EXCHANGE, wish)
