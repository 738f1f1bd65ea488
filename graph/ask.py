"""A question of the catalogue asked of a store: values are checked, then enter as terms."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from graph.errors import UnknownTerm, WrongUse
from graph.model import Bindings, Literal, Quad, Table, Term
from graph.rdf import plain
from graph.store import Store
from ontology.terms import IRI, PROV, REV, XSD, expand, read_iri
from queries import catalogue
from queries.catalogue import Parameter, Question, part

STANDING = (PROV.wasDerivedFrom, REV.sourcingStatus, REV.confidence, REV.fromRow)  # what a statement is worth
MOST_IN_LIST = 50  # values of a parameter that takes several


def question(name: str) -> Question:
    """The question called `name`; raises `UnknownTerm` if there is none."""
    try:
        return catalogue.question(name)
    except KeyError as error:
        raise UnknownTerm(error.args[0]) from error


Values = Mapping[str, str | Sequence[str]]  # by parameter; of a list each


def ask(store: Store, asked: Question, values: Values) -> Table:
    """The answer to a question, in its own order of rows; that of a CONSTRUCT has a row for each triple, in order.

    Raises `WrongUse` that names the parameter, its value and what is allowed.

    >>> from graph.store import store_of
    >>> ask(store_of(""), question("blocking-tasks"), {"lang": "en"}).rows
    ()
    """
    return ask_with(store, asked, bindings_of(store, asked, values))


def ask_with(store: Store, asked: Question, bindings: Bindings) -> Table:
    """The answer to a question whose variables stand for terms already."""
    if asked.is_graph:
        return in_order(store.construct(asked.sparql, bindings))
    return store.select(asked.sparql, bindings)


def in_order(triples: Iterable[Sequence[Term | None]]) -> Table:
    """The triples of a graph as rows, each once, always in the same order."""
    return Table(("subject", "predicate", "object"), tuple(sorted({tuple(triple) for triple in triples}, key=str)))


def bindings_of(store: Store, asked: Question, values: Values) -> Bindings:
    """The terms that the variables of a question stand for; raises `WrongUse` as `ask` does."""
    told = completed(asked, values)
    return {each.name: _given(store, each, told[each.name]) for each in asked.parameters}


def offered(store: Store, parameter: Parameter) -> tuple[tuple[str, str], ...]:
    """The values that a parameter's query finds in the data, each with its name."""
    if parameter.values is None:
        return ()
    rows = store.select(parameter.values).rows
    return tuple((plain(value), plain(name[0] if name else value)) for value, *name in rows)


def backing(store: Store, asked: Question, row: Sequence[Term | None]) -> tuple[Quad, ...]:
    """The statements behind a row: what the things that its question marks say of the row and of their own standing."""
    cells = dict(zip((column.name for column in asked.columns), row, strict=True))
    things = tuple(dict.fromkeys(cell for name in asked.why if isinstance(cell := cells[name], IRI)))
    if not things:
        return ()
    told = store.select(part("backing"), {"thing": things}).rows
    return tuple(
        (thing, says, what, graph)
        for thing, says, what, graph in told
        if thing and isinstance(says, IRI) and isinstance(graph, IRI) and what and (what in row or says in STANDING)
    )


def completed(asked: Question, values: Values) -> dict[str, str | Sequence[str]]:
    """The values with the defaults of what was not told.

    Raises `WrongUse` if a parameter is unknown, or has neither value nor default.

    >>> completed(question("blocking-tasks"), {})
    {'lang': 'de'}
    """
    known = {each.name: each for each in asked.parameters}
    for name in values.keys() - known.keys():
        raise WrongUse(f"{asked.name} has no parameter {name!r}. It has: {', '.join(known) or 'none'}.")
    told = {name: values.get(name, each.default) for name, each in known.items()}
    for name, value in told.items():
        if not value:
            raise WrongUse(f"{asked.name} needs a value for {name!r}: {known[name].says.en}.")
        if not isinstance(value, str) and len(value) > (MOST_IN_LIST if known[name].is_list else 1):
            raise WrongUse(f"{name} has {len(value)} values. {_how_many(known[name])}")
    return {name: value for name, value in told.items() if value is not None}


def _how_many(parameter: Parameter) -> str:
    return f"It takes up to {MOST_IN_LIST}." if parameter.is_list else "It takes one."


def _given(store: Store, parameter: Parameter, told: str | Sequence[str]) -> Term | tuple[Term, ...]:
    values = (told,) if isinstance(told, str) else told
    terms = tuple(_term(store, parameter, value) for value in values)
    return terms if parameter.is_list else terms[0]


def _term(store: Store, parameter: Parameter, value: str) -> Term:
    if parameter.allowed and value not in parameter.allowed:
        raise WrongUse(f"{parameter.name} is {value!r}. Allowed are {', '.join(parameter.allowed)}.")
    known = [each for each, _ in offered(store, parameter)]
    if known and value not in known:
        raise WrongUse(f"{parameter.name} is {value!r}. The data hold {', '.join(known[:20])}.")
    if parameter.type == "iri":
        return _thing(store, parameter, value)
    datatype, is_one, form = _LITERALS[parameter.type]
    if not is_one(value):
        raise WrongUse(f"{parameter.name} is {value!r}, which is no {parameter.type}. Write {form}.")
    return Literal(value, datatype=datatype)


def _thing(store: Store, parameter: Parameter, value: str) -> IRI:
    """The IRI that `value` gives in full or abbreviated, if it is what the parameter allows."""
    try:
        thing = read_iri(value)
    except KeyError as error:
        raise WrongUse(f"{parameter.name} is {value!r}, which is no IRI. {error.args[0]}") from error
    for name, variable, allowed in (
        ("is-a", "kind", parameter.kind),
        ("is-in-scheme", "scheme", parameter.scheme),
    ):
        if allowed and not store.ask(part(name), {"node": thing, variable: expand(allowed)}):
            raise WrongUse(f"{parameter.name} is {value!r}. Allowed is what the snapshot holds of {allowed}.")
    return thing


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


_LITERALS: dict[str, tuple[IRI, Callable[[str], object], str]] = {
    "text": (XSD.string, lambda _: True, "any text"),
    "integer": (XSD.integer, re.compile(r"[+-]?[0-9]+").fullmatch, "digits, like 2030"),
    "decimal": (XSD.decimal, re.compile(r"[+-]?[0-9]+(\.[0-9]+)?").fullmatch, "digits and a point, like 0.6"),
    "date": (XSD.date, _is_day, "YYYY-MM-DD, like 2026-11-23"),
    "boolean": (XSD.boolean, ("true", "false").__contains__, "true or false"),
}
