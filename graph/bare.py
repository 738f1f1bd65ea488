"""An empty data set in place of a region: what a plain SPARQL server begins with."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from graph.errors import SnapshotError, WrongUse
from graph.snapshot import (
    build_lock,
    finish,
    minding_space,
    point,
    published,
    read_manifest,
    snapshot_name,
    sound,
    workshop,
)
from graph.store import candidate


def found_bare(home: Path) -> Path:
    """The published snapshot of a home without a region, or what stands in for it; an empty one if there is none yet.

    Raises `WrongUse` if the home holds a region, `SnapshotError` if nothing in it is whole.
    """
    with minding_space(), build_lock(home):
        if not any((home / "snapshots").glob("[!.]*")):
            return _founded(home)
    try:
        folder = published(home)
        manifest = read_manifest(folder)
    except SnapshotError:
        folder, _ = sound(home)
        manifest = read_manifest(folder)
    if not manifest.get("bare"):
        raise WrongUse(f"{home} holds a region. Name another folder in REVIER_HOME for a bare data set.")
    return folder


def _founded(home: Path) -> Path:
    now = datetime.now(UTC)
    name = snapshot_name(now)
    with workshop(home, name) as shop:
        with candidate(shop / "store"):
            pass  # an empty store is all there is
        manifest = {
            "snapshot": name,
            "bare": True,
            "region": "",
            "revier": version("revier"),
            "started": now.isoformat(timespec="seconds"),
            "parent": None,
            "inputs": {},
            "built": [],
            "graphs": {},
            "triples": 0,
            "findings": [],
            "tables": {},
            "seconds": {},
            "refused": False,
        }
        folder = finish(shop, manifest)
    point(home, name)
    return folder
