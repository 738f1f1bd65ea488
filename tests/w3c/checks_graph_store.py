"""Our own checks of the Graph Store Protocol: names, formats, versions, and that what is refused changes nothing."""

from .exchange import Step, empty, header, media_type, no_header, says
from .steps import (
    DONE,
    FRESH,
    JSON_LD,
    LINES,
    NEW,
    ONE,
    QUADS,
    RDF_XML,
    REFUSED,
    TRIG,
    TURTLE,
    exactly,
    get,
    graph,
    named,
    update,
)

A, B = "<urn:a> <urn:p> 1 .", "<urn:b> <urn:p> <urn:a> ."
AS_XML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:u="urn:">'
    '<rdf:Description rdf:about="urn:b"><u:p rdf:resource="urn:a"/></rdf:Description></rdf:RDF>'
)
AS_JSON = '{"@id": "urn:b", "urn:p": {"@id": "urn:a"}}'
BOUNDARY = "next-part"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
CREATED, MISSING, OUTDATED, BAD = exactly(201), exactly(404), exactly(412), exactly(400)
UNICODE = "http://example.org/größe"

EMPTIED = update("DROP ALL")
PUT_A = graph("PUT", body=A, sent=TURTLE, status=CREATED)
HOLDS_A = graph("GET", accept=TURTLE, expects=(says(A),))
HOLDS_B = graph("GET", accept=TURTLE, expects=(says(B),))
HOLDS_BOTH = graph("GET", accept=TURTLE, expects=(says(A + B),))
IS_MISSING = graph("GET", status=MISSING)


def parts(*documents: tuple[str, str]) -> bytes:
    """Files of a form, each with its media type."""
    files = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{place}"\r\n'
        f"Content-Type: {sent}\r\n\r\n{text}\r\n"
        for place, (sent, text) in enumerate(documents)
    ]
    return f"{''.join(files)}--{BOUNDARY}--\r\n".encode()


def put(sent: str, body: str) -> tuple[Step, ...]:
    """A document in a format is read for what it says."""
    return EMPTIED, graph("PUT", body=body, sent=sent, status=CREATED), HOLDS_B


def fetched(media: str) -> tuple[Step, ...]:
    """A graph is given in a format."""
    return (
        EMPTIED,
        graph("PUT", body=B, sent=TURTLE, status=CREATED),
        graph("GET", accept=media, expects=(media_type(media), says(B))),
    )


GRAPH_STORE: dict[str, tuple[Step, ...]] = {
    "PUT makes a graph, PUT replaces it": (EMPTIED, PUT_A, graph("PUT", body=B, sent=TURTLE, status=DONE), HOLDS_B),
    "POST makes a graph, POST adds to it": (
        EMPTIED,
        graph("POST", body=A, sent=TURTLE, status=CREATED),
        graph("POST", body=B, sent=TURTLE, status=DONE),
        HOLDS_BOTH,
    ),
    "POST twice of the same": (EMPTIED, PUT_A, graph("POST", body=A, sent=TURTLE, status=DONE), HOLDS_A),
    "blank nodes of two documents stay apart": (
        EMPTIED,
        graph("POST", body="_:x <urn:p> 1 .", sent=TURTLE, status=CREATED),
        graph("POST", body="_:x <urn:p> 2 .", sent=TURTLE, status=DONE),
        graph("GET", accept=TURTLE, expects=(says("_:x <urn:p> 1 . _:y <urn:p> 2 ."),)),
    ),
    "DELETE takes a graph away": (EMPTIED, PUT_A, graph("DELETE", status=DONE), IS_MISSING),
    "DELETE of the default graph leaves the named": (
        FRESH,
        graph("DELETE", "default", status=DONE),
        graph("GET", "default", accept=LINES, status=exactly(200, 404)),
        graph("GET", named(ONE), accept=LINES),
    ),
    "PUT of the default graph leaves the named": (
        FRESH,
        graph("PUT", "default", A, sent=TURTLE, status=DONE),
        graph("GET", "default", accept=LINES, expects=(says(A),)),
        graph("GET", named(ONE), accept=LINES, expects=(says('<urn:s> <urn:p> "one" .'),)),
    ),
    "POST to the default graph adds": (
        FRESH,
        graph("POST", "default", A, sent=TURTLE, status=DONE),
        graph("GET", "default", accept=LINES, expects=(says(f'{A} <urn:s> <urn:p> "default" .'),)),
    ),
    "what is put is what is asked": (
        EMPTIED,
        PUT_A,
        get(f"ASK {{ GRAPH <{NEW}> {{ <urn:a> <urn:p> 1 }} }}", expects=(says(True),)),
    ),
    "a graph named by its address": (
        EMPTIED,
        graph("PUT", "/a/graph", A, sent=TURTLE, status=CREATED),
        graph("GET", "/a/graph", accept=TURTLE, expects=(says(A),)),
        graph("DELETE", "/a/graph", status=DONE),
        graph("GET", "/a/graph", status=MISSING),
    ),
    "a graph that the server names": (
        graph("POST", "", A, sent=TURTLE, status=CREATED, expects=(header("Location", "^https?://"),)),
        Step("store", "GET", "?graph=$LOCATION$", (("Accept", TURTLE),), expects=(says(A),)),
    ),
    "a graph name beyond ASCII": (
        EMPTIED,
        graph("PUT", named(UNICODE), A, sent=TURTLE, status=CREATED),
        graph("GET", named(UNICODE), accept=TURTLE, expects=(says(A),)),
    ),
    "relative IRIs are resolved against the graph": (
        EMPTIED,
        graph("PUT", body="<x> <urn:p> 1 .", sent=TURTLE, status=CREATED),
        graph("GET", accept=TURTLE, expects=(says("<http://example.org/x> <urn:p> 1 ."),)),
    ),
    "GET of no graph is 404": (EMPTIED, IS_MISSING),
    "HEAD of no graph is 404": (EMPTIED, graph("HEAD", status=MISSING, expects=(empty,))),
    "DELETE of no graph is 404": (EMPTIED, graph("DELETE", status=MISSING)),
    "a relative graph name": (
        graph("PUT", "graph=relative", A, sent=TURTLE, status=BAD),
        graph("GET", "graph=relative", status=BAD),
    ),
    "a graph name that is none": (graph("GET", "graph=http://%3C%3E", status=BAD),),
    "an empty graph name": (graph("GET", "graph=", status=BAD),),
    "two graph names": (graph("GET", f"{named(ONE)}&{named(NEW)}", status=BAD),),
    "a graph and the default graph": (graph("GET", f"{named(ONE)}&default", status=BAD),),
    "no graph at all": (
        graph("PUT", "", A, sent=TURTLE, status=exactly(400, 405)),
        graph("DELETE", "", status=exactly(400, 405)),
    ),
    "a document with a fault": (
        EMPTIED,
        PUT_A,
        graph("PUT", body=f"{B} <urn:broken", sent=TURTLE, status=BAD),
        graph("POST", body=f"{B} <urn:broken", sent=TURTLE, status=BAD),
        HOLDS_A,
    ),
    "a fault in one part takes back the other": (
        EMPTIED,
        PUT_A,
        graph("POST", body=parts((TURTLE, B), (TURTLE, "<urn:broken")), sent=MULTIPART, status=BAD),
        HOLDS_A,
    ),
    "parts in different formats": (
        EMPTIED,
        graph("POST", body=parts((TURTLE, A), (RDF_XML, AS_XML)), sent=MULTIPART, status=CREATED),
        HOLDS_BOTH,
    ),
    "invalid UTF-8 in a document": (
        EMPTIED,
        graph("PUT", body=b'<urn:a> <urn:p> "\xff" .', sent=TURTLE, status=BAD),
        IS_MISSING,
    ),
    "a media type that is no RDF": (
        EMPTIED,
        graph("PUT", body=A, sent="application/pdf", status=exactly(415)),
        IS_MISSING,
    ),
    "a character set we do not read": (
        EMPTIED,
        graph("PUT", body=A.encode("utf-16"), sent=f"{TURTLE}; charset=UTF-16", status=exactly(400, 415)),
        IS_MISSING,
    ),
    "entities of XML are not expanded from files": (
        EMPTIED,
        graph(
            "PUT",
            body='<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
            + AS_XML.replace('resource="urn:a"/>', 'parseType="Literal">&e;</u:p>'),
            sent=RDF_XML,
            status=REFUSED,
        ),
        IS_MISSING,
    ),
    "a context of JSON-LD is not fetched": (
        EMPTIED,
        graph("PUT", body='{"@context": "http://127.0.0.1:9/c", "@id": "urn:b"}', sent=JSON_LD, status=REFUSED),
        IS_MISSING,
    ),
    "PATCH is refused": (
        EMPTIED,
        PUT_A,
        graph(
            "PATCH", body="DELETE WHERE { ?s ?p ?o }", sent="application/sparql-update", status=exactly(405, 415, 501)
        ),
        HOLDS_A,
    ),
    "nothing acceptable": (EMPTIED, PUT_A, graph("GET", accept="image/png", status=exactly(406))),
    "Turtle in": put(TURTLE, B),
    "N-Triples in": put(LINES, B),
    "RDF/XML in": put(RDF_XML, AS_XML),
    "JSON-LD in": put(JSON_LD, AS_JSON),
    "Turtle out": fetched(TURTLE),
    "N-Triples out": fetched(LINES),
    "RDF/XML out": fetched(RDF_XML),
    "JSON-LD out": fetched(JSON_LD),
    "N-Quads or nothing": (EMPTIED, PUT_A, graph("GET", accept=QUADS, status=exactly(200, 406))),
    "TriG or nothing": (EMPTIED, PUT_A, graph("GET", accept=TRIG, status=exactly(200, 406))),
}

VERSIONS: dict[str, tuple[Step, ...]] = {
    "GET tells the version": (EMPTIED, PUT_A, graph("GET", accept=TURTLE, expects=(header("ETag", '^"'),))),
    "HEAD tells the version": (graph("HEAD", accept=TURTLE, expects=(header("ETag", '^"'), empty)),),
    "the same version is not sent again": (
        graph("GET", accept=TURTLE, expects=(header("ETag", '"'),)),
        graph("GET", accept=TURTLE, headers=(("If-None-Match", "$ETAG$"),), status=exactly(304), expects=(empty,)),
    ),
    "another version is sent": (
        graph(
            "GET", accept=TURTLE, headers=(("If-None-Match", '"other"'),), expects=(no_header("Content-Range"), says(A))
        ),
    ),
    "a write over the version that was read": (
        graph("GET", accept=TURTLE, expects=(header("ETag", '"'),)),
        graph("PUT", body=B, sent=TURTLE, headers=(("If-Match", "$ETAG$"),), status=DONE),
        HOLDS_B,
    ),
    "a write over a version that is no more": (
        graph("PUT", body=A, sent=TURTLE, headers=(("If-Match", '"outdated"'),), status=OUTDATED),
        graph("POST", body=A, sent=TURTLE, headers=(("If-Match", '"outdated"'),), status=OUTDATED),
        graph("DELETE", headers=(("If-Match", '"outdated"'),), status=OUTDATED),
        HOLDS_B,
    ),
    "two writers over one version": (
        graph("GET", accept=TURTLE, expects=(header("ETag", '"'),)),
        graph("PUT", body=A, sent=TURTLE, status=DONE),
        graph("GET", accept=TURTLE, headers=(("If-None-Match", "$ETAG$"),), expects=(says(A),)),
        graph("PUT", body=B, sent=TURTLE, headers=(("If-Match", '"outdated"'),), status=OUTDATED),
        HOLDS_A,
    ),
    "If-Match * on a graph": (graph("PUT", body=B, sent=TURTLE, headers=(("If-Match", "*"),), status=DONE), HOLDS_B),
    "If-Match * on no graph": (
        EMPTIED,
        graph("PUT", body=A, sent=TURTLE, headers=(("If-Match", "*"),), status=OUTDATED),
        IS_MISSING,
    ),
}
