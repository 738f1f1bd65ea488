"""`ontology/terms.py` and the Turtle files say the same, and a misspelling is an error."""

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from ontology.modules import ontology_files
from ontology.naming import GRAPH, ONT, PLACE, rebased
from ontology.terms import PREFIXES, REV, VOCABULARIES, expand


def _declared() -> set[str]:
    graph = Graph()
    for path in ontology_files():
        graph.parse(data=rebased(path), format="turtle")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    return {str(term) for kind in kinds for term in graph.subjects(RDF.type, kind) if isinstance(term, URIRef)}


def test_every_own_term_of_the_code_is_declared_in_turtle_and_the_other_way_round() -> None:
    assert {iri for iri in _declared() if iri.startswith(ONT)} == set(REV.terms.values())


def test_every_foreign_term_that_is_declared_is_known_to_the_code() -> None:
    known = {iri for vocabulary in VOCABULARIES.values() for iri in vocabulary.terms.values()}
    assert {iri for iri in _declared() if not iri.startswith(ONT)} <= known


def test_a_misspelt_term_is_an_error_at_run_time() -> None:
    with pytest.raises(AttributeError):
        _ = REV.Nede  # type: ignore[attr-defined]
    with pytest.raises(KeyError, match="rev:Nede"):
        expand("rev:Nede")


@pytest.mark.parametrize("wrong", ["nowhere:Need", "Need", ""])
def test_an_unknown_prefix_is_named_in_the_error(wrong: str) -> None:
    with pytest.raises(KeyError, match="no known prefix"):
        expand(wrong)


def test_a_name_that_python_cannot_spell_keeps_its_own() -> None:
    assert expand("void:class") == PREFIXES["void"] + "class"
    assert expand("unit:MegaW-HR").endswith("/MegaW-HR")


def test_the_projects_own_paths_are_open() -> None:
    assert expand("place:05513000") == PLACE + "05513000"
    assert expand("graph:meta") == GRAPH + "meta"
