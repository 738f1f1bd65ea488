"""The indicators as observations: in the snapshot, with their structure, and the same as the analyses compute."""

from decimal import Decimal

import pytest

from graph.analysis.facts import Facts, read_facts
from graph.analysis.observations import INDICATORS, observations
from graph.model import Literal
from graph.store import Store
from ontology.naming import ID, VOC
from ontology.terms import IRI


@pytest.fixture(scope="module")
def facts(little: Store) -> Facts:
    return read_facts(little)


def test_the_snapshot_holds_every_observation_with_its_value(little: Store, facts: Facts) -> None:
    rows = little.select(
        """PREFIX rev: <https://w3id.org/revier/ont#>
        SELECT ?indicator ?thing ?competence ?value WHERE { GRAPH ?graph {
          ?each a rev:IndicatorObservation ; rev:observedIndicator ?indicator ; rev:observedThing ?thing ;
            rev:indicatorValue ?value .
          OPTIONAL { ?each rev:observedCompetence ?competence }
        } }""",
        {"graph": INDICATORS},
    ).rows
    told = {row[:3]: Decimal(row[3].value) for row in rows if isinstance(row[3], Literal)}
    computed = {
        (IRI(f"{VOC}indicator/{each.indicator}"), each.thing, each.competence): each.value
        for each in observations(facts)
    }
    assert told.keys() == computed.keys()
    assert all(abs(float(told[key]) - value) < 1e-6 for key, value in computed.items())
    assert len(told) == len(rows) > 100


def test_every_indicator_is_defined_in_the_scheme(little: Store, facts: Facts) -> None:
    rows = little.select(
        """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?notation WHERE { ?each skos:inScheme ?scheme ; skos:notation ?notation }""",
        {"scheme": IRI(f"{VOC}indicator")},
    ).rows
    defined = {notation.value for (notation,) in rows if isinstance(notation, Literal)}
    assert {each.indicator for each in observations(facts)} <= defined


@pytest.mark.parametrize(
    "constraint",
    [
        # after IC-1, 2, 3, 11 and 12 of https://www.w3.org/TR/vocab-data-cube/#wf-rules
        "?o a qb:Observation ; rev:observedIndicator ?i FILTER NOT EXISTS { ?o qb:dataSet ?set }",
        "?set a qb:DataSet . ?o qb:dataSet ?set ; rev:observedIndicator ?i FILTER NOT EXISTS { ?set qb:structure ?s }",
        "?s a qb:DataStructureDefinition FILTER NOT EXISTS { ?s qb:component/qb:measure ?m }",
        "?o a rev:IndicatorObservation FILTER NOT EXISTS { ?o rev:observedThing ?thing ; rev:observedIndicator ?i }",
        """?o a rev:IndicatorObservation ; rev:observedThing ?thing ; rev:observedIndicator ?i .
        ?other a rev:IndicatorObservation ; rev:observedThing ?thing ; rev:observedIndicator ?i
        FILTER (?o != ?other) FILTER NOT EXISTS { ?o rev:observedCompetence ?c . ?other rev:observedCompetence ?d
        FILTER (?c != ?d) }""",
    ],
)
def test_the_cube_keeps_its_integrity(little: Store, constraint: str) -> None:
    prefixes = "PREFIX rev: <https://w3id.org/revier/ont#> PREFIX qb: <http://purl.org/linked-data/cube#>"
    assert not little.ask(f"{prefixes} ASK {{ {constraint} }}")


def test_an_observation_names_what_it_rests_on(facts: Facts) -> None:
    found = {each.key[:2]: each for each in observations(facts)}
    hub = found["betweenness", IRI(f"{ID}kleinrevier/actor/0002")]
    assert hub.basis
    assert {each for tie in facts.ties for each in (tie.through,)} >= set(hub.basis)
    unserved = next(each for each in found.values() if each.indicator == "unserved-need")
    assert (unserved.value, len(unserved.basis)) == (1, 1)
