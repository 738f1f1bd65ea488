"""A process that reads foreign texts on one snapshot, answers what they ask, and may be killed at any moment.

`python -m graph.worker FD` is the nursery's process: without threads or secrets, it forks the workers and ends them
for the pool at the other end of the socket FD. A worker opens the store, seals itself and does one thing after the
other on a socket of its own: queries, updates judged on an empty store, documents that become N-Triples.
The engine serialises: no row is a Python object.
"""

import codecs
import gc
import io
import json
import os
import re
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox

from graph.errors import SnapshotError
from graph.matching.published import DIGITS
from graph.matching.scores import Scores
from graph.rdf import FORMATS, Format, Kind
from graph.sandbox import confine, fence, reaches_out, seal
from graph.store import is_parted, open_engine
from graph.words import without_silent_loads, words
from ontology.terms import IRI, REV, XSD

STACK_BYTES = 256 * 2**20  # what the engine's recursion needs for the deepest query of 64 KiB
CHUNK_BYTES = 2**16
NO_PROCESS = -1
DEEPEST = 100  # levels of a triple term in a document
LONGEST_WORDS = 400  # of the engine about a query, which may quote all of it

# of each message on a worker's socket: what it is, and how many bytes follow
HEADER = struct.Struct("!cI")
QUERY, UPDATE, DOCUMENT = b"q", b"u", b"t"
READY, ROWS, DONE, FAULT = b"r", b"b", b"d", b"f"


def nurse(control: socket.socket, *, asks: bool = False) -> None:
    """Fork and end workers as the pool asks, until it hangs up; then end all that are left.

    Workers that `asks` is said of may ask what is on the network, which must be one of their own.

    `{"open": folder, "memory_mb": …}` and a socket are answered by the worker's process id, `{"fate": id}` by the
    wait status of a worker that has ended, `{"end": id}` by 0 before it is gone: to give back much memory takes time.
    Only a parent names a process safely: its id is not used again before it is waited for.
    """
    alive: set[int] = set()
    dying: set[int] = set()
    while True:
        message, sockets, _, _ = socket.recv_fds(control, CHUNK_BYTES, 1)
        if not message:
            break
        order, reply = json.loads(message), 0
        if "open" in order:
            reply = _forked()
            if not reply:
                control.close()
                live(sockets[0], order["open"], order["memory_mb"], asks=asks)
            os.close(sockets[0])
            if reply != NO_PROCESS:
                alive.add(reply)
        elif order.get("fate") in alive:
            os.kill(order["fate"], signal.SIGKILL)
            alive.remove(order["fate"])
            reply = os.waitpid(order["fate"], 0)[1]
        elif order.get("end") in alive:
            os.kill(order["end"], signal.SIGKILL)
            alive.remove(order["end"])
            dying.add(order["end"])
        control.sendall(json.dumps(reply).encode())
        dying -= {worker for worker in dying if os.waitpid(worker, os.WNOHANG)[0]}
    for worker in alive:
        os.kill(worker, signal.SIGKILL)


def live(channel: int, folder: str, memory_mb: int, *, asks: bool) -> None:
    """The life of a worker, from its limits to its last answer; the process ends with it."""
    try:
        confine(memory_mb)
        is_fenced = fence(Path(folder))
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=serve, args=(channel, folder), kwargs={"is_fenced": is_fenced, "asks": asks})
        thread.start()
        thread.join()
    finally:
        os._exit(0)


def serve(channel: int, folder: str, *, is_fenced: bool, asks: bool = False) -> None:
    """Open the snapshot `folder`, seal the process, and answer on `channel` until the pool hangs up."""
    requests, answers = os.fdopen(channel, "rb"), os.fdopen(channel, "wb", CHUNK_BYTES, closefd=False)
    with requests, answers:
        try:
            reader = Reader(Path(folder), answers, asks=asks)
        except (OSError, RuntimeError, SnapshotError) as error:
            _send(answers, FAULT, fault="storage", says=str(error)[:LONGEST_WORDS])
            return
        is_sealed = seal(reads=True, asks=asks) and is_fenced
        _send(answers, READY, sealed=is_sealed, thread=threading.get_native_id())
        while header := requests.read(HEADER.size):
            message, length = HEADER.unpack(header)
            request = json.loads(requests.read(length))
            if message == DOCUMENT:
                reader.read(request, requests.read(request["length"]))
            elif not is_sealed and reaches_out(request["text"]):
                _send(answers, FAULT, fault="refused", says="SERVICE cannot be held back on this system")
            elif message == UPDATE:
                reader.judge(request)
            else:
                reader.answer(request)


def names_its_graphs(query: str) -> bool:
    """Whether a query states its own data set with FROM, outside of names, texts and comments.

    >>> names_its_graphs("SELECT*FROM<urn:g>{}"), names_its_graphs("SELECT ?from { ?s :from 'FROM' } # FROM")
    (True, False)
    """
    # what is bare is a keyword, or several in one
    return "from" in query.lower() and any("FROM" in word[0].upper() for word in words(query) if word["bare"])


def looks_outside(text: str) -> bool:
    """Whether a query or update has a keyword, SERVICE or LOAD, by which the engine would open a connection.

    The kernel refuses those as well that are missed here; but a SILENT one would then not be told.

    >>> looks_outside("SELECT * { ?service :load 'SERVICE' }"), looks_outside("ASK { SERVICE SILENT <http://e/> {} }")
    (False, True)
    """
    return reaches_out(text) and any(
        reaches_out(word["bare"] or "") or _GLUED.search(word["name"] or "") for word in words(text)
    )


class Reader:
    """Reads foreign texts over one snapshot, and says on `answers` what comes of each."""

    def __init__(self, snapshot: Path, answers: IO[bytes], *, asks: bool) -> None:
        self._public = open_engine(snapshot)
        self._whole = open_engine(snapshot, sees_private=True) if is_parted(snapshot) else self._public
        self._answers, self._asks = answers, asks
        self._functions: dict[ox.NamedNode, Callable[..., Any]] = {ox.NamedNode(REV.matchScore): self._match_score}
        self._scores = Scores(snapshot)

    def answer(self, request: dict[str, Any]) -> None:
        """Run a query and send its answer, or what was wrong with it."""
        self._tell(request["text"], lambda: self._found(request))

    def judge(self, request: dict[str, Any]) -> None:
        """Say whether a text is an update, by carrying it out on an empty store: what is missing there is no fault."""
        self._tell(request["text"], lambda: _tried(request))

    def read(self, request: dict[str, Any], document: bytes) -> None:
        """Send the triples of a document as N-Triples, or what was wrong with it."""
        self._tell("", lambda: _parsed(document, request, self._answers))

    def _tell(self, text: str, work: Callable[[], dict[str, Any]]) -> None:
        """Do some work and send what it found, or why it could not be done."""
        try:
            facts = work()
        except _FaultError as fault:
            _send(self._answers, FAULT, **fault.facts)
        except SyntaxError as error:
            place, hint = _PLACE.match(str(error)), _HINT.search(str(error))
            line, column = (int(place[1]), int(place[2])) if place else (1, 1)
            _send(self._answers, FAULT, fault="syntax", line=line, column=column, says=hint[0] if hint else "")
        except ValueError as error:
            _send(self._answers, FAULT, fault="graph", says=str(error)[:LONGEST_WORDS])
        except MemoryError:
            os.abort()  # as the engine does
        except (OSError, RuntimeError) as error:
            is_held_back = isinstance(error, PermissionError) and reaches_out(text)
            is_outside = not self._asks and (is_held_back or looks_outside(text))
            says = "SERVICE" if is_outside else str(error)[:LONGEST_WORDS]
            is_refusal = is_outside or _REFUSAL.search(says)
            other = "asked" if self._asks else "storage"
            _send(self._answers, FAULT, fault="refused" if is_refusal else other, says=says)
        else:
            _send(self._answers, DONE, **facts)

    def _found(self, request: dict[str, Any]) -> dict[str, Any]:
        if not self._asks and looks_outside(request["text"]):
            with suppress(OSError, RuntimeError):
                ox.Store().query(request["text"], base_iri=request["base"])  # what is no query at all is told first
            raise _FaultError(fault="refused", says="SERVICE")
        store = self._whole if request["sees_private"] else self._public
        found = store.query(
            request["text"], base_iri=request["base"], custom_functions=self._functions, **_data_set(request)
        )
        kind = Kind.GRAPH if isinstance(found, ox.QueryTriples) else Kind.BINDINGS
        if kind not in request["formats"]:
            raise _FaultError(fault="format", kind=kind)
        is_complete = _write(found, FORMATS[request["formats"][kind]], request["most_rows"], self._answers)
        return {"kind": kind, "is_complete": is_complete}

    def _match_score(self, *terms: object) -> ox.Literal | None:
        """`rev:matchScore(?need, ?actor)`; unbound for whatever else stands there."""
        names = [IRI(term.value) for term in terms if isinstance(term, ox.NamedNode)]
        score = self._scores.score(*names) if len(names) == len(terms) == 2 else None
        return None if score is None else ox.Literal(f"{score:.{DIGITS}f}", datatype=ox.NamedNode(XSD.decimal))


def _data_set(request: dict[str, Any]) -> dict[str, Any]:
    """Which graphs a query sees: those of the request, else those of its own FROM, else all.

    The union of all graphs includes the one without a name.
    """
    default, named = request["default_graphs"], request["named_graphs"]
    if default or named:
        return {"default_graph": [*map(ox.NamedNode, default)], "named_graphs": [*map(ox.NamedNode, named)]}
    is_union = request["has_union_default"] and not names_its_graphs(request["text"])
    return {"use_default_graph_as_union": is_union}


class _FaultError(Exception):
    """What is wrong with a text, as the pool is told."""

    def __init__(self, **facts: object) -> None:
        super().__init__(facts["fault"])
        self.facts = facts


class _EnoughError(Exception):
    """As many lines have been written as were asked for."""


class _Rows(io.RawIOBase):
    """Where the engine writes an answer; after `most` lines it is stopped, if there is more to say."""

    def __init__(self, answers: IO[bytes], most: int | None) -> None:
        self._answers, self._left = answers, most

    def write(self, data: Any) -> int:
        """Pass on what the engine wrote, up to the last line wanted."""
        surplus = b""
        if self._left is not None:
            *lines, surplus = data.split(b"\n", self._left)
            if len(lines) < self._left:
                surplus = b""
            self._left -= len(lines)
        wanted = len(data) - len(surplus)
        for begin in range(0, wanted, CHUNK_BYTES):
            piece = data[begin : min(begin + CHUNK_BYTES, wanted)]
            self._answers.write(HEADER.pack(ROWS, len(piece)))
            self._answers.write(piece)
        if surplus:
            raise _EnoughError
        return wanted


def _write(
    found: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean,
    form: Format,
    most_rows: int | None,
    answers: IO[bytes],
) -> bool:
    """Let the engine write its answer; False if it was stopped after `most_rows`, with more to come."""
    head_lines = 1 if form.kind is Kind.BINDINGS else 0
    rows: Any = _Rows(answers, None if most_rows is None else head_lines + most_rows)
    try:
        found.serialize(rows, form.engine)
    except _EnoughError:
        return False
    return True


def _tried(request: dict[str, Any]) -> dict[str, Any]:
    """Nothing, if the engine takes a text for an update."""
    text = without_silent_loads(request["text"])
    is_refused = looks_outside(text)
    try:
        ox.Store().update(text, base_iri=request["base"])
    except OSError:
        is_refused = True  # the kernel did, for a store in memory needs no file
    except RuntimeError as error:
        if _REFUSAL.search(str(error)):
            raise
    if is_refused:
        raise _FaultError(fault="refused", says="SERVICE or LOAD")
    return {}


def _parsed(document: bytes, request: dict[str, Any], answers: IO[bytes]) -> dict[str, Any]:
    """Write the triples of a document, blank nodes under names of their own."""
    form, document = ox.RdfFormat.from_media_type(request["form"]), document.removeprefix(codecs.BOM_UTF8)
    if form == ox.RdfFormat.RDF_XML and (found := _DECLARED.search(document)):
        line = document.count(b"\n", 0, found.start()) + 1
        column = found.start() - document.rfind(b"\n", 0, found.start())
        raise _FaultError(fault="document", says=f"{found[0].decode()} is not read here", line=line, column=column)
    how: dict[str, Any] = {"base_iri": request["base"], "without_named_graphs": True, "rename_blank_nodes": True}
    rows: Any = _Rows(answers, None)
    try:
        if form == ox.RdfFormat.JSON_LD:
            _require_iris(ox.parse(document, form, **how, lenient=True))
        ox.serialize(_shallow(ox.parse(document, form, **how)), rows, ox.RdfFormat.N_TRIPLES)
    except (SyntaxError, MemoryError, ValueError) as error:
        says = _AT.sub("", getattr(error, "msg", None) or str(error) or "memory ended")[:LONGEST_WORDS]
        place = {"line": getattr(error, "lineno", None), "column": getattr(error, "offset", None)}
        raise _FaultError(fault="document", says=says, **place) from None
    return {}


def _shallow(quads: Iterator[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads, as long as no triple term is so deep that a reader with a common stack would die of it."""
    for quad in quads:
        term, levels = quad.object, 0
        while isinstance(term, ox.Triple):
            term, levels = term.object, levels + 1
        if levels > DEEPEST:
            raise ValueError(f"a triple term has more than {DEEPEST} levels")
        yield quad


def _require_iris(quads: Iterator[ox.Quad]) -> None:
    """Raise ValueError for an IRI that is none: the engine would leave out its triple without a word."""
    for iri in {term.value for quad in quads for term in quad.triple if isinstance(term, ox.NamedNode)}:
        if _SCHEME.match(iri):  # a name without one is left out by JSON-LD itself
            try:
                ox.NamedNode(iri)
            except ValueError:
                raise ValueError(f"{iri!r} is no IRI") from None


def _send(answers: IO[bytes], message: bytes, **facts: object) -> None:
    payload = json.dumps(facts | {"used_s": time.process_time()}).encode()
    answers.write(HEADER.pack(message, len(payload)) + payload)
    answers.flush()


def _forked() -> int:
    """As `os.fork`, but `NO_PROCESS` if the system allows no more: the other workers need their parent."""
    try:
        return os.fork()
    except OSError:
        return NO_PROCESS


_GLUED = re.compile("(service|load)silent", re.IGNORECASE)
_PLACE = re.compile(r"error at (\d+):(\d+)")
_REFUSAL = re.compile("custom function|does not support")
_HINT = re.compile(r"[A-Z]\w+(?: \w+){2,}")  # among the tokens it expected the engine may give its reason
_DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)  # such can grow without end
_AT = re.compile(r"Parser error at line \d+ (?:column \d+|between columns \d+ and \d+): |(?: \(line \d+\)|\.)$")
_SCHEME = re.compile(r"[A-Za-z][\w+.-]*:")

if __name__ == "__main__":
    gc.freeze()
    nurse(socket.socket(fileno=int(sys.argv[1])))
