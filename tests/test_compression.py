"""Answers are compressed when the client wants it and it pays, and then have a tag of their own."""

import gzip

import brotli
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from api.compression import IDENTITY, LEAST_BYTES, compress_answers, encoded, wanted_coding

LONG = b"Emscher " * 1000
DECODED = {"gzip": gzip.decompress, "br": brotli.decompress}


@pytest.fixture
def client() -> FlaskClient:
    app = Flask("compression")
    compress_answers(app)

    @app.get("/<path:media_type>")
    def long(media_type: str) -> Response:
        answer = Response(LONG, content_type=media_type)
        answer.set_etag("tag")
        return answer

    @app.get("/short")
    def short() -> Response:
        return Response(b"x" * (LEAST_BYTES - 1), content_type="text/plain")

    @app.get("/done")
    def done() -> Response:
        return Response(gzip.compress(LONG), content_type="text/plain", headers={"Content-Encoding": "gzip"})

    @app.get("/unchanged")
    def unchanged() -> Response:
        return Response(status=304, headers={"ETag": '"tag"'})

    @app.get("/stream")
    def stream() -> Response:
        return Response((LONG for _ in range(3)), content_type="text/plain")

    return app.test_client()


@pytest.mark.parametrize(
    ("accept", "coding", "is_must"),
    [
        ("", "identity", False),
        ("gzip", "gzip", False),
        ("x-gzip", "gzip", False),
        ("GZIP", "gzip", False),
        ("br", "br", False),
        ("gzip, deflate, br, zstd", "br", False),
        ("gzip, br;q=0.5", "gzip", False),
        ("deflate, zstd", "identity", False),
        ("*", "br", False),
        ("br;q=0, *", "gzip", False),
        ("gzip;q=0", "identity", False),
        ("gzip;q=0.1, identity", "identity", False),
        ("gzip;q=0.1", "gzip", False),
        ("gzip, identity;q=0", "gzip", True),
        ("gzip;q=0.5, *;q=0", "gzip", True),
    ],
)
def test_the_most_welcome_coding_is_chosen(accept: str, coding: str, is_must: bool) -> None:
    wanted = wanted_coding(accept)
    assert wanted
    assert (wanted.coding, wanted.is_must) == (coding, is_must)


@pytest.mark.parametrize("accept", ["*;q=0", "identity;q=0", "deflate, identity;q=0"])
def test_a_client_may_refuse_everything(accept: str) -> None:
    assert wanted_coding(accept) is None


@pytest.mark.parametrize("coding", ["gzip", "br"])
@pytest.mark.parametrize("media_type", ["text/html; charset=utf-8", "application/ld+json", "application/n-triples"])
def test_a_long_text_is_compressed_and_its_tag_differs(client: FlaskClient, media_type: str, coding: str) -> None:
    answer = client.get("/" + media_type, headers={"Accept-Encoding": coding})
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["ETag"] == f'"tag.{coding}"'
    assert int(answer.headers["Content-Length"]) == len(answer.data) < len(LONG) / 10
    assert DECODED[coding](answer.data) == LONG


@pytest.mark.parametrize("media_type", ["text/plain", "application/json", "application/problem+json", "image/svg+xml"])
def test_vary_tells_that_the_coding_was_chosen_even_if_none_was(client: FlaskClient, media_type: str) -> None:
    answer = client.get("/" + media_type)
    assert (answer.headers["Vary"], answer.headers["ETag"], answer.data) == ("Accept-Encoding", '"tag"', LONG)


def test_head_tells_what_get_would_send(client: FlaskClient) -> None:
    get, head = (
        client.open("/text/plain", method=method, headers={"Accept-Encoding": "br"}) for method in ("GET", "HEAD")
    )
    assert head.data == b""
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize(
    ("path", "body"),
    [("/image/png", LONG), ("/short", b"x" * (LEAST_BYTES - 1)), ("/stream", LONG * 3), ("/unchanged", b"")],
)
def test_what_gains_nothing_or_has_no_body_stays_as_it_is(client: FlaskClient, path: str, body: bytes) -> None:
    answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert "Content-Encoding" not in answer.headers
    assert answer.data == body


def test_what_is_compressed_already_is_not_compressed_again(client: FlaskClient) -> None:
    answer = client.get("/done", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(answer.data) == LONG


@pytest.mark.parametrize("coding", ["gzip", "br", IDENTITY])
def test_the_same_text_always_gives_the_same_bytes(coding: str) -> None:
    assert encoded(LONG, coding) == encoded(LONG, coding)
