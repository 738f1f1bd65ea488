"""What else could rank the developers of a region: the plain SPARQL formulation in two engines, and two text searches.

The text searches know the texts alone, one document an actor; they belong to the benchmark and not to the product:
`pip install bm25s tantivy`.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyoxigraph as ox
import rdflib

from bench.developers import Developers
from graph.matching.wish import Wish, named
from graph.model import Literal
from graph.rdf import to_engine
from ontology.naming import VOC
from ontology.terms import DCTERMS, RDF, REV, SKOS

QUERY = Path(__file__).with_name("match_speed.rq").read_text(encoding="utf-8")
LIMIT = 20
PATIENCE_S = 120.0  # for all needs together; a peer that is slower answers fewer
Asks = Callable[[Wish], object]


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to rank: `opened` takes a region in and gives what is asked; `is_whole` if it hears all criteria."""

    name: str
    opened: Callable[[Developers, Path], Asks]
    most_actors: int
    needs: tuple[str, ...] = ()
    is_whole: bool = True

    def measure(self, region: Developers, asked: Sequence[Wish]) -> list[float] | str:
        """Seconds for each need, of as many as patience allows; a sentence if it is not installed."""
        missing = [name for name in self.needs if find_spec(name) is None]
        if missing:
            return f"not installed: pip install {' '.join(missing)}"
        with TemporaryDirectory(prefix="revier-peer-") as name:
            ask = self.opened(region, Path(name))
            return list(_timed(ask, asked))


def _timed(ask: Asks, asked: Sequence[Wish]) -> Iterator[float]:
    ends = time.perf_counter() + PATIENCE_S
    for wish in asked:
        begin = time.perf_counter()
        ask(wish)
        yield time.perf_counter() - begin
        if time.perf_counter() > ends:
            return


def _oxigraph(region: Developers, folder: Path) -> Asks:
    store = ox.Store(str(folder / "store"))
    store.bulk_extend(_quad(*row[:3]) for row in region.rows())

    def ask(wish: Wish) -> object:
        found = store.query(_query(wish))
        assert isinstance(found, ox.QuerySolutions)
        return list(found)

    return ask


def _quad(*triple: Any) -> ox.Quad:
    terms: list[Any] = [to_engine(each) for each in triple]
    return ox.Quad(*terms)


def _rdflib(region: Developers, _: Path) -> Asks:
    graph = rdflib.Graph()
    for row in region.rows():
        subject, predicate, value = map(_rdflib_term, row[:3])
        graph.add((subject, predicate, value))
    return lambda wish: list(graph.query(_query(wish)))


def _rdflib_term(value: Any) -> Any:
    if isinstance(value, Literal):
        return rdflib.Literal(value.value, lang=value.language, datatype=None if value.language else value.datatype)
    return rdflib.URIRef(value)


def _query(wish: Wish) -> str:
    asked = " ".join(f"(<{name}> {weight or 0.25})" for name, weight in {**wish.required, **wish.preferred}.items())
    says = {
        "$asked": asked,
        "$readiness": str(wish.minimum_readiness),
        "$class": f"<{VOC}actor-class/{wish.actor_class}>",
        "$place": f"<{named(wish.place or '')}>",
    }
    query = QUERY
    for name, value in says.items():
        query = query.replace(name, value)
    return query


def _bm25s(region: Developers, _: Path) -> Asks:
    bm25s = import_module("bm25s")
    search = bm25s.BM25()
    search.index(bm25s.tokenize(_texts(region), stopwords=None, show_progress=False), show_progress=False)

    def ask(wish: Wish) -> object:
        words = bm25s.tokenize(f"{wish.title} {wish.text}", stopwords=None, show_progress=False)
        return search.retrieve(words, k=LIMIT, show_progress=False)

    return ask


def _tantivy(region: Developers, folder: Path) -> Asks:
    tantivy = import_module("tantivy")
    schema = tantivy.SchemaBuilder().add_text_field("text").add_unsigned_field("actor", stored=True).build()
    index = tantivy.Index(schema, path=str(folder))
    writer = index.writer()
    for number, text in enumerate(_texts(region)):
        writer.add_document(tantivy.Document(text=text, actor=number))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    return lambda wish: searcher.search(index.parse_query(f"{wish.title} {wish.text}", ["text"]), LIMIT).hits


def _texts(region: Developers) -> list[str]:
    """All that the offers of each actor tell, as one text; the owner of an offer is said first."""
    owned = defaultdict[Any, list[str]](list)
    told: list[str] = []
    for _, predicate, value, _ in region.rows():
        if predicate == RDF.type:
            told = []  # of an actor's own name, which is no text
        elif predicate == REV.offerOf:
            told = owned[value]
        elif predicate in (SKOS.prefLabel, DCTERMS.description) and isinstance(value, Literal):
            told.append(value.value)
    return [" ".join(texts) for texts in owned.values()]


PEERS = (
    Peer("plain SPARQL on the embedded engine", _oxigraph, 100_000),
    Peer("plain SPARQL in rdflib", _rdflib, 1_000),
    Peer("BM25 on the texts alone (bm25s)", _bm25s, 100_000, ("bm25s",), is_whole=False),
    Peer("tantivy on the texts alone", _tantivy, 100_000, ("tantivy",), is_whole=False),
)
