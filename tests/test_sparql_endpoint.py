"""`/sparql` as clients meet it: over real HTTP, with true statuses, and with no way out to the network."""

import html
import http.client
import json
import re
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, XML, SPARQLWrapper
from waitress.server import create_server

from api.app import create_app
from api.sparql import QUERY_BYTES, sparql_blueprint
from graph.pool import QueryPool
from graph.store import candidate, open_store
from ontology.terms import IRI, RDF, SD

NAMES = "SELECT ?name { ?s <urn:name> ?name } ORDER BY ?name"
GRAPH = "CONSTRUCT WHERE { <urn:a> ?p ?o }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
RESULTS = "application/sparql-results+"


class Reply:
    """One HTTP answer, read to its end."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def type(self) -> str:
        return self.headers.get("Content-Type", "")

    @property
    def problem(self) -> dict[str, object]:
        assert self.type == "application/problem+json"
        told: dict[str, object] = json.loads(self.body)
        assert told["status"] == self.status
        return told


class Client:
    """A client of one endpoint that follows nothing and adds nothing."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(
        self,
        method: str = "GET",
        body: str | bytes | None = None,
        headers: dict[str, str] | None = None,
        **parameters: Any,
    ) -> Reply:
        where = urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        target = where.path + ("?" + urlencode(parameters, doseq=True) if parameters else "")
        try:
            connection.request(method, target, body, headers or {})
            return Reply(connection.getresponse())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    snapshot = tmp_path_factory.mktemp("sparql") / "one"
    snapshot.mkdir()
    with candidate(snapshot / "store") as store:
        links = "".join(f"<urn:s{n}> <urn:next> <urn:s{n + 1}> .\n" for n in range(900))
        store.load_turtle(links + "<urn:a> <urn:name> 'Ä'@de, 'B' ; <urn:p> <urn:b> .", IRI("urn:g"))
    pool = QueryPool(snapshot, workers=6, timeout_s=1, memory_mb=1024, result_bytes=2 * 2**20, queue_s=5)
    app = Flask("api")
    app.register_blueprint(sparql_blueprint(pool))
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=12)
    thread = threading.Thread(target=server.run)
    thread.start()
    yield Client(f"http://127.0.0.1:{server.effective_port}/sparql")
    server.close()
    thread.join()
    pool.close()


@pytest.mark.parametrize(
    ("query", "accept", "expected"),
    [
        (NAMES, None, RESULTS + "json"),
        (NAMES, "*/*", RESULTS + "json"),
        (NAMES, RESULTS + "json", RESULTS + "json"),
        (NAMES, RESULTS + "xml", RESULTS + "xml"),
        (NAMES, RESULTS + "xml, application/json;q=0.5", RESULTS + "xml"),
        (NAMES, RESULTS + "xml;q=0.4, application/json;q=0.5", "application/json"),
        (NAMES, "text/csv", "text/csv; charset=utf-8"),
        (NAMES, "text/csv; charset=utf-8", "text/csv; charset=utf-8"),
        (NAMES, "text/*", "text/csv; charset=utf-8"),
        (NAMES, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (NAMES, RESULTS + "json;q=0, */*", RESULTS + "xml"),
        (NAMES, "text/turtle, " + RESULTS + "xml;q=0.1", RESULTS + "xml"),
        (GRAPH, None, "text/turtle; charset=utf-8"),
        (GRAPH, "text/turtle", "text/turtle; charset=utf-8"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "text/turtle;q=0.2, application/rdf+xml;q=0.9", "application/rdf+xml"),
        (GRAPH, "text/csv, */*;q=0.1", "text/turtle; charset=utf-8"),
        ("ASK {}", RESULTS + "xml", RESULTS + "xml"),
        ("DESCRIBE <urn:a>", "application/n-triples", "application/n-triples"),
    ],
)
def test_the_most_welcome_form_is_given(client: Client, query: str, accept: str | None, expected: str) -> None:
    reply = client.ask(query=query, headers={"Accept": accept} if accept else {})
    assert (reply.status, reply.type) == (200, expected)
    assert "Accept" in reply.headers["Vary"]
    assert int(reply.headers["Content-Length"]) == len(reply.body) > 0


@pytest.mark.parametrize(
    ("query", "accept"), [(NAMES, "image/png"), (NAMES, "text/turtle"), (GRAPH, "text/csv"), (NAMES, "*/*;q=0")]
)
def test_a_form_that_cannot_be_had_is_refused_with_the_list(client: Client, query: str, accept: str) -> None:
    reply = client.ask(query=query, headers={"Accept": accept})
    assert reply.status == 406
    assert "Accept one of: " in str(reply.problem["detail"])


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        (NAMES, "json", RESULTS + "json"),
        (NAMES, "csv", "text/csv; charset=utf-8"),
        (NAMES, RESULTS + "xml", RESULTS + "xml"),
        (GRAPH, "ttl", "text/turtle; charset=utf-8"),
        (GRAPH, "json", "application/ld+json"),
    ],
)
def test_format_names_the_form_and_wins_over_accept(client: Client, query: str, name: str, expected: str) -> None:
    assert client.ask(query=query, format=name, headers={"Accept": BROWSER}).type == expected


def test_a_format_that_nobody_knows_is_refused_with_the_list(client: Client) -> None:
    reply = client.ask(query=NAMES, format="docx")
    assert reply.status == 400
    assert "json, xml, csv, tsv, ttl, nt, rdf, jsonld" in str(reply.problem["detail"])


FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DIRECT = {"Content-Type": "application/sparql-query"}


def test_get_form_and_body_say_the_same(client: Client) -> None:
    replies = [
        client.ask(query=NAMES),
        client.ask("POST", urlencode({"query": NAMES}), FORM),
        client.ask("POST", NAMES.encode(), DIRECT | {"Content-Type": "application/sparql-query; charset=utf-8"}),
    ]
    assert {reply.status for reply in replies} == {200}
    assert len({reply.body for reply in replies}) == 1


def test_the_data_set_of_the_request_counts_however_it_comes(client: Client) -> None:
    query = "ASK { ?s ?p ?o }"
    none: dict[str, Any] = {"default-graph-uri": "urn:none"}
    both: dict[str, Any] = {"default-graph-uri": ["urn:none", "urn:g"]}
    named: dict[str, Any] = {"named-graph-uri": "urn:g"}
    told = [
        client.ask(**{"query": query} | none),
        client.ask("POST", urlencode({"query": query} | none), FORM),
        client.ask("POST", query, DIRECT, **none),
        client.ask(**{"query": query} | named),
        client.ask(**{"query": query} | both),
    ]
    assert [json.loads(reply.body)["boolean"] for reply in told] == [False, False, False, False, True]


@pytest.mark.parametrize(
    ("status", "method", "body", "headers", "parameters"),
    [
        (400, "GET", None, {}, {"query": "SELEC"}),
        (400, "GET", None, {}, {"query": ["ASK {}", "ASK {}"]}),
        (400, "GET", None, {}, {"query": "INSERT DATA { <urn:a> <urn:b> 1 }"}),
        (400, "GET", None, {}, {"update": "DROP ALL"}),
        (400, "GET", None, {}, {"query": "ASK {}", "timeout": "soon"}),
        (400, "GET", None, {}, {"query": "ASK {}", "timeout": "0"}),
        (400, "GET", None, {}, {"query": "ASK {}", "default-graph-uri": "here"}),
        (400, "POST", "", FORM, {}),
        (400, "POST", "update=DROP+ALL", FORM, {}),
        (400, "POST", "query=%FF", FORM, {}),
        (400, "POST", "ASK {}".encode("utf-16"), DIRECT, {}),
        (400, "POST", "ASK {}", DIRECT, {"query": "ASK {}"}),
        (413, "GET", None, {}, {"query": "ASK {}" + " " * QUERY_BYTES}),
        (413, "POST", "ASK {}" + " " * QUERY_BYTES, DIRECT, {}),
        (413, "POST", "x" * 5 * QUERY_BYTES, FORM, {}),
        (415, "POST", "ASK {}", {"Content-Type": "text/plain"}, {}),
        (415, "POST", "ASK {}", {"Content-Type": "application/sparql-update"}, {}),
        (405, "PUT", None, {}, {"query": "ASK {}"}),
        (405, "DELETE", None, {}, {}),
        (422, "GET", None, {}, {"query": "SELECT (<urn:f>() AS ?x) {}"}),
    ],
)
def test_what_cannot_be_is_refused_with_its_status_and_a_sentence(
    client: Client,
    status: int,
    method: str,
    body: str | bytes | None,
    headers: dict[str, str],
    parameters: dict[str, object],
) -> None:
    reply = client.ask(method, body, headers, **parameters)
    assert reply.status == status
    assert str(reply.problem["detail"]).endswith(".")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in reply.headers


def test_a_syntax_error_has_its_line_and_column(client: Client) -> None:
    told = client.ask(query="SELECT *\nWHERE { ?s rev:x }").problem
    assert (told["line"], told["column"]) == (2, 17)


def test_a_wrong_method_is_told_the_right_ones(client: Client) -> None:
    assert client.ask("PATCH").headers["Allow"] == "GET, HEAD, POST, OPTIONS"


def test_options_lets_pages_of_others_ask(client: Client) -> None:
    reply = client.ask("OPTIONS", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in reply.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in reply.headers["Access-Control-Allow-Headers"]


def test_head_has_the_headers_of_get(client: Client) -> None:
    get, head = client.ask(query=NAMES), client.ask("HEAD", query=NAMES)
    assert (head.status, head.body) == (200, b"")
    assert {name: head.headers[name] for name in ("Content-Type", "Content-Length", "ETag")} == {
        name: get.headers[name] for name in ("Content-Type", "Content-Length", "ETag")
    }


def test_an_answer_that_the_client_holds_is_not_sent_again(client: Client) -> None:
    tag = client.ask(query=NAMES).headers["ETag"]
    again = client.ask(query=NAMES, headers={"If-None-Match": tag})
    assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
    others = [
        client.ask(query=NAMES + " ", headers={"If-None-Match": tag}),
        client.ask(query=NAMES, format="csv", headers={"If-None-Match": tag}),
        client.ask("GET", None, {"If-None-Match": tag}, **{"query": NAMES, "default-graph-uri": "urn:g"}),
        client.ask("POST", NAMES, DIRECT | {"If-None-Match": tag}),
    ]
    assert [reply.status for reply in others] == [200] * 4


def test_an_answer_that_changes_by_itself_has_no_tag(client: Client) -> None:
    reply = client.ask(query="SELECT (NOW() AS ?now) {}")
    assert ("ETag" in reply.headers, reply.headers["Cache-Control"]) == (False, "no-store")


def test_a_large_answer_arrives_whole(client: Client) -> None:
    reply = client.ask(query="SELECT * { ?s <urn:next> ?o . ?a <urn:name> ?b . ?c <urn:name> ?d }", format="tsv")
    assert reply.body.count(b"\n") == 1 + 900 * 2 * 2
    assert int(reply.headers["Content-Length"]) == len(reply.body) > 100_000


@pytest.mark.parametrize("accept", [None, "text/turtle", "application/rdf+xml", "application/n-triples"])
def test_without_a_query_the_service_describes_itself(client: Client, accept: str | None) -> None:
    reply = client.ask(headers={"Accept": accept} if accept else {})
    graph = rdflib.Graph().parse(data=reply.body, format=reply.type.partition(";")[0])
    service = graph.value(predicate=rdflib.URIRef(RDF.type), object=rdflib.URIRef(SD.Service))
    assert graph.value(service, rdflib.URIRef(SD.endpoint)) == rdflib.URIRef(client.url)
    assert len(list(graph.objects(service, rdflib.URIRef(SD.resultFormat)))) == 8
    assert list(graph.objects(service, rdflib.URIRef(SD.supportedLanguage))) == [rdflib.URIRef(SD.SPARQL11Query)]


class Listener:
    """A port that counts who connects."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.3)
        self.port = self._socket.getsockname()[1]

    def connections(self) -> int:
        """How many have connected by now."""
        count = 0
        with self._socket:
            while True:
                try:
                    self._socket.accept()[0].close()
                except TimeoutError:
                    return count
                count += 1


def test_no_spelling_of_service_connects(client: Client) -> None:
    listener = Listener()
    url = f"http://127.0.0.1:{listener.port}/"
    prefixes = f"PREFIX : <{url}> PREFIX a: <{url}> PREFIX b: <urn:b#> "
    spellings = [
        f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICESILENT<{url}>{{?s ?p ?o}} }}",
        f"SELECT * {{ ?a ?b 1e0SERVICE<{url}>{{?s ?p ?o}} }}",
        f"SELECT * {{ ?a ?b trueSERVICE<{url}>{{?s ?p ?o}} }}",
        prefixes + "SELECT * { SERVICE:x {?s ?p ?o} }",
        prefixes + "SELECT * { ?a ?b true.SERVICE:x{?s ?p ?o} }",
        prefixes + "SELECT * { ?a ?b b:x\\' . SERVICE:x {?s ?p ?o} } # '",
        prefixes + "SELECT * { ?a ?b b:x\\# . SERVICE:x {?s ?p ?o} }",
        f'SELECT * {{ BIND("\\u0022 AS ?a) }} # " AS ?a) SERVICE <{url}> {{?s ?p ?o}} }}',
        f"SELECT * {{ FILTER EXISTS {{ SERVICE <{url}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ ?s ?p ?o MINUS {{ SERVICE SILENT <{url}> {{ ?s ?p ?o }} }} }}",
        f"SELECT * {{ VALUES ?e {{ <{url}> }} SERVICE ?e {{ ?s ?p ?o }} }}",
        f"CONSTRUCT {{ ?s ?p ?o }} {{ SERVICE <http://localhost:{listener.port}/> {{ ?s ?p ?o }} }}",
        f"DESCRIBE ?s {{ SERVICE SILENT <http://[::1]:{listener.port}/> {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{url}> {{ ?s ?p ?o }}",  # noqa: S608
        f"LOAD <{url}>",
    ]
    statuses = [client.ask("POST", query, DIRECT).status for query in spellings]
    assert listener.connections() == 0
    assert set(statuses) <= {200, 400, 422}
    assert statuses[0] == 422
    assert "SERVICE" in str(client.ask(query=spellings[0]).problem["detail"])


def test_the_listener_of_the_test_above_would_have_noticed() -> None:
    listener = Listener()
    socket.create_connection(("127.0.0.1", listener.port)).close()
    assert listener.connections() == 1


HOSTILE = {
    "cross product": FOREVER,
    "cross product, sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "property path": "SELECT (COUNT(*) AS ?n) { ?a (<urn:next>*/<urn:next>*)* ?b . ?c (<urn:next>*)* ?d }",
    "too many rows": "SELECT * { ?s ?p ?o . ?a ?b ?c }",
    "text doubled 40 times": "SELECT ?x40 { BIND('0123456789' AS ?x0) "
    + " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    + " }",
}


def test_hostile_queries_end_as_problems_while_others_are_answered(client: Client) -> None:
    stop = threading.Event()

    def healthy(number: int) -> list[bool]:
        right = []
        while not stop.is_set():
            reply = client.ask(query=f"SELECT ?o {{ <urn:s{number}> <urn:next> ?o }}", format="csv")
            right.append((reply.status, reply.body) == (200, f"o\r\nurn:s{number + 1}\r\n".encode()))
        return right

    with ThreadPoolExecutor(6) as threads:
        clients = [threads.submit(healthy, number) for number in range(4)]
        ends = list(threads.map(lambda query: client.ask("POST", query, DIRECT), HOSTILE.values()))
        stop.set()
        answers = [right for each in clients for right in each.result()]
    assert {name: reply.status for name, reply in zip(HOSTILE, ends, strict=True)} == dict.fromkeys(HOSTILE, 503)
    assert all(reply.headers["Retry-After"] and "limit" in str(reply.problem["detail"]) for reply in ends)
    assert all(answers)
    assert len(answers) > 100


@pytest.mark.parametrize("depth", [3000, 15_000])
def test_a_query_nested_deep_takes_nobody_down(client: Client, depth: int) -> None:
    query = "ASK " + "{" * depth + "}" * depth
    assert json.loads(client.ask("POST", query, DIRECT).body)["boolean"] is True


def test_a_client_may_lower_the_time(client: Client) -> None:
    reply = client.ask(query=FOREVER, timeout="0.2")
    assert reply.status == 503
    assert "0.2 seconds" in str(reply.problem["detail"])


@pytest.mark.parametrize("form", [JSON, XML])
def test_sparqlwrapper_reads_the_rows(client: Client, form: str) -> None:
    wrapper = SPARQLWrapper(client.url)
    wrapper.setQuery(NAMES)
    wrapper.setReturnFormat(form)
    answer: Any = wrapper.queryAndConvert()
    names = (
        [row["name"]["value"] for row in answer["results"]["bindings"]]
        if form == JSON
        else [node.firstChild.data for node in answer.getElementsByTagName("literal")]
    )
    assert names == ["B", "Ä"]


def test_sparqlwrapper_reads_a_graph(client: Client) -> None:
    wrapper = SPARQLWrapper(client.url)
    wrapper.setQuery(GRAPH)
    wrapper.setReturnFormat(TURTLE)
    turtle: Any = wrapper.queryAndConvert()
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 3


@pytest.mark.parametrize(("method", "form"), [("GET", "xml"), ("POST", "json"), ("POST_FORM", "csv")])
def test_rdflib_asks_through_its_own_store(client: Client, method: str, form: str) -> None:
    store = SPARQLStore(client.url, method=method, returnFormat=form)
    rows = rdflib.Graph(store, identifier=rdflib.URIRef("urn:g")).query(NAMES)
    expected = [rdflib.Literal("B"), rdflib.Literal("Ä", lang=None if form == "csv" else "de")]
    assert [row[0] for row in rows] == expected  # type: ignore[index]


@pytest.fixture(scope="module")
def pages(little_snapshot: Path) -> Iterator[FlaskClient]:
    pool = QueryPool(little_snapshot, workers=2, timeout_s=5, memory_mb=1024)
    yield create_app(open_store(little_snapshot), pool=pool).test_client()
    pool.close()


def page(pages: FlaskClient, status: int = 200, **parameters: str) -> str:
    """The text of the page that a browser gets."""
    reply = pages.get("/sparql", query_string=parameters, headers={"Accept": BROWSER})
    assert (reply.status_code, reply.content_type) == (status, "text/html; charset=utf-8")
    return reply.text


def test_a_browser_gets_an_editor_whose_query_runs_as_it_stands(pages: FlaskClient) -> None:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page(pages, lang="de"), re.DOTALL)
    assert found
    query = html.unescape(found[1])
    assert query.startswith("PREFIX rev: ")
    assert "ont#Need" in page(pages, query=query)


@pytest.mark.parametrize(("language", "words"), [("de", "Gezeigt werden die ersten 200"), ("en", "The first 200 rows")])
def test_a_page_shows_the_first_rows_and_leads_to_all(pages: FlaskClient, language: str, words: str) -> None:
    shown = page(pages, lang=language, query="SELECT * { ?s ?p ?o }")
    assert words in shown
    assert shown.count("<tr>") == 1 + 200
    address = html.unescape(re.findall(r'<a href="(\?query=[^"]*format=csv)"', shown)[0])
    with pages.get("/sparql" + address) as whole:
        assert whole.data.count(b"\r\n") > 200


@pytest.mark.parametrize(
    ("query", "words"), [("ASK {}", "<strong>ja"), ("ASK { 1 2 3 }", ""), ("CONSTRUCT WHERE { ?s ?p ?o }", "TTL")]
)
def test_every_kind_of_answer_has_a_page(pages: FlaskClient, query: str, words: str) -> None:
    assert words in page(pages, 200 if words else 400, query=query)


def test_a_page_says_what_is_wrong_above_the_query_and_escapes_it(pages: FlaskClient) -> None:
    told = page(pages, 400, query="SELECT <b>bold</b>", lang="en")
    assert 'role="alert"' in told
    assert "line 1, column " in told
    assert "SELECT &lt;b&gt;bold&lt;/b&gt;</textarea>" in told
    assert "<b>" not in told


def test_a_form_too_large_for_a_browser_is_told_on_a_page(pages: FlaskClient) -> None:
    reply = pages.post("/sparql?lang=de", data={"query": "x" * 300_000}, headers={"Accept": BROWSER})
    assert (reply.status_code, reply.mimetype) == (413, "text/html")
    assert "Die Anfrage ist zu groß" in reply.text


def test_a_form_in_a_browser_may_name_the_format(pages: FlaskClient) -> None:
    form = {"query": "SELECT (1 AS ?one) {}", "format": "csv"}
    with pages.post("/sparql", data=form, headers={"Accept": BROWSER}) as reply:
        assert (reply.mimetype, reply.data) == ("text/csv", b"one\r\n1\r\n")


@pytest.mark.parametrize("accept", [BROWSER, "application/json"])
def test_what_is_not_offered_has_a_title_of_its_own(pages: FlaskClient, accept: str) -> None:
    query = {"query": "SELECT (<urn:f>() AS ?x) {}", "lang": "de"}
    reply = pages.get("/sparql", query_string=query, headers={"Accept": accept})
    assert reply.status_code == 422
    assert "Diese Abfrage wird hier nicht ausgeführt" in reply.text


def test_a_value_of_the_graph_is_text_on_a_page(pages: FlaskClient) -> None:
    shown = page(pages, query="SELECT ('<script>' AS ?a) (<javascript:alert(1)> AS ?b) {}")
    assert "<script>" not in shown
    assert 'href="javascript:' not in shown
