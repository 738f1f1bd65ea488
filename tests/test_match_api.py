"""The matchmaking for programs: lookups that may be kept, rich needs, batches, and problems that name the field."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.match_api import BATCHES
from api.service import Service
from graph.store import Store
from ontology.naming import ID, VOC

MAKER = ID + "kleinrevier/actor/0001"
NEED = ID + "kleinrevier/need/0001"
COATING = VOC + "competence/coating"


@pytest.fixture(scope="module")
def client(little: Store, service_of: Callable[..., Service]) -> FlaskClient:
    return create_app(service_of(little)).test_client()


def test_a_rich_need_is_the_same_question_as_a_lookup(client: FlaskClient) -> None:
    rich = client.post("/api/v1/match", json={"required": [COATING], "limit": 3}).json
    lookup = client.get("/api/v1/match", query_string={"competence": COATING, "limit": 3}).json
    assert rich is not None
    assert lookup is not None
    assert rich["matches"] == lookup["matches"]


def test_an_actor_is_told_the_needs_that_it_meets(client: FlaskClient) -> None:
    answer = client.get("/api/v1/match", query_string={"actor": MAKER, "lang": "en"}).json
    assert answer is not None
    (found,) = [each for each in answer["needs"] if each["need"]["iri"] == NEED]
    matches = client.get("/api/v1/match", query_string={"need": NEED}).json
    assert matches is not None
    assert found["score"] == next(each["score"] for each in matches["matches"] if each["actor"]["iri"] == MAKER)


def test_actors_like_one_do_not_include_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/match", query_string={"like": MAKER}).json
    assert answer is not None
    assert answer["matches"]
    assert MAKER not in [each["actor"]["iri"] for each in answer["matches"]]


def test_a_problem_names_field_value_and_what_is_allowed(client: FlaskClient) -> None:
    answer = client.post("/api/v1/match", json={"text": "x", "minimum_readiness": 12})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    assert answer.json is not None
    assert (answer.json["field"], answer.json["value"]) == ("minimum_readiness", 12)
    assert "1 to 9" in answer.json["allowed"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [("{", "application/json", 400), ("{}", "text/plain", 415), ("{}", "application/json", 400)],
)
def test_what_is_no_need_is_refused(client: FlaskClient, body: str, kind: str, status: int) -> None:
    assert client.post("/api/v1/match", data=body, content_type=kind).status_code == status


@pytest.mark.parametrize("path", ["/api/v1/match?text=Beschichtung", "/api/v1/concepts?text=Beschichtung"])
def test_who_holds_an_answer_is_not_sent_it_again(client: FlaskClient, path: str) -> None:
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"{path}&lang=en", headers={"If-None-Match": tag}).status_code == 200


def test_a_batch_answers_each_need_on_a_line_of_its_own(client: FlaskClient) -> None:
    needs = [{"id": "a", "text": "Beschichtung", "limit": 1}, {"need": "urn:nowhere"}, {"text": 3}]
    answer = client.post("/api/v1/match/batch", json=needs)
    first, second, third = map(json.loads, answer.text.splitlines())
    assert answer.mimetype == "application/x-ndjson"
    assert (first["id"], len(first["matches"])) == ("a", 1)
    assert second["problem"]["status"] == 404
    assert third["problem"]["field"] == "text"


def test_room_is_made_for_the_next_batch(client: FlaskClient) -> None:
    answers = [client.post("/api/v1/match/batch", json=[{"text": "x"}], buffered=True) for _ in range(2 * BATCHES)]
    assert [answer.status_code for answer in answers] == [200] * 2 * BATCHES


def test_no_more_batches_are_answered_at_once_than_there_is_room_for(client: FlaskClient) -> None:
    running = [client.post("/api/v1/match/batch", json=[{"text": "x"}]) for _ in range(BATCHES)]
    refused = client.post("/api/v1/match/batch", json=[{"text": "x"}])
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    for each in running:
        each.close()
    assert client.post("/api/v1/match/batch", json=[{"text": "x"}], buffered=True).status_code == 200


def test_a_text_is_told_as_concepts_words_and_the_rest(client: FlaskClient) -> None:
    answer = client.get("/api/v1/concepts", query_string={"text": "Beschichtung und Blasmusik"}).json
    assert answer is not None
    (found,) = answer["concepts"]
    assert (found["iri"], found["words"]) == (COATING, [["Beschichtung", 0, 12]])
    assert answer["unrecognised"] == [["Blasmusik", 17, 26]]
    assert client.get("/api/v1/concepts").status_code == 400


def test_a_concept_can_be_left_out_of_the_page_and_taken_back(client: FlaskClient) -> None:
    page = client.get("/match", query_string={"text": "Wir suchen eine Beschichtung und Sensorik.", "lang": "en"}).text
    assert f"without={COATING}" in page
    without = client.get(
        "/match", query_string={"text": "Wir suchen eine Beschichtung und Sensorik.", "without": COATING, "lang": "en"}
    )
    assert "Left out:" in without.text
    assert "take back in" in without.text


def test_the_page_of_an_actor_leads_to_the_needs_that_it_meets(client: FlaskClient) -> None:
    page = client.get(MAKER.replace(ID, "/doc/")).text
    assert "actor=" in page
    found = client.get("/match", query_string={"actor": MAKER, "lang": "en"})
    assert "coat pipes" in found.text
