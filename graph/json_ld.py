"""JSON-LD for programmers: one context with a version, a frame for each class, and documents in their words.

Contexts and frames are those of https://www.w3.org/TR/json-ld11/ and https://www.w3.org/TR/json-ld11-framing/.
"""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from pyld import jsonld

from graph.document import Document
from graph.errors import UnknownTerm
from graph.model import Triple
from graph.rdf import JSON_LD, write_triples
from graph.reference import Entry, reference
from graph.store import Store
from ontology.naming import BASE, ONT
from ontology.terms import FOAF, IRI, PREFIXES, RDF, XSD, expand

CONTEXT = IRI(BASE + "context/1.jsonld")  # a new number when a word is to mean something else

_TEXTS = ("skos:prefLabel", "skos:altLabel", "skos:definition", "rdfs:label", "dcterms:title", "dcterms:description")

Json = dict[str, Any]


class Shape(StrEnum):
    """The three shapes that JSON-LD may have: full IRIs, words of the context, or a tree below one thing."""

    EXPANDED = "expanded"
    COMPACTED = "compacted"
    FRAMED = "framed"

    @property
    def iri(self) -> IRI:
        """How a media type names the shape (https://www.w3.org/TR/json-ld11/#iana-considerations)."""
        return IRI(f"http://www.w3.org/ns/json-ld#{self}")


def context(store: Store) -> Json:
    """The context: every term of the ontology by its local name, others by their prefix, texts by their language."""
    named = {
        entry.meaning.named.iri[len(ONT) :]: _defined(entry)
        for entry in reference(store)
        if entry.meaning.named.iri.startswith(ONT)
    }
    texts = {each: _by_language(expand(each)) for each in _TEXTS}
    return {"@context": {"@version": 1.1, **PREFIXES, **named, **texts}}


def frames(store: Store) -> Mapping[str, Json]:
    """The frame of each class by the local name of the class: the thing as root, and what points at it below it."""
    entries = {entry.meaning.named.iri: entry for entry in reference(store)}
    return {
        iri[len(ONT) :]: _frame(_pointing_at(iri, entries), {"@type": iri})
        for iri, entry in entries.items()
        if entry.meaning.is_class and iri.startswith(ONT)
    }


def shaped(document: Document, shape: Shape, thing: IRI, context: Json) -> bytes:
    """The document about `thing` as JSON-LD of one shape."""
    told: Any = expanded(document.triples)
    options = {"documentLoader": loader(context)}
    if shape is Shape.COMPACTED:
        told = jsonld.compact(told, CONTEXT, options)
    elif shape is Shape.FRAMED:
        told = _tree(told, thing, options)
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def expanded(triples: Collection[Triple]) -> list[Json]:
    """Triples as JSON-LD with full IRIs; classes under `@type`, where processors and search engines look for them."""
    nodes: list[Json] = json.loads(write_triples(triples, JSON_LD))
    for node in nodes:
        if kinds := node.pop(RDF.type, None):
            node["@type"] = [kind["@id"] for kind in kinds]
    return nodes


def _tree(nodes: Sequence[Json], thing: IRI, options: Json) -> Json:
    """All nodes as a tree below `thing`, from whichever side they lead to it; what nothing leads to is `@included`."""
    links = {node["@id"]: list(_links(node)) for node in nodes}
    pointing = {(node, says) for node, told in links.items() for says, value in told if value == thing}
    found, ends = {thing}, [thing, *(node for node, _ in pointing)]
    while ends:
        node = ends.pop()
        found.add(node)
        ends += [value for _, value in links.get(node, ()) if value not in found]
    tree: Json = jsonld.frame(list(nodes), _frame({says for _, says in pointing}, {"@id": thing}), options)
    apart = [node for node in nodes if node["@id"] not in found]
    if apart:
        tree["@included"] = jsonld.compact(apart, CONTEXT, {**options, "graph": True})["@graph"]
    return tree


def _links(node: Json) -> Iterator[tuple[IRI, IRI]]:
    for says, values in node.items():
        if not says.startswith("@"):
            yield from ((IRI(says), IRI(value["@id"])) for value in values if "@id" in value)


def _defined(entry: Entry) -> Json | str:
    iri = entry.meaning.named.iri
    if entry.meaning.is_class or not entry.range:
        return {"@id": iri}
    kind = entry.range[0]
    if kind == RDF.langString:
        return _by_language(iri)
    return {"@id": iri, "@type": kind if kind.startswith(XSD.base) else "@id"}


def _by_language(iri: str) -> Json:
    return {"@id": iri, "@container": ["@language", "@set"]}


def _frame(pointing: Collection[IRI], roots: Json) -> Json:
    reverse: Json = {"@reverse": {each: {} for each in sorted(pointing)}} if pointing else {}
    return {"@context": CONTEXT, **roots, "@embed": "@once", **reverse}


def _pointing_at(kind: IRI, entries: Mapping[IRI, Entry]) -> set[IRI]:
    """The properties that lead to things of a class, and that of documents about them."""
    above = {kind}
    while wider := {each for one in above for each in entries[one].broader if each in entries} - above:
        above |= wider
    properties = {iri for iri, entry in entries.items() if not entry.meaning.is_class and above & set(entry.range)}
    return {*properties, FOAF.primaryTopic}


def loader(context: Json) -> Callable[[str, Json], Json]:
    """What gives a JSON-LD processor the one context; whatever else a document might name is not fetched."""

    def load(address: str, _: Json) -> Json:
        if address != CONTEXT:
            raise UnknownTerm(f"The context {address} is not ours, and nothing is fetched.")
        return {"contentType": JSON_LD.media_type, "contextUrl": None, "documentUrl": address, "document": context}

    return load
