"""JSON-LD in the words of one context, and as trees: the same triples come back."""

import json
from collections.abc import Callable, Collection
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from pyld import jsonld

from api.app import create_app
from api.links import page_of
from api.service import Service
from graph.document import Documents, Profile, things
from graph.json_ld import CONTEXT, Json, Shape, context, expanded, frames, loader
from graph.model import Triple
from graph.rdf import N_TRIPLES, write_triples
from graph.store import Store
from ontology.naming import BASE, ONT
from ontology.terms import IRI, RDF

PUBLISHED = Path(__file__).with_name("expected") / "context-1.json"
HOME = "/doc/kleinrevier/actor/0001.jsonld"


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_both_shapes_say_what_the_document_says(client: FlaskClient, little: Store) -> None:
    words, documents = context(little), Documents(little)
    for thing in things(little)[::7]:
        if not (page := page_of(thing)) or "#" in page or page.startswith(("/ont", "/shapes", "/catalog")):
            continue
        expected = _same(documents.about(thing, Profile.FULL).triples)
        for shape in (Shape.COMPACTED, Shape.FRAMED):
            told = json.loads(client.get(f"{page}.jsonld?jsonld={shape}").data)
            assert told["@context"] == CONTEXT
            assert _quads(told, words) == expected, (thing, shape)


def test_a_tree_has_the_thing_as_root_and_its_parts_in_plain_words(client: FlaskClient) -> None:
    told = client.get(HOME, headers={"Accept": f'application/ld+json;profile="{Shape.FRAMED.iri}"'})
    assert told.headers["Content-Type"] == f'application/ld+json;profile="{Shape.FRAMED.iri}"'
    tree = json.loads(told.data)
    assert tree["@id"] == "id:kleinrevier/actor/0001"
    assert tree["skos:prefLabel"]
    assert tree["locatedIn"]


def test_every_class_has_a_frame_that_gives_things_of_the_class(client: FlaskClient, little: Store) -> None:
    words, documents = context(little), Documents(little)
    every = frames(little)
    assert {"Actor", "Need", "Offer", "Task", "Competence"} <= every.keys()
    for thing in things(little)[::20]:
        document = documents.about(thing, Profile.FULL)
        kinds = [str(value)[len(ONT) :] for node, says, value in document.triples if (node, says) == (thing, RDF.type)]
        for kind in every.keys() & set(kinds):
            frame = json.loads(client.get(f"/frame/{kind}.jsonld").data)
            assert frame == every[kind]
            tree = jsonld.frame(expanded(document.triples), frame, {"documentLoader": loader(words)})
            told = _quads(tree, words)
            said = [triple for triple in document.triples if triple[0] == thing]
            assert _same(said) <= told, (thing, kind)


def test_the_context_is_served_as_it_is_named_and_keeps_its_words(client: FlaskClient) -> None:
    served = client.get(CONTEXT.replace(BASE, "/"))
    assert served.content_type == "application/ld+json"
    assert served.headers["Access-Control-Allow-Origin"] == "*"
    words = json.loads(served.data)["@context"]
    published = json.loads(PUBLISHED.read_text())
    changed = {word for word, meaning in published.items() if words.get(word) != meaning}
    assert not changed, "words of a published context keep their meaning: give the context a new number"


@pytest.mark.parametrize(("path", "status"), [("/frame/Nothing.jsonld", 404), (f"{HOME}?jsonld=flat", 400)])
def test_what_is_not_offered_is_a_problem_that_names_what_is(client: FlaskClient, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "framed" in answer.text or "Actor" in answer.text


def test_no_other_context_is_fetched(little: Store) -> None:
    foreign = IRI("https://example.org/context.jsonld")
    with pytest.raises(jsonld.JsonLdError):
        _quads({"@context": foreign, "@id": BASE, "name": "x"}, context(little))


def _same(triples: Collection[Triple]) -> set[ox.Quad]:
    return set(ox.parse(write_triples(triples, N_TRIPLES), ox.RdfFormat.N_TRIPLES))


def _quads(told: object, words: Json) -> set[ox.Quad]:
    options = {"documentLoader": loader(words), "format": "application/n-quads"}
    return set(ox.parse(jsonld.to_rdf(told, options), ox.RdfFormat.N_QUADS))
