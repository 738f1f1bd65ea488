"""What somebody types is offered by name, and a field that names a thing means one thing or is refused."""

from collections.abc import Callable

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from api.app import create_app
from api.current import Current, edition_of
from api.picking import picked, picked_all
from api.service import Service
from graph.directory import Directory
from graph.errors import WrongUse
from graph.listing import known_entries
from graph.store import Store, store_of
from ontology.terms import REV, SKOS

NAMES = f"""
    <urn:c/metal> a <{REV.Competence}> ; <{SKOS.prefLabel}> "Metall"@de , "metal"@en .
    <urn:c/weld> a <{REV.Competence}> ; <{SKOS.prefLabel}> "Schweißen"@de ; <{SKOS.altLabel}> "Fügen"@de ;
        <{SKOS.broader}> <urn:c/metal> .
    <urn:c/laser> a <{REV.Competence}> ; <{SKOS.prefLabel}> "Laserschweißen"@de ; <{SKOS.broader}> <urn:c/weld> .
    <urn:a/1> a <{REV.Actor}> ; <{SKOS.prefLabel}> "Werk" .
    <urn:a/2> a <{REV.Actor}> ; <{SKOS.prefLabel}> "Werk" .
"""


@pytest.fixture(scope="module")
def directory() -> Directory:
    store = store_of(NAMES)
    return Directory.of(store, REV.Competence, known_entries(store))


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_names_that_begin_so_come_before_those_that_hold_it(directory: Directory) -> None:
    assert [each.named.iri for each in directory.suggested("SCHWEISS", limit=5)] == ["urn:c/weld", "urn:c/laser"]
    assert [each.named.iri for each in directory.suggested("schweiß laser", limit=5)] == ["urn:c/laser"]
    assert [each.named.iri for each in directory.suggested("füg", limit=5)] == ["urn:c/weld"]
    assert directory.suggested("nichts", limit=5) == []


def test_without_a_text_the_directory_is_a_tree(directory: Directory) -> None:
    listed = directory.suggested("", limit=5)
    assert [(each.named.iri, len(each.above)) for each in listed] == [
        ("urn:c/metal", 0),
        ("urn:c/weld", 1),
        ("urn:c/laser", 2),
    ]


def test_a_circle_of_broader_concepts_ends() -> None:
    store = store_of(f"""
        <urn:a> a <{REV.Competence}> ; <{SKOS.prefLabel}> "a" ; <{SKOS.broader}> <urn:b> .
        <urn:b> a <{REV.Competence}> ; <{SKOS.prefLabel}> "b" ; <{SKOS.broader}> <urn:a> .""")
    assert [
        len(each.above) for each in Directory.of(store, REV.Competence, known_entries(store)).suggested("", limit=5)
    ] == [1, 1]


def test_a_field_means_a_thing_by_iri_key_or_name_and_never_one_of_several() -> None:
    current, app = Current(edition_of(store_of(NAMES))), Flask(__name__)
    for typed in ("urn:c/weld", "weld", "Schweißen", " fügen "):
        with app.test_request_context(query_string={"competence": typed}):
            g.language = "de"
            assert [each.iri for each in picked_all(current, "competence", "competence")] == ["urn:c/weld"]
    with app.test_request_context(query_string={"from": ["Werk"]}):
        g.language = "de"
        with pytest.raises(WrongUse, match=r"several things. Choose one of: Werk \(urn:a/1\); Werk \(urn:a/2\)"):
            picked(current, "from", "actor")
    with app.test_request_context(query_string={"from": ["Wer"]}):
        g.language = "de"
        with pytest.raises(WrongUse, match=r"is not known here\. Choose one of"):
            picked(current, "from", "actor")


def test_suggestions_come_with_what_is_above_and_whose_they_are(client: FlaskClient) -> None:
    needs = client.get("/api/v1/suggest?kind=need&lang=de&limit=3").json
    assert needs
    assert len(needs["suggestions"]) == 3
    assert all(each["iri"] and each["label"] for each in needs["suggestions"])
    assert any(each["owners"] for each in needs["suggestions"])
    for wrong in ("kind=person", "kind=actor&limit=0", "kind=actor&limit=x"):
        assert client.get(f"/api/v1/suggest?{wrong}").status_code == 400
