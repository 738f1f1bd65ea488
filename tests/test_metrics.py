"""`/metrics`: figures that add up, in the format Prometheus reads, for those who may see them."""

import re
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask

from api.guard import guard
from api.metrics import TABLE, Metrics, measure_requests, metrics_blueprint
from api.problems import answer_errors
from api.service import Service
from api.settings import read_settings
from graph.errors import Unauthorised

TOKEN = "-".join(("given", "out", "yesterday"))
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="[^"\n]*"(,[a-z_]+="[^"\n]*")*\})? ([0-9.e+-]+|\+Inf)')


def _scope_of(token: str) -> None:
    if token != TOKEN:
        raise Unauthorised("This token was never given out.")


@pytest.fixture
def app() -> Flask:
    app = Flask("measured")
    service = SimpleNamespace(
        settings=read_settings({"REVIER_PROXIES": "1"}),
        metrics=Metrics(),
        current=SimpleNamespace(edition=SimpleNamespace(snapshot="20261123T000000123456-abc"), is_ready=True),
        queries=SimpleNamespace(figures=lambda: {"idle": 3, "busy": 1}),
        tokens=SimpleNamespace(scope_of=_scope_of),
        cache=SimpleNamespace(size_bytes=4096),
    )
    guard(app, cast(Service, service))
    measure_requests(app, service.metrics)
    app.register_blueprint(metrics_blueprint(cast(Service, service)))
    answer_errors(app)

    @app.get("/api/hello/<name>")
    def hello(name: str) -> str:
        return name

    return app


def _values(app: Flask) -> dict[str, float]:
    """Every line of `/metrics` as this machine sees it."""
    answer = app.test_client().get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert [line for line in lines if not LINE.fullmatch(line)] == []
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_requests_are_counted_by_endpoint_method_and_status(app: Flask) -> None:
    for name in ("one", "two"):
        app.test_client().get(f"/api/hello/{name}")
    app.test_client().post("/api/hello/one")
    values = _values(app)
    assert values['revier_requests_total{endpoint="hello",method="GET",status="200"}'] == 2
    assert values['revier_requests_total{endpoint="none",method="POST",status="405"}'] == 1


def test_the_classes_of_a_histogram_add_up() -> None:
    metrics = Metrics()
    for seconds in (0.001, 0.002, 0.003, 100):
        metrics.observe("revier_request_seconds", seconds)
    told = dict(line.rsplit(" ", 1) for line in metrics.text({}).splitlines() if not line.startswith("#"))
    assert told['revier_request_seconds_bucket{le="0.001"}'] == "1"
    assert told['revier_request_seconds_bucket{le="0.003"}'] == "3"
    assert told['revier_request_seconds_bucket{le="30"}'] == "3"
    assert told['revier_request_seconds_bucket{le="+Inf"}'] == told["revier_request_seconds_count"] == "4"
    assert float(told["revier_request_seconds_sum"]) == pytest.approx(100.006)


def test_the_state_of_the_service_is_told(app: Flask) -> None:
    values = _values(app)
    assert values["revier_ready"] == 1
    assert values["revier_cache_bytes"] == 4096
    assert values['revier_snapshot_info{snapshot="20261123T000000123456-abc"}'] == 1
    assert values["revier_snapshot_age_seconds"] > 0
    assert values['revier_pool{figure="idle"}'] == 3


def test_clients_cannot_make_up_new_labels(app: Flask) -> None:
    for number in range(50):
        app.test_client().open(f"/api/{number}", method=f"METHOD{number}")
    requests = [name for name in _values(app) if name.startswith("revier_requests_total")]
    assert requests == ['revier_requests_total{endpoint="none",method="other",status="404"}']


def test_an_unknown_figure_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        Metrics().count("revier_reqests_total")


def test_every_figure_says_what_it_means() -> None:
    assert [metric.name for metric in TABLE.values() if not metric.says.endswith(".")] == []


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}, 403),
        ("203.0.113.7", {}, 403),
        ("203.0.113.7", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("203.0.113.7", {"Authorization": "Bearer invented"}, 401),
        ("203.0.113.7", {"Authorization": f"Bearer {TOKEN}"}, 200),
    ],
)
def test_figures_are_for_this_machine_and_for_tokens(
    app: Flask, peer: str, headers: dict[str, str], status: int
) -> None:
    headers |= {"Accept": "application/json"}
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == status
