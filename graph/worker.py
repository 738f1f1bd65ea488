"""A process that answers foreign queries on one snapshot and may be killed at any moment.

`python -m graph.worker FD` is the nursery: one process without threads or secrets, which forks the workers
and ends them for the pool at the other end of the socket FD. A worker opens the store, seals itself and
answers one query after the other on a socket of its own. The engine serialises: no row is a Python object.
"""

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
from typing import IO, Any

import pyoxigraph as ox

from graph.rdf import FORMATS, Format, Kind
from graph.sandbox import confine, reaches_out, seal

STACK_BYTES = 256 * 2**20  # what the engine's recursion needs for the deepest query of 64 KiB
CHUNK_BYTES = 2**16
NO_PROCESS = -1
LONGEST_WORDS = 400  # of the engine about a query, which may quote all of it

# of each message on a worker's socket: what it is, and how many bytes follow
HEADER = struct.Struct("!cI")
READY, QUERY, ROWS, DONE, FAULT = b"r", b"q", b"b", b"d", b"f"


def nurse(control: socket.socket) -> None:
    """Fork and end workers as the pool asks, until it hangs up; then end all that are left.

    `{"open": folder, "memory_mb": …}` and a socket are answered by the worker's process id, `{"end": id}` by
    its wait status. Only a parent names a process safely: its id is not used again before it is waited for.
    """
    alive: set[int] = set()
    while True:
        message, sockets, _, _ = socket.recv_fds(control, CHUNK_BYTES, 1)
        if not message:
            break
        order = json.loads(message)
        if "open" in order:
            reply = _forked()
            if not reply:
                control.close()
                live(sockets[0], order["open"], order["memory_mb"])
            os.close(sockets[0])
            if reply != NO_PROCESS:
                alive.add(reply)
        else:
            reply = _end(order["end"]) if order["end"] in alive else 0
            alive.discard(order["end"])
        control.sendall(json.dumps(reply).encode())
    for worker in alive:
        _end(worker)


def live(channel: int, folder: str, memory_mb: int) -> None:
    """The life of a worker, from its limits to its last query; the process ends with it."""
    try:
        confine(memory_mb)
        threading.stack_size(STACK_BYTES)
        thread = threading.Thread(target=serve, args=(channel, folder))
        thread.start()
        thread.join()
    finally:
        os._exit(0)


def serve(channel: int, folder: str) -> None:
    """Open the store in `folder`, seal the process, and answer on `channel` until the pool hangs up."""
    requests, answers = os.fdopen(channel, "rb"), os.fdopen(channel, "wb", CHUNK_BYTES, closefd=False)
    with requests, answers:
        try:
            store = ox.Store.read_only(folder)
        except (OSError, RuntimeError) as error:
            _send(answers, FAULT, fault="storage", says=str(error)[:LONGEST_WORDS])
            return
        is_sealed = seal()
        _send(answers, READY, sealed=is_sealed)
        while header := requests.read(HEADER.size):
            request = json.loads(requests.read(HEADER.unpack(header)[1]))
            if is_sealed or not reaches_out(request["query"]):
                _answer(store, request, answers)
            else:
                _send(answers, FAULT, fault="refused", says="SERVICE cannot be held back on this system")


def names_its_graphs(query: str) -> bool:
    """Whether a query states its own data set with FROM, outside of names, texts and comments.

    >>> names_its_graphs("SELECT*FROM<urn:g>{}"), names_its_graphs("SELECT ?from { ?s :from 'FROM' } # FROM")
    (True, False)
    """
    return "from" in query.lower() and any(word[0].lower() == "from" for word in _WORD.finditer(query))


# everything in which the letters FROM would mean something else is matched first, as a whole
_WORD = re.compile(
    r"""\#[^\n\r]* | <[^<>"{}|^`\\\s]*> | \"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
    | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*' | [?$@]\w[\w-]* | [\w.-]*:(?:[\w.:%-]|\\.)* | \w+""",
    re.VERBOSE | re.DOTALL,
)
_PLACE = re.compile(r"error at (\d+):(\d+)")
_REFUSAL = re.compile("custom function|does not support")
_HINT = re.compile(r"[A-Z]\w+(?: \w+){2,}")  # among the tokens it expected the engine may give its reason


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
        self._answers.write(HEADER.pack(ROWS, wanted))
        self._answers.write(data[:wanted])
        if surplus:
            raise _EnoughError
        return wanted


def _answer(store: ox.Store, request: dict[str, Any], answers: IO[bytes]) -> None:
    """Run one query and send its answer, or what was wrong with it."""
    query = request["query"]
    try:
        found = store.query(query, **_data_set(request))
        kind = Kind.GRAPH if isinstance(found, ox.QueryTriples) else Kind.BINDINGS
        if kind not in request["formats"]:
            _send(answers, FAULT, fault="format", kind=kind)
            return
        is_complete = _write(found, FORMATS[request["formats"][kind]], request["most_rows"], answers)
        _send(answers, DONE, kind=kind, is_complete=is_complete)
    except SyntaxError as error:
        place, hint = _PLACE.match(str(error)), _HINT.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (1, 1)
        _send(answers, FAULT, fault="syntax", line=line, column=column, says=hint[0] if hint else "")
    except ValueError as error:
        _send(answers, FAULT, fault="graph", says=str(error)[:LONGEST_WORDS])
    except (OSError, RuntimeError) as error:
        says = "SERVICE" if reaches_out(query) else str(error)[:LONGEST_WORDS]
        is_refusal = says == "SERVICE" or _REFUSAL.search(says)
        _send(answers, FAULT, fault="refused" if is_refusal else "storage", says=says)


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


def _data_set(request: dict[str, Any]) -> dict[str, Any]:
    """Which graphs a query sees: those of the request, else those of its own FROM, else the union of all."""
    default, named = request["default_graphs"], request["named_graphs"]
    if default or named:
        return {
            "default_graph": [ox.NamedNode(graph) for graph in default],
            "named_graphs": [ox.NamedNode(graph) for graph in named],
        }
    return {"use_default_graph_as_union": not names_its_graphs(request["query"])}


def _send(answers: IO[bytes], message: bytes, **facts: object) -> None:
    payload = json.dumps(facts).encode()
    answers.write(HEADER.pack(message, len(payload)) + payload)
    answers.flush()


def _forked() -> int:
    """As `os.fork`, but `NO_PROCESS` if the system allows no more: the other workers need their parent."""
    try:
        return os.fork()
    except OSError:
        return NO_PROCESS


def _end(worker: int) -> int:
    os.kill(worker, signal.SIGKILL)
    return os.waitpid(worker, 0)[1]


if __name__ == "__main__":
    gc.freeze()
    nurse(socket.socket(fileno=int(sys.argv[1])))
