"""The pages that a service owes its readers: what it is, data quality, accessibility, privacy, and who answers."""

import html
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.current import Current, edition_in
from api.pages.statements import ASPECTS, DOUBTS, FAULTS
from api.service import Service
from graph.ask import ask
from graph.listing import graphs
from graph.model import Literal
from graph.quality import attributions, build_report, completeness, confidences, sources
from graph.store import Store
from ontology.terms import IRI, expand
from queries.catalogue import questions


@pytest.fixture
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_the_report_counts_what_each_question_finds(client: FlaskClient, little: Store) -> None:
    page = html.unescape(_counted(client))
    told = re.findall(r'href="/questions/([a-z-]+)[^"]*">[^<]*</a></th><td[^>]*>(.*?)</td>', page)
    assert {name for name, _ in told} == {*FAULTS, *DOUBTS}
    known = {each.name: each for each in questions()}
    for name, cell in told:
        (rows,) = re.findall(r"[\d,]+", re.sub("<[^>]*>", "", cell))
        assert int(rows.replace(",", "")) == len(ask(little, known[name], {}).rows)
        assert "steward" in known[name].tags


def test_the_report_is_shown_while_its_questions_are_still_asked(client: FlaskClient) -> None:
    first = client.get("/quality?lang=en")
    assert "is being counted" in first.text
    assert 'id="complete"' in first.text
    assert 'id="faults"' not in first.text
    later = _counted(client)
    assert 'id="faults"' in later
    assert client.get("/quality?lang=en", headers={"If-None-Match": first.headers["ETag"]}).status_code == HTTPStatus.OK


def test_what_must_not_occur_and_what_deserves_a_look_are_questions_of_stewards() -> None:
    stewards = {each.name for each in questions() if "steward" in each.tags}
    assert stewards >= {*FAULTS, *DOUBTS}
    assert not set(FAULTS) & set(DOUBTS)


def test_completeness_is_counted_by_hand(little: Store) -> None:
    found = {each.aspect: (each.have, each.all) for each in completeness(little)}
    assert found.keys() == ASPECTS.keys()
    # tasks.csv: bodies of T01, T02, T04, T05, T07 and T08; needs.csv: one need is of a group and of no actor
    assert found["task-body"] == (6, 12)
    assert found["need-actor"] == (found["need-actor"][1] - 1, 11)
    assert found["site"][1] == 30
    assert all(0 <= each.share <= 1 for each in completeness(little) if each.share is not None)


def test_confidences_count_every_statement_once(little: Store) -> None:
    found = confidences(little)
    assert list(found) == sorted(found)
    assert Decimal("0.9") in found
    assert all(count > 0 for count in found.values())


def test_the_build_report_tells_rows_and_groups_what_was_noted(little_snapshot: Path) -> None:
    report = build_report(little_snapshot)
    assert report.tables["tasks.csv"] == (12, 12, 0)
    assert all(read == mapped + refused for read, mapped, refused in report.tables.values())


def test_a_built_snapshot_shows_its_check_report_and_another_says_it_has_none(
    little: Store, little_snapshot: Path, service_of: Callable[..., Service], client: FlaskClient
) -> None:
    assert "it has no check report here" in client.get("/quality?lang=en").text
    built = replace(service_of(little), current=Current(edition_in(little_snapshot)))
    page = create_app(built).test_client().get("/quality?lang=en").text
    assert "no check report" not in page
    assert re.search(r'<th scope="row">tasks\.csv</th><td[^>]*>12</td><td[^>]*>12</td><td[^>]*>0</td>', page)


def test_every_mark_is_explained_with_how_many_records_carry_it(client: FlaskClient, little: Store) -> None:
    page = html.unescape(client.get("/about?lang=en").text)
    told = dict(re.findall(r'class="mark-([a-z-]+) badge".*?data-says="records">([\d,]+)<', page, re.DOTALL))
    question = next(each for each in questions() if each.name == "records-per-standing")
    counted = Counter[IRI]()
    for mark, _, _, _, records in ask(little, question, {}).rows:
        if isinstance(mark, IRI) and isinstance(records, Literal):
            counted[mark] += int(records.value)
    assert len(told) == 7
    for name, shown in told.items():
        assert int(shown.replace(",", "")) == counted[expand(f"voc:sourcing-status/{name}")]
    assert counted.total() > 100


def test_every_graph_has_licence_size_and_attribution_and_every_source_its_link(
    client: FlaskClient, little: Store
) -> None:
    page = html.unescape(client.get("/about?lang=en").text)
    table = page.partition('<table class="rows sources">')[2].partition("</table>")[0]
    assert table.count("<tr>") == len(graphs(little)) + 1
    for each in attributions(little).values():
        assert each.attribution in table
    assert f"Cited sources: {len(sources(little))}" in page
    for source in sources(little):
        assert source.page is None or f'href="{source.page}"' in page


def test_the_citation_names_the_snapshot(client: FlaskClient, little: Store) -> None:
    quoted = client.get("/about?lang=de").text.partition("<blockquote")[2].partition("</blockquote>")[0]
    assert little.snapshot in quoted
    assert "http://localhost/" in quoted


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/imprint"])
def test_who_answers_is_named_or_said_to_be_missing(
    little: Store, service_of: Callable[..., Service], client: FlaskClient, path: str
) -> None:
    assert "not filled in yet" in client.get(f"{path}?lang=en").text
    service = service_of(little)
    settings = replace(
        service.settings, publisher="Stadt <X>", contact="revier@example.org", imprint=("Markt 1", "12345 X")
    )
    page = create_app(replace(service, settings=settings)).test_client().get(f"{path}?lang=de").text
    assert 'href="mailto:revier@example.org"' in page
    assert ("Stadt &lt;X&gt;" in page) == (path != "/accessibility")
    assert ("Markt 1<br>12345 X" in page) == (path == "/imprint")
    assert "noch nicht eingetragen" not in page
    assert ('class="fill"' in page) == (path != "/imprint")  # what no setting can tell stays marked


def _counted(client: FlaskClient) -> str:
    """The report as soon as the findings of its questions are counted."""
    until = monotonic() + 30
    while "is being counted" in (page := client.get("/quality?lang=en").text):
        assert monotonic() < until
        sleep(0.05)
    return page
