"""A white spot seen closely: needs, suppliers by distance, who could introduce, and the tasks of its fields."""

from graph.analysis.drawing import coordinates
from graph.analysis.facts import BRIDGE, DEVELOPER, Actor, Demand, Facts, Supply, Tie, read_facts
from graph.analysis.network import cooperation
from graph.analysis.spot import Spot, ledger, spot
from graph.store import Store
from ontology.naming import PLACE, VOC
from ontology.terms import IRI

FIRST, SECOND, THIRD = (IRI(f"{PLACE}9900000{number}") for number in (1, 2, 3))


def seen(store: Store, name: str, place: IRI, *needs: IRI) -> Spot:
    facts = read_facts(store)
    return spot(
        facts,
        ledger(facts),
        cooperation(facts),
        coordinates(store),
        competence=IRI(f"{VOC}competence/{name}"),
        municipality=place,
        needs=needs,
    )


def test_suppliers_here_and_elsewhere_stand_apart(little: Store) -> None:
    here, elsewhere = seen(little, "powder-coating", SECOND), seen(little, "powder-coating", THIRD)
    assert [each.actor[-4:] for each in here.serving] == ["0003"]
    assert here.elsewhere == elsewhere.serving == ()
    assert [(each.actor[-4:], each.place) for each in elsewhere.elsewhere] == [("0003", SECOND)]
    assert (elsewhere.elsewhere[0].distance_km or 0) > 1


def test_tasks_are_the_open_ones_of_the_field(little: Store) -> None:
    found = seen(little, "heat-storage", FIRST).tasks
    assert [[each.identifier for each in tasks] for tasks in found.values()] == [["T04", "T06", "T07", "T10"]]
    assert seen(little, "data", FIRST).tasks == {}  # no field comprises it


def test_a_bridge_builder_who_knows_both_sides_is_told() -> None:
    user, bridge, developer, skill, town = (IRI(f"urn:{name}") for name in ("u", "b", "d", "s", "t"))
    facts = Facts(
        actors={
            user: Actor(user, "u", town),
            bridge: Actor(bridge, "b", town, frozenset({BRIDGE})),
            developer: Actor(developer, "d", None, frozenset({DEVELOPER})),
        },
        ties=(Tie("project", user, bridge, IRI("urn:p")), Tie("project", bridge, developer, IRI("urn:q"))),
        supply=(
            Supply(IRI("urn:o"), developer, DEVELOPER, frozenset({skill}), frozenset()),
            Supply(IRI("urn:v"), bridge, BRIDGE, frozenset({skill}), frozenset({town})),
        ),
        demand=(Demand(IRI("urn:n"), user, frozenset({skill}), frozenset({town}), frozenset()),),
        competences={},
        within={town: frozenset({town})},
        regions=frozenset({town}),
    )
    found = spot(
        facts,
        ledger(facts),
        cooperation(facts),
        {},
        competence=skill,
        municipality=town,
        needs=[IRI("urn:n")],
    )
    assert [each.introduction.chain for each in found.acquaintances] == [(user, bridge, developer)]
    assert [each.actor for each in found.bridges] == [bridge]
    assert found.elsewhere[0].distance_km is None  # nobody knows where the developer sits
