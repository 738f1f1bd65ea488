"""What is counted and observed of municipalities: missing stays missing, and a district of one town is that town."""

from graph.analysis.facts import Facts, read_facts
from graph.analysis.municipalities import Reading, counted, observed
from graph.analysis.specialisation import profile
from graph.analysis.white_spots import white_spots
from graph.store import Store, store_of
from ontology.naming import PLACE, VOC
from ontology.terms import IRI, REV

FIRST, SECOND, THIRD = (IRI(f"{PLACE}9900000{number}") for number in (1, 2, 3))
DISTRICTS = f"""
    <urn:region> a <{REV.Place}> , <{REV.Region}> .
    <urn:lone-district> a <{REV.Place}> ; <{REV.within}> <urn:region> .
    <urn:wide-district> a <{REV.Place}> ; <{REV.within}> <urn:region> .
    <urn:alone> a <{REV.Place}> ; <{REV.within}> <urn:lone-district> .
    <urn:one> a <{REV.Place}> ; <{REV.within}> <urn:wide-district> .
    <urn:other> a <{REV.Place}> ; <{REV.within}> <urn:wide-district> .
    <urn:o1> <{REV.observedPlace}> <urn:lone-district> ; <{REV.referenceYear}> 2020 ; <{REV.population}> 7 .
    <urn:o2> <{REV.observedPlace}> <urn:wide-district> ; <{REV.referenceYear}> 2020 ; <{REV.population}> 9 .
    <urn:o3> <{REV.observedPlace}> <urn:one> ; <{REV.referenceYear}> 2020 ; <{REV.population}> 4 .
"""


def test_counts_of_the_little_region_are_those_counted_by_hand(little: Store) -> None:
    facts = read_facts(little)
    found = counted(facts, white_spots(facts), profile(facts))
    assert found["actors"] == {FIRST: 15, SECOND: 7, THIRD: 7}  # of 30, one sits outside
    assert found["unserved"] == {FIRST: 1, SECOND: 0, THIRD: 0}  # heat storage
    assert found["strengths"].keys() == {FIRST, THIRD}  # the second has too few records


def test_an_indicator_is_read_within_each_competence(little: Store) -> None:
    found = observed(little, read_facts(little))
    advantage, storage = IRI(f"{VOC}indicator/comparative-advantage"), IRI(f"{VOC}competence/heat-storage")
    assert found[Reading(advantage, storage, None)] == {THIRD: 4.8}


def test_the_figure_of_a_district_counts_for_a_town_that_is_all_of_it() -> None:
    store = store_of(DISTRICTS)
    assert observed(store, read_facts(store)) == {
        Reading(REV.population, None, 2020): {IRI("urn:alone"): 7.0, IRI("urn:one"): 4.0}
    }


def test_without_places_nothing_is_observed(little: Store) -> None:
    assert observed(little, Facts({}, (), (), (), {}, {}, frozenset())) == {}
