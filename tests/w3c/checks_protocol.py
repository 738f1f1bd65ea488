"""Our own checks of the SPARQL 1.1 Protocol: what the W3C's 34 tests leave out, and peers get wrong."""

from .exchange import Step, header, says
from .steps import (
    FORM,
    FRESH,
    NEW,
    OK,
    ONE,
    QUERY,
    REFUSED,
    TWO,
    UPDATE,
    exactly,
    get,
    graph,
    post,
    update,
)

ALWAYS = "ASK {}"
SEES_DEFAULT = 'ASK { <urn:s> <urn:p> "default" }'
SEES_ONE = 'ASK { <urn:s> <urn:p> "one" }'
SEES_BOTH = 'ASK { <urn:s> <urn:p> "one", "two" }'
SEES_ANY_GRAPH = "ASK { GRAPH ?g { ?s ?p ?o } }"
SEES_NEW = f"ASK {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }}"
COPY = f"INSERT {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
COPY_NAMED = f"INSERT {{ GRAPH <{NEW}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
INSERT = f"INSERT DATA {{ GRAPH <{NEW}> {{ <urn:s> <urn:p> 1 }} }}"
YES, NO = (says(True),), (says(False),)
BAD, UNREADABLE, WRONG_METHOD = exactly(400), exactly(400, 415), exactly(405)
UNCHANGED = (get(SEES_DEFAULT, expects=YES), get(SEES_NEW, expects=NO))


def default(iri: str) -> tuple[str, str]:
    """The parameter that makes a graph part of the default graph."""
    return "default-graph-uri", iri


def by_name(iri: str) -> tuple[str, str]:
    """The parameter that makes a graph one of the named."""
    return "named-graph-uri", iri


QUERIES: dict[str, tuple[Step, ...]] = {
    "the data set of the store: its default graph": (FRESH, get(SEES_DEFAULT, expects=YES)),
    "the data set of the store: named graphs are not in the default graph": (get(SEES_ONE, expects=NO),),
    "a form with a charset": (post(FORM + "; charset=UTF-8", (("query", ALWAYS),), expects=YES),),
    "a direct query with a charset": (post(QUERY + "; charset=utf-8", ALWAYS, expects=YES),),
    "a media type in capitals": (post("Application/SPARQL-Query", ALWAYS, expects=YES),),
    "UTF-8 in a direct query": (post(QUERY, 'ASK { FILTER("ü" = "\\u00FC") }', expects=YES),),
    "UTF-8 in a form": (post(FORM, (("query", 'ASK { FILTER("ü" = "\\u00FC") }'),), expects=YES),),
    "UTF-8 in the address": (get('ASK { FILTER("ü" = "\\u00FC") }', expects=YES),),
    "a plus sign in a form is a space": (post(FORM, "query=ASK+%7B%7D", expects=YES),),
    "default-graph-uri in a form": (post(FORM, (("query", SEES_ONE), default(ONE)), expects=YES),),
    "two default graphs in a form": (post(FORM, (("query", SEES_BOTH), default(ONE), default(TWO)), expects=YES),),
    "named-graph-uri in a form": (post(FORM, (("query", SEES_ANY_GRAPH), by_name(ONE)), expects=YES),),
    "default-graph-uri hides the named graphs": (get(SEES_ANY_GRAPH, default(ONE), expects=NO),),
    "named-graph-uri hides the default graph": (get(SEES_DEFAULT, by_name(ONE), expects=NO),),
    "named-graph-uri hides the other named graphs": (
        get(f"ASK {{ GRAPH <{TWO}> {{ ?s ?p ?o }} }}", by_name(ONE), expects=NO),
    ),
    "default-graph-uri goes before FROM": (
        get(SEES_ONE.replace("ASK", f"ASK FROM <{TWO}>"), default(ONE), expects=YES),
    ),
    "FROM is heard": (get(SEES_ONE.replace("ASK", f"ASK FROM <{ONE}>"), expects=YES),),
    "a relative IRI is resolved": (get('ASK { FILTER(STRSTARTS(STR(<x>), "http")) }', expects=YES),),
    "an unknown parameter is no fault": (get(ALWAYS, ("unheard-of", "1"), expects=YES),),
    "a division by zero leaves unbound": (get("ASK { BIND(1/0 AS ?x) FILTER(!BOUND(?x)) }", expects=YES),),
    "an unknown function is no fault of syntax": (get("ASK { FILTER(<urn:unknown>(1)) }", status=exactly(200, 422)),),
    "a relative graph name is refused": (get(ALWAYS, default("relative"), status=BAD),),
    "two queries in a form": (post(FORM, (("query", ALWAYS), ("query", ALWAYS)), status=BAD),),
    "a query in the address and one in the form": (post(FORM, (("query", ALWAYS),), ("query", ALWAYS), status=BAD),),
    "a query in the address and one as the body": (post(QUERY, ALWAYS, ("query", ALWAYS), status=BAD),),
    "a form without a query": (post(FORM, (("other", "1"),), status=BAD),),
    "an empty body is no query": (post(QUERY, "", status=BAD),),
    "an empty parameter is no query": (get("", status=BAD),),
    "a fault of syntax in a form": (post(FORM, (("query", "ASK {"),), status=BAD),),
    "a fault of syntax in the body": (post(QUERY, "ASK {", status=BAD),),
    "invalid UTF-8 as the body": (post(QUERY, b'ASK { FILTER("\xff" = "") }', status=BAD),),
    "invalid UTF-8 in a form": (post(FORM, b"query=ASK+%7B+FILTER%28%22%FF%22+%3D+%22%22%29%7D", status=BAD),),
    "invalid UTF-8 in the address": (Step("query", "GET", "?query=ASK%20%7B%7D%23%FF", (), b"", BAD),),
    "UTF-16 that says so": (post(QUERY + "; charset=UTF-16", ALWAYS.encode("utf-16"), status=UNREADABLE),),
    "UTF-16 that does not say so": (post(QUERY, ALWAYS.encode("utf-16"), status=UNREADABLE),),
    "a character set we do not read": (post(QUERY + "; charset=koi8-r", ALWAYS, status=UNREADABLE),),
    "another media type": (post("application/json", '{"query": "ASK {}"}', status=exactly(415)),),
    "a service is not called": (get("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", status=REFUSED),),
    "PUT of a query": (get(ALWAYS, method="PUT", status=WRONG_METHOD, expects=(header("Allow", "GET"),)),),
    "DELETE of a query": (get(ALWAYS, method="DELETE", status=WRONG_METHOD, expects=(header("Allow", "POST"),)),),
    "PATCH of a query": (get(ALWAYS, method="PATCH", status=WRONG_METHOD, expects=(header("Allow", "HEAD"),)),),
}

UPDATES: dict[str, tuple[Step, ...]] = {
    "an update as the body": (FRESH, update(INSERT), get(SEES_NEW, expects=YES)),
    "an update in a form": (
        FRESH,
        post(FORM, (("update", INSERT),), at="update", accept=None, status=exactly(200, 204)),
        get(SEES_NEW, expects=YES),
    ),
    "an update with a charset": (post(UPDATE + "; charset=UTF-8", INSERT, at="update", status=exactly(200, 204)),),
    "an empty update": (update(""),),
    "using-graph-uri in a form": (
        FRESH,
        post(FORM, (("update", COPY), ("using-graph-uri", ONE)), at="update", status=exactly(200, 204)),
        get(
            f'ASK {{ GRAPH <{NEW}> {{ ?s ?p "one" }} FILTER NOT EXISTS {{ GRAPH <{NEW}> {{ ?s ?p "default" }} }} }}',
            expects=YES,
        ),
    ),
    "using-named-graph-uri in a form": (
        FRESH,
        post(FORM, (("update", COPY_NAMED), ("using-named-graph-uri", TWO)), at="update", status=exactly(200, 204)),
        get(
            f'ASK {{ GRAPH <{NEW}> {{ ?s ?p "two" }} FILTER NOT EXISTS {{ GRAPH <{NEW}> {{ ?s ?p "one" }} }} }}',
            expects=YES,
        ),
    ),
    "using-graph-uri beside USING": (
        FRESH,
        update(COPY.replace("WHERE", f"USING <{ONE}> WHERE"), ("using-graph-uri", ONE), status=BAD),
        *UNCHANGED,
    ),
    "using-graph-uri beside WITH": (update(f"WITH <{ONE}> {COPY}", ("using-graph-uri", ONE), status=BAD), *UNCHANGED),
    "two updates in a form": (
        post(FORM, (("update", INSERT), ("update", INSERT)), at="update", status=BAD),
        *UNCHANGED,
    ),
    "an update in the address and one as the body": (update(INSERT, ("update", INSERT), status=BAD), *UNCHANGED),
    "an update by GET": (get(None, ("update", INSERT), at="update", status=exactly(400, 405)), *UNCHANGED),
    "an update by GET where queries go": (get(None, ("update", INSERT), status=REFUSED), *UNCHANGED),
    "an update as a query by GET": (get(INSERT, status=BAD), *UNCHANGED),
    "an update as a query in a form": (post(FORM, (("query", INSERT),), status=BAD), *UNCHANGED),
    "an update as a query in the body": (post(QUERY, INSERT, status=BAD), *UNCHANGED),
    "a query with an update behind it": (get(f"{ALWAYS} ; {INSERT}", status=BAD), *UNCHANGED),
    "a query as an update": (update(ALWAYS, status=BAD),),
    "a form with a query, sent where updates go": (post(FORM, (("query", ALWAYS),), at="update", status=BAD),),
    "a query as the body, sent where updates go": (post(QUERY, ALWAYS, at="update", status=exactly(415)),),
    "a fault of syntax behind a good operation": (update(f"{INSERT} ; CLEAR XYZ", status=BAD), *UNCHANGED),
    "an operation that fails takes back the one before": (
        update(f"{INSERT} ; CREATE GRAPH <{ONE}>", status=frozenset(range(400, 600))),
        *UNCHANGED,
    ),
    "a document is not loaded": (update("LOAD <http://127.0.0.1:9/a.ttl>", status=REFUSED), *UNCHANGED),
    "a file is not loaded": (update("LOAD <file:///etc/hostname>", status=REFUSED), *UNCHANGED),
    "LOAD takes back the operation before": (
        update(f"{INSERT} ; LOAD <http://127.0.0.1:9/>", status=REFUSED),
        *UNCHANGED,
    ),
    "LOAD SILENT is silent": (update("LOAD SILENT <http://127.0.0.1:9/a.ttl>"), *UNCHANGED),
    "invalid UTF-8 in an update": (
        post(UPDATE, b'INSERT DATA { <urn:s> <urn:p> "\xff" }', at="update", status=BAD),
        *UNCHANGED,
    ),
    "a graph that is dropped is gone": (
        FRESH,
        update(f"DROP GRAPH <{ONE}>"),
        graph("GET", f"graph={ONE}", status=exactly(404)),
    ),
    "GET without an update": (get(None, at="update", status=exactly(400, 405)),),
    "PUT of an update": (
        get(None, at="update", method="PUT", status=WRONG_METHOD, expects=(header("Allow", "POST"),)),
    ),
    "DELETE of an update": (
        get(None, at="update", method="DELETE", status=WRONG_METHOD, expects=(header("Allow", "POST"),)),
    ),
}

WITHOUT_TOKEN: dict[str, tuple[Step, ...]] = {
    "reading needs no token": (FRESH, get(SEES_DEFAULT, signed=False, status=OK, expects=YES)),
    "an update without a token": (update(INSERT, status=exactly(401), signed=False), *UNCHANGED),
    "PUT without a token": (
        graph("PUT", body="<urn:s> <urn:p> 1 .", sent="text/turtle", status=exactly(401), signed=False),
        *UNCHANGED,
    ),
    "POST without a token": (
        graph("POST", body="<urn:s> <urn:p> 1 .", sent="text/turtle", status=exactly(401), signed=False),
        *UNCHANGED,
    ),
    "DELETE without a token": (graph("DELETE", "default", status=exactly(401), signed=False), *UNCHANGED),
    "401 names the way to sign": (
        graph("DELETE", "default", status=exactly(401), signed=False, expects=(header("WWW-Authenticate", "Bearer"),)),
    ),
    "a wrong token": (
        graph("DELETE", "default", status=exactly(401), signed=False, headers=(("Authorization", "Bearer wrong"),)),
        *UNCHANGED,
    ),
    "a token of another scheme": (
        graph("DELETE", "default", status=exactly(401), signed=False, headers=(("Authorization", "Basic eDp5"),)),
        *UNCHANGED,
    ),
}
