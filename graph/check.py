"""Whether the data keeps the shapes and the checks: every fault as a Finding at its table row.

Shapes (SHACL, https://www.w3.org/TR/shacl/) judge what was asserted; the questions in `queries/checks`, which
must have an empty answer, judge the union of what was asserted and inferred.
"""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import shacl

from graph.findings import Finding, Severity, finding
from graph.model import Literal, Text
from graph.rdf import plain
from graph.store import Store, store_of
from graph.trace import Origin, Tracer
from ontology.modules import shape_files
from ontology.naming import SHAPES, rebased
from ontology.terms import IRI
from queries.catalogue import checks, part

RESULT_LIMIT = 10_000  # findings of one run: a shape that fails everywhere is understood by then
_SEVERITIES = {"Violation": Severity.ERROR, "Warning": Severity.WARNING, "Info": Severity.NOTE}
_REMEDY = Text(
    "Die Angabe in der Tabelle berichtigen; was erwartet wird, beschreibt die Form {shape}.",
    "Correct what the table says; the shape {shape} describes what is expected.",
)


class Shapes:
    """The shapes, read and compiled once."""

    def __init__(self) -> None:
        turtle = "\n".join(rebased(path) for path in shape_files())
        self.store: Store = store_of(turtle)
        self.compiled = shacl.Shapes.from_turtle(turtle)
        self._messages = _messages(self.store)

    def finding(self, result: shacl.Result, origin: Callable[[IRI, IRI | None], Origin], remedy: Text) -> Finding:
        """A result as a Finding; `origin` tells where a node, and what it says of a property, came from."""
        focus = IRI(result.focus_node.strip("<>"))
        path = IRI(result.path.strip("<>")) if result.path and result.path.startswith("<") else None
        place = origin(focus, path)
        shape = (result.source_shape or result.root_shape or "").strip("<>")
        said = self._messages.get(shape) or self._messages.get((result.root_shape or "").strip("<>"), {})
        unsaid = " / ".join(result.messages) or result.component
        name = shape.removeprefix(SHAPES)
        return Finding(
            name,
            _SEVERITIES[result.severity],
            Text(said.get("de", unsaid), said.get("en", unsaid)),
            Text(remedy.de.format(shape=name), remedy.en.format(shape=name)),
            place.file,
            place.sheet,
            place.row,
            place.column,
            result.value_plain or focus,
        )


def shape_findings(data: Iterable[Path], tracer: Tracer, *, scratch: Path) -> list[Finding]:
    """The SHACL results over the N-Triples files `data`, which must include the class hierarchy."""
    joined = scratch / "asserted.nt"
    with joined.open("wb") as output:
        for path in data:
            with path.open("rb") as lines:
                shutil.copyfileobj(lines, output, 2**20)
    shapes = Shapes()
    report = shapes.compiled.validate_file(str(joined), max_results=RESULT_LIMIT)
    joined.unlink()
    findings = [shapes.finding(result, tracer.origin, _REMEDY) for result in report.results]
    if len(findings) >= RESULT_LIMIT:
        findings.append(finding("many-faults", file="-", limit=RESULT_LIMIT))
    return findings


def check_findings(store: Store, tracer: Tracer) -> list[Finding]:
    """What the questions of `queries/checks` find in the whole store."""
    findings = []
    for check in checks():
        answer = store.select(check.sparql)
        for row in answer.rows:
            said = {name: plain(term) for name, term in zip(answer.columns, row, strict=True)}
            node = row[0]
            origin = tracer.origin(node if isinstance(node, IRI) else IRI(plain(node)))
            findings.append(
                Finding(
                    check.name,
                    Severity(check.severity),
                    Text(check.message.de.format(**said), check.message.en.format(**said)),
                    check.remedy,
                    origin.file,
                    origin.sheet,
                    origin.row,
                    value=said[answer.columns[0]],
                )
            )
    return findings


def _messages(shapes: Store) -> dict[str, dict[str, str]]:
    messages: dict[str, dict[str, str]] = defaultdict(dict)
    for shape, message in shapes.select(part("shape-messages")).rows:
        if isinstance(shape, IRI) and isinstance(message, Literal):
            messages[shape][message.language or "en"] = message.value
    return messages
