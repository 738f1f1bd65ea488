"""What Virtuoso does otherwise than SPARQL 1.1 has it: every difference that a remote store must be spared.

Nothing here asks which engine answers, since a proxy may hide it: each difference is known by its own marks, which
no other engine makes. Only a double keeps its own spelling (2000.0 for 2000). Measured with Virtuoso 7.2.5.
"""

import re
from collections.abc import Sequence
from email.message import Message

from graph.errors import NotOffered, QueryTooCostly
from ontology.naming import GRAPH

NO_GRAPH = GRAPH + "none"  # a name that no graph has


def data_set(default: Sequence[str], named: Sequence[str]) -> list[tuple[str, str]]:
    """The parameters that name the graphs of a query, both kinds always.

    Virtuoso takes a kind that is not named for all graphs there are, its own system graphs among them.

    >>> data_set(["urn:g"], []) == [("default-graph-uri", "urn:g"), ("named-graph-uri", NO_GRAPH)]
    True
    """
    parameters = [("default-graph-uri", graph) for graph in default or [NO_GRAPH]]
    return parameters + [("named-graph-uri", graph) for graph in named or [NO_GRAPH]]


def limit(timeout_s: float) -> list[tuple[str, str]]:
    """The parameter that has a query stopped after a time; others pass over it. Below a second it means no limit."""
    return [("timeout", str(max(1000, round(timeout_s * 1000))))]


def require_whole(headers: Message) -> None:
    """Raise `QueryTooCostly` if an answer with status 200 is only a part: stopped by time, or by a number of rows."""
    if headers.get("X-SQL-State", "").startswith("S1TAT"):
        raise QueryTooCostly("The remote store stopped the query at its limit of time. Narrow its patterns.")
    if "X-SPARQL-MaxRows" in headers:
        raise QueryTooCostly("The answer has more rows than the remote store gives. Ask for it in parts with LIMIT.")


def repaired(results: bytes) -> bytes:
    r"""SPARQL results in JSON with blank nodes, truth values and the answer of an ASK as the standard writes them.

    The quotes of the marks cannot stand in a value, where they would be escaped.

    >>> repaired(b'{ "x": { "type": "bnode", "value": "nodeID://b1" }}')
    b'{ "x": { "type": "bnode", "value": "b1" }}'
    >>> repaired(b'{ "head": { "link": [], "vars": ["__ASK_RETVAL"] }, "results": { "bindings": [ ] } }')
    b'{"head":{},"boolean":false}'
    """
    if _ASK_MARK in results[:_HEAD_BYTES]:
        return b'{"head":{},"boolean":%s}' % (b"true" if b'"value"' in results else b"false")
    return _TRUTH.sub(_truth, results.replace(_NODE_MARK, b'"type": "bnode", "value": "'))


def require_harmless(query: str) -> None:
    """Raise `NotOffered` for a query that Virtuoso may read otherwise than the engine that has judged it.

    It resolves escapes before it reads, carries out an update that is sent as a query, and has functions and graphs
    of its own that other engines take for plain names.
    """
    if _OWN_WORDS.search(query):
        raise NotOffered("The query speaks to the remote store by names of its own. Leave them out.")
    if _ESCAPES.search(query) or ("\\" in query and _UPDATE_WORDS.search(query)):
        raise NotOffered(r"The query has escapes that stores read differently. Write the letters themselves, not \u.")


_HEAD_BYTES = 200
_ASK_MARK = b'"vars": ["__ASK_RETVAL"]'
_NODE_MARK = b'"type": "bnode", "value": "nodeID://'
_TRUTH = re.compile(rb'("datatype": "http://www\.w3\.org/2001/XMLSchema#boolean", "value": )"([01])"')
_OWN_WORDS = re.compile("bif:|sql:|openlinksw|virtrdf|nodeID:", re.IGNORECASE)
_ESCAPES = re.compile(r"\\u", re.IGNORECASE)
_UPDATE_WORDS = re.compile("insert|delete|clear|drop|create|copy|move|add|modify", re.IGNORECASE)


def _truth(found: "re.Match[bytes]") -> bytes:
    return found[1] + (b'"true"' if found[2] == b"1" else b'"false"')
