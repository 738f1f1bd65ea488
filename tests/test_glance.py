"""The figures that one looks at first, counted by hand in the tables of the little region."""

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Facts, read_facts
from graph.analysis.glance import glance
from graph.analysis.white_spots import white_spots
from graph.store import Store
from ontology.naming import PLACE, VOC


def test_the_little_region_at_a_glance(little: Store) -> None:
    facts = read_facts(little)
    found = glance(facts, white_spots(facts))
    assert (found.actors, found.classes) == (30, {USER: 10, DEVELOPER: 11, BRIDGE: 5})
    # 29 actors sit in one of the three towns, one far away
    assert found.seats == {f"{PLACE}99000001": 15, f"{PLACE}99000002": 7, f"{PLACE}99000003": 7}
    # of twelve needs one is fulfilled and one is for the network only; the store for heat serves another town
    assert (found.needs, found.unserved_needs, found.white_spots) == (10, 1, 1)
    assert found.lacking == ((f"{VOC}competence/heat-storage", 1),)
    # T01, T02, T04, T05, T07 and T08 name a body; T01 is done
    assert (found.tasks, found.led_tasks, found.done_tasks) == (12, 6, 1)


def test_a_region_without_anything_has_no_figures() -> None:
    found = glance(Facts({}, (), (), (), {}, {}, frozenset()), ())
    assert (found.actors, found.needs, found.lacking, found.seats) == (0, 0, (), {})
