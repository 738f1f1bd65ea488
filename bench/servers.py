"""SPARQL servers under measurement, each started on the same triples at a free port and ended by its process id."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox

from graph.bare import found_bare
from graph.snapshot import build_lock, finish, point, read_manifest, snapshot_name, workshop

STARTING_S = 300
ANYTHING = "ASK { ?s ?p ?o }"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers: its name, its process, and where it is asked."""

    name: str
    process: int
    port: int
    path: str
    parameters: tuple[tuple[str, str], ...] = ()

    def url(self, query: str) -> str:
        """The address that asks `query`."""
        return f"http://127.0.0.1:{self.port}{self.target(query)}"

    def target(self, query: str) -> str:
        """The same without the host."""
        return f"{self.path}?{urlencode([('query', query), *self.parameters])}"

    def core_s(self) -> float:
        """Processor time that all its processes, also ended ones, have used so far."""
        return sum(_core_s(process) for process in descendants(self.process))

    def memory_mb(self) -> dict[int, float]:
        """Proportional memory of the process and of all below it, by process id."""
        return {process: _pss_mb(process) for process in descendants(self.process)}


@contextmanager
def revier(home: Path, *, workers: int = 2, name: str = "revier", **environment: str) -> Iterator[Server]:
    """Our own, on what `home` publishes."""
    command = [sys.executable, "-m", "api.cli", "serve", "--bare", "--workers", str(workers), "--port"]
    with _started(name, command, "/sparql", REVIER_HOME=str(home), **environment) as server:
        yield server


@contextmanager
def region(home: Path, *, workers: int = 2, **environment: str) -> Iterator[Server]:
    """Our own, with the pages and endpoints of the region that `home` publishes."""
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", str(workers), "--port"]
    with _started("revier", command, "/sparql", REVIER_HOME=str(home), **environment) as server:
        yield server


@contextmanager
def oxigraph(program: str, lines: Path, folder: Path) -> Iterator[Server]:
    """Oxigraph's own server in Rust, read only, from disk."""
    subprocess.run(
        [program, "load", "--location", folder, "--file", lines],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = _free_ports(1)[0]
    command = [program, "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{port}"]
    with _waited_for("Oxigraph server", command, port, "/query") as server:
        yield server


@contextmanager
def rdflib_endpoint(program: str, lines: Path) -> Iterator[Server]:
    """rdflib-endpoint with rdflib's own store in memory."""
    with _started("rdflib-endpoint", [program, "serve", str(lines), "--host", "127.0.0.1", "--port"], "/") as server:
        yield server


@contextmanager
def virtuoso(program: str, isql: str, lines: Path, folder: Path) -> Iterator[Server]:
    """Virtuoso with 800 MB of buffers, the triples in one graph."""
    sql_port, port = _free_ports(2)
    folder.mkdir()
    (folder / "virtuoso.ini").write_text(_VIRTUOSO.format(folder=folder, data=lines.parent, sql=sql_port, http=port))
    command = [program, "+foreground", "+configfile", str(folder / "virtuoso.ini"), "+wait"]
    graph = ("default-graph-uri", "urn:bench")
    with _waited_for("Virtuoso", command, port, "/sparql", parameters=(graph,), ready="ASK {}") as server:
        load = f"DB.DBA.TTLP_MT(file_open('{lines}'), '', 'urn:bench'); checkpoint;"
        subprocess.run([isql, str(sql_port), "dba", "dba", f"exec={load}"], check=True, stdout=subprocess.DEVNULL)
        yield server


def publish_lines(home: Path, lines: Path) -> None:
    """Publish N-Triples as the default graph of a bare data set: the state after a bulk load, as the peers have it."""
    parent = found_bare(home)
    name = snapshot_name(datetime.now(UTC))
    with build_lock(home), workshop(home, name) as shop:
        store = ox.Store(str(shop / "store"))
        store.bulk_load(path=str(lines), format=ox.RdfFormat.N_TRIPLES)
        facts = {"snapshot": name, "parent": parent.name, "triples": len(store)}
        del store
        manifest = {key: value for key, value in read_manifest(parent).items() if key != "files"}
        finish(shop, manifest | facts)
    point(home, name)


def descendants(process: int) -> list[int]:
    """A process and all that it, or what it started, has started."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has just ended
            continue
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def answers(port: int, target: str, *, timeout_s: float = 60) -> bool:
    """Whether a GET is answered with 200, read to its end."""
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", target, headers={"Accept": "application/sparql-results+json"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
    return answer.status == 200


@contextmanager
def _started(name: str, command: list[str], path: str, **environment: str) -> Iterator[Server]:
    port = _free_ports(1)[0]
    with _waited_for(name, [*command, str(port)], port, path, environment=environment) as server:
        yield server


@contextmanager
def _waited_for(
    name: str,
    command: list[str],
    port: int,
    path: str,
    *,
    parameters: tuple[tuple[str, str], ...] = (),
    ready: str = ANYTHING,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """The server once it answers; ended when the caller is done with it."""
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=os.environ | (environment or {}), stdout=quiet, stderr=quiet) as process:
        try:
            server = Server(name, process.pid, port, path, parameters)
            deadline = time.monotonic() + STARTING_S
            while not answers(port, server.target(ready)):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit(f"{name} does not answer: {' '.join(command)}")
                time.sleep(0.2)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:  # rdflib-endpoint goes on with what nobody waits for
                process.kill()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def _core_s(process: int) -> float:
    try:
        facts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has just ended
        return 0
    return sum(map(int, facts[11:15])) / os.sysconf("SC_CLK_TCK")  # its own, and that of its ended children


def _pss_mb(process: int) -> float:
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1024


_VIRTUOSO = """[Database]
DatabaseFile = {folder}/v.db
ErrorLogFile = {folder}/v.log
LockFile = {folder}/v.lck
TransactionFile = {folder}/v.trx
xa_persistent_file = {folder}/v.pxa
[TempDatabase]
DatabaseFile = {folder}/t.db
TransactionFile = {folder}/t.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DirsAllowed = {data}
NumberOfBuffers = 100000
MaxDirtyBuffers = 75000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 40
MaxKeepAlives = 40
KeepAliveTimeout = 60
[SPARQL]
ResultSetMaxRows = 1000000
MaxQueryExecutionTime = 60
"""
