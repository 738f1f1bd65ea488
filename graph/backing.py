"""What stands behind a statement: which graph says it, from which rows of which table, and which sources these name."""

from collections import defaultdict
from dataclasses import dataclass

from graph.describe import Description, Statements, Value
from ontology.terms import IRI, PROV, REV


@dataclass(frozen=True, slots=True)
class Backing:
    """A graph that says something of a thing, with the rows and the sources from which it has it, and their mark."""

    graph: IRI
    rows: tuple[IRI, ...] = ()
    sources: tuple[Value, ...] = ()
    marks: tuple[IRI, ...] = ()


@dataclass(frozen=True, slots=True)
class Backed:
    """Those values of a property that the same graphs say."""

    values: tuple[Value, ...]
    backings: tuple[Backing, ...]


def backed(description: Description, said: Statements) -> tuple[Backed, ...]:
    """The values of a property with what stands behind them, those together that are backed alike.

    >>> from graph.describe import describe
    >>> from graph.store import store_of
    >>> row = "urn:table#row=2"
    >>> seen = describe(store_of(f"<urn:a> <urn:p> 1, 2 ; <{REV.fromRow}> <{row}> ."), IRI("urn:a"))
    >>> [each.backings[0].rows for each in backed(seen, seen.statements[-1])]
    [('urn:table#row=2',)]
    """
    alike: defaultdict[tuple[IRI, ...], list[Value]] = defaultdict(list)
    for value in said.values:
        alike[value.graphs].append(value)
    return tuple(
        Backed(tuple(values), tuple(_backing(description, graph) for graph in graphs))
        for graphs, values in alike.items()
    )


def _backing(description: Description, graph: IRI) -> Backing:
    def said(wanted: IRI) -> tuple[Value, ...]:
        return tuple(value for value in description.values(wanted) if graph in value.graphs)

    return Backing(
        graph,
        rows=tuple(value.term for value in said(REV.fromRow) if isinstance(value.term, IRI)),
        sources=said(PROV.wasDerivedFrom),
        marks=tuple(value.term for value in said(REV.sourcingStatus) if isinstance(value.term, IRI)),
    )
