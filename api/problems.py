"""One shape for everything that goes wrong: a page for people, problem+json for machines, never a trace."""

import json
from http import HTTPStatus

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from api.negotiation import wish
from api.words import chosen_language, say
from graph.errors import NotRdf, NotSparql, RevierError, Unauthorised, WriteRefused
from ontology.naming import BASE

# what programs call: there only a browser gets a page
PROTOCOLS = ("/api/", "/sparql", "/update", "/graph-store", "/metrics", "/health", "/ready")
PROBLEM_TYPE = "application/problem+json"
PROBLEMS = BASE + "problems"  # where each kind is explained
RETRY_AFTER_S = 5
TITLES: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "problem.400",
    HTTPStatus.UNAUTHORIZED: "problem.401",
    HTTPStatus.FORBIDDEN: "problem.403",
    HTTPStatus.NOT_FOUND: "problem.404",
    HTTPStatus.METHOD_NOT_ALLOWED: "problem.405",
    HTTPStatus.NOT_ACCEPTABLE: "problem.406",
    HTTPStatus.CONFLICT: "problem.409",
    HTTPStatus.GONE: "problem.410",
    HTTPStatus.PRECONDITION_FAILED: "problem.412",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "problem.413",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "problem.415",
    HTTPStatus.UNPROCESSABLE_ENTITY: "problem.422",
    HTTPStatus.TOO_MANY_REQUESTS: "problem.429",
    HTTPStatus.INTERNAL_SERVER_ERROR: "problem.500",
    HTTPStatus.NOT_IMPLEMENTED: "problem.501",
    HTTPStatus.BAD_GATEWAY: "problem.502",
    HTTPStatus.SERVICE_UNAVAILABLE: "problem.503",
    HTTPStatus.GATEWAY_TIMEOUT: "problem.504",
    HTTPStatus.INSUFFICIENT_STORAGE: "problem.507",
}


def answer_errors(app: Flask) -> None:
    """Let `app` translate every error into a problem."""
    app.register_error_handler(RevierError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def problem(status: int, detail: str = "") -> Response:
    """The answer for `status`, in the form that is accepted; `detail` is the error's own English sentence."""
    if _wants_json():
        return problem_json(status, detail)
    page = render_template("problem.html", status=status, title=title(status), advice=_advice(status), detail=detail)
    return with_retry(Response(page, status, content_type="text/html; charset=utf-8"))


def problem_json(status: int, detail: str = "", **facts: object) -> Response:
    """The answer for `status` as problem+json (RFC 9457), with further facts such as where the fault lies."""
    kind = f"{PROBLEMS}#{status}" if status in TITLES else "about:blank"
    told = {"type": kind, "title": title(status), "status": status, "detail": detail or _advice(status)}
    headers = {"Cache-Control": "no-store", "Content-Language": _language()}
    body = json.dumps({**told, **facts}, ensure_ascii=False)
    return with_retry(Response(body, status, content_type=PROBLEM_TYPE, headers=headers))


def refusal_json(error: RevierError) -> Response:
    """The answer to what was refused: with line and column of a text that cannot be read, or with the findings."""
    facts: dict[str, object] = {}
    if isinstance(error, NotSparql | NotRdf) and error.line is not None:
        facts = {"line": error.line, "column": error.column}
    if isinstance(error, WriteRefused):
        facts = {"findings": [found.as_json() for found in error.findings]}
    return _asking(problem_json(error.status, str(error), **facts), error)


def with_retry(answer: Response) -> Response:
    """`answer`, which says when to come again if its status is 503."""
    if answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def title(status: int) -> str:
    """What went wrong, in a few words of the request's language."""
    return say(TITLES.get(status, "problem.other"), _language())


def _refusal(error: RevierError) -> Response:
    return refusal_json(error) if _wants_json() else _asking(problem(error.status, str(error)), error)


def _asking(answer: Response, error: RevierError) -> Response:
    """`answer`, which asks for a token where one was missing or wrong."""
    if isinstance(error, Unauthorised):
        answer.headers["WWW-Authenticate"] = 'Bearer realm="Revier"'
    return answer


def _http_error(error: HTTPException) -> Response:
    is_told = error.description != type(error).description  # by us, and not by the library in general
    answer = problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, (error.description or "") if is_told else "")
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> Response:
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def _wants_json() -> bool:
    if request.path.startswith(PROTOCOLS):
        return not wish(request.headers.get("Accept", "")).is_for_page
    forms = ["text/html", PROBLEM_TYPE, "application/json"]
    return request.accept_mimetypes.best_match(forms, default="text/html") != "text/html"


def _advice(status: int) -> str:
    return say("problem.ours" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "problem.yours", _language())


def _language() -> str:
    """The language of the request, also where an error came before it was chosen."""
    if "language" not in g:
        g.language = chosen_language(request.args.get("lang"), request.headers.get("Accept-Language", ""))
    language: str = g.language
    return language
