"""An empty data set in place of a region: what a plain SPARQL server begins with."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from graph.errors import SnapshotError, WrongUse
from graph.snapshot import build_lock, finish, point, published, read_manifest, snapshot_name, workshop
from graph.store import candidate


def found_bare(home: Path) -> Path:
    """The published snapshot of a home without a region, which is made empty if there is none yet.

    Raises `WrongUse` if the home holds a region.
    """
    with build_lock(home):
        try:
            folder = published(home)
        except SnapshotError:
            return _founded(home)
    if not read_manifest(folder).get("bare"):
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
