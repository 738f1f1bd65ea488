"""A directory of the things of a kind: what somebody types becomes the thing that is meant."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from graph.describe import Named
from graph.listing import Entries
from graph.model import Literal
from graph.store import Store
from graph.told import told
from ontology.naming import key_of
from ontology.terms import IRI, REV, SKOS

KINDS = {
    "actor": REV.Actor,
    "competence": REV.Competence,
    "need": REV.Need,
    "offer": REV.Offer,
    "place": REV.Place,
    "technology": REV.Technology,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing of the directory: whose it is, and the things of its kind above it, the topmost first."""

    named: Named
    owners: tuple[str, ...] = ()
    above: tuple[Named, ...] = ()


class Directory:
    """All things of a kind, each below what is above it and otherwise by name."""

    def __init__(self, things: Sequence[Listed], others: Mapping[IRI, Sequence[str]]) -> None:
        self._things = tuple(things)
        self._names = [_names(each, others) for each in things]
        self._texts = [
            "\n".join((*names, *each.owners)).casefold() for names, each in zip(self._names, things, strict=True)
        ]
        self._called: defaultdict[str, dict[int, None]] = defaultdict(dict)
        for place, each in enumerate(things):
            for key in (each.named.iri, key_of(each.named.iri), *self._names[place]):
                self._called[key][place] = None

    @classmethod
    def of(cls, store: Store, kind: IRI, known: Entries) -> Self:
        """The directory of the things of class `kind`, whose entries are among those that are `known`.

        >>> from graph.listing import known_entries
        >>> from graph.store import store_of
        >>> store = store_of(f"<urn:a> a <{REV.Actor}> ; <{SKOS.prefLabel}> 'Kokerei' ; <{SKOS.altLabel}> 'Werk' .")
        >>> [each.named.iri for each in Directory.of(store, REV.Actor, known_entries(store)).suggested("wer", limit=5)]
        ['urn:a']
        """
        others: defaultdict[IRI, list[str]] = defaultdict(list)
        upper: dict[IRI, IRI] = {}
        things = {entry.named.iri: entry for entry in known(kind)}
        for thing, name in told(store, SKOS.altLabel, things=things):
            if isinstance(name, Literal):
                others[thing].append(name.value)
        for thing, broader in sorted(told(store, SKOS.broader, things=things), key=str):
            if isinstance(broader, IRI) and broader in things:
                upper.setdefault(thing, broader)
        listed = [
            Listed(
                entry.named, entry.owners, tuple(things[each].named for each in _above(thing, upper) if each in things)
            )
            for thing, entry in things.items()
        ]
        return cls(sorted(listed, key=_in_tree), others)

    def suggested(self, text: str, *, limit: int) -> list[Listed]:
        """The things whose names hold every word of `text`: first those called so, then those that begin so.

        Without a text, the first of the directory.
        """
        wanted = text.casefold().split()
        if not wanted:
            return list(self._things[:limit])
        found = [place for place, told in enumerate(self._texts) if all(word in told for word in wanted)]
        whole = " ".join(wanted)
        found.sort(key=lambda place: (self._nearness(place, whole), place))
        return [self._things[place] for place in found[:limit]]

    def meant(self, text: str) -> list[Listed]:
        """The things that `text` names: by IRI, by the last part of it, or by a name; several if it is ambiguous."""
        places = self._called.get(text) or self._called.get(text.strip().casefold()) or {}
        return [self._things[place] for place in places]

    def _nearness(self, place: int, whole: str) -> int:
        names = self._names[place]
        if whole in names:
            return 0
        if any(name.startswith(whole) for name in names):
            return 1
        return 2 if any(f" {whole}" in name for name in names) else 3


def _names(listed: Listed, others: Mapping[IRI, Sequence[str]]) -> tuple[str, ...]:
    told = (*(name.value for name in listed.named.names), *others.get(listed.named.iri, ()))
    return tuple(dict.fromkeys(name.casefold() for name in told))


def _above(thing: IRI, upper: dict[IRI, IRI]) -> tuple[IRI, ...]:
    """What stands above `thing`, the topmost first; a circle is followed once around."""

    def climbed() -> Iterator[IRI]:
        seen, at = {thing}, upper.get(thing)
        while at and at not in seen:
            seen.add(at)
            yield at
            at = upper.get(at)

    return tuple(reversed(list(climbed())))


def _in_tree(listed: Listed) -> tuple[tuple[str, str], ...]:
    return tuple((each.name("de").value.casefold(), str(each.iri)) for each in (*listed.above, listed.named))
