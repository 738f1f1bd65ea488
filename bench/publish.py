"""How many descriptions and answers a second are published, and how rdflib fares with the same descriptions.

`python -m bench.publish [REGION]` builds the region. In one process it makes descriptions as Turtle, and has rdflib
serialise the same triples, in turns. Then it serves the region and asks with wrk:
never asked before, asked again, and held by the client.
"""

import argparse
import shutil
import statistics
import subprocess
from collections.abc import Callable, Sequence
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from urllib.request import urlopen

from rdflib import Graph

from api.links import page_of
from bench.http import Run, read_wrk
from bench.servers import Server, region
from graph.build import build
from graph.document import Documents, Profile, things
from graph.rdf import N_TRIPLES, TURTLE, write_triples
from graph.snapshot import published
from graph.store import EmbeddedStore, open_store
from ontology.terms import IRI

ROUNDS = 5
TO_REACH = 10.0
CONNECTIONS = 8
# a language that nobody asked for so far, so that no answer was kept
NEW = ', {["Accept-Language"] = "en, x-" .. os.time() % 100000 .. "-" .. first .. "-" .. number}'
_SCRIPT = """
local paths, number, threads = {%s}, 0, 0
function setup(thread) thread:set("first", threads); threads = threads + 1 end
request = function()
  number = number + 1
  return wrk.format("GET", paths[number %% #paths + 1]%s)
end
"""


def main() -> None:
    """Print one line for each way."""
    arguments = _arguments()
    if not arguments.wrk:
        raise SystemExit("wrk makes the requests. Install it (Debian: apt install wrk), or name it with --wrk.")
    with TemporaryDirectory(prefix="revier-bench-") as name:
        home = Path(name) / "home"
        build(arguments.region, home)
        store = open_store(published(home))
        actors = [thing for thing in things(store) if "/actor/" in thing][: arguments.things]
        _against_rdflib(store, actors)
        with region(home, workers=2) as server:
            _over_http(server, actors, Path(name), arguments)


def _against_rdflib(store: EmbeddedStore, actors: Sequence[IRI]) -> None:
    documents = Documents(store)
    told = {thing: documents.about(thing, Profile.FULL).triples for thing in actors}
    graphs = {thing: Graph().parse(data=write_triples(triples, N_TRIPLES)) for thing, triples in told.items()}
    ways: dict[str, Callable[[IRI], object]] = {
        "made from the store": lambda thing: write_triples(documents.about(thing, Profile.FULL).triples, TURTLE),
        "serialised": lambda thing: write_triples(told[thing], TURTLE),
        "serialised by rdflib": lambda thing: graphs[thing].serialize(format="turtle"),
    }
    rounds = [{says: _rate(actors, way) for says, way in ways.items()} for _ in range(ROUNDS)]
    rates = {says: statistics.median(each[says] for each in rounds) for says in ways}
    size = statistics.mean(map(len, told.values()))
    print(f"{len(actors)} descriptions of {size:.0f} triples as Turtle, in one process")
    for says, rate in rates.items():
        ratio = rate / rates["serialised by rdflib"]
        print(f"  {says:42}{rate:9,.0f} a second  {ratio:5.1f} times rdflib{_missed(ratio)}")


def _rate(actors: Sequence[IRI], way: Callable[[IRI], object]) -> float:
    begin = perf_counter()
    for thing in actors:
        way(thing)
    return len(actors) / (perf_counter() - begin)


def _missed(ratio: float) -> str:
    return "" if ratio >= TO_REACH else f" (to reach: {TO_REACH:.0f})"


def _over_http(server: Server, actors: Sequence[IRI], folder: Path, arguments: argparse.Namespace) -> None:
    print(f"over HTTP, {CONNECTIONS} connections")
    pages = [page_of(thing) or "" for thing in actors]
    turtle, question = [f"{page}.ttl" for page in pages], "/api/v1/questions/demand-and-supply"
    with urlopen(f"http://127.0.0.1:{server.port}{turtle[0]}") as answer:
        tag = answer.headers["ETag"]
    for says, paths, is_new, headers in (
        ("Turtle, never asked before", turtle, True, ()),
        ("Turtle, asked before", turtle, False, ()),
        ("Turtle, held by the client: 304", turtle[:1], False, (f"If-None-Match: {tag}",)),
        ("HTML, never asked before", pages, True, ("Accept: text/html",)),
        ("HTML, asked before", pages, False, ("Accept: text/html",)),
        ("a saved question, never asked before", [question], True, ()),
        ("a saved question, asked before", [question], False, ()),
    ):
        if not is_new:
            _warm(server, paths, headers)
        script = folder / "ask.lua"
        script.write_text(_SCRIPT % (", ".join(f'"{path}"' for path in paths), NEW if is_new else ""))
        run = _run(arguments, server, script, headers)
        failed = f"  {run.failed} failed" if run.failed else ""
        print(f"  {says:42}{run.rate:9,.0f} a second  p50 {run.p50_ms:7.2f} ms  p99 {run.p99_ms:7.2f} ms{failed}")


def _warm(server: Server, paths: Sequence[str], headers: Sequence[str]) -> None:
    """Ask for each path once, in the words in which wrk will ask again."""
    connection = HTTPConnection("127.0.0.1", server.port)
    for path in paths:
        connection.putrequest("GET", path, skip_accept_encoding=True)
        for header in headers:
            connection.putheader(*header.split(": ", 1))
        connection.endheaders()
        connection.getresponse().read()
    connection.close()


def _run(arguments: argparse.Namespace, server: Server, script: Path, headers: Sequence[str]) -> Run:
    command = [arguments.wrk, f"-c{CONNECTIONS}", "-t2", f"-d{arguments.seconds}s", "--latency", "-s", str(script)]
    for header in headers:
        command += ["-H", header]
    told = subprocess.run([*command, f"http://127.0.0.1:{server.port}"], check=True, capture_output=True, text=True)
    return read_wrk(told.stdout)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what is published.")
    parser.add_argument("region", type=Path, nargs="?", default=Path("regions/emscher-lippe"))
    parser.add_argument("--things", type=int, default=100, help="actors to describe")
    parser.add_argument("--seconds", type=int, default=5, help="length of a run")
    parser.add_argument("--wrk", default=shutil.which("wrk") or "", help="default: wrk on PATH")
    return parser.parse_args()


if __name__ == "__main__":
    main()
