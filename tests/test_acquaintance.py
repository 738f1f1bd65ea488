"""Who could introduce two actors, worked out by hand on a few ties, and as the whole network has it."""

from itertools import combinations

import pytest

from graph.analysis.acquaintance import bridges_of, introduced
from graph.analysis.facts import BRIDGE, read_facts
from graph.analysis.network import cooperation, introduction
from graph.store import Store, store_of
from ontology.terms import IRI, ORG, REV

A, B, C, D, ONE, TWO = (IRI(f"urn:{name}") for name in ("a", "b", "c", "d", "one", "two"))


@pytest.fixture(scope="module")
def ties() -> Store:
    """a and one share two projects, one is the network of two, two shares a project with b; c knows only d."""
    return store_of(f"""
        <{ONE}> <{REV.hasActorClass}> <{BRIDGE}> ; <{REV.participatesIn}> <urn:p>, <urn:q> .
        <{TWO}> <{REV.hasActorClass}> <{BRIDGE}> ; <{REV.participatesIn}> <urn:r> ; <{ORG.memberOf}> <{ONE}> .
        <{A}> <{REV.participatesIn}> <urn:p>, <urn:q> . <{B}> <{REV.participatesIn}> <urn:r> .
        <{C}> <{REV.participatesIn}> <urn:s> . <{D}> <{REV.participatesIn}> <urn:s> .
    """)


def test_two_bridge_builders_may_stand_between(ties: Store) -> None:
    found = introduced(ties, A, B)
    assert found
    assert found.chain == (A, ONE, TWO, B)
    assert [sorted(step) for step in found.through] == [["urn:p", "urn:q"], [ONE], ["urn:r"]]


def test_who_shares_something_needs_nobody(ties: Store) -> None:
    found = introduced(ties, C, D)
    assert found
    assert found.chain == (C, D)


def test_where_no_way_leads_nobody_is_named(ties: Store) -> None:
    assert introduced(ties, A, C) is None
    assert bridges_of(ties, C) == {}


def test_bridges_come_with_what_is_shared(ties: Store) -> None:
    assert bridges_of(ties, A) == {ONE: ("urn:p", "urn:q")}


def test_the_neighbourhood_tells_what_the_whole_network_tells(little: Store) -> None:
    facts = read_facts(little)
    graph = cooperation(facts)
    tied = sorted(node for node in graph if graph.degree(node))
    chains = 0
    for one, other in combinations(tied, 2):
        near, whole = introduced(little, one, other), introduction(facts, graph, one, other)
        assert (near and near.chain) == (whole and whole.chain)
        chains += near is not None
    assert chains == 9  # seven ties by project and membership, and two over both kinds; counted from the tables
