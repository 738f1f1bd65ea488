"""What a client may keep: tagged by the snapshot and by what was asked, and not sent again while it is held."""

import hashlib
from collections.abc import Callable
from http import HTTPStatus

from flask import Response, g, request

from api.current import Current


def kept(current: Current, made: Callable[[], Response], *, is_weak: bool = False, **cause: object) -> Response:
    """The answer that `made` makes, or 304 if the client holds it.

    It follows from the snapshot, the path, the parameters and the language of the request, and from `cause`: whatever
    else it depends on. It `is_weak` if another making may differ in a byte.
    """
    tag = _tag(current.snapshot, cause)
    held = _held(tag)
    answer = Response(status=HTTPStatus.NOT_MODIFIED) if held else made()
    if not held and answer.status_code != HTTPStatus.OK:
        return answer
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers.setdefault("Revier-Snapshot", current.snapshot)
    answer.last_modified = current.moment
    answer.set_etag(held or tag, weak=is_weak)
    return answer


def _held(tag: str) -> str | None:
    """What of the tags that the client holds is `tag`, in whichever coding it was sent."""
    held = request.if_none_match.as_set(include_weak=True)
    return next((each for each in held if each.startswith(tag)), None)


def _tag(snapshot: str, cause: dict[str, object]) -> str:
    asked = repr((g.language, sorted(request.args.items(multi=True)), request.path, sorted(cause.items())))
    return f"{snapshot}.{hashlib.sha256(asked.encode()).hexdigest()[:16]}"
