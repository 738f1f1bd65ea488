"""One run from a region's tables to a published snapshot: ingest, link, check, infer, publish.

Nothing is published that the checks refuse, and whatever happens on the way, the published snapshot stays as
it was until the last step renames one file.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from graph.analysis.facts import read_facts
from graph.analysis.observations import INDICATORS, cube, observations
from graph.carry import Carried, carried_over
from graph.check import check_findings, shape_findings
from graph.errors import SnapshotError
from graph.findings import Finding, Severity, by_place, finding
from graph.infer import INFERRED, infer
from graph.ingest import Ingested, TableCount, ingest, read_mappings
from graph.link import suspected_duplicates
from graph.mapping import TableMapping
from graph.matching.index import FOLDER, build_index, open_index
from graph.matching.published import write_matches
from graph.pack import Pack, read_pack
from graph.provenance import MATCHES, META, ONTOLOGY, VOCABULARIES, provenance
from graph.questions import QUESTIONS, described_questions
from graph.reasoner import classify
from graph.register import Register
from graph.snapshot import (
    build_lock,
    finish,
    minding_space,
    prune,
    publish,
    published,
    read_manifest,
    sha256,
    snapshot_name,
    snapshots,
    workshop,
    write_dumps,
)
from graph.store import CandidateStore, EmbeddedStore, candidate, open_store
from graph.trace import Tracer
from graph.withhold import WITHHELD, withhold
from ontology.modules import ontology_files, vocabulary_files
from ontology.naming import rebased
from ontology.terms import IRI
from queries.catalogue import part

WITHHELD_LINES = "withheld.nt"


@dataclass(slots=True)
class BuildReport:
    """What a run did: the snapshot it published, if any, and everything it found."""

    snapshot: str | None = None
    findings: list[Finding] = field(default_factory=list)
    tables: dict[str, TableCount] = field(default_factory=dict)
    graphs: dict[IRI, int] = field(default_factory=dict)
    triples: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        return any(found.severity is Severity.ERROR for found in self.findings)

    def as_json(self) -> dict[str, Any]:
        return {
            "snapshot": self.snapshot,
            "refused": self.refused,
            "findings": [found.as_json() for found in by_place(self.findings)],
            "tables": {name: asdict(count) for name, count in self.tables.items()},
            "graphs": dict(self.graphs),
            "seconds": self.seconds,
        }


Progress = Callable[[str, str], None]


def build(
    folder: Path,
    home: Path,
    *,
    progress: Progress = lambda *_: None,
    publish_too: Callable[[EmbeddedStore], None] = lambda _: None,
) -> BuildReport:
    """Build the pack in `folder` and publish it in `home`, unless its checks refuse it.

    `progress` is called with a step and what it works on; `publish_too` with the finished snapshot, just before it is
    published here. Raises `PackError` if region.toml or a mapping is wrong, `BuildRunning` if another build holds
    `home`, `StorageFull`, and what `publish_too` raises: then what is published stays as it was.
    """
    with minding_space(), build_lock(home):
        started = datetime.now(UTC)
        pack = read_pack(folder)
        name = snapshot_name(started, _digest(pack)[:8])
        with workshop(home, name) as shop:
            with candidate(shop / "store") as store, TemporaryDirectory(dir=shop) as scratch:
                carried, doubts = carried_over(home, Path(scratch))
                report, register, mappings = _fill(store, pack, Path(scratch), progress, carried)
                report.findings += doubts
                if report.refused:
                    return report
                with _timed(report, "match index", progress):  # before anything private is loaded
                    (shop / FOLDER).mkdir()
                    build_index(store, shop / FOLDER)
                with _timed(report, "matches", progress):
                    _load_matches(store, shop, name)
                    _load(store, described_questions(), QUESTIONS, Path(scratch))
                with _timed(report, "indicators", progress):
                    _load(store, cube(observations(read_facts(store)), pack.region), INDICATORS, Path(scratch))
                with _timed(report, "dump", progress):
                    counts = {graph: count for graph, count in store.counts().items() if graph in _built(pack)}
                    told = provenance(pack, mappings, counts, started=started, snapshot=name)
                    _load(store, told, META, Path(scratch))
                    write_dumps(store, shop)
                    withheld = Carried(WITHHELD, Path(scratch) / WITHHELD_LINES)
                    for one in (*carried, *([withheld] if withheld.lines.stat().st_size else ())):
                        if one.is_private:
                            one.load_into(store)
                    store.part_public(shop)
                    report.graphs, report.triples = store.counts(), store.size()
            with _timed(report, "publish", progress):
                parent = next((record.name for record in snapshots(home) if record.is_published), None)
                register.write(pack.register)
                finished = finish(shop, _manifest(pack, report, name, started, parent))
                publish_too(open_store(finished))
                publish(home, name)
                prune(home)
            report.snapshot = name
    return report


def is_current(folder: Path, home: Path) -> bool:
    """Whether what `home` publishes can be opened, and is what this version makes of the pack in `folder` as it is."""
    try:
        manifest = read_manifest(published(home))
        open_store(published(home))
    except SnapshotError:
        return False
    pack = read_pack(folder)
    return bool(manifest["inputs"] == _inputs(pack) and manifest["revier"] == version("revier"))


def check(folder: Path, *, reasoner: bool = False, progress: Progress = lambda *_: None) -> BuildReport:
    """Everything that `build` would find in the pack, with nothing written.

    `reasoner` also has HermiT judge the ontology with its vocabularies, which needs Java.
    """
    with minding_space(), TemporaryDirectory(prefix="revier-check-") as name:
        scratch = Path(name)
        with candidate(scratch / "store") as store:
            report, _, _ = _fill(store, read_pack(folder), scratch, progress)
        if reasoner:
            with _timed(report, "reason", progress):
                report.findings += _judged(scratch)
    return report


def _fill(
    store: CandidateStore, pack: Pack, scratch: Path, progress: Progress, carried: Iterable[Carried] = ()
) -> tuple[BuildReport, Register, tuple[TableMapping, ...]]:
    """Read the pack into an empty store, check it and add what follows; everything found is in the report.

    What is `carried` over from the last snapshot is checked and thought about as well, unless it is private.
    """
    report = BuildReport()
    register = Register.read(pack.register)
    mappings = read_mappings(pack)
    with _timed(report, "turtle", progress):
        defined = _load_turtle(store, pack, report)
    with _timed(report, "map", progress):
        read = ingest(
            pack,
            mappings,
            register=register,
            known=defined,
            folder=scratch,
            progress=lambda table: progress("map", table),
        )
        report.findings += read.findings
        report.tables = read.tables
    with _timed(report, "load", progress):
        for graph, files in read.files.items():
            for lines in files:
                store.load_lines(lines, graph)
        public = [one for one in carried if not one.is_private]
        for one in public:
            one.load_into(store)
        withheld = withhold(store, scratch / WITHHELD_LINES)
        if withheld:
            report.findings.append(finding("withheld", file=pack.folder.name, count=withheld))
    tracer = Tracer(store, mappings)
    if not read.unread:  # the rest of a pack would fail its shapes for want of what an unread table says
        with _timed(report, "check", progress):
            asserted = chain(_asserted(store, pack, read, scratch), (one.lines for one in public))
            faults = shape_findings(asserted, tracer, scratch=scratch)
            report.findings += _not_yet_told(faults, report.findings)
    _discard(read)
    with _timed(report, "link", progress):
        report.findings += suspected_duplicates(store, tracer)
    with _timed(report, "infer", progress):
        infer(store, scratch)
    with _timed(report, "question", progress):
        report.findings += check_findings(store, tracer)
    return report, register, mappings


def _judged(scratch: Path) -> Iterator[Finding]:
    """What HermiT objects to in the ontology and its vocabularies."""
    lines = scratch / "ontology.nt"
    with candidate(scratch / "judged") as store:
        for path in (*ontology_files(), *vocabulary_files()):
            store.load_turtle(rebased(path), ONTOLOGY)
        with lines.open("wb") as output:
            store.dump_graph(ONTOLOGY, output, as_lines=True)
    verdict = classify(lines)
    if not verdict.is_consistent:
        yield finding("inconsistent", file="ontology")
    for kind in verdict.unsatisfiable:
        yield finding("unsatisfiable", file="ontology", value=kind)


def _load_turtle(store: CandidateStore, pack: Pack, report: BuildReport) -> dict[IRI, str]:
    """Load the ontology, the vocabularies, and what the pack brings as Turtle: schemes and sources.

    Returns what they define, each IRI with the name of its file.
    """
    given = [(path, ONTOLOGY) for path in ontology_files()]
    given += [(path, VOCABULARIES) for path in (*vocabulary_files(), *pack.schemes)]
    given += [(source.rdf, source.graph) for source in pack.sources.values() if source.rdf]
    defined: dict[IRI, str] = {}
    for path, graph in given:
        try:
            store.load_turtle(rebased(path), graph)
        except FileNotFoundError:
            report.findings.append(finding("missing-file", file=path.name))
        except (SyntaxError, UnicodeDecodeError) as error:
            report.findings.append(finding("bad-turtle", file=path.name, reason=str(error)))
        for (iri,) in store.select(part("defined")).rows:
            if isinstance(iri, IRI):
                defined.setdefault(iri, path.name)
    return defined


def _asserted(store: CandidateStore, pack: Pack, read: Ingested, scratch: Path) -> Iterator[Path]:
    """Files of everything that was said, not concluded: tables, vocabularies and the class hierarchy."""
    given = [source.graph for source in pack.sources.values() if source.rdf]
    for number, graph in enumerate((ONTOLOGY, VOCABULARIES, *given)):
        lines = scratch / f"said-{number}.nt"
        with lines.open("wb") as output:
            store.dump_graph(graph, output, as_lines=True)
        yield lines
        lines.unlink()
    for files in read.files.values():
        yield from files


def _not_yet_told(faults: Iterable[Finding], told: Iterable[Finding]) -> Iterator[Finding]:
    """Faults at cells of which nothing is known yet: a dangling key needs no second finding by its shape."""
    cells = {(found.file, found.row, found.column) for found in told if found.column}
    return (fault for fault in faults if (fault.file, fault.row, fault.column) not in cells)


def _discard(read: Ingested) -> None:
    for files in read.files.values():
        for lines in files:
            lines.unlink()


def _load_matches(store: CandidateStore, shop: Path, name: str) -> None:
    lines = shop / "matches.nt"
    write_matches(open_index(shop / FOLDER), lines, snapshot=name)
    store.load_lines(lines, MATCHES)
    lines.unlink()


def _load(store: CandidateStore, triples: Iterable[str], graph: IRI, scratch: Path) -> None:
    lines = scratch / "triples.nt"
    with lines.open("w", encoding="utf-8") as output:
        output.writelines(triples)
    store.load_lines(lines, graph)
    lines.unlink()


def _manifest(pack: Pack, report: BuildReport, name: str, started: datetime, parent: str | None) -> dict[str, Any]:
    return report.as_json() | {
        "snapshot": name,
        "region": pack.region,
        "built": _built(pack),
        "started": started.isoformat(timespec="seconds"),
        "revier": version("revier"),
        "parent": parent,
        "inputs": _inputs(pack),
        "triples": report.triples,
    }


def _built(pack: Pack) -> list[IRI]:
    """The graphs that a build makes, and nobody else may write to."""
    return [
        ONTOLOGY,
        VOCABULARIES,
        INFERRED,
        MATCHES,
        QUESTIONS,
        INDICATORS,
        META,
        WITHHELD,
        *(source.graph for source in pack.sources.values()),
    ]


def _inputs(pack: Pack) -> dict[str, str]:
    """The files of the pack with their SHA-256."""
    return {str(path.relative_to(pack.folder)): sha256(path) for path in pack.inputs()}


def _digest(pack: Pack) -> str:
    """One hash over all inputs of the pack, which names a snapshot beside its time."""
    return hashlib.sha256("".join(_inputs(pack).values()).encode()).hexdigest()


@contextmanager
def _timed(report: BuildReport, step: str, progress: Progress) -> Iterator[None]:
    progress(step, "")
    begin = time.perf_counter()
    yield
    report.seconds[step] = round(time.perf_counter() - begin, 3)
