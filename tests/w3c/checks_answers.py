"""Our own checks of how answers travel: formats agreed upon, CORS, compression, HEAD and OPTIONS."""

import gzip
import json

from .exchange import GRAPHS, SUFFIXES, Step, empty, header, media_type, no_header, says
from .peer import Reply
from .steps import (
    CSV,
    FRESH,
    JSON,
    JSON_LD,
    LINES,
    QUADS,
    QUERY,
    RDF_XML,
    REFUSED,
    TRIG,
    TSV,
    TURTLE,
    XML,
    exactly,
    get,
    graph,
    post,
)

ROWS, YES, TRIPLES = "SELECT (1 AS ?x) {}", "ASK {}", "CONSTRUCT { <urn:s> <urn:p> 1 } {}"
LARGE = (
    "SELECT * { " + " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(1000, 1020)))} }}" for name in "abc") + " }"
)
ORIGIN = (("Origin", "https://elsewhere.example"),)
NOTHING = exactly(406)
NO_CONTENT = exactly(200, 204)

# form of the query, Accept, media type of the answer; "" is 406
AGREED: list[tuple[str, str | None, str]] = [
    *((ROWS, media, media) for media in (JSON, XML, CSV, TSV)),
    *((YES, media, media) for media in (JSON, XML)),
    *((TRIPLES, media, media) for media in (TURTLE, LINES, RDF_XML, JSON_LD)),
    *((ROWS, media, "") for media in (TURTLE, LINES, RDF_XML, "image/png", "text/plain;q=0")),
    *((YES, media, "") for media in (TURTLE, "image/png")),
    *((TRIPLES, media, "") for media in (JSON, XML, CSV, "image/png")),
    (ROWS, f"{XML};q=0.5, {CSV}", CSV),
    (ROWS, f"{XML}, {CSV};q=0.9", XML),
    (ROWS, f"{CSV};q=0.1, {TSV};q=0.2, {XML};q=0.3", XML),
    (ROWS, f"{JSON};q=0, {CSV}", CSV),
    (ROWS, f"{JSON};q=0", ""),
    (ROWS, f"image/png, {CSV};q=0.1", CSV),
    (ROWS, f"{CSV};q=0.5, */*;q=0.1", CSV),
    (ROWS, "Text/CSV", CSV),
    (ROWS, "text/csv; charset=utf-8", CSV),
    (TRIPLES, f"{RDF_XML}, */*;q=0.5", RDF_XML),
    (TRIPLES, f"{LINES};q=0.7, {TURTLE};q=0.8", TURTLE),
    (TRIPLES, f"{TURTLE};q=0, {LINES}", LINES),
    (TRIPLES, f"{JSON}, {TURTLE};q=0.1", TURTLE),
]
RANGES: list[tuple[str, str | None, tuple[str, ...]]] = [
    (ROWS, "*/*", (JSON, XML)),
    (ROWS, None, (JSON, XML)),
    (ROWS, "text/*", (CSV, TSV)),
    (ROWS, f"{JSON};q=0, */*", (XML, CSV, TSV)),
    (YES, "application/*", (JSON, XML)),
    (YES, None, (JSON, XML)),
    (TRIPLES, "text/*", (TURTLE,)),
    (TRIPLES, "*/*", GRAPHS),
    (TRIPLES, None, GRAPHS),
    (TRIPLES, f"{TURTLE};q=0, */*", (LINES, RDF_XML, JSON_LD, QUADS, TRIG)),
    (TRIPLES, "application/*", GRAPHS[1:]),
]


def formats() -> dict[str, tuple[Step, ...]]:
    """What is agreed upon, by the form of the query and what the client accepts."""
    checks: dict[str, tuple[Step, ...]] = {}
    for text, accept, media in AGREED:
        expects = (media_type(media),) if media else ()
        checks[f"{text.split()[0]} as {accept}"] = (
            get(text, accept=accept, status=exactly(200 if media else 406), expects=expects),
        )
    for text, accept, media_types in RANGES:
        checks[f"{text.split()[0]} as {accept}"] = (get(text, accept=accept, expects=(media_type(*media_types),)),)
    both = (("Accept", "image/png"), ("Accept", CSV))
    checks["SELECT as two lines of Accept"] = (get(ROWS, accept=None, headers=both, expects=(media_type(CSV),)),)
    checks["the same rows in all formats"] = tuple(
        get(ROWS, accept=media, expects=(media_type(media), _one_row)) for media in (JSON, XML, CSV, TSV)
    )
    checks["the same triples in all formats"] = tuple(
        get(TRIPLES, accept=media, expects=(says("<urn:s> <urn:p> 1 ."),))
        for media in (TURTLE, LINES, RDF_XML, JSON_LD)
    )
    checks["DESCRIBE is a graph"] = (get("DESCRIBE <urn:s>", accept=TURTLE, expects=(media_type(TURTLE),)),)
    checks["Accept is heard on POST"] = (post(QUERY, ROWS, accept=CSV, expects=(media_type(CSV),)),)
    checks["an answer varies with Accept"] = (get(ROWS, expects=(header("Vary", r"\bAccept\b(?!-)"),)),)
    checks["406 varies with Accept"] = (
        get(ROWS, accept="image/png", status=NOTHING, expects=(header("Vary", r"\bAccept\b(?!-)"),)),
    )
    checks["texts are UTF-8"] = tuple(
        get('SELECT ("ü€" AS ?x) {}', accept=media, expects=(_has_umlaut,)) for media in (JSON, XML, CSV, TSV)
    )
    return checks


CORS: dict[str, tuple[Step, ...]] = {
    "an answer is open to all": (
        get(YES, headers=ORIGIN, expects=(header("Access-Control-Allow-Origin", r"^(\*|https://elsewhere)"),)),
    ),
    "a refusal is open to all": (
        get("ASK {", headers=ORIGIN, status=exactly(400), expects=(header("Access-Control-Allow-Origin", "."),)),
    ),
    "a graph is open to all": (
        FRESH,
        graph("GET", "default", accept=TURTLE, headers=ORIGIN, expects=(header("Access-Control-Allow-Origin", "."),)),
    ),
    "a script may read the version": (
        graph(
            "GET", "default", accept=TURTLE, headers=ORIGIN, expects=(header("Access-Control-Expose-Headers", "ETag"),)
        ),
    ),
    "no credentials beside the star": (
        get(YES, headers=ORIGIN, expects=(no_header("Access-Control-Allow-Credentials"),)),
    ),
    **{
        f"a script may ask before {method} of {at}": (
            Step(
                at,
                "OPTIONS",
                "?default" if at == "store" else "",
                (
                    *ORIGIN,
                    ("Access-Control-Request-Method", method),
                    ("Access-Control-Request-Headers", "content-type, authorization"),
                ),
                status=NO_CONTENT,
                expects=(
                    header("Access-Control-Allow-Origin", "."),
                    header("Access-Control-Allow-Methods", rf"\b{method}\b|\*"),
                    header("Access-Control-Allow-Headers", r"content-type|\*"),
                ),
                signed=False,
            ),
        )
        for at, method in (("query", "POST"), ("update", "POST"), ("store", "PUT"), ("store", "DELETE"))
    },
}


def _coded(accept: str, *expects: object) -> tuple[Step, ...]:
    return (get(LARGE, headers=(("Accept-Encoding", accept),), expects=expects),)  # type: ignore[arg-type]


def _unpacks(reply: Reply) -> str:
    rows = json.loads(gzip.decompress(reply.body))["results"]["bindings"]
    return "" if len(rows) == 8000 else f"{len(rows)} rows"


def _one_row(reply: Reply) -> str:
    suffix = SUFFIXES[reply.headers.get_content_type()]
    row = {".srj": b'"1"', ".srx": b">1<", ".csv": b"x\r\n1\r\n", ".tsv": b"?x\n1\n"}[suffix]
    return "" if row in reply.body else reply.told()


def _has_umlaut(reply: Reply) -> str:
    told = reply.body.decode()
    return "" if "ü€" in told or "\\u00fc\\u20ac" in told.lower() else reply.told()


COMPRESSION: dict[str, tuple[Step, ...]] = {
    "gzip where it is accepted": _coded("gzip", header("Content-Encoding", "^gzip$"), _unpacks),
    "Brotli where it is accepted": _coded("br", header("Content-Encoding", "^br$")),
    "the better liked coding": _coded("br;q=0.1, gzip", header("Content-Encoding", "^gzip$")),
    "none where none is accepted": _coded("identity", no_header("Content-Encoding")),
    "none where nothing is said": (get(LARGE, expects=(no_header("Content-Encoding"),)),),
    "none that is refused": _coded("gzip;q=0, br;q=0", no_header("Content-Encoding")),
    "an answer varies with Accept-Encoding": _coded("gzip", header("Vary", "Accept-Encoding")),
}

HEADS: dict[str, tuple[Step, ...]] = {
    "HEAD of a query": (get(ROWS, method="HEAD", expects=(media_type(JSON), empty)),),
    "HEAD of a query in another format": (get(ROWS, method="HEAD", accept=CSV, expects=(media_type(CSV), empty)),),
    "HEAD of a fault of syntax": (get("ASK {", method="HEAD", status=exactly(400), expects=(empty,)),),
    "HEAD of nothing acceptable": (get(ROWS, method="HEAD", accept="image/png", status=NOTHING, expects=(empty,)),),
    "HEAD of the description": (get(None, method="HEAD", accept=TURTLE, expects=(media_type(TURTLE), empty)),),
    "HEAD of a graph": (FRESH, graph("HEAD", "default", accept=TURTLE, expects=(media_type(TURTLE), empty))),
    "OPTIONS of queries": (
        Step(
            "query",
            "OPTIONS",
            status=NO_CONTENT,
            expects=(header("Allow", "GET"), header("Allow", "HEAD"), header("Allow", "POST")),
        ),
    ),
    "OPTIONS of updates": (Step("update", "OPTIONS", status=NO_CONTENT, expects=(header("Allow", "POST"),)),),
    "OPTIONS of updates leaves out GET": (
        Step("update", "OPTIONS", status=NO_CONTENT, expects=(header("Allow", r"^(?!.*\bGET\b)"),)),
    ),
    "OPTIONS of the graph store": (
        graph(
            "OPTIONS",
            "default",
            status=NO_CONTENT,
            expects=tuple(header("Allow", rf"\b{method}\b") for method in ("GET", "HEAD", "PUT", "POST", "DELETE")),
        ),
    ),
    "a method nobody knows": (Step("query", "BREW", status=REFUSED | {501}),),
}
