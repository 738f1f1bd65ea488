"""Broken input in every form a steward sends it: a finding with its place, in both languages, and exit 1."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from api.cli import main
from graph.build import check
from graph.errors import PackError
from graph.findings import RULES, Finding, Severity

REGION = """
[region]
id = "trial"
name = { de = "Probe", en = "Trial" }
place = "id/place/trial"
[sources.trial]
title = { de = "Probe", en = "Trial" }
licence = "https://creativecommons.org/publicdomain/zero/1.0/"
attribution = "invented"
date = 2026-11-01
"""
MAPPING = """
table = "tasks.csv"
source = "trial"
[replace.state]
open = "open"
done = "done"
[[node]]
iri = "id/{region}/task/{task:key}"
a = ["rev:Task"]
[node.says]
"skos:prefLabel" = [
  { column = "title", lang = "de", required = true },
  { column = "title", lang = "en" },
]
"rev:dependsOn" = { iri = "id/{region}/task/{task:after}", each = "after" }
"adms:status" = { iri = "voc/status/{state}", replace = "state" }
"rev:confidence" = { column = "share", type = "decimal" }
"rev:validFrom" = { column = "from", type = "date" }
"rev:phaseOrder" = { column = "number", type = "integer" }
"foaf:page" = { column = "page", type = "uri" }
"""
HEADER = "key,title,after,state,share,from,number,page\n"
SOUND = "a,Erste Aufgabe,,open,0.5,2026-01-31,1,https://example.org/a\n"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack of one table with one sound row, for a test to spoil."""
    for name in ("tables", "mappings"):
        (tmp_path / name).mkdir()
    (tmp_path / "region.toml").write_text(REGION, encoding="utf-8")
    (tmp_path / "mappings" / "tasks.toml").write_text(MAPPING, encoding="utf-8")
    (tmp_path / "tables" / "tasks.csv").write_text(HEADER + SOUND, encoding="utf-8")
    return tmp_path


def _found(pack: Path, rule: str) -> Finding:
    """The one finding of a rule in the pack."""
    (found,) = [found for found in check(pack).findings if found.rule == rule]
    return found


CELLS = [
    ("not-decimal", 'b,T,,open,"0,5",2026-01-31,1,\n', "share"),
    ("not-date", "b,T,,open,0.5,31.01.2026,1,\n", "from"),
    ("not-integer", "b,T,,open,0.5,2026-01-31,eins,\n", "number"),
    ("not-uri", "b,T,,open,0.5,2026-01-31,1,example.org\n", "page"),
    ("not-uri", "b,T,,open,0.5,2026-01-31,1,javascript:alert(1)\n", "page"),
    ("unknown-code", "b,T,,halb,0.5,2026-01-31,1,\n", "state"),
    ("dangling", "b,T,nobody,open,0.5,2026-01-31,1,\n", "after"),
    ("duplicate-id", "a,T,,open,0.5,2026-01-31,1,\n", "key"),
    ("empty-cell", "b,,,open,0.5,2026-01-31,1,\n", "title"),
    ("empty-cell", ",T,,open,0.5,2026-01-31,1,\n", "key"),
    ("markup", "b,<script>alert(1)</script>,,open,0.5,2026-01-31,1,\n", "title"),
    ("control-character", "b,Ein\x07Ton,,open,0.5,2026-01-31,1,\n", "title"),
    ("too-long", f"b,{'x' * 10_001},,open,0.5,2026-01-31,1,\n", "title"),
]


@pytest.mark.parametrize(("rule", "row", "column"), CELLS)
def test_a_bad_cell_is_found_with_row_and_column(pack: Path, rule: str, row: str, column: str) -> None:
    (pack / "tables" / "tasks.csv").write_text(HEADER + SOUND + row, encoding="utf-8")
    found = _found(pack, rule)
    assert (found.file, found.row, found.column, found.severity) == ("tasks.csv", 3, column, Severity.ERROR)
    assert found.message.de != found.message.en
    assert found.remedy.de
    assert found.remedy.en


def test_a_ragged_row_names_both_widths(pack: Path) -> None:
    (pack / "tables" / "tasks.csv").write_text(HEADER + SOUND + "b,T,,open\n", encoding="utf-8")
    found = _found(pack, "ragged-row")
    assert (found.row, found.message.en) == (3, "The row has 4 fields, the header 8.")


FILES: list[tuple[str, Callable[[str], bytes]]] = [
    ("encoding", lambda text: text.replace("Erste", "Größte").encode("cp1252")),
    ("byte-order-mark", lambda text: text.encode("utf-8-sig")),
    ("byte-order-mark", lambda text: text.encode("utf-16")),
    ("empty-file", lambda _: b""),
    ("missing-column", lambda text: text.replace("share", "anteil").encode()),
    ("doubled-header", lambda text: text.replace("number", "key").encode()),
    ("nameless-column", lambda text: text.replace("number", "").encode()),
    ("unreadable", lambda text: (text + 'b,"open quote').encode()),
]


@pytest.mark.parametrize(("rule", "spoilt"), FILES)
def test_a_bad_file_is_found_by_name(pack: Path, rule: str, spoilt: Callable[[str], bytes]) -> None:
    (pack / "tables" / "tasks.csv").write_bytes(spoilt(HEADER + SOUND))
    assert _found(pack, rule).file == "tasks.csv"


def test_a_missing_table_is_found(pack: Path) -> None:
    (pack / "tables" / "tasks.csv").unlink()
    assert _found(pack, "missing-file").file == "tasks.csv"


def test_a_cycle_of_tasks_is_found_at_the_rows_that_close_it(pack: Path) -> None:
    rows = "a,A,c,open,0.5,2026-01-31,1,\nb,B,a,open,0.5,2026-01-31,1,\nc,C,b,open,0.5,2026-01-31,1,\n"
    (pack / "tables" / "tasks.csv").write_text(HEADER + rows, encoding="utf-8")
    found = [found for found in check(pack).findings if "cycl" in found.rule]
    assert sorted(one.row or 0 for one in found) == [2, 3, 4]


def test_every_fault_is_reported_at_once(pack: Path) -> None:
    rows = "".join(f"b{n}{row[1:]}" if row.startswith("b") else row for n, (_, row, _) in enumerate(CELLS))
    (pack / "tables" / "tasks.csv").write_text(HEADER + SOUND + rows, encoding="utf-8")
    report = check(pack)
    assert {rule for rule, _, _ in CELLS} <= {found.rule for found in report.findings}
    count = report.tables["tasks.csv"]
    assert count.read == 1 + len(CELLS) == count.mapped + count.refused


def test_a_spreadsheet_formula_and_merged_cells_are_found(pack: Path) -> None:
    sheet = _sheet(pack)
    sheet.append(["b", "=1+1", "", "open", 0.5, "2026-01-31", 1, ""])
    sheet.append(["c", "T", "", "open", 0.5, "2026-01-31", 1, ""])
    sheet.merge_cells("A4:B4")
    _save(sheet, pack)
    assert (_found(pack, "formula").row, _found(pack, "formula").column) == (3, "title")
    assert (_found(pack, "merged-cells").row, _found(pack, "merged-cells").sheet) == (4, "Aufgaben")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(pack: Path) -> None:
    _save(_sheet(pack), pack)
    with zipfile.ZipFile(pack / "tables" / "tasks.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/bomb.xml", bytes(80 * 2**20))
    assert _found(pack, "oversized").file == "tasks.xlsx"


def test_no_spreadsheet_behind_the_name_is_found(pack: Path) -> None:
    _save(_sheet(pack), pack)
    (pack / "tables" / "tasks.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    assert _found(pack, "unreadable").file == "tasks.xlsx"


def test_a_scheme_that_is_no_turtle_is_found(pack: Path) -> None:
    (pack / "schemes").mkdir()
    (pack / "schemes" / "broken.ttl").write_text("<urn:a> <urn:b> .", encoding="utf-8")
    assert _found(pack, "bad-turtle").file == "broken.ttl"


MAPPINGS = [
    ("skos:prefLabel", "skos:prefLable", "prefLable"),
    ('source = "trial"', 'source = "nowhere"', "nowhere"),
    ('type = "integer"', 'type = "number"', "number"),
    ('replace = "state"', 'replace = "states"', "states"),
    ('column = "page"', 'colum = "page"', "colum"),
    ("[[node]]", "[[node", "tasks.toml"),
]


@pytest.mark.parametrize(("old", "new", "named"), MAPPINGS)
def test_a_wrong_mapping_is_refused_before_a_row_is_read(pack: Path, old: str, new: str, named: str) -> None:
    path = pack / "mappings" / "tasks.toml"
    path.write_text(MAPPING.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError, match=named):
        check(pack)


def test_the_command_exits_with_1_and_prints_findings_in_both_languages(pack: Path) -> None:
    (pack / "tables" / "tasks.csv").write_text(HEADER + SOUND + CELLS[0][1], encoding="utf-8")
    german = CliRunner().invoke(main, ["--lang", "de", "check", str(pack)])
    assert german.exit_code == 1
    assert "ist keine Dezimalzahl" in german.output
    machine = CliRunner().invoke(main, ["--json", "check", str(pack)])
    assert machine.exit_code == 1
    rules = {found["rule"] for found in json.loads(machine.stdout)["findings"]}
    assert "not-decimal" in rules


def test_the_register_of_ids_is_not_touched_by_a_check(pack: Path) -> None:
    check(pack)
    assert not (pack / "ids.csv").exists()


def test_every_rule_has_four_different_sentences() -> None:
    for rule in RULES.values():
        assert len({rule.message.de, rule.message.en, rule.remedy.de, rule.remedy.en}) == 4


def _sheet(pack: Path) -> Worksheet:
    (pack / "mappings" / "tasks.toml").write_text(MAPPING.replace("tasks.csv", "tasks.xlsx"), encoding="utf-8")
    sheet = Workbook().active
    assert sheet is not None
    sheet.title = "Aufgaben"
    sheet.append(HEADER.strip().split(","))
    sheet.append(SOUND.strip().split(","))
    return sheet


def _save(sheet: Worksheet, pack: Path) -> None:
    workbook = sheet.parent
    assert workbook is not None
    workbook.save(pack / "tables" / "tasks.xlsx")


BROKEN_PACKS = [
    ("mappings/tasks.toml", 'lang = "de"', 'lang = "de de"', "no language tag"),
    ("mappings/tasks.toml", 'table = "tasks.csv"', 'table = "tasks.csv"\nencoding = "klingon"', "klingon"),
    ("mappings/tasks.toml", 'table = "tasks.csv"', 'table = "tasks.csv"\ndelimiter = ";;"', "delimiter"),
    ("mappings/tasks.toml", '{ column = "page", type = "uri" }', '"page"', "foaf:page must be a table"),
    ("region.toml", "https://creativecommons.org/publicdomain/zero/1.0/", "CC BY 4.0", "CC BY 4.0"),
]


@pytest.mark.parametrize(("file", "old", "new", "named"), BROKEN_PACKS)
def test_a_wrong_option_is_refused_with_its_name(pack: Path, file: str, old: str, new: str, named: str) -> None:
    path = pack / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PackError, match=named):
        check(pack)


def test_an_unread_table_makes_no_echo_in_those_that_point_to_it(pack: Path) -> None:
    (pack / "mappings" / "more.toml").write_text(
        """
table = "more.csv"
source = "trial"
[[node]]
iri = "id/{region}/goal/{goal:key}"
a = ["rev:Goal"]
[node.says]
"rev:dependsOn" = { iri = "id/{region}/task/{task:task}" }
""",
        encoding="utf-8",
    )
    (pack / "tables" / "more.csv").write_text("key,task\ng,a\n", encoding="utf-8")
    (pack / "tables" / "tasks.csv").write_bytes(b"\xff\xfe")
    faults = [found.rule for found in check(pack).findings if found.severity is Severity.ERROR]
    assert faults == ["byte-order-mark"]


def test_a_search_that_ends_at_its_limit_says_so(pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.check.RESULT_LIMIT", 1)
    assert _found(pack, "many-faults").message.en == "After 1 faults of shapes the search ended."
