"""An update is read at its joints: no bracket in a string, a comment or an IRI is taken for one."""

from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest

from graph.errors import NotOffered, NotSparql
from graph.update import Data, Manage, Modify, Operation, Transfer, operations
from ontology.terms import RDF

W3C = Path(__file__).parents[2] / "shared" / "w3c" / "sparql11"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("# nothing but a comment", ()),
        ("PREFIX : <urn:> ", ()),
        ("insert data { :a :b 1 } ;", (Data("", " :a :b 1 ", True),)),
        ("BASE <urn:x> delete DATA{}", (Data("BASE <urn:x>\n", "", False),)),
        ("DELETE WHERE { ?s ?p ?o }", (Modify("", " ?s ?p ?o ", "", " ?s ?p ?o "),)),
        ("INSERT{?s ?p 1}WHERE{{?s ?p 2}}", (Modify("", "", "?s ?p 1", "{?s ?p 2}"),)),
        (
            "WITH <g> DELETE {} INSERT {} USING :a USING NAMED <b> USING <c> WHERE {}",
            (Modify("", "", "", "", "<g>", (":a", "<c>"), ("<b>",)),),
        ),
        ("clear silent graph <g>", (Manage("", "CLEAR", "<g>", True),)),
        ("DROP all ; CREATE GRAPH :g", (Manage("", "DROP", "ALL", False), Manage("", "CREATE", ":g", False))),
        ("CLEAR NAMED;CLEAR DEFAULT", (Manage("", "CLEAR", "NAMED", False), Manage("", "CLEAR", "DEFAULT", False))),
        ("ADD DEFAULT TO <g>", (Transfer("", "ADD", "DEFAULT", "<g>", False),)),
        ("move silent graph <g> to graph <h>", (Transfer("", "MOVE", "<g>", "<h>", True),)),
        (
            "PREFIX a: <1> DROP GRAPH a:x ; PREFIX a: <2> DROP GRAPH a:x",
            (
                Manage("PREFIX a: <1>\n", "DROP", "a:x", False),
                Manage("PREFIX a: <1>\nPREFIX a: <2>\n", "DROP", "a:x", False),
            ),
        ),
    ],
)
def test_operations_are_found_with_the_declarations_in_force(text: str, expected: tuple[Operation, ...]) -> None:
    assert operations(text) == expected


@pytest.mark.parametrize(
    "inner",
    [
        "'}'",
        '"}\\"}"',
        '"""}" } ""}"""',
        "'''} ' '}'''",
        "1 # } ; DROP ALL\n",
        ":p\\#x",
        "<urn:\\u0023x>",
        "'a'@en-GB",
        "'1'^^:t",
        "{ ?a :b ?c }",
        "?from",
        ":insert",
        "service:x",
    ],
)
def test_what_is_inside_is_left_to_the_engine(inner: str) -> None:
    (insert, drop) = operations(f"INSERT DATA {{ {inner} }} ; DROP ALL")
    assert isinstance(insert, Data)
    assert insert.quads == f" {inner} "
    assert isinstance(drop, Manage)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("INSERTDATA{}", (1, 1)),
        ("INSERT DATA {\n{ }", (2, 4)),
        ("DROP ALL\nDROP ALL", (2, 1)),
        ("CLEAR GRAPH ?g", (1, 13)),
        ("COPY <a> <b>", (1, 10)),
        ("INSERT {} WHERE", (1, 16)),
        ("SELECT * {}", (1, 1)),
        ("ASK", (1, 1)),
    ],
)
def test_what_cannot_be_made_out_is_refused_at_its_place(text: str, place: tuple[int, int]) -> None:
    with pytest.raises(NotSparql, match=f"line {place[0]}, column {place[1]}") as caught:
        operations(text)
    assert (caught.value.line, caught.value.column) == place


def test_a_silent_load_which_cannot_succeed_is_nothing_to_do() -> None:
    (load,) = operations("LOAD SILENT <urn:a> INTO GRAPH <urn:b>")
    assert load == Data("", "", is_insert=True)


@pytest.mark.parametrize(
    "text",
    [
        "LOAD <urn:a>",
        "load silent <urn:a> into graph <urn:b> ; load <urn:a>",
        "DROP ALL ; LOAD <urn:a>",
        "INSERT {} WHERE { SERVICE <urn:a> {} }",
        "INSERT {} WHERE { { FILTER EXISTS { serviceSILENT<urn:a> {} } } }",
    ],
)
def test_nothing_is_fetched(text: str) -> None:
    with pytest.raises(NotOffered, match=r"LOAD|SERVICE"):
        operations(text)


@pytest.mark.skipif(not W3C.is_dir(), reason="the W3C test files are not beside the project")
@pytest.mark.parametrize("folder", ["syntax-update-1", "syntax-update-2"])
def test_the_syntax_tests_of_w3c_are_accepted_and_refused_rightly(folder: str) -> None:
    manifest = W3C / folder / "manifest.ttl"
    tests = ox.Store()
    tests.load(path=str(manifest), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())
    for kind in ("PositiveUpdateSyntaxTest11", "NegativeUpdateSyntaxTest11"):
        for test in tests.quads_for_pattern(None, ox.NamedNode(RDF.type), ox.NamedNode(MF + kind), None):
            (action,) = tests.quads_for_pattern(test.subject, ox.NamedNode(MF + "action"), None, None)
            assert _is_accepted(_text_of(str(action.object))) is kind.startswith("Positive"), test.subject


def _text_of(address: str) -> str:
    """The text at a file address in angle brackets."""
    return Path(urlsplit(address[1:-1]).path).read_text(encoding="utf-8")


def _is_accepted(text: str) -> bool:
    """Whether the engine takes the text for right, and its operations are found."""
    try:
        ox.Store().update(text, base_iri="http://example.org/")
    except (OSError, RuntimeError):
        pass  # right, but it asks for a document or for a graph that is not there
    except SyntaxError:
        return False
    with suppress(NotOffered):
        operations(text)
    return True
