"""Every shape meets an example that conforms and one that fails, and two engines agree on both.

The examples stand on the sample: they are read together with it, so that each shows its own node only. What a
bad example must fail for is its first line: shape and constraint component.
"""

from dataclasses import dataclass
from pathlib import Path

import pyshacl
import pytest
import shacl
from rdflib import RDF, RDFS, SH, Graph, Literal, URIRef

from ontology.modules import HERE, ontology_files, shape_files, vocabulary_files
from ontology.naming import SHAPES, rebased
from ontology.terms import REV

EXAMPLES = HERE / "examples"
SAMPLE = EXAMPLES / "sample.ttl"
GOOD = sorted(EXAMPLES.glob("*.good.ttl"))
BAD = sorted(EXAMPLES.glob("*.bad.ttl"))
TURTLE = "\n".join(rebased(path) for path in shape_files())


@dataclass(frozen=True, order=True)
class Finding:
    """One result of a validation, as both engines can say it."""

    focus: str
    shape: str
    component: str
    severity: str


def _graph(text: str) -> Graph:
    return Graph().parse(data=text, format="turtle")


def _data(*paths: Path) -> Graph:
    """What is asserted in `paths`, on the vocabularies, the sample and the class hierarchy."""
    data = Graph()
    for path in (*vocabulary_files(), SAMPLE, *paths):
        data.parse(data=rebased(path), format="turtle")
    for path in ontology_files():
        for narrow, broad in _graph(rebased(path)).subject_objects(RDFS.subClassOf):
            if isinstance(broad, URIRef):
                data.add((narrow, RDFS.subClassOf, broad))
    return data


def _by_rust(data: Graph) -> set[Finding]:
    report = shacl.Shapes.from_turtle(TURTLE).validate_text(data.serialize(format="nt"), format="ntriples")
    return {
        Finding(
            result.focus_node.strip("<>"),
            str(result.source_shape).strip("<>").removeprefix(SHAPES),
            result.component,
            result.severity,
        )
        for result in report.results
    }


def _by_pyshacl(data: Graph) -> set[Finding]:
    _, report, _ = pyshacl.validate(data, shacl_graph=_graph(TURTLE), inplace=True)
    assert isinstance(report, Graph)
    return {
        Finding(
            str(report.value(result, SH.focusNode)),
            str(report.value(result, SH.sourceShape)).removeprefix(SHAPES),
            str(report.value(result, SH.sourceConstraintComponent)).removeprefix(str(SH)),
            str(report.value(result, SH.resultSeverity)).removeprefix(str(SH)),
        )
        for result in report.objects(None, SH.result)
    }


@pytest.fixture(scope="module")
def shapes() -> Graph:
    return _graph(TURTLE)


@pytest.fixture(scope="module")
def bad_findings() -> set[Finding]:
    return _by_rust(_data(*BAD))


def _node_shapes(shapes: Graph) -> set[str]:
    return {str(shape).removeprefix(SHAPES) for shape in shapes.subjects(RDF.type, SH.NodeShape)}


def test_every_node_shape_has_a_good_and_a_bad_example(shapes: Graph) -> None:
    names = _node_shapes(shapes)
    assert {path.name.removesuffix(".good.ttl") for path in GOOD} == names
    assert {path.name.removesuffix(".bad.ttl") for path in BAD} == names


def test_the_sample_and_every_good_example_conform_in_both_engines() -> None:
    data = _data(*GOOD)
    assert _by_rust(data) == set()
    assert _by_pyshacl(data) == set()


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name.removesuffix(".bad.ttl"))
def test_a_bad_example_fails_for_its_one_reason(path: Path, shapes: Graph, bad_findings: set[Finding]) -> None:
    shape, component = rebased(path).splitlines()[0].removeprefix("# fails: ").split()
    nodes = {str(subject) for subject in _graph(rebased(path)).subjects()}
    found = [finding for finding in bad_findings if finding.focus in nodes]
    assert [(finding.shape, finding.component) for finding in found] == [(shape, component)]
    owner = URIRef(SHAPES + path.name.removesuffix(".bad.ttl"))
    failing = URIRef(SHAPES + shape)
    assert failing == owner or (owner, SH.property, failing) in shapes or (failing, None, owner) in shapes


def test_both_engines_find_the_same_in_the_bad_examples(bad_findings: set[Finding]) -> None:
    assert _by_pyshacl(_data(*BAD)) == bad_findings


def test_every_target_of_a_shape_is_met_by_an_example(shapes: Graph) -> None:
    data = _data(*GOOD, *BAD)
    for shape, kind in shapes.subject_objects(SH.targetClass):
        kinds = data.transitive_subjects(RDFS.subClassOf, kind)
        met = any((None, RDF.type, narrow) in data for narrow in kinds)
        assert met or str(shape) == SHAPES + "NoPersonShape", (shape, kind)
    for shape, predicate in shapes.subject_objects(SH.targetSubjectsOf):
        assert (None, predicate, None) in data, (shape, predicate)


def test_every_shape_has_an_iri_a_severity_and_a_message_in_each_language(shapes: Graph) -> None:
    for kind in (SH.NodeShape, SH.PropertyShape):
        for shape in shapes.subjects(RDF.type, kind):
            assert str(shape).startswith(SHAPES)
            assert shapes.value(shape, SH.severity) in {SH.Violation, SH.Warning, SH.Info}
            messages = (text for text in shapes.objects(shape, SH.message) if isinstance(text, Literal))
            assert sorted(text.language or "" for text in messages) == ["de", "en"], shape


def test_every_property_shape_belongs_to_a_node_shape(shapes: Graph) -> None:
    assert set(shapes.subjects(RDF.type, SH.PropertyShape)) == set(shapes.objects(None, SH.property))


def test_every_own_term_that_data_may_use_has_a_shape(shapes: Graph) -> None:
    derived = {REV.User, REV.SolutionDeveloper, REV.BridgeBuilder, REV.DualRoleActor, REV.CoordinationBody}
    derived |= {REV.EvidencedOffer, REV.actorClassConcept}
    assert {iri for iri in REV.terms.values() if (None, None, URIRef(iri)) not in shapes} == derived
