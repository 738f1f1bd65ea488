"""What a W3C manifest asks of a language: one `Trial` an entry, with its files found and its IRIs absolute."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urljoin

from rdflib import RDF, RDFS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

ROOT = Path(__file__).parents[3] / "shared" / "w3c"
BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
FROM = re.compile(r"\bFROM\s+(?:NAMED\s+)?<([^>]*)>", re.IGNORECASE)


class Kind(Enum):
    """What is judged: an answer, the data set after an update, or only whether the text is one of the language."""

    QUERY = "query"
    UPDATE = "update"
    GOOD_QUERY = "good query"
    BAD_QUERY = "bad query"
    GOOD_UPDATE = "good update"
    BAD_UPDATE = "bad update"


KINDS = {
    "QueryEvaluationTest": Kind.QUERY,
    "CSVResultFormatTest": Kind.QUERY,
    "UpdateEvaluationTest": Kind.UPDATE,
    "PositiveSyntaxTest": Kind.GOOD_QUERY,
    "PositiveSyntaxTest11": Kind.GOOD_QUERY,
    "NegativeSyntaxTest": Kind.BAD_QUERY,
    "NegativeSyntaxTest11": Kind.BAD_QUERY,
    "PositiveUpdateSyntaxTest11": Kind.GOOD_UPDATE,
    "NegativeUpdateSyntaxTest11": Kind.BAD_UPDATE,
}


@dataclass(frozen=True, order=True)
class Part:
    """A file and the graph it is the content of; "" is the default graph."""

    graph: str
    file: Path


@dataclass(frozen=True)
class Trial:
    """One test of a language.

    `data` is the data set before; `result` the file with the answer, `after` the data set an update leaves.
    `is_lax`: the answer may hold a row less often than the result (REDUCED).
    """

    name: str
    kind: Kind
    text: str
    base: str
    data: tuple[Part, ...] = ()
    result: Path | None = None
    after: tuple[Part, ...] = ()
    is_lax: bool = False


def all_trials(version: str) -> Iterator[Trial]:
    """The tests of a version, `sparql10` or `sparql11`, whether a group runs them or not."""
    for manifest in sorted((ROOT / version).glob("*/manifest.ttl")):
        yield from trials(manifest)


def trials(manifest: Path) -> Iterator[Trial]:
    """The tests of a manifest and of those it includes, in their order; what is no test of a language is left out."""
    graph = Graph().parse(manifest, publicID=iri_of(manifest), format="turtle")
    for included in graph.objects(None, MF.include):
        for other in Collection(graph, included):
            yield from trials(_file(other))
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            kind = KINDS.get(str(graph.value(test, RDF.type)).partition("#")[2])
            if kind:
                yield _trial(graph, test, kind, f"{manifest.parent.name}/{str(test).rpartition('#')[2]}")


def iri_of(file: Path) -> str:
    """What the relative IRIs of a file of the suite are resolved against."""
    return BASE + file.relative_to(ROOT).as_posix()


def _trial(graph: Graph, test: Node, kind: Kind, name: str) -> Trial:
    action = graph.value(test, MF.action)
    request = graph.value(action, QT.query) or graph.value(action, UT.request) or action
    text = _file(request).read_text(encoding="utf-8")
    data = _parts(graph, action)
    if kind is Kind.QUERY and not data:
        named = {URIRef(urljoin(str(request), iri)) for iri in FROM.findall(text)}
        data = tuple(sorted(Part(str(iri), _file(iri)) for iri in named))
    result = graph.value(test, MF.result)
    return Trial(
        name=name,
        kind=kind,
        text=text,
        base=str(request),
        data=data,
        result=_file(result) if kind is Kind.QUERY else None,
        after=_parts(graph, result) if kind is Kind.UPDATE else (),
        is_lax=(test, MF.resultCardinality, MF.LaxCardinality) in graph,
    )


def _parts(graph: Graph, holder: Node | None) -> tuple[Part, ...]:
    """The data set that an action or a result describes."""
    parts = [Part("", _file(file)) for name in (QT.data, UT.data) for file in graph.objects(holder, name)]
    parts += [Part(str(named), _file(named)) for named in graph.objects(holder, QT.graphData)]
    for named in graph.objects(holder, UT.graphData):
        file = graph.value(named, UT.graph) or graph.value(named, UT.data)
        parts.append(Part(str(graph.value(named, RDFS.label)), _file(file)))
    return tuple(sorted(parts))


def _file(iri: Node | None) -> Path:
    return ROOT / str(iri).removeprefix(BASE)
