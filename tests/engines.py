"""SPARQL stores of other makes, each a process of its own on a free port of this computer."""

import shutil
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from graph.endpoint import Address

STARTING_S = 60
VIRTUOSO_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
CheckpointInterval = 0
DirsAllowed = .
VADInstallDir = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
ResultSetMaxRows = {most_rows}
"""


class Engine(ABC):
    """A store that can be started, killed and started again on what it held."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def address(self) -> Address:
        """Where it is asked, updated and loaded."""

    @abstractmethod
    def _command(self) -> list[str]: ...

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "said.txt").open("ab") as said:
            options: dict[str, Any] = {"cwd": self.folder, "stdout": said, "stderr": said}
            self._process = subprocess.Popen(self._command(), **options)
        deadline = time.monotonic() + STARTING_S
        while not self._answers():
            assert self._process.poll() is None, (self.folder / "said.txt").read_text(errors="replace")
            assert time.monotonic() < deadline, f"{self._command()[0]} does not answer"
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address.query}?query=ASK%7B%7D", timeout=5):
                return True
        except (URLError, OSError):
            return False


class Virtuoso(Engine):
    """Virtuoso open source, as Debian has it."""

    def __init__(self, folder: Path, *, most_rows: int = 0, buffers: int = 4000) -> None:
        super().__init__(folder)
        ports = {"sql": free_port(), "http": self.port}
        sizes = {"buffers": buffers, "dirty": buffers * 3 // 4, "most_rows": most_rows}
        (folder / "virtuoso.ini").write_text(VIRTUOSO_INI.format(**ports, **sizes), encoding="utf-8")

    @property
    def address(self) -> Address:
        base = f"http://127.0.0.1:{self.port}/sparql"
        return Address(base, f"{base}-auth", f"{base}-graph-crud-auth", "dba", "dba")

    def kill(self) -> None:
        super().kill()
        (self.folder / "virtuoso.lck").unlink(missing_ok=True)

    def _command(self) -> list[str]:
        return ["virtuoso-t", "+configfile", "virtuoso.ini", "+foreground"]


class Oxigraph(Engine):
    """Oxigraph's own server, as PyPI has it."""

    @property
    def address(self) -> Address:
        base = f"http://127.0.0.1:{self.port}"
        return Address(f"{base}/query", f"{base}/update", f"{base}/store")

    def _command(self) -> list[str]:
        return [oxigraph_program(), "serve", "--location", "store", "--bind", f"127.0.0.1:{self.port}"]


def oxigraph_program() -> str:
    """Where the server lies: beside this Python, or on the path."""
    beside = Path(sys.executable).parent / "oxigraph"
    return str(beside) if beside.is_file() else shutil.which("oxigraph") or ""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
