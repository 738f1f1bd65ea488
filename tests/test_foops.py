"""What FOOPS! (https://foops.linkeddata.es) asks of an ontology, as far as it can be asked of the files.

Each test is named by its key there. OM3 also wants a DOI, which an ontology gets when an archive takes it.
"""

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Namespace, URIRef

from ontology.modules import ontology_files
from ontology.naming import BASE, ONT, rebased

ONTOLOGY = URIRef(BASE + "ont")
VANN, BIBO = Namespace("http://purl.org/vocab/vann/"), Namespace("http://purl.org/ontology/bibo/")


@pytest.fixture(scope="module")
def graph() -> Graph:
    found = Graph()
    for path in ontology_files():
        found.parse(data=rebased(path), format="turtle")
    return found


@pytest.mark.parametrize(
    ("key", "properties"),
    [
        ("FIND1", (VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri)),
        (
            "OM1",
            (DCTERMS.title, DCTERMS.description, DCTERMS.license, OWL.versionIRI, DCTERMS.creator, DCTERMS.created),
        ),
        ("OM2", (DCTERMS.bibliographicCitation, DCTERMS.publisher, DCTERMS.modified, DCTERMS.issued)),
        ("OM4.1", (DCTERMS.license,)),
        ("OM5.1", (DCTERMS.creator, DCTERMS.created)),
        ("OM5.2", (DCTERMS.source, DCTERMS.publisher, BIBO.status)),
        ("VER1", (OWL.versionIRI, OWL.versionInfo)),
    ],
)
def test_metadata(graph: Graph, key: str, properties: tuple[URIRef, ...]) -> None:
    assert [name for name in properties if graph.value(ONTOLOGY, name, any=True) is None] == [], key


def test_purl1_and_http1_the_iri_is_lasting_and_open() -> None:
    assert BASE.startswith("https://w3id.org/")


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # it warns of what it does itself
def test_rdf1_the_ontology_is_in_standard_forms(graph: Graph) -> None:
    for form in ("turtle", "xml", "nt", "json-ld"):
        assert len(Graph().parse(data=graph.serialize(format=form), format=form)) == len(graph)


def test_voc1_metadata_come_in_known_vocabularies(graph: Graph) -> None:
    known = (str(DCTERMS), str(OWL), str(RDF), str(RDFS), str(SKOS), str(VANN), str(BIBO))
    assert [str(p) for p in graph.predicates(ONTOLOGY) if not str(p).startswith(known)] == []


def test_voc2_terms_of_others_are_reused(graph: Graph) -> None:
    broader = {
        str(o) for s, o in graph.subject_objects(RDFS.subClassOf) if str(s).startswith(ONT) and not isinstance(o, BNode)
    }
    assert len({iri.rpartition("#")[0] or iri.rpartition("/")[0] for iri in broader if not iri.startswith(ONT)}) >= 3


@pytest.mark.parametrize(("key", "name"), [("VOC3", RDFS.label), ("VOC4", SKOS.definition)])
def test_every_term_is_named_and_defined(graph: Graph, key: str, name: URIRef) -> None:
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    terms = {term for kind in kinds for term in graph.subjects(RDF.type, kind) if str(term).startswith(ONT)}
    assert [term for term in terms if graph.value(term, name, any=True) is None] == [], key
