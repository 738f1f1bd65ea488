"""All groups of tests, W3C's and our own, each with the way to run it against a server."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from .checks_answers import COMPRESSION, CORS, HEADS, formats
from .checks_graph_store import GRAPH_STORE, VERSIONS
from .checks_protocol import QUERIES, UPDATES, WITHOUT_TOKEN
from .exchange import Conversation, Step
from .language import Outcome, run
from .manifest import ROOT, Kind, trials
from .peer import Peer
from .prose import replay_prose
from .replay import replay
from .service_description import described, true_description
from .steps import FRESH

V10, V11 = ROOT / "sparql10", ROOT / "sparql11"
EVALUATED = {Kind.QUERY, Kind.UPDATE}
QUERY_SYNTAX, UPDATE_SYNTAX = {Kind.GOOD_QUERY, Kind.BAD_QUERY}, {Kind.GOOD_UPDATE, Kind.BAD_UPDATE}

Group = Callable[[Peer], Iterable[Outcome]]


def _language(kinds: set[Kind], *manifests: str) -> Group:
    def group(peer: Peer) -> Iterator[Outcome]:
        found = (trial for name in manifests for trial in trials(ROOT / name) if trial.kind in kinds)
        return run(peer, found)

    return group


def _checks(checks: Mapping[str, tuple[Step, ...]]) -> Group:
    def group(peer: Peer) -> Iterator[Outcome]:
        conversation = Conversation(peer)
        conversation.fault(FRESH)
        for name, steps in checks.items():
            yield Outcome(name, conversation.fault(*steps))

    return group


W3C: dict[str, Group] = {
    "SPARQL 1.0 query": _language({Kind.QUERY}, "sparql10/manifest-evaluation.ttl"),
    "SPARQL 1.0 syntax": _language(QUERY_SYNTAX, "sparql10/manifest-syntax.ttl"),
    "SPARQL 1.1 query": _language({Kind.QUERY}, "sparql11/manifest-sparql11-query.ttl"),
    "SPARQL 1.1 syntax": _language(
        QUERY_SYNTAX, "sparql11/manifest-sparql11-query.ttl", "sparql11/manifest-sparql11-update.ttl"
    ),
    "SPARQL 1.1 update syntax": _language(UPDATE_SYNTAX, "sparql11/manifest-sparql11-update.ttl"),
    "SPARQL 1.1 update": _language({Kind.UPDATE}, "sparql11/manifest-sparql11-update.ttl"),
    "SPARQL 1.1 results": _language({Kind.QUERY}, "sparql11/manifest-sparql11-results.ttl"),
    "protocol": partial(replay, manifest=V11 / "protocol/manifest.ttl"),
    "graph store, direct": partial(replay, manifest=V11 / "graph-store-protocol/manifest-direct.ttl"),
    "graph store, indirect": partial(replay, manifest=V11 / "graph-store-protocol/manifest-indirect.ttl"),
    "graph store, older tests": partial(replay_prose, manifest=V11 / "http-rdf-update/manifest.ttl"),
    "service description": described,
}
OWN: dict[str, Group] = {
    "own: queries over HTTP": _checks(QUERIES),
    "own: updates over HTTP": _checks(UPDATES),
    "own: without a token": _checks(WITHOUT_TOKEN),
    "own: graph store": _checks(GRAPH_STORE),
    "own: versions": _checks(VERSIONS),
    "own: formats": _checks(formats()),
    "own: CORS": _checks(CORS),
    "own: compression": _checks(COMPRESSION),
    "own: HEAD and OPTIONS": _checks(HEADS),
    "own: true description": true_description,
}
GROUPS = W3C | OWN
