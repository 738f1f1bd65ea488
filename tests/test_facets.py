"""Lists are narrowed by facets and words; the numbers are counted by hand in the tables of the little region."""

import pytest

from graph.facets import Listing
from graph.kinds import KINDS
from graph.listing import known_entries
from graph.store import Store, store_of
from ontology.naming import BASE
from ontology.terms import IRI, RDF, REV, SKOS


@pytest.fixture(scope="module")
def lists(little: Store) -> dict[str, Listing]:
    return {kind.name: Listing(little, kind, known_entries(little)) for kind in KINDS}


def counted(listing: Listing, facet: str, text: str = "", **chosen: str) -> dict[str, int]:
    return {choice.key: choice.count for choice in listing.narrowed(chosen, text).choices(facet)}


def test_a_facet_counts_the_entries_that_have_each_value(lists: dict[str, Listing]) -> None:
    assert counted(lists["tasks"], "horizon") == {"short": 4, "medium": 4, "long": 3, "continuous": 1}
    assert counted(lists["tasks"], "status") == {"planned": 8, "running": 3, "done": 1}
    assert counted(lists["needs"], "field") == {"clean-surfaces": 6, "smart-heat": 5}
    assert counted(lists["projects"], "begin") == {"2022": 1, "2024": 1, "2025": 1}
    assert counted(lists["goals"], "parent") == {"0002": 1}


def test_a_facet_counts_what_meets_the_other_conditions_and_leaves_its_own_aside(lists: dict[str, Listing]) -> None:
    tasks = lists["tasks"]
    assert counted(tasks, "horizon", **{"class": "user"}) == {"short": 1, "medium": 2, "long": 1}
    both = {"class": "user", "horizon": "medium"}
    assert counted(tasks, "horizon", **both) == {"short": 1, "medium": 2, "long": 1}
    # medium are T04 and T08 of bridge builders, T05 of developers and users, T10 of users
    assert counted(tasks, "class", **both) == {"bridge-builder": 2, "solution-developer": 1, "user": 2}


def test_a_value_that_is_chosen_stays_even_if_it_leaves_nothing(lists: dict[str, Listing]) -> None:
    assert counted(lists["tasks"], "horizon", horizon="continuous", status="done") == {"continuous": 0, "short": 1}


def test_what_is_asked_of_a_need_is_a_competence_needed_and_offered(lists: dict[str, Listing]) -> None:
    # brokerage is offered and never needed, as are the two that only group others: surfaces and heat
    assert counted(lists["competences"], "balance") == {"met": 11, "spare": 3}


def test_a_need_without_any_offer_is_a_gap() -> None:
    store = store_of(f"""
        <urn:wanted> a <{REV.Competence}> ; <{SKOS.prefLabel}> "wanted" .
        <urn:idle> a <{REV.Competence}> ; <{SKOS.prefLabel}> "idle" .
        <urn:need> a <{REV.Need}> ; <{REV.requiresCompetence}> <urn:wanted> .""")
    assert counted(Listing(store, KINDS[3], known_entries(store)), "balance") == {"gap": 1, "unasked": 1}


def test_needs_lie_where_their_actors_do(lists: dict[str, Listing]) -> None:
    # stated for 99000001 are rohre, wanne, pumpen, baeder, heizung, stoffstrom; the need "plasma" is internal
    assert counted(lists["needs"], "place")["99000001"] == 6


def test_words_are_found_in_upper_and_lower_case_and_all_must_be_there(lists: dict[str, Listing]) -> None:
    needs = lists["needs"]
    assert needs.narrowed({}, "BLECHE bäder").found.sum() == 1
    assert needs.narrowed({}, "bleche rohre").found.sum() == 0
    assert needs.narrowed({}, "").found.all()


def test_a_tree_has_each_entry_once_below_what_it_is_part_of(lists: dict[str, Listing]) -> None:
    competences = lists["competences"]
    order = competences.ordered(competences.narrowed({}).found, "tree", "en").tolist()
    assert sorted(order) == list(range(14))
    names = [competences.entries[number].named.name("en").value for number in order]
    assert names[names.index("coating") :][:3] == ["coating", "galvanic coating", "powder coating"]
    lineage = competences.lineage(order[names.index("galvanic coating")])
    assert [named.name("en").value for named in lineage] == ["surface finishing", "coating"]


def test_concepts_that_are_broader_in_a_circle_are_listed_too() -> None:
    store = store_of(f"""
        <urn:a> a <{REV.Competence}> ; <{SKOS.prefLabel}> "a" ; <{SKOS.broader}> <urn:b> .
        <urn:b> a <{REV.Competence}> ; <{SKOS.prefLabel}> "b" ; <{SKOS.broader}> <urn:a> .""")
    listing = Listing(store, KINDS[3], known_entries(store))
    assert sorted(listing.ordered(listing.narrowed({}).found, "tree", "de").tolist()) == [0, 1]
    assert len(listing.lineage(0)) <= 2


def test_umlauts_are_put_in_order_like_their_vowels() -> None:
    names = ("Zeche", "Öfen", "Ofenbau", "Oel")
    store = store_of(
        "".join(
            f'<urn:{n}> <{RDF.type}> <{REV.Actor}> ; <{SKOS.prefLabel}> "{name}" . ' for n, name in enumerate(names)
        )
    )
    actors = Listing(store, KINDS[0], known_entries(store))
    order = actors.ordered(actors.narrowed({}).found, "name", "de").tolist()
    assert [actors.entries[each].named.name("de").value for each in order] == ["Oel", "Öfen", "Ofenbau", "Zeche"]


def test_two_values_that_end_alike_are_called_by_their_whole_iris() -> None:
    places = (IRI(BASE + "id/place/north/1"), IRI(BASE + "id/place/south/1"))
    store = store_of(
        "".join(
            f'<urn:{n}> a <{REV.Actor}> ; <{SKOS.prefLabel}> "{n}" ; <{REV.locatedIn}> <{place}> . '
            for n, place in enumerate(places)
        )
    )
    actors = Listing(store, KINDS[0], known_entries(store))
    assert counted(actors, "place") == dict.fromkeys(places, 1)
    assert actors.key("place", "1") is None
    assert actors.count("place", places[0]) == 1
