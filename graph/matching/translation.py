"""German words in English and back: by a word list of our own, the labels of concepts, the parts of compounds, kinship.

A word becomes several candidates with shares, the likeliest 1. None of them has to be the right one: whoever asks lets
the best that a document says count (Pirkola 1998, "The effects of query structure and dictionary setups in
dictionary-based cross-language information retrieval"). A word that no list knows is taken apart, and else spelt as
its kin in the other language might be: "Thermographie", "thermography".
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import product
from pathlib import Path

from graph.matching.analysis import WORD, fold, parts, root
from graph.model import Literal
from ontology.terms import IRI

MOST_CANDIDATES = 5
REMEMBERED = 10_000  # words
_LEAST_SHARE = 0.3  # of a candidate, against the likeliest
_SHORTEST_KIN = 5  # letters of a part of a compound that is only spelt alike
_KIN = 0.8  # the share of a word that is only spelt alike
_LIST = Path(__file__).with_name("german-english.txt")
_LONGEST_LABEL = 4  # words of a label that is taken as a translation
_LETTERS = (("k", "c"), ("z", "c"), ("f", "ph"), ("ae", "a"), ("oe", "o"), ("ue", "u"), ("sch", "sh"))
_ENDINGS = {
    "itaet": "ity", "ation": "ation", "ierung": "ization", "isierung": "ization", "isch": "ic", "ik": "ics",
    "ie": "y", "iell": "ial", "aer": "ary", "oes": "ous", "iv": "ive", "grafie": "graphy", "enz": "ence", "anz": "ance",
}  # fmt: skip

Phrase = tuple[str, ...]  # the roots of the words of a translation
Candidates = Mapping[Phrase, float]


class Translator:
    """What words are called in the other language, from pairs of a German and an English name.

    `stands` tells of the root of an English word whether it stands in the evidence; what is only spelt alike has to.
    """

    def __init__(self, pairs: Iterable[tuple[str, str, float]], stands: Callable[[str], bool]) -> None:
        self._stands = stands
        self._to: dict[str, defaultdict[str, defaultdict[Phrase, float]]] = {
            language: defaultdict(lambda: defaultdict(float)) for language in ("de", "en")
        }
        for german, english, share in pairs:
            roots = _roots(german, "de"), _roots(english, "en")
            for (own, other), target in zip((roots, roots[::-1]), ("en", "de"), strict=True):
                if len(own) == 1 and 0 < len(other) <= _LONGEST_LABEL:
                    self._to[target][own[0]][other] += share
        self.kin = lru_cache(REMEMBERED)(self._kin)
        self.parts = lru_cache(REMEMBERED)(self._parts)

    def candidates(self, word: str, target: str) -> Candidates:
        """What the root of a word may be in the `target` language, each with its share in (0, 1].

        >>> pairs = [("Dichtung", "seal", 1.0), ("Dichtung", "gasket", 0.7)]
        >>> list(Translator(pairs, lambda _: True).candidates("dichtung", "en"))
        [('seal',), ('gasket',)]
        """
        found = sorted(self._to[target].get(word, {}).items(), key=lambda each: (-each[1], each[0]))[:MOST_CANDIDATES]
        most = found[0][1] if found else 1.0
        return {phrase: (share / most) ** 0.5 for phrase, share in found if share >= _LEAST_SHARE * most}

    def _kin(self, word: str) -> Candidates:
        """How a German word might be spelt in English if it is the same word, as roots that stand in the evidence."""
        spelt = {word}
        spelt |= {
            word.removesuffix(german) + english
            for german, english in _ENDINGS.items()
            if word.endswith(german) and len(word) > len(german) + 2
        }
        kin = {
            root(_replaced(each, letters), "en")
            for each in spelt
            for letters in product(*((None, pair) for pair in _LETTERS if pair[0] in each))
        }
        return {(each,): _KIN for each in sorted(kin - {""}) if self._stands(each)}

    def _parts(self, compound: str) -> tuple[str, ...]:
        """The words, as roots, that a compound is made of and that can be translated, or are spelt alike."""
        return tuple(map(self._listed, parts(compound, self._known)))

    def _listed(self, part: str) -> str:
        """A part of a compound as the list has it: the form within a compound is not always the root."""
        own = root(part, "de")
        return own if own in self._to["en"] and part not in self._to["en"] else part

    def _known(self, part: str) -> int:
        known = self._to["en"].get(self._listed(part))
        return 1 + len(known) if known else int(len(part) >= _SHORTEST_KIN and bool(self.kin(part)))


def pairs_of(labels: Iterable[tuple[IRI, Literal]]) -> Iterator[tuple[str, str, float]]:
    """The pairs of the word list, and those of concepts that are named in both languages."""
    yield from _WORD_LIST
    named: defaultdict[IRI, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for concept, label in labels:
        if label.language:
            named[concept][label.language].append(label.value)
    for names in named.values():
        yield from ((german, english, 1.0) for german, english in product(names["de"], names["en"]))


def _word_list() -> Iterator[tuple[str, str, float]]:
    """The pairs of our own list, the later of several translations with less share."""
    for line in _LIST.read_text(encoding="utf-8").splitlines():
        german, is_pair, translations = line.partition(" = ")
        if is_pair:
            for place, english in enumerate(translations.split(", "), 1):
                yield german, english, place**-0.5


_WORD_LIST = tuple(_word_list())  # read at once: a sealed process could not any more


def _roots(name: str, language: str) -> Phrase:
    found = (root(fold(word), language) for word in WORD.findall(name))
    return tuple(each for each in found if each)


def _replaced(word: str, letters: Iterable[tuple[str, str] | None]) -> str:
    for pair in letters:
        word = word.replace(*pair) if pair else word
    return word
