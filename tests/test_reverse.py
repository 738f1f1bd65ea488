"""The needs of an actor: the same matches, read the other way round."""

import pytest

from graph.errors import UnknownTerm
from graph.matching.index import MatchIndex, index_of
from graph.matching.match import match
from graph.matching.reverse import all_needs, needs_for
from graph.store import Store
from ontology.naming import ID
from ontology.terms import IRI, REV

MAKER = IRI(ID + "kleinrevier/actor/0001")


@pytest.fixture(scope="module")
def index(little: Store) -> MatchIndex:
    return index_of(little)


def test_an_actor_meets_a_need_as_well_as_the_need_finds_the_actor(index: MatchIndex) -> None:
    scores = {
        need.iri: found.score for need in all_needs(index) for found in match(index, need) if found.actor == MAKER
    }
    answered = needs_for(index, MAKER)
    assert {each.need.iri: each.match.score for each in answered} == pytest.approx(scores)
    assert answered == tuple(sorted(answered, key=lambda each: -each.match.score))


def test_an_actor_never_meets_its_own_need(index: MatchIndex) -> None:
    own = {need.iri for need in all_needs(index) if need.asked_by == MAKER}
    assert own
    assert not own & {each.need.iri for each in needs_for(index, MAKER)}


def test_only_as_many_needs_as_asked_for_are_given(index: MatchIndex) -> None:
    everything = needs_for(index, MAKER)
    assert needs_for(index, MAKER, limit=1) == everything[:1]


def test_what_is_no_actor_meets_no_need(index: MatchIndex) -> None:
    with pytest.raises(UnknownTerm, match="no actor of this snapshot"):
        needs_for(index, next(index.statements.typed(REV.Need)))


def test_of_many_needs_those_are_judged_that_ask_for_what_the_actor_shows(
    index: MatchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = needs_for(index, MAKER)
    monkeypatch.setattr("graph.matching.reverse.JUDGED", 1)
    best = needs_for(index, MAKER, limit=2)
    assert best == everything[:2]
