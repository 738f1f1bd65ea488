"""What machines ask of every site: whether it runs, whether it can answer, what they may crawl, and its icon."""

from http import HTTPStatus

from flask import Blueprint, Response, current_app, jsonify, render_template

from api.links import host
from api.problems import TITLES
from api.service import Service
from graph.errors import RevierError

PROBE = "ASK { GRAPH ?g { ?s ?p ?o } }"
PROBE_S = 3.0
HELPS = {
    400: "help.400",
    401: "help.401",
    403: "help.403",
    404: "help.404",
    405: "help.405",
    406: "help.406",
    409: "help.409",
    410: "help.410",
    412: "help.412",
    413: "help.413",
    415: "help.415",
    422: "help.422",
    429: "help.429",
    500: "help.500",
    501: "help.501",
    502: "help.502",
    503: "help.503",
    504: "help.504",
    507: "help.507",
}
ROBOTS = "User-agent: *\nDisallow: /sparql\nDisallow: /update\nDisallow: /graph-store\nDisallow: /api/\n"


def housekeeping_blueprint(service: Service) -> Blueprint:
    """`/health`, `/ready`, `/robots.txt` and `/favicon.ico`."""
    blueprint = Blueprint("housekeeping", __name__)
    current = service.current

    @blueprint.get("/health")
    def health() -> Response:
        return jsonify(status="ok", snapshot=current.snapshot, triples=current.triples)

    @blueprint.get("/ready")
    def ready() -> tuple[Response, int]:
        edition = current.edition
        why_not = current.why_not or _silence(service)
        answer = jsonify(
            ready=not why_not,
            snapshot=edition.snapshot,
            since=edition.since.isoformat(timespec="milliseconds"),
            detail=why_not or current.remark,
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer, HTTPStatus.SERVICE_UNAVAILABLE if why_not else HTTPStatus.OK

    @blueprint.get("/robots.txt")
    def robots() -> Response:
        site_map = "" if service.is_bare else f"Sitemap: {host(service)}/sitemap.xml\n"
        return Response(ROBOTS + site_map, content_type="text/plain; charset=utf-8")

    @blueprint.get("/problems")
    def problems() -> str:
        return render_template("problems.html", titles=TITLES, helps=HELPS)

    @blueprint.get("/favicon.ico")
    def icon() -> Response:
        return current_app.send_static_file("mark.svg")

    return blueprint


def _silence(service: Service) -> str:
    """Why a query that anybody could ask has no answer now; empty if it has one."""
    try:
        service.queries.run(PROBE, timeout_s=PROBE_S).close()
    except RevierError as error:
        return str(error)
    return ""
