"""The build's reasoner: every axiom it uses yields what it should, and its types equal HermiT's."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.infer import INFERRED, infer
from graph.provenance import ONTOLOGY, VOCABULARIES
from graph.reasoner import classify
from graph.rules import rules_of
from graph.store import CandidateStore, candidate
from ontology.modules import ontology_files, vocabulary_files
from ontology.naming import BASE, ONT, rebased
from ontology.terms import IRI, PREFIXES

TRIAL = IRI("urn:trial")
SAMPLE = Path(__file__).parents[1] / "ontology" / "examples" / "sample.ttl"
HEAD = (
    "".join(f"@prefix {name}: <{PREFIXES[name]}> . " for name in ("rev", "org", "owl", "skos")) + "@prefix : <urn:> ."
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[CandidateStore]:
    with candidate(tmp_path / "store") as opened:
        yield opened


def _load_ontology(store: CandidateStore) -> None:
    for path in ontology_files():
        store.load_turtle(rebased(path), ONTOLOGY)


def _pairs(store: CandidateStore, prop: str) -> set[tuple[str, str]]:
    rows = store.select(f"SELECT ?s ?o {{ ?s <{ONT}{prop}> ?o }}").rows
    return {(str(s).removeprefix("urn:"), str(o).removeprefix("urn:")) for s, o in rows}


# Each chain of ONTOLOGY with data by hand, and the pairs that follow from it.
CHAINS = [
    ("hasActorClass", ":r rev:assignedActor :a ; rev:assignedActorClass :k .", {("a", "k")}),
    ("hasCompetence", ":h rev:heldBy :a ; rev:ofCompetence :c .", {("a", "c")}),
    (
        "hasCompetence",
        ":o org:hasUnit :u . :h rev:heldBy :u ; rev:ofCompetence :c .",
        {("u", "c"), ("o", "c")},
    ),
    ("offersCompetence", ":f rev:offerOf :a ; rev:providesCompetence :c .", {("a", "c")}),
    ("participatesIn", ":p rev:participationOf :a ; rev:inProject :j .", {("a", "j")}),
    (
        "exercisedCompetence",
        ":p rev:participationOf :a ; rev:inProject :j . :j rev:exercisesCompetence :c .",
        {("a", "c")},
    ),
    ("poolsCompetence", ":n org:hasMember :a . :h rev:heldBy :a ; rev:ofCompetence :c .", {("n", "c")}),
    (
        "coversCompetence",
        ":f rev:providesCompetence :c . :c skos:broader :b . :b skos:broader :top .",
        {("f", "c"), ("f", "b"), ("f", "top")},
    ),
    ("coversTechnology", ":f rev:providesTechnology :t . :t skos:broader :b .", {("f", "t"), ("f", "b")}),
    (
        "locatedIn",
        ":a org:hasSite :s . :s rev:sitePlace :p . :p rev:within :q . :q rev:within :r .",
        {("a", "p"), ("a", "q"), ("a", "r")},
    ),
    ("contributesToGoal", ":t rev:contributesToGoal :g . :g rev:subGoalOf :h .", {("t", "g"), ("t", "h")}),
    ("relatedToCompetence", ":f rev:offerOf :a ; rev:providesCompetence :c .", {("a", "c")}),
    ("precededBy", ":a rev:dependsOn :b . :b rev:dependsOn :c .", {("a", "b"), ("b", "c"), ("a", "c")}),
    ("makesOffer", ":f rev:offerOf :a .", {("a", "f")}),
]


@pytest.mark.parametrize(("prop", "data", "expected"), CHAINS)
def test_a_chain_yields_its_pairs_and_no_others(
    store: CandidateStore, tmp_path: Path, prop: str, data: str, expected: set[tuple[str, str]]
) -> None:
    _load_ontology(store)
    store.load_turtle(HEAD + data, TRIAL)
    infer(store, tmp_path)
    assert _pairs(store, prop) == expected


CLASSES = [
    ("User", ":n a rev:Need ; rev:needOf :a . :a a rev:Actor ."),
    (
        "User",
        ":a a rev:Actor . :r rev:assignedActor :a ; rev:assignedActorClass <{BASE}voc/actor-class/user> .",
    ),
    ("SolutionDeveloper", ":o a rev:SolutionOffer ; rev:offerOf :a . :a a rev:Actor ."),
    ("BridgeBuilder", ":o a rev:BridgeOffer ; rev:offerOf :a . :a a rev:Actor ."),
    (
        "DualRoleActor",
        ":n a rev:Need ; rev:needOf :a . :o a rev:SolutionOffer ; rev:offerOf :a . :a a rev:Actor .",
    ),
    ("CoordinationBody", ":t a rev:Task ; rev:coordinatedBy :a . :a a rev:Actor ."),
    ("EvidencedOffer", ":a a rev:SolutionOffer ; rev:hasEvidence :e . :e a rev:Evidence ."),
]


@pytest.mark.parametrize(("kind", "data"), CLASSES)
def test_a_defined_class_follows_from_its_definition(
    store: CandidateStore, tmp_path: Path, kind: str, data: str
) -> None:
    _load_ontology(store)
    store.load_turtle(HEAD + data.replace("{BASE}", BASE), TRIAL)
    infer(store, tmp_path)
    members = store.select(f"SELECT ?x {{ GRAPH <{INFERRED}> {{ ?x a <{ONT}{kind}> }} }}").rows
    assert members == ((IRI("urn:a"),),)


def test_two_conditions_of_one_definition_do_not_share_their_variables(store: CandidateStore, tmp_path: Path) -> None:
    ontology = """ :C a owl:Class ; owl:equivalentClass [ a owl:Class ; owl:intersectionOf (
        [ a owl:Restriction ; owl:onProperty :p ; owl:someValuesFrom :D ]
        [ a owl:Restriction ; owl:onProperty :q ; owl:someValuesFrom :E ] ) ] .
      :x :p :d ; :q :e . :d a :D . :e a :E . :y :p :d ."""
    store.load_turtle(HEAD + ontology, ONTOLOGY)
    infer(store, tmp_path)
    assert store.select("SELECT ?x { ?x a <urn:C> }").rows == ((IRI("urn:x"),),)


def test_a_second_run_concludes_nothing_new(store: CandidateStore, tmp_path: Path) -> None:
    _load_ontology(store)
    store.load_turtle(rebased(SAMPLE), TRIAL)
    first = infer(store, tmp_path)
    second = infer(store, tmp_path)
    assert second.triples == first.triples > 100
    assert second.rounds == 1


def test_every_chain_of_the_ontology_has_a_rule(store: CandidateStore) -> None:
    _load_ontology(store)
    chains = store.select(
        "SELECT DISTINCT ?p { ?p <http://www.w3.org/2002/07/owl#propertyChainAxiom> ?c } ORDER BY ?p"
    ).rows
    with_steps = {rule.writes for rule in rules_of(store) if rule.head.startswith("?v0")}
    assert with_steps == {prop for (prop,) in chains}
    assert len(with_steps) == 10


@pytest.mark.usefixtures("java")
def test_the_inferred_types_of_the_sample_equal_those_of_hermit(store: CandidateStore, tmp_path: Path) -> None:
    _load_ontology(store)
    for path in vocabulary_files():
        store.load_turtle(rebased(path), VOCABULARIES)
    store.load_turtle(rebased(SAMPLE), TRIAL)
    lines = tmp_path / "all.nt"
    with lines.open("wb") as output:
        for graph in (ONTOLOGY, VOCABULARIES, TRIAL):
            store.dump_graph(graph, output, as_lines=True)
    verdict = classify(lines)
    infer(store, tmp_path)
    rows = store.select("SELECT DISTINCT ?x ?kind { ?x a ?kind FILTER(isIRI(?x)) }").rows
    ours = {(x, kind) for x, kind in rows if str(kind).startswith(ONT)}
    theirs = {(x, kind) for x, kind in verdict.types if kind.startswith(ONT)}
    assert verdict.is_consistent
    assert ours == theirs
    assert len(theirs) > 100
