"""A damaged snapshot is never served as if it were whole: another stands in for it, and everybody is told."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from click.testing import CliRunner

from api.cli import main
from api.current import edition_in
from graph.bare import found_bare
from graph.build import build
from graph.desk import Desk
from graph.doctor import Diagnosis, examine
from graph.errors import QueryTooCostly, SnapshotError
from graph.pool import QueryPool
from graph.rdf import TSV
from graph.snapshot import finish, point, publish, published, read_manifest, sound
from graph.store import PRIVATE, candidate, open_store
from graph.tokens import Scope
from ontology.terms import IRI

LITTLE = Path(__file__).parents[1] / "regions" / "little"
ALL = Scope(("*",))
OWN = IRI("urn:own")
# without an aggregate: to count over a table that cannot be read takes the engine all memory that it may have
EVERYTHING = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
Harm = Callable[[bytes], bytes | None]


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(byte ^ 0xFF for byte in content[middle : middle + 4]) + content[middle + 4 :]


def _cut(content: bytes) -> bytes:
    return content[: len(content) // 2]


def _emptied(_: bytes) -> bytes:
    return b""


def _deleted(_: bytes) -> None:
    return None


HARMS = (_flipped, _cut, _emptied, _deleted)
NAMES = ("", "nonsense", "..", "../..", "../../outside", ".unfinished", "a\nb", "\x00", "ü" * 200)


@contextmanager
def harmed(path: Path, harm: Harm) -> Iterator[bool]:
    """Do harm to a file in its place, for a while; whether there is any difference."""
    content = path.read_bytes()
    worse = harm(content)
    path.unlink() if worse is None else path.write_bytes(worse)
    try:
        yield worse != content
    finally:
        path.write_bytes(content)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two builds of the little region; the second, which is published, lacks an offer."""
    folder = tmp_path_factory.mktemp("damage")
    pack, home = shutil.copytree(LITTLE, folder / "pack"), folder / "home"
    first = build(pack, home).triples
    offers = pack / "tables" / "offers.csv"
    offers.write_text("".join(offers.read_text("utf-8").splitlines(keepends=True)[:-1]), "utf-8")
    assert build(pack, home).triples < first
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it for oneself."""
    return shutil.copytree(built, tmp_path / "home")


def both(home: Path) -> tuple[Path, Path]:
    """The first and the second snapshot."""
    first, second = sorted((home / "snapshots").iterdir())
    return first, second


def faults(home: Path) -> list[Diagnosis]:
    """What the doctor finds amiss."""
    return [one for one in examine(home) if not one.is_well]


@pytest.mark.parametrize("harm", HARMS)
def test_the_parent_stands_in_whichever_file_is_damaged(built: Path, harm: Harm) -> None:
    first, second = both(built)
    names = [str(path.relative_to(second)) for path in second.rglob("*") if path.is_file()]
    assert {"manifest.json", "store/CURRENT", "dump/revier.nq.gz"} < set(names)
    for name in names:
        with harmed(second / name, harm) as is_worse:
            folder, said = sound(built)
            if not is_worse:  # an empty file can only be deleted
                assert (folder, said) == (second, "")
            elif name.startswith("dump/"):
                assert (folder, said) == (second, f"{second.name} is damaged ({name}). What is served is whole.")
            else:
                assert folder == first, name
                assert said.startswith(f"{second.name} is damaged (")
                assert name in said  # with the other name that a table may have
                assert said.endswith(f"). {first.name} is served in its place.")
    assert sound(built) == (second, "")


@pytest.mark.parametrize("harm", HARMS)
def test_the_doctor_names_what_is_damaged_and_nobody_can_publish_it(built: Path, harm: Harm) -> None:
    _, second = both(built)
    kinds = ("manifest.json", "dump/revier.nq.gz", "store/CURRENT", "store/MANIFEST-*", "store/*.log", "store/*.sst")
    for path in (max(second.glob(kind), key=lambda path: path.stat().st_size) for kind in kinds):
        name = str(path.relative_to(second))
        with harmed(path, harm):
            told = faults(built)
            assert name in told[0].seen.en
            assert any("revier serve answers from" in one.seen.en for one in told)
            with pytest.raises(SnapshotError, match=re.escape(name)):
                publish(built, second.name)
            refused = CliRunner().invoke(main, ["rollback", second.name], env={"REVIER_HOME": str(built)})
            assert refused.exit_code > 0
    assert faults(built) == []


@pytest.mark.parametrize("harm", HARMS)
def test_a_damaged_current_has_the_newest_whole_snapshot_stand_in(home: Path, harm: Harm) -> None:
    _, second = both(home)
    with harmed(home / "CURRENT", harm):
        folder, said = sound(home)
        assert folder == second
        assert said.endswith(f" {second.name} is served in its place.")
        assert any(said in one.seen.en for one in faults(home))


@pytest.mark.parametrize("name", NAMES)
def test_current_leads_nowhere_but_to_snapshots(home: Path, name: str) -> None:
    first, second = both(home)
    shutil.copytree(first, home.parent / "outside")
    shutil.copytree(first, home / "snapshots" / ".unfinished")
    (home / "CURRENT").write_text(name)
    assert sound(home)[0] == second
    with pytest.raises(SnapshotError, match="CURRENT names no snapshot"):
        published(home)


def test_a_missing_current_is_no_empty_home(home: Path, tmp_path: Path) -> None:
    (home / "CURRENT").unlink()
    with pytest.raises(SnapshotError, match="CURRENT is missing"):
        published(home)
    with pytest.raises(SnapshotError, match="Nothing is published"):
        sound(tmp_path / "empty")


def test_where_nothing_is_whole_nothing_is_served(home: Path) -> None:
    for folder in both(home):
        (folder / "manifest.json").unlink()
    with pytest.raises(SnapshotError, match="nothing can be served"):
        sound(home)
    assert any("nothing can be served" in one.seen.en for one in faults(home))


def tiny(home: Path, name: str, parent: str | None) -> Path:
    """A snapshot of one triple, published."""
    folder = home / "snapshots" / f".{name}"
    folder.mkdir(parents=True)
    with candidate(folder / "store") as store:
        store.load_turtle(f"<urn:a> <urn:p> '{name}' .", IRI("urn:g"))
    told: dict[str, object] = {"snapshot": name, "parent": parent, "triples": 1, "graphs": {"urn:g": 1}, "built": []}
    finished = finish(folder, told)
    point(home, name)
    return finished


def test_what_was_rolled_away_from_stands_in_last(tmp_path: Path) -> None:
    first, second = tiny(tmp_path, "1", None), tiny(tmp_path, "2", "1")
    third = tiny(tmp_path, "3", "1")
    with harmed(third / "store" / "CURRENT", _deleted):
        assert sound(tmp_path)[0] == first
        with harmed(first / "store" / "CURRENT", _deleted):
            assert sound(tmp_path)[0] == second


def test_a_manifest_that_counts_wrong_is_told_by_the_doctor(tmp_path: Path) -> None:
    folder = tiny(tmp_path, "1", None)
    manifest = read_manifest(folder)
    (folder / "manifest.json").unlink()
    shutil.move(folder, folder.with_name(".2"))
    finish(folder.with_name(".2"), manifest | {"triples": 2})
    point(tmp_path, "2")
    assert [one.seen.en for one in faults(tmp_path)] == ["1 triples stored, 2 in the manifest"]


def test_a_store_that_has_become_smaller_meanwhile_is_not_opened_again(home: Path) -> None:
    _, second = both(home)
    pool, edition = QueryPool(second, workers=1), edition_in(second)
    whole = pool.run(EVERYTHING, formats=[TSV]).read()
    telling = next((second / "store").glob("MANIFEST-*"))
    with harmed(telling, _cut):
        assert pool.run(EVERYTHING, formats=[TSV]).read() == whole  # by the worker that has it open
        pool._idle[0].kill()
        with suppress(QueryTooCostly, SnapshotError):  # it may die of one more question
            pool.run("ASK {}").close()
        with pytest.raises(SnapshotError, match="damaged"):
            pool.run("ASK {}")
        with pytest.raises(SnapshotError, match="damaged"):
            _ = edition.store
    assert pool.run(EVERYTHING, formats=[TSV]).read() == whole
    pool.close()


def test_a_snapshot_that_has_become_smaller_meanwhile_is_not_written_upon(tmp_path: Path) -> None:
    first = found_bare(tmp_path)
    desk = Desk(tmp_path, is_bare=True, has_union_default=False)
    second = desk.update("INSERT DATA { <urn:a> <urn:p> 1 }", base="urn:b", scope=ALL).snapshot
    publish(tmp_path, first.name)
    desk.update("INSERT DATA { <urn:a> <urn:p> 2 }", base="urn:b", scope=ALL)
    publish(tmp_path, second)
    telling = next((published(tmp_path) / "store").glob("MANIFEST-*"))
    with harmed(telling, _cut), pytest.raises(SnapshotError, match="is damaged"):
        desk.update("INSERT DATA { <urn:a> <urn:p> 3 }", base="urn:b", scope=ALL)
    desk.update("INSERT DATA { <urn:a> <urn:p> 3 }", base="urn:b", scope=ALL)
    assert open_store(published(tmp_path)).size() == 2
    desk.close()


def test_an_empty_data_set_never_takes_the_place_of_one_whose_current_is_damaged(tmp_path: Path) -> None:
    found_bare(tmp_path)
    desk = Desk(tmp_path, is_bare=True, has_union_default=False)
    desk.update("INSERT DATA { <urn:a> <urn:p> 1 }", base="urn:b", scope=ALL)
    desk.close()
    (tmp_path / "CURRENT").unlink()
    assert open_store(found_bare(tmp_path)).size() == 1
    assert not (tmp_path / "CURRENT").exists()


def test_a_build_takes_over_what_was_written_although_current_is_missing(home: Path, built: Path) -> None:
    desk = Desk(home, is_bare=False, has_union_default=True)
    desk.put(OWN, b"<urn:a> <urn:p> <urn:o> .\n", replaces=True, scope=ALL)
    desk.close()
    (home / "CURRENT").unlink()
    report = build(built.parent / "pack", home)
    assert [found.rule for found in report.findings if found.file == "CURRENT"] == ["carried-from-before"]
    assert report.graphs[OWN] == 1


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """The address of `revier serve`, a process of its own."""
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0", "--workers", "1"]
    environment = os.environ | {"REVIER_HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout
            found = re.search(r"http://\S+/", process.stdout.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()


def count(address: str) -> tuple[str, int]:
    """The snapshot that is served, and how many triples it gives."""
    query = urlencode({"query": f"{EVERYTHING} # {time.monotonic()}", "format": "tsv"})
    with urlopen(f"{address}sparql?{query}") as answer:
        return answer.headers["Revier-Snapshot"], len(answer.read().splitlines()) - 1


def ready(address: str) -> dict[str, object]:
    """What `/ready` tells, whether it is or not."""
    try:
        answer = urlopen(f"{address}ready")
    except HTTPError as refusal:
        answer = refusal
    with answer:
        told: dict[str, object] = json.load(answer)
        return told


def _public(snapshot: Path) -> int:
    """How many triples everybody may see."""
    graphs: dict[str, int] = read_manifest(snapshot)["graphs"]
    return sum(count for graph, count in graphs.items() if not graph.startswith(PRIVATE))


@pytest.mark.parametrize(
    ("place", "served", "words"),
    [
        ("snapshots/{}/store/MANIFEST-*", 0, "is served in its place"),
        ("snapshots/{}/manifest.json", 0, "(manifest.json)"),
        ("snapshots/{}/dump/revier.nq.gz", 1, "What is served is whole"),
        ("CURRENT", 1, "CURRENT"),
    ],
)
def test_the_service_begins_with_what_is_whole_and_says_so(home: Path, place: str, served: int, words: str) -> None:
    snapshots = both(home)
    expected = snapshots[served].name, _public(snapshots[served])
    damaged = next(home.glob(place.format(snapshots[1].name)))
    damaged.write_bytes(damaged.read_bytes()[:10])
    with serving(home) as address:
        assert count(address) == expected
        told = ready(address)
        assert (told["ready"], told["snapshot"]) == (True, expected[0])
        assert words in str(told["detail"])
        assert str(home) not in str(told["detail"])
        assert json.load(urlopen(f"{address}health"))["snapshot"] == expected[0]


def test_the_service_does_not_begin_where_nothing_is_whole(home: Path) -> None:
    for folder in both(home):
        next((folder / "store").glob("MANIFEST-*")).unlink()
    command = [sys.executable, "-m", "api.cli", "serve", "--port", "0"]
    environment = os.environ | {"REVIER_HOME": str(home)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert "nothing can be served" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_damage_while_serving_gives_right_answers_or_none(home: Path) -> None:
    snapshots = both(home)
    truth = {folder.name: _public(folder) for folder in snapshots}
    with serving(home) as address:
        for table in {path.stat().st_ino: path for path in snapshots[1].glob("*/*.sst")}.values():
            table.write_bytes(_flipped(table.read_bytes()))
        deadline, refused = time.monotonic() + 20, []
        while ready(address)["snapshot"] != snapshots[0].name:
            assert time.monotonic() < deadline, "nothing stands in"
            try:
                snapshot, triples = count(address)
            except HTTPError as refusal:
                refused.append((refusal.code, json.load(refusal)["detail"].partition(" at ")[0]))
            else:
                assert triples == truth[snapshot]
        assert set(refused) == {(503, "The snapshot cannot be read")}
        assert count(address) == (snapshots[0].name, truth[snapshots[0].name])
        assert f"{snapshots[1].name} is damaged" in str(ready(address)["detail"])
