"""What a write touches, judged by the shapes: an excerpt of the graph in place of all of it.

A shape looks at a node's own statements, along its paths, and at the class of what it finds there. So the nodes whose
verdict may change are found by walking those paths backwards from what was written, and the excerpt that they need by
walking them forwards. As in a build only what was asserted is judged; what follows from a write the next build
concludes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Any

import pyoxigraph as ox
import shacl

from graph.change import Change
from graph.check import Shapes
from graph.errors import WriteRefused
from graph.findings import Finding, Severity
from graph.infer import INFERRED
from graph.model import Literal, Text
from graph.provenance import MATCHES, META
from graph.store import PRIVATE
from graph.trace import Origin
from ontology.terms import RDF, RDFS, REV, expand
from queries.catalogue import Check, checks, part

_ASIDE = (ox.NamedNode(INFERRED), ox.NamedNode(MATCHES), ox.NamedNode(META))
_VISIBILITY = ox.NamedNode(REV.visibility)
_NOT_PUBLIC = (ox.NamedNode(expand("voc:visibility/network")), ox.NamedNode(expand("voc:visibility/internal")))
_SUBCLASS = ox.NamedNode(RDFS.subClassOf)
_REMEDY = Text(
    "Die Angabe berichtigen und noch einmal schreiben; was erwartet wird, beschreibt die Form {shape}.",
    "Correct the statement and write again; the shape {shape} describes what is expected.",
)


@dataclass(frozen=True, slots=True)
class _Step:
    """One step of a path: along a property, or against its direction."""

    predicate: ox.NamedNode
    is_back: bool


_Path = tuple[_Step, ...]


class Judge:
    """The shapes, and what they look at."""

    def __init__(self) -> None:
        self._shapes = Shapes()
        self._exposed = next(each for each in checks() if each.name == "internal-in-public")  # read while files may be
        self._paths = tuple(_paths(self._shapes))
        self._winding = tuple(path for path in self._paths if len(path) > 1 or path[0].is_back)
        self._straight = {path[0].predicate for path in self._paths if path not in self._winding}
        said = self._shapes.store.select(part("shape-values")).rows
        self._of_values = {ox.NamedNode(RDF.type), *(ox.NamedNode(str(predicate)) for (predicate,) in said)}

    def examine(self, engine: ox.Store, change: Change) -> None:
        """Raise `WriteRefused` with its findings if a node that `change` touches breaks a shape; warnings pass.

        So it does if what not everybody may see would come into a public graph.
        """
        exposed = tuple(_exposed(self._exposed, change.added))
        if exposed:
            raise WriteRefused(f"{exposed[0].message.en} {exposed[0].remedy.en} Nothing was published.", exposed)
        touched = self.touched(engine, change.added | change.removed)
        if not touched:
            return
        lines = {f"{quad.subject} {quad.predicate} {quad.object} .\n" for quad in self._excerpt(engine, touched)}
        results = self._shapes.compiled.validate_text("".join(lines), format="nt").results
        # the validator gives blank nodes labels of its own, so the excerpt holds none that is not whole
        names = {str(node) for node in touched if isinstance(node, ox.NamedNode)}
        is_judged = [one.focus_node in names or one.focus_node.startswith("_:") for one in results]
        faults = [one for one in compress(results, is_judged) if one.severity == "Violation"]
        if faults:
            findings = tuple(self._finding(fault) for fault in faults)
            raise WriteRefused(
                f"The shapes refuse the write, with {len(findings)} findings; nothing of it was published. "
                f"The first: {findings[0].message.en} ({findings[0].file})",
                findings,
            )

    def touched(self, engine: ox.Store, changed: Iterable[ox.Quad]) -> set[Any]:
        """The nodes whose verdict may differ now that these quads have come or gone."""
        quads = [quad for quad in changed if not _is_aside(quad.graph_name)]
        if any(quad.predicate == _SUBCLASS for quad in quads):
            return {quad.subject for quad in _asserted(engine, None, None, None)}
        touched = {quad.subject for quad in quads}
        for quad in quads:
            for path in self._winding:
                for number, step in enumerate(path):
                    if step.predicate == quad.predicate:
                        begin = quad.object if step.is_back else quad.subject
                        touched |= _origins(engine, begin, path[:number])
        for node in {quad.subject for quad in quads if quad.predicate in self._of_values}:
            having = _asserted(engine, None, None, node)
            touched |= {quad.subject for quad in having if quad.predicate in self._straight}
            for path in self._winding:
                touched |= _origins(engine, node, path)
        return {node for node in touched if not isinstance(node, ox.Literal | ox.Triple)}

    def _excerpt(self, engine: ox.Store, nodes: set[Any]) -> Iterator[ox.Quad]:
        """What the shapes look at when they judge `nodes`, and the blank nodes that are found on the way."""
        yield from _asserted(engine, None, _SUBCLASS, None)
        due, whole, ends = set(nodes), set[Any](), set[Any]()
        while due:
            node = due.pop()
            whole.add(node)
            for quad in self._looked_at(engine, node):
                yield quad
                ends |= {quad.subject, quad.object}
                due |= {end for end in (quad.subject, quad.object) if isinstance(end, ox.BlankNode)} - whole
        for end in ends - whole:
            if isinstance(end, ox.NamedNode):
                for predicate in self._of_values:
                    yield from _asserted(engine, end, predicate, None)

    def _looked_at(self, engine: ox.Store, node: Any) -> Iterator[ox.Quad]:
        """What one node says, and what the winding paths from it pass over."""
        yield from _asserted(engine, node, None, None)
        for path in self._winding:
            reached = {node}
            for step in path:
                walked = [quad for each in reached for quad in _walked(engine, each, step)]
                yield from walked
                reached = {quad.subject if step.is_back else quad.object for quad in walked}

    def _finding(self, result: shacl.Result) -> Finding:
        return self._shapes.finding(result, lambda focus, _: Origin(focus), _REMEDY)


def _paths(shapes: Shapes) -> Iterator[_Path]:
    steps: dict[object, list[_Step]] = defaultdict(list)
    for path, _, predicate, is_back in shapes.store.select(part("shape-steps")).rows:
        assert isinstance(is_back, Literal)
        steps[path].append(_Step(ox.NamedNode(str(predicate)), is_back.value == "true"))
    return (tuple(path) for path in steps.values())


def _origins(engine: ox.Store, end: Any, path: _Path) -> set[Any]:
    """The nodes from which `path` leads to `end`."""
    nodes = {end}
    for step in reversed(path):
        walked = (quad for node in nodes for quad in _walked(engine, node, _Step(step.predicate, not step.is_back)))
        nodes = {quad.object if step.is_back else quad.subject for quad in walked}
    return nodes


def _walked(engine: ox.Store, node: Any, step: _Step) -> Iterator[ox.Quad]:
    """The statements by which one step leads on from `node`."""
    if step.is_back:
        return _asserted(engine, None, step.predicate, node)
    return iter(()) if isinstance(node, ox.Literal | ox.Triple) else _asserted(engine, node, step.predicate, None)


def _asserted(engine: ox.Store, subject: Any, predicate: ox.NamedNode | None, value: Any) -> Iterator[ox.Quad]:
    quads = engine.quads_for_pattern(subject, predicate, value, None)
    return (quad for quad in quads if not _is_aside(quad.graph_name))


def _exposed(check: Check, added: Iterable[ox.Quad]) -> Iterator[Finding]:
    """What `check`, that of public graphs, finds among the quads that have come."""
    for quad in added:
        if quad.predicate == _VISIBILITY and quad.object in _NOT_PUBLIC and not _name(quad).startswith(PRIVATE):
            said = {"statement": str(quad.subject).strip("<>"), "graph": _name(quad)}
            message = Text(check.message.de.format(**said), check.message.en.format(**said))
            yield Finding(check.name, Severity.ERROR, message, check.remedy, value=said["statement"])


def _name(quad: ox.Quad) -> str:
    return str(quad.graph_name).strip("<>")


def _is_aside(graph: Any) -> bool:
    """Whether the shapes do not look at a graph; a private one is none of the business of who writes elsewhere."""
    return graph in _ASIDE or (isinstance(graph, ox.NamedNode) and graph.value.startswith(PRIVATE))
