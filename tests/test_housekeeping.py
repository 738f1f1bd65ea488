"""A machine that asks whether the service is well gets the truth."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from api.app import create_app
from api.service import Service
from graph.pool import QueryPool
from graph.store import Store


@pytest.fixture
def pool(little_snapshot: Path) -> QueryPool:
    return QueryPool(little_snapshot, workers=1, queue_s=0.1)


@pytest.fixture
def service(little: Store, pool: QueryPool, service_of: Callable[..., Service]) -> Service:
    return service_of(little, queries=pool)


@pytest.fixture
def client(service: Service) -> FlaskClient:
    return create_app(service).test_client()


def test_health_names_the_snapshot(client: FlaskClient, pool: QueryPool, little: Store) -> None:
    health = client.get("/health").json
    pool.close()
    assert health is not None
    assert (health["status"], health["snapshot"]) == ("ok", little.snapshot)
    assert health["triples"] > 0


def test_ready_is_what_can_answer_a_query(client: FlaskClient, pool: QueryPool, service: Service) -> None:
    ready = client.get("/ready")
    assert (ready.status_code, ready.json["ready"]) == (200, True)  # type: ignore[index]
    service.current.why_not = "No snapshot is whole."
    told = client.get("/ready")
    assert (told.status_code, told.json["detail"]) == (503, "No snapshot is whole.")  # type: ignore[index]
    service.current.why_not = ""
    pool.close()
    silent = client.get("/ready")
    assert (silent.status_code, silent.json["ready"]) == (503, False)  # type: ignore[index]
    assert silent.json["detail"]  # type: ignore[index]


def test_crawlers_may_read_pages_and_leave_endpoints_alone(client: FlaskClient, pool: QueryPool) -> None:
    pool.close()
    rules = client.get("/robots.txt").text
    assert "Disallow: /sparql" in rules
    assert "Disallow: /api/" in rules
    assert "Disallow: /\n" not in rules
    with client.get("/favicon.ico") as icon:
        assert icon.mimetype == "image/svg+xml"
