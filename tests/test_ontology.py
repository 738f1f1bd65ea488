"""The ontology as text: it parses, everything own is explained in both languages, the header is complete."""

import csv
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from ontology.modules import HERE, ontology_files, shape_files, vocabulary_files
from ontology.naming import BASE, DEFAULT_BASE, ONT, rebased
from ontology.terms import BIBO, REV, VANN, expand

ROOT = HERE.parent
TURTLE = sorted(HERE.rglob("*.ttl"))
ALIGNMENTS = sorted(HERE.glob("align/*.sssom.tsv"))
ONTOLOGY = URIRef(BASE + "ont")
BOTH = {"de", "en"}
# Abstract and defined classes have no individual of their own to name as an example.
WITHOUT_EXAMPLE = {
    REV.User,
    REV.SolutionDeveloper,
    REV.BridgeBuilder,
    REV.DualRoleActor,
    REV.CoordinationBody,
    REV.QualifiedStatement,
    REV.ExchangeStatement,
    REV.EvidencedOffer,
}


@pytest.fixture(scope="module")
def graph() -> Graph:
    merged = Graph()
    for path in ontology_files():
        merged.parse(data=rebased(path), format="turtle")
    return merged


def _languages(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    texts = (text for text in graph.objects(subject, predicate) if isinstance(text, Literal))
    return sorted(text.language or "" for text in texts)


@pytest.mark.parametrize("path", TURTLE, ids=lambda path: path.relative_to(HERE).as_posix())
def test_a_turtle_file_reads_the_same_in_both_parsers(path: Path) -> None:
    triples = set(pyoxigraph.parse(rebased(path), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(triples) == len(Graph().parse(data=rebased(path), format="turtle")) > 0


def test_every_file_belongs_to_one_module() -> None:
    modules = [*ontology_files(), *vocabulary_files(), *shape_files()]
    assert sorted(modules) == [path for path in TURTLE if path.parent.name != "examples"]


def test_every_own_term_has_one_label_and_one_definition_in_each_language(graph: Graph) -> None:
    for term in map(URIRef, REV.terms.values()):
        assert _languages(graph, term, RDFS.label) == ["de", "en"], term
        assert _languages(graph, term, SKOS.definition) == ["de", "en"], term
        assert graph.value(term, RDFS.isDefinedBy) == ONTOLOGY, term


@pytest.mark.parametrize("kind", [OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty])
def test_no_two_terms_of_a_kind_share_a_label(graph: Graph, kind: URIRef) -> None:
    labels = [label for term in graph.subjects(RDF.type, kind) for label in graph.objects(term, RDFS.label)]
    assert len(labels) == len(set(labels))


def test_a_definition_is_a_sentence(graph: Graph) -> None:
    for definition in map(str, graph.objects(None, SKOS.definition)):
        assert definition[0].isupper(), definition
        assert definition.endswith("."), definition
        assert definition == " ".join(definition.split()), definition


def test_every_concrete_class_has_an_example_in_both_languages(graph: Graph) -> None:
    for term in (term for term in graph.subjects(RDF.type, OWL.Class) if isinstance(term, URIRef)):
        if term.startswith(ONT):
            expected = [] if str(term) in WITHOUT_EXAMPLE else ["de", "en"]
            assert _languages(graph, term, SKOS.example) == expected, term


def test_classes_are_written_as_nouns_and_properties_as_verbs(graph: Graph) -> None:
    for name, iri in REV.terms.items():
        assert ((URIRef(iri), RDF.type, OWL.Class) in graph) == name[0].isupper(), name


def test_the_words_of_foreign_vocabularies_stay_with_them(graph: Graph) -> None:
    for words in (RDFS.label, RDFS.comment, SKOS.definition, SKOS.example):
        assert {term for term in graph.subjects(words) if not str(term).startswith((ONT, ONTOLOGY))} == set()


def test_the_axioms_use_only_what_the_build_can_conclude() -> None:
    axioms = Graph().parse(data=rebased(HERE / "axioms.ttl"), format="turtle")
    used = {predicate for predicate in axioms.predicates() if str(predicate).startswith(str(OWL))}
    assert used == {
        OWL.equivalentClass,
        OWL.hasValue,
        OWL.intersectionOf,
        OWL.inverseOf,
        OWL.members,
        OWL.onProperty,
        OWL.propertyChainAxiom,
        OWL.someValuesFrom,
        OWL.unionOf,
    }


@pytest.mark.parametrize("words", [DCTERMS.title, DCTERMS.abstract, DCTERMS.description])
def test_the_header_describes_the_ontology_in_both_languages(graph: Graph, words: URIRef) -> None:
    assert set(_languages(graph, ONTOLOGY, words)) == BOTH


@pytest.mark.parametrize(
    "said",
    [
        DCTERMS.license,
        DCTERMS.creator,
        DCTERMS.publisher,
        DCTERMS.created,
        DCTERMS.issued,
        DCTERMS.modified,
        DCTERMS.bibliographicCitation,
        DCTERMS.source,
        OWL.versionInfo,
        URIRef(VANN.preferredNamespacePrefix),
        URIRef(VANN.preferredNamespaceUri),
        URIRef(BIBO.status),
    ],
)
def test_the_header_is_complete(graph: Graph, said: URIRef) -> None:
    assert graph.value(ONTOLOGY, said, any=True) is not None


def test_the_version_has_an_iri_of_its_own_and_a_note_of_what_changed(graph: Graph) -> None:
    version = str(graph.value(ONTOLOGY, OWL.versionInfo))
    assert graph.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{BASE}ont/{version}")
    notes = [note for note in graph.objects(ONTOLOGY, SKOS.changeNote) if isinstance(note, Literal)]
    assert {note.language for note in notes if note.startswith(f"{version}: ")} == {"de", "en"}


def test_the_base_stands_only_where_it_can_be_replaced() -> None:
    written = [path for name in ("ontology", "queries", "graph", "api") for path in (ROOT / name).rglob("*.*")]
    for path in (path for path in written if path.suffix in {".py", ".ttl", ".rq", ".tsv"}):
        for line in path.read_text(encoding="utf-8").splitlines():
            if DEFAULT_BASE in line and path.name != "naming.py":
                assert line.lower().startswith(("@prefix", "prefix", "#")), (path, line)


@pytest.mark.parametrize("path", ALIGNMENTS, ids=lambda path: path.name)
def test_an_alignment_maps_own_terms_and_names_its_prefixes(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = [line for line in lines if line.startswith("#")]
    prefixes = {line.removeprefix("#").split(":")[0].strip() for line in header if line.startswith("#  ")}
    assert {line.split(":")[0] for line in header} >= {"#curie_map", "#mapping_set_id", "#license"}
    for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
        assert expand(row["subject_id"]).startswith(ONT)
        assert row["predicate_id"].endswith("Match")
        assert 0 <= float(row["confidence"]) <= 1
        for column in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
            assert row[column].split(":")[0] in prefixes
