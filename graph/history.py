"""What became of one thing: what happened to it, and what builds changed about it and the records that are its own."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from graph.describe import Named, named
from graph.diff import Change, LinesByNode, changes, is_compared
from graph.model import Literal, Term
from graph.store import Store, open_store
from ontology.terms import IRI
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a thing: of which kind, on which day or in which year, and how far it is backed."""

    iri: IRI
    kind: Named
    day: Literal | None
    mark: IRI | None


@dataclass(frozen=True, slots=True)
class Step:
    """What the build in the folder `build` changed about a thing, against the build before it."""

    build: Path
    changes: tuple[Change, ...]


def events(store: Store, thing: IRI) -> tuple[Event, ...]:
    """What happened to a thing, the latest first; what nobody dates comes last."""
    found = [
        Event(event, named(store, kind), day if isinstance(day, Literal) else None, _iri(mark))
        for _, event, kind, day, mark in store.select(part("history-events"), {"thing": thing}).rows
        if isinstance(event, IRI) and isinstance(kind, IRI)
    ]
    return tuple(sorted(found, key=lambda event: event.day.value if event.day else "", reverse=True))


def history(builds: Sequence[Path], thing: IRI) -> tuple[Step, ...]:
    """What the `builds`, folders with the newest first, changed about a thing; no step where one changed nothing.

    Raises `SnapshotError` if one of them cannot be read.
    """
    stores = (open_store(build) for build in builds)
    told = ((build, store, _said(store, thing)) for build, store in zip(builds, stores, strict=True))
    steps = (
        Step(build, changes(_beyond(was, is_now), _beyond(is_now, was), before, after))
        for (build, after, is_now), (_, before, was) in pairwise(told)
    )
    return tuple(step for step in steps if step.changes)


def _said(store: Store, thing: IRI) -> LinesByNode:
    """What sources say of a thing and of its records."""
    owned = [node for _, node in store.select(part("history-owned"), {"thing": thing}).rows if isinstance(node, IRI)]
    said: LinesByNode = defaultdict(lambda: defaultdict(list))
    for node, says, value, graph in store.select(part("backing"), {"thing": (thing, *owned)}).rows:
        if isinstance(node, IRI) and isinstance(says, IRI) and value and is_compared(_iri(graph), says):
            said[node][says].append(value)
    return said


def _beyond(said: LinesByNode, other: LinesByNode) -> LinesByNode:
    """What is `said` and not in the `other`."""
    left: LinesByNode = defaultdict(lambda: defaultdict(list))
    for node, says, value in _lines(said):
        if value not in other.get(node, {}).get(says, ()):
            left[node][says].append(value)
    return left


def _lines(said: LinesByNode) -> Iterator[tuple[IRI, IRI, Term]]:
    return ((node, says, value) for node, told in said.items() for says, values in told.items() for value in values)


def _iri(term: object) -> IRI | None:
    return term if isinstance(term, IRI) else None
