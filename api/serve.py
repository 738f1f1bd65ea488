"""The running service: query workers, the application over the published snapshot, and the door to the network.

A newly published snapshot is taken up while the service runs: it is opened beside the old one, and requests that
have begun end on the snapshot they began with.
"""

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import click
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from api.app import create_app
from api.settings import Settings
from graph.errors import RevierError, WrongUse
from graph.pool import QueryPool
from graph.snapshot import published
from graph.store import open_store

THREADS = 8
BODY_BYTES = 1_000_000  # of a request: a query and its parameters fit many times over
LOOK_S = 1.0  # between two looks at which snapshot is published


class PublishedApp:
    """The application over whatever snapshot `home` publishes, as a WSGI application."""

    def __init__(self, home: Path, pool: QueryPool, snapshot: Path) -> None:
        self._home, self._pool = home, pool
        self._snapshot = snapshot
        self._app = self._over(snapshot)
        self._looked = time.monotonic()
        self._looking = Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if time.monotonic() - self._looked > LOOK_S and self._looking.acquire(blocking=False):
            Thread(target=self._look, daemon=True).start()
        return self._app(environ, start_response)

    def _look(self) -> None:
        """Take up a newly published snapshot; one that cannot be opened leaves the old one in place."""
        try:
            snapshot = published(self._home)
            if snapshot != self._snapshot:
                app = self._over(snapshot)
                self._pool.switch(snapshot)
                self._app, self._snapshot = app, snapshot
        except RevierError as error:
            logging.getLogger(__name__).error("the old snapshot stays: %s", error)
        finally:
            self._looked = time.monotonic()
            self._looking.release()

    def _over(self, snapshot: Path) -> Flask:
        return create_app(open_store(snapshot), pool=self._pool)


def open_pool(snapshot: Path, settings: Settings, *, workers: int) -> QueryPool:
    """Query workers over a snapshot with the limits of the settings."""
    return QueryPool(
        snapshot,
        workers=workers,
        timeout_s=settings.query_timeout_s,
        memory_mb=settings.query_memory_mb,
        result_bytes=settings.result_mb * 2**20,
    )


def serve_snapshot(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve what is published until interrupted.

    Raises `SnapshotError` if nothing is published, `WrongUse` if the address is taken.
    """
    begin = time.perf_counter()
    snapshot = published(settings.home)
    pool = open_pool(snapshot, settings, workers=workers)
    try:
        server = _listening(PublishedApp(settings.home, pool, snapshot), host, port)
        click.echo(f"Revier {snapshot.name} on http://{host}:{port}/ ({time.perf_counter() - begin:.1f} s)")
        server.run()
    finally:
        pool.close()


def _listening(app: PublishedApp, host: str, port: int) -> BaseWSGIServer | MultiSocketServer:
    try:
        return create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident="",
            max_request_body_size=BODY_BYTES,
            expose_tracebacks=False,
        )
    except OSError as error:
        raise WrongUse(f"{host}:{port} cannot be listened on: {error.strerror}. Choose another with --port.") from error
