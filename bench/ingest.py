"""How fast a region is built: every step, against rdflib mapping the same rows and against a bare bulk load.

`python -m bench.ingest [TRIPLES …]` prints rows and triples a second, the two ratios and the peak memory.
Each system runs in a process of its own, one after the other.
"""

import gzip
import json
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox

from bench.peer import map_with_rdflib
from bench.region import generate
from graph.build import build
from graph.ingest import read_mappings
from graph.pack import read_pack
from graph.snapshot import published

SIZES = (100_000, 1_000_000)


def main(sizes: list[int]) -> None:
    """Measure each size and print one block for it."""
    for size in sizes:
        with TemporaryDirectory(prefix="revier-bench-") as name:
            folder = Path(name)
            generate(folder / "pack", size)
            ours = _measured("build", folder)
            limit = _measured("bulk-load", folder)
            peer = _measured("rdflib", folder)
        _print(size, ours, limit, peer)


def run_build(folder: Path) -> dict[str, Any]:
    """The whole build of the pack."""
    report = build(folder / "pack", folder / "home")
    assert report.snapshot, [found.message.en for found in report.findings[:5]]
    rows = sum(count.read for count in report.tables.values())
    mapped = sum(count for graph, count in report.graphs.items() if "/source/" in graph)
    return {"rows": rows, "mapped": mapped, "triples": sum(report.graphs.values()), "seconds": report.seconds}


def run_bulk_load(folder: Path) -> dict[str, Any]:
    """The limit: the mapped quads, ready as N-Quads, into an empty store."""
    quads = folder / "mapped.nq"
    with (
        gzip.open(published(folder / "home") / "dump" / "revier.nq.gz", "rt") as dump,
        quads.open("w") as output,
    ):
        output.writelines(line for line in dump if "/graph/source/" in line.rsplit(" ", 2)[1])
    begin = time.perf_counter()
    store = ox.Store(str(folder / "limit"))
    store.bulk_load(path=str(quads), format=ox.RdfFormat.N_QUADS)
    seconds = time.perf_counter() - begin
    return {"triples": len(store), "seconds": {"load": seconds}}


def run_rdflib(folder: Path) -> dict[str, Any]:
    """The peer: the same rows through the same mapping into an rdflib Dataset in memory."""
    pack = read_pack(folder / "pack")
    mappings = read_mappings(pack)
    begin = time.perf_counter()
    dataset = map_with_rdflib(pack, mappings)
    seconds = time.perf_counter() - begin
    return {"triples": sum(len(graph) for graph in dataset.graphs()), "seconds": {"map": seconds}}


RUNS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "build": run_build,
    "bulk-load": run_bulk_load,
    "rdflib": run_rdflib,
}


def _measured(name: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.ingest", "--run", name, str(folder)]
    shutil.rmtree(folder / "home" if name == "build" else folder / "limit", ignore_errors=True)
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def _print(size: int, ours: dict[str, Any], limit: dict[str, Any], peer: dict[str, Any]) -> None:
    steps, rows, mapped = ours["seconds"], ours["rows"], ours["mapped"]
    whole = sum(steps.values())
    print(f"\n{size:,} triples wished: {rows:,} rows, {mapped:,} triples mapped, {ours['triples']:,} published")
    for step, seconds in steps.items():
        rate = "" if seconds < 0.05 else f"{rows / seconds:12,.0f} rows/s {mapped / seconds:12,.0f} triples/s"
        print(f"  {step:14}{seconds:8.2f} s {rate}")
    print(f"  {'whole build':14}{whole:8.2f} s {rows / whole:12,.0f} rows/s {mapped / whole:12,.0f} triples/s")
    assert limit["triples"] == mapped == peer["triples"], "the systems disagree"
    bare, rdflib = limit["seconds"]["load"], peer["seconds"]["map"]
    filled = steps["map"] + steps["load"]
    print(f"  bare bulk load of the same quads {bare:.2f} s: read + map + load takes {filled / bare:.2f} times that")
    print(f"  rdflib, the same mapping into memory {rdflib:.2f} s: {rdflib / filled:.1f} times our read + map + load,")
    print(f"    {rdflib / steps['map']:.1f} times our read + map")
    peaks = (
        f"{one['peak_mb']:.0f} MB ({name})" for name, one in (("build", ours), ("bulk load", limit), ("rdflib", peer))
    )
    print(f"  peak memory {', '.join(peaks)}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        outcome = RUNS[sys.argv[2]](Path(sys.argv[3]))
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(outcome | {"peak_mb": peak_mb}))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
