"""From one row to its triples: a mapping compiled against a table's header.

Each node of the mapping becomes one function and each value of a node another, so that a row costs a few calls.
Triples leave as N-Triples lines (https://www.w3.org/TR/n-triples/).
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from graph.cells import BadCell, escaped, lexical_form, split
from graph.findings import Finding, finding
from graph.mapping import DATATYPES, Node, Slot, TableMapping, Template, Value
from graph.references import References
from graph.register import Register
from ontology.naming import ID
from ontology.terms import RDF, REV

Cells = list[str]
_Text = Callable[[Cells], str | None]


class RowWriter:
    """Turns rows of one table into lines, and reports what it cannot read."""

    def __init__(
        self,
        mapping: TableMapping,
        header: tuple[str, ...],
        *,
        region: str,
        register: Register,
        links: References,
        report: Callable[[Finding], None],
    ) -> None:
        self._mapping, self._header = mapping, header
        self._register, self._links, self._report = register, links, report
        self._row_iri = f"{ID}{region}/table/{quote(mapping.table.name)}#row="
        self._nodes = [self._compile_node(node) for node in mapping.nodes]

    def lines(self, row: int, cells: Cells) -> list[str] | None:
        """The N-Triples lines of a row; None if it is refused. All its faults are reported."""
        out: list[str] = []
        sound = [write(row, cells, out) for write in self._nodes]
        return out if all(sound) else None

    def _compile_node(self, node: Node) -> Callable[[int, Cells, list[str]], bool]:
        subject_of = self._compile_template(
            node.template, {name: self._lookup(name, key) for name, key in node.lookups}
        )
        types = "".join(f" <{RDF.type}> <{kind}> .\n\0" for kind in node.types).split("\0")[:-1]
        from_row = f" <{REV.fromRow}> <{self._row_iri}"
        values = [self._compile_value(value, node) for value in node.values]
        when = node.when and (self._header.index(node.when[0]), node.when[1])
        each = self._header.index(node.each) if node.each else None

        def write_one(row: int, cells: Cells, out: list[str]) -> bool:
            try:
                iri = subject_of(cells)
            except BadCell as bad:
                self._refuse(bad, row)
                return False
            if iri is None:
                return each is not None or node.shared or self._refuse_empty(node.template, row, cells)
            earlier = self._links.define(iri, f"{self._mapping.table.name}, row {row}")
            sound = node.shared or not earlier
            if earlier and not sound:
                self._found("duplicate-id", row, column=self._key_column(node), value=iri, first=earlier)
            subject = f"<{iri}>"
            out.extend([subject + line for line in types])
            out.append(f"{subject}{from_row}{row}> .\n")
            for write in values:
                sound = write(subject, row, cells, out) and sound
            return sound

        def write_all(row: int, cells: Cells, out: list[str]) -> bool:
            if when and when[1] not in split(cells[when[0]]):
                return True
            if each is None:
                return write_one(row, cells, out)
            sound = True
            for part in split(cells[each]):
                sound = write_one(row, [*cells[:each], part, *cells[each + 1 :]], out) and sound
            return sound

        return write_all

    def _compile_value(self, value: Value, node: Node) -> Callable[[str, int, Cells, list[str]], bool]:
        object_of = self._compile_object(value, node)
        head = f" <{value.predicate}> "
        each = self._header.index(value.each) if value.each else None
        points = value.template is not None and value.template.is_ours
        column = value.column or value.each or next(iter(sorted(value.columns())), None)

        def write_one(subject: str, row: int, cells: Cells, out: list[str]) -> bool:
            try:
                found = object_of(cells)
            except BadCell as bad:
                self._refuse(bad, row)
                return False
            if found is None:
                if value.required:
                    self._found("empty-cell", row, column=column)
                return not value.required
            if points:
                cell = cells[self._header.index(column)] if column else found[1:-1]
                self._links.point(found[1:-1], lambda: self._finding("dangling", row, column=column, value=cell))
            out.append(f"{subject}{head}{found} .\n")
            return True

        def write_each(subject: str, row: int, cells: Cells, out: list[str]) -> bool:
            assert each is not None
            sound = True
            for part in split(cells[each]):
                sound = write_one(subject, row, [*cells[:each], part, *cells[each + 1 :]], out) and sound
            return sound

        return write_one if each is None else write_each

    def _compile_object(self, value: Value, node: Node) -> _Text:
        if value.template is not None:
            lookups = {name: self._lookup(name, key) for name, key in node.lookups}
            if value.lookup:
                lookups |= {name: self._lookup(name, value.lookup) for name in value.columns()}
            render = self._compile_template(value.template, lookups)

            def link(cells: Cells) -> str | None:
                iri = render(cells)
                return None if iri is None else f"<{iri}>"

            return link
        tail = f"@{value.language}" if value.language else _datatype_tail(value.datatype)
        if value.column is None:
            constant = f'"{escaped(value.constant or "")}"{tail}'
            return lambda _: constant
        cell_of = self._compile_cell(value.column, value, node)
        lexical = lexical_form(value.datatype, value.column, self._mapping.table)
        if value.datatype == "uri":

            def address(cells: Cells) -> str | None:
                cell = cell_of(cells)
                return f"<{lexical(cell)}>" if cell else None

            return address

        def literal(cells: Cells) -> str | None:
            cell = cell_of(cells)
            return f'"{lexical(cell)}"{tail}' if cell else None

        return literal

    def _compile_cell(self, column: str, value: Value, node: Node) -> _Text:
        position = self._header.index(column)
        name = value.lookup or dict(node.lookups).get(column)
        if name is None:
            return lambda cells: cells[position]
        replaced = self._lookup(column, name)
        return lambda cells: replaced(cells[position]) if cells[position] else None

    def _lookup(self, column: str, name: str) -> Callable[[str], str]:
        table = self._mapping.lookups[name]

        def replaced(cell: str) -> str:
            try:
                return table[cell]
            except KeyError:
                raise BadCell("unknown-code", column, cell, table=name, known=", ".join(table)) from None

        return replaced

    def _compile_template(self, template: Template, lookups: dict[str, Callable[[str], str]]) -> _Text:
        pieces = [
            part if isinstance(part, str) else self._compile_slot(part, lookups.get(part.column))
            for part in template.parts
        ]

        def render(cells: Cells) -> str | None:
            text = ""
            for piece in pieces:
                found = piece if isinstance(piece, str) else piece(cells)
                if found is None:
                    return None
                text += found
            return text

        return render

    def _compile_slot(self, slot: Slot, replaced: Callable[[str], str] | None) -> _Text:
        position, kind, register = self._header.index(slot.column), slot.kind, self._register

        def code(cells: Cells) -> str | None:
            cell = cells[position]
            if not cell:
                return None
            if replaced:
                cell = replaced(cell)
            if kind:
                return register.id(kind, cell)
            return cell if cell.isascii() and cell.isalnum() else quote(cell, safe="-._~/")

        return code

    def _refuse(self, bad: BadCell, row: int) -> None:
        self._found(bad.rule, row, column=bad.column, value=bad.value, **bad.slots)

    def _refuse_empty(self, template: Template, row: int, cells: Cells) -> bool:
        for slot in template.slots:
            if not cells[self._header.index(slot.column)]:
                self._found("empty-cell", row, column=slot.column)
        return False

    def _found(self, rule: str, row: int, **slots: Any) -> None:
        self._report(self._finding(rule, row, **slots))

    def _finding(self, rule: str, row: int, **slots: Any) -> Finding:
        return finding(rule, file=self._mapping.table.name, sheet=self._mapping.table.sheet, row=row, **slots)

    @staticmethod
    def _key_column(node: Node) -> str | None:
        return node.template.slots[-1].column if node.template.slots else None


def _datatype_tail(datatype: str) -> str:
    return "" if datatype == "string" else f"^^<{DATATYPES[datatype]}>"
