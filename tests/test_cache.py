"""Answers kept: given again as they were, never damaged, never of another snapshot, never more than there is room."""

import multiprocessing
import threading
from pathlib import Path

import pytest

from graph.cache import SMALL_BYTES, AnswerCache, Cached

KEY = "ab" * 16
LARGE = b"l" * (SMALL_BYTES + 1)
ROOM = 64 * 2**20


def cache_in(folder: Path, *, most_bytes: int = ROOM, front_bytes: int = 2**20, snapshot: str = "one") -> AnswerCache:
    cache = AnswerCache(folder, most_bytes, front_bytes=front_bytes)
    keep_only(cache, snapshot)
    return cache


def keep_only(cache: AnswerCache, snapshot: str) -> None:
    """Go over to a snapshot and wait until the folder is cleared."""
    cache.keep_only(snapshot)
    for thread in threading.enumerate():
        if thread.name == "clear-cache":
            thread.join()


def content(kept: Cached | None) -> bytes | None:
    if kept is None:
        return None
    if isinstance(kept.body, bytes):
        return kept.body
    with kept.body as body:
        return body.read()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("body", [b"", b"rows", LARGE], ids=["empty", "small", "large"])
def test_an_answer_is_given_again_as_it_was_also_by_another_process(tmp_path: Path, body: bytes) -> None:
    first = cache_in(tmp_path)
    first.put(KEY, "one", body, "identity text/csv")
    for cache in (first, cache_in(tmp_path)):
        kept = cache.get(KEY, "one")
        assert kept
        assert (kept.size, kept.label, content(kept)) == (len(body), "identity text/csv", body)


def test_a_cheap_answer_comes_to_disk_when_it_is_asked_for_again(tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    cache.put(KEY, "one", b"rows", "", is_cheap=True)
    assert files(tmp_path) == []
    assert content(cache.get(KEY, "one")) == b"rows"
    assert len(files(tmp_path)) == 1
    assert content(cache_in(tmp_path).get(KEY, "one")) == b"rows"


@pytest.mark.parametrize("body", [b"rows" * 20, LARGE], ids=["small", "large"])
@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-1],
        lambda whole: whole[:10],
        lambda whole: whole[:0],
        lambda whole: whole + b"!",
        lambda whole: whole[:-5] + b"?" + whole[-4:],
        lambda whole: whole[:49] + bytes([whole[49] ^ 1]) + whole[50:],
        lambda whole: b"?" + whole[1:],
        lambda whole: b"\0" * len(whole),
    ],
    ids=["half", "cut", "head only", "empty", "longer", "changed", "label", "mark", "zeros"],
)
def test_a_damaged_file_is_never_served_and_is_removed(tmp_path: Path, body: bytes, harm: object) -> None:
    cache_in(tmp_path).put(KEY, "one", body, "identity text/csv")
    (file,) = files(tmp_path)
    file.write_bytes(harm(file.read_bytes()))  # type: ignore[operator]
    assert cache_in(tmp_path).get(KEY, "one") is None
    assert files(tmp_path) == []


def test_a_half_written_file_has_no_name(tmp_path: Path) -> None:
    cache_in(tmp_path).put(KEY, "one", b"rows", "")
    (file,) = files(tmp_path)
    file.rename(file.with_name(".unfinished"))
    assert cache_in(tmp_path).get(KEY, "one") is None


def test_answers_of_old_snapshots_go_when_a_new_one_is_taken_up(tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    cache.put(KEY, "one", b"old", "")
    keep_only(cache, "two")
    assert files(tmp_path) == []
    assert (cache.get(KEY, "two"), cache.get(KEY, "one")) == (None, None)
    cache.put(KEY, "two", b"new", "")
    assert content(cache.get(KEY, "two")) == b"new"


def test_an_answer_that_comes_late_for_its_snapshot_is_not_kept(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, snapshot="two")
    cache.put(KEY, "one", b"late", "")
    assert cache.get(KEY, "one") is None
    assert files(tmp_path) == []


def test_the_folder_holds_no_more_than_it_may_and_what_is_asked_for_stays(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, most_bytes=100_000, front_bytes=0)
    wanted = "ff" * 16
    cache.put(wanted, "one", b"w" * 1000, "")
    for number in range(300):
        cache.put(f"{number:032x}", "one", b"x" * 1000, "")
        assert content(cache.get(wanted, "one")) == b"w" * 1000
    assert 50_000 < sum(path.stat().st_size for path in files(tmp_path)) < 120_000
    assert cache.get(f"{0:032x}", "one") is None


def test_an_answer_that_would_take_most_of_the_room_is_not_kept(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, most_bytes=8000)
    cache.put(KEY, "one", b"x" * 1001, "")
    assert cache.get(KEY, "one") is None


def test_memory_holds_the_answers_asked_for_last(tmp_path: Path) -> None:
    cache = cache_in(tmp_path, front_bytes=5000)
    for number in range(20):
        cache.put(f"{number:032x}", "one", b"x" * 500, "")
    for file in files(tmp_path):
        file.unlink()
    assert [n for n in range(20) if cache.get(f"{n:032x}", "one")] == [15, 16, 17, 18, 19]


def test_a_folder_that_cannot_be_written_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = cache_in(tmp_path / "file" / "cache", front_bytes=0)
    cache.put(KEY, "one", b"rows", "")
    assert cache.get(KEY, "one") is None


def _write_many(folder: Path, letter: str) -> None:
    cache = cache_in(folder, most_bytes=200_000, front_bytes=0)
    for number in range(400):
        key = f"{number % 50:032x}"
        cache.put(key, "one", key.encode() * 100, letter)
        found = content(cache.get(key, "one"))
        assert found in (None, key.encode() * 100)


def test_several_processes_share_a_folder(tmp_path: Path) -> None:
    fresh = multiprocessing.get_context("spawn")
    processes = [fresh.Process(target=_write_many, args=(tmp_path, letter)) for letter in "abc"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    cache = cache_in(tmp_path, front_bytes=0)
    kept = {key: content(cache.get(key, "one")) for key in (f"{number:032x}" for number in range(50))}
    assert any(kept.values())
    assert all(body in (None, key.encode() * 100) for key, body in kept.items())
