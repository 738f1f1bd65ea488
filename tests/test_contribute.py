"""Adding a need or an offer over HTTP, and moderating: who may do what, what is kept, what everybody sees."""

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from api.access_log import log_requests
from api.app import create_app
from api.service import Service
from graph.contribution import PENDING, PUBLISHED
from graph.store import Store
from graph.tokens import Tokens
from ontology.naming import BASE
from tests.writable import OF_THE_OPERATOR, writable

ACTOR = BASE + "id/kleinrevier/actor/0001"
COMPETENCE = BASE + "voc/competence/galvanic-coating"
NEED = {
    "prefLabel.de": "Bleche galvanisch beschichten",
    "prefLabel.en": "Electroplate sheets",
    "description.de": "Kleinserien, ab sofort.",
    "needOf": ACTOR,
    "requiresCompetence": COMPETENCE,
    "validUntil": (date.today() + timedelta(days=90)).isoformat(),
    "token": OF_THE_OPERATOR,
}


@pytest.fixture(scope="module")
def home(little_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(little_snapshot.parents[1], tmp_path_factory.mktemp("contribute") / "home"))


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    with writable(home) as app:
        yield app


@pytest.fixture(autouse=True)
def empty(app: Flask) -> None:
    update = f"DROP SILENT GRAPH <{PUBLISHED}> ; DROP SILENT GRAPH <{PENDING}>"
    headers = {"Authorization": f"Bearer {OF_THE_OPERATOR}"}
    assert app.test_client().post("/update", data={"update": update}, headers=headers).status_code == 204


@pytest.fixture(scope="module")
def proposer(home: Path) -> str:
    """A token for drafts alone."""
    return Tokens(home / "tokens.json", "").create("proposer", [PENDING])


def send(app: Flask, path: str = "need", **form: str) -> TestResponse:
    return app.test_client().post(f"/contribute/{path}?lang=de", data=form)


def moderate(app: Flask, *, token: str = OF_THE_OPERATOR, **form: str) -> TestResponse:
    return app.test_client().post("/contribute?lang=de", data={"token": token} | form)


def act(app: Flask, name: str, record: str, *, token: str = OF_THE_OPERATOR) -> TestResponse:
    """The button `name` beside a record pressed; whether it is offered there or not."""
    version = re.search(rf'value="{record} ([^"]*)"', moderate(app).text)
    return moderate(app, token=token, **{name: f"{record} {unescape(version[1]) if version else ''}"})


def edited(app: Flask, record: str) -> dict[str, str]:
    """What the form of a record says of it in fields that nobody sees."""
    page = send(app, edit=record, token=OF_THE_OPERATOR).text
    return {name: unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)}


def added(app: Flask, state: str, **more: str) -> str:
    """The IRI of a need that was added."""
    answer = send(app, **NEED | more, do=state)
    assert answer.status_code in (200, 303), answer.text
    return contributed(app)[0]


def contributed(app: Flask, *, token: str = OF_THE_OPERATOR) -> list[str]:
    """The IRIs of what the graphs hold that a token covers."""
    query = f"SELECT DISTINCT ?r {{ GRAPH ?g {{ ?r a <{BASE}ont#Need> }} FILTER (?g IN (<{PUBLISHED}>, <{PENDING}>)) }}"
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = app.test_client().get("/sparql", query_string={"query": query}, headers=headers)
    return [row["r"]["value"] for row in answer.json["results"]["bindings"]] if answer.json else []


def test_a_need_is_published_at_an_address_of_its_own_with_its_matches(app: Flask) -> None:
    answer = send(app, **NEED, do="published")
    assert answer.status_code == 303
    page = app.test_client().get(answer.headers["Location"]).text
    record = contributed(app, token="")[0]
    assert record in page
    assert 'class="match"' in page
    assert app.test_client().get(record.replace(BASE, "/").replace("/id/", "/doc/")).status_code == 200
    listed = app.test_client().get("/needs", query_string={"text": "galvanisch beschichten"}).text
    assert "Bleche galvanisch beschichten" in listed
    assert record in app.test_client().get("/api/v1/match", query_string={"need": record}).text


def test_an_offer_is_published_and_shows_the_needs_that_it_meets(app: Flask) -> None:
    offer = {
        "type": BASE + "ont#SolutionOffer",
        "prefLabel.de": "Galvanik",
        "offerOf": ACTOR,
        "providesCompetence": COMPETENCE,
        "token": OF_THE_OPERATOR,
        "do": "published",
    }
    answer = send(app, "offer", **offer)
    assert answer.status_code == 303, answer.text
    assert "Galvanik" in app.test_client().get(answer.headers["Location"]).text
    assert "Galvanik" in app.test_client().get("/offers").text


def test_a_draft_is_seen_with_a_token_and_else_by_nobody(app: Flask) -> None:
    record = added(app, "draft")
    assert contributed(app, token="") == []
    assert record not in app.test_client().get("/contribute").text
    assert app.test_client().get(record.replace(BASE, "/").replace("/id/", "/doc/")).status_code == 404
    answer = moderate(app)
    assert record in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_draft_is_published_withdrawn_restored_and_deleted(app: Flask) -> None:
    record = added(app, "draft")
    for do, public, says in (
        ("publish", [record], "Der Beitrag ist veröffentlicht."),
        ("withdraw", [], "nicht mehr öffentlich"),
        ("restore", [], "wieder ein Entwurf"),
        ("discard", [], "gelöscht"),
    ):
        answer = act(app, do, record)
        assert (answer.status_code, says in answer.text) == (200, True), do
        assert contributed(app, token="") == public
    assert contributed(app) == []


def test_what_does_not_fit_the_state_is_not_done(app: Flask) -> None:
    record = added(app, "published")
    for do in ("discard", "restore", "publish"):
        assert act(app, do, record).status_code == 412
    assert contributed(app, token="") == [record]
    assert moderate(app, publish="urn:test/none").status_code == 404


@pytest.mark.parametrize("token", ["", "wrong", OF_THE_OPERATOR + "x"])
def test_without_a_valid_token_nothing_is_written_and_nothing_typed_is_lost(app: Flask, token: str) -> None:
    answer = send(app, **NEED | {"token": token, "do": "published"})
    assert answer.status_code == 401
    assert 'value="Bleche galvanisch beschichten"' in answer.text
    assert f'value="{ACTOR}" checked' in answer.text
    assert "Der Schlüssel fehlt" in answer.text
    assert contributed(app) == []
    record = added(app, "published")
    assert moderate(app, token=token, withdraw=record).status_code == 401
    assert contributed(app, token="") == [record]


def test_a_token_for_drafts_proposes_and_does_not_publish(app: Flask, proposer: str) -> None:
    assert send(app, **NEED | {"token": proposer, "do": "published"}).status_code == 403
    assert send(app, **NEED | {"token": proposer, "do": "draft"}).status_code == 200
    (record,) = contributed(app)
    listed = moderate(app, token=proposer)
    assert record in listed.text
    assert 'name="publish"' not in listed.text
    assert act(app, "publish", record, token=proposer).status_code == 403
    assert contributed(app, token="") == []


def test_a_token_is_told_to_nobody_again_and_to_no_log(app: Flask) -> None:
    written = io.StringIO()
    lines = log_requests(app, written)
    try:
        answers = [send(app, **NEED, do="published"), send(app, **NEED, do="check"), moderate(app)]
    finally:
        lines.flush()
    assert len(written.getvalue().splitlines()) >= 3
    for text in (written.getvalue(), *(answer.text + str(answer.headers) for answer in answers)):
        assert OF_THE_OPERATOR not in text
    assert "Set-Cookie" not in "".join(str(answer.headers) for answer in answers)


def test_faults_stand_at_their_fields_and_in_a_summary_that_leads_there(app: Flask) -> None:
    answer = send(app, **NEED | {"minimumReadiness": "12", "requiresCompetence": "Galvanik", "do": "published"})
    assert answer.status_code == 422
    assert '<a href="#f-minimumReadiness">' in answer.text
    assert '<a href="#pick-requiresCompetence">' in answer.text
    assert 'aria-describedby="about-minimumReadiness" aria-invalid="true"' in answer.text
    assert contributed(app) == []


def test_checking_needs_no_token_and_writes_nothing(app: Flask) -> None:
    told = send(app, "need/check", **{"prefLabel.de": "Roboter schweißen", "minimumReadiness": "0"}).json
    assert told is not None
    refusing = {key for each in told["remarks"] if each["refuses"] for key in each["fields"]}
    assert refusing == {"minimumReadiness", "needOf", "needOfGroup"}
    assert contributed(app) == []


def test_who_would_fit_is_foreseen_before_a_need_is_published(app: Flask) -> None:
    told = send(app, "need/check", **NEED).json
    assert told is not None
    send(app, **NEED, do="published")
    (record,) = contributed(app)
    found = app.test_client().get("/api/v1/match", query_string={"need": record}).json
    assert found is not None
    assert told["matches"][0]["label"] == found["matches"][0]["actor"]["label"]
    assert told["matches"][0]["label"] in send(app, **NEED, do="check").text
    strange = send(app, "need/check", requiresCompetence=ACTOR, locatedIn=COMPETENCE).json
    assert strange is not None
    assert strange["matches"] == []


def test_concepts_of_the_text_are_offered_with_and_without_a_script(app: Flask) -> None:
    text = {"description.de": "Wir wollen Bleche galvanisch beschichten lassen."}
    told = send(app, "need/check", **text).json
    assert told is not None
    offered = [each["iri"] for each in told["offered"]["requiresCompetence"]]
    assert COMPETENCE in offered
    page = send(app, **text, do="suggest")
    assert f'name="requiresCompetence" value="{COMPETENCE}">' in page.text
    assert f'value="{COMPETENCE}">' not in send(app, **text, requiresCompetence=COMPETENCE, do="suggest").text


def test_a_search_becomes_a_form_with_its_text(app: Flask) -> None:
    page = app.test_client().get(
        "/contribute/need", query_string={"lang": "de", "text": "Bleche galvanisch beschichten"}
    )
    assert ">Bleche galvanisch beschichten</textarea>" in page.text
    assert f'name="requiresCompetence" value="{COMPETENCE}">' in page.text


def test_an_empty_form_is_not_sent_again_and_one_with_a_text_is_kept_nowhere(app: Flask) -> None:
    client = app.test_client()
    for page in ("/contribute/need", "/contribute/offer", "/shortlist"):
        told = client.get(page).headers["ETag"]
        assert client.get(page, headers={"If-None-Match": told}).status_code == 304, page
    assert client.get("/contribute/need?text=x").headers["Cache-Control"] == "no-store"


def test_a_number_is_asked_for_within_the_limits_of_its_shape(app: Flask) -> None:
    page = app.test_client().get("/contribute/need").text
    assert 'name="minimumReadiness" type="number" min="1" max="9"' in page


def test_a_name_that_means_nothing_stays_and_what_is_near_is_offered(app: Flask) -> None:
    page = send(app, **NEED | {"needOf": "Beispiel", "do": "check"}).text
    assert 'value="Beispiel"' in page
    assert page.count('type="checkbox" name="needOf"') == 5
    assert "erwartet höchstens einen Wert der Klasse Akteur" in page


def test_a_name_that_was_typed_becomes_the_thing_that_is_meant(app: Flask) -> None:
    label = json.loads(send_suggest(app, "competence", "besch"))["suggestions"][0]
    page = send(app, **NEED | {"requiresCompetence": label["label"], "do": "check"})
    assert f'value="{label["iri"]}" checked' in page.text


def send_suggest(app: Flask, kind: str, text: str) -> str:
    return app.test_client().get("/api/v1/suggest", query_string={"kind": kind, "text": text, "lang": "de"}).text


def test_a_contribution_is_edited_where_it_stands(app: Flask) -> None:
    record = added(app, "published")
    form = send(app, edit=record, token=OF_THE_OPERATOR)
    assert f'name="record" value="{record}"' in form.text
    assert 'value="Bleche galvanisch beschichten"' in form.text
    answer = send(app, **NEED | edited(app, record) | {"prefLabel.de": "Bleche verzinken", "do": "published"})
    assert record in answer.headers["Location"]
    assert contributed(app, token="") == [record]
    page = app.test_client().get("/contribute").text
    assert "Bleche verzinken" in page
    assert "galvanisch" not in page


def test_of_two_who_edit_one_record_the_later_overwrites_nothing_and_loses_nothing(app: Flask) -> None:
    record = added(app, "published")
    first, second = edited(app, record), edited(app, record)
    assert send(app, **NEED | first | {"prefLabel.de": "Bleche verzinken", "do": "published"}).status_code == 303
    late = NEED | second | {"prefLabel.de": "Bleche verchromen", "do": "published"}
    for _ in range(2):
        answer = send(app, **late)
        assert answer.status_code == 412
        assert "Jemand anderes hat diesen Beitrag inzwischen geändert" in answer.text
        assert 'value="Bleche verchromen"' in answer.text
        assert f'name="read" value="{second["read"]}"' in answer.text
    assert "Bleche verzinken" in app.test_client().get("/contribute").text
    assert send(app, **late | edited(app, record)).status_code == 303


def test_a_record_that_changed_since_the_list_was_shown_is_not_withdrawn(app: Flask) -> None:
    record = added(app, "published")
    seen = edited(app, record)
    assert send(app, **NEED | seen | {"prefLabel.de": "Bleche verzinken", "do": "published"}).status_code == 303
    answer = moderate(app, withdraw=f"{record} {seen['read']}")
    assert answer.status_code == 412
    assert "Jemand anderes hat diesen Beitrag inzwischen geändert" in answer.text
    assert contributed(app, token="") == [record]


def test_a_need_does_not_become_an_offer_at_another_address(app: Flask) -> None:
    record = added(app, "published")
    offer = {"type": BASE + "ont#SolutionOffer", "prefLabel.de": "Galvanik", "offerOf": ACTOR, "token": OF_THE_OPERATOR}
    assert send(app, "offer", **offer | edited(app, record) | {"do": "published"}).status_code == 404
    assert record not in send(app, "offer", edit=record, token=OF_THE_OPERATOR).text
    assert contributed(app, token="") == [record]


def test_what_expires_is_marked_and_can_be_listed(app: Flask) -> None:
    added(app, "published", validUntil=(date.today() - timedelta(days=1)).isoformat(), **{"prefLabel.de": "Gestern"})
    added(app, "published", validUntil=(date.today() + timedelta(days=9)).isoformat(), **{"prefLabel.de": "Bald"})
    added(app, "published")
    page = app.test_client().get("/contribute?lang=de").text
    assert "Abgelaufen" in page
    assert "Läuft bald ab" in page
    only = app.test_client().post("/contribute?lang=de", data={"show": "expired"}).text
    assert "Gestern" in only
    assert "Bald<" not in only


def test_a_form_that_is_too_long_names_too_much_or_is_no_text_is_refused(app: Flask) -> None:
    assert send(app, **{"description.de": "x" * 200_000}).status_code == 413
    client, kind = app.test_client(), "application/x-www-form-urlencoded"
    assert client.post("/contribute/need", data="prefLabel.de=%ff", content_type=kind).status_code == 400
    assert client.post("/contribute/need/check", data="needOf=x&" * 21, content_type=kind).status_code == 400
    assert client.post("/contribute/need/check", data="needOf=x&" * 20, content_type=kind).status_code == 200


def test_markup_in_a_contribution_is_text_on_every_page(app: Flask) -> None:
    evil = "<script>alert(1)</script>\"'{{ 7 * 7 }}"
    added(app, "published", **{"prefLabel.de": evil, "description.de": evil})
    pages = (app.test_client().get("/contribute"), moderate(app), send(app, **NEED | {"needOf": evil}))
    for page in (answer.text for answer in pages):
        assert "<script>alert" not in page
        assert "49" not in page.partition("&lt;script&gt;")[2][:80]


def test_a_service_that_only_reads_checks_and_keeps_nothing(little: Store, service_of: Callable[..., Service]) -> None:
    client = create_app(service_of(little)).test_client()
    assert "Dieser Dienst liest nur" in client.get("/contribute/need?lang=de").text
    assert client.post("/contribute/need/check", data={"prefLabel.de": "x"}).status_code == 200
    assert client.post("/contribute/need", data=NEED | {"do": "published"}).status_code == 403
