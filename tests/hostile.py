"""A region whose every text wants to be more than text: the little one, with something hostile after each of its names.

No table may hold markup, and no write may change what was built. So the brackets of markup stand as quotes until the
region is built, and are then put into its store as if it had come from elsewhere.
"""

import csv
import json
import re
import shutil
from pathlib import Path
from typing import Any
from zlib import crc32

import pyoxigraph as ox
from openpyxl import load_workbook

from graph.build import build
from graph.snapshot import published

# each that would run says so by setting `__ran`
TEXTS = (
    "<script>window.__ran=1</script>",
    '"><img src=x onerror=window.__ran=2>',
    "' autofocus onfocus=window.__ran=3 tabindex=0 x='",
    "</script><script>window.__ran=4</script>",
    "]]><svg onload=window.__ran=5>",
    "</title></textarea></style><iframe srcdoc='<script>parent.__ran=6</script>'>",
    "javascript:window.__ran=7",
    "data:text/html,<script>window.__ran=8</script>",
    "{{7*7}}${7*7}{% raw %}",
    "&lt;b&gt;&#60;script&#62;",
    "\u202etxt.exe\u202c",
    "Donaudampfschifffahrt" * 8,
    "null",
    "\\u003cscript\\u003e\\",
    "http://evil.example/%22onmouseover=x",
)
# columns of words for people; the rest are keys, figures, days and addresses
_WORDS = re.compile(r".+_(de|en)|name|former_name|register_court")


_UPDATE = """
DELETE { GRAPH ?graph { ?thing ?property ?text } }
INSERT { GRAPH ?graph { ?thing ?property ?hostile } }
WHERE {
  GRAPH ?graph { ?thing ?property ?text }
  FILTER (REGEX(STR(?text), "[‹›]"))
  BIND (REPLACE(REPLACE(STR(?text), "‹", "<"), "›", ">") AS ?words)
  BIND (IF(LANG(?text) = "", ?words, STRLANG(?words, LANG(?text))) AS ?hostile)
}
"""


def publish_hostile(little: Path, folder: Path) -> Path:
    """The published snapshot of the pack `little` in `folder`, with hostile texts."""
    _write(little, folder / "pack")
    report = build(folder / "pack", folder / "home")
    assert not report.refused, [f"{found.where()}: {found.message.en}" for found in report.findings]
    snapshot = published(folder / "home")
    for store in ("store", "public"):
        ox.Store(str(snapshot / store)).update(_UPDATE)
    return snapshot


def _write(little: Path, folder: Path) -> None:
    """Copy the pack to `folder`, with a text after whatever its tables, schemes and heading say in words."""
    shutil.copytree(little, folder)
    for path in sorted(folder.glob("tables/*.csv")):
        _spoil_table(path)
    for path in sorted(folder.glob("tables/*.xlsx")):
        _spoil_workbook(path)
    for path in sorted(folder.glob("schemes/*.ttl")):
        quoted = re.compile(r'"([^"\n]+)"(?=@(?:de|en))')
        path.write_text(quoted.sub(lambda said: _quoted(said[1]), path.read_text(encoding="utf-8")))
    heading = folder / "region.toml"
    quoted = re.compile(r'(?<=(?:de|en) = )"([^"\n]+)"')
    heading.write_text(quoted.sub(lambda said: _quoted(said[1]), heading.read_text(encoding="utf-8")))


def _spoil_table(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    head, *rows = csv.reader(text.splitlines(), delimiter=delimiter)
    with path.open("w", encoding="utf-8", newline="") as table:
        csv.writer(table, delimiter=delimiter).writerows([head, *(_spoilt(head, row) for row in rows)])


def _spoil_workbook(path: Path) -> None:
    workbook = load_workbook(path)
    sheet = workbook.worksheets[0]
    head = [str(cell.value) for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        for cell, value in zip(row, _spoilt(head, [cell.value for cell in row]), strict=True):
            cell.value = value
    workbook.save(path)


def _spoilt(head: list[str], row: list[Any]) -> list[Any]:
    return [
        _and_more(cell) if cell and _WORDS.fullmatch(column) else cell for column, cell in zip(head, row, strict=True)
    ]


def _quoted(said: str) -> str:
    """A string as Turtle and TOML write it."""
    return json.dumps(_and_more(said), ensure_ascii=False)


def _and_more(said: str) -> str:
    """What is said and a text, the same whenever the same is said."""
    text = TEXTS[crc32(said.encode()) % len(TEXTS)]
    return f"{said} {text.translate(str.maketrans('<>', '‹›'))}"
