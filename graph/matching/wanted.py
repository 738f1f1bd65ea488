"""What a need asks for in words: terms with what each tells, in the languages in which there is evidence.

A word weighs by how often the need says it (saturated, the title's words more), and a term of it by how rare it is in
the evidence (inverse document frequency to the power of `SHARPNESS`). Only the `MOST_WORDS` most telling words are
asked for: in a long need the others are the words of its kind, cost most, since they stand in most documents, and
change the order of answers least. A German compound also asks for its parts, with less weight. Where there is evidence
in the other language, the translations of a word are other ways to answer it, of which the best counts.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from graph.matching.analysis import LANGUAGES, Word, grams, language_of, root, words
from graph.matching.texts import Texts
from graph.matching.translation import Phrase, Translator
from graph.matching.weighing import K1

MOST_WORDS = 100
MOST_GRAMS = 200  # runs of letters that are asked for
IN_GRAM = 0.4  # what a run of letters counts against the whole word
LONGEST_NEED = 20_000  # letters; what stands behind them is not read
SHARPNESS = 1.6
OFTEN = 2.0  # how soon saying a word again adds little
IN_TITLE, IN_COMPOUND = 3.0, 0.25  # how often a word counts that stands in the title, or only as a part of another
IN_TITLE_TRANSLATED = 1.0  # a word of the title may be translated wrongly: it counts as any other
TAKEN_APART = 0.5  # the same in translation, where the whole is known
_ONCE = 1 / (1 + K1)  # the weight of a term that stands once in a document of mean length


@dataclass(frozen=True, slots=True)
class Way:
    """One way to answer a word: the terms that have to stand in a document, and what each weighs."""

    terms: tuple[int, ...]
    weights: tuple[float, ...]

    @property
    def weight(self) -> float:
        """What all of its terms weigh together."""
        return sum(self.weights)


@dataclass(frozen=True, slots=True)
class WantedWord:
    """A word of the need, or a few letters of it, and the ways to answer it, of which the best counts."""

    written: str
    ways: tuple[Way, ...]
    is_whole: bool = True

    @property
    def weight(self) -> float:
        """What the best way weighs."""
        return max(way.weight for way in self.ways)

    @property
    def terms(self) -> frozenset[int]:
        """The terms of all ways."""
        return frozenset(term for way in self.ways for term in way.terms)


@dataclass(frozen=True)
class Wanted:
    """The words of a need that stand in the evidence, the most telling first, and how many others do not."""

    words: tuple[WantedWord, ...]
    unheard: int = 0

    @cached_property
    def reachable(self) -> float:
        """What a new document of mean length scores that says each word once; an unheard one weighs what others do."""
        whole = [word.weight for word in self.words if word.is_whole]
        unheard = self.unheard * sum(whole) / max(1, len(whole))
        return (sum(word.weight for word in self.words) + unheard) * _ONCE


def wanted(texts: Texts, translator: Translator, title: str, text: str, language: str) -> Wanted:
    """The words of a need that the evidence can answer; a text that begins with the title is read without it."""
    told, named = text.removeprefix(title)[:LONGEST_NEED], title[:LONGEST_NEED]
    spoken = language if language in LANGUAGES else language_of(f"{named} {told}")
    is_foreign = spoken not in texts.languages
    in_title, sharpness = (IN_TITLE_TRANSLATED, 1.0) if is_foreign else (IN_TITLE, SHARPNESS)
    said = _said(((named, in_title), (told, 1.0)), spoken)
    is_german = spoken == "de" and not is_foreign
    asked = _with_parts(texts, said) if is_german else said
    for target in texts.languages - {spoken}:
        asked = [*_translated(asked, translator, target, keeps=not is_foreign)]
    known = _known(texts, asked, sharpness)
    unheard = max(0, min(len(asked), MOST_WORDS) - len(known))
    known = known[:MOST_WORDS]
    if is_german:
        letters = [replace(each, is_whole=False) for each in _known(texts, _spelt(said), sharpness)[:MOST_GRAMS]]
        known = sorted((*known, *letters), key=lambda each: -each.weight)
    return Wanted(tuple(known), unheard)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A word as the need says it, how often, and the phrases that answer it with the share of each."""

    root: str
    form: str
    written: str
    often: float
    phrases: tuple[tuple[Phrase, float], ...]
    keeps: bool = True  # whether the word itself is one of them


def _said(told: Iterable[tuple[str, float]], language: str) -> list[_Asked]:
    """The words of texts, each of which counts so often."""
    often: defaultdict[str, float] = defaultdict(float)
    first: dict[str, Word] = {}
    for text, count in told:
        for word in words(text):
            if found := root(word.folded, language):
                often[found] += count
                first.setdefault(found, word)
    return [
        _Asked(each, first[each].folded, first[each].written, count, (((each,), 1.0),)) for each, count in often.items()
    ]


def _with_parts(texts: Texts, said: Sequence[_Asked]) -> list[_Asked]:
    """Words with those that compounds among them are made of."""
    asked = {word.root: word for word in said}
    for word in said:
        for part in texts.split(word.root):
            known = asked.get(part) or _Asked(part, part, word.written, 0.0, (((part,), 1.0),))
            asked[part] = replace(known, often=known.often + word.often * IN_COMPOUND)
    return list(asked.values())


def _spelt(said: Iterable[_Asked]) -> list[_Asked]:
    """The runs of letters in words, each for the word that has it first."""
    asked: dict[str, _Asked] = {}
    for word in said:
        for gram in grams(word.root):
            known = asked.get(gram) or _Asked(gram, gram, word.written, 0.0, (((gram,), IN_GRAM),))
            asked[gram] = replace(known, often=known.often + word.often)
    return list(asked.values())


def _translated(asked: Iterable[_Asked], translator: Translator, target: str, *, keeps: bool) -> Iterator[_Asked]:
    """The same words with their translations as further ways, and the parts of compounds as further words.

    Where there is no evidence in the need's own language, not `keeps`, what is spelt alike there is not the word.
    """
    for word in asked:
        direct = translator.candidates(word.root, target)
        made_of = translator.parts(word.form) if target == "en" else ()
        other = direct or ({} if made_of or target == "de" else translator.kin(word.root))
        own = word.phrases if keeps else ()
        yield _Asked(word.root, word.form, word.written, word.often, (*own, *other.items()), keeps)
        for part in made_of:
            often = word.often * (TAKEN_APART if direct else 1)
            other = translator.candidates(part, target) or translator.kin(part)
            yield _Asked(part, part, word.written, often, tuple(other.items()), keeps=False)


def _known(texts: Texts, asked: list[_Asked], sharpness: float) -> list[WantedWord]:
    """The words that stand in the evidence, in any of their ways, with the weights of their terms."""
    roots = list(dict.fromkeys(each for word in asked for phrase, _ in word.phrases for each in phrase))
    numbers = texts.find(roots)
    known = np.flatnonzero(numbers >= 0)
    telling = (texts.rarity(numbers[known]) ** np.float32(sharpness)).tolist()
    tells = {roots[place]: (int(numbers[place]), each) for place, each in zip(known.tolist(), telling, strict=True)}
    found = []
    for word in asked:
        ways = tuple(_ways(word, tells))
        if ways:
            found.append(WantedWord(word.written, ways))
    return sorted(found, key=lambda each: -each.weight)


def _ways(word: _Asked, tells: Mapping[str, tuple[int, float]]) -> Iterator[Way]:
    """The ways that the evidence knows. What stands there itself tells as much as it does, in whatever language."""
    counts = word.often * (OFTEN + 1) / (word.often + OFTEN)
    own = tells[word.root][1] if word.keeps and word.root in tells else None
    for phrase, share in word.phrases:
        if all(each in tells for each in phrase):
            rare = [tells[each][1] for each in phrase]
            scale = counts * share * (own / sum(rare) if own else 1)
            yield Way(tuple(tells[each][0] for each in phrase), tuple(scale * each for each in rare))
