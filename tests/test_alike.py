"""Actors like one: judged by what it shows, never itself."""

from graph.matching.alike import alike, profile_of
from tests.test_match import A, B, index, offer


def test_who_shows_the_same_comes_before_who_shows_kin_of_it() -> None:
    exchange = index(
        offer(1, "a", "rev:providesCompetence :leaks"),
        offer(2, "b", "rev:providesCompetence :leaks"),
        offer(3, "c", "rev:providesCompetence :audit"),
    )
    assert [found.label for found in alike(exchange, A)] == ["Beta", "Gamma"]


def test_the_profile_of_an_actor_names_what_it_shows_today() -> None:
    exchange = index(
        offer(1, "a", "rev:providesCompetence :law"),
        offer(2, "a", 'rev:providesCompetence :heat ; rev:validUntil "2020-01-01"^^xsd:date'),
    )
    assert [concept.iri for concept in profile_of(exchange, A).competences] == ["urn:law"]


def test_nobody_is_like_an_actor_that_shows_nothing() -> None:
    assert alike(index(offer(1, "a", "rev:providesCompetence :law")), B) == ()
