"""An answer in each of its forms says the same, can be cited, and tells what it rests on."""

import csv
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from api.app import create_app
from api.cli import main
from api.current import Current, edition_in
from api.service import Service
from api.workbook import workbook
from graph.ask import ask, backing, offered, question
from graph.build import build
from graph.errors import WrongUse
from graph.model import Literal, Table
from graph.rdf import JSON_LD, N_QUADS, N_TRIPLES, RDF_XML, TURTLE, read_table
from graph.snapshot import published
from graph.store import Store, open_store
from ontology.naming import BASE
from ontology.terms import IRI, PROV, XSD
from queries.catalogue import Question, questions

REGIONS = Path(__file__).parents[1] / "regions"


@pytest.fixture(scope="module")
def client(little: Store, little_snapshot: Path, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(replace(service_of(little), current=Current(edition_in(little_snapshot)))).test_client()


@pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
def test_every_question_comes_in_every_form(client: FlaskClient, little: Store, asked: Question) -> None:
    rows = ask(little, asked, {**asked.example, "lang": "en"}).rows
    arguments = {**asked.example, "lang": "en"}
    told = client.get(f"/api/v1/questions/{asked.name}", query_string=arguments).json
    assert told is not None
    assert len(told["rows"]) == len(rows)
    assert told["question"]["parameters"][-1]["name"] == "lang" or asked.parameters[-1].name != "lang"
    text = client.get(f"/questions/{asked.name}.csv", query_string=arguments).text
    assert len(list(csv.reader(io.StringIO(text)))) == len(rows) + 1
    assert client.get(f"/questions/{asked.name}.tsv", query_string=arguments).text.count("\n") == len(rows) + 1
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/questions/{asked.name}.xlsx", query_string=arguments).data))
    assert book.worksheets[0].max_row == len(rows) + 1
    page = client.get(f"/questions/{asked.name}", query_string=arguments)
    assert page.status_code == 200
    assert asked.text.en in page.text.replace("&#39;", "'")


def test_a_graph_comes_as_rdf_too(client: FlaskClient, little: Store) -> None:
    rows = ask(little, question("cooperation-graph"), {}).rows
    for form in (TURTLE, JSON_LD, N_TRIPLES, RDF_XML):
        answer = client.get(f"/questions/cooperation-graph.{form.suffix}")
        assert len({str(quad) for quad in ox.parse(answer.data, form.engine)}) == len(rows)
    refused = client.get("/questions/blocking-tasks.ttl", headers={"Accept": "application/json"})
    assert refused.status_code == 400
    assert "Choose one of: json, csv, tsv, xlsx" in refused.text


def test_the_api_gives_the_form_that_is_accepted(client: FlaskClient) -> None:
    for accept, content_type in (
        ("text/csv", "text/csv; charset=utf-8; header=present"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ):
        answer = client.get("/api/v1/questions/blocking-tasks", headers={"Accept": accept})
        assert answer.content_type == content_type
    assert client.get("/api/v1/questions/blocking-tasks?format=csv").content_type.startswith("text/csv")
    refused = client.get("/api/v1/questions/blocking-tasks", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/csv" in refused.text


def test_a_workbook_holds_numbers_links_and_what_to_cite(client: FlaskClient) -> None:
    data = client.get("/questions/municipality-profile.xlsx?lang=en").data
    rows, about = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert rows["C2"].value == 7
    assert rows["A2"].hyperlink.target == "http://localhost/doc/place/99000002"
    facts = {str(row[0].value): str(row[1].value) for row in about.iter_rows()}
    assert facts["Question"].endswith("?")
    assert "snapshot=" in facts["Cite as"]
    assert "CC" in facts["Source"]


def test_no_text_of_a_workbook_is_a_formula() -> None:
    table = Table(
        ("name",), ((Literal("=HYPERLINK(1)"),), (Literal("a\x07b"),), (Literal("1.50", datatype=XSD.decimal),))
    )
    data = workbook(table, sheets=("a", "b"), headings=["=1+1"], facts=[("=2", "=3")], links={})
    sheet, about = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    assert {cell.data_type for row in (*sheet.iter_rows(max_row=3), *about.iter_rows()) for cell in row} == {"s"}
    assert sheet["A4"].value == 1.5


def test_an_answer_can_be_cited_and_asked_again_after_the_next_build(
    tmp_path: Path, service_of: Callable[..., Service]
) -> None:
    build(REGIONS / "little", tmp_path)
    first = published(tmp_path)
    pack = shutil.copytree(REGIONS / "little", tmp_path / "pack")
    tasks = pack / "tables" / "tasks.csv"
    tasks.write_text(tasks.read_text(encoding="utf-8").replace(",T07,", ",,"), encoding="utf-8")
    service = service_of(open_store(first))
    before = create_app(replace(service, current=Current(edition_in(first)))).test_client()
    cited = before.get("/api/v1/questions/blocking-tasks").json
    build(pack, tmp_path)
    after = create_app(replace(service, current=Current(edition_in(published(tmp_path))))).test_client()
    assert cited
    fresh, page = after.get("/api/v1/questions/blocking-tasks").json, cited["cite"].removeprefix("http://localhost")
    told = after.get(f"/api/v1{page}").json
    assert after.get(page).status_code == 200
    assert fresh
    assert told
    assert told["rows"] == cited["rows"] != fresh["rows"]
    gone = after.get("/api/v1/questions/blocking-tasks?snapshot=20200101T000000000000-00000000")
    assert (gone.status_code, first.name in gone.text) == (410, True)
    for name in ("../x", "20990101T000000000000-00000000", ".."):
        assert after.get("/api/v1/questions/blocking-tasks", query_string={"snapshot": name}).status_code == 404


@pytest.mark.parametrize("asked", [each for each in questions() if each.why], ids=lambda asked: asked.name)
def test_every_row_that_can_be_explained_rests_on_statements_of_the_snapshot(little: Store, asked: Question) -> None:
    everything = set(little.select("SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } }").rows)
    for row in ask(little, asked, asked.example).rows:
        quads = backing(little, asked, row)
        assert quads
        assert set(quads) <= everything


def test_a_page_and_the_api_tell_why(client: FlaskClient) -> None:
    page = client.get("/questions/fitting-pairs?lang=en&why=2").text
    assert 'id="why"' in page
    assert "Row 2" in page
    told = client.get("/api/v1/questions/fitting-pairs?why=all").json
    assert told
    assert all(any(quad[1] == PROV.wasDerivedFrom for quad in row["why"]) for row in told["rows"])
    for wrong in ("0", "99", "x"):
        assert client.get(f"/api/v1/questions/fitting-pairs?why={wrong}").status_code == 400
    assert client.get("/api/v1/questions/contact-points?why=1").status_code == 400


def test_lists_and_values_from_the_data(client: FlaskClient, little: Store) -> None:
    asked = question("actors-for-several-competences")
    several = [("competence", "voc:competence/heat-recovery"), ("competence", "voc:competence/data")]
    told = client.get(f"/api/v1/questions/{asked.name}", query_string=several).json
    assert told
    assert {row["covered"] for row in told["rows"]} == {1}
    twice = client.get("/api/v1/questions/needs-for-actor?actor=id:a&actor=id:b")
    assert (twice.status_code, "It takes one value" in twice.text) == (400, True)
    year = question("employment-by-sector").parameters[0]
    assert offered(little, year) == (("2020", "2020"),)
    with pytest.raises(WrongUse, match="The data hold 2020"):
        ask(little, question("employment-by-sector"), {"year": "1999"})
    form = client.get("/questions/employment-by-sector?lang=en").text
    assert '<option value="2020"' in form
    assert "data-several" in client.get(f"/questions/{asked.name}").text


def test_an_answer_that_is_held_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("/api/v1/questions/blocking-tasks", "/questions/blocking-tasks.csv", "/questions/blocking-tasks"):
        first = client.get(path)
        assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_questions_are_described_in_the_graph(little: Store, client: FlaskClient) -> None:
    told = little.select(
        """PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?question ?query {
        ?question a sh:SPARQLExecutable ; sh:select|sh:construct ?query } ORDER BY ?question"""
    ).rows
    assert set(told) == {(IRI(f"{BASE}id/question/{each.name}"), Literal(each.sparql)) for each in questions()}
    assert client.get("/doc/question/short-list.ttl").status_code == 200
    assert read_table(client.get("/doc/question/short-list.nq").data, N_QUADS).rows


def test_the_command_writes_the_same_files(tmp_path: Path) -> None:
    build(REGIONS / "little", tmp_path / "home")
    runner, environment = CliRunner(), {"REVIER_HOME": str(tmp_path / "home")}

    def run(*arguments: str) -> str:
        result = runner.invoke(main, ["--lang", "en", "ask", *arguments], env=environment)
        assert result.exit_code == 0, result.output
        return result.stdout

    assert len(run().splitlines()) == len(questions())
    assert json.loads(run("blocking-tasks", "--format", "json"))[0].keys() >= {"task"}
    assert run("blocking-tasks", "--format", "csv").count("\n") == 9
    run("demand-and-supply", "--format", "xlsx", "--output", str(tmp_path / "gaps.xlsx"))
    assert openpyxl.load_workbook(tmp_path / "gaps.xlsx").worksheets[0].max_row > 5
    assert "org:linkedTo" in run("cooperation-graph", "--format", "ttl")
    assert "2" in run(
        "actors-for-several-competences",
        "--param", "competence=voc:competence/heat-recovery",
        "--param", "competence=voc:competence/energy-analysis",
    )  # fmt: skip
    refused = runner.invoke(main, ["ask", "blocking-tasks", "--format", "ttl"], env=environment)
    assert refused.exit_code == 2
