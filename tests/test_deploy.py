"""The samples in deploy/: each is read by the program it is for, and the proxies are tried before a real service."""

import gzip
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from pathlib import Path

import pytest

from api.settings import TABLE

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
ALL = "/sparql?query=SELECT%20%3Fs%20%3Fp%20%3Fo%20%7B%3Fs%20%3Fp%20%3Fo%7D%20LIMIT%20500"
STARTING_S = 60
Needed = Callable[[bool, str], None]


def _text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def _found(program: str) -> str:
    """Where a program is; Debian keeps some out of the PATH of ordinary users."""
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin") or ""


def _replaced(text: str, replacements: dict[str, str]) -> str:
    """`text` with each value in place of its key, which must be there."""
    for old, new in replacements.items():
        assert old in text
        text = text.replace(old, new)
    return text


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def _running(command: list[str], port: int, log: Path, **environment: str) -> Iterator[None]:
    """A program that answers at `port`, until it is no longer needed."""
    with (
        log.open("w") as output,
        subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=output) as process,
    ):
        try:
            deadline = time.monotonic() + STARTING_S
            while not _listens(port):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.1)
            yield
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def service(little_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a service that trusts one proxy and allows a client 12 requests a minute."""
    port, folder = _free_port(), tmp_path_factory.mktemp("service")
    home = shutil.copytree(little_snapshot.parents[1], folder / "home")
    command = [sys.executable, "-m", "api.cli", "serve", "--workers", "1", "--port", str(port)]
    settings = {"REVIER_HOME": str(home), "REVIER_PROXIES": "1", "REVIER_CLIENT_REQUESTS": "12"}
    with _running(command, port, folder / "log", **settings):
        yield port


@pytest.fixture
def nginx(service: int, tmp_path: Path, needed: Needed) -> Iterator[HTTPConnection]:
    """A connection to the nginx of the sample, with a certificate of its own."""
    program = _found("nginx")
    needed(bool(program and _found("openssl")), "nginx is missing. Install it (Debian: apt install nginx-light).")
    port = _free_port()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost"
    subprocess.run([*shlex.split(make), "-keyout", key, "-out", certificate], check=True, capture_output=True)
    places = {
        "127.0.0.1:8000": f"127.0.0.1:{service}",
        "listen 80;": f"listen 127.0.0.1:{_free_port()};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/letsencrypt/live/revier.example/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/revier.example/privkey.pem": str(key),
    }
    (tmp_path / "site.conf").write_text(_replaced(_text("nginx.conf"), places))
    spools = "".join(
        f"{name}_temp_path {tmp_path}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ access_log off; {spools} include {tmp_path}/site.conf; }}\n"
    )
    command = [program, "-p", str(tmp_path), "-e", "stderr", "-c", str(tmp_path / "nginx.conf")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with _running(command, port, tmp_path / "log"):
        trusted = ssl.create_default_context(cafile=str(certificate))
        trusted.check_hostname = False
        with closing(HTTPSConnection("127.0.0.1", port, timeout=30, context=trusted)) as connection:
            yield connection


@pytest.fixture
def caddy(service: int, tmp_path: Path, needed: Needed) -> Iterator[HTTPConnection]:
    """A connection to the Caddy of the sample, without TLS."""
    program = _found("caddy")
    needed(bool(program), "Caddy is missing. Install it (Debian: apt install caddy).")
    port = _free_port()
    settings = {
        "REVIER_DOMAIN": f"http://127.0.0.1:{port}",
        "REVIER_UPSTREAM": f"127.0.0.1:{service}",
        "XDG_DATA_HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    config = tmp_path / "Caddyfile"
    config.write_text(_text("Caddyfile").replace("{\n", "{\n\tadmin off\n", 1))
    command = [program, "run", "--adapter", "caddyfile", "--config", str(config)]
    with (
        _running(command, port, tmp_path / "log", **settings),
        closing(HTTPConnection("127.0.0.1", port, timeout=30)) as connection,
    ):
        yield connection


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest) -> HTTPConnection:
    """A connection to each of the proxies in turn."""
    connection: HTTPConnection = request.getfixturevalue(request.param)
    return connection


def _get(connection: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    return answer, answer.read()


def test_a_proxy_passes_on_what_was_agreed_and_limits_the_client_it_saw(proxy: HTTPConnection) -> None:
    answer, body = _get(proxy, ALL, Accept="text/csv", Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body).startswith(b"s,p,o\r\n")
    assert "max-age=31536000" in answer.headers["Strict-Transport-Security"]

    again, body = _get(proxy, ALL, Accept="text/csv", Accept_Encoding="gzip", If_None_Match=answer.headers["ETag"])
    assert (again.status, body) == (304, b"")

    statuses = [_get(proxy, "/health", X_Forwarded_For=f"198.51.100.{number}")[0].status for number in range(13)]
    refusal, _ = _get(proxy, "/health", Accept="application/json", X_Forwarded_For="198.51.100.99")
    assert 429 in statuses
    assert refusal.status == 429
    assert 1 <= int(refusal.headers["Retry-After"]) <= 5


def test_caddy_accepts_its_sample(needed: Needed, tmp_path: Path) -> None:
    program = _found("caddy")
    needed(bool(program), "Caddy is missing. Install it (Debian: apt install caddy).")
    command = [program, "validate", "--adapter", "caddyfile", "--config", str(DEPLOY / "Caddyfile")]
    environment = os.environ | {"XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
    checked = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.skipif(not _found("systemd-analyze"), reason="systemd is not on this machine")
def test_systemd_accepts_the_unit_and_finds_it_well_sealed(tmp_path: Path) -> None:
    unit = tmp_path / "revier.service"
    here = {"/opt/revier/bin/revier": sys.executable, "=revier\n": "=root\n"}
    unit.write_text(_replaced(_text("revier.service"), here))
    checked = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", "--no-pager", unit],
        capture_output=True,
        text=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stdout.splitlines()[-1]


def test_what_the_container_is_made_of_is_there() -> None:
    text = _text("Containerfile")
    copied = [paths.split()[:-1] for paths in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE)]
    assert [name for names in copied for name in names if not (ROOT / name).exists()] == []
    packages = re.search(r"^packages =\n((?:    \w+\n)+)", (ROOT / "setup.cfg").read_text(), re.MULTILINE)
    assert packages
    assert set(packages[1].split()) <= {name for names in copied for name in names}


def test_the_container_does_not_run_as_root() -> None:
    last_stage = _text("Containerfile").rpartition("FROM ")[2]
    assert re.findall(r"^USER (\d+)$", last_stage, re.MULTILINE) == ["10001"]


def test_the_health_check_of_the_container_is_python(tmp_path: Path) -> None:
    found = re.search(r"^HEALTHCHECK .*\n    CMD (\[.*\])$", _text("Containerfile"), re.MULTILINE)
    assert found
    python, option, program = json.loads(found[1])
    assert (python, option) == ("python", "-c")
    compile(program, str(tmp_path), "exec")


def test_the_samples_set_what_is_a_setting() -> None:
    known = {row.name for row in TABLE}
    ours = {"REVIER_DOMAIN", "REVIER_UPSTREAM"}  # of the proxy samples themselves
    for path in DEPLOY.iterdir():
        named = set(re.findall(r"REVIER_[A-Z_]+", path.read_text(encoding="utf-8")))
        assert named - known - ours == set(), path.name


def test_the_commands_of_the_composition_are_ours() -> None:
    commands = re.findall(r"^    command: (\[.*\])$", _text("compose.yaml"), re.MULTILINE)
    assert [json.loads(command)[0] for command in commands] == ["build"]
