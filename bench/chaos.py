"""What a service loses when its processes are killed at random while clients read and write: nothing acknowledged.

`python -m bench.chaos [--kills N]` starts `revier serve --bare`, lets clients read and write, and kills front end,
query processes and writer with SIGKILL, one at a time. Every write states two triples of one number; a reader that
sees one of them alone, or fewer than had been acknowledged when it asked, has found a fault. Exits with 1 on any.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

from bench.servers import Server, descendants, revier

ROLES = {"writer": "graph.writer", "query process": "graph.worker"}  # by what is in the command line
FRONT_END = "front end"
COUNTS = """SELECT (COUNT(DISTINCT ?a) AS ?left) (COUNT(DISTINCT ?b) AS ?right) WHERE {
  { ?a <urn:left> ?n } UNION { ?b <urn:right> ?n } }"""
NUMBERS = "SELECT ?n WHERE { ?write <urn:left> ?n ; <urn:right> ?n }"
GIVE_UP_S = 60
GOOD_WITHIN_S, READY_WITHIN_S = 1.0, 3.0


@dataclass
class Ledger:
    """What the clients saw; any thread may write into it."""

    acknowledged: set[int] = field(default_factory=set)
    reads: int = 0
    refused_writes: Counter[str] = field(default_factory=Counter)
    refused_reads: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


def main() -> int:
    """Kill as often as told, print what came of it, and return the exit code."""
    parser = argparse.ArgumentParser(description="Kill processes of a running service at random.")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--pause", type=float, default=1, help="most seconds between recovery and the next kill")
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--writers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6), help="of the order of kills")
    arguments = parser.parse_args()
    dice, ledger, token = random.Random(arguments.seed), Ledger(), token_hex(16)
    with TemporaryDirectory(prefix="revier-chaos-") as home, revier(Path(home), REVIER_WRITE_TOKEN=token) as server:
        ended = Event()
        clients = [Thread(target=_write, args=(server, token, n, ledger, ended)) for n in range(arguments.writers)]
        clients += [Thread(target=_read, args=(server, ledger, ended)) for _ in range(arguments.readers)]
        for client in clients:
            client.start()
        try:
            waits = [_kill_one(server, dice, arguments.pause) for _ in range(arguments.kills)]
        finally:
            ended.set()
            for client in clients:
                client.join()
        lost = ledger.acknowledged - _numbers(server)
    return _print(arguments, ledger, lost, waits)


def _kill_one(server: Server, dice: random.Random, pause_s: float) -> tuple[str, float, float]:
    """Kill a process of a role by lot; the role, and the seconds to the next good answer and until `/ready`."""
    role = dice.choice([FRONT_END, *ROLES])
    time.sleep(dice.uniform(0, pause_s))
    begin = time.monotonic()
    # the last one killed may not be back yet
    _seconds_until(f"there is no {role}", lambda: _is_killed(role, server, dice), begin)
    killed = time.monotonic()
    good_s = _seconds_until("no good answer came", lambda: _is_answered(server), killed)
    ready_s = _seconds_until("/ready was not true", lambda: _ask(server, "GET", "/ready")[0] == 200, killed)
    return role, good_s, ready_s


def _is_killed(role: str, server: Server, dice: random.Random) -> bool:
    processes = [process for process in descendants(server.process)[1:] if _role(process) == role]
    try:
        os.kill(dice.choice(processes), signal.SIGKILL)
    except (IndexError, ProcessLookupError):
        return False
    return True


def _role(process: int) -> str:
    try:
        command = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
    except OSError:  # it has just ended
        return ""
    return next((role for role, module in ROLES.items() if module in command), FRONT_END)


def _seconds_until(otherwise: str, is_so: Callable[[], bool], since: float) -> float:
    while not is_so():
        if time.monotonic() - since > GIVE_UP_S:
            raise SystemExit(f"{otherwise} for {GIVE_UP_S} s")
        time.sleep(0.005)
    return time.monotonic() - since


def _write(server: Server, token: str, first: int, ledger: Ledger, ended: Event) -> None:
    """State number after number; what is answered with success counts as acknowledged."""
    number = first
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/sparql-update"}
    while not ended.is_set():
        halves = (f"INSERT DATA {{ <urn:w:{number}> <urn:{half}> {number} }}" for half in ("left", "right"))
        status, _ = _ask(server, "POST", "/update", " ; ".join(halves).encode(), headers)
        with ledger.lock:
            if 200 <= status < 300:
                ledger.acknowledged.add(number)
            else:
                ledger.refused_writes[str(status or "no answer")] += 1
        number += 1000


def _read(server: Server, ledger: Ledger, ended: Event) -> None:
    """Count what is there, again and again; too little or one half alone is a fault."""
    while not ended.is_set():
        least = len(ledger.acknowledged)
        status, body = _ask(server, "GET", server.target(COUNTS))
        with ledger.lock:
            ledger.reads += 1
            if status != 200:
                ledger.refused_reads[str(status or "no answer")] += 1
                continue
            left, right = _both(body)
            if left != right:
                ledger.faults.append(f"half a write was served: {left} and {right}")
            if left < least:
                ledger.faults.append(f"{left} writes were served when {least} had been acknowledged")


def _is_answered(server: Server) -> bool:
    return _ask(server, "GET", server.target(COUNTS), timeout_s=2)[0] == 200


def _both(body: bytes) -> tuple[int, int]:
    row = json.loads(body)["results"]["bindings"][0]
    return int(row["left"]["value"]), int(row["right"]["value"])


def _numbers(server: Server) -> set[int]:
    """All numbers of which both halves are there."""
    status, body = _ask(server, "GET", server.target(NUMBERS))
    assert status == 200, body
    return {int(row["n"]["value"]) for row in json.loads(body)["results"]["bindings"]}


def _ask(
    server: Server,
    method: str,
    path: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    timeout_s: float = 30,
) -> tuple[int, bytes]:
    """Status and body of an answer; status 0 if there was none."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=timeout_s)
    try:
        connection.request(method, path, body, {"Accept": "application/sparql-results+json"} | (headers or {}))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return 0, b""
    finally:
        connection.close()


def _print(arguments: argparse.Namespace, ledger: Ledger, lost: set[int], waits: list[tuple[str, float, float]]) -> int:
    print(f"{arguments.kills} kills, seed {arguments.seed}")
    acknowledged = f"writes acknowledged {len(ledger.acknowledged):,}, LOST {len(lost)}"
    print(f"  {acknowledged}; not acknowledged: {_listed(ledger.refused_writes)}")
    print(f"  reads {ledger.reads:,}, of them refused: {_listed(ledger.refused_reads)}")
    for role in (FRONT_END, *ROLES):
        good = [good_s for killed, good_s, _ in waits if killed == role]
        ready = [ready_s for killed, _, ready_s in waits if killed == role]
        if good:
            worst = f"next good answer after at most {max(good):.2f} s, ready {max(ready):.2f} s"
            print(f"  {role} killed {len(good)} times: {worst}")
    late = [role for role, good_s, ready_s in waits if good_s > GOOD_WITHIN_S or ready_s > READY_WITHIN_S]
    print(f"  later than {GOOD_WITHIN_S:g} s for an answer or {READY_WITHIN_S:g} s for /ready: {len(late)}")
    for fault in ledger.faults[:10]:
        print(f"  FAULT: {fault}")
    return 1 if lost or ledger.faults else 0


def _listed(statuses: Counter[str]) -> str:
    return ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items())) or "none"


if __name__ == "__main__":
    sys.exit(main())
