"""A correction is proposed by a mail and a table that are filled in; whatever the graph says stays text in both."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.store import Store, store_of
from ontology.naming import BASE
from ontology.terms import DCTERMS, REV, SKOS

ACTOR = "/doc/kleinrevier/actor/0009"  # waerme: Wärmetechnik, with an umlaut


@pytest.fixture(scope="module")
def client_of(service_of: Callable[..., Service]) -> Callable[..., FlaskClient]:
    def made(store: Store, contact: str = "") -> FlaskClient:
        service = service_of(store)
        return create_app(replace(service, settings=replace(service.settings, contact=contact))).test_client()

    return made


def mails(page: str) -> list[str]:
    return [unescape(address) for address in re.findall(r'href="(mailto:[^"]*subject[^"]*)"', page)]


def table(client: FlaskClient, page: str) -> list[dict[str, str]]:
    answer = client.get(f"/correction{page}")
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_a_mail_names_the_thing_its_address_its_row_and_the_snapshot(
    client_of: Callable[..., FlaskClient], little: Store
) -> None:
    [address] = mails(client_of(little, "daten@example.org").get(f"{ACTOR}?lang=de").text)
    parts = urlsplit(address)
    told = parse_qs(parts.query)
    assert parts.path == "daten@example.org"
    assert told["subject"] == ["Korrektur: Beispiel Wärmetechnik Beispielhausen GmbH (erfunden)"]
    [body] = told["body"]
    assert f"{BASE}id/kleinrevier/actor/0009" in body
    assert little.snapshot in body
    assert re.search(r"Tabellenzeile: actors\.csv, Zeile \d+\r\n", body)
    assert "Richtig wäre:" in body


def test_without_a_contact_there_is_the_table_alone(client_of: Callable[..., FlaskClient], little: Store) -> None:
    page = client_of(little).get(f"{ACTOR}?lang=en").text
    assert mails(page) == []
    assert f'href="/correction{ACTOR}?lang=en" download' in page


def test_the_table_has_a_line_for_each_statement_and_room_for_what_is_right(
    client_of: Callable[..., FlaskClient], little: Store
) -> None:
    lines = table(client_of(little), f"{ACTOR}?lang=en")
    names = [line["Says now"] for line in lines if line["Property"] == "skos:prefLabel"]
    assert names == ["Beispiel Wärmetechnik Beispielhausen GmbH (erfunden)"]
    assert all(line["Should say"] == "" for line in lines)
    assert all(re.fullmatch(r"actors\.csv, row \d+", line["Table row"]) for line in lines)
    # the class is concluded from the role: nobody corrects it here
    assert "rev:hasActorClass" not in {line["Property"] for line in lines}


def test_the_table_is_a_download_with_a_plain_name(client_of: Callable[..., FlaskClient], little: Store) -> None:
    answer = client_of(little).get(f"/correction{ACTOR}?lang=de")
    told = answer.headers["Content-Disposition"]
    assert told == "attachment; filename=korrektur-doc-kleinrevier-actor-0009.csv"
    assert answer.mimetype == "text/csv"


def test_what_a_spreadsheet_or_a_mail_would_obey_is_text(client_of: Callable[..., FlaskClient]) -> None:
    name = "=HYPERLINK(1)&bcc=x@example.org"
    client = client_of(
        store_of(f"""
        <{BASE}id/r/actor/1> a <{REV.Actor}> ; <{SKOS.prefLabel}> "{name}" ;
            <{DCTERMS.description}> "a\\r\\nBcc: x" ."""),
        "daten@example.org",
    )
    assert "'" + name in {line["Steht jetzt da"] for line in table(client, "/doc/r/actor/1?lang=de")}
    [address] = mails(client.get("/doc/r/actor/1?lang=de").text)
    assert set(parse_qs(urlsplit(address).query)) == {"subject", "body"}


@pytest.mark.parametrize("page", ["/doc/kleinrevier/actor/9999", "/doc/..%2f..%2fetc", "/doc/%00", "/nowhere"])
def test_there_is_nothing_to_correct_about_nothing(
    client_of: Callable[..., FlaskClient], little: Store, page: str
) -> None:
    assert client_of(little).get(f"/correction{page}").status_code == 404
