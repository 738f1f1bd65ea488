"""A fuse before a remote store: after several failures in a row nobody waits for it until a probe has succeeded."""

import time
from collections.abc import Callable
from threading import Lock

from graph.errors import Busy

MOST_FAILURES = 5  # in a row, before the fuse blows
PAUSE_S = 3.0  # in which nothing is tried


class Breaker:
    """Knows whether a remote store is worth asking; any thread may tell it how that went.

    >>> breaker = Breaker(most_failures=1)
    >>> breaker.failed()
    >>> breaker.admit()
    Traceback (most recent call last):
    graph.errors.Busy: The remote store failed 1 times in a row; it is tried again within 3 seconds. Ask again then.
    """

    def __init__(
        self,
        *,
        most_failures: int = MOST_FAILURES,
        pause_s: float = PAUSE_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most, self._pause_s, self._clock = most_failures, pause_s, clock
        self._failures = 0
        self._closed_until = 0.0
        self._lock = Lock()

    def admit(self) -> None:
        """Let a request through; `Busy` while the store rests. After the rest the first who comes is the probe."""
        with self._lock:
            if self._failures < self._most:
                return
            now = self._clock()
            if now < self._closed_until:
                raise Busy(
                    f"The remote store failed {self._failures} times in a row; it is tried again within "
                    f"{self._pause_s:g} seconds. Ask again then."
                )
            self._closed_until = now + self._pause_s

    def failed(self) -> None:
        """Note that the store could not be reached, or gave no answer."""
        with self._lock:
            self._failures += 1
            if self._failures == self._most:
                self._closed_until = self._clock() + self._pause_s

    def answered(self) -> None:
        """Note that the store works: it answered, were it with a refusal."""
        with self._lock:
            self._failures = 0
