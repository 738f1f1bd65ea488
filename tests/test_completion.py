"""What the editor completes is what the snapshot uses, counted as VoID counts it and named as the ontology does."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from rdflib import Graph, URIRef

from api.app import create_app
from api.service import Service
from graph.completion import terms
from graph.document import DATASET
from graph.store import Store, store_of
from ontology.naming import VOC
from ontology.terms import IRI, SKOS, VOID, read_iri


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


@pytest.mark.parametrize(
    ("kind", "partition", "of", "counts"),
    [
        ("classes", VOID.classPartition, VOID.class_, VOID.entities),
        ("properties", VOID.propertyPartition, VOID.property, VOID.triples),
    ],
)
def test_the_words_are_those_of_void(client: FlaskClient, kind: str, partition: IRI, of: IRI, counts: IRI) -> None:
    void = Graph().parse(data=client.get("/.well-known/void").data, format="turtle")
    partitions = void.objects(URIRef(DATASET), URIRef(partition))
    told = {str(void.value(each, URIRef(of))): int(str(void.value(each, URIRef(counts)))) for each in partitions}
    words = client.get("/sparql/terms").json[kind]  # type: ignore[index]
    assert {read_iri(each["word"].strip("<>")): each["count"] for each in words} == told
    assert [each["count"] for each in words] == sorted(told.values(), reverse=True)


@pytest.mark.parametrize(("language", "name"), [("de", "Bedarf"), ("en", "need")])
def test_a_word_has_its_name_in_the_language_of_the_page(client: FlaskClient, language: str, name: str) -> None:
    classes = client.get(f"/sparql/terms?lang={language}").json["classes"]  # type: ignore[index]
    assert next(each["name"] for each in classes if each["word"] == "rev:Need").casefold() == name.casefold()


def test_what_no_prefix_can_spell_is_spelt_whole() -> None:
    found = terms(store_of(f"<urn:a> a <urn:Kind>, <{SKOS.Concept}>, <{VOC}kind/a> ; <urn:p> 1, 2 ."))
    assert {used.word for used in found.classes} == {"<urn:Kind>", "skos:Concept", f"<{VOC}kind/a>"}
    assert ("<urn:p>", 2) in [(used.word, used.count) for used in found.properties]
