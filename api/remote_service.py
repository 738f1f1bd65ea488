"""Whatever the settings make of a remote store: what commands read and builds write, and the parts of the service.

Nothing can be written here: what a remote store publishes is built with `revier build`.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from time import sleep

from api.current import Current, edition_of
from api.metrics import Metrics
from api.service import Service
from api.settings import Settings
from graph.bare import found_bare
from graph.cache import AnswerCache
from graph.endpoint import Address, Endpoint
from graph.errors import RevierError, WrongUse
from graph.matching.index import FOLDER, MatchIndex, has_index, index_of, open_index
from graph.pool import QueryPool
from graph.remote import UNKNOWN, Publication, RemoteStore, publication
from graph.remote_publish import publish_remotely
from graph.remote_queries import RemoteQueries
from graph.snapshot import published
from graph.store import EmbeddedStore, Store, open_store
from graph.tokens import Tokens

LOOK_S = 1.0  # between two looks at what the store publishes
_LOG = logging.getLogger(__name__)


class FollowedRemotely(Current):
    """The edition that a remote store publishes, with `why_not` while it cannot be asked; `queries` go over with it."""

    def __init__(self, endpoint: Endpoint, held: Publication, queries: RemoteQueries) -> None:
        super().__init__(edition_of(RemoteStore(endpoint, held)))
        self._endpoint, self._held, self._queries = endpoint, held, queries

    def follow(self) -> None:
        """Keep up with what is published, in a thread of its own."""
        Thread(target=self._follow, name="follow the remote store", daemon=True).start()

    def look(self) -> None:
        """Look once at what the store publishes, and go over to it."""
        try:
            found = publication(self._endpoint)
        except RevierError as error:
            if not self.why_not:
                _LOG.error("%s", error)
            self.why_not = str(error)
            return
        if found != self._held:
            self.edition = edition_of(RemoteStore(self._endpoint, found))
            self._queries.follow(found)
            self._held = found
        self.why_not = ""

    def _follow(self) -> None:
        while True:
            sleep(LOOK_S)
            self.look()


def publisher(settings: Settings) -> Callable[[EmbeddedStore], None]:
    """What a build does with a finished snapshot besides keeping it: publish it into the store of the settings."""
    if settings.is_embedded:
        return lambda _: None
    return lambda store: publish_remotely(Endpoint(remote_address(settings)), store)


def opened_store(settings: Settings) -> Store:
    """The published snapshot, for a command: of the home, or of the remote store.

    Raises `SnapshotError` if nothing is published, `RemoteError` if the store cannot be asked.
    """
    if settings.is_embedded:
        return open_store(published(settings.home))
    endpoint = Endpoint(remote_address(settings), timeout_s=settings.token_timeout_s)
    return RemoteStore(endpoint, publication(endpoint))


def opened_index(settings: Settings) -> MatchIndex:
    """The index in the published snapshot's folder, or one made of the store."""
    store = opened_store(settings)
    folder = published(settings.home) / FOLDER if isinstance(store, EmbeddedStore) else None
    return open_index(folder) if folder and has_index(folder) else index_of(store)


def remote_address(settings: Settings) -> Address:
    """Where the settings say that the store is."""
    return Address(
        settings.store, settings.store_update, settings.store_gsp, settings.store_user, settings.store_password
    )


@contextmanager
def remote_service(settings: Settings) -> Iterator[Service]:
    """The parts of the service over the store that the settings name, which end with it.

    They begin without the store too, are not ready, and serve what it publishes as soon as it can be asked.

    Raises `WrongUse` if other endpoints are to be asked: what a remote store connects to is not in our hands.
    """
    if settings.federation:
        raise WrongUse("REVIER_FEDERATION is for the embedded store. Leave it out where REVIER_STORE names another.")
    address = remote_address(settings)
    endpoint = Endpoint(address, timeout_s=settings.query_timeout_s)
    with TemporaryDirectory(prefix="revier-judge-") as folder:
        judge = QueryPool(
            found_bare(Path(folder)),
            workers=settings.workers,
            timeout_s=settings.query_timeout_s,
            memory_mb=settings.query_memory_mb,
            queue_s=settings.queue_s,
        )
        queries = RemoteQueries(
            address,
            UNKNOWN,
            judge,
            most_at_once=settings.workers,
            timeout_s=settings.query_timeout_s,
            result_bytes=settings.result_mb * 2**20,
            queue_s=settings.queue_s,
        )
        with closing(queries):
            current = FollowedRemotely(endpoint, UNKNOWN, queries)
            current.look()
            current.follow()
            yield Service(
                settings=settings,
                queries=queries,
                current=current,
                desk=None,
                tokens=Tokens(settings.tokens_file, settings.write_token),
                cache=AnswerCache(settings.home / "cache", settings.cache_mb * 2**20) if settings.cache_mb else None,
                metrics=Metrics(),
            )
