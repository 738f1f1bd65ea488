"""Budgets: what a client may ask is bounded, comes back with time, and is forgotten in bounded memory."""

import pytest

from api.budgets import Account, Budgets, Refusal


class _Clock:
    """A time that goes on only when told."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


def _asked(budgets: Budgets, client: str, *, work_s: float = 0) -> Account | Refusal:
    """A request from beginning to end."""
    admitted = budgets.admit(client)
    if isinstance(admitted, Account):
        budgets.charge(admitted, work_s)
        budgets.release(admitted)
    return admitted


def test_requests_beyond_the_budget_are_refused_until_the_second_that_was_named(clock: _Clock) -> None:
    budgets = Budgets(requests=6, work_s=0, now=clock)
    assert all(isinstance(_asked(budgets, "a"), Account) for _ in range(6))
    refusal = _asked(budgets, "a")
    assert refusal == Refusal("requests", "6 requests a minute", 10)
    clock.now_s += 9
    assert isinstance(_asked(budgets, "a"), Refusal)
    clock.now_s += 1
    assert isinstance(_asked(budgets, "a"), Account)


def test_one_client_does_not_spend_what_is_anothers(clock: _Clock) -> None:
    budgets = Budgets(requests=1, work_s=0, now=clock)
    assert isinstance(_asked(budgets, "a"), Account)
    assert isinstance(_asked(budgets, "a"), Refusal)
    assert isinstance(_asked(budgets, "b"), Account)


def test_work_beyond_the_budget_is_a_debt_that_time_pays_off(clock: _Clock) -> None:
    budgets = Budgets(requests=0, work_s=60, now=clock)
    assert isinstance(_asked(budgets, "a", work_s=75), Account)
    refusal = _asked(budgets, "a")
    assert refusal == Refusal("work", "60 seconds of work a minute", 15)
    clock.now_s += 15
    assert isinstance(_asked(budgets, "a"), Account)


def test_no_client_has_more_requests_running_than_allowed(clock: _Clock) -> None:
    budgets = Budgets(requests=0, work_s=0, at_a_time=2, now=clock)
    first, second = budgets.admit("a"), budgets.admit("a")
    assert isinstance(first, Account)
    assert isinstance(second, Account)
    refusal = budgets.admit("a")
    assert refusal == Refusal("concurrency", "2 requests at a time", 1)
    budgets.release(first)
    assert isinstance(budgets.admit("a"), Account)


def test_without_limits_everything_is_admitted(clock: _Clock) -> None:
    budgets = Budgets(requests=0, work_s=0, now=clock)
    for _ in range(5000):
        assert isinstance(_asked(budgets, "a", work_s=1000), Account)


def test_a_full_bucket_grows_no_fuller(clock: _Clock) -> None:
    budgets = Budgets(requests=2, work_s=0, now=clock)
    _asked(budgets, "a")
    clock.now_s += 3600
    assert [isinstance(_asked(budgets, "a"), Account) for _ in range(3)] == [True, True, False]


def test_the_client_not_seen_for_longest_is_forgotten_first(clock: _Clock) -> None:
    budgets = Budgets(requests=1, work_s=0, clients=2, now=clock)
    for client in ("a", "b", "c"):
        _asked(budgets, client)
    assert isinstance(_asked(budgets, "c"), Refusal)
    assert isinstance(_asked(budgets, "b"), Refusal)
    assert isinstance(_asked(budgets, "a"), Account)
