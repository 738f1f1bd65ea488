"""What the SPARQL service can do and which graphs it holds, in the terms of the Service Description.

https://www.w3.org/TR/sparql11-service-description/ has no word for a service that answers queries at one address and
takes updates at another: so these are two.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

from api.service import Service
from graph.errors import QueryTooCostly
from graph.model import BlankNode, Literal, Triple
from graph.rdf import FORMATS, JSON, Kind, read_table
from graph.snapshot import read_manifest
from ontology.terms import IRI, RDF, SD, VOID, XSD
from queries.catalogue import part

COUNTING_S = 3.0  # for the triples of a default graph that no manifest counts


def description(service: Service, *, query_endpoint: IRI, update_endpoint: IRI) -> tuple[Triple, ...]:
    """The service as it is at this moment, with the graphs that everybody may see."""
    queries, updates = BlankNode("service"), BlankNode("updates")
    triples: list[Triple] = [
        (queries, RDF.type, SD.Service),
        (queries, SD.endpoint, query_endpoint),
        (queries, SD.supportedLanguage, SD.SPARQL11Query),
        *((queries, SD.feature, feature) for feature in _features(service)),
        *((queries, SD.resultFormat, form.iri) for form in FORMATS),
        *_data_set(service, queries),
    ]
    if service.desk is not None:
        triples += [
            (updates, RDF.type, SD.Service),
            (updates, SD.endpoint, update_endpoint),
            (updates, SD.supportedLanguage, SD.SPARQL11Update),
            *((updates, SD.inputFormat, form.iri) for form in FORMATS if form.kind is Kind.GRAPH),
        ]
    return tuple(triples)


def _features(service: Service) -> list[IRI]:
    """What the service does beyond its language."""
    settings = service.settings
    offered = {
        SD.UnionDefaultGraph: settings.has_union_default,
        SD.EmptyGraphs: settings.is_embedded,
        SD.BasicFederatedQuery: bool(settings.federation),
    }
    return [feature for feature, is_offered in offered.items() if is_offered]


def _data_set(service: Service, queries: BlankNode) -> list[Triple]:
    """The default data set, and its graphs once more as those that a query may name."""
    data_set, default, available = BlankNode("dataset"), BlankNode("default"), BlankNode("available")
    names, counts, default_count = _graphs(service)
    triples: list[Triple] = [
        (queries, SD.defaultDataset, data_set),
        (queries, SD.availableGraphs, available),
        (data_set, RDF.type, SD.Dataset),
        (data_set, SD.defaultGraph, default),
        (default, RDF.type, SD.Graph),
        (available, RDF.type, SD.GraphCollection),
    ]
    if default_count is not None:
        triples.append((default, VOID.triples, _whole(default_count)))
    for number, name in enumerate(names):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        triples += [
            (data_set, SD.namedGraph, named),
            (available, SD.namedGraph, named),
            (named, RDF.type, SD.NamedGraph),
            (named, SD.name, name),
            (named, SD.graph, graph),
            (graph, RDF.type, SD.Graph),
        ]
        if counts is not None:
            triples.append((graph, VOID.triples, _whole(counts.get(name, 0))))
    return triples


def _graphs(service: Service) -> tuple[tuple[IRI, ...], dict[str, int] | None, int | None]:
    """The names of the public graphs, their triples, and the triples of the default graph, as far as they are known."""
    answer = service.queries.run(part("graphs"), formats=(JSON,))
    names = tuple(name for (name,) in read_table(answer.read(), JSON).rows if isinstance(name, IRI))
    if not service.settings.is_embedded:
        return names, None, None
    manifest = _manifest(service.settings.home / "snapshots" / answer.snapshot)
    counts: dict[str, int] = manifest["graphs"]
    if service.settings.has_union_default:
        return names, counts, _size_of_union(service, answer.snapshot)
    return names, counts, manifest["triples"] - sum(counts.values())


@lru_cache(maxsize=2)
def _manifest(folder: Path) -> dict[str, Any]:
    return read_manifest(folder)


@lru_cache(maxsize=2)
def _size_of_union(service: Service, snapshot: str) -> int | None:
    """The triples of all public graphs together, which may share some; None if they cannot be counted in time."""
    try:
        answer = service.queries.run(part("default-size"), formats=(JSON,), timeout_s=COUNTING_S)
    except QueryTooCostly:
        return None
    ((size,),) = read_table(answer.read(), JSON).rows
    return int(size.value) if isinstance(size, Literal) and answer.snapshot == snapshot else None


def _whole(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
