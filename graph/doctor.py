"""Whether what is published is whole: every file, every count, and what the machine lacks."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import SnapshotError
from graph.model import Text
from graph.snapshot import damaged_files, published, read_manifest, snapshots, sound
from graph.store import open_store

_REPAIR = Text("revier rollback ID oder neu bauen", "revier rollback ID, or build again")


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: whether it is well, what was seen, and what to do if it is not."""

    is_well: bool
    seen: Text
    remedy: Text


def examine(home: Path) -> Iterator[Diagnosis]:
    """Look at the published snapshot of `home`, at what runs left behind, and at optional programs.

    If the snapshot is damaged, the last word on it is what the service does about that.
    """
    try:
        snapshot = published(home)
        damaged = damaged_files(snapshot)
        yield _files(snapshot, damaged)
        if "manifest.json" not in damaged:
            yield _counts(snapshot)
    except SnapshotError:
        damaged = ["CURRENT"]
    if damaged:
        yield _instead(home)
    yield _leftovers(home)
    yield _unreadable(home)
    yield _java()


def _files(snapshot: Path, damaged: list[str]) -> Diagnosis:
    if damaged:
        names = f"{snapshot.name}: {', '.join(damaged[:5])}"
        return Diagnosis(
            False,
            Text(f"Beschädigt oder verschwunden: {names}", f"Damaged or gone: {names}"),
            _REPAIR,
        )
    count = len(read_manifest(snapshot)["files"])
    return Diagnosis(
        True,
        Text(f"{count} Dateien von {snapshot.name} unversehrt", f"{count} files of {snapshot.name} intact"),
        Text("", ""),
    )


def _counts(snapshot: Path) -> Diagnosis:
    manifest = read_manifest(snapshot)
    try:
        store = open_store(snapshot, sees_private=True)
        found, total = {str(graph): count for graph, count in store.counts().items()}, store.size()
    except SnapshotError as error:
        return _fault(str(error), _REPAIR)
    expected = manifest["triples"]
    return Diagnosis(
        (found, total) == (manifest["graphs"], expected),
        Text(
            f"{total} Tripel im Speicher, {expected} im Manifest",
            f"{total} triples stored, {expected} in the manifest",
        ),
        _REPAIR,
    )


def _instead(home: Path) -> Diagnosis:
    """What is served while the published snapshot is damaged."""
    try:
        folder, remark = sound(home)
    except SnapshotError as error:
        return _fault(str(error), Text("revier build", "revier build"))
    return Diagnosis(
        False,
        Text(
            f"revier serve antwortet aus {folder.name}: {remark}", f"revier serve answers from {folder.name}: {remark}"
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


def _fault(sentence: str, remedy: Text) -> Diagnosis:
    """A fault in the words of the error that met it."""
    return Diagnosis(False, Text(sentence, sentence), remedy)
