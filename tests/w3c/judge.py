"""Whether two answers are the same: bags or sequences of rows, graphs and data sets, up to the names of blank nodes."""

from collections import Counter
from collections.abc import Iterable

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad

from .answers import Answer, Row, Solutions
from .terms import canonical

ROWS = "urn:judge:"


def fault(met: Answer, wanted: Answer, *, is_ordered: bool = False, is_lax: bool = False) -> str:
    """How what was met differs from what was wanted; "" if it does not.

    `is_ordered`: the rows are a sequence. `is_lax`: rows may be met less often than wanted, but all must be met.
    """
    if isinstance(wanted, bool) or isinstance(met, bool):
        return "" if met is wanted else f"{_told(wanted)} was wanted, {_told(met)} was met"
    if isinstance(wanted, Solutions) != isinstance(met, Solutions):
        return f"{_told(wanted)} were wanted, {_told(met)} were met"
    if not isinstance(wanted, Solutions) or not isinstance(met, Solutions):
        same = _shape(met) == _shape(wanted)  # type: ignore[arg-type]
        return "" if same else f"{_told(wanted)} were wanted, {_told(met)} others were met"
    if met.variables != wanted.variables:
        return f"variables {sorted(wanted.variables)} were wanted, {sorted(met.variables)} were met"
    if is_lax and len(met.rows) <= len(wanted.rows):
        counts = not is_lax
        same = _shape(_as_quads(met.rows, counts=counts)) == _shape(_as_quads(wanted.rows, counts=counts))
    elif is_ordered:
        same = _shape(_in_sequence(met.rows)) == _shape(_in_sequence(wanted.rows))
    else:
        same = _shape(_as_quads(met.rows)) == _shape(_as_quads(wanted.rows))
    return "" if same else f"{_told(wanted)} were wanted, {_told(met)} others were met"


def _told(answer: Answer) -> str:
    if isinstance(answer, bool):
        return str(answer).lower()
    return f"{len(answer.rows)} rows" if isinstance(answer, Solutions) else f"{len(answer)} quads"


def _shape(quads: Iterable[Quad]) -> Dataset:
    """The quads with their literals by value and their blank nodes by place."""
    shape = Dataset(Quad(quad.subject, quad.predicate, canonical(quad.object), quad.graph_name) for quad in quads)  # type: ignore[arg-type]
    shape.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return shape


def _as_quads(rows: list[Row], *, counts: bool = True) -> list[Quad]:
    """Rows as a bag: one blank node a different row, with how often it is there."""
    bag = Counter(frozenset((name, canonical(term)) for name, term in row.items()) for row in rows)
    quads = []
    for row, count in bag.items():
        quads += _row_as_quads(BlankNode(), dict(row), str(count) if counts else "any")
    return quads


def _in_sequence(rows: list[Row]) -> list[Quad]:
    return [quad for place, row in enumerate(rows) for quad in _row_as_quads(BlankNode(), row, f"row {place}")]


def _row_as_quads(node: BlankNode, row: Row, mark: str) -> list[Quad]:
    cells = [Quad(node, NamedNode(f"{ROWS}variable:{name}"), term) for name, term in row.items()]
    return [Quad(node, NamedNode(f"{ROWS}row"), Literal(mark)), *cells]
