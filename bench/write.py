"""How fast a write is acknowledged: one statement at a time, one client and eight, beside Oxigraph's own server.

`python -m bench.write [TRIPLES …] [--oxigraph PROGRAM]`. Ours is measured at the desk, as an endpoint calls it: on
plain triples, and on a generated region where the shapes judge each write. Ours is synced to disk before the answer;
the peer's is not.
"""

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from urllib.request import Request, urlopen

from bench.region import generate
from bench.servers import ANYTHING, answers, publish_lines
from bench.triples import BASE, write_triples
from graph.build import build
from graph.desk import Desk
from graph.tokens import Scope
from ontology.naming import GRAPH, ID
from ontology.terms import SKOS

ALONE, TOGETHER, CLIENTS = 100, 160, 8
PORT = 7887
_Write = Callable[[str], object]


def main() -> None:
    """Print one line for each number of triples and each way to write them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("triples", nargs="*", type=int, default=[100_000, 1_000_000])
    arguments.add_argument("--oxigraph", default=shutil.which("oxigraph"), help="its server; left out if there is none")
    wanted = arguments.parse_args()
    print(f"{'':34}{'p50':>9}{'p95':>9}{f'{CLIENTS} clients':>14}")
    for triples in wanted.triples:
        with TemporaryDirectory() as name:
            folder = Path(name)
            lines = folder / "bench.nt"
            count = write_triples(lines, triples)
            with plain_desk(folder / "home", lines) as write:
                report(f"revier, {count:,} plain triples", write, _of_actors)
            with region_desk(folder / "region", triples) as write:
                report(f"revier, {triples:,}, with shapes", write, _of_region)
            if wanted.oxigraph:
                with oxigraph(wanted.oxigraph, lines, folder / "oxigraph") as write:
                    report(f"Oxigraph, {count:,}, not synced", write, _of_actors)


def report(name: str, write: _Write, update: Callable[[int], str]) -> None:
    """Write for a while and print how long an answer takes, and how many come a second side by side."""
    write(update(0))

    def timed(number: int) -> float:
        begin = time.perf_counter()
        write(update(number))
        return 1000 * (time.perf_counter() - begin)

    took = quantiles([timed(number) for number in range(1, ALONE)], n=20)
    begin = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(timed, range(ALONE, ALONE + TOGETHER)))
    rate = TOGETHER / (time.perf_counter() - begin)
    print(f"{name:34}{took[9]:6.1f} ms{took[18]:6.1f} ms{rate:9.1f} a s", flush=True)


@contextmanager
def plain_desk(home: Path, lines: Path) -> Iterator[_Write]:
    """The desk of a bare data set that holds the triples of `lines`."""
    publish_lines(home, lines)
    with _desk(home, is_bare=True) as write:
        yield write


@contextmanager
def region_desk(folder: Path, triples: int) -> Iterator[_Write]:
    """The desk of a generated region."""
    generate(folder / "pack", triples)
    if build(folder / "pack", folder / "home").refused:
        sys.exit("The generated region was refused.")
    with _desk(folder / "home", is_bare=False) as write:
        yield write


@contextmanager
def oxigraph(program: str, lines: Path, folder: Path) -> Iterator[_Write]:
    """Oxigraph's server with the triples of `lines`."""
    subprocess.run([program, "load", "--location", folder, "--file", lines], check=True, capture_output=True)
    command = [program, "serve", "--location", str(folder), "--bind", f"127.0.0.1:{PORT}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not answers(PORT, f"/query?query={ANYTHING.replace(' ', '+')}"):
            time.sleep(0.1)
        headers = {"Content-Type": "application/sparql-update"}
        yield lambda text: urlopen(Request(f"http://127.0.0.1:{PORT}/update", text.encode(), headers)).read()
        process.kill()


@contextmanager
def _desk(home: Path, *, is_bare: bool) -> Iterator[_Write]:
    desk = Desk(home, is_bare=is_bare, has_union_default=not is_bare)
    yield lambda text: desk.update(text, base=BASE, scope=Scope(("*",)))
    desk.close()


def _of_actors(number: int) -> str:
    return f"INSERT DATA {{ <{BASE}actor/{number}> <{BASE}note> {number} }}"


def _of_region(number: int) -> str:
    actor = f"{ID}bench/actor/{number:04x}"
    return f"INSERT DATA {{ GRAPH <{GRAPH}notes> {{ <{actor}> <{SKOS.altLabel}> 'another name {number}' }} }}"


if __name__ == "__main__":
    main()
