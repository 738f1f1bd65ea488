"""What a mapping says of one table: which nodes a row makes, and which column tells what of them.

A mapping is a TOML file. It is checked completely before a row is read: terms against the closed
vocabularies, look-ups, sources, options. `docs/packs.md` is its reference.
"""

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph.errors import PackError
from graph.pack import Pack, read_toml
from graph.tables import TableFormat
from ontology.naming import BASE
from ontology.terms import IRI, XSD, expand

_SLOT = re.compile(r"\{(?:([a-z-]+):)?([^{}:]+)\}")
_FORMAT_KEYS = {"sheet", "delimiter", "encoding", "decimal", "date"}
_TABLE_KEYS = {"table": str, "source": str, "replace": dict, "node": list} | dict.fromkeys(_FORMAT_KEYS, str)
_NODE_KEYS = {"iri": str, "a": list, "says": dict, "each": str, "when": dict, "replace": dict, "shared": bool}
_WHEN_KEYS = {"column": str, "has": str}
_VALUE_KEYS = dict.fromkeys(("column", "iri", "term", "text", "type", "lang", "each", "replace"), str) | {
    "required": bool
}
_LANGUAGE = re.compile(r"[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8})*")

DATATYPES: dict[str, IRI] = {
    "string": XSD.string,
    "integer": XSD.integer,
    "decimal": XSD.decimal,
    "date": XSD.date,
    "boolean": XSD.boolean,
    "uri": XSD.anyURI,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A hole in a template: the cell of `column` as a code, or the registered id of that key of `kind`."""

    column: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Template:
    """An IRI with holes; `parts` alternate between fixed text and slots."""

    parts: tuple[str | Slot, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        return tuple(part for part in self.parts if isinstance(part, Slot))

    @property
    def form(self) -> str:
        """The template without its columns: equal for the node that is made and the link to it."""
        return "".join(part if isinstance(part, str) else "{}" for part in self.parts)

    @property
    def is_ours(self) -> bool:
        return self.form.startswith(BASE)


@dataclass(frozen=True, slots=True)
class Value:
    """Where one object of a statement comes from: a column, a template, or a constant."""

    predicate: IRI
    column: str | None = None
    template: Template | None = None
    constant: str | None = None
    datatype: str = "string"
    language: str | None = None
    each: str | None = None
    required: bool = False
    lookup: str | None = None

    def columns(self) -> set[str]:
        slots = {slot.column for slot in self.template.slots} if self.template else set()
        return slots | {name for name in (self.column, self.each) if name}


@dataclass(frozen=True, slots=True)
class Node:
    """One resource a row makes, or one for each value of a list column."""

    template: Template
    types: tuple[IRI, ...]
    values: tuple[Value, ...]
    each: str | None = None
    when: tuple[str, str] | None = None
    lookups: tuple[tuple[str, str], ...] = ()
    shared: bool = False

    def columns(self) -> set[str]:
        named = {slot.column for slot in self.template.slots}.union(*(value.columns() for value in self.values))
        return named | ({self.each} if self.each else set()) | ({self.when[0]} if self.when else set())


@dataclass(frozen=True, slots=True)
class TableMapping:
    """All that is known of one table before it is opened."""

    path: Path
    table: TableFormat
    source: str
    nodes: tuple[Node, ...]
    lookups: Mapping[str, Mapping[str, str]]

    def columns(self) -> set[str]:
        """Every column that the mapping reads."""
        return set().union(*(node.columns() for node in self.nodes))

    def makes(self) -> set[str]:
        """Forms of the IRIs that the table's own nodes have; what it shares, another table makes."""
        return {node.template.form for node in self.nodes if not node.shared}

    def links_to(self) -> set[str]:
        """Forms of the IRIs that its statements point to, and of those it adds to."""
        pointed = {value.template.form for node in self.nodes for value in node.values if value.template}
        return pointed | {node.template.form for node in self.nodes if node.shared}

    def column_of(self, predicate: IRI) -> str | None:
        """The column that tells a predicate, if there is exactly one."""
        columns = {
            column
            for node in self.nodes
            for value in node.values
            if value.predicate == predicate
            for column in value.columns()
        }
        return columns.pop() if len(columns) == 1 else None


def read_mapping(path: Path, pack: Pack) -> TableMapping:
    """The mapping in `path`.

    Raises `PackError` that names the file, the node and the key at fault.
    """
    document = read_toml(path)
    _checked(path, "the mapping", document, _TABLE_KEYS, needs=("table", "source", "node"))
    name, source = document["table"], document["source"]
    if source not in pack.sources:
        raise PackError(f"{path}: source {source!r} is not in region.toml, which has {', '.join(pack.sources)}.")
    options = {key: document[key] for key in _FORMAT_KEYS & document.keys()}
    if len(options.get("delimiter", ",")) != 1 or not _is_encoding(options.get("encoding", "utf-8")):
        raise PackError(
            f"{path}: a delimiter is one character and an encoding one that Python knows; it has {options}."
        )
    lookups: dict[str, dict[str, str]] = document.get("replace", {})
    nodes = tuple(_node(path, pack, lookups, said) for said in document["node"])
    table = TableFormat(pack.folder / "tables" / name, name, **options)
    return TableMapping(path, table, source, nodes, lookups)


def _node(path: Path, pack: Pack, lookups: Mapping[str, object], said: dict[str, Any]) -> Node:
    _checked(path, "a node", said, _NODE_KEYS, needs=("iri",))
    template = _template(pack, said["iri"])
    replaced = tuple(said.get("replace", {}).items())
    for _, lookup in replaced:
        _known_lookup(path, lookups, lookup)
    when = said.get("when")
    if when is not None:
        _checked(path, "when", when, _WHEN_KEYS, needs=("column", "has"))
    return Node(
        template=template,
        types=tuple(_term(path, name) for name in said.get("a", ())),
        values=tuple(_values(path, pack, lookups, said.get("says", {}))),
        each=said.get("each"),
        when=(when["column"], when["has"]) if when else None,
        lookups=replaced,
        shared=said.get("shared", False),
    )


def _values(path: Path, pack: Pack, lookups: Mapping[str, object], says: dict[str, Any]) -> Iterator[Value]:
    for name, given in says.items():
        predicate = _term(path, name)
        for said in given if isinstance(given, list) else [given]:
            _checked(path, name, said, _VALUE_KEYS)
            if len(said.keys() & {"column", "iri", "term", "text"}) != 1:
                raise PackError(f"{path}: {name} needs exactly one of column, iri, term, text; it has {said}.")
            if said.get("type", "string") not in DATATYPES:
                raise PackError(f"{path}: {name}: type {said['type']!r} is none of {', '.join(DATATYPES)}.")
            if "lang" in said and not _LANGUAGE.fullmatch(said["lang"]):
                raise PackError(f"{path}: {name}: lang {said['lang']!r} is no language tag (BCP 47).")
            if "replace" in said:
                _known_lookup(path, lookups, said["replace"])
            yield Value(
                predicate=predicate,
                column=said.get("column"),
                template=_value_template(path, pack, said),
                constant=said.get("text"),
                datatype=said.get("type", "string"),
                language=said.get("lang"),
                each=said.get("each"),
                required=said.get("required", False),
                lookup=said.get("replace"),
            )


def _value_template(path: Path, pack: Pack, said: dict[str, Any]) -> Template | None:
    if "iri" in said:
        return _template(pack, said["iri"])
    if "term" in said:
        return Template((_term(path, said["term"]),))
    return None


def _template(pack: Pack, text: str) -> Template:
    absolute = text if text.startswith(("http:", "https:")) else BASE + text
    absolute = absolute.replace("{region}", pack.region)
    parts: list[str | Slot] = []
    end = 0
    for slot in _SLOT.finditer(absolute):
        parts += [absolute[end : slot.start()], Slot(slot[2], slot[1])]
        end = slot.end()
    return Template((*parts, absolute[end:]))


def _term(path: Path, name: str) -> IRI:
    """A constant: a CURIE of a known vocabulary, or a path below the base such as `voc/status/open`."""
    if "/" in name.partition(":")[0]:
        return IRI(BASE + name)
    try:
        return expand(name)
    except KeyError as error:
        raise PackError(f"{path}: {error.args[0]}") from error


def _checked(path: Path, what: str, said: object, kinds: Mapping[str, type], *, needs: tuple[str, ...] = ()) -> None:
    """Raise `PackError` unless `said` is a table with only these keys, of these types, and those it needs."""
    if not isinstance(said, dict):
        raise PackError(f"{path}: {what} must be a table in braces or brackets; it is {said!r}.")
    unknown = sorted(said.keys() - kinds.keys())
    if unknown:
        raise PackError(f"{path}: {what} has {', '.join(unknown)}; allowed are {', '.join(sorted(kinds))}.")
    for key in (*needs, *said):
        if not isinstance(said.get(key), kinds[key]):
            raise PackError(f"{path}: {what}: {key} is missing or of the wrong type; it must be {kinds[key].__name__}.")


def _is_encoding(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True


def _known_lookup(path: Path, lookups: Mapping[str, object], name: str) -> None:
    if name not in lookups:
        raise PackError(f"{path}: look-up {name!r} is not defined; there is {', '.join(lookups) or 'none'}.")
