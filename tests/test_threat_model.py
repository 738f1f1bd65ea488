"""THREAT_MODEL.md: each promise is shown by a test that exists."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "THREAT_MODEL.md").read_text(encoding="utf-8")
PROMISES = [
    row
    for row in TEXT.partition("## What is promised")[2].partition("\n## ")[0].splitlines()
    if row.startswith("| ") and not row.startswith("| promise |")
]
NAMED = re.compile(r"`(tests/test_\w+\.py)::(test_\w+)`")


def test_every_promise_is_shown_by_a_test() -> None:
    assert len(PROMISES) > 20
    assert [row for row in PROMISES if not NAMED.search(row)] == []


def test_every_test_that_is_named_exists() -> None:
    missing = [name for name in NAMED.findall(TEXT) if name[1] not in _tests(ROOT / name[0])]
    assert missing == []


def _tests(path: Path) -> set[str]:
    """The names of the tests in a file; none if there is no such file."""
    if not path.is_file():
        return set()
    return {node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
