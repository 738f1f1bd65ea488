"""What a write does: exactly what the standard says, to exactly the graphs that it may change, and back again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from graph.change import Change
from graph.errors import Forbidden, GraphExists, NotOffered, NotSparql, UnknownTerm, WrongUse
from ontology.terms import IRI

W3C = Path(__file__).parents[2] / "shared" / "w3c" / "sparql11"
PREFIXES = """
PREFIX mf: <http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ut: <http://www.w3.org/2009/sparql/tests/test-update#>
"""
BASE = "http://example.org/"
DATA = """
<urn:a> <urn:p> 1 , "one"@en , _:b .
_:b <urn:q> <urn:c> .
<urn:a> <urn:p> <urn:c> <urn:g> .
<urn:c> <urn:q> "x" <urn:g> .
<urn:a> <urn:secret> <urn:c> <urn:h> .
""".replace('1 , "one"@en , _:b', '"1" .\n<urn:a> <urn:p> "one"@en .\n<urn:a> <urn:p> _:b')
Contents = tuple[set[ox.Quad], set[str]]


@pytest.fixture
def engine() -> ox.Store:
    """A store with two triples more in its default graph than in each of `urn:g` and `urn:h`."""
    store = ox.Store()
    store.load(DATA, ox.RdfFormat.N_QUADS)
    return store


def contents(store: ox.Store) -> Contents:
    """The quads, blank nodes named by what is said of them, and the names of all graphs."""
    quads = ox.Dataset(store)
    quads.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(quads), {graph.value for graph in store.named_graphs()}


def update(engine: ox.Store, text: str, **how: object) -> Change:
    """The change that an update makes."""
    change = Change(engine)
    change.update(text, base=BASE, **how)  # type: ignore[arg-type]
    return change


def rows(told: ox.Store, query: str) -> list[Any]:
    """What a manifest answers."""
    found = told.query(PREFIXES + query)
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def w3c_tests() -> Iterator[object]:
    """The update evaluation tests: name, text, and the stores before and after."""
    for manifest in sorted(W3C.glob("*/manifest.ttl")):
        told = ox.Store()
        told.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
        request = "SELECT ?test ?text { ?test a mf:UpdateEvaluationTest ; mf:action/ut:request ?text }"
        for test, text in rows(told, request):
            yield pytest.param(told, test, text, id=f"{manifest.parent.name}/{test.value.rpartition('#')[2]}")


def w3c_store(told: ox.Store, test: ox.NamedNode, side: str) -> ox.Store:
    """What a test begins with, its mf:action, or must end with, its mf:result."""
    store = ox.Store()
    for (document,) in rows(told, f"SELECT ?data {{ {test} {side}/ut:data ?data }}"):
        store.load(path=urlsplit(document.value).path, format=ox.RdfFormat.TURTLE, base_iri=document.value)
    graphs = f"SELECT ?data ?name {{ {test} {side}/ut:graphData [ ut:graph ?data ; rdfs:label ?name ] }}"
    for document, name in rows(told, graphs):
        graph = ox.NamedNode(name.value)
        store.add_graph(graph)
        store.load(
            path=urlsplit(document.value).path, format=ox.RdfFormat.TURTLE, base_iri=document.value, to_graph=graph
        )
    return store


@pytest.mark.parametrize(("told", "test", "text"), list(w3c_tests()))
def test_the_update_tests_of_w3c_pass_and_can_be_undone(told: ox.Store, test: ox.NamedNode, text: ox.NamedNode) -> None:
    store = w3c_store(told, test, "mf:action")
    before = contents(store)
    change = Change(store)
    try:
        change.update(Path(urlsplit(text.value).path).read_text(encoding="utf-8"), base=text.value)
    except NotOffered:
        assert "load" in text.value or "service" in text.value
    assert contents(store) == contents(w3c_store(told, test, "mf:result"))
    change.undo()
    assert contents(store) == before


def test_there_are_as_many_of_them_as_the_suite_has() -> None:
    if not W3C.is_dir():
        pytest.skip("the W3C test files are not beside the project")
    assert len(list(w3c_tests())) == 94


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:n> <urn:p> 01 , 1 , 1.0 , true , '}' . GRAPH <n> { <urn:a> <urn:p> (1 [ <urn:q> 2 ]) } }",
        "DELETE DATA { <urn:a> <urn:p> 'one'@EN ; <urn:nothing> 1 }",
        "DELETE DATA { <urn:a> <urn:p> '1' } ; INSERT DATA { <urn:a> <urn:p> '1' }",
        "INSERT DATA { <urn:a> <urn:p> '1' } ; DELETE WHERE { <urn:a> ?p ?o }",
        "DELETE WHERE { ?s ?p ?o . GRAPH ?g { ?s ?q ?v } }",
        "INSERT { ?o ?p ?s } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH ?g { [] <urn:copy> ?o , _:x . _:x <urn:of> ?s } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE { ?s ?p ?o } INSERT { ?s <urn:was> ?o , ?unbound } WHERE { ?s ?p ?o FILTER (!ISBLANK(?o)) }",
        "WITH <urn:g> DELETE { ?s ?p ?o } INSERT { ?s ?p 'y' . GRAPH <urn:n> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "WITH <urn:g> INSERT { ?s ?p ?o } WHERE { GRAPH <urn:h> { ?s ?p ?o } }",
        "INSERT { ?s <urn:n> ?o } USING <urn:g> USING <urn:h> WHERE { ?s ?p ?o }",
        "INSERT { ?s <urn:n> ?o } USING NAMED <urn:g> WHERE { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }",
        "WITH <urn:h> INSERT { ?s <urn:n> ?o } USING <urn:g> WHERE { ?s ?p ?o }",
        "INSERT { <urn:n> <urn:p> <<( ?s ?p ?o )>> } WHERE { ?s ?p ?o FILTER (ISIRI(?o)) }",
        "INSERT { GRAPH ?nowhere { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "INSERT { <urn:a> <urn:n> 1 } WHERE {}",
        "INSERT { ?s <urn:n> $o } WHERE { ?s ?p ?o # } }\n }",
        "INSERT { ?s <urn:n> '?o' } WHERE { ?s ?p '1' }",
        "PREFIX : <urn:> DELETE { ?s :p ?o } WHERE { ?s :p ?o . FILTER NOT EXISTS { ?o :q ?c } }",
        "BASE <urn:b> INSERT DATA { <> <#p> <x> }",
        "CREATE GRAPH <urn:n> ; COPY <urn:g> TO <urn:n> ; MOVE <urn:n> TO DEFAULT ; ADD <urn:g> TO <urn:g>",
        "DROP GRAPH <urn:g> ; INSERT DATA { GRAPH <urn:g> { <urn:c> <urn:q> 'x' } }",
        "CLEAR NAMED ; DROP DEFAULT",
        "CREATE SILENT GRAPH <urn:g> ; DROP SILENT GRAPH <urn:n> ; ADD SILENT <urn:n> TO <urn:g>",
    ],
)
def test_an_update_does_what_the_engine_does_and_can_be_undone(engine: ox.Store, text: str) -> None:
    begin, twin = contents(engine), ox.Store()
    twin.extend(engine)
    twin.update(text, base_iri=BASE)
    before = set(engine)
    change = update(engine, text)
    assert contents(engine) == contents(twin)
    assert change.added == set(engine) - before
    assert change.removed == before - set(engine)
    change.undo()
    assert contents(engine) == begin


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("CREATE GRAPH <urn:g>", GraphExists, "already is a graph <urn:g>"),
        ("DROP GRAPH <urn:n>", UnknownTerm, "no graph <urn:n>"),
        ("CLEAR GRAPH <n>", UnknownTerm, "no graph <http://example.org/n>"),
        ("MOVE <urn:n> TO <urn:g>", UnknownTerm, "no graph <urn:n>"),
        ("INSERT {} WHERE { FILTER (<urn:f>(1)) }", NotOffered, "custom function"),
        ("INSERT { ?s ?p } WHERE { ?s ?p ?o }", NotSparql, "by itself"),
        ("INSERT DATA { <urn:a> <urn:b> 1 . } <urn:c> ; DROP ALL", NotSparql, "; was expected"),
    ],
)
def test_what_cannot_be_done_is_refused_as_a_whole(
    engine: ox.Store, text: str, error: type[Exception], words: str
) -> None:
    before = contents(engine)
    change = Change(engine)
    with pytest.raises(error, match=words):
        change.update(
            f"INSERT DATA {{ <urn:x> <urn:y> 1 . GRAPH <urn:new> {{ <urn:x> <urn:y> 1 }} }} ; {text}", base=BASE
        )
    change.undo()
    assert contents(engine) == before


def test_the_data_set_of_the_protocol_stands_for_using(engine: ox.Store) -> None:
    change = update(engine, "INSERT { <urn:n> <urn:n> ?o } WHERE { ?s ?p ?o }", using=["urn:g"])
    assert {quad.object for quad in change.added} == {ox.NamedNode("urn:c"), ox.Literal("x")}
    change = update(engine, "INSERT { <urn:n> <urn:n> ?g } WHERE { GRAPH ?g {} }", using_named=["urn:h"])
    assert {quad.object for quad in change.added} == {ox.NamedNode("urn:h")}


@pytest.mark.parametrize("clause", ["USING <urn:h>", "USING NAMED <urn:h>", "WITH"])
def test_it_excludes_using_and_with_in_the_text(engine: ox.Store, clause: str) -> None:
    text = f"INSERT {{ ?s ?p 1 }} {clause} WHERE {{ ?s ?p ?o }}"
    if clause == "WITH":
        text = "WITH <urn:h> INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }"
    with pytest.raises(WrongUse, match="exclude"):
        update(engine, text, using=["urn:g"])
    with pytest.raises(WrongUse, match="absolute IRI"):
        update(engine, "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", using=["no iri"])


@pytest.mark.parametrize(("is_union", "found"), [(False, 0), (True, 1)])
def test_a_pattern_sees_the_default_graph_or_the_union_of_all(engine: ox.Store, is_union: bool, found: int) -> None:
    change = Change(engine, has_union_default=is_union)
    change.update("INSERT { ?s <urn:n> ?o } WHERE { ?s <urn:secret> ?o }", base=BASE)
    assert len(change.added) == found


TRICKS = [
    "INSERT DATA { GRAPH <urn:h> { <urn:x> <urn:y> 1 } }",
    "INSERT { GRAPH ?g { <urn:x> <urn:y> 1 } } WHERE { GRAPH ?g { ?s <urn:secret> ?o } }",
    "INSERT { GRAPH ?g { <urn:x> <urn:y> 1 } } WHERE { BIND (IRI(CONCAT('urn:', 'h')) AS ?g) }",
    "WITH <urn:h> INSERT { <urn:x> <urn:y> 1 } WHERE {}",
    "PREFIX u: <urn:> INSERT DATA { GRAPH u:h { <urn:x> <urn:y> 1 } }",
    "BASE <urn:h> INSERT DATA { GRAPH <> { <urn:x> <urn:y> 1 } }",
    "INSERT DATA { GRAPH <\\u0075rn:h> { <urn:x> <urn:y> 1 } }",
    "INSERT DATA { } INSERT DATA { GRAPH <urn:h> { <urn:x> <urn:y> 1 } }".replace("} INSERT", "} ; INSERT"),
    "ADD <urn:g> TO <urn:h>",
    "MOVE <urn:h> TO <urn:g>",
    "COPY <urn:g> TO <urn:h>",
    "DROP GRAPH <urn:h>",
    "CLEAR NAMED",
    "CLEAR ALL",
    "CREATE SILENT GRAPH <urn:h> ; DELETE WHERE { GRAPH <urn:h> { ?s ?p ?o } }",
    "DELETE DATA { GRAPH <urn:h> { <urn:a> <urn:secret> <urn:c> } }",
]


@pytest.mark.parametrize("text", TRICKS)
def test_no_spelling_reaches_a_graph_that_may_not_be_changed(engine: ox.Store, text: str) -> None:
    before = contents(engine)

    def may_change(graph: IRI | None) -> None:
        if graph == "urn:h":
            raise Forbidden("closed")

    change = Change(engine, may_change=may_change)
    with pytest.raises(Forbidden):
        change.update(text, base=BASE)
    change.undo()
    assert contents(engine) == before


@pytest.mark.parametrize("is_union", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "INSERT { <urn:n> <urn:n> ?s } WHERE { ?s <urn:secret> ?o }",
        "INSERT { <urn:n> <urn:n> ?s } WHERE { GRAPH ?g { ?s <urn:secret> ?o } }",
        "INSERT { <urn:n> <urn:n> ?s } WHERE { GRAPH <urn:h> { ?s ?p ?o } }",
        "INSERT { <urn:n> <urn:n> ?s } USING <urn:h> WHERE { ?s ?p ?o }",
        "INSERT { <urn:n> <urn:n> ?s } USING NAMED <urn:h> WHERE { GRAPH ?g { ?s ?p ?o } }",
        "WITH <urn:h> INSERT { GRAPH <urn:n> { ?s ?p ?o } } WHERE { ?s ?p ?o }",
        "COPY SILENT <urn:h> TO <urn:n>",
        "INSERT { <urn:n> <urn:n> ?g } WHERE { GRAPH ?g {} FILTER (?g = <urn:h>) }",
    ],
)
def test_no_spelling_reads_a_graph_that_may_not_be_read(engine: ox.Store, text: str, is_union: bool) -> None:
    change = Change(engine, may_read=lambda graph: graph != "urn:h", has_union_default=is_union)
    change.update(text, base=BASE)
    assert not change.added


def test_a_document_is_added_to_a_graph_or_takes_its_place(engine: ox.Store) -> None:
    change = Change(engine)
    assert change.put(IRI("urn:n"), b'<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "1" .\n', replaces=False)
    assert (change.size, change.counts()) == (1, {"urn:n": 1})
    change = Change(engine)
    assert not change.put(IRI("urn:n"), b'<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "2" .\n', replaces=True)
    assert (change.size, change.counts()) == (1, {"urn:n": 1})
    change = Change(engine)
    assert not change.put(IRI("urn:n"), b"", replaces=True)
    assert (change.size, change.counts(), change.dropped) == (2, {"urn:n": -2}, set())
    assert not Change(engine).put(None, b"", replaces=True)
    assert not list(engine.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def test_an_empty_document_makes_an_empty_graph_and_is_a_change(engine: ox.Store) -> None:
    change = Change(engine)
    assert change.put(IRI("urn:n"), b"", replaces=True)
    assert change
    assert not change.size
    change.undo()
    assert not engine.contains_named_graph(ox.NamedNode("urn:n"))


def test_blank_nodes_of_two_documents_stay_apart(engine: ox.Store) -> None:
    for _ in range(2):
        Change(engine).put(IRI("urn:n"), b"_:x <urn:p> _:y .\n", replaces=False)
    assert len(list(engine.quads_for_pattern(None, None, None, ox.NamedNode("urn:n")))) == 2


def test_a_graph_is_deleted_if_there_is_one(engine: ox.Store) -> None:
    Change(engine).delete(IRI("urn:g"))
    assert not engine.contains_named_graph(ox.NamedNode("urn:g"))
    with pytest.raises(UnknownTerm, match="no graph urn:g"):
        Change(engine).delete(IRI("urn:g"))
    Change(engine).delete(None)
    assert {quad.graph_name for quad in engine} == {ox.NamedNode("urn:h")}


def test_what_changes_nothing_is_no_change(engine: ox.Store) -> None:
    text = "INSERT DATA { <urn:a> <urn:p> '1' } ; DELETE DATA { <urn:a> <urn:p> 7 } ; CLEAR SILENT GRAPH <urn:n>"
    assert not update(engine, text)
    text = "CREATE GRAPH <urn:n> ; INSERT DATA { GRAPH <urn:n> { <urn:a> <urn:p> 1 } } ; DROP GRAPH <urn:n>"
    assert not update(engine, text)


def test_what_is_silent_about_a_missing_source_leaves_the_target_alone(engine: ox.Store) -> None:
    assert not update(engine, "COPY SILENT <urn:n> TO <urn:g> ; MOVE SILENT <urn:n> TO <urn:g>")
