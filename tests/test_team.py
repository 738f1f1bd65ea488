"""The team builder: wishes, who is set and who is left out, the size, who knows whom, and the page that shows it.

Of the little region: galvanic coating is offered by 0001 alone, a user and developer, bath analysis by 0012 alone.
"""

import re
from collections.abc import Callable
from itertools import combinations
from math import isclose
from random import Random

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Actor, Facts, Supply, Tie, read_facts
from graph.analysis.team import Wish, best_teams, contacts, ground_of
from graph.store import Store
from ontology.terms import IRI, expand

GALVANIK, PULVER, WAERME, INSTITUT = (
    expand(f"id:kleinrevier/actor/{number}") for number in ("0001", "0003", "0009", "0012")
)
SHEETS, BATHS, HEAT = (
    expand(f"voc:competence/{key}") for key in ("galvanic-coating", "bath-analysis", "heat-recovery")
)
BOTH = frozenset({SHEETS, BATHS})


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def members(little: Store, wish: Wish) -> set[IRI]:
    (best,) = best_teams(ground_of(read_facts(little)), wish)
    return {each.actor for each in best.members}


def test_a_wish_is_worth_one_more_member(little: Store) -> None:
    required = members(little, Wish(BOTH))
    wished = members(little, Wish(BOTH, wished=frozenset({HEAT})))
    assert {GALVANIK, INSTITUT} <= required
    assert len(required) == 3  # and a bridge builder
    assert len(wished) == 4
    assert not required & {WAERME}


def test_where_the_size_does_not_allow_all_what_is_required_wins(little: Store) -> None:
    (best,) = best_teams(ground_of(read_facts(little)), Wish(BOTH, wished=frozenset({HEAT}), most=2))
    assert {each.actor for each in best.members} == {GALVANIK, INSTITUT}
    assert (best.uncovered, best.missing_classes) == ((HEAT,), (BRIDGE,))


def test_who_is_set_is_in_it_and_who_is_left_out_is_not(little: Store) -> None:
    assert PULVER in members(little, Wish(BOTH, members=frozenset({PULVER})))
    (best,) = best_teams(ground_of(read_facts(little)), Wish(BOTH, without=frozenset({GALVANIK})))
    assert GALVANIK not in {each.actor for each in best.members}
    assert best.uncovered == (SHEETS,)


def test_more_who_are_set_than_may_be_in_it_make_no_team(little: Store) -> None:
    wish = Wish(BOTH, members=frozenset({GALVANIK, PULVER}), most=1)
    assert best_teams(ground_of(read_facts(little)), wish) == ()


@pytest.mark.parametrize("seed", range(12))
def test_no_better_team_meets_the_same_wish(seed: int) -> None:
    random = Random(seed)
    asked = [IRI(f"urn:c{number}") for number in range(4)]
    kinds = (USER, DEVELOPER, BRIDGE)
    actors = {
        each: Actor(each, each, None, frozenset(random.sample(kinds, random.randint(0, 2))))
        for each in (IRI(f"urn:a{number}") for number in range(8))
    }
    shown = {each: frozenset(random.sample(asked, random.randint(0, 2))) for each in actors}
    supply = tuple(Supply(IRI(f"urn:o{each}"), each, DEVELOPER, shown[each], frozenset()) for each in actors)
    wish = Wish(
        frozenset(asked[:3]), frozenset(asked[3:]), frozenset({IRI("urn:a0")}), frozenset({IRI("urn:a1")}), most=4
    )

    def cost(team: tuple[IRI, ...]) -> float:
        covers = frozenset().union(*(shown[each] for each in team))
        classes = frozenset().union(*(actors[each].classes for each in team))
        lacking = 100 * len(wish.required - covers) + len(wish.wished - covers) + 50 * len(set(kinds) - classes)
        return lacking + sum(1 - 0.5 * len(shown[each]) / len(asked) for each in team)

    allowed = [
        cost(team)
        for size in range(1, 5)
        for team in combinations(actors, size)
        if "urn:a0" in team and "urn:a1" not in team
    ]
    (best,) = best_teams(ground_of(Facts(actors, (), supply, (), {}, {}, frozenset())), wish)
    assert isclose(best.cost, min(allowed))


def test_a_bridge_builder_that_knows_both_could_introduce_them() -> None:
    one, other, bridge, peer = (IRI(f"urn:{name}") for name in ("one", "other", "bridge", "peer"))
    classes = {one: USER, other: DEVELOPER, bridge: BRIDGE, peer: USER}
    actors = {each: Actor(each, each, None, frozenset({kind})) for each, kind in classes.items()}
    ties = tuple(Tie("project", each, through, IRI("urn:p")) for through in (bridge, peer) for each in (one, other))
    supply = (Supply(IRI("urn:o"), other, DEVELOPER, frozenset({SHEETS}), frozenset()),)
    ground = ground_of(Facts(actors, ties, supply, (), {}, {}, frozenset()))
    (team,) = best_teams(
        ground, Wish(frozenset({SHEETS}), members=frozenset({one, other}), without=frozenset({bridge}))
    )
    (pair,) = contacts(ground, team)
    assert {pair.one, pair.other} == {one, other}
    assert (pair.is_known, pair.introducers) == (False, (bridge,))


def test_the_matrix_tells_who_offers_what_in_words(client: FlaskClient) -> None:
    page = client.get("/team?competence=galvanic-coating&competence=bath-analysis&wish=data&lang=en").text
    best = page.partition('id="team-1"')[2].partition("</section>")[0]
    columns = re.findall(r'<th scope="col"><a[^>]*/actor/(\d+)', best)
    assert {"0001", "0012"} <= set(columns)
    rows = dict(re.findall(r'<th scope="row"><a[^>]*/competence/([a-z-]+).*?</th>(.*?)</tr>', best, re.DOTALL))
    assert rows.keys() == {"galvanic-coating", "bath-analysis", "data"}
    offering = [">offer<" in cell for cell in rows["galvanic-coating"].split("</td>")[:-1]]
    assert [column for column, has_offer in zip(columns, offering, strict=True) if has_offer] == ["0001"]
    assert rows["galvanic-coating"].count("no offer") == len(columns) - 1
    assert "mark-stated" in rows["galvanic-coating"]
    assert "have worked together" in best
    assert 'href="/network?from=' in best


def test_a_need_asks_for_its_competences_and_keeps_what_is_picked(client: FlaskClient) -> None:
    page = client.get("/team?need=0003&without=0001&lang=en").text
    assert re.search(r'name="need" value="[^"]*/need/0003" checked', page)
    assert re.search(r'name="without" value="[^"]*/actor/0001" checked', page)
    assert "Nobody in this proposal offers:" in page
    assert "(1 supplier in the region)" in page


def test_the_empty_form_proposes_nothing(client: FlaskClient) -> None:
    assert "Proposal" not in client.get("/team?lang=en").text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("need=nothing-like-it", "is not known here"),
        ("competence=nothing-like-it", "is not known here"),
        ("competence=data&with=0001&without=0001", "not both"),
        ("competence=data&most=0", "from 1 to 20"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_can(client: FlaskClient, asked: str, said: str) -> None:
    answer = client.get(f"/team?{asked}", headers={"Accept": "application/json"})
    assert (answer.status_code, said in answer.text) == (400, True)


def test_too_many_competences_are_told_kindly_and_the_form_stays(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.pages.team.LARGEST_TEAM_TASK", 1)
    page = client.get("/team?competence=data&competence=heat&lang=en").text
    assert "These are 2 competences; more than 1 at a time" in page
    assert page.count("checked") == 2
    assert "Proposal" not in page
