"""Whoever writes is answered when it is published, or told why nothing of it was; others beside notice nothing."""

import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyoxigraph as ox
import pytest

from graph.bare import found_bare
from graph.build import build
from graph.desk import Desk, Written
from graph.errors import (
    BuildRunning,
    Forbidden,
    NotOffered,
    Outdated,
    QueryTooCostly,
    SnapshotError,
    UnknownTerm,
    WriteRefused,
    WrongUse,
)
from graph.snapshot import build_lock, damaged_files, publish, published, read_manifest, snapshots
from graph.store import PRIVATE, open_store
from graph.tokens import Scope
from graph.withhold import WITHHELD
from ontology.naming import GRAPH
from ontology.terms import IRI

ALL = Scope(("*",))
BASE = "http://example.org/"
PREFIXES = """
PREFIX rev: <https://w3id.org/revier/ont#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX id: <https://w3id.org/revier/id/little/> PREFIX graph: <https://w3id.org/revier/graph/>
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with an empty data set."""
    found_bare(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    desk = Desk(home, is_bare=True, has_union_default=False, timeout_s=2, memory_mb=1024)
    yield desk
    desk.close()


@pytest.fixture
def region(little_snapshot: Path, tmp_path: Path) -> Iterator[tuple[Path, Desk]]:
    """A home of its own with the little region, and its desk."""
    home = shutil.copytree(little_snapshot.parents[1], tmp_path / "region")
    desk = Desk(home, is_bare=False, has_union_default=True)
    yield home, desk
    desk.close()


def insert(desk: Desk, number: int, **how: object) -> Written:
    """Write one triple of its own."""
    return desk.update(f"INSERT DATA {{ <urn:s{number}> <urn:p> {number} }}", base=BASE, scope=ALL, **how)  # type: ignore[arg-type]


def numbers(home: Path) -> set[int]:
    """What `insert` wrote, as the published snapshot holds it."""
    store = ox.Store.read_only(str(published(home) / "store"))
    found = store.quads_for_pattern(None, ox.NamedNode("urn:p"), None, None)
    return {int(quad.object.value) for quad in found if isinstance(quad.object, ox.Literal)}


def test_a_write_is_published_when_it_is_answered(home: Path, desk: Desk) -> None:
    first = published(home).name
    written = insert(desk, 1)
    assert (written.changed, written.is_new) == (1, False)
    assert published(home).name == written.snapshot > first
    manifest = read_manifest(published(home))
    assert (manifest["parent"], manifest["written"]) == (first, {"writes": 1, "changed": 1, "graphs": []})
    assert (manifest["triples"], manifest["graphs"], damaged_files(published(home))) == (1, {}, [])


def test_the_manifest_counts_every_graph(home: Path, desk: Desk) -> None:
    desk.put(IRI("urn:g"), b"<urn:a> <urn:p> <urn:b> .\n<urn:a> <urn:p> _:b .\n", replaces=True, scope=ALL)
    desk.update("INSERT { GRAPH <urn:h> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", base=BASE, scope=ALL)
    desk.put(IRI("urn:g"), b"", replaces=True, scope=ALL)
    insert(desk, 1)
    manifest = read_manifest(published(home))
    assert (manifest["graphs"], manifest["triples"]) == ({"urn:h": 2}, 3)
    store = open_store(published(home))
    assert (store.counts(), store.size(), store.graphs()) == ({"urn:h": 2}, 3, ("urn:g", "urn:h"))


def test_the_front_end_hears_of_a_snapshot_before_the_writer_is_answered(home: Path) -> None:
    heard: list[str] = []
    desk = Desk(home, is_bare=True, has_union_default=False, published=lambda folder: heard.append(folder.name))
    written = insert(desk, 1)
    assert heard == [written.snapshot]
    assert insert(desk, 1) == Written(written.snapshot, is_new=False, changed=0)
    assert heard == [written.snapshot]
    desk.close()


def test_a_graph_is_new_once(desk: Desk) -> None:
    assert desk.put(IRI("urn:g"), b"", replaces=True, scope=ALL).is_new
    assert not desk.put(IRI("urn:g"), b"", replaces=True, scope=ALL).is_new
    assert desk.delete(IRI("urn:g"), scope=ALL).changed == 0
    with pytest.raises(UnknownTerm, match="no graph urn:g"):
        desk.delete(IRI("urn:g"), scope=ALL)


def test_writes_side_by_side_share_snapshots_and_all_are_kept(home: Path, desk: Desk) -> None:
    insert(desk, 0)
    with ThreadPoolExecutor(16) as threads:
        written = list(threads.map(lambda number: insert(desk, number), range(1, 81)))
    assert numbers(home) == set(range(81))
    assert len({each.snapshot for each in written}) < 80
    assert read_manifest(published(home))["triples"] == 81


def test_what_nobody_expected_is_refused(home: Path, desk: Desk) -> None:
    seen = published(home).name
    insert(desk, 1, expected=seen)
    with pytest.raises(Outdated, match="Read them again"):
        insert(desk, 2, expected=seen)
    assert numbers(home) == {1}


def test_of_several_with_the_same_expectation_one_writes(home: Path, desk: Desk) -> None:
    seen = insert(desk, 0).snapshot

    def attempt(number: int) -> bool:
        try:
            insert(desk, number, expected=seen)
        except Outdated:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(1, 9))) == 1
    assert len(numbers(home)) == 2


COSTLY = {
    "a cross product": ("INSERT {{ ?a ?b ?f }} WHERE {{ {rows} {rows2} {rows3} }}", "2 seconds"),
    "texts that double": (
        "INSERT {{ <urn:a> <urn:b> ?x40 }} WHERE {{ BIND('0123456789' AS ?x0) {doublings} }}",
        "MB|2 s",
    ),
}


@pytest.mark.parametrize("name", COSTLY)
def test_a_costly_write_is_refused_alone_and_the_others_of_its_group_are_not(home: Path, desk: Desk, name: str) -> None:
    insert(desk, 0)
    desk.put(IRI("urn:g"), b"".join(b"<urn:a> <urn:b> <urn:%d> .\n" % n for n in range(2000)), replaces=True, scope=ALL)
    template, words = COSTLY[name]
    patterns = {f"rows{n}": f"GRAPH <urn:g> {{ ?a{n} ?b{n} ?c{n} }}" for n in ("", 2, 3)}
    doublings = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
    text = template.format(**patterns, doublings=doublings)
    with ThreadPoolExecutor(5) as threads:
        costly = threads.submit(desk.update, text, base=BASE, scope=ALL)
        others = [threads.submit(insert, desk, number) for number in range(1, 5)]
        with pytest.raises(QueryTooCostly, match=words):
            costly.result()
        assert all(other.result().changed == 1 for other in others)
    assert numbers(home) == set(range(5))


def test_a_pattern_nested_deep_is_carried_out(desk: Desk) -> None:
    text = "INSERT { <urn:a> <urn:b> 1 } WHERE " + "{" * 5000 + "}" * 5000
    assert desk.update(text, base=BASE, scope=ALL).changed == 1


def writer_of(desk: Desk) -> int:
    """The process id of the writer."""
    assert desk._writer is not None
    return desk._writer._process.pid


def test_a_writer_that_died_idle_costs_nothing(home: Path, desk: Desk) -> None:
    insert(desk, 1)
    os.kill(writer_of(desk), signal.SIGKILL)
    insert(desk, 2)
    assert numbers(home) == {1, 2}


def test_the_writer_ends_with_its_desk(home: Path) -> None:
    desk = Desk(home, is_bare=True, has_union_default=False)
    insert(desk, 1)
    process = writer_of(desk)
    desk.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_the_writer_inherits_no_secret(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIER_WRITE_TOKEN", "secret")
    insert(desk, 1)
    assert b"secret" not in Path(f"/proc/{writer_of(desk)}/environ").read_bytes()


def test_two_desks_over_one_home_lose_nothing(home: Path, desk: Desk) -> None:
    other = Desk(home, is_bare=True, has_union_default=False)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: insert((desk, other)[number % 2], number), range(24)))
    assert numbers(home) == set(range(24))
    other.close()


def test_heads_that_nobody_holds_are_cleared_away(home: Path, desk: Desk) -> None:
    insert(desk, 1)
    os.kill(writer_of(desk), signal.SIGKILL)
    insert(desk, 2)
    insert(desk, 3)
    assert len(list((home / "heads").iterdir())) == 1


def test_after_a_rollback_a_write_begins_at_what_is_published(home: Path, desk: Desk) -> None:
    first = insert(desk, 1).snapshot
    insert(desk, 2)
    publish(home, first)
    insert(desk, 3)
    assert numbers(home) == {1, 3}
    assert read_manifest(published(home))["parent"] == first


def test_while_a_build_runs_writes_are_sent_away(home: Path, desk: Desk) -> None:
    insert(desk, 1)
    with build_lock(home), pytest.raises(BuildRunning, match="Another build"):
        insert(desk, 2)
    assert insert(desk, 3).changed == 1


def test_a_damaged_snapshot_is_not_written_upon(home: Path, desk: Desk) -> None:
    insert(desk, 1)
    damaged = max((published(home) / "store").glob("*.sst"))
    content = damaged.read_bytes()
    damaged.unlink()
    damaged.write_bytes(content[:-9] + bytes(9))
    os.kill(writer_of(desk), signal.SIGKILL)
    with pytest.raises(SnapshotError, match="is damaged"):
        insert(desk, 2)


def test_an_update_fetches_nothing(desk: Desk) -> None:
    for text in ("LOAD <http://127.0.0.1:9999/>", "INSERT {} WHERE { SERVICE <http://127.0.0.1:9999/> {} }"):
        with pytest.raises(NotOffered):
            desk.update(text, base=BASE, scope=ALL)


def test_a_wrong_write_leaves_no_trace(home: Path, desk: Desk) -> None:
    before = insert(desk, 1).snapshot
    with pytest.raises(WrongUse, match="no graph"):
        desk.update("INSERT DATA { <urn:a> <urn:b> 1 } ; DROP GRAPH <urn:none>", base=BASE, scope=ALL)
    assert published(home).name == before
    insert(desk, 2)
    assert read_manifest(published(home))["triples"] == 2


def test_a_token_reaches_the_graphs_of_its_scope(desk: Desk) -> None:
    mine = Scope(("urn:mine*",))
    assert desk.put(IRI("urn:mine/1"), b"<urn:a> <urn:b> <urn:c> .\n", replaces=True, scope=mine).is_new
    for graph in (IRI("urn:yours"), None):
        with pytest.raises(Forbidden, match="does not cover"):
            desk.put(graph, b"<urn:a> <urn:b> <urn:c> .\n", replaces=False, scope=mine)
    with pytest.raises(Forbidden, match="the default graph"):
        desk.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }", base=BASE, scope=mine)


def test_no_update_copies_from_a_private_graph_of_others(home: Path, desk: Desk) -> None:
    desk.put(IRI(PRIVATE + "a"), b"<urn:a> <urn:secret> <urn:c> .\n", replaces=True, scope=ALL)
    steal = "INSERT { GRAPH <urn:mine> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }"
    assert desk.update(steal, base=BASE, scope=Scope(("urn:mine",))).changed == 0
    assert desk.update(steal, base=BASE, scope=Scope(("urn:mine", PRIVATE + "*"))).changed == 1
    assert not open_store(published(home)).ask(f"ASK {{ GRAPH <{PRIVATE}a> {{ ?s ?p ?o }} }}")


def test_what_the_build_makes_is_closed(region: tuple[Path, Desk]) -> None:
    home, desk = region
    for graph in ("ontology", "vocabularies", "inferred", "meta"):
        with pytest.raises(Forbidden, match="revier build"):
            desk.put(IRI(GRAPH + graph), b"", replaces=True, scope=ALL)
    with pytest.raises(Forbidden, match="revier build"):
        desk.update("CLEAR ALL", base=BASE, scope=ALL)
    assert len(snapshots(home)) == 1


def test_the_shapes_refuse_with_findings_and_good_data_passes(region: tuple[Path, Desk]) -> None:
    home, desk = region
    before = published(home).name
    with pytest.raises(WriteRefused, match="Actor: “name” takes exactly one value") as caught:
        desk.update(f"{PREFIXES} INSERT DATA {{ GRAPH graph:mine {{ id:x a rev:Actor }} }}", base=BASE, scope=ALL)
    first = caught.value.findings[0]
    assert (first.rule, first.severity) == ("ActorShape-prefLabel", "error")
    assert first.message.de.startswith("Akteur: „Name“")
    assert first.remedy.en.startswith("Correct the statement and write again")
    assert first.file == "https://w3id.org/revier/id/little/x"
    assert published(home).name == before
    note = f"{PREFIXES} INSERT DATA {{ GRAPH graph:mine {{ id:x <urn:note> 'mine' }} }}"
    assert desk.update(note, base=BASE, scope=ALL).changed == 1


def test_what_was_written_survives_a_build(region: tuple[Path, Desk], tmp_path: Path) -> None:
    home, desk = region
    pack = shutil.copytree(Path(__file__).parents[1] / "regions" / "little", tmp_path / "pack")
    desk.put(IRI("urn:mine"), b"<urn:a> <urn:note> <urn:b> .\n", replaces=True, scope=ALL)
    desk.put(IRI("urn:empty"), b"", replaces=True, scope=ALL)
    desk.put(None, b"<urn:a> <urn:note> <urn:c> .\n", replaces=True, scope=ALL)
    desk.put(IRI(PRIVATE + "a"), b"<urn:a> <urn:secret> <urn:d> .\n", replaces=True, scope=ALL)
    triples = read_manifest(published(home))["triples"]
    assert not build(pack, home).refused
    store, manifest = open_store(published(home)), read_manifest(published(home))
    whole = open_store(published(home), sees_private=True)
    assert {"urn:mine", "urn:empty"} <= set(store.graphs())
    assert set(whole.graphs()) - set(store.graphs()) == {PRIVATE + "a", WITHHELD}
    assert store.ask("ASK { GRAPH <urn:mine> { <urn:a> <urn:note> <urn:b> } <urn:a> <urn:note> <urn:c> }")
    assert not store.ask("ASK { ?s <urn:secret> ?o }")
    assert manifest["graphs"][PRIVATE + "a"] == 1
    assert not set(manifest["built"]) & {"urn:mine", PRIVATE + "a"}
    assert manifest["triples"] == whole.size() == triples
    assert desk.delete(IRI("urn:mine"), scope=ALL).changed == 1


def test_found_bare_makes_one_data_set_and_leaves_a_region_alone(home: Path, little_snapshot: Path) -> None:
    assert found_bare(home) == published(home)
    assert len(snapshots(home)) == 1
    with pytest.raises(WrongUse, match="holds a region"):
        found_bare(little_snapshot.parents[1])
