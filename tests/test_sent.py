"""A body is read up to a limit, and never cut."""

from io import BytesIO

import pytest
from flask import Flask
from werkzeug.exceptions import UnsupportedMediaType

from api.sent import sent_body
from graph.errors import TooLarge

REFUSAL = TooLarge("Too long.")


@pytest.mark.parametrize(("size", "is_read"), [(0, True), (10, True), (11, False), (1000, False)])
@pytest.mark.parametrize("is_declared", [True, False])
def test_a_body_is_read_up_to_the_limit_and_never_cut(size: int, is_read: bool, is_declared: bool) -> None:
    body = b"x" * size
    declared = {"CONTENT_LENGTH": str(size)} if is_declared else {"wsgi.input_terminated": True}
    told = {"REQUEST_METHOD": "POST", "wsgi.input": BytesIO(body)} | declared
    with Flask("sent").request_context({"SERVER_NAME": "x", "SERVER_PORT": "80", "wsgi.url_scheme": "http"} | told):
        if is_read:
            assert sent_body(10, REFUSAL) == body
        else:
            with pytest.raises(TooLarge):
                sent_body(10, REFUSAL)


def test_a_body_that_is_declared_too_long_is_not_even_begun() -> None:
    stream = BytesIO(b"x" * 1000)
    with Flask("sent").test_request_context(method="POST", input_stream=stream, content_length=1000):
        with pytest.raises(TooLarge):
            sent_body(10, REFUSAL)
        assert stream.tell() == 0


def test_a_compressed_body_is_refused_since_nobody_knows_what_it_becomes() -> None:
    with (
        Flask("sent").test_request_context(method="POST", data=b"x", headers={"Content-Encoding": "gzip"}),
        pytest.raises(UnsupportedMediaType, match="without Content-Encoding"),
    ):
        sent_body(10, REFUSAL)
