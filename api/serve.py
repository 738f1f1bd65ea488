"""The running service: query workers first, then the application, then the door to the network."""

import time

import click
from flask import Flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server

from api.app import create_app
from api.settings import Settings
from graph.errors import WrongUse
from graph.snapshot import published
from graph.store import open_store
from graph.pool import QueryPool

THREADS = 8
BODY_BYTES = 1_000_000  # of a request: a query and its parameters fit many times over


def serve_snapshot(settings: Settings, *, host: str, port: int, workers: int) -> None:
    """Serve the published snapshot until interrupted.

    The workers are forked before any thread starts. Raises `SnapshotError` if nothing is published, `WrongUse`
    if the address is taken.
    """
    begin = time.perf_counter()
    snapshot = published(settings.home)
    pool = QueryPool(
        snapshot,
        workers=workers,
        timeout_s=settings.query_timeout_s,
        memory_mb=settings.query_memory_mb,
        result_bytes=settings.result_mb * 2**20,
    )
    try:
        app = create_app(open_store(snapshot), pool=pool)
        server = _listening(app, host, port)
        click.echo(f"Revier {snapshot.name} on http://{host}:{port}/ ({time.perf_counter() - begin:.1f} s)")
        server.run()
    finally:
        pool.close()


def _listening(app: Flask, host: str, port: int) -> BaseWSGIServer | MultiSocketServer:
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
