"""Replays the W3C's older Graph Store tests, whose requests and answers are told in prose, mended where it errs."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple
from urllib.parse import urlsplit

from rdflib import RDFS, Graph
from rdflib.collection import Collection

from .exchange import GRAPHS, Conversation, Expectation, Step, empty, media_type, says
from .language import Outcome, load
from .manifest import MF
from .peer import Peer

# what the prose tells of a state that no entry before it makes, and what it forgot of the state that they do
BEFORE = {
    "delete__existing_graph": Step(
        "store", "PUT", "/person/2.ttl", (("Content-Type", "text/turtle"),), b"", frozenset({201})
    )
}
FORGOTTEN = {
    "get_of_post__existing_graph": (("a foaf:Person;", 'a foaf:Person; foaf:name "Jane Doe";'), ("John", "Jane"))
}
UNFINISHED = re.compile(r'"(?=\s*(?:\n\s*\n|$))')  # a statement without its full stop at the end of a document


class Message(NamedTuple):
    """A request or an answer as the prose shows it."""

    first: str
    headers: dict[str, str]
    body: str


def replay_prose(peer: Peer, manifest: Path) -> Iterator[Outcome]:
    """The outcome of each entry; they build on each other, so the store is emptied once."""
    graph = Graph().parse(manifest, format="turtle")
    load(peer, ())
    conversation = Conversation(peer)
    for entries in graph.objects(None, MF.entries):
        for test in Collection(graph, entries):
            name = str(test).rpartition("#")[2]
            prose = next(str(text) for text in graph.objects(test, RDFS.comment) if "#### Request" in str(text))
            steps = [BEFORE[name]] if name in BEFORE else []
            yield Outcome(f"{manifest.parent.name}/{name}", conversation.fault(*steps, _step(peer, name, prose)))


def _step(peer: Peer, name: str, prose: str) -> Step:
    for wrong, right in FORGOTTEN.get(name, ()):
        prose = prose.replace(wrong, right)
    place = urlsplit(peer.store)
    prose = prose.replace("http://$HOST$/$GRAPHSTORE$", peer.store).replace("$HOST$", place.netloc)
    request, response = (_message(part) for part in prose.split("#### Request")[1].split("#### Response"))
    method, target, _ = request.first.split()
    body = UNFINISHED.sub('" .', request.body)
    if "multipart" in request.headers.get("Content-Type", ""):
        body = body.replace("\n", "\r\n") + "\r\n"
    return Step(
        at="store",
        method=method,
        rest=target.replace("$GRAPHSTORE$", "").replace("$NEWPATH$", "?graph=$LOCATION$"),
        headers=tuple((name, value) for name, value in request.headers.items() if name != "Host"),
        body=body.encode(),
        status=_status(int(response.first.split()[0]), target),
        expects=tuple(_expectations(request, response)),
    )


def _message(shown: str) -> Message:
    head, _, body = dedent(shown).strip().partition("\n\n")
    first, *lines = head.splitlines()
    return Message(first, dict(line.split(": ", 1) for line in lines), body)


def _status(told: int, target: str) -> frozenset[int]:
    """200 and 204 differ only in whether the server has something to say; the default graph is never a new one."""
    done = {200, 204}
    if told in done:
        return frozenset(done)
    return frozenset({told} | (done if target.endswith("?default") else set()))


def _expectations(request: Message, response: Message) -> Iterator[Expectation]:
    if "Content-Type" in response.headers:
        told = response.headers["Content-Type"].partition(";")[0]
        yield media_type(*((told,) if "Accept" in request.headers else GRAPHS))
    if request.first.startswith("HEAD"):
        yield empty
    elif response.body:
        yield says(response.body)
