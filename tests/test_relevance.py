"""The words of a need against what actors are told to do: the best documents count, and every reason is true."""

import random
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.matching.index import MatchIndex, index_of
from graph.matching.relevance import Relevance
from graph.model import Verdict
from graph.store import store_of
from ontology.terms import DCTERMS, IRI, PREFIXES, SKOS

HEAD = "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items()) + "\n@prefix : <urn:> .\n"
ACTORS = "\n".join(f':{name} a rev:Actor ; skos:prefLabel "{name.upper()}" .' for name in "abc")
DAY = date(2026, 1, 1)
# the statistics of a collection: terms that are common in it, whatever is added
GROUND = [("c", number, text, "2020") for number, text in enumerate(("pump valve pipe", "laser mirror", "seal pipe"))]
Told = tuple[str, int, str, str]


def offer(actor: str, number: int, text: str, year: str = "2020", language: str = "en") -> str:
    return (
        f':o-{actor}-{number} rev:offerOf :{actor} ; skos:prefLabel "{text}"@{language} ; dcterms:date "{year}-01-01" .'
    )


def index(*turtle: str) -> MatchIndex:
    return index_of(store_of(HEAD + ACTORS + "\n".join(turtle)))


def asked(exchange: MatchIndex, text: str, language: str = "en") -> Relevance:
    return Relevance(exchange, "", text, language, DAY)


def value(exchange: MatchIndex, text: str, actor: str = "a", language: str = "en") -> float:
    signal = asked(exchange, text, language)
    return float(signal.values(np.array([number(exchange, actor)], dtype=np.int32))[0])


def number(exchange: MatchIndex, actor: str) -> int:
    return exchange.actors.number(exchange.statements.find(IRI(f"urn:{actor}")))


def test_an_actor_whose_text_says_more_of_the_need_is_nearer() -> None:
    exchange = index(offer("a", 1, "seal for a pump"), offer("b", 1, "seal for a mirror"), offer("c", 1, "law"))
    near, nearer_not, far = (value(exchange, "a pump seal", actor) for actor in "abc")
    assert near > nearer_not > far == 0


def test_an_actor_without_texts_is_unknown() -> None:
    assert np.isnan(value(index(offer("b", 1, "pump")), "pump"))


def test_one_new_text_of_mean_length_that_says_it_all_makes_three_quarters() -> None:
    exchange = index(offer("a", 1, "x pump"), offer("b", 1, "y mirror"))
    # a title counts twice: each word stands twice in a text of two words
    often = 2 / (2 + 1.2) * (1 + 1.2)
    assert value(exchange, "pump") == pytest.approx(1 - 4**-often, abs=0.01)


def test_the_same_need_scores_the_same_in_whatever_words_it_is_asked_for() -> None:
    exchange = index(offer("a", 1, "detecting leaks"), offer("b", 1, "mirror"))
    assert value(exchange, "leak detection") == value(exchange, "detectors of leaks") > 0


def test_newer_evidence_counts_more() -> None:
    exchange = index(offer("a", 1, "pump", "2020"), offer("b", 1, "pump", "2000"), offer("c", 1, "seal"))
    assert value(exchange, "pump", "a") > value(exchange, "pump", "b") > 0


def test_a_record_in_two_languages_is_one_piece_of_evidence() -> None:
    both = offer("a", 1, "laser") + '\n:o-a-1 skos:prefLabel "Laser"@de .'
    exchange = index(both, offer("b", 1, "laser"), offer("b", 2, "laser"), offer("c", 1, "seal"))
    assert value(exchange, "laser", "b") > value(exchange, "laser", "a")


def test_what_has_ended_says_nothing() -> None:
    exchange = index(offer("a", 1, "pump") + ' :o-a-1 rev:validUntil "2025-12-31" .', offer("b", 1, "seal"))
    assert np.isnan(value(exchange, "pump"))


def test_a_german_need_finds_english_evidence_and_the_reverse() -> None:
    exchange = index(offer("a", 1, "sealing of a pipe"), offer("b", 1, "mirror"))
    assert value(exchange, "Abdichtung", language="de") > 0
    assert value(exchange, "Rohrabdichtung", language="de") > value(
        exchange, "Abdichtung eines Spiegels", language="de"
    )
    german = index(offer("a", 1, "Abdichtung", language="de"), offer("b", 1, "Spiegel", language="de"))
    assert value(german, "sealing") > 0


def test_the_names_of_concepts_translate_the_words_of_a_need() -> None:
    concept = ':leaks a rev:Competence ; skos:prefLabel "Leckageortung"@de , "leak detection"@en .'
    exchange = index(concept, offer("a", 1, "detection of a leak"), offer("b", 1, "mirror"))
    assert value(exchange, "Leckageortung", language="de") > value(exchange, "Leckageortung", "b", "de") == 0


def test_an_account_names_words_document_and_year_and_quotes_them() -> None:
    exchange = index(
        offer("a", 1, "Leckageortung", "2019", "de") + ' :o-a-1 dcterms:description "Wir finden Lecks in Rohren"@de .',
        offer("a", 2, "Spiegel", language="de"),
        offer("b", 1, "Pumpe", language="de"),
    )
    found = asked(exchange, "Ortung einer Leckage in Rohren", "de").account(number(exchange, "a"))
    assert "„Leckageortung“ (2019)" in found.reason.de
    assert "Rohren" in found.found.de
    assert "Spiegel" not in found.reason.de
    assert {(each.subject, each.predicate) for each in found.triples} <= {
        ("urn:o-a-1", SKOS.prefLabel),
        ("urn:o-a-1", DCTERMS.description),
    }
    assert found.triples
    nothing = asked(exchange, "Ortung", "de").account(number(exchange, "b"))
    assert (nothing.verdict, nothing.triples) == (Verdict.UNKNOWN, ())


def test_only_the_most_telling_words_of_a_long_need_are_asked_for() -> None:
    exchange = index(offer("a", 1, " ".join(f"word{each}" for each in range(150))), offer("b", 1, "word1"))
    signal = asked(exchange, " ".join(f"word{each}" for each in range(150)))
    assert len(signal.wanted.words) == 100
    assert "word1" not in {word.written for word in signal.wanted.words}


def test_words_that_stand_in_too_many_documents_are_looked_up_for_candidates_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exchange = index(offer("a", 1, "pump seal"), offer("b", 1, "pump"), offer("c", 1, "pump law"))
    whole = value(exchange, "pump seal")
    monkeypatch.setattr("graph.matching.relevance.MOST_POSTINGS", 1)
    assert value(exchange, "pump seal") == pytest.approx(whole, abs=1e-6)
    assert asked(exchange, "pump seal").bounds()[number(exchange, "a")] < whole


def test_hostile_text_is_bounded() -> None:
    exchange = index(offer("a", 1, "pump"))
    assert np.isfinite(value(exchange, "pump " * 100_000))
    assert value(exchange, "x" * 1_000_000, language="de") == 0
    assert value(exchange, "\x00 \ud7ff ' \" <b> ; DROP") == 0


words = st.lists(st.sampled_from(("pump", "seal", "pipe", "laser", "valve")), min_size=1, max_size=4).map(" ".join)
years = st.integers(1990, 2020).map(str)


@settings(max_examples=30, deadline=None)
@given(told=st.lists(st.tuples(words, years), min_size=1, max_size=5), more=st.tuples(words, years), need=words)
def test_a_further_document_never_lowers_a_value(told: list[tuple[str, str]], more: tuple[str, str], need: str) -> None:
    """The collection is the same on both sides: the further document is another actor's, or this one's."""
    ground = [offer(*each) for each in GROUND]
    own = [offer("a", place, *each) for place, each in enumerate(told)]
    without = value(index(*ground, *own, offer("b", 99, *more)), need)
    assert value(index(*ground, *own, offer("a", 99, *more)), need) >= without - 1e-6


@settings(max_examples=20, deadline=None)
@given(told=st.lists(st.tuples(words, years), min_size=2, max_size=5), need=words, order=st.randoms())
def test_the_order_of_evidence_and_of_words_does_not_matter(
    told: list[tuple[str, str]], need: str, order: random.Random
) -> None:
    rows = [offer("a", place, *each) for place, each in enumerate(told)]
    shuffled, spoken = order.sample(rows, len(rows)), need.split()
    one = value(index(*rows), need)
    assert value(index(*shuffled), " ".join(order.sample(spoken, len(spoken)))) == pytest.approx(one, abs=1e-6)
