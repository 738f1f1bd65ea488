"""Runs the tests of the language against a server: loads a data set once, then asks everything that is asked of it."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import DefaultGraph, Quad

from .answers import Answer, Solutions, answer_in, content, read
from .judge import fault
from .manifest import Kind, Part, Trial
from .peer import Peer, Reply

FORMATS = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
}
FORMATS_OF_RESULTS = {".srx", ".srj", ".csv", ".tsv"}
RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\s]*>")
EVERYTHING = "SELECT ?g ?s ?p ?o { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
UNDERSTOOD = {
    200,
    204,
    403,
    404,
    422,
    500,
    502,
}  # a text of the language may still fail or be forbidden when carried out


class Outcome(NamedTuple):
    """A test and what is wrong with the server by it; "" if nothing."""

    name: str
    fault: str


def run(peer: Peer, trials: Iterable[Trial]) -> Iterator[Outcome]:
    """The outcome of each test; those that share a data set run one after the other."""
    loaded: tuple[Part, ...] | None = None
    for trial in sorted(trials, key=lambda trial: (trial.kind.value, trial.data)):
        if trial.kind is Kind.UPDATE or (trial.kind is Kind.QUERY and trial.data != loaded):
            refused = load(peer, trial.data)
            loaded = None if refused else trial.data
            if refused:
                yield Outcome(trial.name, refused)
                continue
        yield Outcome(trial.name, _judged(peer, trial))


def load(peer: Peer, data: Iterable[Part]) -> str:
    """Make this the whole data set of the server; what it said if it refuses."""
    statements = [f"CREATE SILENT GRAPH <{part.graph}>" for part in data if part.graph]
    lines = []
    for quad in content(data):
        line = f"{quad.subject} {quad.predicate} {quad.object} ."
        lines.append(line if isinstance(quad.graph_name, DefaultGraph) else f"GRAPH {quad.graph_name} {{ {line} }}")
    reply = _update(peer, ";\n".join(["DROP ALL", *statements, "INSERT DATA {\n" + "\n".join(lines) + "\n}"]))
    return "" if reply.status < 300 else f"the data set was not taken: {reply.told()}"


def _judged(peer: Peer, trial: Trial) -> str:
    match trial.kind:
        case Kind.QUERY:
            return _query_fault(peer, trial)
        case Kind.UPDATE:
            return _update_fault(peer, trial)
        case Kind.GOOD_QUERY | Kind.GOOD_UPDATE:
            reply = _syntax_reply(peer, trial)
            return "" if reply.status in UNDERSTOOD else f"refused: {reply.told()}"
        case Kind.BAD_QUERY | Kind.BAD_UPDATE:
            reply = _syntax_reply(peer, trial)
            return "" if reply.status == 400 else f"not refused with 400: {reply.told()}"


def _syntax_reply(peer: Peer, trial: Trial) -> Reply:
    if trial.base.endswith(".ru"):
        return _update(peer, trial.text)
    return _query(peer, trial.text, accept="*/*")


def _query_fault(peer: Peer, trial: Trial) -> str:
    assert trial.result
    wanted = answer_in(trial.result)
    # a graph that tells solutions is a way to write them down; no server answers in it
    suffix = trial.result.suffix if isinstance(wanted, list) or trial.result.suffix in FORMATS_OF_RESULTS else ".srj"
    reply = _query(peer, _with_base(trial), accept=FORMATS[suffix])
    if reply.status != 200:
        return f"refused: {reply.told()}"
    met = read(reply.body, suffix, base=trial.base)
    is_ordered = bool(re.search(r"\border\s+by\b", trial.text, re.IGNORECASE))
    return fault(met, wanted, is_ordered=is_ordered, is_lax=trial.is_lax)


def _update_fault(peer: Peer, trial: Trial) -> str:
    reply = _update(peer, _with_base(trial))
    if reply.status >= 300:
        return f"refused: {reply.told()}"
    # asked for at once, so that a blank node in two graphs stays one
    reply = _query(peer, EVERYTHING, accept=FORMATS[".srj"])
    if reply.status != 200:
        return f"cannot be asked what it holds now: {reply.told()}"
    return fault(_quads(read(reply.body, ".srj")), content(trial.after))


def _quads(answer: Answer) -> list[Quad]:
    assert isinstance(answer, Solutions)
    return [Quad(row["s"], row["p"], row["o"], row.get("g", DefaultGraph())) for row in answer.rows]  # type: ignore[arg-type]


def _with_base(trial: Trial) -> str:
    """The text as it stands, with a BASE in front if it has relative IRIs: the suite resolves them against the file."""
    return f"BASE <{trial.base}>\n{trial.text}" if RELATIVE.search(trial.text) else trial.text


def _query(peer: Peer, text: str, *, accept: str) -> Reply:
    headers = (("Content-Type", "application/sparql-query"), ("Accept", accept))
    return peer.ask("POST", peer.query, headers, text.encode())


def _update(peer: Peer, text: str) -> Reply:
    return peer.ask("POST", peer.update, (("Content-Type", "application/sparql-update"),), text.encode())
