"""The analyses: values worked out by hand on the little region, second programs, and inputs with nothing in them."""

from collections.abc import Mapping
from itertools import combinations, permutations, product
from math import isclose
from random import Random

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Actor, Demand, Facts, Supply, Task, read_facts, with_matches
from graph.analysis.network import ROLES, brokerage, cooperation, introduction, measures, missing_ties
from graph.analysis.specialisation import (
    advantage,
    association,
    complexity,
    demand_map,
    demand_of_fields,
    density,
    profile,
    proximity,
)
from graph.analysis.tasks import DONE, assign, coverage, order
from graph.analysis.team import teams
from graph.analysis.white_spots import State, by_field, by_goal, changed, states, white_spots
from graph.store import Store
from ontology.naming import ID, PLACE, VOC
from ontology.terms import IRI

EMPTY = Facts({}, (), (), (), {}, {}, frozenset())


def actor(number: int) -> IRI:
    return IRI(f"{ID}kleinrevier/actor/{number:04}")


def competence(name: str) -> IRI:
    return IRI(f"{VOC}competence/{name}")


def task(number: int) -> IRI:
    return IRI(f"{ID}kleinrevier/task/{number:04}")


GALVANIK, NETWORK, PULVER, SENSORIK, INSTITUT, WAERME, STADTWERKE = map(actor, (1, 2, 3, 7, 12, 9, 10))
TOWN = IRI(f"{PLACE}99000001")


@pytest.fixture(scope="module")
def facts(little: Store) -> Facts:
    return with_matches(little, read_facts(little))


def test_the_little_network_is_the_one_drawn_by_hand(facts: Facts) -> None:
    graph = cooperation(facts)
    ties = {frozenset(map(int, (one[-4:], other[-4:]))) for one, other in graph.edges}
    # one project of three, two of two, and a network of four members
    assert ties == set(map(frozenset, ((1, 12), (1, 7), (7, 12), (9, 10), (4, 8), (1, 2), (2, 3), (2, 7), (2, 12))))
    assert all(said["weight"] == 1 for *_, said in graph.edges(data=True))


def test_a_match_and_a_shared_competence_tie_in_networks_of_their_own(facts: Facts) -> None:
    matched = cooperation(facts, ["match"])
    # the dairy needs heat planned, which the heating firm offers
    assert matched.has_edge(actor(21), WAERME)
    assert all(len(said["through"]) == said["weight"] for *_, said in matched.edges(data=True))
    assert not cooperation(facts).has_edge(actor(21), WAERME)
    alike = cooperation(facts, ["competence"])
    for one, other, said in alike.edges(data=True):
        assert set(said["through"]) == facts.competences[one] & facts.competences[other]


def test_the_hub_of_the_little_network_has_the_measures_worked_out_by_hand(facts: Facts) -> None:
    found = {each.actor: each for each in measures(cooperation(facts))}
    hub = found[NETWORK]
    assert (hub.degree, hub.strength, hub.core, hub.component) == (4, 4.0, 3, 1)
    # the paths from the one leaf to three others, of all 29 * 28 / 2 pairs of the other actors
    assert isclose(hub.betweenness, 3 / 406)
    # a leaf has (1/4)^2; each of three that know each other (1/4 + 2 * 1/4 * 1/3)^2
    assert hub.constraint
    assert isclose(hub.constraint, 1 / 16 + 3 * (5 / 12) ** 2)
    assert hub.effective_size == 4 - 2 * 3 / 4
    assert found[PULVER].constraint == 1
    assert (found[actor(5)].constraint, found[actor(5)].effective_size, found[actor(5)].core) == (None, None, 0)


def test_structural_holes_are_those_that_networkx_finds() -> None:
    graph: nx.Graph[IRI] = nx.Graph()
    graph.add_nodes_from(IRI(f"urn:{number}") for number in range(40))
    random = Random(5)
    for one, other in combinations(list(graph), 2):
        if random.random() < 0.12:
            weight = random.randint(1, 4)
            graph.add_edge(one, other, weight=weight, distance=1 / weight)
    found = {each.actor: each for each in measures(graph)}
    # node by node: for all at once it takes another way, whose effective sizes differ
    constraint = nx.constraint(graph, list(graph), weight="weight")
    size = nx.effective_size(graph, list(graph), weight="weight")
    for node in graph:
        if graph.degree(node):
            assert isclose(found[node].constraint or 0, constraint[node])
            assert isclose(found[node].effective_size or 0, size[node])
        else:
            assert found[node].constraint is None


def test_the_hub_lets_others_in_and_speaks_for_them(facts: Facts) -> None:
    places = {each.iri: each.place for each in facts.actors.values()}
    roles = {role.name: role for role in brokerage(cooperation(facts), places, [NETWORK])[NETWORK]}
    # only the leaf sits elsewhere: it is let in to three, who are represented to it
    assert {name: role.count for name, role in roles.items()} == {
        "coordinator": 0, "consultant": 0, "gatekeeper": 3, "representative": 3, "liaison": 0,
    }  # fmt: skip
    assert isclose(sum(role.expected for role in roles.values()), 6)


def test_brokerage_is_what_every_triple_and_every_permutation_say() -> None:
    graph = nx.DiGraph([(1, 2), (2, 3), (3, 4), (4, 2), (2, 5), (5, 1)])
    groups = {1: "a", 2: "a", 3: "b", 4: "b", 5: "a"}
    found = brokerage(graph, groups, graph)
    for node in graph:
        assert {role.name: role.count for role in found[node]} == _counted(graph, node, groups)
        dealt = [dict(zip(groups, labels, strict=True)) for labels in permutations(groups.values())]
        for role in found[node]:
            every = [_counted(graph, node, each)[role.name] for each in dealt]
            assert isclose(role.expected, float(np.mean(every)), abs_tol=1e-9)
            if role.z is not None:
                assert isclose(role.z, (role.count - np.mean(every)) / np.std(every), rel_tol=0.2, abs_tol=0.1)


def _counted(graph: "nx.DiGraph[int]", broker: int, groups: Mapping[int, str]) -> dict[str, int]:
    told = dict.fromkeys(ROLES, 0)
    for before, after in permutations(set(graph) - {broker}, 2):
        if graph.has_edge(before, broker) and graph.has_edge(broker, after) and not graph.has_edge(before, after):
            alike = (groups[before] == groups[broker], groups[broker] == groups[after], groups[before] == groups[after])
            name = {
                (True, True, True): "coordinator",
                (False, False, True): "consultant",
                (False, True, False): "gatekeeper",
                (True, False, False): "representative",
                (False, False, False): "liaison",
            }[alike]
            told[name] += 1
    return told


def test_only_bridge_builders_introduce() -> None:
    one, friend, bridge, other = (IRI(f"urn:{name}") for name in ("one", "friend", "bridge", "other"))
    actors = {each: Actor(each, each) for each in (one, friend, other)} | {
        bridge: Actor(bridge, "b", None, frozenset({BRIDGE}))
    }
    facts = Facts(actors, (), (), (), {}, {}, frozenset())
    graph = cooperation(facts)
    graph.add_edge(one, friend, weight=9, distance=1 / 9, through=(IRI("urn:p"),))
    graph.add_edge(friend, other, weight=9, distance=1 / 9, through=(IRI("urn:p"),))
    assert introduction(facts, graph, one, other) is None
    for end in (one, other):
        graph.add_edge(bridge, end, weight=1, distance=1.0, through=(IRI("urn:q"),))
    found = introduction(facts, graph, one, other)
    assert found
    assert (found.chain, found.through) == ((one, bridge, other), ((IRI("urn:q"),), (IRI("urn:q"),)))


def test_a_tie_that_is_missing_would_serve_needs(facts: Facts) -> None:
    found = missing_ties(facts, cooperation(facts))
    assert all(each.user != each.supplier for each in found)
    # the dairy needs two things and nobody covers both, so no pair serves it with two competences
    assert max(len(each.competences) for each in found) == 1
    assert {each.user for each in found if competence("heat-planning") in each.competences} == {actor(21)}


@pytest.mark.parametrize("seed", range(5))
def test_no_missing_tie_shares_more_than_those_found(seed: int) -> None:
    random = Random(seed)
    people, skills = ([IRI(f"urn:{kind}{number:02}") for number in range(size)] for kind, size in (("a", 30), ("c", 6)))
    supply = tuple(
        Supply(IRI(f"{each}o"), each, DEVELOPER, frozenset(random.sample(skills, 2)), frozenset()) for each in people
    )
    demand = tuple(
        Demand(
            IRI(f"urn:n{n:02}"), random.choice(people), frozenset(random.sample(skills, 3)), frozenset(), frozenset()
        )
        for n in range(25)
    )
    facts = Facts({each: Actor(each, each) for each in people}, (), supply, demand, {}, {}, frozenset())
    graph = cooperation(facts)
    every = missing_ties(facts, graph, limit=10_000)
    assert len(every) > 200
    assert missing_ties(facts, graph, limit=7) == every[:7]
    for each in every[:7]:
        covered = next(offer.competences for offer in supply if offer.actor == each.supplier)
        met = {d.need: d.competences & covered for d in demand if d.actor == each.user and d.competences & covered}
        assert (each.needs, set(each.competences)) == (tuple(sorted(met)), set().union(*met.values()))


def test_white_spots_are_those_worked_out_by_hand(facts: Facts) -> None:
    cells = white_spots(facts)
    found = states(cells)
    assert (found[State.UNSERVED], found[State.SINGLE], found[State.SERVED]) == (1, 6, 5)
    unserved = next(each for each in cells if each.state is State.UNSERVED)
    assert (unserved.competence, unserved.municipality) == (competence("heat-storage"), TOWN)
    single = {(each.competence, each.suppliers) for each in cells if each.state is State.SINGLE}
    assert (competence("coating"), frozenset({GALVANIK})) in single
    everything = white_spots(facts, with_unknown=True)
    assert states(everything)[State.UNKNOWN] == len(everything) - len(cells)


def test_fields_and_goals_have_the_states_of_their_competences(facts: Facts) -> None:
    cells = white_spots(facts)
    fields = by_field(facts, cells)
    heat = {field for field, of in facts.fields.items() if competence("heat-storage") in of}
    assert {field for field, counted in fields.items() if counted[State.UNSERVED]} == heat
    goals = by_goal(facts, cells)
    for goal, counted in goals.items():
        wanted = {field for each in facts.tasks if goal in each.goals for field in each.fields}
        inside = {each for field in wanted for each in facts.fields[field]}
        assert sum(counted.values()) == sum(cell.competence in inside for cell in cells)


def test_what_changed_since_is_told_cell_by_cell(facts: Facts) -> None:
    before = white_spots(facts)
    without = Facts(facts.actors, facts.ties, tuple(each for each in facts.supply if each.actor != GALVANIK),
                    facts.demand, facts.competences, facts.within, facts.regions)  # fmt: skip
    found = changed(before, white_spots(without))
    assert all((was and was.state) != (now and now.state) for was, now in found)
    lost = {now.competence for _, now in found if now and now.state is State.UNSERVED}
    assert lost == {competence("coating"), competence("galvanic-coating")}
    assert changed(before, before) == ()


def test_the_best_team_for_sheets_and_baths(facts: Facts) -> None:
    best, second, *_ = teams(facts, [competence("galvanic-coating"), competence("bath-analysis")], alternatives=3)
    covering = {each.actor: each.covers for each in best.members if each.covers}
    assert covering == {GALVANIK: (competence("galvanic-coating"),), INSTITUT: (competence("bath-analysis"),)}
    # two members of 1 - 1/2 * 1/2 each, and a bridge builder that covers nothing
    assert (best.cost, best.uncovered, best.missing_classes, best.gap) == (2.5, (), (), 0)
    assert {each.actor: each.knows for each in best.members}[GALVANIK][-1] == INSTITUT
    assert {each.actor for each in second.members} != {each.actor for each in best.members}
    assert second.cost >= best.cost


@pytest.mark.parametrize("seed", range(15))
def test_no_smaller_or_better_team_exists(seed: int) -> None:
    random = Random(seed)
    wanted = [IRI(f"urn:c{number}") for number in range(4)]
    kinds = (USER, DEVELOPER, BRIDGE)
    actors = {
        each: Actor(each, each, None, frozenset(random.sample(kinds, random.randint(0, 2))))
        for each in (IRI(f"urn:a{number}") for number in range(8))
    }
    supply = tuple(
        Supply(
            IRI(f"urn:o{each}"), each, DEVELOPER, frozenset(random.sample(wanted, random.randint(0, 2))), frozenset()
        )
        for each in actors
    )

    shown = {each.actor: each.competences for each in supply}

    def cost(members: tuple[IRI, ...]) -> float:
        covers = frozenset().union(*(shown[each] for each in members))
        classes = frozenset().union(*(actors[each].classes for each in members))
        lacking = 100 * (len(wanted) - len(covers)) + 50 * len(set(kinds) - classes)
        return lacking + sum(1 - 0.5 * len(shown[each]) / len(wanted) for each in members)

    every = [cost(members) for size in range(9) for members in combinations(actors, size)]
    (best,) = teams(Facts(actors, (), supply, (), {}, {}, frozenset()), wanted)
    assert isclose(best.cost, min(every))


def test_the_order_of_the_tasks_is_the_one_worked_out_by_hand(facts: Facts) -> None:
    found = order(facts.tasks)
    # T01 is done; T03 and T02 come before T04, that and T06 before T07, then T11 and T12
    assert found.critical in (
        (task(2), task(6), task(8), task(11), task(12)),
        (task(3), task(6), task(8), task(11), task(12)),
    )
    assert found.circular == ()
    assert dict(found.blocking)[task(2)] == 6
    assert len(found.levels) == 5
    assert coverage(facts)[IRI(f"{ID}kleinrevier/goal/0001")] == (8, 4)


def test_tasks_in_a_circle_are_told_and_break_nothing() -> None:
    one, two, three = (IRI(f"urn:{number}") for number in range(3))
    nothing = frozenset[IRI]()

    def waiting(itself: IRI, *awaited: IRI) -> Task:
        return Task(itself, itself, None, nothing, nothing, nothing, frozenset(awaited), nothing)

    found = order((waiting(one, two), waiting(two, one), waiting(three, one)))
    assert (found.circular, found.levels, found.critical) == ((one, two), ((three,),), ())


@pytest.mark.parametrize("load", [1, 2])
def test_the_assignment_is_the_optimum_that_another_solver_finds(facts: Facts, load: int) -> None:
    plan = assign(facts, load=load)
    led = [each.actor for each in plan.assignments if each.actor]
    assert max(map(led.count, led)) <= load
    tasks = [each for each in facts.tasks if each.status != DONE]
    people = [each for each in facts.actors.values() if each.classes]
    scores = np.array([[_score(facts, one, other) for other in people] for one in tasks])
    size = scores.size
    rows = np.kron(np.eye(len(tasks)), np.ones(len(people)))
    columns = np.kron(np.ones(len(tasks)), np.eye(len(people)))
    best = milp(
        c=-scores.ravel(),
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
        constraints=[LinearConstraint(rows, ub=1), LinearConstraint(columns, ub=load)],
    )
    assert isclose(plan.total, -best.fun, abs_tol=1e-6)


def test_an_assignment_tells_what_would_change_it() -> None:
    expert, novice, field, skill = (IRI(f"urn:{name}") for name in ("expert", "novice", "field", "skill"))
    nothing = frozenset[IRI]()
    tasks = tuple(
        Task(IRI(f"urn:t{n}"), str(n), None, frozenset({DEVELOPER}), nothing, frozenset({field}), nothing, nothing)
        for n in range(2)
    )
    facts = Facts(
        {each: Actor(each, each, None, frozenset({DEVELOPER})) for each in (expert, novice)},
        (),
        (Supply(IRI("urn:o"), expert, DEVELOPER, frozenset({skill}), nothing),),
        (),
        {},
        {},
        frozenset(),
        tasks,
        {field: frozenset({skill})},
    )
    by_actor = {each.actor: each for each in assign(facts, load=1).assignments}
    assert (by_actor[expert].better, by_actor[expert].lacking) == (None, ())
    assert (by_actor[novice].better, by_actor[novice].lacking) == (expert, (skill,))
    assert {each.actor for each in assign(facts, load=2).assignments} == {expert}


def _score(facts: Facts, one: Task, other: Actor) -> float:
    if not one.classes & other.classes:
        return 0.0
    wanted = {each for field in one.fields for each in facts.fields[field]}
    shown = {each for offer in facts.supply if offer.actor == other.iri for each in offer.competences}
    share = len(wanted & shown) / len(wanted) if wanted else 0
    return 0.5 + 0.3 * share + 0.2 * (other.iri in one.bodies)


def test_advantage_and_proximity_by_hand() -> None:
    # 4 of 6 records of the first place are of the first kind, of all 10 records 5 are
    assert np.allclose(
        advantage(np.array([[4.0, 2.0], [1.0, 3.0]])), [[4 / 6 / 0.5, 2 / 6 / 0.5], [0.25 / 0.5, 0.75 / 0.5]]
    )
    strong = np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])
    # the first two kinds share one place, and each is strong in two
    assert np.allclose(proximity(strong), [[0, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0]])
    assert np.allclose(density(strong, proximity(strong))[1], [0, 0.5, 0])


def test_association_is_one_where_chance_rules() -> None:
    # of four places two are strong in each: together in one by chance
    strong = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    assert np.allclose(association(strong), [[0, 1, 2], [1, 0, 1], [2, 1, 0]])


def test_fields_have_the_demand_and_the_relatedness_of_their_competences(facts: Facts) -> None:
    found = profile(facts)
    known, fields = demand_map(facts, found), demand_of_fields(facts, found)
    assert fields.keys() == facts.fields.keys()
    for field, (near, needs) in fields.items():
        comprised = facts.fields[field]
        values = [value for each, (value, _) in known.items() if each in comprised and value is not None]
        assert near == (pytest.approx(np.mean(values)) if values else None)
        assert needs == sum(1 for each in facts.demand if each.competences & comprised)
    pairs = [(each.one, each.other) for each in found.related]
    assert len(pairs) == len(set(pairs))
    assert all(each.one < each.other and each.proximity > 0 < each.association for each in found.related)


def test_complexity_is_that_of_the_symmetric_problem() -> None:
    random = np.random.default_rng(3)
    strong = (random.random((12, 20)) < np.linspace(0.2, 0.8, 12)[:, None]).astype(float)
    strong[:, 0] = strong[0] = 1
    rows, columns = complexity(strong)
    diversity, ubiquity = strong.sum(axis=1), strong.sum(axis=0)
    alike = strong / ubiquity @ strong.T / np.sqrt(np.outer(diversity, diversity))
    second = np.linalg.eigh(alike)[1][:, -2] / np.sqrt(diversity)
    second = (second - second.mean()) / second.std()
    assert np.allclose(np.abs(rows), np.abs(second))
    assert np.corrcoef(rows, diversity)[0, 1] > 0
    means = np.array([rows[strong[:, column] == 1].mean() for column in range(20)])
    assert np.allclose(columns, (means - means.mean()) / means.std())


def test_the_figures_are_those_of_the_package_of_the_growth_lab() -> None:
    # what ecomplexity 0.5.3 (Growth Lab, Harvard) answers for this matrix, to six places
    counts = np.array(
        [[9, 4, 0, 3, 1, 0], [5, 6, 2, 0, 2, 1], [0, 3, 8, 1, 0, 4], [2, 0, 5, 7, 1, 3], [1, 1, 0, 2, 6, 0]]
    )
    rca = [2.397924, 1.294118, 0, 1.045249, 0.452941, 0]
    eci = [0.363636, 0.961469, 0.582178, -0.008774, -1.898509]
    pci = np.array([0.982115, 0.940824, 0.402855, -0.832031, -2.964987, 0.402855])
    near = [[1, 0.666667, 0, 0.333333, 0, 0], [0.666667, 1, 0.333333, 0.333333, 0, 0.333333]]
    dense = [[1, 0.75, 0.25, 0.625, 0.25, 0.25], [0.833333, 0.625, 0.125, 0.25, 0, 0.125]]
    found = advantage(counts.astype(float))
    assert np.allclose(found[0], rca, atol=1e-6)
    strong = (found >= 1).astype(float)
    rows, columns = complexity(strong)
    assert np.allclose(rows, eci, atol=1e-6)
    # it standardises competences by the places' figures, we by their own
    assert np.allclose(columns, (pci - pci.mean()) / pci.std(), atol=1e-5)
    # it counts a competence as near to itself, we do not
    with_itself = proximity(strong) + np.eye(6)
    assert np.allclose(with_itself[:2], near, atol=1e-6)
    assert np.allclose(density(strong, with_itself)[:2], dense, atol=1e-6)


def test_a_place_with_too_few_records_has_no_profile(facts: Facts) -> None:
    found = profile(facts)
    assert all(each.low <= each.rca <= each.high or each.n == 1 for each in found.advantages)
    assert {each.place for each in found.advantages} & set(found.too_small) == set()
    assert IRI(f"{PLACE}99000009") not in (*found.too_small, *(each.place for each in found.advantages))


@pytest.mark.parametrize("size", [0, 1, 2, 5])
@pytest.mark.parametrize("is_tied", [False, True])
def test_empty_single_disconnected_and_equal_inputs_have_answers(size: int, is_tied: bool) -> None:
    people = [IRI(f"urn:a{number}") for number in range(size)]
    here, around, skill = IRI("urn:here"), IRI("urn:around"), IRI("urn:c")
    facts = Facts(
        {each: Actor(each, each, here, frozenset({USER, BRIDGE})) for each in people},
        (),
        tuple(Supply(IRI(f"{each}o"), each, DEVELOPER, frozenset({skill}), frozenset({here})) for each in people),
        tuple(Demand(IRI(f"{each}n"), each, frozenset({skill}), frozenset({here}), frozenset()) for each in people),
        {each: frozenset({skill}) for each in people},
        {here: frozenset({here, around}), around: frozenset({around})},
        frozenset({around}),
    )
    graph = cooperation(facts)
    if is_tied:
        for one, other in product(people, people):
            if one < other:
                graph.add_edge(one, other, weight=1, distance=1.0, through=())
    told = repr((
        measures(graph), brokerage(graph, dict.fromkeys(people, 1), people), missing_ties(facts, graph), profile(facts),
        white_spots(facts), teams(facts, [skill], alternatives=2), assign(facts), order(()), coverage(facts),
    ))  # fmt: skip
    assert "nan" not in told
    assert "inf" not in told.replace("info", "")


def test_nothing_at_all_has_answers() -> None:
    graph = cooperation(EMPTY, ("project", "membership", "competence"))
    assert (measures(graph), white_spots(EMPTY), teams(EMPTY, []), order(()).levels) == ((), (), (), ())
    assert profile(EMPTY).advantages == ()
    assert assign(EMPTY).assignments == ()
