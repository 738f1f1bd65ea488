"""What is served follows what is published: whole, at once, and never in the middle of a request."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from flask import Flask

from api.current import Current, Edition, Followed, edition_of
from graph.errors import SnapshotError
from graph.listing import size
from graph.pool import QueryPool
from graph.snapshot import finish, point, publish, read_manifest
from graph.store import Store, candidate, store_of
from ontology.terms import IRI


def _snapshot(home: Path, name: str, *, triples: int = 1) -> Path:
    """A whole snapshot of a few triples, which is not published yet."""
    folder = home / "snapshots" / f".{name}"
    folder.mkdir(parents=True)
    with candidate(folder / "store") as store:
        store.load_turtle("".join(f"<urn:a> <urn:p> {number} ." for number in range(triples)), IRI("urn:g"))
    return finish(folder, {"snapshot": name, "parent": None, "triples": triples, "graphs": {}, "built": []})


def _damage(folder: Path) -> None:
    name = next(name for name in read_manifest(folder)["files"] if name.endswith(".sst"))
    content = (folder / name).read_bytes()
    (folder / name).chmod(0o644)
    (folder / name).write_bytes(content[:-1])


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    _snapshot(tmp_path, "1")
    point(tmp_path, "1")
    return tmp_path


@pytest.fixture
def pool(home: Path) -> Iterator[QueryPool]:
    pool = QueryPool(home / "snapshots" / "1", workers=1)
    yield pool
    pool.close()


@pytest.fixture
def current(home: Path, pool: QueryPool) -> Followed:
    followed = Followed(home, home / "snapshots" / "1", pool)
    followed.follow()
    return followed


def test_a_request_sees_one_edition_to_its_end() -> None:
    current = Current(edition_of(store_of("<urn:a> <urn:p> 1 .")))
    app = Flask("current")
    with app.app_context():
        assert current.triples == 1
        current.edition = edition_of(store_of("<urn:a> <urn:p> 1, 2 ."))
        assert current.triples == current.remembered(size) == 1
    with app.app_context():
        assert current.triples == 2


def test_what_all_ask_at_once_is_worked_out_once() -> None:
    edition, begin, worked = edition_of(store_of("")), Barrier(8), []

    def work(store: Store) -> str:
        worked.append(store)
        time.sleep(0.05)
        return "done"

    def ask(_: int) -> str:
        begin.wait()
        return edition.remembered(work)

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == ["done"] * 8
    assert len(worked) == 1


def test_a_failure_is_not_remembered() -> None:
    attempts = []

    def opened() -> Store:
        attempts.append(1)
        if len(attempts) == 1:
            raise SnapshotError("It cannot be opened yet.")
        return store_of("")

    edition = Edition("later", opened)
    with pytest.raises(SnapshotError):
        _ = edition.store
    assert edition.triples == 0


def test_what_another_process_publishes_is_served_to_pages_and_queries(
    home: Path, pool: QueryPool, current: Followed
) -> None:
    _snapshot(home, "2", triples=2)
    publish(home, "2")
    _await(lambda: current.edition.snapshot == "2")
    assert pool.snapshot == "2"
    assert current.edition.triples == 2


def test_our_own_write_is_served_as_soon_as_it_is_handed_over(home: Path, pool: QueryPool, current: Followed) -> None:
    folder = _snapshot(home, "2")
    point(home, "2")
    current.take_up(folder)
    assert (pool.snapshot, current.edition.snapshot) == ("2", "2")


def test_a_damaged_publication_is_not_taken_up_and_the_reason_is_told(
    home: Path, pool: QueryPool, current: Followed
) -> None:
    _damage(_snapshot(home, "2"))
    point(home, "2")
    _await(lambda: current.remark != "")
    assert "2 is damaged" in current.remark
    assert (pool.snapshot, current.edition.snapshot, current.is_ready) == ("1", "1", True)
    _snapshot(home, "3")
    publish(home, "3")
    _await(lambda: current.edition.snapshot == "3")
    assert current.remark == ""


def test_damage_that_is_met_while_serving_has_an_older_snapshot_stand_in(
    home: Path, pool: QueryPool, current: Followed
) -> None:
    folder = _snapshot(home, "2")
    point(home, "2")
    current.take_up(folder)
    _damage(folder)
    current.doubt()
    _await(lambda: current.edition.snapshot == "1")
    _await(lambda: current.remark != "")
    assert "1 is served in its place" in current.remark
    assert pool.snapshot == "1"


def test_a_doubt_about_a_whole_snapshot_changes_nothing(current: Followed) -> None:
    edition = current.edition
    current.doubt()
    _await(lambda: not current.is_doubted)
    assert current.edition is edition
    assert current.is_ready


def test_without_a_whole_snapshot_nothing_is_ready_until_one_is_published(home: Path, current: Followed) -> None:
    _damage(home / "snapshots" / "1")
    current.doubt()
    _await(lambda: not current.is_ready)
    assert "no other snapshot is whole" in current.why_not
    _snapshot(home, "2")
    publish(home, "2")
    _await(lambda: current.is_ready)
    assert current.edition.snapshot == "2"


def test_what_is_promised_is_worked_out_aside_and_known_later() -> None:
    edition, may_end = edition_of(store_of("<urn:a> <urn:p> 1 .")), Event()

    def work(store: Store) -> int:
        may_end.wait(20)
        return size(store)

    assert edition.promised(work) is None
    may_end.set()
    _await(lambda: edition.promised(work) == 1)


def test_a_promise_that_fails_is_tried_again() -> None:
    edition, tries = edition_of(store_of("")), []

    def work(_: Store) -> int:
        tries.append(1)
        raise SnapshotError("It is damaged.")

    assert edition.promised(work) is None
    _await(lambda: len(tries) == 1)
    _await(lambda: edition.promised(work) is None and len(tries) > 1)


def test_what_readers_ask_first_is_worked_out_ahead(home: Path, pool: QueryPool) -> None:
    done: list[str] = []
    followed = Followed(home, home / "snapshots" / "1", pool, ahead=[lambda edition: done.append(edition.snapshot)])
    followed.follow()
    _await(lambda: done == ["1"])
    _snapshot(home, "2")
    point(home, "2")
    _await(lambda: done == ["1", "2"])
