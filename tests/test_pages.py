"""The pages answer, guard themselves, speak one language each, and lead nowhere that is not there."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from time import sleep

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from api.pages.lists import PAGE_LENGTH
from api.service import Service
from graph.describe import describe
from graph.errors import BuildRunning, Busy, RevierError
from graph.listing import entries
from graph.pool import QueryPool
from graph.store import Store, store_of
from ontology.naming import BASE
from ontology.terms import IRI, REV, SKOS

LISTS = ("/actors", "/needs", "/offers", "/competences", "/technologies", "/tasks", "/goals", "/projects")
PAGES = ("/", "/match", *LISTS, "/questions", "/about", "/ont", "/nowhere")
STYLE = Path(__file__).parent.parent / "api" / "static" / "styles" / "base.css"
NO_IRIS = ("/doc/a%25zz", "/doc/%5B", "/voc/x%25", "/doc/%EE%80%80", "/id/%25zz")
AppOf = Callable[[Store], Flask]
VOID_TAGS = {"meta", "link", "input", "img", "br", "hr", "rect", "path", "circle"}


class Page(HTMLParser):
    """What a page says of itself: tags in order with their attributes, and whether they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.is_well_nested = True
        self.unlabelled: list[dict[str, str | None]] = []  # inputs that stand in no label and carry no id for one
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "input" and "label" not in self._open and "id" not in dict(attrs) and ("type", "hidden") not in attrs:
            self.unlabelled.append(dict(attrs))
        if tag not in VOID_TAGS:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID_TAGS:
            self.is_well_nested &= bool(self._open) and self._open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    def links(self) -> set[str]:
        """The addresses on our own host, without fragments."""
        addresses = (attributes.get("href") or "" for _, attributes in self.tags)
        ours = {address.partition("#")[0] for address in addresses if address.startswith("/")}
        return {address for address in ours if not address.startswith("/static/")}


@pytest.fixture(scope="module")
def app_of(service_of: Callable[..., Service]) -> AppOf:
    return lambda store: create_app(service_of(store))


@pytest.fixture(scope="module")
def client(little: Store, little_snapshot: Path, service_of: Callable[..., Service]) -> Iterator[FlaskClient]:
    pool = QueryPool(little_snapshot, workers=1)
    yield create_app(service_of(little, queries=pool, home=little_snapshot.parents[1])).test_client()
    pool.close()


def first(store: Store, kind: IRI) -> str:
    """The path of the page of the first thing of a kind."""
    return entries(store, kind)[0].named.iri.replace(BASE + "id/", "/doc/")


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_well_built(client: FlaskClient, path: str, language: str) -> None:
    page = Page(client.get(path, query_string={"lang": language}).text)
    assert page.is_well_nested
    assert [html["lang"] for html in page.all("html")] == [language]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert next(each["href"] for each in page.all("a")) == "#content"
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/?lang=en", "/questions?text=Firma"])
def test_who_holds_a_page_is_not_sent_it_again(client: FlaskClient, path: str) -> None:
    while "is being compared" in (answer := client.get(path)).text:  # what the build changed, on the first page
        sleep(0.05)
    assert client.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", PAGES)
def test_every_field_has_a_label(client: FlaskClient, path: str) -> None:
    page = Page(client.get(path).text)
    labelled = {label.get("for") for label in page.all("label")}
    fields = [*page.all("select"), *page.all("textarea"), *page.all("input")]
    assert page.unlabelled == []
    assert {field["id"] for field in fields if "id" in field and field.get("type") != "hidden"} <= labelled
    assert all("id" in field for field in (*page.all("select"), *page.all("textarea")))


@pytest.mark.parametrize("path", [*PAGES, "/health", "/static/styles/base.css", "/api/v1/nowhere"])
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_no_link_leads_nowhere(client: FlaskClient) -> None:
    seen: set[str] = set()
    ahead = {"/?lang=en"}
    for _ in range(3):
        found: set[str] = set()
        for address in sorted(ahead - seen)[:150]:
            answer = client.get(address)
            assert answer.status_code == 200, address
            if answer.mimetype == "text/html":
                page = Page(answer.text)
                assert page.is_well_nested, address
                found |= page.links()
        seen |= ahead
        ahead = {address for address in found if "lang=de" not in address}
    assert len(seen) > 50


def test_the_language_asked_for_stays_in_every_link(client: FlaskClient) -> None:
    links = Page(client.get("/actors?lang=en").text).links()
    assert {link for link in links if "lang=" not in link} == set()


def test_the_browsers_language_is_heard(client: FlaskClient) -> None:
    answer = client.get("/", headers={"Accept-Language": "fr, en;q=0.8, de;q=0.5"})
    assert '<html lang="en">' in answer.text
    assert {"Accept", "Accept-Language"} <= set(answer.vary)


def test_a_list_refuses_what_it_does_not_know(client: FlaskClient) -> None:
    for query in ("place=nowhere", "class=x", "field=x", "page=0", "page=1000", "page=x", "page=" + "9" * 5000):
        assert client.get(f"/actors?{query}").status_code == 400


@pytest.mark.parametrize("query", ["endpoint=x", "_method=POST", "_scheme=&_external=1"])
def test_a_list_leads_to_its_other_pages_whatever_else_is_asked(app_of: AppOf, query: str) -> None:
    things = (f"<urn:a{number}> a <{REV.Actor}> ; <{SKOS.prefLabel}> 'Werk' . " for number in range(PAGE_LENGTH + 1))
    page = app_of(store_of("".join(things))).test_client().get(f"/actors?text=werk&lang=en&{query}").text
    assert "/actors?text=werk&page=2&lang=en" in Page(page).links()


@pytest.mark.parametrize("path", ["/doc/a b", "/doc/<x>", "/voc/%00", "/graph/{}", "/doc/r/actor/nobody", *NO_IRIS])
def test_an_address_of_nothing_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_thing_sends_browsers_to_its_page(client: FlaskClient, little: Store) -> None:
    page = first(little, REV.Actor)
    answer = client.get(page.replace("/doc/", "/id/"))
    assert (answer.status_code, answer.location) == (303, page)


@pytest.mark.parametrize("kind", [REV.Actor, REV.Need, REV.Offer, REV.Task, REV.Project, REV.Place])
def test_every_kind_of_thing_has_a_page(client: FlaskClient, little: Store, kind: IRI) -> None:
    page = client.get(first(little, kind) + "?lang=en")
    assert page.status_code == 200
    assert "Origin" in page.text


def test_a_page_names_the_table_row_it_comes_from(client: FlaskClient, little: Store) -> None:
    assert re.search(r"\w+\.(csv|xlsx), Zeile \d+", client.get(first(little, REV.Actor)).text)


def test_a_need_shows_who_can_help_and_why(client: FlaskClient, little: Store) -> None:
    page = client.get(first(little, REV.Need)).text
    assert "Wer helfen kann" in page
    assert "Begründung und Anhaltspunkte" in page


def test_the_match_endpoint_keeps_its_shape(client: FlaskClient, little: Store) -> None:
    need = entries(little, REV.Need)[0].named.iri
    answer = client.get("/api/v1/match", query_string={"need": need, "explain": 1, "lang": "en"}).json
    assert answer is not None
    assert list(answer) == ["snapshot", "need", "matches", "took_ms"]
    assert {"iri", "label", "weight", "from"} <= set(answer["need"]["concepts"][0])
    best = answer["matches"][0]
    told = {"actor", "offer", "score", "verdict", "criteria", "evidence", "missing", "raises", "near_miss"}
    assert told == set(best)
    assert {"iri", "label", "place", "classes"} <= set(best["actor"])
    assert sum(each["contribution"] for each in best["criteria"]) == pytest.approx(best["score"])
    assert all(len(triple) == 4 for each in best["criteria"] for triple in each["triples"])


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("text=x&limit=0", 400),
        ("text=x&limit=1.5", 400),
        ("text=x&limit=101", 400),
        ("text=x&radius_km=nan", 400),
        ("text=x&radius_km=0", 400),
        ("text=x&radius_km=5", 400),
        ("text=x&place=urn:nowhere", 404),
        ("need=urn:nowhere", 404),
        ("need=https://example.org/a%20b", 404),
        ("need=https://example.org/%25zz", 404),
        ("text=x&place=https://example.org/%25zz", 404),
        ("competence=urn:nowhere", 404),
    ],
)
def test_the_match_endpoint_says_what_is_wrong(client: FlaskClient, query: str, status: int) -> None:
    answer = client.get(f"/api/v1/match?{query}")
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == status
    assert answer.json["detail"].endswith(".")


@pytest.mark.parametrize("query", ["text=x&radius_km=5", "text=x&limit=1.5"])
def test_the_page_of_matches_says_what_is_wrong(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/match?{query}&lang=en", headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "This request cannot be answered" in answer.text


@pytest.mark.parametrize(("error", "title"), [(BuildRunning, "Das verträgt sich nicht"), (Busy, "zu aufwendig")])
def test_a_problem_has_a_title_of_its_own(app_of: AppOf, error: type[RevierError], title: str) -> None:
    app = app_of(store_of(""))

    @app.get("/problem")
    def refuse() -> str:
        raise error("It cannot be.")

    for accept in ("text/html", "application/json"):
        answer = app.test_client().get("/problem", headers={"Accept": accept})
        assert title in answer.text
        assert ("Retry-After" in answer.headers) == (answer.status_code == 503)


def test_an_error_takes_the_form_that_is_accepted(client: FlaskClient) -> None:
    assert client.get("/nowhere", headers={"Accept": "application/json"}).mimetype == "application/problem+json"
    assert client.get("/nowhere", headers={"Accept": "text/html"}).mimetype == "text/html"
    assert client.post("/actors").headers["Allow"]


def test_a_fault_shows_no_trace(little: Store, app_of: AppOf) -> None:
    app = app_of(little)
    app.add_url_rule("/fault", view_func=lambda: str(1 // 0))
    answer = app.test_client().get("/fault")
    assert answer.status_code == 500
    assert "ZeroDivisionError" not in answer.text
    assert "Traceback" not in answer.text


def test_values_from_the_graph_are_text_and_only_web_addresses_are_links(app_of: AppOf) -> None:
    hostile = f"""
        <{BASE}id/r/actor/1> a <{REV.Actor}> ;
            <http://www.w3.org/2004/02/skos/core#prefLabel> "<script>alert(1)</script>" ;
            <http://purl.org/dc/terms/description> "<img src=x>"@en ;
            <http://xmlns.com/foaf/0.1/page> <javascript:alert(1)> , "data:text/html,x" ."""
    client = app_of(store_of(hostile)).test_client()
    for path in ("/doc/r/actor/1", "/actors"):
        page = client.get(path).text
        assert "<script>" not in page
        assert "<img src=x" not in page
        assert 'href="javascript' not in page
        assert 'href="data' not in page
    assert '<span lang="en">' in client.get("/doc/r/actor/1?lang=de").text


def test_a_description_gives_each_value_once(little: Store) -> None:
    seen = describe(little, entries(little, REV.Actor)[0].named.iri)
    assert all(len({value.term for value in said.values}) == len(said.values) for said in seen.statements)


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "paper"), ("ink", "surface"), ("muted", "paper"), ("muted", "surface"), ("steel", "paper"),
        ("steel", "surface"), ("hydrogen", "paper"), ("hydrogen", "hydrogen-soft"), ("steel", "steel-soft"),
        ("amber", "amber-soft"), ("rust", "rust-soft"), ("amber", "surface"), ("rust", "surface"),
        ("surface", "hydrogen"), ("surface", "steel"), ("on-coal", "coal"),
    ],
)  # fmt: skip
def test_text_stands_out_from_its_ground(scheme: int, ink: str, ground: str) -> None:
    """WCAG 2.2, 1.4.3: at least 4.5 to 1, computed as the recommendation defines it."""
    light, dark = STYLE.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", light if scheme == 0 else light + dark))
    lighter, darker = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`."""
    shares = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
