"""What a test may need from the machine: present, or skipped with the way to get it, or an error."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from graph.build import build
from graph.snapshot import published
from graph.store import Store, open_store

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
