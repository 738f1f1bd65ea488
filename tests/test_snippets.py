"""The code to take away runs as it stands, whatever the query holds."""

import csv
import json
import shutil
import subprocess
import sys
from ast import literal_eval
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from api.app import create_app
from api.service import Service
from api.snippets import Snippet, snippets
from graph.pool import QueryPool
from graph.store import Store

HOSTILE = (
    "it's \"said\" $HOME `id` $(id) \\ \" \\\" ''' \\'\\'\\' )\" )-\" ]] %s {x} #{y} & ; | \t \N{SNOWMAN} é",
    '"quoted to the end"',
    '"""',
    "two\nlines\n\nand a \\n that is none",
)
TABLE = '# it\'s "a" \'comment\' $HOME `id` \\ )-"\r\nSELECT (%s AS ?told) {}\r\n#"'
GRAPH = 'CONSTRUCT { <urn:a> <urn:p> "it\'s \\"told\\" $HOME" } {}'


@pytest.fixture(scope="module")
def endpoint(
    little: Store,
    little_snapshot: Path,
    service_of: Callable[..., Service],
    served: Callable[[Flask], AbstractContextManager[str]],
) -> Iterator[str]:
    pool = QueryPool(little_snapshot, workers=1)
    with served(create_app(service_of(little, queries=pool))) as address:
        yield f"{address}/sparql"
    pool.close()


def _query(text: str) -> str:
    """A query whose one answer is `text`."""
    escaped = json.dumps(text, ensure_ascii=False).replace("'", "\\'")
    return TABLE % escaped


def _ran(command: list[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _of(tool: str, query: str, endpoint: str, *, is_graph: bool = False) -> Snippet:
    return next(each for each in snippets(query, endpoint, is_graph=is_graph) if each.tool == tool)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_code_for_curl_gets_the_answer(endpoint: str, text: str, needed: Callable[[bool, str], None]) -> None:
    needed(shutil.which("curl") is not None, "There is no curl. Install it (Debian: apt install curl).")
    told = _ran(["bash", "-c", _of("curl", _query(text), endpoint).code])
    assert list(csv.reader(told.splitlines(keepends=True))) == [["told"], [text]]


@pytest.mark.parametrize("text", HOSTILE)
def test_the_code_for_python_gets_the_answer(endpoint: str, text: str) -> None:
    told = literal_eval(_ran([sys.executable, "-c", _of("Python", _query(text), endpoint).code]))
    assert [row["told"]["value"] for row in told["results"]["bindings"]] == [text]


def test_a_graph_comes_as_turtle(endpoint: str, needed: Callable[[bool, str], None]) -> None:
    needed(shutil.which("curl") is not None, "There is no curl. Install it (Debian: apt install curl).")
    expected = '<urn:a> <urn:p> "it\'s \\"told\\" $HOME" .'
    assert _ran(["bash", "-c", _of("curl", GRAPH, endpoint, is_graph=True).code]).strip() == expected
    assert _ran([sys.executable, "-c", _of("Python", GRAPH, endpoint, is_graph=True).code]).strip() == expected


@pytest.mark.parametrize("text", HOSTILE)
def test_the_code_for_r_holds_the_query_to_the_letter(text: str) -> None:
    query = _query(text)
    code = _of("R", query, "http://localhost/sparql").code
    _, _, rest = code.partition('query = r"')
    dashes = rest[: rest.index("(")]
    # R ends a raw string at the first bracket that its dashes and a quotation mark follow
    held, _, after = rest[len(dashes) + 1 :].partition(f'){dashes}"')
    assert held == query.replace("\r\n", "\n")
    assert after.startswith(") |>\n")
