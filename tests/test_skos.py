"""The region-neutral concept schemes are whole: named, explained, anchored, without cycle or orphan."""

from pathlib import Path

import pytest
from rdflib import DCTERMS, RDF, SKOS, Graph, Literal, URIRef
from rdflib.term import Node

from ontology.modules import vocabulary_files
from ontology.naming import VOC, rebased
from ontology.terms import REV

CLASSES = {
    "actor-class": REV.ActorClass,
    "competence-level": REV.CompetenceLevel,
    "horizon": REV.TimeHorizon,
    "trl": REV.ReadinessLevel,
}


@pytest.fixture(params=vocabulary_files(), ids=lambda path: path.stem)
def scheme(request: pytest.FixtureRequest) -> tuple[URIRef, Graph]:
    path: Path = request.param
    return URIRef(VOC + path.stem), Graph().parse(data=rebased(path), format="turtle")


def _texts(graph: Graph, subject: Node, predicate: URIRef) -> list[str]:
    texts = (text for text in graph.objects(subject, predicate) if isinstance(text, Literal))
    return sorted(text.language or "" for text in texts)


def test_a_file_holds_one_scheme_of_its_name(scheme: tuple[URIRef, Graph]) -> None:
    iri, graph = scheme
    assert list(graph.subjects(RDF.type, SKOS.ConceptScheme)) == [iri]
    assert _texts(graph, iri, DCTERMS.title) == ["de", "en"]
    assert _texts(graph, iri, SKOS.definition) == ["de", "en"]


def test_a_concept_has_one_name_and_one_definition_in_each_language(scheme: tuple[URIRef, Graph]) -> None:
    iri, graph = scheme
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert str(concept).startswith(iri + "/")
        assert _texts(graph, concept, SKOS.prefLabel) == ["de", "en"], concept
        assert _texts(graph, concept, SKOS.definition) == ["de", "en"], concept


def test_no_two_concepts_of_a_scheme_share_a_name_or_notation(scheme: tuple[URIRef, Graph]) -> None:
    _, graph = scheme
    concepts = list(graph.subjects(RDF.type, SKOS.Concept))
    notations = list(graph.objects(None, SKOS.notation))
    names = list(graph.objects(None, SKOS.prefLabel))
    assert len(notations) == len(set(notations)) == len(concepts)
    assert len(names) == len(set(names))


def test_every_concept_hangs_below_a_top_concept_without_a_cycle(scheme: tuple[URIRef, Graph]) -> None:
    iri, graph = scheme
    tops = set(graph.objects(iri, SKOS.hasTopConcept))
    assert tops == set(graph.subjects(SKOS.topConceptOf, iri))
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert graph.value(concept, SKOS.inScheme) == iri
        above = set(graph.transitive_objects(concept, SKOS.broader))
        assert above & tops, concept
        for broader in above - {concept}:
            assert concept not in graph.transitive_objects(broader, SKOS.broader)


def test_concepts_carry_the_class_that_properties_ask_for(scheme: tuple[URIRef, Graph]) -> None:
    iri, graph = scheme
    kind = CLASSES.get(iri.removeprefix(VOC))
    for concept in graph.subjects(RDF.type, SKOS.Concept):
        assert set(graph.objects(concept, RDF.type)) == {SKOS.Concept} | ({URIRef(kind)} if kind else set())
