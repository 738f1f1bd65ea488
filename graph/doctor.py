"""Whether what is published is whole: every file, every count, and what the machine lacks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import SnapshotError
from graph.model import Text
from graph.snapshot import damaged_files, published, read_manifest, snapshots
from graph.store import open_store

_REPAIR = Text("revier rollback ID oder neu bauen", "revier rollback ID, or build again")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: whether it is well, what was seen, and what to do if it is not."""

    is_well: bool
    seen: Text
    remedy: Text


def examine(home: Path) -> Iterator[Diagnosis]:
    """Look at the published snapshot of `home`, at what builds left behind, and at optional programs."""
    try:
        snapshot = published(home)
        manifest = read_manifest(snapshot)
    except SnapshotError as error:
        yield Diagnosis(False, Text(str(error), str(error)), Text("revier build", "revier build"))
        return
    yield _files(snapshot, manifest["files"])
    yield _counts(snapshot, manifest["graphs"])
    yield _leftovers(home)
    yield _unreadable(home)
    yield _java()


def _files(snapshot: Path, hashes: dict[str, str]) -> Diagnosis:
    damaged = damaged_files(snapshot)
    if damaged:
        names = ", ".join(damaged[:5])
        return Diagnosis(
            False,
            Text(f"Beschädigt oder verschwunden: {names}", f"Damaged or gone: {names}"),
            _REPAIR,
        )
    count = len(hashes)
    return Diagnosis(
        True,
        Text(f"{count} Dateien von {snapshot.name} unversehrt", f"{count} files of {snapshot.name} intact"),
        Text("", ""),
    )


def _counts(snapshot: Path, graphs: dict[str, int]) -> Diagnosis:
    try:
        found = {str(graph): count for graph, count in open_store(snapshot).counts().items()}
    except SnapshotError as error:
        return Diagnosis(False, Text(str(error), str(error)), _REPAIR)
    expected, total = sum(graphs.values()), sum(found.values())
    return Diagnosis(
        found == graphs,
        Text(
            f"{total} Tripel im Speicher, {expected} im Manifest",
            f"{total} triples stored, {expected} in the manifest",
        ),
        _REPAIR,
    )


def _leftovers(home: Path) -> Diagnosis:
    left = sorted(path.name for path in (home / "snapshots").glob(".*"))
    return Diagnosis(
        not left,
        Text(f"{len(left)} abgebrochene Läufe", f"{len(left)} interrupted builds"),
        Text("Der nächste Bau räumt sie weg.", "The next build clears them away."),
    )


def _unreadable(home: Path) -> Diagnosis:
    complete = {record.name for record in snapshots(home)}
    damaged = sorted(path.name for path in (home / "snapshots").glob("[!.]*") if path.name not in complete)
    names = ", ".join(damaged)
    return Diagnosis(
        not damaged,
        Text(
            f"{len(damaged)} Datenstände ohne lesbares Manifest {names}",
            f"{len(damaged)} snapshots without a manifest {names}",
        ),
        Text("Ordner löschen.", "Delete their folders."),
    )


def _java() -> Diagnosis:
    java = shutil.which("java")
    return Diagnosis(
        True,
        Text(
            f"Java (nur für check --reasoner): {java or 'fehlt'}",
            f"Java (only for check --reasoner): {java or 'missing'}",
        ),
        Text("", ""),
    )
