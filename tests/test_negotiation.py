"""What a client gets follows from what it accepts, by the rules of HTTP."""

import pytest
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from api.negotiation import agreed_forms, sent_type, told_type, wish
from graph.errors import WrongUse
from graph.rdf import CSV, FORMATS, JSON, JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TRIG, TSV, TURTLE, XML, Format, Kind

GRAPHS = (Kind.GRAPH,)


@pytest.mark.parametrize(
    ("accept", "rows", "graph"),
    [
        ("", JSON, TURTLE),
        ("*/*", JSON, TURTLE),
        ("nonsense", None, None),
        ("text/*", CSV, TURTLE),
        ("application/*", JSON, N_TRIPLES),
        ("*/*;q=0.5, text/csv;q=0.4", JSON, TURTLE),
        ("application/sparql-results+json;q=0, */*", XML, TURTLE),
        ("*/*, text/turtle;q=0, text/*;q=0.1", JSON, N_TRIPLES),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.8, application/trig", TSV, TRIG),
        ("text/csv;header=absent;q=0.2, application/n-quads;q=0.1", CSV, N_QUADS),
        ("application/ld+json;profile='http://www.w3.org/ns/json-ld#compacted'", None, JSON_LD),
        ("TEXT/Turtle", None, TURTLE),
        ("application/xml", XML, RDF_XML),
        ("text/csv, text/csv;q=0.1, application/rdf+xml;q=0.001", CSV, RDF_XML),
    ],
)
def test_each_kind_of_answer_gets_the_most_welcome_form(accept: str, rows: Format | None, graph: Format | None) -> None:
    by_kind = {form.kind: form for form in wish(accept).agreed}
    assert (by_kind.get(Kind.BINDINGS), by_kind.get(Kind.GRAPH)) == (rows, graph)


@pytest.mark.parametrize(
    ("accept", "is_for_page"),
    [
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html;q=0.5, text/turtle", False),
        ("text/html", True),
        ("text/*", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_only_who_prefers_a_page_gets_one(accept: str, is_for_page: bool) -> None:
    assert wish(accept).is_for_page is is_for_page


def test_a_name_wins_over_accept_and_may_mean_one_format_a_kind() -> None:
    assert list(agreed_forms("text/csv", "json")) == [JSON, JSON_LD]
    assert agreed_forms("text/csv", "nq") == {N_QUADS: "application/n-quads"}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.suffix)
def test_a_format_can_be_had_by_each_of_its_names_and_media_types(form: Format) -> None:
    for name in (*form.names, *form.media_types):
        assert form in agreed_forms("", name)
    for media_type in form.media_types:
        assert agreed_forms(media_type)[form] == media_type


def test_what_cannot_be_had_is_refused_with_what_can() -> None:
    with pytest.raises(NotAcceptable, match="application/trig"):
        agreed_forms("image/png")
    with pytest.raises(NotAcceptable) as refusal:
        agreed_forms("text/csv", kinds=GRAPHS)
    assert "text/csv" not in str(refusal.value)
    with pytest.raises(WrongUse, match=r"ttl, nt, rdf, jsonld, nq, trig\.$"):
        agreed_forms("", "csv", kinds=GRAPHS)


def test_text_names_its_character_set() -> None:
    assert [told_type(form.media_type) for form in (CSV, JSON)] == [
        "text/csv; charset=utf-8",
        "application/sparql-results+json",
    ]


@pytest.mark.parametrize("charset", ["utf-8", '"UTF-8"', "utf8", "US-ASCII"])
def test_utf_8_is_read_under_all_its_names(charset: str) -> None:
    assert sent_type(f"text/turtle; charset={charset}") == "text/turtle"


@pytest.mark.parametrize("charset", ["utf-16", "latin-1", "x" * 1000])
def test_another_character_set_is_refused(charset: str) -> None:
    with pytest.raises(UnsupportedMediaType, match="Send UTF-8"):
        sent_type(f"text/turtle; charset={charset}")
