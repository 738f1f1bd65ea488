"""What the service has done and how it is, counted for Prometheus; `/metrics` tells it in the text format.

Counted in memory by each front end, and written by hand: the format is a line a figure, and a dictionary and a lock
cost a request a tenth of what the client library does. Every label has few values, whatever clients send.
"""

import re
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response

from api.guard import VISIT, Visit, this_visit
from api.sent import bearer_token
from api.service import Service
from graph.errors import Forbidden

TEXT_FORMAT = "text/plain; version=0.0.4; charset=utf-8"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One row of the table: name, kind, what it tells; upper bounds of its classes if it is a histogram."""

    name: str
    kind: str
    says: str
    bounds: tuple[float, ...] = ()


TABLE = {
    metric.name: metric
    for metric in (
        Metric("revier_requests_total", "counter", "Requests by endpoint, method and status."),
        Metric("revier_request_seconds", "histogram", "Seconds from a request to the head of its answer.", SECONDS),
        Metric("revier_rate_limited_total", "counter", "Requests refused because a budget of the client was used up."),
        Metric("revier_query_ends_total", "counter", "Queries by how they ended."),
        Metric("revier_cache_total", "counter", "Answers by whether the cache held them."),
        Metric("revier_cache_bytes", "gauge", "Room on disk that kept answers take."),
        Metric("revier_pool", "gauge", "Figures of the query processes."),
        Metric("revier_ready", "gauge", "1 while a whole snapshot is served, else 0."),
        Metric("revier_snapshot_info", "gauge", "The snapshot that is served, as a label."),
        Metric("revier_snapshot_age_seconds", "gauge", "Seconds since that snapshot was made."),
        Metric("revier_start_time_seconds", "gauge", "When this front end started, in seconds since 1970."),
    )
}


class Metrics:
    """Counters and histograms of one process; any thread may add to them.

    A name that is not in the table raises KeyError.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._sums: dict[str, dict[Labels, float]] = defaultdict(lambda: defaultdict(float))
        self._classes: dict[str, dict[Labels, list[int]]] = defaultdict(dict)
        self._started_s = time.time()

    def count(self, name: str, amount: float = 1, **labels: str) -> None:
        """Add to the counter `name`."""
        key = tuple(labels.items())
        with self._lock:
            self._sums[TABLE[name].name][key] += amount

    def observe(self, name: str, value: float, **labels: str) -> None:
        """Add a value to the histogram `name`."""
        metric, key = TABLE[name], tuple(labels.items())
        with self._lock:
            classes = self._classes[name].setdefault(key, [0] * (len(metric.bounds) + 1))
            classes[bisect_left(metric.bounds, value)] += 1
            self._sums[name][key] += value

    def text(self, gauges: dict[str, dict[Labels, float]]) -> str:
        """All of the table that has been counted, and the `gauges` of this moment, as Prometheus reads them."""
        now = gauges | {"revier_start_time_seconds": {(): self._started_s}}
        with self._lock:
            return "".join(f"{line}\n" for metric in TABLE.values() for line in self._lines(metric, now))

    def _lines(self, metric: Metric, gauges: dict[str, dict[Labels, float]]) -> Iterator[str]:
        values = gauges.get(metric.name, {}) if metric.kind == "gauge" else self._sums.get(metric.name, {})
        if not values:
            return
        yield f"# HELP {metric.name} {metric.says}"
        yield f"# TYPE {metric.name} {metric.kind}"
        for labels, value in values.items():
            if metric.bounds:
                yield from _histogram(metric, labels, self._classes[metric.name][labels], value)
            else:
                yield f"{metric.name}{_written(labels)} {value:.16g}"


def measure_requests(app: Flask, metrics: Metrics) -> None:
    """Count every request that `guard` has let `app` know."""
    answer = app.wsgi_app

    def measured(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        def counted(status: str, headers: list[tuple[str, str]], fault: Any = None) -> Any:
            visit: Visit = environ[VISIT]
            asked, endpoint = environ["REQUEST_METHOD"], visit.endpoint
            method = asked if asked in METHODS else "other"
            metrics.count("revier_requests_total", endpoint=endpoint, method=method, status=status[:3])
            metrics.observe("revier_request_seconds", visit.seconds, endpoint=endpoint)
            return start_response(status, headers, fault)

        return answer(environ, counted)

    app.wsgi_app = measured  # type: ignore[method-assign]


def metrics_blueprint(service: Service) -> Blueprint:
    """`/metrics`, for this machine and for whoever holds a token: the figures tell an attacker what hurts."""
    blueprint = Blueprint("metrics", __name__)

    @blueprint.get("/metrics")
    def metrics() -> Response:
        if not this_visit().client.is_local:
            if not (token := bearer_token()):
                raise Forbidden("Figures are told on the machine itself, or to a bearer token. Send one.")
            service.tokens.scope_of(token)
        answer = Response(service.metrics.text(_gauges(service)), content_type=TEXT_FORMAT)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return blueprint


def _gauges(service: Service) -> dict[str, dict[Labels, float]]:
    snapshot = service.current.edition.snapshot
    gauges: dict[str, dict[Labels, float]] = {
        "revier_ready": {(): service.current.is_ready},
        "revier_snapshot_info": {(("snapshot", snapshot),): 1},
        "revier_pool": {(("figure", name),): float(value) for name, value in service.queries.figures().items()},
    }
    if service.cache:
        gauges["revier_cache_bytes"] = {(): service.cache.size_bytes}
    made = re.match(r"\d{8}T\d{6}", snapshot)
    if made:
        born = datetime.strptime(made[0], "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
        gauges["revier_snapshot_age_seconds"] = {(): (datetime.now(UTC) - born).total_seconds()}
    return gauges


def _histogram(metric: Metric, labels: Labels, classes: list[int], total: float) -> Iterator[str]:
    below = 0
    for bound, count in zip((*(f"{bound:g}" for bound in metric.bounds), "+Inf"), classes, strict=True):
        below += count
        yield f"{metric.name}_bucket{_written((*labels, ('le', bound)))} {below}"
    yield f"{metric.name}_sum{_written(labels)} {total:.16g}"
    yield f"{metric.name}_count{_written(labels)} {below}"


def _written(labels: Labels) -> str:
    """Labels in braces, their values escaped.

    >>> _written((("path", 'a"b'),))
    '{path="a\\\\"b"}'
    """
    if not labels:
        return ""
    escapes = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})
    return "{" + ",".join(f'{name}="{value.translate(escapes)}"' for name, value in labels) + "}"
