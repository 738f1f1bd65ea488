"""The body of a request: read up to a limit, and never a part of it taken for the whole."""

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from graph.errors import TooLarge


def sent_body(most_bytes: int, refusal: TooLarge) -> bytes:
    """The body of the request; `refusal` is raised if it is longer, and before it is read if that is declared."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMediaType("A compressed body is not read here. Send it without Content-Encoding.")
    if (request.content_length or 0) > most_bytes:
        raise refusal
    # one more, since of a body without a declared length the rest would be cut off in silence
    request.max_content_length = most_bytes + 1
    body = request.get_data(cache=False)
    if len(body) > most_bytes:
        raise refusal
    return body
