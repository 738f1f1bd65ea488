"""A service that can be written to: the real application with its desk and its workers, on a home of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from api.app import create_app
from api.current import Followed
from api.metrics import Metrics
from api.service import Service
from api.settings import read_settings
from graph.cache import AnswerCache
from graph.desk import Desk
from graph.pool import QueryPool
from graph.snapshot import published, read_manifest
from graph.tokens import Tokens

OF_THE_OPERATOR = "open-sesame"
MAY_ALL = {"Authorization": f"Bearer {OF_THE_OPERATOR}"}


@contextmanager
def writable(home: Path, **settings: str) -> Iterator[Flask]:
    """The application over what `home` publishes; `MAY_ALL` writes everywhere unless the settings say otherwise."""
    given = {"REVIER_HOME": str(home), "REVIER_WRITE_TOKEN": OF_THE_OPERATOR, "REVIER_WORKERS": "2"} | settings
    told = read_settings(given)
    folder = published(home)
    is_bare = bool(read_manifest(folder).get("bare"))
    pool = QueryPool(folder, workers=told.workers, has_union_default=not is_bare)
    current = Followed(home, folder, pool)
    desk = Desk(home, is_bare=is_bare, has_union_default=not is_bare, published=current.take_up)
    tokens = Tokens(told.tokens_file, told.write_token)
    cache = AnswerCache(home / "cache", told.cache_mb * 2**20)
    try:
        yield create_app(Service(told, pool, current, desk, tokens, cache, Metrics(), is_bare))
    finally:
        desk.close()
        pool.close()
