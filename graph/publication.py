"""What is published as a whole, for catalogues: VoID with counted partitions, and a record in the terms of DCAT-AP.de.

https://www.w3.org/TR/void/ and https://www.dcat-ap.de/def/dcatde/3.0/spec/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from graph.document import DATASET
from graph.model import BlankNode, Literal, Table, Text, Triple
from graph.provenance import moment
from graph.snapshot import read_manifest
from graph.store import Store
from ontology.naming import BASE
from ontology.terms import CC_BY, DCAT, DCTERMS, FOAF, IRI, PUBLIC, RDF, SPDX, VCARD, VOID, XSD
from queries.catalogue import part

CATALOG = IRI(BASE + "catalog")
PUBLISHER = IRI(BASE + "catalog#publisher")
MEDIA = {".nq.gz": "application/n-quads", ".ttl.gz": "text/turtle"}
_TYPES = "https://www.iana.org/assignments/media-types/"
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGES = ("DEU", "ENG")
_THEMES = ("ECON", "TECH")


@dataclass(frozen=True, slots=True)
class Dump:
    """One file to fetch: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def media_type(self) -> str:
        """What the file holds when it is unpacked."""
        return next(media for suffix, media in MEDIA.items() if self.name.endswith(suffix))


@dataclass(frozen=True, slots=True)
class Publication:
    """What is told of a snapshot: its names, who publishes it where, when it was made, and what can be fetched.

    The dumps are those of `build`, which a snapshot that was written after it goes on from.
    """

    title: Text
    description: Text
    publisher: str
    contact: str
    host: str
    snapshot: str
    made: datetime
    build: str
    dumps: tuple[Dump, ...]
    places: tuple[IRI, ...]


def dumps(folder: Path) -> tuple[Dump, ...]:
    """The files that a build wrote for everybody, by name, as its manifest has them."""
    files: Mapping[str, str] = read_manifest(folder)["files"]
    return tuple(
        Dump(name.removeprefix("dump/"), (folder / name).stat().st_size, digest)
        for name, digest in sorted(files.items())
        if name.startswith("dump/")
    )


def void(store: Store, told: Publication) -> Iterator[Triple]:
    """The data set with its size, partitions by class and by property, and the ways to it."""
    classes, properties = store.select(part("class-partitions")), store.select(part("property-partitions"))
    yield from _named(DATASET, told, VOID.Dataset)
    yield (DATASET, VOID.triples, _count(sum(number for _, number in counted(properties))))
    yield (DATASET, VOID.classes, _count(len(classes.rows)))
    yield (DATASET, VOID.properties, _count(len(properties.rows)))
    yield (DATASET, VOID.uriSpace, Literal(BASE))
    yield (DATASET, VOID.sparqlEndpoint, IRI(f"{told.host}/sparql"))
    yield (DATASET, VOID.vocabulary, IRI(f"{BASE}ont"))
    for dump in told.dumps:
        yield (DATASET, VOID.dataDump, _address(told, dump))
    yield from _partitions(classes, VOID.classPartition, VOID.class_, VOID.entities)
    yield from _partitions(properties, VOID.propertyPartition, VOID.property, VOID.triples)
    for graph, says, what in store.select(part("licences")).rows:
        if isinstance(graph, IRI) and isinstance(says, IRI) and what:
            yield (DATASET, VOID.subset, graph)
            yield (graph, says, what)


def catalogue(told: Publication) -> Iterator[Triple]:
    """The record of the data set, with a distribution for each dump and one for the SPARQL service."""
    yield from _named(CATALOG, told, DCAT.Catalog)
    yield (CATALOG, DCAT.dataset, DATASET)
    yield from _named(DATASET, told, DCAT.Dataset)
    yield (DATASET, DCTERMS.identifier, Literal(DATASET))
    yield (DATASET, DCAT.version, Literal(told.snapshot))
    yield (DATASET, DCTERMS.accessRights, PUBLIC)
    for place in told.places:
        yield (DATASET, DCTERMS.spatial, place)
        yield (place, RDF.type, DCTERMS.Location)
    yield (DATASET, DCAT.landingPage, IRI(f"{told.host}/"))
    for theme in _THEMES:
        yield (DATASET, DCAT.theme, IRI(f"{_AUTHORITY}data-theme/{theme}"))
    if told.contact:
        contact = IRI(BASE + "catalog#contact")
        yield (DATASET, DCAT.contactPoint, contact)
        yield (contact, RDF.type, VCARD.Organization)
        yield (contact, VCARD.fn, Literal(told.publisher))
        yield (contact, VCARD.hasEmail, IRI(f"mailto:{told.contact}"))
    service = IRI(f"{told.host}/sparql")
    yield (CATALOG, DCAT.service, service)
    yield (service, RDF.type, DCAT.DataService)
    yield (service, DCTERMS.title, Literal("SPARQL 1.1"))
    yield (service, DCAT.endpointURL, service)
    yield (service, DCAT.endpointDescription, service)
    yield (service, DCAT.servesDataset, DATASET)
    for dump in told.dumps:
        yield from _distribution(told, dump)


def counted(table: Table) -> Iterator[tuple[IRI, int]]:
    """The terms of a partition, each with its number."""
    for term, number in table.rows:
        if isinstance(term, IRI) and isinstance(number, Literal):
            yield term, int(number.value)


def _named(node: IRI, told: Publication, kind: IRI) -> Iterator[Triple]:
    yield (node, RDF.type, kind)
    for language, text in (("de", told.title.de), ("en", told.title.en)):
        yield (node, DCTERMS.title, Literal(text, language))
    for language, text in (("de", told.description.de), ("en", told.description.en)):
        yield (node, DCTERMS.description, Literal(text, language))
    yield (node, DCTERMS.publisher, PUBLISHER)
    yield (PUBLISHER, RDF.type, FOAF.Agent)
    yield (PUBLISHER, FOAF.name, Literal(told.publisher))
    yield (node, DCTERMS.license, CC_BY)
    yield (node, DCTERMS.modified, moment(told.made))
    for language in _LANGUAGES:
        yield (node, DCTERMS.language, IRI(f"{_AUTHORITY}language/{language}"))


def _distribution(told: Publication, dump: Dump) -> Iterator[Triple]:
    address = _address(told, dump)
    node, checksum = IRI(f"{address}#distribution"), IRI(f"{address}#checksum")
    yield (DATASET, DCAT.distribution, node)
    yield (node, RDF.type, DCAT.Distribution)
    yield (node, DCTERMS.title, Literal(dump.name))
    yield (node, DCAT.accessURL, address)
    yield (node, DCAT.downloadURL, address)
    yield (node, DCTERMS.license, CC_BY)
    yield (node, DCAT.mediaType, IRI(_TYPES + dump.media_type))
    yield (node, DCAT.compressFormat, IRI(_TYPES + "application/gzip"))
    yield (node, DCAT.byteSize, Literal(str(dump.size), datatype=XSD.nonNegativeInteger))
    yield (node, DCTERMS.modified, moment(told.made))
    yield (node, SPDX.checksum, checksum)
    yield (checksum, RDF.type, SPDX.Checksum)
    yield (checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    yield (checksum, SPDX.checksumValue, Literal(dump.sha256, datatype=XSD.hexBinary))


def _partitions(table: Table, says: IRI, of: IRI, counts: IRI) -> Iterator[Triple]:
    for place, (term, number) in enumerate(counted(table)):
        partition = BlankNode(f"{of.rpartition('#')[2]}{place}")
        yield (DATASET, says, partition)
        yield (partition, of, term)
        yield (partition, counts, _count(number))


def _address(told: Publication, dump: Dump) -> IRI:
    return IRI(f"{told.host}/dump/{told.build}/{quote(dump.name)}")


def _count(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
