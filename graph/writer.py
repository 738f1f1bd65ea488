"""The process that writes: it carries out one group of writes after the other on its head, and publishes each once.

`python -m graph.writer FD` talks to a desk at the other end of the socket FD. Before it reads a write it is sealed:
no network, no program, no file but those below the home. What it holds is scratch; it may be killed at any moment.
"""

import json
import os
import resource
import select
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.change import Change
from graph.desk import FRAME
from graph.errors import (
    BuildRunning,
    Forbidden,
    NotSparql,
    Outdated,
    RevierError,
    SnapshotError,
    WriteRefused,
)
from graph.head import Head
from graph.sandbox import confine, fence, seal
from graph.snapshot import build_lock, minding_space, prune, snapshot_name
from graph.store import PRIVATE
from graph.tokens import Scope
from graph.touched import Judge
from graph.worker import STACK_BYTES
from ontology.terms import IRI

GROUPS_A_PRUNING = 8  # looking at all snapshots takes longer than a small write
MOST_TOLD = 4000  # letters of a fault that nobody foresaw
_NOT_WRITABLE = "The store cannot be written to at this moment. Nothing was published. Run `revier doctor`."
_Report = Callable[..., None]


def live(channel: int) -> None:
    """The life of the writer: prepare, seal, work until the desk hangs up or dies; the process ends with it."""
    desk = _Desk(channel)
    order = json.loads(desk.hear())
    home = Path(order["home"])
    judge = None if order["is_bare"] else Judge()
    most_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most_files, most_files))
    time.tzset()  # reads a file, which the engine may not do later
    confine(order["memory_mb"], writes=True)
    is_sealed = fence(home, writes=True) and seal(writes=True)
    writer = Writer(home, judge, has_union_default=order["has_union_default"])
    threading.stack_size(STACK_BYTES)
    threading.Thread(target=_serve, args=(desk, writer, is_sealed), daemon=True).start()
    end = select.poll()
    end.register(channel, select.POLLRDHUP)
    end.poll()
    os._exit(0)


class Writer:
    """Carries out writes on a head of `home`; without a `judge` nothing is checked but the graphs that are closed."""

    def __init__(self, home: Path, judge: Judge | None, *, has_union_default: bool) -> None:
        self._home, self._judge, self._has_union_default = home, judge, has_union_default
        self._head: Head | None = None
        self._known: dict[int, str] = {}  # hashes of files that were read, by inode
        self._groups = 0

    def carry_out(self, group: list[tuple[dict[str, Any], bytes]], report: _Report) -> None:
        """Carry out a group of writes, each with its N-Triples, and publish what they change; then tidy up.

        `report` is called with `at` before each write, with `announced` before publishing, and at last with
        the outcomes, or the error that befell them all.
        """
        try:
            with minding_space(), build_lock(self._home, is_write=True):
                told = self._published(group, report)
        except (RevierError, OSError, RuntimeError) as error:
            self._discard_head()
            told = _as_told(error if isinstance(error, RevierError) else SnapshotError(_NOT_WRITABLE))
        report(**told)
        self._groups += 1
        if self._groups % GROUPS_A_PRUNING == 0:
            with suppress(BuildRunning), build_lock(self._home, is_write=True):
                prune(self._home)
        if self._head is not None:
            self._head.sweep()

    def _published(self, group: list[tuple[dict[str, Any], bytes]], report: _Report) -> dict[str, Any]:
        head = self._fresh_head()
        changes: list[Change] = []
        outcomes = []
        for number, (order, lines) in enumerate(group):
            report(at=number)
            outcomes.append(self._outcome(head, order, lines, changes))
        name = snapshot_name(datetime.now(UTC)) if changes else head.base.name
        told = {"snapshot": name, "is_published": bool(changes), "outcomes": outcomes}
        if changes:
            report(announced=told)
            counts: Counter[str] = Counter()
            for change in changes:
                counts.update(change.counts())
            changed = sum(change.size for change in changes)
            head.publish(name, writes=len(changes), changed=changed, counts=counts)
        return told

    def _outcome(self, head: Head, order: dict[str, Any], lines: bytes, changes: list[Change]) -> dict[str, Any]:
        """Carry out one write; what it changed joins `changes`, and a refused one leaves no trace."""
        scope = Scope(tuple(order["scope"]))
        change = Change(
            head.engine,
            may_change=lambda graph: _allow(graph, scope, head.manifest["built"]),
            may_read=lambda graph: not graph.startswith(PRIVATE) or scope.covers(graph),
            has_union_default=self._has_union_default,
        )
        try:
            if order["expected"] not in (None, None if changes else head.base.name):
                raise Outdated("The data have changed since they were read. Read them again, and repeat the write.")
            is_new = _apply(change, order, lines)
            if self._judge is not None:
                self._judge.examine(head.engine, change)
        except RevierError as error:
            change.undo()
            return _as_told(error)
        if change:
            changes.append(change)
        return {"is_new": is_new, "changed": change.size}

    def _fresh_head(self) -> Head:
        if self._head is not None and not self._head.is_current():
            self._discard_head()
        if self._head is None:
            self._head = Head(self._home, known=self._known)
        return self._head

    def _discard_head(self) -> None:
        head, self._head = self._head, None
        if head is not None:
            head.discard()


def _apply(change: Change, order: dict[str, Any], lines: bytes) -> bool:
    """Let the store change as ordered; whether a graph came into being where it was put."""
    if "update" in order:
        change.update(order["update"], base=order["base"], using=order["using"], using_named=order["using_named"])
        return False
    if "put" in order:
        graph = order["put"]
        return change.put(graph if graph is None else IRI(graph), lines, replaces=order["replaces"])
    graph = order["delete"]
    change.delete(graph if graph is None else IRI(graph))
    return False


def _allow(graph: IRI | None, scope: Scope, built: list[str]) -> None:
    """Raises `Forbidden` if a graph may not be changed; None is the default graph."""
    if graph in built:
        raise Forbidden(
            f"{graph} is made by `revier build`. Change the tables and build, or write to a graph of your own."
        )
    if not scope.covers(graph):
        raise Forbidden(f"The token does not cover {graph or 'the default graph'}. Take one that does.")


class _Desk:
    """The other end of the socket, which is read and written as a file: calls for the network are refused."""

    def __init__(self, channel: int) -> None:
        self._heard, self._told = os.fdopen(channel, "rb"), os.fdopen(channel, "wb", closefd=False)

    def hear(self) -> bytes:
        """The next message; EOFError once there is none."""
        header = self._heard.read(FRAME.size)
        if not header:
            raise EOFError
        return self._heard.read(FRAME.unpack(header)[0])

    def tell(self, **told: object) -> None:
        """Send a message."""
        payload = json.dumps(told).encode()
        self._told.write(FRAME.pack(len(payload)) + payload)
        self._told.flush()


def _serve(desk: _Desk, writer: Writer, is_sealed: bool) -> None:
    """Answer one group after the other; what nobody foresaw ends the process, which says why."""
    try:
        desk.tell(sealed=is_sealed)
        while True:
            orders = json.loads(desk.hear())["writes"]
            writer.carry_out([(order, desk.hear()) for order in orders], desk.tell)
    except EOFError:
        os._exit(0)
    except BaseException as error:
        desk.tell(broken="".join(traceback.format_exception(error))[-MOST_TOLD:])
        os._exit(1)


def _as_told(error: RevierError) -> dict[str, Any]:
    """An error as the desk is told it."""
    told: dict[str, Any] = {"error": type(error).__name__, "says": str(error)}
    if isinstance(error, WriteRefused):
        told["findings"] = [asdict(found) for found in error.findings]
    if isinstance(error, NotSparql):
        told["place"] = (error.line, error.column)
    return told


if __name__ == "__main__":
    live(int(sys.argv[1]))
