"""A conversation with a server: requests one after the other, and what each answer must be."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from .answers import read
from .judge import fault
from .peer import Headers, Peer, Reply

Expectation = Callable[[Reply], str]  # says what is wrong with a reply; "" if nothing
SUFFIXES = {
    "application/sparql-results+json": ".srj",
    "application/sparql-results+xml": ".srx",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "text/turtle": ".ttl",
    "application/n-triples": ".nt",
    "application/rdf+xml": ".rdf",
    "application/ld+json": ".jsonld",
    "application/n-quads": ".nq",
    "application/trig": ".trig",
}
TABLES = tuple(SUFFIXES)[:4]
GRAPHS = tuple(SUFFIXES)[4:]
KEPT = ("Location", "ETag")


@dataclass(frozen=True)
class Step:
    """One request. `at` names the endpoint, `rest` is what follows its URL; `$LOCATION$` and `$ETAG$` are the last met.

    `status`: the codes that are right. `expects`: what else the answer must be.
    """

    at: str
    method: str
    rest: str = ""
    headers: Headers = ()
    body: bytes = b""
    status: frozenset[int] = frozenset({200})
    expects: tuple[Expectation, ...] = ()
    signed: bool = True


@dataclass
class Conversation:
    """Carries steps out one after the other, and remembers the last address and the last version that it met."""

    peer: Peer
    kept: dict[str, str] = field(default_factory=dict)

    def fault(self, *steps: Step) -> str:
        """What is wrong with the first answer that is wrong; "" if all are right."""
        for step in steps:
            wrong = self._fault(step)
            if wrong:
                return f"{step.method} {step.at}{step.rest[:80]}: {wrong}"
        return ""

    def _fault(self, step: Step) -> str:
        url = self._filled(step.rest if "://" in step.rest[:8] else getattr(self.peer, step.at) + step.rest)
        headers = tuple((name, self._filled(value)) for name, value in step.headers)
        reply = self.peer.ask(step.method, url, headers, step.body, signed=step.signed)
        self.kept |= {f"${name.upper()}$": reply.headers[name] for name in KEPT if reply.headers[name]}
        if reply.status not in step.status:
            return f"{_ranges(step.status)} was wanted: {reply.told()}"
        return next(filter(None, (expectation(reply) for expectation in step.expects)), "")

    def _filled(self, text: str) -> str:
        return re.sub(r"\$(LOCATION|ETAG)\$", lambda found: self.kept.get(found[0], found[0]), text)


def media_type(*wanted: str) -> Expectation:
    """The answer is in one of these media types."""
    return partial(_media_type_fault, wanted)


def says(document: str | bool, suffix: str = ".ttl", *, base: str = "urn:none:") -> Expectation:
    """The answer says what a document in the format of `suffix` says, or this boolean, in whatever format it comes."""
    wanted = document if isinstance(document, bool) else read(document.encode(), suffix, base=base)

    def expectation(reply: Reply) -> str:
        met = SUFFIXES.get(reply.headers.get_content_type())
        if not met:
            return f"a result was wanted: {reply.headers['Content-Type']}"
        try:
            return fault(read(reply.body, met, base=base), wanted)
        except (SyntaxError, ValueError) as error:
            return f"no {met}: {error}"

    return expectation


def header(name: str, pattern: str) -> Expectation:
    """A header is there, and the pattern is found in it, whatever the case."""

    def expectation(reply: Reply) -> str:
        met = ", ".join(reply.headers.get_all(name, []))
        return "" if name in reply.headers and re.search(pattern, met, re.IGNORECASE) else f"{name}: {met!r}"

    return expectation


def no_header(name: str) -> Expectation:
    """A header is not there."""
    return lambda reply: f"{name}: {reply.headers[name]!r}" if name in reply.headers else ""


def text(pattern: str) -> Expectation:
    """The pattern is found in the text of the answer."""
    return lambda reply: "" if re.search(pattern, reply.body.decode(errors="replace")) else f"said {reply.told()}"


def empty(reply: Reply) -> str:
    """The answer has no body."""
    return "" if not reply.body else f"a body of {len(reply.body)} bytes"


def _media_type_fault(wanted: tuple[str, ...], reply: Reply) -> str:
    met = reply.headers.get_content_type() if "Content-Type" in reply.headers else "no media type"
    return "" if met in wanted else f"{' or '.join(wanted)} was wanted, {met} was met"


def _ranges(status: frozenset[int]) -> str:
    return " or ".join(map(str, sorted(status))) if len(status) < 9 else f"{min(status)} to {max(status)}"
