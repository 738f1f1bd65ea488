"""From free text to concepts: which labels of the vocabularies its words speak of.

A word stands for a label's word if both have the same stem, if it is a German compound of label words, or if one
typing error lies between them. A label is recognised if its words stand in one sentence; rare words weigh more than
common ones. Stems are light: German endings after Savoy (2006, "Light stemming approaches for the French, Portuguese,
German and Hungarian languages"), the English plural after Harman (1991, "How effective is suffixing?").
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log

from graph.errors import WrongUse
from graph.model import Literal
from ontology.terms import IRI

LONGEST_TEXT = 10_000  # characters
MOST_WORDS = 500
ENOUGH = 0.5  # the share of a label's weight that must be recognised
IN_COMPOUND, MISSPELT = 0.8, 0.7  # what a word counts that stands inside another, or with a typing error
SHORTEST_PART, SHORTEST_COMPOUND, SHORTEST_MISSPELT, LONGEST_WORD = 5, 8, 6, 60

_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+|\n+")
_WORD = re.compile(r"\d+\.\d+|[^\W_]+")
_ABBREVIATED = re.compile(r"\b[A-Z0-9]{2,}\b")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_LINKS = ("", "s", "es", "n", "en", "er", "e")  # letters that join the parts of a German compound
_WITHOUT_MEANING = """
    aber alle als am an auch auf aus bei beim das dass dem den der des die durch ein eine einem einen einer eines er es
    fuer gegen haben hat ich ihr im in ist kann koennen man mehr mit nach nicht noch oder ohne sich sie sind so sowie
    suchen sucht ueber um und uns unser unsere unseren unserer unter vom von vor was wenn werden wie wir wird wo wollen
    zu zum zur zwischen
    a an and are as at be between by can do for from has have he how in into is it its looking need needs not of on or
    our seek seeking that the their them this to us want wants we what which who will with without you your
"""
_FUNCTION_WORDS = frozenset(_WITHOUT_MEANING.split())

Stemmer = Callable[[str], str]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A concept that a text speaks of: the share of its label that was found, and the words that said so."""

    concept: IRI
    share: float
    words: tuple[str, ...]


class Lexicon:
    """The labels of concepts, ready to be recognised in texts."""

    def __init__(self, labels: Iterable[tuple[IRI, Literal]]) -> None:
        spoken: dict[str, list[tuple[IRI, str]]] = {language: [] for language in _STEMMERS}
        for concept, literal in labels:
            for language in spoken.keys() & {literal.language} or spoken:
                spoken[language] += ((concept, form) for form in _forms(literal.value))
        self._labels = {language: _Labels(forms, language) for language, forms in spoken.items()}

    def recognise(self, text: str, language: str) -> tuple[Recognised, ...]:
        """The concepts that `text` speaks of, best first.

        Labels of both languages are looked for; compounds and typing errors only in the text's own `language`.
        Raises `WrongUse` if the text has more than `LONGEST_TEXT` characters or `MOST_WORDS` words.

        >>> pumps = Lexicon([(IRI("urn:leak"), Literal("Leckageortung", language="de"))])
        >>> pumps.recognise("Wir suchen eine Druckluftleckageortung.", "de")
        (Recognised(concept='urn:leak', share=0.8, words=('Druckluftleckageortung',)),)
        """
        sentences = list(_sentences(text))
        found: defaultdict[IRI, list[_Hit]] = defaultdict(list)
        for sentence in sentences:
            hits = [
                hit
                for spoken, labels in self._labels.items()
                for hit in labels.hits(sentence, is_own=spoken == language)
            ]
            for hit in _most_specific(hits):
                found[hit.concept].append(hit)
        recognised = (_recognised(concept, hits) for concept, hits in found.items())
        return tuple(sorted(recognised, key=lambda each: (-each.share, each.concept)))


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a text: as written, folded, and where it starts."""

    written: str
    folded: str
    start: int


@dataclass(frozen=True, slots=True)
class _Hit:
    """A label recognised in a sentence, with the words it was recognised by and the letters they lend it."""

    concept: IRI
    share: float
    words: tuple[_Word, ...]
    letters: frozenset[tuple[int, int]]


class _Labels:
    """The labels of one language by the stems of their words."""

    def __init__(self, forms: list[tuple[IRI, str]], language: str) -> None:
        self._stem = _STEMMERS[language]
        self._has_compounds = language == "de"
        stems = ((concept, frozenset(self._stem(word.folded) for word in _words(form))) for concept, form in forms)
        self._entries = [entry for entry in dict.fromkeys(stems) if entry[1]]
        self._by_stem: defaultdict[str, list[int]] = defaultdict(list)
        for number, (_, words) in enumerate(self._entries):
            for stem in words:
                self._by_stem[stem].append(number)
        self._weights = {stem: log(1 + len(self._entries) / len(uses)) for stem, uses in self._by_stem.items()}
        self._misspelt: defaultdict[str, set[str]] = defaultdict(set)
        for stem in self._by_stem:
            if len(stem) >= SHORTEST_PART:
                for variant in _with_one_letter_less(stem):
                    self._misspelt[variant].add(stem)

    def hits(self, sentence: list[_Word], *, is_own: bool) -> Iterator[_Hit]:
        """The labels whose words stand in a sentence; `is_own` if it is written in their language."""
        found: defaultdict[int, dict[str, tuple[float, _Word, Span]]] = defaultdict(dict)
        for word in sentence:
            for stem, quality, span in self._stems(word, is_own=is_own):
                for number in self._by_stem[stem]:
                    known = found[number].get(stem)
                    if known is None or known[0] < quality:
                        found[number][stem] = (quality, word, span)
        for number, stems in found.items():
            concept, words = self._entries[number]
            weight = sum(self._weights[stem] for stem in sorted(words))
            share = sum(self._weights[stem] * quality for stem, (quality, _, _) in sorted(stems.items())) / weight
            if share >= ENOUGH:
                spans = frozenset(span for _, _, span in stems.values())
                yield _Hit(concept, round(share, 4), tuple(word for _, word, _ in stems.values()), spans)

    def _stems(self, word: _Word, *, is_own: bool) -> Iterator[tuple[str, float, Span]]:
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
            for link in _LINKS if at else ("",):
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


def _sentences(text: str) -> Iterator[list[_Word]]:
    if len(text) > LONGEST_TEXT:
        raise WrongUse(f"The text has {len(text):,} characters, and at most {LONGEST_TEXT:,} are read. Shorten it.")
    count, start = 0, 0
    for sentence in _SENTENCE_END.split(text):
        start = text.index(sentence, start)
        words = list(_words(sentence, start))
        count += len(_WORD.findall(sentence))
        if count > MOST_WORDS:
            raise WrongUse(f"The text has more than {MOST_WORDS} words. Shorten it to what is needed.")
        yield words
        start += len(sentence)


def _words(text: str, offset: int = 0) -> Iterator[_Word]:
    """The words of a text that carry meaning. An abbreviation such as IT is one only in capitals."""
    for found in _WORD.finditer(text):
        written = found[0]
        folded = fold(written)
        if folded not in _FUNCTION_WORDS or (written.isupper() and len(written) > 1):
            yield _Word(written, folded, offset + found.start())


def fold(word: str) -> str:
    """A word in small letters without marks, with umlauts spelt out.

    >>> fold("Größe"), fold("Café")
    ('groesse', 'cafe')
    """
    spelt = unicodedata.normalize("NFKC", word).casefold().translate(_UMLAUTS)
    return "".join(letter for letter in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(letter))


def german_stem(word: str) -> str:
    """A folded German word without its ending of case, number or comparison.

    >>> [german_stem(word) for word in ("pumpen", "vorausschauender", "leckageortung", "anlage")]
    ['pump', 'vorausschauend', 'leckageortung', 'anlag']
    """
    if len(word) > 5 and word.endswith("ern"):
        word = word[:-3]
    elif len(word) > 4 and word.endswith(("em", "en", "er", "es")):
        word = word[:-2]
    elif len(word) > 3 and (word.endswith("e") or (word.endswith("s") and word[-2] in _BEFORE_S)):
        word = word[:-1]
    if len(word) > 5 and word.endswith("est"):
        return word[:-3]
    if len(word) > 4 and (word.endswith(("er", "en")) or (word.endswith("st") and word[-3] in _BEFORE_S)):
        return word[:-2]
    return word


def english_stem(word: str) -> str:
    """A folded English word without its plural ending.

    >>> [english_stem(word) for word in ("studies", "machines", "process", "sensors")]
    ['study', 'machine', 'process', 'sensor']
    """
    if len(word) < 4:
        return word
    if word.endswith("ies") and not word.endswith(("eies", "aies")):
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("us", "ss", "aes", "ees", "oes")):
        return word[:-1]
    return word


_BEFORE_S = "bdfghklmnt"
_STEMMERS: Mapping[str, Stemmer] = {"de": german_stem, "en": english_stem}


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


def _recognised(concept: IRI, hits: list[_Hit]) -> Recognised:
    words = sorted({word.start: word.written for hit in hits for word in hit.words}.items())
    return Recognised(concept, max(hit.share for hit in hits), tuple(dict.fromkeys(written for _, written in words)))
