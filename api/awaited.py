"""Answers that may take long: worked out in threads of their own, awaited for a moment, kept while there is room."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, wait
from threading import Lock, Thread

from graph.errors import Busy
from graph.model import Table

MOST_AT_ONCE = 16  # answers that are being worked out
MOST, MOST_ROWS = 200, 100_000  # answers that are kept, and rows that they have in all


class Awaited:
    """Tables by what was asked; any thread may ask, and waits for `patience_s` seconds."""

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self._known: OrderedDict[Hashable, Future[Table]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, work: Callable[[], Table]) -> Table | None:
        """What `work` gives, which is known by `key`; None if that takes longer than one waits.

        Raises what `work` raises, each time to one who asks, and `Busy` if too much is being worked out.
        """
        with self._lock:
            known = self._known.get(key) or self._begun(key, work)
            self._known.move_to_end(key)
        wait([known], self._patience_s)
        if not known.done():
            return None
        if known.exception():
            self._forget(key)
        self._make_room()
        return known.result()

    def _begun(self, key: Hashable, work: Callable[[], Table]) -> Future[Table]:
        if sum(not each.done() for each in self._known.values()) >= MOST_AT_ONCE:
            raise Busy("Too many answers are being looked for. Ask again soon.")
        known = self._known[key] = Future[Table]()

        def worked() -> None:
            try:
                known.set_result(work())
            except BaseException as error:
                known.set_exception(error)

        Thread(target=worked, name="awaited", daemon=True).start()
        return known

    def _forget(self, key: Hashable) -> None:
        with self._lock:
            self._known.pop(key, None)

    def _make_room(self) -> None:
        """Forget what was asked longest ago, as long as there is too much."""
        with self._lock:
            rows = {key: _rows(each) for key, each in self._known.items() if each.done()}
            while rows and (len(rows) > MOST or sum(rows.values()) > MOST_ROWS):
                oldest = next(iter(rows))
                del rows[oldest], self._known[oldest]


def _rows(known: Future[Table]) -> int:
    return 0 if known.exception() else len(known.result().rows)
