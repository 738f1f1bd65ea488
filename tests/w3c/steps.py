"""The requests that our own checks are put together from, and the little data set that they start from."""

from urllib.parse import quote, urlencode

from .exchange import Expectation, Step
from .peer import Headers

ONE, TWO, NEW = "http://example.org/one", "http://example.org/two", "http://example.org/new"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
TURTLE, LINES, RDF_XML, JSON_LD = "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json"
QUADS, TRIG = "application/n-quads", "application/trig"
FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
OK, DONE = frozenset({200}), frozenset({200, 204})
REFUSED = frozenset(range(400, 500))

Fields = tuple[tuple[str, str], ...]


def exactly(*codes: int) -> frozenset[int]:
    """Just these codes."""
    return frozenset(codes)


def get(
    text: str | None,
    *more: tuple[str, str],
    accept: str | None = JSON,
    status: frozenset[int] = OK,
    expects: tuple[Expectation, ...] = (),
    method: str = "GET",
    at: str = "query",
    headers: Headers = (),
    signed: bool = True,
) -> Step:
    """A query in the address, with further parameters; without a query only these."""
    parameters = urlencode(([("query", text)] if text is not None else []) + list(more), quote_via=quote)
    rest = f"?{parameters}" if parameters else ""
    return Step(at, method, rest, _accepting(accept) + headers, b"", status, expects, signed)


def post(
    content_type: str,
    body: str | bytes | Fields,
    *more: tuple[str, str],
    at: str = "query",
    accept: str | None = JSON,
    status: frozenset[int] = OK,
    expects: tuple[Expectation, ...] = (),
    headers: Headers = (),
    signed: bool = True,
) -> Step:
    """A text, bytes or the fields of a form in the body, with parameters in the address."""
    sent = body if isinstance(body, bytes) else (body if isinstance(body, str) else urlencode(body)).encode()
    rest = f"?{urlencode(more)}" if more else ""
    return Step(
        at, "POST", rest, (("Content-Type", content_type), *_accepting(accept), *headers), sent, status, expects, signed
    )


def update(text: str, *more: tuple[str, str], status: frozenset[int] = DONE, signed: bool = True) -> Step:
    """An update as the body."""
    return post(UPDATE, text, *more, at="update", accept=None, status=status, signed=signed)


def graph(
    method: str,
    name: str = f"graph={quote(NEW, safe='')}",
    body: str | bytes = b"",
    *,
    sent: str | None = None,
    accept: str | None = None,
    status: frozenset[int] = OK,
    expects: tuple[Expectation, ...] = (),
    headers: Headers = (),
    signed: bool = True,
) -> Step:
    """A request to the graph store; `name` is what stands behind the question mark, or a path if it begins with /."""
    content = (("Content-Type", sent),) if sent else ()
    document = body.encode() if isinstance(body, str) else body
    rest = name if name.startswith("/") or not name else f"?{name}"
    return Step("store", method, rest, (*content, *_accepting(accept), *headers), document, status, expects, signed)


def named(iri: str) -> str:
    """What names a graph behind the question mark."""
    return f"graph={quote(iri, safe='')}"


def _accepting(accept: str | None) -> Headers:
    return (("Accept", accept),) if accept is not None else ()


FRESH = update(
    f'DROP ALL; INSERT DATA {{ <urn:s> <urn:p> "default" . GRAPH <{ONE}> {{ <urn:s> <urn:p> "one" }} '
    f'GRAPH <{TWO}> {{ <urn:s> <urn:p> "two" }} }}'
)
