"""The rules of the house that no tool knows: imports point one way, names are ours, the README is true."""

import ast
import re
from collections.abc import Callable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from api.app import create_app
from api.cli import main
from api.service import Service
from api.settings import TABLE
from graph.store import Store

ROOT = Path(__file__).parents[1]
FOLDERS = ("ontology", "queries", "graph", "api")
README = (ROOT / "README.md").read_text(encoding="utf-8")
ENGINES = {"rdflib", "pyoxigraph"}


def _modules(folder: str) -> Iterator[tuple[Path, set[str]]]:
    """Each module of a folder with the packages it imports."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        yield path, {name.partition(".")[0] for name in imported}


@pytest.mark.parametrize("folder", FOLDERS)
def test_imports_point_one_way(folder: str) -> None:
    forbidden = set(FOLDERS[FOLDERS.index(folder) + 1 :])
    for path, imported in _modules(folder):
        assert not imported & forbidden, path


def test_the_engines_meet_where_the_store_is() -> None:
    users = {path.name for folder in FOLDERS for path, imported in _modules(folder) if imported & ENGINES}
    assert users == {"rdf.py", "store.py", "worker.py", "head.py", "change.py", "touched.py"}


def test_the_names_of_the_folders_are_ours_in_this_environment() -> None:
    owners = packages_distributions()
    assert {name: set(owners[name]) for name in FOLDERS} == {name: {"revier"} for name in FOLDERS}


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in main.commands if f"`revier {name}" not in README and f"`{name} " not in README] == []


def test_every_route_is_in_the_readme(little: Store, service_of: Callable[..., Service]) -> None:
    routes = {rule.rule for rule in create_app(service_of(little)).url_map.iter_rules()}
    named = re.findall(r"`(/[^`]*)`", README)
    heads = {route.partition("<")[0].rstrip("/.") or "/" for route in routes - {"/static/<path:filename>"}}
    told = {part.partition("?")[0].partition("[")[0].partition("…")[0].rstrip("/") or "/" for part in named}
    assert heads - told == set()


def test_every_setting_is_in_the_readme() -> None:
    assert [row.name for row in TABLE if f"`{row.name}`" not in README] == []
