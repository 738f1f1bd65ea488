"""The door over HTTP: ids, client addresses, budgets, and answers that tell nothing of the inside."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from api.app import create_app
from api.budgets import AT_A_TIME
from api.current import Current, Edition
from api.guard import charge, guard
from api.metrics import Metrics
from api.service import Service
from api.settings import read_settings

FAR = "203.0.113.77"
INSIDE = "thread 'main' panicked at /opt/revier/store/000123.sst: Corruption"
FAULTS = (RuntimeError, OSError, ValueError, KeyError, AssertionError, RecursionError, MemoryError, EOFError)
ASKED = "/sparql?query=ASK%20%7B%7D"
Door = Callable[..., FlaskClient]


@pytest.fixture
def door() -> Door:
    """Opens a small application behind the guard, with the settings of an environment."""

    def opened(**environment: str) -> FlaskClient:
        app = Flask("door")
        service = SimpleNamespace(settings=read_settings(environment), metrics=Metrics())
        guard(app, cast(Service, service))

        @app.get("/")
        def hello() -> str:
            return "hello"

        @app.get("/hard")
        def hard() -> str:
            charge(40)
            charge(35)
            return "done"

        @app.get("/broken")
        def broken() -> str:
            return str(1 / 0)

        @app.get("/long")
        def long() -> Response:
            return Response(iter([b"one ", b"two"]))

        app.extensions["metrics"] = service.metrics
        return app.test_client()

    return opened


def _get(client: FlaskClient, path: str = "/", *, peer: str = FAR, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named, environ_base={"REMOTE_ADDR": peer})


def _refused_after(client: FlaskClient, requests: int, **told: Any) -> bool:
    """Whether just so many requests are answered and the next is not."""
    return [_get(client, **told).status_code for _ in range(requests + 1)] == [200] * requests + [429]


def test_a_refusal_says_how_long_to_wait_and_what_is_allowed(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    assert _refused_after(client, 2)
    refusal = _get(client)
    assert refusal.headers["Retry-After"] == "30"
    assert refusal.mimetype == "application/problem+json"
    assert "2 requests a minute" in refusal.get_json()["detail"]


def test_work_that_an_endpoint_counts_is_taken_from_the_budget(door: Door) -> None:
    client = door(REVIER_CLIENT_WORK_S="60")
    assert _get(client, "/hard").status_code == 200
    refusal = _get(client)
    assert refusal.status_code == 429
    assert 14 <= int(refusal.headers["Retry-After"]) <= 15


def test_this_machine_is_not_limited(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    for peer in ("127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1", ""):
        assert all(_get(client, peer=peer).status_code == 200 for _ in range(5))


def test_behind_a_proxy_the_client_is_who_the_proxy_saw(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2", REVIER_PROXIES="1")
    assert _refused_after(client, 2, peer="127.0.0.1", X_Forwarded_For="198.51.100.1")
    assert _get(client, peer="127.0.0.1", X_Forwarded_For="198.51.100.2").status_code == 200


def test_what_a_client_writes_into_the_header_itself_changes_nothing(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2", REVIER_PROXIES="1")
    for invented in ("1.1.1.1", "127.0.0.1"):
        assert _get(client, peer="127.0.0.1", X_Forwarded_For=f"{invented}, {FAR}").status_code == 200
    assert _get(client, peer="127.0.0.1", X_Forwarded_For=f"2.2.2.2, {FAR}").status_code == 429


def test_without_trusted_proxies_the_header_is_not_believed(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    assert [_get(client, X_Forwarded_For=f"1.1.1.{last}").status_code for last in range(3)] == [200, 200, 429]


def test_a_local_proxy_that_is_not_counted_frees_nobody_from_the_limits(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    assert _refused_after(client, 2, peer="127.0.0.1", X_Forwarded_For=FAR)


def test_a_proxy_that_names_this_machine_frees_nobody_from_the_limits(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2", REVIER_PROXIES="1")
    assert _refused_after(client, 2, peer="10.0.0.1", X_Forwarded_For="127.0.0.1")


def test_with_two_proxies_the_second_from_the_right_is_the_client(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2", REVIER_PROXIES="2")
    assert _refused_after(client, 2, peer="10.0.0.1", X_Forwarded_For=f"9.9.9.9, {FAR}, 10.0.0.2")
    assert _get(client, peer="10.0.0.1", X_Forwarded_For=f"{FAR}, 9.9.9.9, 10.0.0.2").status_code == 200


@pytest.mark.parametrize("nonsense", ["unknown", "1.2.3.4.5", "<script>", "1" * 10_000, ",", "::1::2", "é"])
def test_an_address_that_cannot_be_read_counts_for_the_proxy(door: Door, nonsense: str) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2", REVIER_PROXIES="1")
    assert _refused_after(client, 2, peer="10.0.0.1", X_Forwarded_For=nonsense)


def test_the_addresses_of_one_ipv6_network_share_a_budget(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    assert _get(client, peer="2001:db8:1:2::1").status_code == 200
    assert _get(client, peer="2001:db8:1:2:ffff::2").status_code == 200
    assert _get(client, peer="2001:db8:1:2:aaaa::3").status_code == 429
    assert _get(client, peer="2001:db8:1:3::1").status_code == 200


def test_an_ipv4_address_is_the_same_client_in_ipv6_clothes(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    peers = (f"::ffff:{FAR}", FAR, f"::ffff:{FAR}")
    assert [_get(client, peer=peer).status_code for peer in peers] == [200, 200, 429]


def test_answers_that_are_still_read_count_as_running(door: Door) -> None:
    client = door()
    reading = [_get(client, "/long") for _ in range(AT_A_TIME)]
    refusal = _get(client, "/long")
    assert refusal.status_code == 429
    assert f"{AT_A_TIME} requests at a time" in refusal.get_json()["detail"]
    reading[0].close()
    assert _get(client, "/long").status_code == 200
    for answer in reading:
        answer.close()


def test_a_request_that_fails_runs_no_longer(door: Door) -> None:
    client = door()
    client.application.testing = True  # faults are raised instead of answered
    for _ in range(AT_A_TIME):
        with pytest.raises(ZeroDivisionError):
            _get(client, "/broken")
    assert _get(client).status_code == 200


def test_every_refusal_is_counted(door: Door) -> None:
    client = door(REVIER_CLIENT_REQUESTS="2")
    assert _refused_after(client, 2)
    metrics: Metrics = client.application.extensions["metrics"]
    assert 'revier_rate_limited_total{budget="requests"} 1\n' in metrics.text({})


def test_every_answer_has_an_id_of_its_own(door: Door) -> None:
    client = door()
    ids = [_get(client, path).headers["Request-Id"] for path in ("/", "/", "/nowhere")]
    assert len(set(ids)) == 3


def test_the_id_of_a_trusted_proxy_is_kept(door: Door) -> None:
    client = door(REVIER_PROXIES="1")
    assert _get(client, X_Request_Id="4f1c-ab_9.e").headers["Request-Id"] == "4f1c-ab_9.e"


@pytest.mark.parametrize("given", ["short", "with blank in it", "x" * 65, "<script>alert(1)</script>", "a\tb_cdefgh"])
def test_an_id_that_could_do_harm_is_replaced(door: Door, given: str) -> None:
    client = door(REVIER_PROXIES="1")
    assert _get(client, X_Request_Id=given).headers["Request-Id"] != given


def test_the_id_of_a_stranger_is_replaced(door: Door) -> None:
    assert _get(door(), X_Request_Id="4f1c-ab_9.e").headers["Request-Id"] != "4f1c-ab_9.e"


class _Broken:
    """A part of the service of which every use ends in the same fault."""

    snapshot = "snapshot"

    def __init__(self, fault: type[Exception]) -> None:
        self._fault = fault

    def __getattr__(self, name: str) -> Any:
        raise self._fault(INSIDE)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("accept", ["text/html", "application/json", "application/sparql-results+json", "*/*"])
def test_no_fault_of_ours_tells_of_the_inside(fault: type[Exception], accept: str) -> None:
    def opened() -> Any:
        raise fault(INSIDE)

    broken = _Broken(fault)
    service = Service(
        settings=read_settings({}),
        queries=cast(Any, broken),
        current=Current(Edition("snapshot", opened)),
        desk=cast(Any, broken),
        tokens=cast(Any, broken),
        cache=cast(Any, broken),
        metrics=Metrics(),
    )
    client = create_app(service).test_client()
    token = {"Authorization": "Bearer something", "Accept": accept}
    turtle = {"Content-Type": "text/turtle"} | token
    update = {"Content-Type": "application/sparql-update"} | token
    told = [client.get(path, headers=token) for path in ("/", ASKED, "/health", "/ready", "/match", "/actors")]
    told += [client.get(f"/graph-store?{graph}", headers=token) for graph in ("default", "graph=urn:a")]
    told += [client.post("/update", data="INSERT DATA {}", headers=update)]
    told += [client.put("/graph-store?default", data="<urn:a> <urn:b> 1 .", headers=turtle)]
    told += [client.delete("/graph-store?graph=urn:a", headers=token)]
    assert {answer.status_code for answer in told} <= {406, 500, 503}
    for answer in told:
        assert all(word not in answer.text for word in ("panicked", "/opt/", "Corruption", "Traceback", ".py"))
        assert answer.headers["Request-Id"]
