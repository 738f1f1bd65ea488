"""The pages that a service owes its readers: data quality, accessibility, privacy, and who answers."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.ask import ask
from graph.store import Store
from queries.catalogue import questions


@pytest.fixture
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_the_report_counts_what_each_question_finds(client: FlaskClient, little: Store) -> None:
    page = html.unescape(client.get("/quality?lang=en").text)
    told = re.findall(r'href="/questions/([a-z-]+)[^"]*">[^<]*</a></th><td class="figure"[^>]*>([\d,]+)</td>', page)
    assert len(told) > 15
    known = {each.name: each for each in questions()}
    for name, rows in told:
        assert int(rows.replace(",", "")) == len(ask(little, known[name], {}).rows)
        assert "steward" in known[name].tags


@pytest.mark.parametrize("path", ["/accessibility", "/privacy", "/imprint"])
def test_who_answers_is_named_or_said_to_be_missing(
    little: Store, service_of: Callable[..., Service], client: FlaskClient, path: str
) -> None:
    assert "not filled in yet" in client.get(f"{path}?lang=en").text
    service = service_of(little)
    named = replace(service, settings=replace(service.settings, publisher="Stadt <X>", contact="revier@example.org"))
    page = create_app(named).test_client().get(f"{path}?lang=de").text
    assert 'href="mailto:revier@example.org"' in page
    assert ("Stadt &lt;X&gt;" in page) == (path == "/imprint")
    assert "noch nicht eingetragen" not in page
