"""What every write over HTTP shares: who may make it, on which condition, how large it may be, how it is confirmed."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from api.problems import problem_json, refusal_json
from api.sent import bearer_token
from api.service import Service
from graph.desk import Desk
from graph.errors import BuildRunning, Forbidden, Outdated, RevierError, TooLarge
from graph.tokens import Scope

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
OPEN_TO_ALL = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Location, Retry-After, Revier-Snapshot, Request-Id",
}
PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-Match, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


def protocol(name: str, service: Service, *, refused: Mapping[str, str]) -> Blueprint:
    """An empty blueprint that answers OPTIONS and errors as programs like it, and says why methods are `refused`.

    Its routes take all `METHODS`.
    """
    blueprint = Blueprint(name, __name__)
    allowed = [method for method in METHODS if method not in refused]

    @blueprint.before_request
    def judge_method() -> Response | None:
        if request.method in refused:
            raise MethodNotAllowed(allowed, refused[request.method])
        if request.method == "OPTIONS":
            methods = ", ".join(allowed)
            told = {"Allow": methods, "Access-Control-Allow-Methods": methods}
            return Response(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT | told)
        return None

    @blueprint.errorhandler(RevierError)
    def refuse(error: RevierError) -> Response:
        if isinstance(error, BuildRunning):  # who writes only has to come again
            return problem_json(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        return refusal_json(error)

    @blueprint.errorhandler(HTTPException)
    def unfit(error: HTTPException) -> Response:
        answer = problem_json(error.code or HTTPStatus.INTERNAL_SERVER_ERROR, error.description or "")
        if isinstance(error, MethodNotAllowed):
            answer.headers["Allow"] = ", ".join(allowed)
        return answer

    @blueprint.after_request
    def open_to_all(answer: Response) -> Response:
        answer.headers.update(OPEN_TO_ALL)
        answer.headers.setdefault("Revier-Snapshot", service.queries.snapshot)
        return answer

    return blueprint


def desk_of(service: Service) -> Desk:
    """The desk that takes the write; `Forbidden` where nothing is written."""
    if service.desk is None:
        raise Forbidden("Nothing can be written here: the service only reads. Write to the store that it reads from.")
    return service.desk


def scope_of(service: Service) -> Scope:
    """What the token of the request is for; `Unauthorised` if it has none that is valid."""
    return service.tokens.scope_of(bearer_token())


def expected_snapshot(service: Service) -> str | None:
    """The snapshot on which the write depends by If-Match; None if it names none.

    Raises `Outdated` if all that it names are past.
    """
    if "If-Match" not in request.headers or request.if_match.star_tag:
        return None
    published = service.queries.snapshot
    if published not in {tag.partition(".")[0] for tag in request.if_match.as_set()}:
        raise Outdated(f"The published snapshot is {published} and none that If-Match names. Read it, and write again.")
    return published


def too_large(what: str, most_bytes: int) -> TooLarge:
    """The refusal of what is longer than the limit."""
    return TooLarge(f"The {what} is longer than {most_bytes:,} bytes, the limit here. Send it in parts.")


def confirmed(snapshot: str, *, is_new: bool = False, location: str = "") -> Response:
    """The answer to a write that is published, with the snapshot that holds it."""
    headers = {"ETag": f'"{snapshot}"', "Revier-Snapshot": snapshot, "Cache-Control": "no-store"}
    if location:
        headers["Location"] = location
    return Response(status=HTTPStatus.CREATED if is_new else HTTPStatus.NO_CONTENT, headers=headers)
