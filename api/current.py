"""Which snapshot is served: one edition for the whole of a request, and a new one as soon as it is published.

An edition costs nothing until a page reads it. Our own writes are handed over by whoever made them; what another
process publishes is found by looking at CURRENT, and served once its files have the hashes of its manifest.
"""

import logging
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock, Thread
from time import sleep
from typing import Concatenate, ParamSpec, Protocol, TypeVar, cast

from flask import g

from graph.errors import RevierError, SnapshotError
from graph.listing import size
from graph.matching.index import FOLDER, MatchIndex, has_index, index_of, open_index
from graph.snapshot import damaged_files, engine_state, published, read_manifest, snapshot_moment, sound
from graph.store import PRIVATE, Store, open_store

LOOK_S = 0.025  # between two looks at CURRENT
RETRY_S = 1.0  # after a snapshot could not be opened
_LOG = logging.getLogger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class Edition:
    """One snapshot as the pages read it: opened, and thought about, when it is first asked something.

    `folder` is where it lies, if it does so here.
    """

    def __init__(
        self, snapshot: str, opened: Callable[[], Store], *, triples: int | None = None, folder: Path | None = None
    ) -> None:
        self.snapshot = snapshot
        self.since = datetime.now(UTC)
        self.folder = folder
        self._opened, self._triples = opened, triples
        self._known: dict[Hashable, Future[object]] = {}
        self._lock = Lock()

    @property
    def store(self) -> Store:
        """The store of the snapshot; `SnapshotError` if it cannot be opened."""
        return cast(Store, self._once("store", self._opened))

    @property
    def index(self) -> MatchIndex:
        """The index of the snapshot: the one in its folder, or, as after a write, one that is made when first asked."""
        return cast(MatchIndex, self._once("index", self._indexed))

    @property
    def triples(self) -> int:
        """How many triples the snapshot holds, in all its public graphs."""
        return self.remembered(size) if self._triples is None else self._triples

    def remembered(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` makes of the store, worked out once for all requests."""
        key = (work, args, tuple(kwargs.items()))
        return cast(T, self._once(key, lambda: work(self.store, *args, **kwargs)))

    def promised(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What `work` makes of the store if that is known by now; else None, and a thread of its own sees to it."""
        key = (work, args, tuple(kwargs.items()))
        with self._lock:
            known = self._known.get(key)
        if known is None:
            Thread(target=self._tried, args=(key, lambda: work(self.store, *args, **kwargs)), daemon=True).start()
        return cast(T, known.result()) if known and known.done() else None

    def _tried(self, key: Hashable, work: Callable[[], object]) -> None:
        try:
            self._once(key, work)
        except Exception:  # whoever asks for it next meets the same fault, and is answered
            _LOG.exception("What was promised could not be worked out.")

    def _indexed(self) -> MatchIndex:
        if self.folder and has_index(self.folder / FOLDER):
            return open_index(self.folder / FOLDER)
        return index_of(self.store)

    def _once(self, key: Hashable, work: Callable[[], object]) -> object:
        """The result of `work`, done by the first who asks while others wait; a failure is not kept."""
        with self._lock:
            is_first = key not in self._known
            known = self._known.setdefault(key, Future())
        if is_first:
            try:
                known.set_result(work())
            except BaseException as error:
                with self._lock:
                    del self._known[key]
                known.set_exception(error)
        return known.result()


def edition_in(folder: Path) -> Edition:
    """The edition of a snapshot folder that is whole now."""
    state, manifest = engine_state(folder), read_manifest(folder)
    private = sum(count for graph, count in manifest["graphs"].items() if graph.startswith(PRIVATE))

    def opened() -> Store:
        if engine_state(folder) != state:
            raise SnapshotError(f"{folder.name} is damaged. Run `revier doctor`.")
        return open_store(folder)

    return Edition(folder.name, opened, triples=manifest["triples"] - private, folder=folder)


def edition_of(store: Store) -> Edition:
    """The edition of a store that is open already: one in memory, or a remote one."""
    return Edition(store.snapshot, lambda: store)


class Current:
    """The edition that is served; a request sees to its end the one that it asked first.

    `why_not` says why nothing can be served, `remark` what an operator should know besides; as a rule both are empty.
    """

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.why_not = self.remark = ""

    @property
    def is_ready(self) -> bool:
        """Whether there is a snapshot that can be served."""
        return not self.why_not

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that this request sees."""
        return self.pinned.snapshot

    @property
    def moment(self) -> datetime:
        """When the snapshot that this request sees was made, or, if its name does not tell, since when it is served."""
        return snapshot_moment(self.snapshot) or self.pinned.since

    @property
    def store(self) -> Store:
        """The store that this request sees."""
        return self.pinned.store

    @property
    def index(self) -> MatchIndex:
        """The index that this request sees."""
        return self.pinned.index

    @property
    def folder(self) -> Path | None:
        """The folder of the snapshot that this request sees; None if its store lies elsewhere."""
        return self.pinned.folder

    @property
    def triples(self) -> int:
        """How many triples this request sees."""
        return self.pinned.triples

    def remembered(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` makes of the store that this request sees, worked out once for all requests."""
        return self.pinned.remembered(work, *args, **kwargs)

    def promised(self, work: Callable[Concatenate[Store, P], T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What `work` makes of the store that this request sees, or None and it is begun, for whoever asks later."""
        return self.pinned.promised(work, *args, **kwargs)

    def doubt(self) -> None:
        """Have the snapshot examined, since reading it failed."""

    @property
    def pinned(self) -> Edition:
        """The edition that this request sees."""
        if "edition" not in g:
            g.edition = self.edition
        return cast(Edition, g.edition)


class Switchable(Protocol):
    """What answers queries from a snapshot folder and can go over to another."""

    def switch(self, snapshot: Path, /) -> None:
        """Answer from `snapshot` from now on; an error leaves everything as it was."""


class Followed(Current):
    """The edition that a home publishes, or a whole one in its place; `queries` go over with it.

    What is worked out `ahead`, one after the other, is begun with each edition that stays for a moment, so that its
    first reader need not wait.
    """

    def __init__(
        self,
        home: Path,
        folder: Path,
        queries: Switchable,
        *,
        remark: str = "",
        ahead: Sequence[Callable[[Edition], object]] = (),
    ) -> None:
        super().__init__(edition_in(folder))
        self.remark = remark
        self._home, self._queries = home, queries
        self._switching = Lock()
        self._settled = _named(home)  # what CURRENT named when it was last decided what to serve
        self._doubtful = Event()
        self._ahead, self._fresh = tuple(ahead), Event()
        self._fresh.set()

    def take_up(self, folder: Path) -> None:
        """Serve `folder`, which we have just published ourselves; if that fails, it is tried again in a moment."""
        try:
            with self._switching:
                self._serve(folder)
        except (RevierError, OSError) as error:
            self._stay(error)

    def doubt(self) -> None:
        self._doubtful.set()

    @property
    def is_doubted(self) -> bool:
        """Whether the snapshot is still to be examined."""
        return self._doubtful.is_set()

    def follow(self) -> None:
        """Keep up with what is published, in a thread of its own."""
        Thread(target=self._follow, name="follow", daemon=True).start()
        if self._ahead:
            Thread(target=self._work_ahead, name="ahead", daemon=True).start()

    def _follow(self) -> None:
        before = self._settled
        while True:
            if self._doubtful.wait(LOOK_S):
                self._examine()
            try:
                folder = published(self._home)
                # only at the second look: what we publish ourselves is taken up by then
                if folder.name == before and before != self._settled:
                    self._adopt(folder)
                before = folder.name
            except (RevierError, OSError) as error:
                if not _named(self._home):
                    self._settled = ""  # what it names next is taken up, even if it is served already
                self._stay(error)
                sleep(RETRY_S)

    def _adopt(self, folder: Path) -> None:
        """Serve what another process has published, if it is whole."""
        with self._switching:  # until our own writes are taken up
            if folder.name == self._settled:
                return
        damaged = damaged_files(folder)
        with self._switching:
            if damaged:
                self._settled = folder.name
                raise SnapshotError(f"{folder.name} is damaged ({', '.join(damaged[:5])}).")
            if folder == published(self._home):
                self._serve(folder)

    def _examine(self) -> None:
        """Hash every file of what is published, and serve another snapshot if they are not what they should be."""
        try:
            named = _named(self._home)
            folder, remark = sound(self._home)
            with self._switching:
                if _named(self._home) != named:
                    return  # something was published meanwhile: the doubt stays
                if folder.name != self.edition.snapshot:
                    self._serve(folder)
                    _LOG.error("%s", remark or f"{folder.name} is served again.")
                self._settled, self.remark, self.why_not = named, remark, ""
        except (RevierError, OSError) as error:
            self.why_not = str(error)
            _LOG.error("nothing can be served: %s", error)
        self._doubtful.clear()

    def _serve(self, folder: Path) -> None:
        edition = edition_in(folder)
        self._queries.switch(folder)
        self.edition, self._settled = edition, folder.name
        self.why_not = self.remark = ""
        self._fresh.set()

    def _work_ahead(self) -> None:
        while self._fresh.wait():
            self._fresh.clear()
            edition = self.edition
            for work in self._ahead:
                if self._fresh.wait(LOOK_S):  # another edition is served, and there may be more to come
                    break
                try:
                    work(edition)
                except Exception:  # its readers meet the same fault, and are answered
                    _LOG.exception("What was to be worked out ahead could not be.")

    def _stay(self, error: Exception) -> None:
        # what the system says may name folders, which are nobody's affair
        reason = error if isinstance(error, RevierError) else "What was published cannot be read."
        remark = f"{reason} {self.edition.snapshot} stays."
        if remark != self.remark:
            _LOG.error("%s (%s)", remark, error)
        self.remark = remark


def _named(home: Path) -> str:
    """What CURRENT names; empty if it is missing or damaged."""
    try:
        return published(home).name
    except SnapshotError:
        return ""
