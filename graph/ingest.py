"""From a pack's tables to N-Triples files, one graph a source: rows stream, faults are gathered.

Tables are read in the order of their references, so that few of them stay open; whatever is still open
at the end dangles.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO

import networkx as nx

from graph.findings import Finding, finding
from graph.mapping import TableMapping, read_mapping
from graph.pack import Pack, SourceRecord
from graph.references import References
from graph.register import Register
from graph.rows import RowWriter
from graph.tables import open_table
from ontology.terms import IRI

FILE_TRIPLES = 200_000  # one file of lines: what a bulk load holds in memory at once


@dataclass(slots=True)
class TableCount:
    """Rows of one table: read = mapped + refused."""

    read: int = 0
    mapped: int = 0
    refused: int = 0


@dataclass(slots=True)
class Ingested:
    """What came of reading a pack: files of triples by graph, counts by table, findings, and tables left unread."""

    files: dict[IRI, list[Path]] = field(default_factory=lambda: defaultdict(list))
    tables: dict[str, TableCount] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    unread: list[TableMapping] = field(default_factory=list)


def read_mappings(pack: Pack) -> tuple[TableMapping, ...]:
    """The pack's mappings, referenced tables first.

    Raises `PackError` before any row is read if one of them is wrong.
    """
    mappings = [read_mapping(path, pack) for path in pack.mappings]
    makers = {form: number for number, mapping in enumerate(mappings) for form in mapping.makes()}
    order: nx.DiGraph[int] = nx.DiGraph()
    order.add_nodes_from(range(len(mappings)))
    for number, mapping in enumerate(mappings):
        order.add_edges_from((makers[form], number) for form in mapping.links_to() if form in makers)
    tables = nx.condensation(order)
    ranked = (number for group in nx.topological_sort(tables) for number in sorted(tables.nodes[group]["members"]))
    return tuple(mappings[number] for number in ranked)


def ingest(
    pack: Pack,
    mappings: tuple[TableMapping, ...],
    *,
    register: Register,
    known: Mapping[IRI, str],
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
) -> Ingested:
    """Read every table of the pack into files of triples in `folder`.

    `known` are the IRIs that Turtle files define, each with its file: a table must not define them again. New ids
    are kept in `register` only.
    """
    result, links = Ingested(), References()
    for iri, file in known.items():
        links.define(iri, file)
    with _GraphFiles(folder, result) as files:
        for mapping in mappings:
            progress(mapping.table.name)
            _ingest_table(pack, mapping, files, register, links, result)
    result.findings.extend(found for iri, found in links.dangling() if not _is_made_by(result.unread, iri))
    return result


def _is_made_by(mappings: list[TableMapping], iri: str) -> bool:
    """Whether one of the tables may define an IRI: a reference to a table that could not be read says nothing."""
    return any(iri.startswith(form.partition("{}")[0]) for mapping in mappings for form in mapping.makes())


def _ingest_table(
    pack: Pack,
    mapping: TableMapping,
    files: "_GraphFiles",
    register: Register,
    links: References,
    result: Ingested,
) -> None:
    count = result.tables.setdefault(mapping.table.name, TableCount())
    report = result.findings.append
    table = open_table(mapping.table, report)
    if table is None:
        result.unread.append(mapping)
        return
    absent = sorted(mapping.columns() - set(table.header))
    for column in absent:
        headers = ", ".join(table.header)
        place = partial(finding, file=mapping.table.name, sheet=mapping.table.sheet, row=1)
        report(place("missing-column", column=column, headers=headers))
    if absent:
        result.unread.append(mapping)
        return
    writer = RowWriter(mapping, table.header, region=pack.region, register=register, links=links, report=report)
    source = pack.sources[mapping.source]
    for row, cells in table.rows:
        lines = None if cells is None else writer.lines(row, cells)
        count.read += 1
        if lines is None:
            count.refused += 1
        else:
            count.mapped += 1
            files.write(source, lines)


class _GraphFiles:
    """Open files of lines, one at a time for each graph, each of bounded size."""

    def __init__(self, folder: Path, result: Ingested) -> None:
        self._folder, self._result = folder, result
        self._open: dict[str, tuple[IO[str], int]] = {}

    def __enter__(self) -> "_GraphFiles":
        return self

    def __exit__(self, *_: object) -> None:
        for output, _written in self._open.values():
            output.close()

    def write(self, source: SourceRecord, lines: list[str]) -> None:
        output, written = self._open.get(source.name) or self._next_file(source)
        if written + len(lines) > FILE_TRIPLES and written:
            output.close()
            output, written = self._next_file(source)
        output.writelines(lines)
        self._open[source.name] = output, written + len(lines)

    def _next_file(self, source: SourceRecord) -> tuple[IO[str], int]:
        paths = self._result.files[source.graph]
        path = self._folder / f"{source.name}-{len(paths)}.nt"
        paths.append(path)
        return path.open("w", encoding="utf-8"), 0
