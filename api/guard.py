"""The door: who asks, under which id the request is known, and whether the client has asked enough for now.

The client is the address at the other end, or behind `REVIER_PROXIES` trusted proxies the one that the outermost of
them saw; IPv6 counts by network, since a household has 2^64 addresses. Requests from this machine are not
limited, unless a proxy sent them.
"""

import logging
import random
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, cast

from flask import Flask, Response, request
from werkzeug.wsgi import ClosingIterator

from api.budgets import Budgets, Refusal
from api.problems import problem, problem_json
from api.service import Service

VISIT = "revier.visit"
_ADDRESS_LETTERS = 45  # of the longest IPv6 address
_SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Client:
    """Who asks: the name its budgets are kept under, the address as logs may tell it, and if it is this machine."""

    name: str
    shown: str
    is_local: bool


UNKNOWN = Client("unknown", "unknown", False)


@dataclass(slots=True)
class Visit:
    """One request as the door sees it, from `begun_s`; `work_s` is None until somebody counts work.

    `endpoint`, `query_hash` and `cache` are for the access log and the figures.
    """

    request_id: str
    client: Client
    begun_s: float
    work_s: float | None = None
    refusal: Refusal | None = None
    endpoint: str = "none"
    query_hash: str = ""
    cache: str = ""

    @property
    def seconds(self) -> float:
        """How long the request has taken so far."""
        return time.perf_counter() - self.begun_s


def guard(app: Flask, service: Service) -> None:
    """Let `app` know each request by id and client, and refuse those of a client whose budget is used up.

    To be called before other hooks are added, so that a refusal costs as little as it can.
    """
    settings = service.settings
    budgets = Budgets(requests=settings.client_requests, work_s=settings.client_work_s)
    app.config["MAX_CONTENT_LENGTH"] = max(
        3 * settings.query_bytes, 3 * settings.update_bytes, settings.upload_mb << 20
    )
    answer = app.wsgi_app

    # around the application and not in its hooks: they see neither the end of an answer nor cost so little
    def door(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        client = _who_asks(environ, settings.proxies)
        visit = environ[VISIT] = Visit(_request_id(environ, settings.proxies), client, time.perf_counter())

        def signed(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Any:
            return start_response(status, [*headers, ("Request-Id", visit.request_id)], fault)

        if client.is_local:
            return answer(environ, signed)
        admitted = budgets.admit(client.name)
        if isinstance(admitted, Refusal):
            visit.refusal = admitted
            service.metrics.count("revier_rate_limited_total", budget=admitted.budget)
            return answer(environ, signed)
        try:
            body = answer(environ, signed)
        except BaseException:
            budgets.release(admitted)
            raise
        budgets.charge(admitted, visit.seconds if visit.work_s is None else visit.work_s)
        # who reads slowly holds a thread until the last byte, so the request runs until then
        return ClosingIterator(body, lambda: budgets.release(admitted))

    @app.before_request
    def turn_away() -> Response | None:
        visit = this_visit()
        visit.endpoint, refusal = request.endpoint or "none", visit.refusal
        return None if refusal is None else _refused(refusal)

    app.wsgi_app = door  # type: ignore[method-assign]


def this_visit() -> Visit:
    """The request that is being answered."""
    return cast(Visit, request.environ[VISIT])


def charge(work_s: float) -> None:
    """Count `work_s` seconds as the work of the present request; without this it is the time the answer took.

    Where no guard stands, nothing is counted.
    """
    visit: Visit | None = request.environ.get(VISIT)
    if visit is not None:
        visit.work_s = (visit.work_s or 0) + work_s


def _who_asks(environ: dict[str, Any], proxies: int) -> Client:
    peer = environ.get("REMOTE_ADDR") or "127.0.0.1"  # a socket file is reached from this machine only
    forwarded = environ.get("HTTP_X_FORWARDED_FOR")
    if not forwarded:
        return _client(peer, False)
    if not proxies:
        _warn_of_unnamed_proxy(_client(peer, False).is_local)
        return _client(peer, True)
    # the last is from the proxy next to us; further left than the trusted ones stands what anybody may have written
    told = forwarded.rsplit(",", proxies)[-proxies:][0].strip()
    found = _client(told, True) if len(told) <= _ADDRESS_LETTERS else UNKNOWN
    return _client(peer, True) if found is UNKNOWN else found


@lru_cache(maxsize=4096)
def _client(address: str, is_forwarded: bool) -> Client:
    """The client at an address; all whose address cannot be read are one."""
    try:
        found = ip_address(address)
    except ValueError:
        return UNKNOWN
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or found
    is_local = found.is_loopback and not is_forwarded
    if isinstance(found, IPv6Address):
        network = str(ip_network((found, 64), strict=False))
        return Client(network, network, is_local)
    return Client(str(found), str(ip_network((found, 24), strict=False).network_address), is_local)


@lru_cache(maxsize=2)
def _warn_of_unnamed_proxy(is_local: bool) -> None:
    """Say it once: behind a proxy that is not counted, all clients share one budget."""
    if is_local:
        _LOG.warning(
            "A proxy on this machine forwards requests, but REVIER_PROXIES is 0: its clients share one budget."
        )


def _request_id(environ: dict[str, Any], proxies: int) -> str:
    given: str = environ.get("HTTP_X_REQUEST_ID", "") if proxies else ""
    # an id is no secret, and the kernel's randomness would cost more than the rest of the door
    return given if given and _SAFE_ID.fullmatch(given) else f"{random.getrandbits(64):016x}"


def _refused(refusal: Refusal) -> Response:
    """429 in the form the client reads, with the seconds after which it will be heard."""
    says = f"One client is allowed {refusal.allows}. Ask again in {refusal.wait_s} s."
    status = HTTPStatus.TOO_MANY_REQUESTS
    is_person = "text/html" in request.headers.get("Accept", "")
    answer = problem(status, says) if is_person else problem_json(status, says)
    answer.headers["Retry-After"] = str(refusal.wait_s)
    return answer
