"""What the things of an analysis are called, how they are defined and how far they are backed."""

from collections.abc import Iterable

from graph.describe import Named
from graph.model import Literal
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part


def names(store: Store, things: Iterable[IRI], language: str) -> dict[IRI, str]:
    """The name of each thing in `language`, else in any; its abbreviated IRI if it has none."""
    return {thing: named.name(language).value for thing, named in named_all(store, things).items()}


def named_all(store: Store, things: Iterable[IRI]) -> dict[IRI, Named]:
    """Each thing with all its names, asked for together, which is much faster than one by one."""
    return {thing: Named(thing, tuple(found)) for thing, found in _texts(store, "analysis-names", things).items()}


def definitions(store: Store, things: Iterable[IRI]) -> dict[IRI, tuple[Literal, ...]]:
    """What the snapshot says that each thing is, in every language."""
    return {thing: tuple(found) for thing, found in _texts(store, "analysis-definitions", things).items()}


def standings(store: Store, things: Iterable[IRI]) -> dict[IRI, IRI]:
    """How far each thing is backed, if the snapshot says so: stated, found, inferred, a placeholder."""
    wanted = tuple(dict.fromkeys(things))
    rows = store.select(part("analysis-standings"), {"thing": wanted}).rows if wanted else ()
    return {thing: mark for thing, mark in rows if isinstance(thing, IRI) and isinstance(mark, IRI)}


def _texts(store: Store, question: str, things: Iterable[IRI]) -> dict[IRI, list[Literal]]:
    wanted = tuple(dict.fromkeys(things))
    told: dict[IRI, list[Literal]] = {thing: [] for thing in wanted}
    for thing, text in store.select(part(question), {"thing": wanted}).rows if wanted else ():
        if isinstance(thing, IRI) and isinstance(text, Literal):
            told[thing].append(text)
    return told
