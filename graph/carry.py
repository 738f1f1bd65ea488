"""What was written into graphs of their own survives a build: it is taken over from the published snapshot.

Private graphs come last, after conclusions, records and dumps, so that none of these tells of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from graph.errors import SnapshotError
from graph.findings import Finding, finding
from graph.snapshot import published, read_manifest, sound
from graph.store import PRIVATE, CandidateStore, open_store
from ontology.terms import IRI


@dataclass(frozen=True, slots=True)
class Carried:
    """One graph that no build makes, as N-Triples; None is the default graph."""

    graph: IRI | None
    lines: Path

    @property
    def is_private(self) -> bool:
        return self.graph is not None and self.graph.startswith(PRIVATE)

    def load_into(self, store: CandidateStore) -> None:
        """Add the graph to a store, even if it is empty."""
        if self.graph is not None:
            store.add_graph(self.graph)
        store.load_lines(self.lines, self.graph)


def carried_over(home: Path, folder: Path) -> tuple[tuple[Carried, ...], tuple[Finding, ...]]:
    """The graphs to take over from what is published in `home`, written into `folder`; and a warning of damage.

    From a damaged snapshot nothing can be taken: then they come from the one that stands in for it, if there is any.
    """
    if not any((home / "snapshots").glob("[!.]*")):
        return (), ()
    try:
        named = published(home).name
    except SnapshotError:
        named = "CURRENT"
    try:
        snapshot, _ = sound(home)
    except SnapshotError:
        return (), (finding("nothing-carried", file=named),)
    doubts = () if snapshot.name == named else (finding("carried-from-before", file=named, value=snapshot.name),)
    return tuple(_carried(snapshot, folder)), doubts


def _carried(snapshot: Path, folder: Path) -> Iterator[Carried]:
    store, built = open_store(snapshot, sees_private=True), read_manifest(snapshot)["built"]
    graphs = [graph for graph in store.graphs() if graph not in built]
    for number, graph in enumerate((None, *graphs)):
        lines = folder / f"carried-{number}.nt"
        with lines.open("wb") as output:
            store.dump_graph(graph, output, as_lines=True)
        yield Carried(graph, lines)
