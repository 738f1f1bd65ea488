"""The form of a kind of record, read from its shapes: a field for each property that a person may say of it.

What the shapes say of a property decides how it is asked for, so a property that joins them joins the form.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from graph.model import Literal, Term
from graph.store import Store, store_of
from ontology.modules import ontology_files, shape_files
from ontology.naming import key_of, rebased
from ontology.terms import ADMS, IRI, PROV, QUDT, RDF, RDFS, REV, SH, SKOS, XSD
from queries.catalogue import part

# what whoever keeps the record says of it, and not whoever asks or offers
KEPT = frozenset({
    ADMS.status, PROV.wasDerivedFrom, REV.confidence, REV.fromRow, REV.hasEvidence, REV.sourcingStatus,
    REV.visibility,
})  # fmt: skip


class Input(StrEnum):
    """In which way a value is given."""

    WORDS = "words"  # in both languages
    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    THING = "thing"  # of the class `Field.range`
    CONCEPT = "concept"  # of the scheme `Field.range`
    CHOICE = "choice"  # one of `Field.choices`
    QUANTITY = "quantity"  # a number with its unit


@dataclass(frozen=True, slots=True)
class Field:
    """One property that a person may say: its names and definitions, and how it is asked for.

    `range` is the class, the scheme or the datatype of its values; `most` is None where there may be any number.
    """

    says: IRI
    input: Input
    range: IRI | None
    names: tuple[Literal, ...]
    definitions: tuple[Literal, ...]
    is_required: bool
    most: int | None
    least: str
    greatest: str
    choices: tuple[IRI, ...] = ()

    @property
    def key(self) -> str:
        """What the form calls it: the end of its IRI."""
        return key_of(self.says)


@cache
def form_of(kind: IRI) -> tuple[Field, ...]:
    """The form of a class by the shapes of this version.

    >>> [field.key for field in form_of(REV.Need)][:3]
    ['prefLabel', 'description', 'needOf']
    """
    return fields(shapes_and_ontology(), kind)


def fields(told: Store, kind: IRI) -> tuple[Field, ...]:
    """The fields of a class in the order of `sh:order`, those without one last; none if no shape knows the class.

    `told` holds shapes and ontology. A property that a narrower one of the same form implies is left out: it is
    concluded.
    """
    by_property: defaultdict[IRI, list[tuple[Term, Term, Term]]] = defaultdict(list)
    rows = told.select(part("form-fields"), {"kind": kind}).rows
    for _, shape, field, says, what in rows:
        if isinstance(field, IRI) and field not in KEPT and shape and says and what:
            by_property[field].append((shape, says, what))
    found = [(_order(said), _field(each, said)) for each, said in by_property.items()]
    return tuple(
        field
        for _, field in sorted(found, key=lambda one: (one[0], one[1].says))
        if not any(narrower in by_property for narrower in _iris(by_property[field.says], RDFS.subPropertyOf))
    )


@cache
def shapes_and_ontology() -> Store:
    """The shapes, and the words and the order of the terms that they speak of."""
    return store_of("\n".join(map(rebased, (*shape_files(), *ontology_files()))))


_Said = Iterable[tuple[Term, Term, Term]]  # of one property: part of a shape, what it says, and the value


def _order(said: _Said) -> float:
    if _iris(said, SH.xone):
        return 0.0  # which kind of record it is comes before all that is said of it
    return min((float(each.value) for each in _literals(said, SH.order)), default=float("inf"))


def _field(told: IRI, said: _Said) -> Field:
    most = [int(each.value) for each in _literals(said, SH.maxCount)]
    choices, ranges = _iris(said, SH.xone), _ranges(said)
    way, range_ = (Input.CHOICE, None) if choices else _asked(ranges)
    return Field(
        told,
        way,
        range_,
        names=_literals(said, SH.name) or _literals(said, RDFS.label),
        definitions=_literals(said, SKOS.definition),
        is_required=bool(choices) or _is_required(said),
        most=1 if choices else min(most, default=None),
        least=next((each.value for each in _literals(said, SH.minInclusive)), ""),
        greatest=next((each.value for each in _literals(said, SH.maxInclusive)), ""),
        choices=choices,
    )


def _ranges(said: _Said) -> Mapping[IRI, IRI]:
    found = {says: _iris(said, says) for says in (SH.datatype, SH.class_, SH.hasValue)}
    return {says: values[0] for says, values in found.items() if values}


def _asked(ranges: Mapping[IRI, IRI]) -> tuple[Input, IRI | None]:
    """How a value is given, and what it is one of."""
    if SH.hasValue in ranges:
        return Input.CONCEPT, ranges[SH.hasValue]
    if SH.class_ in ranges:
        kind = ranges[SH.class_]
        return (Input.QUANTITY if kind == QUDT.QuantityValue else Input.THING), kind
    datatype = ranges.get(SH.datatype)
    return _BY_DATATYPE.get(datatype, Input.TEXT), datatype


_BY_DATATYPE: Mapping[IRI | None, Input] = {
    RDF.langString: Input.WORDS,
    XSD.integer: Input.NUMBER,
    XSD.decimal: Input.NUMBER,
    XSD.date: Input.DAY,
}


def _is_required(said: _Said) -> bool:
    """Whether a part of a shape that refuses asks for at least one value; others only advise."""
    refusing = {shape for shape, says, what in said if says == SH.severity and what == SH.Violation}
    asking = {shape for shape, says, what in said if says == SH.minCount and what != Literal("0", datatype=XSD.integer)}
    return not refusing.isdisjoint(asking)


def _iris(said: _Said, wanted: IRI) -> tuple[IRI, ...]:
    return tuple(dict.fromkeys(what for _, says, what in said if says == wanted and isinstance(what, IRI)))


def _literals(said: _Said, wanted: IRI) -> tuple[Literal, ...]:
    return tuple(dict.fromkeys(what for _, says, what in said if says == wanted and isinstance(what, Literal)))
