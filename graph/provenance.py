"""The meta graph: for every named graph its source, licence, date and the run that wrote it (PROV, VoID, DCAT)."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import quote

from graph.cells import escaped
from graph.mapping import TableMapping
from graph.model import Literal, Term
from graph.pack import Pack, SourceRecord
from ontology.naming import GRAPH, ID
from ontology.terms import CC_BY, DCTERMS, IRI, PROV, PUBLIC, RDF, REV, VOID, XSD

MATCHES = IRI(GRAPH + "matches")
META = IRI(GRAPH + "meta")
ONTOLOGY = IRI(GRAPH + "ontology")
VOCABULARIES = IRI(GRAPH + "vocabularies")


def provenance(
    pack: Pack,
    mappings: tuple[TableMapping, ...],
    counts: Mapping[IRI, int],
    *,
    started: datetime,
    snapshot: str,
) -> Iterator[str]:
    """N-Triples lines that say of every graph in `counts` where it comes from.

    `counts` are triples by graph; `started` is when the run began.
    """
    run = IRI(f"{ID}{pack.region}/run/{snapshot}")
    yield triple(run, RDF.type, REV.IngestionActivity)
    yield triple(run, PROV.startedAtTime, moment(started))
    yield triple(run, PROV.endedAtTime, moment(datetime.now(UTC)))
    by_graph = {source.graph: source for source in pack.sources.values()}
    for graph in (*counts, META):
        yield triple(graph, RDF.type, VOID.Dataset)
        if graph in counts:  # nobody counts the triples that are being written here
            yield triple(graph, VOID.triples, Literal(str(counts[graph]), datatype=XSD.integer))
        yield triple(graph, PROV.wasGeneratedBy, run)
        yield triple(graph, PROV.generatedAtTime, moment(started))
        yield triple(graph, DCTERMS.accessRights, PUBLIC)
        if graph in by_graph:
            yield from _source(pack, by_graph[graph])
        else:
            yield triple(graph, DCTERMS.license, CC_BY)
    for mapping in mappings:
        table = IRI(f"{ID}{pack.region}/table/{quote(mapping.table.name)}")
        yield triple(run, PROV.used, table)
        yield triple(table, RDF.type, PROV.Entity)
        yield triple(table, DCTERMS.title, Literal(mapping.table.name))
        yield triple(table, DCTERMS.isPartOf, pack.sources[mapping.source].graph)


def triple(subject: IRI, predicate: IRI, value: Term) -> str:
    """One N-Triples line.

    >>> triple(IRI("urn:a"), IRI("urn:p"), Literal("x", language="de"))
    '<urn:a> <urn:p> "x"@de .\\n'
    """
    if isinstance(value, Literal):
        tail = f"@{value.language}" if value.language else f"^^<{value.datatype}>"
        return f'<{subject}> <{predicate}> "{escaped(value.value)}"{tail} .\n'
    return f"<{subject}> <{predicate}> <{value}> .\n"


def moment(time: datetime) -> Literal:
    """A point in time as xsd:dateTime, to the second, in UTC."""
    return Literal(time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD.dateTime)


def _source(pack: Pack, source: SourceRecord) -> Iterator[str]:
    record = IRI(f"{ID}{pack.region}/dataset/{source.name}")
    yield triple(source.graph, PROV.wasDerivedFrom, record)
    yield triple(source.graph, DCTERMS.license, source.licence)
    yield triple(source.graph, DCTERMS.issued, Literal(source.day.isoformat(), datatype=XSD.date))
    yield triple(record, RDF.type, REV.Source)
    yield triple(record, DCTERMS.license, source.licence)
    yield triple(record, DCTERMS.creator, Literal(source.attribution))
    for language, title in (("de", source.title.de), ("en", source.title.en)):
        yield triple(source.graph, DCTERMS.title, Literal(title, language=language))
        yield triple(record, DCTERMS.title, Literal(title, language=language))
    if source.url:
        yield triple(record, DCTERMS.source, source.url)
