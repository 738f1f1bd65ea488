"""What was typed, read against the little region: names, texts, and who would fit."""

from pathlib import Path

import pytest

from graph.directory import Directory
from graph.filled import Offered, foreseen, resolved, spoken_of
from graph.forms import form_of
from graph.listing import entries, known_entries
from graph.matching.index import FOLDER, MatchIndex, open_index
from graph.store import Store
from ontology.terms import IRI, REV, expand

PLATING = IRI(expand("voc:competence/galvanic-coating"))


@pytest.fixture(scope="module")
def index(little_snapshot: Path) -> MatchIndex:
    return open_index(little_snapshot / FOLDER)


def test_a_name_becomes_the_thing_that_it_means_and_one_of_many_stays_with_what_is_near(little: Store) -> None:
    actor = entries(little, REV.Actor)[0].named
    typed = {"needOf": (actor.name("de").value,), "locatedIn": ("Nirgendwo",), "requiresCompetence": ("be",)}
    told, near = resolved(form_of(REV.Need), typed, lambda kind: Directory.of(little, kind, known_entries(little)))
    assert told["needOf"] == (actor.iri,)
    assert (told["locatedIn"], near["locatedIn"]) == (("Nirgendwo",), ())
    assert told["requiresCompetence"] == ("be",)
    assert near["requiresCompetence"]


@pytest.mark.parametrize(
    ("kind", "key", "typed"),
    [
        (REV.Need, "requiresCompetence", {"description.de": ("Bleche galvanisch beschichten",)}),
        (REV.Offer, "providesCompetence", {"prefLabel.en": ("We offer galvanic coating of sheets",)}),
    ],
)
def test_concepts_of_a_text_are_offered_at_the_field_that_takes_them_until_they_are_chosen(
    index: MatchIndex, kind: IRI, key: str, typed: dict[str, tuple[str, ...]]
) -> None:
    offered: Offered = spoken_of(index, form_of(kind), typed)
    assert PLATING in offered[key]
    assert PLATING not in spoken_of(index, form_of(kind), typed | {key: (str(PLATING),)})[key]


def test_whoever_asks_is_not_foreseen_as_the_one_who_fits(index: MatchIndex) -> None:
    best = foreseen(index, {"requiresCompetence": (PLATING,)})[0]
    others = foreseen(index, {"requiresCompetence": (PLATING,), "needOf": (best.actor,)})
    assert best.actor not in [each.actor for each in others]


def test_of_nothing_that_is_known_nobody_is_foreseen(index: MatchIndex) -> None:
    assert foreseen(index, {"requiresCompetence": ("Galvanik", "urn:test/none"), "locatedIn": ("urn:test/none",)}) == ()
