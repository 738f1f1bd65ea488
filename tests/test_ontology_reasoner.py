"""HermiT on the ontology: consistent, nothing impossible, the right parts for the sample, faults found."""

from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, URIRef

from graph.reasoner import Classification, classify
from ontology.modules import HERE, ontology_files, vocabulary_files
from ontology.naming import BASE, ID, ONT, rebased

SAMPLE = HERE / "examples" / "sample.ttl"
ACTORS = ID + "muster/actor/"
OFFERS = ID + "muster/offer/"
HEAD = f"""@prefix rev: <{ONT}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix actor: <{ACTORS}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix task: <{ID}muster/task/> .
@prefix offer: <{OFFERS}> . @prefix need: <{ID}muster/need/> . @prefix : <{BASE}trial/> ."""

pytestmark = pytest.mark.usefixtures("java")


def _judged(folder: Path, *texts: str) -> Classification:
    merged = Graph()
    for text in texts:
        merged.parse(data=text, format="turtle")
    classes = set(merged.subjects(RDF.type, OWL.Class))
    for subject, kind in list(merged.subject_objects(RDF.type)):
        if kind in classes and isinstance(subject, URIRef):
            merged.add((subject, RDF.type, OWL.NamedIndividual))  # owlready2 lists no other individuals
    lines = folder / "merged.nt"
    merged.serialize(lines, format="nt", encoding="utf-8")
    return classify(lines)


def _ontology() -> list[str]:
    return [rebased(path) for path in ontology_files()]


def _with_sample() -> list[str]:
    return [*_ontology(), *(rebased(path) for path in vocabulary_files()), rebased(SAMPLE)]


@pytest.fixture(scope="module")
def verdict(tmp_path_factory: pytest.TempPathFactory) -> Classification:
    return _judged(tmp_path_factory.mktemp("hermit"), *_with_sample())


def test_the_ontology_with_its_sample_is_consistent_and_all_classes_possible(verdict: Classification) -> None:
    assert verdict.is_consistent
    assert verdict.unsatisfiable == ()


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("User", {"1", "2", "3", "4", "13"}),  # 13 by declaration, the others by a need
        ("SolutionDeveloper", {"4", "5", "6", "12", "16"}),  # 16 by declaration
        ("BridgeBuilder", {"7", "9"}),  # 7 by declaration
        ("DualRoleActor", {"4"}),
        ("CoordinationBody", {"9"}),  # the proposed body coordinates too, and is no actor
        ("Network", {"10"}),
    ],
)
def test_the_part_of_an_actor_follows_from_what_is_said(verdict: Classification, kind: str, members: set[str]) -> None:
    assert {iri.removeprefix(ACTORS) for iri, found in verdict.types if found == ONT + kind} == members


def test_an_offer_with_evidence_is_an_evidenced_offer(verdict: Classification) -> None:
    assert {iri for iri, found in verdict.types if found == ONT + "EvidencedOffer"} == {OFFERS + "1"}


@pytest.mark.parametrize(
    "fault",
    [
        "actor:1 a rev:Technology .",
        ":project a rev:Project ; rev:makesOffer offer:1 .",
        ":competence a rev:Competence , rev:Technology .",
        ":office a rev:ProposedBody ; rev:makesOffer offer:1 .",
        "task:1 rev:dependsOn task:2 .",
        "need:1 rev:needOf actor:2 .",
    ],
    ids=["kind", "project", "competence", "proposed", "order", "owner"],
)
def test_a_planted_fault_makes_the_sample_inconsistent(tmp_path: Path, fault: str) -> None:
    assert not _judged(tmp_path, *_with_sample(), HEAD + fault).is_consistent


def test_a_class_under_need_and_offer_is_impossible(tmp_path: Path) -> None:
    fault = HEAD + ":Barter a owl:Class ; rdfs:subClassOf rev:Need , rev:Offer ."
    assert f"{BASE}trial/Barter" in _judged(tmp_path, *_ontology(), fault).unsatisfiable
