"""How a text is understood: each concept with the places of its words, what else it might have been, and the rest."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graph.matching.analysis import words
from graph.matching.index import MatchIndex
from graph.matching.needs import profile_from_text
from graph.matching.taxonomy import Taxonomy
from graph.model import NeedConcept, Text
from ontology.terms import IRI

MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word of a text, and the characters it takes, the end not included."""

    word: str
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Alternative:
    """A concept beside the recognised one: exact, narrower, broader or related to it."""

    iri: IRI
    label: Text
    relation: str


@dataclass(frozen=True, slots=True)
class Understood:
    """A concept that a text speaks of, where it does, and the nearest concepts that might have been meant."""

    concept: NeedConcept
    spoken: tuple[Spoken, ...]
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Understanding:
    """The concepts of a text, the heaviest first, and the telling words that nothing recognised."""

    concepts: tuple[Understood, ...]
    unrecognised: tuple[Spoken, ...]


def understand(index: MatchIndex, text: str, language: str) -> Understanding:
    """How a text in German or English is understood; raises `WrongUse` if it is too long to be read."""
    profile = profile_from_text(index, text, language)
    taxonomies = ((profile.competences, index.competences), (profile.technologies, index.technologies))
    found = [
        Understood(concept, tuple(_spoken(text, concept.words)), tuple(_alternatives(index, taxonomy, concept.iri)))
        for concepts, taxonomy in taxonomies
        for concept in concepts
    ]
    told = {word for each in found for spoken in each.spoken for word in range(spoken.begin, spoken.end)}
    telling = (each for each in words(text) if not each.is_joining and each.start not in told)
    rest = tuple(Spoken(each.written, each.start, each.start + len(each.written)) for each in telling)
    return Understanding(tuple(sorted(found, key=lambda each: (-each.concept.weight, each.concept.iri))), rest)


def _spoken(text: str, words: Sequence[str]) -> Iterator[Spoken]:
    """Where the words stand in the text, each time that they do."""
    for word in dict.fromkeys(words):
        for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text):
            yield Spoken(word, found.start(), found.end())


def _alternatives(index: MatchIndex, taxonomy: Taxonomy, concept: IRI) -> list[Alternative]:
    near = taxonomy.kin(concept)
    others = sorted((each for each in near if each != concept), key=lambda each: (-near[each], each))
    return [
        Alternative(each, index.statements.name(each), taxonomy.kinship(each, concept))
        for each in others[:MOST_ALTERNATIVES]
    ]
