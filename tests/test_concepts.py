"""Concepts in free text: inflection, compounds, typing errors, abbreviations, and bounds."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import WrongUse
from graph.matching.concepts import LONGEST_TEXT, MOST_WORDS, Lexicon
from graph.model import Literal
from ontology.terms import IRI

LABELS = [
    ("leaks", "Leckageortung", "de"),
    ("leaks", "leak detection", "en"),
    ("air", "Druckluft", "de"),
    ("air", "compressed air", "en"),
    ("maintenance", "Vorausschauende Wartung", "de"),
    ("maintenance", "predictive maintenance", "en"),
    ("upkeep", "Wartung", "de"),
    ("upkeep", "maintenance", "en"),
    ("hydrogen", "Wasserstofftankstelle", "de"),
    ("testing", "Qualitätsprüfung", "de"),
    ("it", "IT-Sicherheit", "de"),
    ("it", "IT security", "en"),
    ("ai", "KI", "de"),
    ("ai", "AI", "en"),
    ("factory", "Smart Factory / Industrie 4.0", "de"),
    ("mes", "Fertigungsmanagementsystem (MES)", "de"),
    ("coating", "Beschichtung (Kompetenz)", "de"),
    ("lora", "LoRaWAN", None),
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon((IRI(f"urn:{name}"), Literal(label, language)) for name, label, language in LABELS)


def recognised(lexicon: Lexicon, text: str, language: str = "de") -> dict[str, tuple[str, ...]]:
    return {each.concept.removeprefix("urn:"): each.words for each in lexicon.recognise(text, language)}


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Wir suchen Leckageortungen.", "de", {"leaks": ("Leckageortungen",)}),
        ("vorausschauender WARTUNG", "de", {"maintenance": ("vorausschauender", "WARTUNG")}),
        ("Wartung, vorausschauend", "de", {"maintenance": ("Wartung", "vorausschauend")}),
        ("die Wartung der Halle", "de", {"upkeep": ("Wartung",)}),
        ("Qualitaetspruefungen", "de", {"testing": ("Qualitaetspruefungen",)}),
        ("leak detections", "en", {"leaks": ("leak", "detections")}),
        ("the maintenance of halls", "en", {"upkeep": ("maintenance",)}),
        ("unsere predictive maintenance", "de", {"maintenance": ("predictive", "maintenance")}),
        ("Industrie 4.0", "de", {"factory": ("Industrie", "4.0")}),
        ("ein MES", "de", {"mes": ("MES",)}),
        ("unsere Kompetenz", "de", {}),
        ("lorawan", "en", {"lora": ("lorawan",)}),
        ("KI-gestützt", "de", {"ai": ("KI",)}),
        ("IT-Sicherheit", "de", {"it": ("IT", "Sicherheit")}),
        ("is it good", "en", {}),
        ("", "de", {}),
    ],
)
def test_labels_are_recognised_as_people_write_them(
    lexicon: Lexicon, text: str, language: str, expected: dict[str, tuple[str, ...]]
) -> None:
    assert recognised(lexicon, text, language) == expected


def test_a_german_compound_speaks_of_its_parts(lexicon: Lexicon) -> None:
    compound = "Druckluftleckageortung"
    assert recognised(lexicon, f"Eine {compound} wäre gut.") == {"air": (compound,), "leaks": (compound,)}
    assert recognised(lexicon, "Wartungsvertrag") == {"upkeep": ("Wartungsvertrag",)}
    assert recognised(lexicon, "Anlagenwartung") == {"upkeep": ("Anlagenwartung",)}
    assert recognised(lexicon, "Abdruckluftig") == {}


@pytest.mark.parametrize("word", ["Leckageotrung", "Lekageortung", "Leckageorrtung", "Leckageortunk"])
def test_one_typing_error_is_forgiven(lexicon: Lexicon, word: str) -> None:
    (found,) = lexicon.recognise(word, "de")
    assert (found.concept, found.words) == ("urn:leaks", (word,))
    assert found.share < 1


@pytest.mark.parametrize("word", ["Lekageotrung", "Weckageortung", "Leckagen"])
def test_two_errors_or_another_beginning_are_not(lexicon: Lexicon, word: str) -> None:
    assert recognised(lexicon, word) == {}


def test_compounds_and_errors_are_sought_in_the_language_of_the_text_only(lexicon: Lexicon) -> None:
    assert recognised(lexicon, "Druckluftleckageortung Lekageortung", "en") == {}


def test_the_words_of_a_label_stand_in_one_sentence(lexicon: Lexicon) -> None:
    (together,) = lexicon.recognise("predictive and other maintenance", "en")
    apart = lexicon.recognise("We are predictive. We do maintenance.", "en")
    assert (together.concept, together.share) == ("urn:maintenance", 1)
    assert {each.concept: each.share == 1 for each in apart} == {"urn:maintenance": False, "urn:upkeep": True}


def test_the_exact_word_counts_more_than_a_part_and_a_part_more_than_an_error(lexicon: Lexicon) -> None:
    shares = [lexicon.recognise(text, "de")[0].share for text in ("Wartung", "Wartungsplan", "Wartumg")]
    assert shares == sorted(shares, reverse=True)
    assert len(set(shares)) == 3


def test_too_much_text_is_refused_with_a_sentence(lexicon: Lexicon) -> None:
    with pytest.raises(WrongUse, match="characters"):
        lexicon.recognise("x" * (LONGEST_TEXT + 1), "de")
    with pytest.raises(WrongUse, match="words"):
        lexicon.recognise("wort " * (MOST_WORDS + 1), "de")
    assert lexicon.recognise("Wartung " * MOST_WORDS, "de")


@pytest.mark.parametrize(
    ("text", "language", "asked", "denied"),
    [
        ("Wir suchen keine Wartung.", "de", set(), {"upkeep"}),
        ("Leckageortung ohne Druckluft", "de", {"leaks"}, {"air"}),
        ("ohne eine vorausschauende Wartung", "de", set(), {"maintenance"}),
        ("leak detection without the maintenance", "en", {"leaks"}, {"upkeep"}),
        ("not maintenance but leak detection", "en", {"leaks"}, {"upkeep"}),
        ("nicht nur Wartung", "de", {"upkeep"}, set()),
        ("Wartung, aber keine Wartung der Halle", "de", {"upkeep"}, set()),
        ("Keine Frage. Wartung", "de", {"upkeep"}, set()),
    ],
)
def test_what_stands_directly_behind_a_negation_is_not_asked_for(
    lexicon: Lexicon, text: str, language: str, asked: set[str], denied: set[str]
) -> None:
    reading = lexicon.read(text, language)
    assert {each.concept.removeprefix("urn:") for each in reading.asked} == asked
    assert {each.concept.removeprefix("urn:") for each in reading.denied} == denied


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=300), language=st.sampled_from(("de", "en", "fr")))
def test_any_text_can_be_read(lexicon: Lexicon, text: str, language: str) -> None:
    for each in lexicon.recognise(text, language):
        assert 0 < each.share <= 1
        assert all(word in text for word in each.words)
