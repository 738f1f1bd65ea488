"""The page of suggestions and what is made of them: filters, reasons, comparison, shortlist, brief, introductions."""

import csv
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook

from api.app import create_app
from api.pages.match import MOST_COMPARED
from api.service import Service
from graph.matching.narrowing import ASPECTS
from graph.store import Store, store_of
from ontology.naming import ID
from ontology.terms import REV, SKOS, expand

NEED = ID + "kleinrevier/need/0003"  # sheets to be galvanised and baths to be tested; nobody does both
TEXT = "Wir möchten Bleche galvanisch beschichten und Bäder prüfen lassen."
GALVANIK, INSTITUT, STAHL = (ID + f"kleinrevier/actor/{number}" for number in ("0001", "0012", "0006"))


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def matches(client: FlaskClient) -> dict[str, Any]:
    """The matches of the need as programs get them."""
    answer = client.get("/api/v1/match", query_string={"need": NEED, "lang": "de"}).get_json()
    assert isinstance(answer, dict)
    return answer


def cards(page: str) -> list[str]:
    """The actors of the cards of a page, in their order."""
    return re.findall(r'<article class="match".*?<h3><a href="[^"]*">([^<]+)', page, re.DOTALL)


def choices(page: str) -> list[tuple[str, int]]:
    """The links of the filters, and the figure at each; what is chosen already has a link that takes it back."""
    panel = re.search(r'<nav class="facets".*?</nav>', page, re.DOTALL)
    assert panel
    links = re.findall(r'<li><a href="([^"]+)"([^>]*)>.*?<span[^>]*> (\d+)</span>', panel[0], re.DOTALL)
    return [(unescape(address), int(count)) for address, state, count in links if "aria-current" not in state]


def test_every_figure_at_a_filter_is_what_its_link_shows(client: FlaskClient) -> None:
    for query in (urlencode({"text": TEXT, "lang": "en"}), urlencode({"text": TEXT, "role": "user", "limit": 100})):
        offered = choices(client.get(f"/match?{query}").text)
        assert len(offered) > 3
        for address, count in offered:
            assert len(cards(client.get(f"{address}&limit=100").text)) == count, address


@pytest.mark.parametrize(
    "path",
    [
        f"/match?{urlencode({'text': TEXT})}",
        f"/match?{urlencode({'actor': GALVANIK})}",
        f"/match/reasons?{urlencode({'need': NEED, 'actor': GALVANIK})}",
        f"/match/compare?{urlencode({'need': NEED, 'actor': GALVANIK})}",
        f"/brief?{urlencode({'need': NEED, 'actor': GALVANIK})}",
    ],
)
def test_who_holds_a_page_of_today_is_not_sent_it_again(client: FlaskClient, path: str) -> None:
    first = client.get(path)
    assert first.status_code == 200
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    other = client.get(f"{path}&limit=3", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_filters_narrow_what_is_shown_and_nothing_is_ranked_anew(client: FlaskClient) -> None:
    everyone = cards(client.get("/match", query_string={"need": NEED, "limit": 100}).text)
    fewer = cards(client.get("/match", query_string={"need": NEED, "limit": 100, "evidence": "offer"}).text)
    assert 0 < len(fewer) < len(everyone)
    assert [each for each in everyone if each in fewer] == fewer
    nobody = client.get("/match", query_string={"need": NEED, "verdict": "nonsense", "lang": "en"}).text
    assert cards(nobody) == []
    assert "No suggestion meets all chosen filters" in nobody


def test_more_is_shown_on_demand(client: FlaskClient) -> None:
    page = client.get("/match", query_string={"text": TEXT, "limit": 2, "lang": "en"}).text
    assert len(cards(page)) == 2
    [address] = re.findall(r'class="further-matches"><a href="([^"#]+)#match-3"', page)
    assert len(cards(client.get(unescape(address)).text)) > 2


def test_a_form_keeps_what_it_was_given_and_no_field_lists_all_needs(client: FlaskClient) -> None:
    asked = {"need": "Bleche verzinken und Bäder prüfen", "minimum_readiness": "8", "radius_km": "30", "lang": "de"}
    page = client.get("/match", query_string=asked).text
    assert f'value="{NEED}" checked' in page
    assert '<option value="8" selected>' in page
    assert 'value="30"' in page
    assert NEED.replace("0003", "0001") not in page


def test_a_name_that_nothing_bears_is_refused_with_what_was_meant(client: FlaskClient) -> None:
    answer = client.get("/match", query_string={"competence": "Galvanisch"}, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert "Galvanisch beschichten" in answer.text


def test_each_card_leads_to_all_its_reasons_with_drawing_sources_and_age(client: FlaskClient) -> None:
    page = client.get("/match", query_string={"need": NEED, "lang": "en", "day": "2026-12-02"}).text
    addresses = [unescape(each) for each in re.findall(r'data-reasons="([^"]+)"', page)]
    assert len(addresses) == len(cards(page)) - 1  # the best has them in the page
    for address in addresses[:3]:
        reasons = client.get(address).text
        assert 'class="criteria"' in reasons
        assert "Why not higher?" in reasons
    best = client.get(
        "/match/reasons", query_string={"need": NEED, "actor": GALVANIK, "day": "2026-12-02", "lang": "en"}
    )
    assert "as of 1 January 2026, 11 months old" in best.text  # the offer is valid from that day
    assert "Invented survey in Kleinrevier" in best.text
    assert re.search(r'class="mark-stated badge"', best.text)


def test_the_drawing_has_a_box_for_all_that_the_coverage_quotes(client: FlaskClient) -> None:
    page = client.get("/match/reasons", query_string={"need": NEED, "actor": GALVANIK, "lang": "de"}).text
    drawing = re.search(r'<svg viewBox.*?role="img".*?</svg>', page, re.DOTALL)
    assert drawing
    kinds = re.findall(r'class="box box-(\w+)', drawing[0])
    assert {"need", "asked", "evidence", "actor", "source"} <= set(kinds)
    names = " ".join(re.findall(r"<text x[^>]*>([^<]+)</text>", drawing[0]))
    assert "Galvanisch" in names
    assert "Verzinken im Lohn" in names


def test_up_to_four_stand_side_by_side_and_the_best_is_said_in_words(client: FlaskClient) -> None:
    query = {"need": NEED, "actor": [GALVANIK, INSTITUT], "lang": "en"}
    page = client.get("/match/compare", query_string=query).text
    heads = re.findall(r'<th scope="col"><a[^>]*>([^<]+)', page)
    assert len(heads) == 2
    assert "Institut" in heads[0]  # covers both, and stands first
    assert "most</strong>" in page
    row = re.search(r"Still missing</th>(.*?)</tr>", page, re.DOTALL)
    assert row
    assert "bath" in row[1]
    many = [ID + f"kleinrevier/actor/{number:04}" for number in range(1, MOST_COMPARED + 2)]
    refused = client.get("/match/compare", query_string={"need": NEED, "actor": many, "lang": "en"})
    assert refused.status_code == 400
    assert f"from 1 to {MOST_COMPARED}" in refused.text


def test_whoever_shows_nothing_of_the_need_is_named_beside_the_comparison(client: FlaskClient) -> None:
    page = client.get("/match/compare", query_string={"need": NEED, "actor": [GALVANIK, STAHL], "lang": "en"}).text
    assert re.search(r"Nothing on this need is recorded of:.*Stahlhandel", page)


def test_nobody_alone_leads_to_a_team_with_the_same_competences(client: FlaskClient) -> None:
    apart = {"competence": ["voc:competence/heat-storage", "voc:competence/bath-analysis"], "lang": "en"}
    page = client.get("/match", query_string=apart).text
    address = re.search(r'class="together">.*?href="([^"]+)"', page)
    assert address
    assert client.get(unescape(address[1])).status_code == 200
    assert "heat-storage" in address[1]
    assert "bath-analysis" in address[1]
    assert "together" not in client.get("/match", query_string={"need": NEED}).text  # the institute has both


def test_a_shortlist_is_exported_with_the_score_of_the_page(client: FlaskClient) -> None:
    entries = [
        urlencode({"need": NEED, "actor": GALVANIK, "note": "=cmd|' /C calc'!A0"}),
        urlencode({"text": TEXT, "actor": INSTITUT, "note": "anrufen"}),
        urlencode({"actor": STAHL}),
    ]
    answer = client.post("/shortlist/export?lang=de", data={"entry": entries, "format": "csv"})
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["Notiz"] for row in rows] == ["'=cmd|' /C calc'!A0", "anrufen", ""]
    told = matches(client)
    [found] = [each for each in told["matches"] if each["actor"]["iri"] == GALVANIK]
    assert float(rows[0]["Punktzahl (0 bis 1)"]) == pytest.approx(found["score"], abs=0.001)
    assert rows[0]["Urteil"] == "passt teilweise"
    assert "ausgesagt" in rows[0]["Anhaltspunkte mit Kennzeichnung und Quellen"]
    assert rows[0]["Datenstand"] == told["snapshot"]
    assert rows[2]["Urteil"] == ""
    sheet = client.post("/shortlist/export?lang=de", data={"entry": entries, "format": "xlsx"})
    book = load_workbook(BytesIO(sheet.data))
    first, *others = book.worksheets[0].iter_rows(values_only=True)
    assert first[:2] == ("Akteur", "Seite")
    assert [row[0] for row in others] == [row["Akteur"] for row in rows]
    assert others[0][-1] == "=cmd|' /C calc'!A0"
    assert book.worksheets[0].cell(2, len(first)).data_type == "s"  # and no formula


@pytest.mark.parametrize(
    "told", [{}, {"format": "csv"}, {"format": "pdf", "entry": "actor=urn:a"}, {"format": "csv", "entry": ["x"] * 101}]
)
def test_an_export_of_nothing_or_too_much_is_refused(client: FlaskClient, told: dict[str, object]) -> None:
    assert client.post("/shortlist/export", data=told).status_code == 400


def test_an_export_is_read_up_to_its_limit_and_only_if_it_is_text(client: FlaskClient) -> None:
    kind = "application/x-www-form-urlencoded"
    too_long = "format=csv&entry=" + "x" * 3_000_001
    assert client.post("/shortlist/export", data=too_long, content_type=kind).status_code == 413
    assert client.post("/shortlist/export", data="format=csv&entry=%ff", content_type=kind).status_code == 400


def test_a_brief_carries_need_reasons_sources_marks_addresses_and_snapshot(client: FlaskClient) -> None:
    page = client.get("/brief", query_string={"need": NEED, "actor": [GALVANIK, INSTITUT], "lang": "en"}).text
    texts = ("galvanise sheets", "https://example.org/galvanik", "Invented survey", "mark-stated", "Introduction")
    for told in (*texts, matches(client)["snapshot"]):
        assert told in page, told
    assert f'class="address">{GALVANIK}<' in page


def test_the_needs_of_an_actor_have_the_same_cards_and_filters(client: FlaskClient) -> None:
    page = client.get("/match", query_string={"actor": GALVANIK, "lang": "en", "limit": 100}).text
    assert len(cards(page)) > 3
    assert 'class="bars"' in page
    for address, count in choices(page):
        assert len(cards(client.get(address).text)) == count, address


def test_hostile_names_stay_text(service_of: Callable[..., Service]) -> None:
    evil = "<img src=x onerror=alert(1)>"
    store = store_of(f"""
        <urn:c> a <{REV.Competence}> ; <{SKOS.prefLabel}> "Laser {evil}"@de .
        <urn:a> a <{REV.Actor}> ; <{SKOS.prefLabel}> "Werk {evil}" .
        <urn:o> a <{REV.Offer}> ; <{REV.offerOf}> <urn:a> ; <{REV.providesCompetence}> <urn:c> ;
            <{SKOS.prefLabel}> "Laser {evil}"@de ; <{REV.sourcingStatus}> <{expand("voc:sourcing-status/inferred")}> .
    """)
    client = create_app(service_of(store)).test_client()
    for path in ("/match", "/match/reasons", "/match/compare", "/brief"):
        actor = {} if path == "/match" else {"actor": "urn:a"}
        page = client.get(path, query_string={"text": f"Laser {evil}", "lang": "de", **actor})
        assert page.status_code == 200, path
        assert "Werk" in page.text
        assert "<img src=x" not in page.text, path


def test_every_facet_has_its_words(client: FlaskClient) -> None:
    page = client.get("/match", query_string={"text": TEXT, **dict.fromkeys(ASPECTS, "nothing"), "lang": "en"}).text
    panel = re.search(r'<nav class="facets".*?</nav>', page, re.DOTALL)
    assert panel
    assert panel[0].count("<summary>") == len(ASPECTS)


def test_a_radius_lies_around_a_place(client: FlaskClient) -> None:
    asked = {"text": TEXT, "radius_km": "5", "place": "id:place/99000001"}
    near = cards(client.get("/match", query_string=asked).text)
    assert near
    assert "Musterfeld" in near[0]
