"""The Emscher-Lippe pack against the researched tables it restates: nothing lost, nothing invented unmarked."""

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.model import Literal
from graph.store import Store
from ontology.modules import shape_files
from ontology.naming import BASE, ONT
from ontology.terms import REV
from queries.catalogue import HERE

RESEARCH = Path(__file__).parents[2] / "shared" / "region"
PREFIXES = f"""
PREFIX rev: <{BASE}ont#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
"""
CLASSES = {
    "anwender": REV.User,
    "loesungsentwickler": REV.SolutionDeveloper,
    "brueckenbauer": REV.BridgeBuilder,
}

pytestmark = pytest.mark.usefixtures("research")


@pytest.fixture(scope="session")
def research(needed: Callable[[bool, str], None]) -> None:
    """The researched tables lie beside the project."""
    needed(RESEARCH.is_dir(), "The researched tables of the region lie in ../shared/region; here they are missing.")


def _rows(name: str) -> list[dict[str, str]]:
    with (RESEARCH / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _values(store: Store, query: str) -> list[tuple[str, ...]]:
    rows = store.select(PREFIXES + query).rows
    return [tuple(cell.value if isinstance(cell, Literal) else str(cell) for cell in row) for row in rows]


@pytest.mark.parametrize(
    ("table", "column", "pattern"),
    [
        ("actors.csv", "name", "?x a rev:Actor ; skos:prefLabel ?v"),
        (
            "technologies.csv",
            "prefLabel_de",
            "?x a rev:Technology ; skos:prefLabel ?v FILTER(LANG(?v) = 'de')",
        ),
        (
            "technologies.csv",
            "prefLabel_en",
            "?x a rev:Technology ; skos:prefLabel ?v FILTER(LANG(?v) = 'en')",
        ),
        ("tasks.csv", "title_de", "?x a rev:Task ; dcterms:title ?v FILTER(LANG(?v) = 'de')"),
        ("tasks.csv", "title_en", "?x a rev:Task ; skos:prefLabel ?v FILTER(LANG(?v) = 'en')"),
    ],
)
def test_every_row_is_found_with_its_source(region: Store, table: str, column: str, pattern: str) -> None:
    query = f"SELECT DISTINCT ?v {{ {pattern} FILTER EXISTS {{ ?x prov:wasDerivedFrom ?source }} }}"
    assert {value for (value,) in _values(region, query)} == {row[column] for row in _rows(table)}


def test_the_twelve_municipalities_are_found_by_their_key(region: Store) -> None:
    expected = {row["ags"]: row["name"] for row in _rows("municipalities.csv") if row["ags"]}
    query = """SELECT ?ags ?name { ?x a rev:Place ; skos:notation ?ags ; skos:prefLabel ?name ;
      prov:wasDerivedFrom ?source ; rev:within+ ?region . ?region a rev:Region FILTER(LANG(?name) = 'de') }"""
    assert {ags: name for ags, name in _values(region, query) if len(ags) == 8} == expected


def test_actors_per_municipality_equal_the_table(region: Store) -> None:
    query = """SELECT ?name (COUNT(DISTINCT ?a) AS ?n) { ?a a rev:Actor ; org:hasSite/rev:sitePlace ?p .
      ?p skos:prefLabel ?name FILTER(LANG(?name) = 'de') } GROUP BY ?name"""
    expected = Counter(row["municipality"] for row in _rows("actors.csv"))
    assert {name: int(count) for name, count in _values(region, query)} == expected


def test_actors_per_class_equal_the_table(region: Store) -> None:
    expected = Counter(name for row in _rows("actors.csv") for name in row["classes"].split(";"))
    for name, kind in CLASSES.items():
        ((count,),) = _values(region, f"SELECT (COUNT(DISTINCT ?a) AS ?n) {{ ?a a <{kind}> }}")
        assert int(count) == expected[name], name


def test_the_sixteen_outside_stay_outside(region: Store) -> None:
    query = """SELECT DISTINCT ?name { ?a a rev:Actor ; skos:prefLabel ?name
      FILTER NOT EXISTS { ?a rev:locatedIn ?r . ?r a rev:Region } }"""
    outside = {row["name"] for row in _rows("actors.csv") if row["location_type"] == "outside region"}
    assert {name for (name,) in _values(region, query)} == outside


def test_what_the_study_does_not_say_is_marked(region: Store) -> None:
    marked = """SELECT ?kind (COUNT(DISTINCT ?x) AS ?n) { VALUES (?kind ?mark) {
      (rev:CompetenceField 'placeholder') (rev:ActionField 'placeholder') (rev:Goal 'placeholder')
      (rev:Task 'inferred') }
      ?x a ?kind ; rev:sourcingStatus/skos:notation ?mark } GROUP BY ?kind"""
    counts = {kind.removeprefix(BASE + "ont#"): int(count) for kind, count in _values(region, marked)}
    assert counts == {"CompetenceField": 3, "ActionField": 10, "Goal": 6, "Task": 101}


@pytest.mark.parametrize(
    ("least", "pattern"),
    [
        (60, "?x a rev:Competence . ?x rev:competenceInTechnology ?t ; rev:belongsToField ?f"),
        (150, "{ ?x a rev:Offer } UNION { ?x a rev:CompetenceHolding }"),
        (80, "?x a rev:Need"),
        (540, "?x a rev:EmploymentObservation ; rev:observedPlace ?p"),
        (6, "?x a rev:Goal ; rev:measuredBy ?i"),
        (40, "?x a rev:Task ; rev:dependsOn ?y"),
    ],
)
def test_there_is_enough_of_each_kind_traceable_to_row_and_source(region: Store, least: int, pattern: str) -> None:
    traced = f"SELECT DISTINCT ?x {{ {pattern} FILTER EXISTS {{ ?x rev:fromRow ?row ; prov:wasDerivedFrom ?s }} }}"
    whole = f"SELECT DISTINCT ?x {{ {pattern} }}"
    found = len(_values(region, traced))
    assert least <= found == len(_values(region, whole))


def test_inferred_statements_are_trusted_less_than_stated_ones(region: Store) -> None:
    query = """SELECT (MAX(?c) AS ?most) {
      { ?x a rev:Need } UNION { ?x a rev:Offer } UNION { ?x a rev:CompetenceHolding }
      ?x rev:sourcingStatus/skos:notation 'inferred' ; rev:confidence ?c }"""
    ((most,),) = _values(region, query)
    assert float(most) < 0.5


def test_each_field_has_four_potentials_that_join_everything(region: Store) -> None:
    query = """SELECT ?f (COUNT(DISTINCT ?v) AS ?n) { ?v a rev:ValueCreationPotential ; rev:inField ?f ;
      rev:basedOnTechnology ?t ; rev:addressesMarket ?m ; rev:drivenByTrend ?r ; rev:benefitsActorClass ?k ;
      rev:efficiencyEffect ?e } GROUP BY ?f"""
    counts = _values(region, query)
    assert len(counts) == 3
    assert all(int(count) >= 4 for _, count in counts)


def test_employment_equals_the_official_figures(region: Store) -> None:
    query = f"""SELECT ?group ?n {{ ?o a rev:EmploymentObservation ; rev:referenceYear 2020 ;
      rev:observedPlace <{BASE}id/place/DEA32> ; rev:sectorGroup/skos:notation ?group ; rev:employees ?n }}"""
    expected = {
        row["wz2008_sections"].replace(",", "-"): row["employees"]
        for row in _rows("employment.csv")
        if (row["year"], row["area_code"]) == ("2020", "05513")
    }
    assert {group: count for group, count in _values(region, query)} == expected  # noqa: C416 - pairs, for the checker


def test_every_term_of_the_ontology_is_used_by_the_pack_a_shape_or_a_question(region: Store) -> None:
    said = {value for (value,) in _values(region, "SELECT DISTINCT ?p { GRAPH ?g { ?s ?p ?o } }")}
    kinds = {value for (value,) in _values(region, "SELECT DISTINCT ?k { GRAPH ?g { ?s a ?k } }")}
    texts = [path.read_text(encoding="utf-8") for path in (*shape_files(), *(HERE / "answers").glob("*.rq"))]
    named = {ONT + name for text in texts for name in re.findall(r"\brev:(\w+)", text)}
    assert set(REV.terms.values()) - said - kinds - named == set()
