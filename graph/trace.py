"""Back from a node of the graph to the table row and column it was read from."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from graph.mapping import TableMapping
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was read: table, its sheet, row as a spreadsheet shows it, and column if it is known."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None


class Tracer:
    """Finds origins in a store whose nodes carry `rev:fromRow`."""

    def __init__(self, store: Store, mappings: Iterable[TableMapping]) -> None:
        self._store = store
        self._mappings = {mapping.table.name: mapping for mapping in mappings}

    def origin(self, node: IRI, predicate: IRI | None = None) -> Origin:
        """The row a node comes from; of several, the one whose table has a column for `predicate`.

        A node of a vocabulary or scheme has no row: its IRI then stands for the file.
        """
        rows = [row for (row,) in self._store.select(part("rows-of"), {"node": node}).rows if isinstance(row, IRI)]
        origins = [self._origin(row, predicate) for row in rows]
        return min(origins, key=lambda origin: origin.column is None, default=Origin(node))

    def _origin(self, row: IRI, predicate: IRI | None) -> Origin:
        path, _, number = row.partition("#row=")
        table = unquote(path.rpartition("/")[2])
        mapping = self._mappings.get(table)
        column = mapping.column_of(predicate) if mapping and predicate else None
        return Origin(table, mapping.table.sheet if mapping else None, int(number), column)
