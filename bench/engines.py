"""The saved questions on the embedded store and on Virtuoso: the same rows, and how long each engine takes for them.

`python -m bench.engines [TRIPLES …]` builds a region of each size, publishes it into a Virtuoso of its own, and prints
the median of the times of each question side by side, in milliseconds.
"""

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from bench.region import generate
from graph.ask import ask
from graph.build import build
from graph.describe import describe
from graph.endpoint import Endpoint
from graph.listing import entries
from graph.matching.index import index_of
from graph.model import Table
from graph.remote import RemoteStore, publication
from graph.remote_publish import publish_remotely
from graph.snapshot import published
from graph.store import Store, open_store
from ontology.terms import REV, SKOS, expand
from queries.catalogue import Question, questions
from tests.engines import Virtuoso

SIZES = (100_000, 1_000_000)
TRIES = 3
TIMEOUT_S = 300
BUFFERS = 100_000  # of 8 kB each
T = TypeVar("T")


def main(sizes: list[int]) -> None:
    """Measure each size and print one table for it."""
    for size in sizes:
        with TemporaryDirectory(prefix="revier-bench-") as name:
            folder = Path(name)
            generate(folder / "pack", size)
            report = build(folder / "pack", folder / "home")
            assert report.snapshot, [found.message.en for found in report.findings[:5]]
            engine = Virtuoso(folder / "virtuoso", buffers=BUFFERS)
            engine.start()
            try:
                with closing(Endpoint(engine.address, timeout_s=TIMEOUT_S)) as endpoint:
                    measure(folder / "home", endpoint)
            finally:
                engine.kill()


def measure(home: Path, endpoint: Endpoint) -> None:
    """Publish what `home` publishes into a remote store, and ask both everything."""
    embedded = open_store(published(home))
    _, seconds = _timed(lambda: publish_remotely(endpoint, embedded))
    held = publication(endpoint)
    stores: list[Callable[[], Store]] = [lambda: embedded, lambda: RemoteStore(endpoint, held)]
    print(f"{sum(embedded.counts().values()):,} triples, published into Virtuoso in {seconds:.1f} s")
    print(f"{'question':36} {'rows':>7} {'embedded':>10} {'Virtuoso':>10}  same")
    for question in questions():
        told = _values(embedded, question)
        if told is None:
            print(f"{question.name:36} {'':>7} nothing to ask about in this region")
            continue
        (ours, here_s), (theirs, there_s) = (_asked(opened, question, told) for opened in stores)
        same = "yes" if ours == theirs else "NO"
        print(f"{question.name:36} {len(ours.rows):7} {here_s * 1000:10.1f} {there_s * 1000:10.1f}  {same}")
    works: dict[str, Callable[[Store], object]] = {"match index": index_of, "page of an actor": _page}
    for name, work in works.items():
        here_s, there_s = (_timed(partial(work, opened()))[1] for opened in stores)
        print(f"{name:36} {'':7} {here_s * 1000:10.1f} {there_s * 1000:10.1f}")


def _asked(opened: Callable[[], Store], question: Question, told: dict[str, str]) -> tuple[Table, float]:
    """The answer, and the median of the seconds it took: each time of a store that remembers nothing."""
    tries = [_timed(partial(ask, opened(), question, told)) for _ in range(TRIES)]
    return tries[0][0], statistics.median(seconds for _, seconds in tries)


def _page(store: Store) -> None:
    """What the page of one actor asks."""
    describe(store, entries(store, REV.Actor)[0].named.iri)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    begin = time.perf_counter()
    return work(), time.perf_counter() - begin


def _values(store: Store, question: Question) -> dict[str, str] | None:
    """Something of this region for each parameter that has no default; None if it has no such thing."""
    told = {}
    for parameter in question.parameters:
        if parameter.default is None:
            things = f"?thing a <{expand(parameter.kind)}>" if parameter.kind else ""
            scheme = f"?thing <{SKOS.inScheme}> <{expand(parameter.scheme)}>" if parameter.scheme else ""
            rows = store.select(f"SELECT ?thing WHERE {{ {things} {scheme} }} ORDER BY ?thing LIMIT 1").rows
            if not rows:
                return None
            told[parameter.name] = str(rows[0][0])
    return told


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or list(SIZES))
