"""Answers made smaller on their way: gzip or Brotli, as Accept-Encoding has it.

Quality values are heard (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3), small answers and pictures stay as
they are, and a compressed answer has an entity tag of its own.
"""

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache

import brotli
from flask import Flask, Response, request
from werkzeug.exceptions import NotAcceptable
from werkzeug.http import parse_accept_header

IDENTITY = "identity"
CODINGS = ("br", "gzip", IDENTITY)  # of equally welcome ones, the earlier is taken
LEVELS = {"br": 4, "gzip": 4}  # chosen for speed
LEAST_BYTES = 1024  # below which compression gains nothing
MOST_BYTES = 2**24  # above which an answer would have to be held twice for too long
_TEXT_LIKE = re.compile(r"text/|application/(.*[+-])?(json|xml|javascript|n-triples|n-quads|trig|turtle)\b|image/svg")


def compress_answers(app: Flask) -> None:
    """Let all answers of `app` that gain by it be compressed, unless their endpoint has done so itself."""

    @app.after_request
    def compressed(answer: Response) -> Response:
        if answer.status_code in (204, 304) or not _TEXT_LIKE.match(answer.content_type or ""):
            return answer
        if "Accept-Encoding" not in answer.headers.get("Vary", ""):
            answer.vary.add("Accept-Encoding")
        if "Content-Encoding" in answer.headers or answer.direct_passthrough or not answer.is_sequence:
            return answer
        size = answer.calculate_content_length() or 0
        wanted = wanted_coding(request.headers.get("Accept-Encoding", ""))
        coding = wanted.for_size(size) if wanted else IDENTITY
        if coding != IDENTITY and size:
            answer.set_data(encoded(answer.get_data(), coding))
            answer.headers["Content-Encoding"] = coding
            tag, is_weak = answer.get_etag()
            if tag:
                answer.set_etag(f"{tag}.{coding}", weak=bool(is_weak))
        return answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """The coding that a client welcomes most, and whether it refuses an answer as it is."""

    coding: str
    is_must: bool = False

    def for_size(self, size: int) -> str:
        """The coding for an answer of `size` bytes."""
        return self.coding if self.is_must or LEAST_BYTES <= size <= MOST_BYTES else IDENTITY


def required_coding(accept_encoding: str) -> Wanted:
    """The most welcome coding; `NotAcceptable` if none that is offered may be sent, not even the answer as it is."""
    wanted = wanted_coding(accept_encoding)
    if wanted is None:
        raise NotAcceptable(f"No coding is accepted. Accept one of: {', '.join(CODINGS)}.")
    return wanted


@lru_cache(maxsize=256)
def wanted_coding(accept_encoding: str) -> Wanted | None:
    """The most welcome of the codings; None if all are refused.

    >>> wanted_coding("gzip, br;q=0.5").coding, wanted_coding("").coding, wanted_coding("*;q=0")
    ('gzip', 'identity', None)
    """
    told = {coding.lower(): quality for coding, quality in parse_accept_header(accept_encoding)}
    if "x-gzip" in told:
        told.setdefault("gzip", told["x-gzip"])
    welcome = {coding: told.get(coding, told.get("*", 0)) for coding in CODINGS}
    # unnamed it is always welcome, if less than what is named
    if IDENTITY not in told and told.get("*") != 0:
        welcome[IDENTITY] = min((quality for quality in welcome.values() if quality), default=1) / 2
    best = max(CODINGS, key=lambda coding: welcome[coding])
    return Wanted(best, is_must=not welcome[IDENTITY]) if welcome[best] else None


def encoded(body: bytes, coding: str) -> bytes:
    """`body` in a coding; the same body always gives the same bytes."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=LEVELS["br"]))
    if coding == "gzip":
        return gzip.compress(body, LEVELS["gzip"], mtime=0)
    return body
