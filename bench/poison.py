"""What healthy clients get beside poisonous ones: right answers a second, and how long they wait.

`python -m bench.poison` asks a pool of query workers, without a server around it, with and without poison.
"""

import argparse
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from graph.errors import RevierError
from graph.pool import QueryPool
from graph.rdf import CSV, JSON_LD, RDF_XML, TURTLE
from graph.store import candidate
from ontology.terms import IRI

LINKS = 900

_ANY = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
_DOUBLED = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
QUERIES = {
    "a cross product, sorted": f"SELECT * {{ {_ANY} }} ORDER BY ?c ?f ?i",
    "a cross product, counted": f"SELECT (COUNT(*) AS ?n) {{ {_ANY} . ?j ?k ?l }}",
    "a cross product, grouped": f"SELECT ?a (GROUP_CONCAT(?i) AS ?all) {{ {_ANY} }} GROUP BY ?a",
    "a cross product, each row once": f"SELECT DISTINCT * {{ {_ANY} }}",
    "a cross product, sent": f"SELECT * {{ {_ANY} }}",
    "paths of any length": "SELECT (COUNT(*) AS ?n) { ?a (<urn:next>*/<urn:next>*)* ?b . ?c (<urn:next>*)* ?d }",
    "a path of 1,000 steps": "SELECT * { ?a " + "/".join(["<urn:next>"] * 1000) + " ?b }",
    "1,000 patterns without a link": "SELECT * { " + " . ".join(f"?a{n} ?b{n} ?c{n}" for n in range(1000)) + " }",
    "nested groups": "SELECT * " + "{" * 30_000 + "}" * 30_000,
    "nested brackets": "SELECT * { ?a ?b " + "[ ?p " * 1000 + "1" + " ]" * 1000 + " }",
    "a slow expression": f"SELECT (COUNT(*) AS ?n) {{ {_ANY} FILTER REGEX(CONCAT(?c, ?f, ?i), '^(n+)+$') }}",
    "a text doubled 40 times": f"SELECT ?x40 {{ BIND('0123456789' AS ?x0) {_DOUBLED} }}",
}
_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e/"'
DOCUMENTS = {
    "a billion laughs": (
        RDF_XML,
        f'<!DOCTYPE r [<!ENTITY l0 "lol">{_LAUGHS}]><rdf:RDF {_RDF}><a><b>&l11;</b></a></rdf:RDF>'.encode(),
    ),
    "JSON-LD of 50,000 levels": (JSON_LD, b'{"http://e/p":' * 50_000 + b"1" + b"}" * 50_000),
    "triple terms of 20,000 levels": (
        TURTLE,
        b"<a> <b> " + b"<<( <a> <b> " * 20_000 + b"<c>" + b" )>>" * 20_000 + b" .",
    ),
    "RDF/XML of 60,000 levels": (
        RDF_XML,
        f"<rdf:RDF {_RDF}>{'<a><b>' * 60_000}{'</b></a>' * 60_000}</rdf:RDF>".encode(),
    ),
}


def ring(links: int) -> str:
    """Turtle of subjects, each next to another and with a name."""
    return "".join(
        f"<urn:s{number}> <urn:next> <urn:s{(number + 1) % links}> ; <urn:name> 'n{number}' .\n"
        for number in range(links)
    )


def lookup(number: int) -> tuple[str, bytes]:
    """A question about the ring of `LINKS`, and its answer in CSV."""
    asked = number % LINKS
    return f"SELECT ?o {{ <urn:s{asked}> <urn:next> ?o }}", b"o\r\nurn:s%d\r\n" % ((asked + 1) % LINKS)


@contextmanager
def pool_over_ring(folder: Path, **limits: float) -> Iterator[QueryPool]:
    """A pool over a snapshot of the ring, which is made in `folder`."""
    with candidate(folder / "store") as store:
        store.load_turtle(ring(LINKS), IRI("urn:g"))
    pool = QueryPool(folder, **limits)  # type: ignore[arg-type]
    try:
        yield pool
    finally:
        pool.close()


def main() -> None:
    """Ask for some seconds without poison, then with it, and print what the healthy got."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--healthy", type=int, default=32, help="clients that ask for one row")
    parser.add_argument("--poisonous", type=int, default=10, help="clients that ask for the impossible")
    parser.add_argument("--seconds", type=float, default=15, help="of each run")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, pool_over_ring(Path(folder)) as pool:
        for poisonous in (0, arguments.poisonous):
            print(f"{arguments.healthy} healthy, {poisonous} poisonous clients:", end=" ", flush=True)
            print(_outcome(pool, arguments.healthy, poisonous, arguments.seconds))


def _outcome(pool: QueryPool, healthy: int, poisonous: int, seconds: float) -> str:
    end = time.monotonic() + seconds
    poison, lock = cycle(QUERIES.values()), threading.Lock()
    waited_s: list[float] = []
    wrong: list[str] = []

    def ask(client: int) -> None:
        number = client
        while time.monotonic() < end:
            number += healthy
            query, expected = lookup(number)
            begin = time.perf_counter()
            try:
                if pool.run(query, formats=[CSV]).read() != expected:
                    wrong.append("wrong")
            except RevierError as error:
                wrong.append(str(error))
            waited_s.append(time.perf_counter() - begin)

    def poison_it() -> None:
        while time.monotonic() < end:
            with lock:
                query = next(poison)
            try:
                pool.run(query).close()
            except RevierError:
                continue

    with ThreadPoolExecutor(healthy + poisonous) as threads:
        runs = [threads.submit(ask, client) for client in range(healthy)]
        runs += [threads.submit(poison_it) for _ in range(poisonous)]
        for run in runs:
            run.result()
    waited_s.sort()
    p50, p99 = (waited_s[int(share * len(waited_s))] for share in (0.5, 0.99))
    right = len(waited_s) - len(wrong)
    return (
        f"{right / seconds:,.0f} right answers/s, p50 {p50 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms, "
        f"worst {waited_s[-1] * 1e3:.0f} ms, {len(wrong)} wrong or refused {set(wrong) or ''}"
    )


if __name__ == "__main__":
    main()
