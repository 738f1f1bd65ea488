"""How fast needs are matched among 1e3 to 1e6 generated developers, beside what else could rank them, in the same run.

`python -m bench.match_speed [ACTORS …]` builds an index of each region, and asks it from a fresh process: one need
with all criteria, the best 20 with their reasons; then a batch from two processes, scores and offers as the build
publishes them, and what these hold in memory. The peers are the plain SPARQL formulation on the embedded engine and in
rdflib, and bm25s and tantivy on the texts alone. Processor time is what a need costs, however busy the machine.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.developers import Developers, needs
from bench.match_peers import PEERS, Peer
from graph.matching.index import open_index, write_index
from graph.matching.match import best_offers, match
from graph.matching.wish import Wish, profile_for

LIMIT, WARMING = 20, 20
DAY = date(2026, 1, 1)
BATCH, ASKED_OF_BATCH = 10_000, 1_000
ONE_TEXT_FROM = 1_000_000  # actors; smaller regions have five texts an actor
MATCH_MS = {100_000: 15.0, 1_000_000: 80.0}
BUILD_S = {100_000: 180.0}
BATCH_S = {100_000: 300.0}
MEMORY_MB = {1_000_000: 1500.0}
SPARQL_RATIO = {100_000: 100.0}


@dataclass(frozen=True, slots=True)
class Answering:
    """What one process saw: for each need seconds by the clock and of the processor, and its memory afterwards in MB.

    Of the memory, `own_mb` is its alone, and `mapped_mb` what it has read of the index, shared with whoever reads it.
    """

    walls_s: tuple[float, ...]
    cores_s: tuple[float, ...]
    own_mb: float
    mapped_mb: float

    @property
    def p50_ms(self) -> float:
        """The median by the clock."""
        return 1000 * statistics.median(self.walls_s)


def main() -> None:
    """Measure each region and print one block for it."""
    arguments = _arguments()
    for actors in arguments.actors:
        texts = arguments.texts or (1 if actors >= ONE_TEXT_FROM else 5)
        region = Developers(actors, texts)
        print(f"\n{actors:,} actors, 50 competences and {texts} texts each", flush=True)
        with TemporaryDirectory(prefix="revier-bench-") as name:
            folder = Path(arguments.keep or name) / str(actors)
            _build(region, folder)
            ours = _answer(actors, folder, arguments.needs)
            _batch(actors, folder, BATCH if arguments.batch else ASKED_OF_BATCH)
            for peer in PEERS:
                if actors <= arguments.most.get(peer.name, peer.most_actors):
                    _compare(peer, region, arguments.needs, ours)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure matching.")
    parser.add_argument("actors", type=int, nargs="*", default=[1_000, 10_000, 100_000])
    parser.add_argument("--texts", type=int, help="texts an actor; five, and one from a million actors on")
    parser.add_argument("--needs", type=int, default=50, help="that are measured one by one, all different")
    parser.add_argument("--batch", action="store_true", help=f"ask all {BATCH:,} needs of the batch")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the indexes, and whose indexes are used again")
    parser.add_argument("--no-peers", dest="most", action="store_const", const=dict.fromkeys(_NAMES, 0), default={})
    return parser.parse_args()


def _build(region: Developers, folder: Path) -> None:
    if not folder.exists():
        begin, core = time.perf_counter(), time.process_time()
        generated = sum(1 for _ in region.rows())
        making = time.perf_counter() - begin, time.process_time() - core
        folder.mkdir(parents=True)
        begin, core = time.perf_counter(), time.process_time()
        write_index(region.rows(), folder)
        wall, used = time.perf_counter() - begin - making[0], time.process_time() - core - making[1]
        _tell(f"build of {generated:,} statements", f"{wall:.1f} s (core {used:.1f} s)", wall, BUILD_S, region.actors)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    _tell("size of the index", f"{size / 2**20:,.0f} MB")


def _answer(actors: int, folder: Path, count: int) -> Answering:
    """One need after the other, in a process that does nothing else."""
    with _processes(1) as pool:
        found = pool.submit(answering, folder, list(needs(WARMING + count)), WARMING, reasons=True).result()
    p95_ms = 1000 * statistics.quantiles(found.walls_s, n=20)[-1]
    core_ms = 1000 * statistics.median(found.cores_s)
    told = f"p50 {found.p50_ms:.1f} ms, p95 {p95_ms:.1f} ms (core p50 {core_ms:.1f} ms)"
    _tell(f"one need, all criteria, best {LIMIT} with reasons", told, found.p50_ms, MATCH_MS, actors)
    memory = f"{found.own_mb:.0f} MB of its own, {found.mapped_mb:,.0f} MB mapped"
    _tell("memory of the process (PSS)", memory, found.own_mb + found.mapped_mb, MEMORY_MB, actors)
    return found


def _batch(actors: int, folder: Path, count: int) -> None:
    """Two processes with half of the batch each; where only a part is asked, the rest is taken to cost as much."""
    asked = list(needs(count))
    with _processes(2) as pool:
        begin = time.perf_counter()
        halves = [pool.submit(answering, folder, asked[place::2], 0, reasons=False) for place in range(2)]
        found = [half.result() for half in halves]
        whole = (time.perf_counter() - begin) * BATCH / count
    how = "" if count == BATCH else f", from {count:,} of them"
    _tell(f"a batch of {BATCH:,} needs, scores and offers, 2 processes{how}", f"{whole:.0f} s", whole, BATCH_S, actors)
    own, mapped = (sum(getattr(each, name) for each in found) for name in ("own_mb", "mapped_mb"))
    _tell("memory of both (PSS)", f"{own:.0f} MB of their own, {mapped:,.0f} MB mapped and shared")


def _compare(peer: Peer, region: Developers, count: int, ours: Answering) -> None:
    told = peer.measure(region, list(needs(WARMING + count))[WARMING:])
    if isinstance(told, str):
        _tell(peer.name, told)
        return
    p50_ms = 1000 * statistics.median(told)
    ratio = p50_ms / ours.p50_ms
    goal = SPARQL_RATIO.get(region.actors) if peer.is_whole else None
    least = "" if goal is None else f", to reach {goal:g}{'' if ratio >= goal else ' – MISSED'}"
    _tell(peer.name, f"p50 {p50_ms:,.1f} ms of {len(told)} needs: {ratio:,.2f} × ours{least}")


def answering(folder: Path, asked: Sequence[Wish], warming: int, *, reasons: bool) -> Answering:
    """Answer needs one after the other in this process, or only tell scores and offers; `warming` are not counted."""
    index = open_index(folder)
    walls, cores = [], []
    for wish in asked:
        begin, core = time.perf_counter(), time.process_time()
        profile = profile_for(index, wish)
        match(index, profile, limit=LIMIT) if reasons else list(best_offers(index, profile, LIMIT))
        walls.append(time.perf_counter() - begin)
        cores.append(time.process_time() - core)
    return Answering(tuple(walls[warming:]), tuple(cores[warming:]), *_memory_mb())


def _memory_mb() -> tuple[float, float]:
    """Proportional memory of this process: its own, and that of mapped files."""
    lines = Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) / 1024 for line in lines[1:]}
    return sizes["Pss_Anon"], sizes["Pss_File"]


def _processes(count: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"))


def _tell(what: str, told: str, found: float = 0, goals: dict[int, float] | None = None, actors: int = 0) -> None:
    goal = (goals or {}).get(actors)
    least = "" if goal is None else f"; at most {goal:g}{'' if found <= goal else ' – MISSED'}"
    print(f"  {what:56} {told}{least}", flush=True)


_NAMES: Iterable[str] = [peer.name for peer in PEERS]

if __name__ == "__main__":
    main()
