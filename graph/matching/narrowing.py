"""What narrows a list of matches: verdict, class, place, backing and kind of evidence, each with how many it leaves."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from graph.model import Match
from ontology.naming import key_of
from ontology.terms import expand

TOLD = frozenset(expand(f"voc:sourcing-status/{name}") for name in ("stated", "found", "found-in-part"))


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an aspect, and how many matches are left if it is chosen beside what the others say."""

    value: str
    count: int
    is_chosen: bool

    @property
    def key(self) -> str:
        """What an address calls it."""
        return key_of(self.value)


@dataclass(frozen=True, slots=True)
class Aspect:
    """What the matches differ in, with its values, the most frequent first."""

    name: str
    values: tuple[Value, ...]


def backing(found: Match) -> str:
    """How far a match is backed: something behind it is "told" by somebody, all is "inferred", or nothing is marked."""
    marks = {each.sourcing for each in found.evidence if each.sourcing}
    return "told" if marks & TOLD else "inferred" if marks else "unmarked"


ASPECTS: Mapping[str, Callable[[Match], Iterable[str]]] = {
    "verdict": lambda found: (found.verdict,),
    "role": lambda found: found.classes,
    "town": lambda found: (found.place,) if found.place else (),
    "backing": lambda found: (backing(found),),
    "evidence": lambda found: {each.kind for each in found.evidence},
}


def meets(found: Match, chosen: Mapping[str, str]) -> bool:
    """Whether a match has every chosen value; a value that is an IRI may be named by its last part."""
    return all(any(key in (value, key_of(value)) for value in ASPECTS[name](found)) for name, key in chosen.items())


def narrowing(matches: Iterable[Match], chosen: Mapping[str, str]) -> tuple[Aspect, ...]:
    """The aspects that tell matches apart, or are chosen; an empty list has those that are chosen."""
    every = tuple(matches)
    found = (_aspect(name, every, chosen) for name in ASPECTS)
    return tuple(each for each in found if len(each.values) > 1 or each.name in chosen)


def _aspect(name: str, matches: Iterable[Match], chosen: Mapping[str, str]) -> Aspect:
    others = {other: key for other, key in chosen.items() if other != name}
    left = Counter(value for each in matches if meets(each, others) for value in ASPECTS[name](each))
    ordered = sorted(left.items(), key=lambda each: (-each[1], each[0]))
    return Aspect(name, tuple(Value(value, n, chosen.get(name) in (value, key_of(value))) for value, n in ordered))
