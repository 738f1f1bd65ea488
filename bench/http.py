"""How fast queries are answered over HTTP, beside Oxigraph's server, rdflib-endpoint and Virtuoso on the same triples.

`python -m bench.http [--triples N …]` starts all servers at once and asks them in turns, A B A B, with wrk; it prints
requests a second, p50 and p99 by question and connections, ratios beside what they are to reach, and memory. Core
time is what a request costs, however busy the machine. Ours runs twice: without a cache, and with one. A program
that is not found is said and left out.
"""

import argparse
import math
import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from bench.servers import Server, answers, oxigraph, publish_lines, rdflib_endpoint, revier, virtuoso
from bench.triples import QUESTIONS, ROWS, write_triples

OURS, CACHED, UNCHANGED = "revier", "revier cached", "revier 304"
RUST, RUST_LOOKUP, RDFLIB = "Oxigraph server", "(its lookup)", "rdflib-endpoint"
LOOKUP, LARGE = next(iter(QUESTIONS)), f"{ROWS:,} rows"
ACCEPT = "application/sparql-results+json"
PATIENCE_S = 20  # for one answer; a server that needs longer is not asked this question again
SLOW_MS = 1.0


@dataclass(frozen=True, slots=True)
class Run:
    """What wrk saw: requests a second, two percentiles, answers that were none; and the core time of each request."""

    rate: float
    p50_ms: float
    p99_ms: float
    failed: int
    answers: int
    core_ms: float = 0


def main() -> None:
    """Measure each size and print one block for it."""
    arguments = _arguments()
    for triples in arguments.triples:
        with TemporaryDirectory(prefix="revier-bench-") as name, ExitStack() as stack:
            folder = Path(name)
            count = write_triples(folder / "bench.nt", triples)
            print(f"\n{count:,} triples, {arguments.seconds} s a run, {arguments.rounds} rounds", flush=True)
            servers = _started(folder, arguments, stack)
            _measure(servers, arguments)
            _print_memory(servers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure queries over HTTP.")
    parser.add_argument("--triples", type=int, nargs="+", default=[100_000])
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--seconds", type=int, default=3, help="least length of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each case; the median is printed")
    parser.add_argument("--workers", type=int, default=2, help="query processes of ours")
    parser.add_argument("--only", nargs="*", default=list(QUESTIONS), choices=list(QUESTIONS), metavar="QUESTION")
    for program in ("wrk", "oxigraph", "rdflib-endpoint", "virtuoso-t", "isql-vt"):
        parser.add_argument(f"--{program}", default=shutil.which(program) or "", help=f"default: {program} on PATH")
    return parser.parse_args()


def _started(folder: Path, arguments: argparse.Namespace, stack: ExitStack) -> list[Server]:
    """Ours and those of the peers that are there."""
    lines, home = folder / "bench.nt", folder / "home"
    if not arguments.wrk:
        raise SystemExit("wrk makes the requests. Install it (Debian: apt install wrk), or name it with --wrk.")
    publish_lines(home, lines)
    shutil.copytree(home, folder / "cached")
    servers = [
        stack.enter_context(revier(home, workers=arguments.workers, name=OURS, REVIER_CACHE_MB="0")),
        stack.enter_context(revier(folder / "cached", workers=arguments.workers, name=CACHED)),
    ]
    if arguments.oxigraph:
        servers.append(stack.enter_context(oxigraph(arguments.oxigraph, lines, folder / "oxigraph")))
    if arguments.rdflib_endpoint:
        servers.append(stack.enter_context(rdflib_endpoint(arguments.rdflib_endpoint, lines)))
    if arguments.virtuoso_t and arguments.isql_vt:
        name = arguments.virtuoso_t, arguments.isql_vt
        servers.append(stack.enter_context(virtuoso(*name, lines, folder / "virtuoso")))
    for program in ("oxigraph", "rdflib_endpoint", "virtuoso_t"):
        if not getattr(arguments, program):
            print(f"{program.replace('_', '-')} is not on PATH and left out")
    return servers


def _measure(servers: Sequence[Server], arguments: argparse.Namespace) -> None:
    """Every question at every number of connections, all servers in turns."""
    for title in arguments.only:
        query = QUESTIONS[title]
        asked = [server for server in servers if _is_fit(server, title, query)]
        once_s = _seconds(asked[0], query)
        # alone and before the rest: so none is measured cold, and what the question takes is known
        alone = {server.name: _run(arguments.wrk, server, query, 1, 1) for server in asked}
        is_slow = RUST in alone and alone[RUST].p50_ms > SLOW_MS
        for connections in arguments.connections:
            # wrk counts whole answers only: each connection should see some, however large they are
            length_s = max(arguments.seconds, 1.5 * connections * once_s)
            cases: dict[str, list[Run]] = {}
            for _ in range(arguments.rounds):
                for server in asked:
                    for name, question, headers in _cases(server, query):
                        run = _run(arguments.wrk, server, question, connections, length_s, *headers)
                        cases.setdefault(name, []).append(run)
            _print(title, connections, {name: _median(runs) for name, runs in cases.items()}, is_slow=is_slow)


def _cases(server: Server, query: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """What a server is measured at with a question: the name of each case, what is asked, and with which headers."""
    yield server.name, query, ()
    if server.name == CACHED:
        yield UNCHANGED, query, (f"If-None-Match: {_tag(server, query)}",)
    if server.name == RUST and query != QUESTIONS[LOOKUP]:
        yield RUST_LOOKUP, QUESTIONS[LOOKUP], ()  # what answers from the cache are held against, at the same time


def _is_fit(server: Server, title: str, query: str) -> bool:
    """Whether the server answers the question in reasonable time; what keeps it from that is said."""
    begin = time.monotonic()
    if answers(server.port, server.target(query), timeout_s=PATIENCE_S):
        return True
    print(f"{title}: {server.name} gives no answer ({time.monotonic() - begin:.0f} s); left out")
    return False


def _seconds(server: Server, query: str) -> float:
    begin = time.monotonic()
    answers(server.port, server.target(query))
    return time.monotonic() - begin


def _run(wrk: str, server: Server, query: str, connections: int, length_s: float, *headers: str) -> Run:
    """One run of wrk, begun when the server has no more to do with the last one."""
    answers(server.port, server.target("ASK {}"))
    command = [wrk, f"-c{connections}", f"-t{min(connections, 2)}", f"-d{math.ceil(length_s)}s", "--latency"]
    command += [f"--timeout={PATIENCE_S}s"]
    for header in (f"Accept: {ACCEPT}", *headers):
        command += ["-H", header]
    before_s = server.core_s()
    told = subprocess.run([*command, server.url(query)], check=True, capture_output=True, text=True).stdout
    run = read_wrk(told)
    return replace(run, core_ms=1000 * (server.core_s() - before_s) / max(run.answers, 1))


def read_wrk(told: str) -> Run:
    """What the report of wrk says.

    >>> read_wrk("  50%  1.50ms\\n  99%  2.00s\\n  25 requests in 2.00s, 3MB read\\nRequests/sec:  12.5\\n")
    Run(rate=12.5, p50_ms=1.5, p99_ms=2000.0, failed=0, answers=25, core_ms=0)
    """
    factor = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}
    times = {int(share): float(value) * factor[unit] for share, value, unit in _PERCENTILE.findall(told)}
    rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
    answered = re.search(r"(\d+) requests in", told)
    failures = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told)
    failed = int(failures[1]) if failures else 0
    failed += sum(map(int, errors.groups())) if errors else 0
    return Run(
        float(rate[1]) if rate else 0, times.get(50, 0), times.get(99, 0), failed, int(answered[1]) if answered else 0
    )


def _median(runs: Sequence[Run]) -> Run:
    return Run(
        statistics.median(run.rate for run in runs),
        statistics.median(run.p50_ms for run in runs),
        statistics.median(run.p99_ms for run in runs),
        sum(run.failed for run in runs),
        sum(run.answers for run in runs),
        statistics.median(run.core_ms for run in runs),
    )


def _tag(server: Server, query: str) -> str:
    """The entity tag of an answer of ours."""
    with urlopen(Request(server.url(query), headers={"Accept": ACCEPT})) as answer:  # noqa: S310 - our own server
        return str(answer.headers["ETag"])


def _print(title: str, connections: int, medians: dict[str, Run], *, is_slow: bool) -> None:
    print(f"\n{title}, {connections} connection{'s' if connections > 1 else ''}")
    rust = medians.get(RUST)
    for name, run in medians.items():
        if not run.rate:
            print(f"  {name:16} finished no answer")
            continue
        ratio = f"{run.rate / rust.rate:5.2f} × Rust" if rust and rust.rate else ""
        failed = f"  {run.failed} failed" if run.failed else ""
        times = f"p50 {run.p50_ms:9.2f} ms  p99 {run.p99_ms:9.2f} ms  core {run.core_ms:8.3f} ms"
        print(f"  {name:16}{run.rate:10,.1f} req/s  {times}  {ratio}{failed}")
    for says, found, least in _targets(title, medians, is_slow=is_slow):
        print(f"    {says}: {found:.2f}, to reach {least:g}{'' if found >= least else ' – MISSED'}")
    print(end="", flush=True)


def _targets(title: str, medians: dict[str, Run], *, is_slow: bool) -> list[tuple[str, float, float]]:
    """What of this case is promised: in words, the ratio found, the least it should be."""
    targets = []

    def hold(name: str, against: str, least: float) -> None:
        ours, theirs = medians.get(name), medians.get(against)
        if ours and theirs and theirs.rate:
            targets.append((f"{name} by {against}", ours.rate / theirs.rate, least))

    if title == LOOKUP:
        hold(OURS, RUST, 0.35)
        hold(OURS, RDFLIB, 10)
    elif is_slow:
        hold(OURS, RUST, 0.9 if title == LARGE else 0.85)
    if title != LARGE:
        reference = RUST if title == LOOKUP else RUST_LOOKUP
        hold(CACHED, reference, 0.4)
        hold(UNCHANGED, reference, 0.5)
    return targets


def _print_memory(servers: Sequence[Server]) -> None:
    """Proportional memory of each server's processes after all runs."""
    print("\nmemory (PSS)")
    for server in servers:
        found = server.memory_mb()
        each = ", ".join(f"{size:.0f}" for size in sorted(found.values(), reverse=True))
        least = f", to stay under 400{' – MISSED' if sum(found.values()) > 400 else ''}" if server.name == OURS else ""
        print(f"  {server.name:16}{sum(found.values()):7.0f} MB in {len(found)} processes ({each}){least}")


_PERCENTILE = re.compile(r"^\s+(\d+)%\s+([\d.]+)(us|ms|s|m)$", re.MULTILINE)

if __name__ == "__main__":
    main()
