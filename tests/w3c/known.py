"""What is known to fail, with its cause: read from the document that tells people, so that it is told once."""

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs" / "conformance.md"
FIGURES = re.compile(r"^\| (?P<group>[^|]+) \| (?P<figures>\d+/\d+) \|", re.MULTILINE)
ROW = re.compile(r"^\| (?P<cause>[^|]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)


def known_failures() -> dict[str, str]:
    """The cause of each failure that the document lists, by the name of the test."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return {name: row["cause"] for row in ROW.finditer(text) for name in re.findall(r"`([^`]+)`", row["tests"])}


def told_figures(group: str) -> str | None:
    """How many tests of a group the document says that we pass, of how many."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return next((row["figures"] for row in FIGURES.finditer(text) if row["group"] == group), None)
