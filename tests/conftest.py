"""What a test may need from the machine: present, or skipped with the way to get it, or an error."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from api.current import Current, edition_of
from api.front import answering
from api.metrics import Metrics
from api.service import Service
from api.settings import read_settings
from graph.build import build
from graph.snapshot import published
from graph.store import Store, open_store
from graph.tokens import Tokens
from tests.engines import Engine, Oxigraph, Virtuoso, oxigraph_program

PATIENCE_S = os.environ["REVIER_PATIENCE_S"] = "60"  # a machine that is busy with tests is no slow service
REGIONS = Path(__file__).parents[1] / "regions"


def _built(name: str, folder: Path) -> Path:
    """The published snapshot of a pack, built from a copy so that the pack stays as it is."""
    pack = shutil.copytree(REGIONS / name, folder / name)
    report = build(pack, folder / "home")
    assert not report.refused, [f"{found.where()}: {found.message.en}" for found in report.findings]
    return published(folder / "home")


@pytest.fixture(scope="session")
def little_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot folder of the little region."""
    return _built("little", tmp_path_factory.mktemp("little"))


@pytest.fixture(scope="session")
def little(little_snapshot: Path) -> Store:
    """The little region: invented, small enough to work every answer out by hand."""
    return open_store(little_snapshot)


@pytest.fixture(scope="session")
def region_snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The snapshot folder of the Emscher-Lippe region."""
    return _built("emscher-lippe", tmp_path_factory.mktemp("region"))


@pytest.fixture(scope="session")
def region(region_snapshot: Path) -> Store:
    """The Emscher-Lippe region."""
    return open_store(region_snapshot)


@pytest.fixture(scope="session")
def service_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Service]:
    """Makes a service over a store that is open; it writes nothing, and answers queries if a test brings workers."""
    nowhere = tmp_path_factory.mktemp("service")

    def made(store: Store, *, queries: Any = None, home: Path = nowhere) -> Service:
        return Service(
            settings=read_settings({"REVIER_HOME": str(home), "REVIER_PATIENCE_S": PATIENCE_S}),
            queries=queries or SimpleNamespace(snapshot="nobody's"),
            current=Current(edition_of(store)),
            desk=None,
            tokens=Tokens(home / "tokens.json", ""),
            cache=None,
            metrics=Metrics(),
        )

    return made


@pytest.fixture(scope="session")
def served() -> Callable[[Flask], AbstractContextManager[str]]:
    """Lets the real server answer for an application; the address, without a slash at the end."""

    @contextmanager
    def address(app: Flask) -> Iterator[str]:
        door = socket.create_server(("127.0.0.1", 0))
        port = door.getsockname()[1]
        with answering(door, app):
            yield f"http://127.0.0.1:{port}"

    return address


@pytest.fixture(scope="session")
def needed() -> Callable[[bool, str], None]:
    """Skips a test whose machine lacks something, with the way to get it; fails where `REVIER_REQUIRE=all`."""

    def judge(is_there: bool, reason: str) -> None:
        if not is_there:
            (pytest.fail if os.environ.get("REVIER_REQUIRE") == "all" else pytest.skip)(reason)

    return judge


@pytest.fixture(scope="session")
def java(needed: Callable[[bool, str], None]) -> None:
    """HermiT runs on Java."""
    needed(bool(shutil.which("java")), "HermiT needs Java. Install it (Debian: apt install default-jre-headless).")


@pytest.fixture(scope="session")
def virtuoso(needed: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """An empty Virtuoso of our own."""
    needed(bool(shutil.which("virtuoso-t")), "Virtuoso is missing. Install it: apt install virtuoso-opensource.")
    engine = Virtuoso(tmp_path_factory.mktemp("virtuoso"))
    engine.start()
    yield engine
    engine.kill()


@pytest.fixture(scope="session")
def oxigraph(needed: Callable[[bool, str], None], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Oxigraph]:
    """An empty Oxigraph server of our own."""
    needed(bool(oxigraph_program()), "Oxigraph's server is missing. Install the test extra: make test does.")
    engine = Oxigraph(tmp_path_factory.mktemp("oxigraph"))
    engine.start()
    yield engine
    engine.kill()


@pytest.fixture(scope="session", params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """A remote store: one that does as the standard has it, and one that has its own ways."""
    started: Engine = request.getfixturevalue(request.param)
    return started
