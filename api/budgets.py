"""How much one client may ask: requests and seconds of work a minute, and how many requests at a time.

Every budget is a bucket that holds one minute's worth and fills evenly. The work of a request is known only at its
end, so it may leave a debt; the client is heard again once that is paid off by time. Each front end keeps its own
books, in bounded memory: the client not seen for longest is forgotten first.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

CLIENTS = 10_000  # that are remembered
AT_A_TIME = 16
MINUTE_S = 60.0
_TRIFLE = 1e-6  # that sums of fractions may lack


@dataclass(slots=True)
class Account:
    """What is left to one client, at the time it was last reckoned."""

    requests: float
    work_s: float
    reckoned_s: float
    running: int = 0


@dataclass(frozen=True, slots=True)
class Refusal:
    """Which budget is used up, what it allows, and after how many seconds a request will be heard again."""

    budget: str
    allows: str
    wait_s: int


class Budgets:
    """The accounts of all clients; any thread may ask. A budget of 0 knows no limit."""

    def __init__(
        self,
        *,
        requests: float,
        work_s: float,
        at_a_time: int = AT_A_TIME,
        clients: int = CLIENTS,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._requests, self._work_s = requests or math.inf, work_s or math.inf
        self._at_a_time, self._clients, self._now = at_a_time, clients, now
        self._accounts: OrderedDict[str, Account] = OrderedDict()
        self._lock = Lock()

    def admit(self, client: str) -> Account | Refusal:
        """The account from which a request of `client` was taken, to be given to `release`; or why it was not."""
        with self._lock:
            account = self._reckoned(client)
            if account.running >= self._at_a_time:
                return Refusal("concurrency", f"{self._at_a_time} requests at a time", 1)
            if account.requests < 1 - _TRIFLE:
                wait_s = (1 - account.requests) * MINUTE_S / self._requests
                return Refusal("requests", f"{self._requests:g} requests a minute", math.ceil(wait_s))
            if account.work_s < -_TRIFLE:
                wait_s = -account.work_s * MINUTE_S / self._work_s
                return Refusal("work", f"{self._work_s:g} seconds of work a minute", math.ceil(wait_s))
            account.requests -= 1
            account.running += 1
            return account

    def charge(self, account: Account, work_s: float) -> None:
        """Take the work of a request from the account."""
        with self._lock:
            account.work_s -= work_s

    def release(self, account: Account) -> None:
        """Count one request less as running."""
        with self._lock:
            account.running -= 1

    def _reckoned(self, client: str) -> Account:
        """The account with what has flowed in since it was last looked at; a full one for a new client."""
        now = self._now()
        account = self._accounts.get(client)
        if account is None:
            account = self._accounts[client] = Account(self._requests, self._work_s, now)
            if len(self._accounts) > self._clients:
                self._accounts.popitem(last=False)
            return account
        self._accounts.move_to_end(client)
        if minutes := (now - account.reckoned_s) / MINUTE_S:  # of no time and no limit there is no product
            account.requests = min(self._requests, account.requests + minutes * self._requests)
            account.work_s = min(self._work_s, account.work_s + minutes * self._work_s)
            account.reckoned_s = now
        return account
