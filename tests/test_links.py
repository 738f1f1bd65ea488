"""A thing has one IRI and one path, and each leads to the other."""

from urllib.parse import unquote

import pytest

from api.links import iri_of, is_web_address, page_of, path_of, with_language
from graph.errors import UnknownTerm
from ontology.naming import BASE
from ontology.terms import IRI

OURS = (
    "id/emscher-lippe/actor/0001",
    "id/emscher-lippe/role/0001-user",
    "id/place/05513000",
    "voc/emscher-lippe/field/cf1",
    "voc/technology",
    "graph/source/actors/2026-11-01",
    "id/region/key/ä%20ß",
)


@pytest.mark.parametrize("path", OURS)
def test_the_path_of_an_iri_leads_back_to_it(path: str) -> None:
    iri = IRI(BASE + path)
    for address in (path_of(iri), page_of(iri)):
        assert address is not None
        assert iri_of(unquote(address)) == iri


@pytest.mark.parametrize("path", ["/doc/a%zz", "/doc/[", "/voc/x%", "/doc/\ue000", "/doc/a b", "/id/\ufffd"])
def test_a_path_that_no_iri_can_have_leads_to_nothing(path: str) -> None:
    with pytest.raises(UnknownTerm):
        iri_of(path)


def test_a_foreign_iri_has_no_path() -> None:
    assert path_of(IRI("http://www.w3.org/2004/02/skos/core#Concept")) is None
    assert page_of(IRI("https://example.org/id/x")) is None


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//example.org",
        "https://",
        "http:/x",
        "ftp://example.org",
        "https://[",
        "",
    ],
)
def test_only_web_addresses_become_links(text: str) -> None:
    assert not is_web_address(text)


def test_a_language_is_chosen_once() -> None:
    assert with_language("/actors?lang=de&text=a+b", "en") == "/actors?text=a+b&lang=en"
