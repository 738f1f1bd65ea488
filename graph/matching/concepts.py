"""From free text to concepts: which labels of the vocabularies its words speak of.

A word stands for a label's word if both have the same stem, if it is a German compound of label words, or if one
typing error lies between them. A label is recognised if its words stand in one sentence; rare words weigh more than
common ones. What stands behind "kein", "ohne", "not" or "without" is spoken of, but not asked for.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log

from graph.errors import WrongUse
from graph.matching.analysis import LINKS, LONGEST_WORD, NEGATIONS, Word, sentences, words
from graph.matching.stems import english_stem, german_stem
from graph.model import Literal
from ontology.terms import IRI

LONGEST_TEXT = 20_000  # characters
MOST_WORDS = 2_000
ENOUGH = 0.5  # the share of a label's weight that must be recognised
IN_COMPOUND, MISSPELT = 0.8, 0.7  # what a word counts that stands inside another, or with a typing error
SHORTEST_PART, SHORTEST_COMPOUND, SHORTEST_MISSPELT = 5, 8, 6

_ABBREVIATED = re.compile(r"\b[A-Z0-9]{2,}\b")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_ARTICLES = frozenset(("a", "an", "any", "the", "das", "den", "der", "die", "ein", "eine", "einen", "einer"))

Stemmer = Callable[[str], str]
Span = tuple[int, int]
_STEMMERS: Mapping[str, Stemmer] = {"de": german_stem, "en": english_stem}


@dataclass(frozen=True, slots=True)
class Recognised:
    """A concept that a text speaks of: the share of its label that was found, and the words that said so."""

    concept: IRI
    share: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The concepts that a text asks for, best first, and those that it says are not wanted."""

    asked: tuple[Recognised, ...]
    denied: tuple[Recognised, ...]


class Lexicon:
    """The labels of concepts, ready to be recognised in texts."""

    def __init__(self, labels: Iterable[tuple[IRI, Literal]]) -> None:
        spoken: dict[str, list[tuple[IRI, str]]] = {language: [] for language in _STEMMERS}
        for concept, literal in labels:
            for language in spoken.keys() & {literal.language} or spoken:
                spoken[language] += ((concept, form) for form in _forms(literal.value))
        self._labels = {language: _Labels(forms, language) for language, forms in spoken.items()}

    def recognise(self, text: str, language: str) -> tuple[Recognised, ...]:
        """The concepts that `text` asks for, best first.

        Labels of both languages are looked for; compounds and typing errors only in the text's own `language`.
        Raises `WrongUse` if the text has more than `LONGEST_TEXT` characters or `MOST_WORDS` words.

        >>> pumps = Lexicon([(IRI("urn:leak"), Literal("Leckageortung", language="de"))])
        >>> pumps.recognise("Wir suchen eine Druckluftleckageortung.", "de")
        (Recognised(concept='urn:leak', share=0.8, words=('Druckluftleckageortung',)),)
        """
        return self.read(text, language).asked

    def read(self, text: str, language: str) -> Reading:
        """What `recognise` gives, and beside it what the text denies wherever it speaks of it.

        >>> pumps = Lexicon([(IRI("urn:pump"), Literal("Pumpe", language="de"))])
        >>> [each.concept for each in pumps.read("Anlage ohne eine Pumpe", "de").denied]
        ['urn:pump']
        """
        asked: defaultdict[IRI, list[_Hit]] = defaultdict(list)
        denied: defaultdict[IRI, list[_Hit]] = defaultdict(list)
        for sentence in _bounded(text):
            told = [word for word in sentence if not word.is_joining]
            negated = _negated(sentence)
            hits = [
                hit for spoken, labels in self._labels.items() for hit in labels.hits(told, is_own=spoken == language)
            ]
            for hit in _most_specific(hits):
                is_denied = min(word.start for word in hit.words) in negated
                (denied if is_denied else asked)[hit.concept].append(hit)
        return Reading(
            _best_first(asked), _best_first({each: hits for each, hits in denied.items() if each not in asked})
        )


@dataclass(frozen=True, slots=True)
class _Hit:
    """A label recognised in a sentence, with the words it was recognised by and the letters they lend it."""

    concept: IRI
    share: float
    words: tuple[Word, ...]
    letters: frozenset[tuple[int, int]]


class _Labels:
    """The labels of one language by the stems of their words."""

    def __init__(self, forms: list[tuple[IRI, str]], language: str) -> None:
        self._stem = _STEMMERS[language]
        self._has_compounds = language == "de"
        stems = (
            (concept, frozenset(self._stem(word.folded) for word in words(form) if not word.is_joining))
            for concept, form in forms
        )
        self._entries = [entry for entry in dict.fromkeys(stems) if entry[1]]
        self._by_stem: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, label) in enumerate(self._entries):
            for stem in label:
                self._by_stem[stem].append(number)
        self._weights = {stem: log(1 + len(self._entries) / len(uses)) for stem, uses in self._by_stem.items()}
        self._misspelt: defaultdict[str, set[str]] = defaultdict(set)
        for stem in self._by_stem:
            if len(stem) >= SHORTEST_PART:
                for variant in _with_one_letter_less(stem):
                    self._misspelt[variant].add(stem)

    def hits(self, sentence: list[Word], *, is_own: bool) -> Iterator[_Hit]:
        """The labels whose words stand in a sentence; `is_own` if it is written in their language."""
        found: defaultdict[int, dict[str, tuple[float, Word, Span]]] = defaultdict(dict)
        for word in sentence:
            for stem, quality, span in self._stems(word, is_own=is_own):
                for number in self._by_stem[stem]:
                    known = found[number].get(stem)
                    if known is None or known[0] < quality:
                        found[number][stem] = (quality, word, span)
        for number, stems in found.items():
            concept, label = self._entries[number]
            weight = sum(self._weights[stem] for stem in sorted(label))
            share = sum(self._weights[stem] * quality for stem, (quality, _, _) in sorted(stems.items())) / weight
            if share >= ENOUGH:
                spans = frozenset(span for _, _, span in stems.values())
                yield _Hit(concept, round(share, 4), tuple(word for _, word, _ in stems.values()), spans)

    def _stems(self, word: Word, *, is_own: bool) -> Iterator[tuple[str, float, Span]]:
        """The label words that a word stands for: itself, else parts of it, else what it was meant to be."""
        stem = self._stem(word.folded)
        whole = (word.start, word.start + len(word.folded))
        if stem in self._by_stem:
            yield stem, 1.0, whole
            return
        if not is_own or len(word.folded) > LONGEST_WORD:
            return
        parts = list(self._parts(stem)) if self._has_compounds and len(stem) >= SHORTEST_COMPOUND else []
        for part, at in parts:
            yield part, IN_COMPOUND, (word.start + at, word.start + at + len(part))
        if not parts and len(word.folded) >= SHORTEST_MISSPELT:
            for meant in self._meant(stem):
                yield meant, MISSPELT, whole

    def _parts(self, compound: str) -> Iterator[tuple[str, int]]:
        """Label words inside a compound: from its beginning one after the other, and the one that ends it."""
        at = 0
        while part := self._longest_at(compound, at):
            yield part
            at = part[1] + len(part[0])
        for start in range(at, len(compound) - SHORTEST_PART + 1):
            if compound[start:] in self._by_stem:
                yield compound[start:], start
                return

    def _longest_at(self, compound: str, at: int) -> tuple[str, int] | None:
        """The longest label word that begins at a letter, or behind linking letters if something went before."""
        for end in range(len(compound), at + SHORTEST_PART - 1, -1):
            for link in LINKS if at else ("",):
                start = at + len(link)
                part = compound[start:end]
                if compound.startswith(link, at) and len(part) >= SHORTEST_PART and part in self._by_stem:
                    return part, start
        return None

    def _meant(self, stem: str) -> list[str]:
        """The label words with one letter added, left out, changed or swapped, and the same first letter."""
        variants = (stem, *_with_one_letter_less(stem))
        near = {meant for variant in variants for meant in self._misspelt.get(variant, ())}
        near |= {variant for variant in variants if variant in self._by_stem and len(variant) >= SHORTEST_PART}
        return sorted(meant for meant in near if meant[0] == stem[0] and _is_one_edit(stem, meant))


def _bounded(text: str) -> Iterator[list[Word]]:
    """The sentences of a text that is not too long to be read."""
    if len(text) > LONGEST_TEXT:
        raise WrongUse(f"The text has {len(text):,} characters, and at most {LONGEST_TEXT:,} are read. Shorten it.")
    count = 0
    for sentence in sentences(text):
        count += len(sentence)
        if count > MOST_WORDS:
            raise WrongUse(f"The text has more than {MOST_WORDS:,} words. Shorten it to what is needed.")
        yield sentence


def _negated(sentence: list[Word]) -> frozenset[int]:
    """Where the words start that stand behind a negation, directly or with an article between."""
    found, is_negating = set(), False
    for word in sentence:
        if is_negating and word.folded not in _ARTICLES:
            found.add(word.start)
        is_negating = word.folded in NEGATIONS or (is_negating and word.folded in _ARTICLES)
    return frozenset(found)


def _forms(label: str) -> Iterator[str]:
    """The ways to say a label: either side of a slash, and an abbreviation that it gives in brackets.

    >>> list(_forms("Fertigungsmanagementsystem (MES)")), list(_forms("Smart Factory / Industrie 4.0"))
    (['Fertigungsmanagementsystem ', 'MES'], ['Smart Factory', 'Industrie 4.0'])
    """
    yield from _IN_BRACKETS.sub("", label).split(" / ")
    yield from (inner for inner in _IN_BRACKETS.findall(label) if _ABBREVIATED.search(inner))


def _with_one_letter_less(stem: str) -> Iterator[str]:
    return (stem[:at] + stem[at + 1 :] for at in range(len(stem)))


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour (Damerau 1964)."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    differs = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[differs:] == other[differs + 1 :]
    swapped = one[:differs] + one[differs : differs + 2][::-1] + one[differs + 2 :]
    return one[differs + 1 :] == other[differs + 1 :] or swapped == other


def _most_specific(hits: list[_Hit]) -> Iterator[_Hit]:
    """The hits whose letters do not all lie within those of a fuller hit."""
    for hit in hits:
        if not any(other is not hit and _is_within(hit, other) for other in hits):
            yield hit


def _is_within(hit: _Hit, other: _Hit) -> bool:
    inside = all(any(a <= start and end <= b for a, b in other.letters) for start, end in hit.letters)
    if hit.letters == other.letters:
        return hit.concept != other.concept and hit.share < other.share
    return inside and other.share >= hit.share


def _best_first(found: Mapping[IRI, list[_Hit]]) -> tuple[Recognised, ...]:
    recognised = (_recognised(concept, hits) for concept, hits in found.items())
    return tuple(sorted(recognised, key=lambda each: (-each.share, each.concept)))


def _recognised(concept: IRI, hits: list[_Hit]) -> Recognised:
    spoken = sorted({word.start: word.written for hit in hits for word in hit.words}.items())
    return Recognised(concept, max(hit.share for hit in hits), tuple(dict.fromkeys(written for _, written in spoken)))
