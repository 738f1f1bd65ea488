"""How a text is understood: words with their places, neighbours of what was meant, and the rest."""

from hypothesis import given, settings
from hypothesis import strategies as st

from graph.matching.understanding import understand
from ontology.terms import IRI
from tests.test_match import index, offer

EXCHANGE = index(offer(1, "a", "rev:providesCompetence :law"))


def test_words_are_told_with_the_places_where_they_stand() -> None:
    text = "Energieaudit, noch ein Energieaudit und Blasmusik"
    found = understand(EXCHANGE, text, "de")
    (audit,) = found.concepts
    assert audit.concept.iri == "urn:audit"
    assert [(each.begin, each.end) for each in audit.spoken] == [(0, 12), (23, 35)]
    assert [each.word for each in found.unrecognised] == ["Blasmusik"]


def test_the_neighbours_of_a_concept_are_its_alternatives() -> None:
    (audit,) = understand(EXCHANGE, "Energieaudit", "de").concepts
    assert {each.iri: each.relation for each in audit.alternatives}[IRI("urn:leaks")] == "narrower"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_a_place_always_holds_the_word_that_it_is_told_of(text: str) -> None:
    found = understand(EXCHANGE, text, "de")
    spoken = [each for concept in found.concepts for each in concept.spoken]
    assert all(text[each.begin : each.end] == each.word for each in (*spoken, *found.unrecognised))
