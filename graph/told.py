"""What is told with a property, read whole: many things in the order of the store, in which the engine is quickest.

It would look each thing up anew for each property of a pattern that it has to join; so properties are joined here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from graph.model import Term
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part

FEW = 30_000  # things that are looked up one by one: three of them take as long as ten in the order of the store


@dataclass(frozen=True, slots=True)
class Inverse:
    """A property that is followed from its value to the thing of which it is told."""

    of: IRI


Path = tuple[IRI | Inverse, ...]


def told(
    store: Store, says: IRI, *, things: Collection[Term] | None = None, values: Collection[Term] | None = None
) -> Iterator[tuple[IRI, Term]]:
    """What is told with the property `says`: of which thing which value, of all or of those given.

    >>> from graph.store import store_of
    >>> store = store_of("<urn:a> <urn:p> <urn:b> . <urn:b> <urn:p> <urn:c> .")
    >>> [*told(store, IRI("urn:p"), values=(IRI("urn:c"),))]
    [('urn:b', 'urn:c')]
    """
    bindings: dict[str, Term | tuple[Term, ...]] = {"says": says}
    for name, given in (("thing", things), ("value", values)):
        if given is not None and len(given) <= FEW:
            bindings[name] = tuple(given)
    for thing, value in store.select(part("told"), bindings).rows:
        is_asked = (things is None or thing in things) and (values is None or value in values)
        if isinstance(thing, IRI) and value is not None and is_asked:
            yield thing, value


def along(store: Store, things: Iterable[IRI], path: Path) -> Iterator[tuple[IRI, Term]]:
    """Where a path of properties leads from each of the things, each end once.

    >>> from graph.store import store_of
    >>> store = store_of("<urn:a> <urn:p> <urn:b> . <urn:c> <urn:p> <urn:b> .")
    >>> sorted(along(store, [IRI("urn:a")], (IRI("urn:p"), Inverse(IRI("urn:p")))))
    [('urn:a', 'urn:a'), ('urn:a', 'urn:c')]
    """
    begun: dict[Term, set[IRI]] = {thing: {thing} for thing in things}  # what was reached, from which things
    for step in path:
        reached: defaultdict[Term, set[IRI]] = defaultdict(set)
        if isinstance(step, Inverse):
            for thing, value in told(store, step.of, values=begun):
                reached[thing] |= begun[value]
        else:
            for thing, value in told(store, step, things=begun):
                reached[value] |= begun[thing]
        begun = reached
    return ((thing, end) for end, things in begun.items() for thing in things)
