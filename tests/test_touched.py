"""The excerpt that a write is judged by gives the same verdict as all of the graph."""

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.change import Change
from graph.check import Shapes
from graph.errors import WriteRefused
from graph.infer import INFERRED
from graph.provenance import META
from graph.touched import Judge
from ontology.terms import IRI, PREFIXES

MINE = "https://w3id.org/revier/graph/mine"
TRIALS = 120
PROLOGUE = "".join(f"PREFIX {name}: <{base}>\n" for name, base in PREFIXES.items())


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.fixture(scope="module")
def engine(little_snapshot: Path) -> ox.Store:
    """The little region in memory; every test leaves it as it was."""
    store = ox.Store()
    store.extend(ox.Store.read_only(str(little_snapshot / "store")))
    return store


def violations(engine: ox.Store) -> set[tuple[str, str]]:
    """Node and shape of every violation in all that is asserted, found without an excerpt."""
    aside = {ox.NamedNode(INFERRED), ox.NamedNode(META)}
    quads = (quad for quad in engine if quad.graph_name not in aside)
    lines = {f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in quads}
    results = Shapes().compiled.validate_text("".join(lines), format="nt").results
    return {(one.focus_node, one.source_shape or "") for one in results if one.severity == "Violation"}


def refusals(judge: Judge, engine: ox.Store, change: Change) -> int:
    """How many findings refuse a change."""
    try:
        judge.examine(engine, change)
    except WriteRefused as refused:
        return len(refused.findings)
    return 0


def asserted(engine: ox.Store) -> list[ox.Quad]:
    """What the tables of the region say, in an order of its own."""
    return sorted((quad for quad in engine if "/source/" in str(quad.graph_name)), key=str)


def test_the_region_itself_keeps_its_shapes(engine: ox.Store) -> None:
    assert violations(engine) == set()


def test_random_changes_get_the_verdict_of_the_whole_graph(engine: ox.Store, judge: Judge) -> None:
    chance, quads = random.Random(3), asserted(engine)
    refused = 0
    for _ in range(TRIALS):
        quad, other = chance.sample(quads, 2)
        change = Change(engine)
        kind = chance.choice(("gone", "other value", "another subject", "literal", "retyped"))
        if kind in ("gone", "other value", "retyped"):
            change.remove([quad])
        if kind in ("other value", "another subject"):
            parts = (quad.subject, quad.predicate, other.object), (other.subject, quad.predicate, quad.object)
            change.add([ox.Quad(*parts[kind == "another subject"], quad.graph_name)])
        if kind == "literal":
            change.add([ox.Quad(quad.subject, quad.predicate, ox.Literal("x"), quad.graph_name)])
        expected = violations(engine)
        found = refusals(judge, engine, change)
        change.undo()
        assert bool(found) == bool(expected), (kind, quad, other, expected)
        refused += bool(found)
    assert TRIALS / 5 < refused < TRIALS


BAD = {
    "a nameless actor": "INSERT DATA { GRAPH <mine> { <urn:x> a rev:Actor } }",
    "a nameless actor without an IRI": "INSERT DATA { GRAPH <mine> { [] a rev:Actor } }",
    "a nameless actor in the default graph": "INSERT DATA { <urn:x> a rev:Actor }",
    "a class below actor": "INSERT DATA { GRAPH <mine> { <urn:C> rdfs:subClassOf rev:Actor . <urn:x> a <urn:C> } }",
    "a second name": "INSERT { GRAPH <mine> { ?x skos:prefLabel 'second' } } WHERE { ?x a rev:Actor }",
    "a value of no class": "INSERT { GRAPH <mine> { ?x org:hasSite <urn:site> } } WHERE { ?x a rev:Actor }",
    "the class of a value": "DELETE { GRAPH ?g { ?s a org:Site } } WHERE { GRAPH ?g { ?s a org:Site } }",
    "the scheme of a value": "DELETE { GRAPH ?g { ?s skos:inScheme ?o } } "
    "WHERE { GRAPH ?g { ?s a rev:ActorClass ; skos:inScheme ?o } }",
    "a goal of no system": "DELETE { GRAPH ?g { ?s rev:goalOf ?o } } WHERE { GRAPH ?g { ?s rev:goalOf ?o } }",
    "a person": "INSERT DATA { GRAPH <mine> { <urn:x> a foaf:Person } }",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_writes_are_refused_as_the_whole_graph_would_be(engine: ox.Store, judge: Judge, name: str) -> None:
    change = Change(engine, has_union_default=True)
    change.update(PROLOGUE + BAD[name].replace("<mine>", f"<{MINE}>"), base="http://e/")
    assert change
    expected, found = violations(engine), refusals(judge, engine, change)
    change.undo()
    assert expected
    assert found >= 1


GOOD = {
    "a note on an actor": "INSERT { GRAPH <mine> { ?x <urn:note> 'good' } } WHERE { ?x a rev:Actor }",
    "an offer of words": "INSERT { GRAPH <mine> { ?x skos:altLabel 'other name' } } WHERE { ?x a rev:Actor }",
    "a blank node of no class": "INSERT DATA { GRAPH <mine> { [] <urn:p> [ <urn:q> 1 ] } }",
    "a name taken and given back": "DELETE { GRAPH ?g { ?x skos:prefLabel ?n } } "
    "INSERT { GRAPH ?g { ?x skos:prefLabel 'New' } } WHERE { GRAPH ?g { ?x a rev:Actor ; skos:prefLabel ?n } }",
}


@pytest.mark.parametrize("name", GOOD)
def test_good_writes_pass_as_the_whole_graph_would(engine: ox.Store, judge: Judge, name: str) -> None:
    change = Change(engine, has_union_default=True)
    change.update(PROLOGUE + GOOD[name].replace("<mine>", f"<{MINE}>"), base="http://e/")
    assert change
    expected, found = violations(engine), refusals(judge, engine, change)
    change.undo()
    assert (expected, found) == (set(), 0)


def test_a_note_touches_its_subject_alone(engine: ox.Store, judge: Judge) -> None:
    change = Change(engine)
    change.put(IRI(MINE), b"<urn:a> <urn:note> <urn:b> .\n", replaces=False)
    assert judge.touched(engine, change.added) == {ox.NamedNode("urn:a")}
    change.undo()


def test_what_is_concluded_or_recorded_is_not_judged(engine: ox.Store, judge: Judge) -> None:
    change = Change(engine)
    change.put(INFERRED, b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:C> .\n", replaces=False)
    assert judge.touched(engine, change.added) == set()
    change.undo()
