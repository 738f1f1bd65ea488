"""What an editor of queries completes: the classes and properties in use, as VoID counts them, with their names."""

import re
from dataclasses import dataclass

from graph.describe import Named, short, vocabulary
from graph.publication import counted
from graph.store import Store
from queries.catalogue import part

_PREFIXED = re.compile(r"[\w-]+:[\w-]+")  # what SPARQL reads as a prefixed name without escapes


@dataclass(frozen=True, slots=True)
class Used:
    """A class with the number of its things, or a property with that of its statements."""

    named: Named
    count: int

    @property
    def word(self) -> str:
        """How a query spells it."""
        abbreviated = short(self.named.iri)
        is_short = abbreviated != self.named.iri and _PREFIXED.fullmatch(abbreviated)
        return abbreviated if is_short else f"<{self.named.iri}>"


@dataclass(frozen=True, slots=True)
class Terms:
    """What the snapshot uses, the most frequent first."""

    classes: tuple[Used, ...]
    properties: tuple[Used, ...]


def terms(store: Store) -> Terms:
    """The classes and properties of the snapshot.

    >>> from graph.store import store_of
    >>> [(used.word, used.count) for used in terms(store_of("<urn:a> <urn:p> 1, 2 .")).properties]
    [('<urn:p>', 2)]
    """
    explained = {meaning.named.iri: meaning.named for meaning in vocabulary(store)}

    def used(partition: str) -> tuple[Used, ...]:
        told = sorted(counted(store.select(part(partition))), key=lambda pair: (-pair[1], pair[0]))
        return tuple(Used(explained.get(term, Named(term)), count) for term, count in told)

    return Terms(used("class-partitions"), used("property-partitions"))
