"""How fast matches with their reasons come over HTTP, on a real region: asked again, held, and never asked before.

`python -m bench.match_http [REGION]` builds the region, serves it, and asks for the matches of its stored needs with
wrk. Never asked means that each request differs from all before it, by need and radius, so that no answer is kept.
"""

import argparse
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from urllib.request import urlopen

from bench.http import Run, read_wrk
from bench.servers import Server, region
from graph.build import build
from graph.matching.index import FOLDER, open_index
from graph.snapshot import published
from ontology.terms import REV

RATE, P99_MS = 300.0, 60.0
PATH = "/api/v1/match?need="
# each thread walks through the needs; the radius holds thread, time and round, so that it is new in every run
_NEVER_ASKED = """
local needs, number, threads, started = {%s}, 0, 0, os.time()
function setup(thread) thread:set("first", threads); threads = threads + 1 end
request = function()
  number = number + 1
  local place = (number + first * 7) %% #needs + 1
  local radius = string.format("%%d.%%d%%04d", 20 + first, started, math.floor(number / #needs))
  return wrk.format("GET", "%s" .. needs[place] .. "&radius_km=" .. radius)
end
"""
_STORED = """
local needs, number = {%s}, 0
request = function() number = number + 1; return wrk.format("GET", "%s" .. needs[number %% #needs + 1]) end
"""


def main() -> None:
    """Print one line for each way to ask and each number of connections."""
    arguments = _arguments()
    if not arguments.wrk:
        raise SystemExit("wrk makes the requests. Install it (Debian: apt install wrk), or name it with --wrk.")
    with TemporaryDirectory(prefix="revier-bench-") as name:
        home = Path(name) / "home"
        build(arguments.region, home)
        index = open_index(published(home) / FOLDER)
        needs = [quote(need, safe="") for need in index.statements.typed(REV.Need)]
        print(
            f"{arguments.region.name}: {len(index.actors):,} actors, {len(needs):,} stored needs, best 20 with reasons"
        )
        with region(home, workers=arguments.workers) as server:
            for says, script, headers in _ways(server, needs):
                (Path(name) / "ask.lua").write_text(script)
                for connections in arguments.connections:
                    runs = [
                        _run(arguments, server, Path(name) / "ask.lua", connections, headers)
                        for _ in range(arguments.rounds)
                    ]
                    _print(says, connections, runs)
            sizes = sorted(server.memory_mb().values(), reverse=True)
            print(f"memory (PSS): {sum(sizes):.0f} MB in {len(sizes)} processes")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure matches over HTTP.")
    parser.add_argument("region", type=Path, nargs="?", default=Path("regions/emscher-lippe"))
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=int, default=5, help="length of a run")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each case; the median is printed")
    parser.add_argument("--workers", type=int, default=2, help="query processes")
    parser.add_argument("--wrk", default=shutil.which("wrk") or "", help="default: wrk on PATH")
    return parser.parse_args()


def _ways(server: Server, needs: Sequence[str]) -> list[tuple[str, str, tuple[str, ...]]]:
    """What is asked in which words, as scripts of wrk, and with which headers."""
    listed = ", ".join(f'"{need}"' for need in needs)
    one = f'request = function() return wrk.format("GET", "{PATH}{needs[0]}") end'
    with urlopen(f"http://127.0.0.1:{server.port}{PATH}{needs[0]}") as answer:
        tag = answer.headers["ETag"]
    return [
        ("never asked before", _NEVER_ASKED % (listed, PATH), ()),
        ("all stored needs in turn", _STORED % (listed, PATH), ()),
        ("the same need again", one, ()),
        ("the same, held by the client: 304", one, (f"If-None-Match: {tag}",)),
    ]


def _run(arguments: argparse.Namespace, server: Server, script: Path, connections: int, headers: Sequence[str]) -> Run:
    command = [arguments.wrk, f"-c{connections}", f"-t{min(connections, 2)}", f"-d{arguments.seconds}s", "--latency"]
    for header in ("Accept: application/json", *headers):
        command += ["-H", header]
    before_s = server.core_s()
    address = f"http://127.0.0.1:{server.port}"
    told = subprocess.run([*command, "-s", str(script), address], check=True, capture_output=True, text=True).stdout
    run = read_wrk(told)
    core_ms = 1000 * (server.core_s() - before_s) / max(run.answers, 1)
    return Run(run.rate, run.p50_ms, run.p99_ms, run.failed, run.answers, core_ms)


def _print(says: str, connections: int, runs: Sequence[Run]) -> None:
    rate, p50, p99, core = (
        statistics.median(getattr(run, name) for run in runs) for name in ("rate", "p50_ms", "p99_ms", "core_ms")
    )
    failed = sum(run.failed for run in runs)
    goal = "" if rate >= RATE and p99 < P99_MS else f"  to reach {RATE:g} req/s, p99 {P99_MS:g} ms – MISSED"
    print(
        f"  {says:36}{connections:3} connections {rate:9,.1f} req/s  p50 {p50:7.2f} ms  p99 {p99:7.2f} ms  "
        f"core {core:6.2f} ms{f'  {failed} failed' if failed else ''}{goal}",
        flush=True,
    )


if __name__ == "__main__":
    main()
