"""How long the server takes over each page, what a browser then makes of it, and what merely sending it would take.

`python -m bench.pages [REGION]` builds the region, or with `--actors` generates one of so many; `--home` keeps it, and
serves it again. Each page of `bench/addresses.py` is asked in German over one connection that is kept open. Caches of
answers are off and nothing is asked conditionally, so that each answer is made anew. The peer in the same run is a bare
Flask application on the same server that sends the very same pages from memory, compressed alike. Processor time is
what a page costs however busy the machine is; a limit stands for the median by the clock, as nobody else works there.
"""

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from socket import socket
from tempfile import TemporaryDirectory
from threading import Event

from flask import Flask, Response

from api.compression import compress_answers
from api.front import answering
from api.supervisor import listen
from bench.addresses import addresses
from bench.browsing import CHROMIUM, chromium, first_visit
from bench.crowd import crowd
from bench.servers import region
from graph.build import build
from graph.snapshot import published
from graph.store import open_store

MEDIAN_MS = {"a region": 100.0, "a crowd": 400.0}
PAINT_MS, SHIFT = 1500.0, 0.1
ROUNDS, ENOUGH_S = 20, 5.0  # a page is asked so often, or until so long has passed
GERMAN = {"Accept": "text/html", "Accept-Language": "de"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it was answered: its body, the bytes it had on its way, how long it took by clock and by processor."""

    path: str
    status: int
    body: bytes
    sent_bytes: int
    first_ms: float
    later_ms: tuple[float, ...]
    core_ms: float

    @property
    def median_ms(self) -> float:
        """The median of the later answers."""
        return statistics.median(self.later_ms)

    @property
    def p90_ms(self) -> float:
        """What nine of ten later answers did not exceed."""
        return sorted(self.later_ms)[int(0.9 * (len(self.later_ms) - 1))]


def main() -> None:
    """Print a line for each page, the slowest first, and the browser's figures below."""
    arguments = _arguments()
    with TemporaryDirectory(prefix="revier-bench-") as name:
        home = arguments.home or Path(name) / "home"
        if not (home / "CURRENT").exists():
            _build(arguments, home)
        paths = arguments.page or list(addresses(open_store(published(home))))
        with region(home, REVIER_CACHE_MB="0") as server:
            found = [_ask(server.port, path, server.core_s) for path in paths]
            _print(found, _from_memory(found), MEDIAN_MS["a crowd" if arguments.actors else "a region"])
            if CHROMIUM and not arguments.no_browser:
                _visit(server.port, paths)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure pages.")
    parser.add_argument("region", type=Path, nargs="?", default=Path("regions/emscher-lippe"))
    parser.add_argument("--actors", type=int, help="generate a region of so many actors instead")
    parser.add_argument("--home", type=Path, help="where the region is kept, and served again if it is there")
    parser.add_argument("--page", action="append", help="a path to ask instead of all")
    parser.add_argument("--no-browser", action="store_true", help="only ask the server")
    return parser.parse_args()


def _build(arguments: argparse.Namespace, home: Path) -> None:
    pack = arguments.region
    with TemporaryDirectory(prefix="revier-bench-") as name:
        if arguments.actors:
            pack = Path(name) / "pack"
            crowd(pack, arguments.actors)
        begin = time.perf_counter()
        if build(pack, home).refused:
            raise SystemExit(f"{pack} was refused. `revier check` says why.")
        print(f"built in {time.perf_counter() - begin:.0f} s", flush=True)


def _ask(port: int, path: str, core_s: Callable[[], float] = float) -> Asked:
    """Ask for a page, first as it is and then compressed, until that was often or long enough.

    `core_s` tells the processor time that the server has used so far.
    """
    connection = HTTPConnection("127.0.0.1", port)
    first_ms, status, body = _answer(connection, path, {})
    later_ms: list[float] = []
    end, core = time.perf_counter() + ENOUGH_S, core_s()
    while not later_ms or (len(later_ms) < ROUNDS and time.perf_counter() < end):
        taken_ms, _, sent = _answer(connection, path, {"Accept-Encoding": "br"})
        later_ms.append(taken_ms)
    connection.close()
    core_ms = 1000 * (core_s() - core) / len(later_ms)
    return Asked(path, status, body, len(sent), first_ms, tuple(later_ms), core_ms)


def _answer(connection: HTTPConnection, path: str, headers: Mapping[str, str]) -> tuple[float, int, bytes]:
    begin = time.perf_counter()
    connection.request("GET", path, headers={**GERMAN, **headers})
    answer = connection.getresponse()
    body = answer.read()
    return 1000 * (time.perf_counter() - begin), answer.status, body


def _from_memory(found: Iterable[Asked]) -> dict[str, float]:
    """The median of each page as the peer sends it, by path."""
    bodies = [each.body for each in found]
    with _peer(bodies) as port:
        return {each.path: _ask(port, f"/{number}").median_ms for number, each in enumerate(found)}


@contextmanager
def _peer(bodies: list[bytes]) -> Iterator[int]:
    """A server in a process of its own that sends the bodies, each under its number; its port."""
    door = listen("127.0.0.1", 0)
    process = multiprocessing.Process(target=_send, args=(door, bodies), daemon=True)
    process.start()
    yield int(door.getsockname()[1])
    process.terminate()


def _send(door: socket, bodies: list[bytes]) -> None:
    app = Flask(__name__)
    compress_answers(app)
    app.add_url_rule("/<int:number>", "page", lambda number: Response(bodies[number], mimetype="text/html"))
    with answering(door, app):
        Event().wait()


def _print(found: Iterable[Asked], kept_ms: Mapping[str, float], limit_ms: float) -> None:
    print("first ms  median     p90    core   kB sent     × as sent from memory")
    missed = 0
    for each in sorted(found, key=lambda one: -one.median_ms):
        verdict = f"  at most {limit_ms:g} ms – MISSED" if each.median_ms > limit_ms else ""
        missed += bool(verdict)
        status = "" if each.status == 200 else f" ({each.status})"
        print(
            f"{each.first_ms:8.1f}{each.median_ms:8.1f}{each.p90_ms:8.1f}{each.core_ms:8.1f}"
            f"{each.sent_bytes / 1000:10.1f}{each.median_ms / kept_ms[each.path]:6.1f}  {each.path}{status}{verdict}"
        )
    print(f"{missed} of {len(kept_ms)} pages took more than {limit_ms:g} ms (median)", flush=True)


def _visit(port: int, paths: Iterable[str]) -> None:
    """What the browser sees, at the widths of a phone and of a desk."""
    print("largest paint (best of three) and layout shift, 390 and 1440 px wide; bytes of a first visit")
    with chromium() as browser:
        for path in paths:
            told, is_missed = "", False
            for width in (390, 1440):
                visit = partial(first_visit, browser, f"http://127.0.0.1:{port}{path}", width=width)
                visits = [visit() for _ in range(3)]
                paint_ms = min(each.paint_ms for each in visits)
                shift = max(each.shift for each in visits)
                is_missed |= paint_ms > PAINT_MS or shift > SHIFT
                told += f"{paint_ms:7.0f} ms {shift:6.3f}"
            missed = f"  at most {PAINT_MS:g} ms and {SHIFT} – MISSED" if is_missed else ""
            print(f"{told}{visits[0].sent_bytes / 1000:8.1f} kB  {path}{missed}", flush=True)


if __name__ == "__main__":
    main()
