"""A build publishes whole snapshots or nothing: refused data, a second build, kill -9 at any moment."""

import json
import multiprocessing
import random
import re
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from graph.build import build, is_current
from graph.diff import diff
from graph.doctor import examine
from graph.errors import BuildRunning, SnapshotError
from graph.findings import Severity
from graph.snapshot import build_lock, prune, publish, published, read_manifest, sha256, snapshots
from graph.store import open_store
from ontology.naming import GRAPH, ID, ONT, VOC
from ontology.terms import DCTERMS, IRI

LITTLE = Path(__file__).parents[1] / "regions" / "little"
FORK = multiprocessing.get_context("fork")
KILLS = 40


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return shutil.copytree(LITTLE, tmp_path / "pack")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_build_publishes_a_snapshot_that_is_what_its_manifest_says(pack: Path, home: Path) -> None:
    report = build(pack, home)
    assert not report.refused, [found.message.en for found in report.findings]
    folder = published(home)
    manifest = read_manifest(folder)
    assert folder.name == report.snapshot
    assert open_store(folder, sees_private=True).counts() == manifest["graphs"]
    assert all(sha256(folder / name) == digest for name, digest in manifest["files"].items())
    assert {"revier.nq.gz", "inferred.ttl.gz"} <= {path.name for path in (folder / "dump").iterdir()}
    assert all(diagnosis.is_well for diagnosis in examine(home))


def test_read_rows_are_mapped_or_refused(pack: Path, home: Path) -> None:
    build(pack, home)
    tables = read_manifest(published(home))["tables"]
    assert all(count["read"] == count["mapped"] + count["refused"] > 0 for count in tables.values())


def test_refused_data_leaves_the_published_snapshot_alone(pack: Path, home: Path) -> None:
    first = build(pack, home).snapshot
    mapping = next((pack / "mappings").glob("actors*.toml"))
    table = next((pack / "tables").glob("actors*"))
    table.write_bytes(table.read_bytes() + b"\xff\xfe")
    report = build(pack, home)
    assert report.refused, mapping
    assert published(home).name == first
    assert [record.name for record in snapshots(home)] == [first]


def test_an_unchanged_pack_gives_the_same_ids_and_the_same_statements(pack: Path, home: Path) -> None:
    one, two = build(pack, home), build(pack, home)
    assert one.snapshot != two.snapshot
    result = CliRunner().invoke(main, ["diff", str(one.snapshot), str(two.snapshot)], env={"REVIER_HOME": str(home)})
    assert (result.exit_code, result.output) == (0, "")


def test_a_second_build_at_the_same_time_is_refused_with_a_clear_word(pack: Path, home: Path) -> None:
    with build_lock(home), pytest.raises(BuildRunning, match="Another build works in"):
        build(pack, home)


def test_killing_a_build_at_any_moment_leaves_a_servable_snapshot(pack: Path, home: Path) -> None:
    begin = time.perf_counter()
    build(pack, home)
    whole_s = time.perf_counter() - begin
    chance = random.Random(20261123)
    killed = 0
    for _ in range(KILLS):
        victim = FORK.Process(target=build, args=(pack, home))
        victim.start()
        time.sleep(chance.uniform(0, whole_s))
        killed += victim.is_alive()
        victim.kill()
        victim.join()
        folder = published(home)
        assert open_store(folder, sees_private=True).counts() == read_manifest(folder)["graphs"]
    assert killed > KILLS / 2
    assert not build(pack, home).refused
    assert not list((home / "snapshots").glob(".*"))


def test_rollback_publishes_the_earlier_snapshot_again(pack: Path, home: Path) -> None:
    first, second = build(pack, home).snapshot, build(pack, home).snapshot
    environment = {"REVIER_HOME": str(home)}
    assert CliRunner().invoke(main, ["rollback", str(first)], env=environment).exit_code == 0
    assert published(home).name == first != second
    unknown = CliRunner().invoke(main, ["rollback", "nowhere"], env=environment)
    assert unknown.exit_code == 2
    assert "There is no snapshot nowhere" in unknown.output


def test_pruning_keeps_the_published_snapshot(pack: Path, home: Path) -> None:
    names = [str(build(pack, home).snapshot) for _ in range(3)]
    publish(home, names[0])
    assert prune(home, keep=2) == (names[1],)
    assert published(home).name == names[0]


def test_a_damaged_file_is_diagnosed(pack: Path, home: Path) -> None:
    build(pack, home)
    (published(home) / "dump" / "revier.nq.gz").write_bytes(b"damaged")
    result = CliRunner().invoke(main, ["--json", "doctor"], env={"REVIER_HOME": str(home)})
    assert result.exit_code == 1
    assert any("revier.nq.gz" in one["seen"] and not one["well"] for one in json.loads(result.stdout))


def test_an_empty_home_is_said_to_be_empty(home: Path) -> None:
    with pytest.raises(SnapshotError, match="Run `revier build` first"):
        published(home)


def test_the_difference_of_two_snapshots_speaks_the_words_of_the_domain(pack: Path, home: Path) -> None:
    first = build(pack, home).snapshot
    offers = pack / "tables" / "offers.csv"
    lines = offers.read_text(encoding="utf-8").splitlines()
    offers.write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    second = build(pack, home).snapshot
    result = CliRunner().invoke(main, ["--lang", "en", "diff", str(second), str(first)], env={"REVIER_HOME": str(home)})
    assert ": new: " in result.output
    assert "offer ‘" in result.output


def test_a_source_may_be_a_turtle_file_with_a_graph_of_its_own(pack: Path, home: Path) -> None:
    with (pack / "region.toml").open("a", encoding="utf-8") as region:
        region.write(
            """
[sources.partner]
title = { de = "Partnerdaten (erfunden)", en = "Partner data (invented)" }
licence = "https://creativecommons.org/licenses/by/4.0/"
attribution = "invented"
date = 2026-11-02
rdf = "partner.ttl"
"""
        )
    turtle = f"""@prefix rev: <{ONT}> . @prefix dcterms: <{DCTERMS.base}> .
      <{ID}kleinrevier/source/9999> a rev:Source ; dcterms:title "Partner (erfunden)" ;
        rev:sourcingStatus <{VOC}sourcing-status/stated> ."""
    (pack / "partner.ttl").write_text(turtle, encoding="utf-8")
    report = build(pack, home)
    assert not report.refused, [found.message.en for found in report.findings]
    assert report.graphs[IRI(f"{GRAPH}source/partner/2026-11-02")] == 3
    (pack / "partner.ttl").write_text(turtle.replace("dcterms:title", "dcterms:description"), encoding="utf-8")
    faults = [found.rule for found in build(pack, home).findings if found.severity is Severity.ERROR]
    assert faults == ["SourceShape-title"]


def test_a_new_date_of_a_source_is_no_change_of_what_it_says(pack: Path, home: Path) -> None:
    first = build(pack, home).snapshot
    region = pack / "region.toml"
    region.write_text(re.sub(r"date = \d{4}-\d\d-\d\d", "date = 2026-12-24", region.read_text("utf-8")), "utf-8")
    second = build(pack, home).snapshot
    assert diff(home / "snapshots" / str(first), home / "snapshots" / str(second)) == ()


def test_a_damaged_snapshot_is_not_published_again(pack: Path, home: Path) -> None:
    first, second = build(pack, home).snapshot, build(pack, home).snapshot
    (home / "snapshots" / str(first) / "dump" / "revier.nq.gz").write_bytes(b"damaged")
    with pytest.raises(SnapshotError, match=r"revier\.nq\.gz"):
        publish(home, str(first))
    assert published(home).name == second


def test_what_is_published_is_current_until_its_pack_changes(pack: Path, home: Path) -> None:
    assert not is_current(pack, home)
    build(pack, home)
    assert is_current(pack, home)
    with (pack / "tables" / "offers.csv").open("a", encoding="utf-8") as table:
        table.write("\n")
    assert not is_current(pack, home)
