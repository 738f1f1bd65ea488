"""One shape for everything that goes wrong: a page for people, problem+json for machines, never a trace."""

import json
from http import HTTPStatus

from flask import Flask, Response, current_app, g, render_template, request
from werkzeug.exceptions import HTTPException

from api.words import chosen_language, say
from graph.errors import RevierError

PROBLEM_TYPE = "application/problem+json"
TITLES = {
    HTTPStatus.BAD_REQUEST: "problem.400",
    HTTPStatus.NOT_FOUND: "problem.404",
    HTTPStatus.METHOD_NOT_ALLOWED: "problem.405",
    HTTPStatus.NOT_ACCEPTABLE: "problem.406",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "problem.413",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "problem.415",
    HTTPStatus.INTERNAL_SERVER_ERROR: "problem.500",
    HTTPStatus.SERVICE_UNAVAILABLE: "problem.503",
}


def answer_errors(app: Flask) -> None:
    """Let `app` translate every error into a problem."""
    app.register_error_handler(RevierError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _fault)


def problem(status: int, detail: str = "") -> Response:
    """The answer for `status`; `detail` is the error's own English sentence."""
    if not hasattr(g, "language"):
        g.language = chosen_language(request.args.get("lang"), request.accept_languages)
    title = _title(status, g.language)
    if _wants_json():
        shape = {"type": "about:blank", "title": title, "status": status, "detail": detail or _says(status)}
        body = json.dumps(shape, ensure_ascii=False)
        return Response(
            body,
            status,
            content_type=f"{PROBLEM_TYPE}; charset=utf-8",
            headers={"Content-Language": g.language},
        )
    page = render_template("problem.html", status=status, title=title, advice=_says(status), detail=detail)
    return Response(page, status, content_type="text/html; charset=utf-8")


def _refusal(error: RevierError) -> Response:
    answer = problem(error.status, str(error))
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        answer.headers["Retry-After"] = "5"
    return answer


def _http_error(error: HTTPException) -> Response:
    answer = problem(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            answer.headers[name] = value
    return answer


def _fault(error: Exception) -> Response:
    current_app.logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR)


def _wants_json() -> bool:
    if request.path.startswith("/api/"):
        return True
    forms = ["text/html", PROBLEM_TYPE, "application/json"]
    return request.accept_mimetypes.best_match(forms, default="text/html") != "text/html"


def _title(status: int, language: str) -> str:
    return say(TITLES.get(HTTPStatus(status), "problem.other"), language)


def _says(status: int) -> str:
    return say("problem.ours" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "problem.yours", g.language)
