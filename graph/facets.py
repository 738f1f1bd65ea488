"""Lists that can be narrowed: by facets, each value with the number of entries that it would leave, and by words."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from graph.analysis.names import named_all
from graph.describe import Named
from graph.kinds import Facet, Kind
from graph.listing import Entries, Entry
from graph.matching.arrays import Integers
from graph.model import Literal, Term
from graph.store import Store
from graph.told import along, told
from ontology.naming import key_of
from ontology.terms import DCTERMS, IRI, PROV, REV, SKOS
from queries.catalogue import part

Mask = NDArray[np.bool_]  # of the entries of a list those that are meant
_TEXTS = (DCTERMS.description, SKOS.definition, SKOS.altLabel, REV.formerName, REV.needOfGroup)
_DAYS = (REV.validFrom, PROV.startedAtTime, DCTERMS.temporal)
_YEAR = re.compile(r"[0-9]{4}")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that a list can be narrowed to: its key, its names if it is a thing, and how many entries it leaves."""

    key: str
    named: Named | None
    count: int


@dataclass(frozen=True, slots=True)
class _Values:
    """Which entries have which values of a facet: `entry` has `value`, both numbers, in as many pairs."""

    keys: tuple[str, ...]
    named: tuple[Named | None, ...]
    number: Mapping[str, int]  # of a value, by its key and by its IRI
    entry: Integers
    value: Integers
    totals: tuple[int, ...]  # how many entries have each value

    def mask(self, value: int, length: int) -> Mask:
        """Which of `length` entries have a value."""
        found = np.zeros(length, dtype=np.bool_)
        found[self.entry[self.value == value]] = True
        return found

    def counts(self, among: Mask) -> Integers:
        """How many of the entries `among` have each value."""
        return np.bincount(self.value[among[self.entry]], minlength=len(self.keys)).astype(np.int32)


class Listing:
    """All things of a kind, numbered as in `entries`, with what they can be narrowed and ordered by."""

    def __init__(self, store: Store, kind: Kind, known: Entries) -> None:
        self.kind = kind
        self.entries = known(kind.of)
        numbers = self.numbers = {entry.named.iri: number for number, entry in enumerate(self.entries)}
        self._values = {facet.name: _values(store, kind, facet, numbers, known) for facet in kind.facets}
        self._texts = _texts(store, self.entries, numbers)
        self._days = _days(store, numbers)
        self._parents = _parents(store, numbers)
        self._ranked = cache(self._in_order)

    @cached_property
    def orders(self) -> tuple[str, ...]:
        """What the entries can be ordered by, the usual first."""
        offered = {
            "tree": bool(self._parents),
            "number": any(entry.identifier for entry in self.entries),
            "name": True,
            "newest": bool(self._days),
        }
        return tuple(order for order, is_offered in offered.items() if is_offered)

    def key(self, facet: str, value: str) -> str | None:
        """The key of a value that is called by its key or its IRI; None if the facet has none such."""
        values = self._values[facet]
        return values.keys[values.number[value]] if value in values.number else None

    def choice(self, facet: str, key: str) -> Choice:
        """A value by its key, with the number of entries that have it."""
        values, number = self._values[facet], self._values[facet].number[key]
        return Choice(values.keys[number], values.named[number], values.totals[number])

    def narrowed(self, chosen: Mapping[str, str], text: str = "") -> "Narrowed":
        """The list narrowed to the `chosen` value, a key, of each facet, and to entries with every word of `text`."""
        return Narrowed(
            self, self._with_words(text), {facet: Chosen(key, self._mask(facet, key)) for facet, key in chosen.items()}
        )

    def count(self, facet: str, value: IRI) -> int:
        """How many entries have a value."""
        key = self.key(facet, value)
        return self.choice(facet, key).count if key else 0

    def ordered(self, found: Mask, order: str, language: str) -> Integers:
        """The numbers of the entries `found` in the order asked for, one of `orders`."""
        ranked = self._ranked(order, "de" if language == "de" else "en")
        return ranked[found[ranked]]

    def counted(self, facet: str, among: Mask, *, besides: str | None) -> tuple[Choice, ...]:
        """The values of a facet that some of the entries `among` have, and the key `besides`, most frequent first."""
        values = self._values[facet]
        counts = values.counts(among)
        shown = (number for number, key in enumerate(values.keys) if counts[number] or key == besides)
        found = (Choice(values.keys[each], values.named[each], int(counts[each])) for each in shown)
        return tuple(sorted(found, key=lambda choice: (-choice.count, choice.key)))

    def values_of(self, facet: str, listed: Integers) -> dict[int, list[Choice]]:
        """The values of a facet that each of the entries `listed` has, by its number."""
        values, held = self._values[facet], defaultdict(list)
        pairs = np.isin(values.entry, listed)
        for entry, value in zip(values.entry[pairs].tolist(), values.value[pairs].tolist(), strict=True):
            held[entry].append(Choice(values.keys[value], values.named[value], 1))
        return dict(held)

    def lineage(self, number: int) -> tuple[Named, ...]:
        """What an entry is part of, the broadest first; of several broader things the first counts."""
        path: list[int] = []
        while number in self._parents and self._parents[number] not in path:
            number = self._parents[number]
            path.insert(0, number)
        return tuple(self.entries[each].named for each in path)

    def below(self, number: int) -> tuple[Named, ...]:
        """What is directly part of an entry."""
        return tuple(self.entries[each].named for each, parent in self._parents.items() if parent == number)

    def _in_order(self, order: str, language: str) -> Integers:
        """The numbers of all entries in an order."""
        if order == "number":
            return np.arange(len(self.entries), dtype=np.int32)
        if order == "name":
            return self._by_name(language)
        by_name = self._ranked("name", language)
        if order == "tree":
            return np.fromiter(self._down(by_name), dtype=np.int32, count=len(self.entries))
        newest = sorted(by_name.tolist(), key=lambda each: self._days.get(each, ""), reverse=True)
        return np.array(newest, dtype=np.int32)

    def _by_name(self, language: str) -> Integers:
        names = [_sorted_as(entry.named.name(language).value) for entry in self.entries]
        return np.array(sorted(range(len(names)), key=lambda each: (names[each], each)), dtype=np.int32)

    def _down(self, ranked: Integers) -> Iterator[int]:
        """All entries, each before those that it is broader than."""
        below: defaultdict[int | None, list[int]] = defaultdict(list)
        for number in ranked.tolist():
            below[self._parents.get(number)].append(number)
        seen: set[int] = set()
        # what broader relations in a circle cut off from the top stands at the end
        ahead = [*reversed(ranked.tolist()), *reversed(below[None])]
        while ahead:
            number = ahead.pop()
            if number not in seen:
                seen.add(number)
                yield number
                ahead += reversed(below[number])

    def _mask(self, facet: str, key: str) -> Mask:
        values = self._values[facet]
        return values.mask(values.number[key], len(self.entries))

    def _with_words(self, text: str) -> Mask:
        words = tuple(dict.fromkeys(text.casefold().split()))
        if not words:
            return np.ones(len(self.entries), dtype=np.bool_)
        return np.fromiter((all(word in told for word in words) for told in self._texts), np.bool_, len(self._texts))


@dataclass(frozen=True, slots=True)
class Narrowed:
    """A list with the conditions that hold: which entries have the words, and which have the value of each facet."""

    listing: Listing
    with_words: Mask
    chosen: Mapping[str, "Chosen"]

    @property
    def found(self) -> Mask:
        """The entries that meet all conditions."""
        return self._meeting(self.chosen)

    def choices(self, facet: str) -> tuple[Choice, ...]:
        """The values of a facet among the entries that meet all other conditions, those of most entries first."""
        others = [name for name in self.chosen if name != facet]
        besides = self.chosen[facet].key if facet in self.chosen else None
        return self.listing.counted(facet, self._meeting(others), besides=besides)

    def _meeting(self, facets: Iterable[str]) -> Mask:
        met = self.with_words.copy()
        for facet in facets:
            met &= self.chosen[facet].mask
        return met


@dataclass(frozen=True, slots=True)
class Chosen:
    """A condition: the key of the value that is chosen, and the entries that have it."""

    key: str
    mask: Mask


def _values(store: Store, kind: Kind, facet: Facet, numbers: Mapping[IRI, int], known: Entries) -> _Values:
    ends = chain.from_iterable(along(store, numbers, path) for path in facet.paths)
    asked = _asked(store, facet.question, kind.of) if facet.question else ()
    pairs = {(numbers[thing], value) for thing, value in chain(ends, asked) if thing in numbers}
    held = sorted({value for _, value in pairs}, key=_whole)
    things = named_all(store, (value for value in held if isinstance(value, IRI)))
    things |= {entry.named.iri: entry.named for entry in known(facet.among)} if facet.among else {}
    terms = tuple(dict.fromkeys((*held, *things)))
    wholes = [_whole(term) for term in terms]
    of_same_key = Counter(map(key_of, wholes))
    keys = tuple(key_of(whole) if of_same_key[key_of(whole)] == 1 else whole for whole in wholes)
    place = {term: number for number, term in enumerate(terms)}
    numbered = np.array([(entry, place[value]) for entry, value in pairs], dtype=np.int32).reshape(-1, 2)
    entry, value = numbered.T
    in_order = np.lexsort((value, entry))
    return _Values(
        keys,
        tuple(things[term] if isinstance(term, IRI) else None for term in terms),
        {key: number for number, term in enumerate(terms) for key in (_whole(term), keys[number])},
        entry[in_order],
        value[in_order],
        tuple(np.bincount(value, minlength=len(keys)).tolist()),
    )


def _asked(store: Store, question: str, kind: IRI) -> Iterator[tuple[IRI, Term]]:
    for _, thing, value in store.select(part(question), {"kind": kind}).rows:
        if isinstance(thing, IRI) and value is not None:
            yield thing, value


def _whole(term: Term) -> str:
    return term.value if isinstance(term, Literal) else str(term)


def _texts(store: Store, listed: tuple[Entry, ...], numbers: Mapping[IRI, int]) -> tuple[str, ...]:
    """What words are looked for in, an entry each, with upper and lower case alike."""
    lines = [[entry.identifier, *(name.value for name in entry.named.names), *entry.owners] for entry in listed]
    for thing, text in chain.from_iterable(told(store, says, things=numbers) for says in _TEXTS):
        if isinstance(text, Literal):
            lines[numbers[thing]].append(text.value)
    return tuple("\n".join(texts).casefold() for texts in lines)


def _days(store: Store, numbers: Mapping[IRI, int]) -> dict[int, str]:
    """Since when each entry holds: a day, or as much of one as is told."""
    days: dict[int, str] = {}
    for thing, day in chain.from_iterable(told(store, says, things=numbers) for says in _DAYS):
        if isinstance(day, Literal) and _YEAR.match(day.value):
            days[numbers[thing]] = max(day.value, days.get(numbers[thing], ""))
    return days


def _parents(store: Store, numbers: Mapping[IRI, int]) -> dict[int, int]:
    parents: dict[int, int] = {}
    for thing, broader in sorted(told(store, SKOS.broader, things=numbers), key=str):
        if isinstance(broader, IRI) and broader in numbers:
            parents.setdefault(numbers[thing], numbers[broader])
    return parents


def _sorted_as(name: str) -> str:
    """A name as it is put in order: as DIN 5007-1 has it, umlauts like their vowels."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
