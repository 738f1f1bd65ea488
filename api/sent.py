"""What a request brings: a body read up to a limit and never in part, parameters, names of graphs, a token."""

import re
from urllib.parse import parse_qsl

from flask import request
from werkzeug.exceptions import UnsupportedMediaType

from graph.errors import TooLarge, WrongUse
from ontology.terms import IRI

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")

Parameters = list[tuple[str, str]]


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


def form_parameters(form: bytes) -> Parameters:
    """The names and values of a form or a query string, repeated ones too; `UnicodeDecodeError` if it is not UTF-8."""
    return parse_qsl(form.decode(), keep_blank_values=True, errors="strict") if form else []


def graph_name(name: str) -> IRI:
    """The name of a graph in a request; `WrongUse` if it is no absolute IRI.

    >>> graph_name("urn:graph")
    'urn:graph'
    """
    if not _ABSOLUTE.fullmatch(name):
        raise WrongUse(f"{name[:200]!r} cannot name a graph. Write an absolute IRI.")
    return IRI(name)


def bearer_token() -> str:
    """The token that the request brings; empty if it brings none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
