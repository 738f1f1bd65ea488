"""How an answer can be seen beside its table: as bars, on a map, as a network; each only where it suits the answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from api.tiles import SHADES, Tile, tiles_of
from graph.analysis.classes import classes
from graph.analysis.drawing import Point, coordinates, tiles
from graph.analysis.names import names
from graph.describe import short
from graph.model import Literal, Table, Term
from graph.rdf import plain
from graph.store import Store
from ontology.terms import IRI, RDF, XSD

TABLE, BARS, MAP, NETWORK = "table", "bar", "map", "network"  # as questions suggest them
WORDS = {TABLE: "views.table", BARS: "views.bar", MAP: "views.map", NETWORK: "views.network"}
MOST_BARS, MOST_TILES = 25, 100
FIGURES = frozenset((XSD.integer, XSD.decimal, XSD.double, XSD.nonNegativeInteger))
TEXTS = frozenset((XSD.string, RDF.langString))
NORTH, EAST = ("latitude", "lat"), ("longitude", "long", "lon")  # columns that say where a row lies
TRIPLE = ("subject", "predicate", "object")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it is called, its value, and its length as a share of the longest one in [0, 1]."""

    label: str
    value: Decimal
    length: float


@dataclass(frozen=True, slots=True)
class Node:
    """A thing in the network."""

    thing: IRI
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """That a row names two things together; `says` is the property, if the row is a triple."""

    source: IRI
    target: IRI
    says: str


@dataclass(frozen=True, slots=True)
class Net:
    """The things that rows name in pairs, and those pairs."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Views:
    """The drawings of an answer; one that would mislead or say nothing is empty.

    `figure` is the position of the column that bars and tiles show; without it tiles count rows.
    """

    bars: tuple[Bar, ...] = ()
    tiles: tuple[Tile, ...] = ()
    net: Net | None = None
    figure: int | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of the views, the table first, which is always there."""
        drawn = {BARS: self.bars, MAP: self.tiles, NETWORK: self.net}
        return (TABLE, *(name for name, drawing in drawn.items() if drawing))

    def chosen(self, wish: str) -> str:
        """The view that is wished for, or the table if that is not offered."""
        return wish if wish in self.offered else TABLE


def views(table: Table, store: Store, language: str) -> Views:
    """The drawings that suit the rows of `table`; things are called as `store` names them in `language`.

    What a column holds is seen by its cells, so that saved questions and any other query are drawn alike.
    """
    seen = _seen(table, store, language)
    drawn = _points(seen) if seen.point else _tiles(seen, store, language)
    return Views(_bars(seen), drawn, _net(seen), seen.figure)


def ways(drawn: Views, address: Callable[[str], str]) -> tuple[tuple[str, str, str], ...]:
    """The views that are offered, each with its word and, as `address` gives it, where it is seen."""
    return tuple((view, WORDS[view], address(view)) for view in drawn.offered)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A table with the positions of its columns by what they hold, and what its things are called."""

    table: Table
    things: Sequence[int]
    texts: Sequence[int]
    figure: int | None
    point: tuple[int, int] | None
    names: Mapping[Term | None, str]

    def label(self, row: Sequence[Term | None]) -> str:
        """What a row is about, in words: its texts, or without one the name of its first thing."""
        told = [plain(row[place]) for place in self.texts] or [
            self.names.get(row[place], "") for place in self.things[:1]
        ]
        return " · ".join(dict.fromkeys(filter(None, told)))


def _seen(table: Table, store: Store, language: str) -> _Seen:
    columns = list(enumerate(zip(*table.rows, strict=True)))
    things = [place for place, cells in columns if _holds(cells, None)]
    texts = [place for place, cells in columns if _holds(cells, TEXTS)]
    figures = {table.columns[place]: place for place, cells in columns if _holds(cells, FIGURES)}
    north, east = (next((figures.pop(name) for name in pair if name in figures), None) for pair in (NORTH, EAST))
    point = None if north is None or east is None else (north, east)
    return _Seen(
        table, things, texts, next(iter(figures.values()), None), point, _names(table, things, store, language)
    )


def _holds(cells: Sequence[Term | None], datatypes: frozenset[IRI] | None) -> bool:
    """Whether a column holds literals of these datatypes, or IRIs if there are none; what is unbound is passed over."""
    told = [cell for cell in cells if cell is not None]
    if datatypes is None:
        return bool(told) and all(isinstance(cell, IRI) for cell in told)
    return bool(told) and all(isinstance(cell, Literal) and cell.datatype in datatypes for cell in told)


def _names(table: Table, things: Sequence[int], store: Store, language: str) -> Mapping[Term | None, str]:
    """What the answer itself calls its things, in a column `x_name` for `x`, and else their names in the store."""
    pairs = [
        (place, table.columns.index(name))
        for place in things
        if (name := f"{table.columns[place]}_name") in table.columns
    ]
    rows = table.rows
    told: dict[Term | None, str] = {row[thing]: plain(row[name]) for row in rows for thing, name in pairs if row[name]}
    others = {cell for row in rows for cell in row if isinstance(cell, IRI)} - told.keys()
    told.update(names(store, sorted(others), language).items())
    return told


def _bars(seen: _Seen) -> tuple[Bar, ...]:
    """The first rows as bars, as long as their figure; none for a single row, and for figures missing or below zero."""
    rows = seen.table.rows[:MOST_BARS]
    if seen.figure is None or len(rows) < 2 or not (seen.texts or seen.things):
        return ()
    values = [_value(row[seen.figure]) for row in rows]
    most = max((value for value in values if value is not None), default=Decimal(0))
    if most <= 0 or any(value is None or value < 0 for value in values):
        return ()
    told = zip(rows, values, strict=True)
    return tuple(Bar(seen.label(row), value, float(value / most)) for row, value in told if value is not None)


def _tiles(seen: _Seen, store: Store, language: str) -> tuple[Tile, ...]:
    """The places of the answer among all that the store knows, if these are few; several rows of a place are added up.

    Without a figure rows are counted. Ratios of several rows have no sum, and so no map.
    """
    known = coordinates(store) if seen.things else {}
    column = next((each for each in seen.things if all(row[each] in known for row in seen.table.rows)), None)
    if column is None:
        return ()
    values: dict[IRI, Decimal] = {}
    for row in seen.table.rows:
        place, value = row[column], _value(row[seen.figure]) if seen.figure is not None else Decimal(1)
        if not isinstance(place, IRI) or value is None or value < 0 or (place in values and value % 1):
            return ()
        values[place] = values.get(place, Decimal(0)) + value
    drawn = known if len(known) <= MOST_TILES else {place: known[place] for place in values}
    return _laid_out(drawn, names(store, drawn, language), values)


def _points(seen: _Seen) -> tuple[Tile, ...]:
    """Rows that bring their own latitude and longitude, each as a tile."""
    at: dict[IRI, Point] = {}
    labels, values = dict[IRI, str](), dict[IRI, Decimal]()
    for number, row in enumerate(seen.table.rows[:MOST_TILES], start=1):
        north, east = (_value(row[place]) for place in seen.point or ())
        if north is not None and east is not None and abs(north) <= 90 and abs(east) <= 180:
            key = IRI(f"urn:row:{number}")
            at[key], labels[key] = (float(north), float(east)), seen.label(row) or str(number)
            if seen.figure is not None and (value := _value(row[seen.figure])) is not None:
                values[key] = value
    return _laid_out(at, labels, values)


def _laid_out(at: Mapping[IRI, Point], labels: Mapping[IRI, str], values: Mapping[IRI, Decimal]) -> tuple[Tile, ...]:
    return tiles_of(tiles(at), labels, values, classes(map(float, values.values()), SHADES))


def _net(seen: _Seen) -> Net | None:
    """The pairs of things that rows name: of a triple subject and object, else the first two columns of things."""
    is_graph = seen.table.columns == TRIPLE
    if not is_graph and len(seen.things) < 2:
        return None
    one, other = (0, 2) if is_graph else seen.things[:2]
    lines = tuple(
        Line(source, target, short(IRI(str(row[1]))) if is_graph else "")
        for row in seen.table.rows
        if isinstance(source := row[one], IRI) and isinstance(target := row[other], IRI) and source != target
    )
    nodes = dict.fromkeys(end for line in lines for end in (line.source, line.target))
    return Net(tuple(Node(node, seen.names.get(node, short(node))) for node in nodes), lines) if lines else None


def _value(cell: object) -> Decimal | None:
    """The number that a cell holds; None if it holds none, or none that is finite."""
    try:
        value = Decimal(cell.value) if isinstance(cell, Literal) else None
    except InvalidOperation:
        return None
    return value if value is not None and value.is_finite() else None
