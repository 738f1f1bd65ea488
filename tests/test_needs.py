"""Profiles from stored needs, from texts and from what a person types."""

import pytest

from graph.errors import UnknownTerm, WrongUse
from graph.matching.index import MatchIndex, index_of
from graph.matching.needs import LEAST_WEIGHT, PREFERRED, asked, profile_from_text, stored_need
from graph.model import Quantity
from graph.store import store_of
from ontology.naming import PLACE
from ontology.terms import IRI, PREFIXES, UNIT

HEAD = "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items()) + "\n@prefix : <urn:x://> .\n"
EXCHANGE = """
:energy a rev:Competence ; skos:prefLabel "Energie"@de , "energy"@en .
:audit a rev:Competence ; skos:prefLabel "Energieaudit"@de , "energy audit"@en ; skos:broader :energy .
:pump a rev:Technology ; skos:prefLabel "Wärmepumpe"@de , "heat pump"@en .
place:1 a rev:Place ; skos:prefLabel "Marl"@de ; rev:within place:2 .
place:2 a rev:Region ; skos:prefLabel "Revier"@de .
place:3 a rev:Place ; skos:prefLabel "Herten"@de .
:a a rev:Actor ; skos:prefLabel "Alpha" ; org:hasSite :site . :site rev:sitePlace place:3 .
:n1 a rev:Need ; rev:needOf :a ; skos:prefLabel "Audit gesucht"@de , "audit wanted"@en ;
    rev:requiresCompetence :audit ; rev:prefersCompetence :energy ; rev:requiresTechnology :pump ;
    rev:minimumReadiness 6 ; rev:locatedIn place:1 , place:2 ; rev:capacity :q .
:q qudt:numericValue 12.5 ; qudt:hasUnit unit:DAY .
:n2 a rev:Need ; rev:needOf :a ; skos:prefLabel "Nur ein Wunsch"@de ; rev:prefersCompetence :energy .
"""


@pytest.fixture(scope="module")
def index() -> MatchIndex:
    return index_of(store_of(HEAD + EXCHANGE))


def test_a_stored_need_is_read_with_all_it_asks(index: MatchIndex) -> None:
    need = stored_need(index, IRI("urn:x://n1"))
    assert need.title is not None
    assert (need.title.de, need.title.en) == ("Audit gesucht", "audit wanted")
    assert [(each.iri, each.label.en, each.weight) for each in need.competences] == [
        ("urn:x://audit", "energy audit", 1)
    ]
    assert [(each.iri, each.weight) for each in need.preferred] == [("urn:x://energy", PREFERRED)]
    assert [each.origin for each in need.technologies] == ["stated"]
    assert (need.minimum_readiness, need.asked_by) == (6, "urn:x://a")
    assert need.capacity == Quantity(12.5, UNIT.DAY)


def test_a_text_that_denies_a_concept_says_so_and_does_not_ask_for_it(index: MatchIndex) -> None:
    need = asked(index, text="Wir suchen ein Energieaudit, keine Wärmepumpe.")
    assert [each.iri for each in (*need.competences, *need.technologies)] == ["urn:x://audit"]
    assert [each.iri for each in need.denied] == ["urn:x://pump"]


def test_a_need_lies_at_its_innermost_place_or_else_where_its_actor_sits(index: MatchIndex) -> None:
    assert stored_need(index, IRI("urn:x://n1")).place == PLACE + "1"
    assert stored_need(index, IRI("urn:x://n2")).place == PLACE + "3"


@pytest.mark.parametrize("iri", ["urn:x://a", "urn:x://nowhere"])
def test_what_is_no_need_is_refused(index: MatchIndex, iri: str) -> None:
    with pytest.raises(UnknownTerm, match="not a need"):
        stored_need(index, IRI(iri))


def test_a_text_becomes_concepts_weighted_by_what_they_tell(index: MatchIndex) -> None:
    need = profile_from_text(index, "Energie und ein Energieaudit für die Wärmepumpen", "de")
    weights = {each.iri: each.weight for each in (*need.competences, *need.technologies)}
    assert weights[IRI("urn:x://audit")] > weights[IRI("urn:x://energy")] >= LEAST_WEIGHT
    assert [(each.origin, each.words) for each in need.technologies] == [("text", ("Wärmepumpen",))]
    assert need.text.startswith("Energie")


def test_a_text_without_known_words_asks_for_nothing(index: MatchIndex) -> None:
    need = profile_from_text(index, "Guten Tag", "de")
    assert need.competences == need.technologies == ()


def test_what_is_named_is_added_to_what_is_read(index: MatchIndex) -> None:
    need = asked(index, text="heat pump", language="en", competences=("urn:x://audit",), place="place:1", radius_km=5)
    assert [each.iri for each in need.technologies] == ["urn:x://pump"]
    assert (need.place, need.radius_km) == (PLACE + "1", 5)


@pytest.mark.parametrize("wrong", [{"competences": ("nope:x",)}, {"technologies": ("rev:Need",)}])
def test_an_unknown_name_is_refused(index: MatchIndex, wrong: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(UnknownTerm):
        asked(index, **wrong)  # type: ignore[arg-type]


def test_an_unknown_place_and_an_empty_question_are_refused(index: MatchIndex) -> None:
    with pytest.raises(UnknownTerm, match="no place"):
        asked(index, text="Energie", place="place:99")
    with pytest.raises(WrongUse, match="Say what is needed"):
        asked(index)
