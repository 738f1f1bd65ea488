"""Texts that ran long or met a limit, known again by their hashes: they leave the quick places to others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from graph.errors import Busy

REMEMBERED = 10_000  # texts; beyond, the one that was met longest ago is forgotten
LONG_S = 0.5  # of processor time, after which a text is remembered


class SlowTexts:
    """Knows what was slow, and lets no more than `most_at_once` of it run together; any thread may ask."""

    def __init__(self, most_at_once: int, *, most: int = REMEMBERED) -> None:
        self._places = threading.Semaphore(most_at_once)
        self._most = most
        self._met: dict[int, None] = {}  # the one met last at the end
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._met)

    @contextmanager
    def place(self, text: int, queue_s: float) -> Iterator[bool]:
        """Whether the text of this hash was slow; then it has a place among the slow ones until the end of `with`.

        Raises `Busy` if there is none for `queue_s` seconds.
        """
        is_slow = text in self._met
        if is_slow and not self._places.acquire(timeout=queue_s):
            raise Busy(f"Only so many slow texts run at once; all did for {queue_s:g} seconds. Ask again in a moment.")
        try:
            yield is_slow
        finally:
            if is_slow:
                self._places.release()

    def learn(self, text: int, work_s: float) -> None:
        """Note how long a text worked, without end if it met a limit: one that is quick now is slow no more."""
        with self._lock:
            self._met.pop(text, None)
            if work_s > LONG_S:
                self._met[text] = None
            if len(self._met) > self._most:
                del self._met[next(iter(self._met))]
