"""The needs of an actor: the same matches, read the other way round."""

from datetime import date

import pytest

from graph.errors import UnknownTerm
from graph.matching.index import MatchIndex, index_of
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.reverse import needs_for
from graph.model import Literal, NeedProfile, Term
from graph.rdf import N_TRIPLES, write_triples
from graph.store import Store, store_of
from ontology.naming import ID
from ontology.terms import ADMS, IRI, REV, XSD, expand

MAKER = IRI(ID + "kleinrevier/actor/0001")


@pytest.fixture(scope="module")
def index(little: Store) -> MatchIndex:
    return index_of(little)


@pytest.fixture(scope="module")
def needs(index: MatchIndex) -> list[NeedProfile]:
    """All stored needs."""
    return [stored_need(index, iri) for iri in index.statements.typed(REV.Need)]


def test_an_actor_meets_a_need_as_well_as_the_need_finds_the_actor(index: MatchIndex, needs: list[NeedProfile]) -> None:
    scores = {need.iri: found.score for need in needs for found in match(index, need) if found.actor == MAKER}
    assert scores
    answered = needs_for(index, MAKER)
    assert {each.need.iri: each.match.score for each in answered} == pytest.approx(scores)
    assert answered == tuple(sorted(answered, key=lambda each: -each.match.score))


def test_an_actor_never_meets_its_own_need(index: MatchIndex, needs: list[NeedProfile]) -> None:
    own = {need.iri for need in needs if need.asked_by == MAKER}
    assert own
    assert not own & {each.need.iri for each in needs_for(index, MAKER)}


def test_only_as_many_needs_as_asked_for_are_given(index: MatchIndex) -> None:
    everything = needs_for(index, MAKER)
    assert needs_for(index, MAKER, limit=1) == everything[:1]


@pytest.mark.parametrize(
    ("says", "what", "last"),
    [
        (REV.validUntil, Literal("2026-11-30", datatype=XSD.date), date(2026, 11, 30)),
        (ADMS.status, expand("voc:status/fulfilled"), None),
    ],
)
def test_a_need_that_has_ended_is_not_met_any_more(
    index: MatchIndex, little: Store, says: IRI, what: Term, last: date | None
) -> None:
    before = [each.need.iri for each in needs_for(index, MAKER)]
    best = before[0] or IRI("")
    rows = little.select("SELECT ?thing ?says ?what WHERE { ?thing ?says ?what }").rows
    others = [
        (thing, IRI(str(said)), told) for thing, said, told in rows if thing and told and (thing, said) != (best, says)
    ]
    ended = index_of(store_of(write_triples([*others, (best, says, what)], N_TRIPLES).decode()))
    after = [each.need.iri for each in needs_for(ended, MAKER, day=date(2026, 12, 1))]
    assert sorted(map(str, after)) == sorted(map(str, before[1:]))
    assert last is None or best in [each.need.iri for each in needs_for(ended, MAKER, day=last)]


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
