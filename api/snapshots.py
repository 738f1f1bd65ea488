"""Snapshots that are not served any more but kept: an answer from one is the same as it was then."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from api.current import Current, Edition, edition_in
from graph.errors import Gone, SnapshotError, UnknownTerm
from graph.snapshot import builds, snapshot_moment

OPEN = 4  # old snapshots at a time


def store_at(current: Current, name: str) -> Edition:
    """The edition of the snapshot `name`; `Gone` or `UnknownTerm`, with the nearest, if it is not kept."""
    folder = current.folder
    if not name or name == current.snapshot:
        return current.pinned
    kept = sorted(each.name for each in folder.parent.glob("[!.]*")) if folder else [current.snapshot]
    if folder is None or name not in kept:
        raise missing(name, kept)
    try:
        return _edition(folder.with_name(name))
    except SnapshotError as error:
        raise missing(name, [each for each in kept if each != name]) from error


def kept_builds(current: Current) -> tuple[Path, ...]:
    """The builds that are kept, newest first, from that on which the snapshot of this request rests."""
    folder = current.folder
    return builds(folder.parent.parent, folder.name) if folder else ()


def missing(name: str, kept: Sequence[str]) -> Gone | UnknownTerm:
    """What to say of a snapshot that is not among those `kept`, sorted by name: that it is gone, or never was."""
    moment = snapshot_moment(name)
    if not kept or moment is None or moment > max(filter(None, map(snapshot_moment, kept)), default=moment):
        nearest = f"The newest is {kept[-1]}." if kept else "None are kept here."
        return UnknownTerm(f"There is no snapshot {name[:100]!r}. {nearest}")
    nearest = next((each for each in kept if each > name), kept[-1])
    return Gone(f"The snapshot {name} is not kept any more. The nearest is {nearest}.")


@lru_cache(maxsize=OPEN)
def _edition(folder: Path) -> Edition:
    return edition_in(folder)
