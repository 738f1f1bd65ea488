"""What the things of an analysis are called."""

from collections.abc import Iterable

from graph.describe import Named
from graph.model import Literal
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part


def names(store: Store, things: Iterable[IRI], language: str) -> dict[IRI, str]:
    """The name of each thing in `language`, else in any; its abbreviated IRI if it has none."""
    wanted = tuple(dict.fromkeys(things))
    told: dict[IRI, list[Literal]] = {thing: [] for thing in wanted}
    for thing, name in store.select(part("analysis-names"), {"thing": wanted}).rows if wanted else ():
        if isinstance(thing, IRI) and isinstance(name, Literal):
            told[thing].append(name)
    return {thing: Named(thing, tuple(found)).name(language).value for thing, found in told.items()}
