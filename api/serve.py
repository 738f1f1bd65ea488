"""`revier serve` put together: a supervisor at the door, and behind it a front end with all that answers."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from socket import socket
from threading import Event
from typing import Any

import click

from api.access_log import log_requests
from api.ahead import AHEAD
from api.app import create_app
from api.current import Followed
from api.front import answering
from api.metrics import Metrics
from api.remote_service import remote_service
from api.service import Service
from api.settings import EMBEDDED, Settings
from api.supervisor import listen, supervise
from graph.bare import found_bare
from graph.cache import AnswerCache
from graph.desk import Desk
from graph.errors import RevierError, SnapshotError
from graph.federation import Federation
from graph.pool import Answer, QueryPool
from graph.snapshot import sound
from graph.tokens import Tokens

LOG_LINE = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def serve(settings: Settings, *, host: str, port: int, is_bare: bool = False) -> int:
    """Serve what the settings say, or if `is_bare` an empty data set, until told to end; the exit code.

    Raises `WrongUse` if the address is taken, or if a bare data set is asked for where there is a region.
    """
    logging.basicConfig(format=LOG_LINE)
    begin = time.perf_counter()
    if is_bare:
        settings = replace(settings, store=EMBEDDED, has_union_default=False)
        found_bare(settings.home)
    with listen(host, port) as door:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{door.getsockname()[1]}/"
        return supervise(
            door,
            partial(_front_end, door, settings, is_bare),
            begun=lambda: click.echo(f"Revier on {address} ({time.perf_counter() - begin:.1f} s)"),
        )


class Workers(QueryPool):
    """A pool that raises a doubt when its snapshot cannot be read."""

    doubt: Callable[[], None] = staticmethod(lambda: None)

    def run(self, *args: Any, **kwargs: Any) -> Answer:
        try:
            return super().run(*args, **kwargs)
        except SnapshotError:
            self.doubt()
            raise


def open_pool(snapshot: Path, settings: Settings) -> Workers:
    """Query workers over a snapshot with the limits of the settings."""
    return Workers(snapshot, workers=settings.workers, **_limits(settings))


def _limits(settings: Settings) -> dict[str, Any]:
    """Those of every query, whoever answers it."""
    return {
        "timeout_s": settings.query_timeout_s,
        "memory_mb": settings.query_memory_mb,
        "result_bytes": settings.result_mb * 2**20,
        "queue_s": settings.queue_s,
        "has_union_default": settings.has_union_default,
    }


def _front_end(door: socket, settings: Settings, is_bare: bool, begun: Callable[[], object]) -> int:
    """Answer at the door until SIGTERM; the exit code of the process, which does nothing else."""
    told_to_end = Event()
    signal.signal(signal.SIGTERM, lambda *_: told_to_end.set())
    try:
        parts = _service(settings, is_bare=is_bare) if settings.is_embedded else remote_service(settings)
        with parts as service:
            app = create_app(service)
            lines = log_requests(app)
            with answering(door, app):
                begun()
                told_to_end.wait()
            lines.flush()
    except RevierError as error:
        click.echo(f"revier: {error}", err=True)
        return error.exit_code
    return 0


@contextmanager
def _service(settings: Settings, *, is_bare: bool) -> Iterator[Service]:
    """The parts of the service, which end with it."""
    folder, damage = sound(settings.home)
    if damage:
        logging.getLogger(__name__).error("%s", damage)
    with closing(open_pool(folder, settings)) as pool, closing(_federated(pool, folder, settings)) as queries:
        current = Followed(settings.home, folder, queries, remark=damage, ahead=() if is_bare else AHEAD)
        desk = Desk(
            settings.home,
            is_bare=is_bare,
            has_union_default=settings.has_union_default,
            timeout_s=settings.token_timeout_s,
            memory_mb=settings.query_memory_mb,
            published=current.take_up,
        )
        pool.doubt = current.doubt
        current.follow()
        with closing(desk):
            yield Service(
                settings=settings,
                queries=queries,
                current=current,
                desk=desk,
                tokens=Tokens(settings.tokens_file, settings.write_token),
                cache=AnswerCache(settings.home / "cache", settings.cache_mb * 2**20) if settings.cache_mb else None,
                metrics=Metrics(),
                is_bare=is_bare,
            )


def _federated(pool: QueryPool, folder: Path, settings: Settings) -> QueryPool | Federation:
    """What answers queries: the pool, or around it what asks the endpoints of the settings."""
    if not settings.federation:
        return pool
    return Federation(pool, folder, settings.federation, call_s=settings.federation_timeout_s, **_limits(settings))
