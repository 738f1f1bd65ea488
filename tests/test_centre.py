"""The centre of a network: all of a small one, the strongest part of a large one, and what is near to somebody."""

import pytest

import graph.analysis.centre as module
from graph.analysis.centre import centre, main_role, near
from graph.analysis.facts import read_facts
from graph.analysis.network import Role, cooperation
from graph.analysis.observations import observations
from graph.errors import TooLarge
from graph.store import Store
from ontology.naming import ID
from ontology.terms import IRI

USUAL = ("membership", "project")


def actor(number: int) -> IRI:
    return IRI(f"{ID}kleinrevier/actor/{number:04}")


def test_a_small_network_is_measured_as_a_whole(little: Store) -> None:
    found = centre(read_facts(little), USUAL)
    assert not found.is_partial
    assert found.tied == len(found.measures) == 9
    assert all(each.degree for each in found.measures)


def test_of_a_large_network_only_the_strongest_are_measured(little: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MEASURED", 10)
    monkeypatch.setattr(module, "MOST_DRAWN", 4)
    found = centre(read_facts(little), USUAL)
    # 0001, 0007 and 0012 share a project and, with 0003, belong to the network 0002
    assert found.is_partial
    assert {each.actor for each in found.measures} == {actor(1), actor(2), actor(7), actor(12)}
    assert found.tied == 9
    assert len(found.graph) == len(read_facts(little).actors)


def test_too_many_pairs_that_share_a_competence_are_refused(little: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SHARED", 1)
    with pytest.raises(TooLarge, match="share competences"):
        centre(read_facts(little), ("competence",))


def test_who_is_near_comes_by_the_strength_of_ties(little: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    graph = cooperation(read_facts(little))
    assert near(graph, [actor(2)]) == [actor(2), actor(1), actor(3), actor(7), actor(12)]
    monkeypatch.setattr(module, "MOST_NEAR", 2)
    assert near(graph, [actor(2)]) == [actor(2), actor(1)]
    assert near(graph, [actor(30)]) == [actor(30)]


def test_the_main_role_is_the_most_frequent() -> None:
    assert main_role([Role("coordinator", 1, 0, None), Role("liaison", 4, 0, None)]) == "liaison"
    assert main_role([Role("coordinator", 0, 0, None)]) is None


def test_the_whole_network_has_the_communities_that_the_graph_tells(little: Store) -> None:
    facts = read_facts(little)
    told = {each.thing: each.value for each in observations(facts) if each.indicator == "community"}
    assert {each.actor: each.community for each in centre(facts, USUAL).measures} == told
