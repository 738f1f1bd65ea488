"""The words of a text: folded, without those that only join others, with the parts of German compounds, by language."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from graph.matching.stems import english_root, german_stem

LANGUAGES = ("de", "en")
WORD = re.compile(r"\d+\.\d+|[^\W_]+")
SHORTEST_PART, SHORTEST_COMPOUND, LONGEST_WORD = 4, 8, 60
GRAM = 4
LINKS = ("", "s", "es", "n", "en", "er", "e")  # letters that join the parts of a German compound

_SENTENCE_END = re.compile(r"(?<=[.;:!?])\s+|\n+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_MOST_PARTS = 4
_JOINING: Mapping[str, str] = {
    "de": """
    aber alle allem allen aller alles als also am an andere anderen anderer auch auf aus bei beim bereits bis bzw da
    dabei dadurch dafuer damit dann daran darauf das dass dem den denen der deren des dessen die dies diese diesem
    diesen dieser dieses doch dort durch ein eine einem einen einer eines er es etwa fuer gegen haben hat hier ich ihr
    ihre ihrem ihren ihrer im in ins ist ja je jede jedem jeden jeder jedes jedoch jemand jemandem jemanden kann kein
    keine keinen keiner koennen man mehr mit nach nicht noch nur ob oder ohne pro sehr sein seine sich sie sind so
    sodass sollen soll sondern sowie sowohl statt suchen sucht ueber um und uns unser unsere unserem unseren unserer
    unter vom von vor waehrend war waren was weil welche welchen welcher wenn wer werden wie wir wird wo wodurch wollen
    wurde wurden zu zum zur zwar zwischen
    """,
    "en": """
    a about also an and any are as at be because been both but by can could did do does each for from had has have he
    her his how if in into is it its itself looking may might more most must need needs no nor not of on only or other
    our over own seek seeking shall she should so some somebody someone such than that the their them then there these
    they this those
    through thus to under until up upon us very want wants was we were what when where which while who whose will with
    within without would you your
    """,
}
FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _JOINING.items()}
JOINING = frozenset.union(*FUNCTION_WORDS.values()) - {"war", "sie"}
_NEGATING = "kein keine keinen keinem keiner keines nicht ohne weder no not without neither"
NEGATIONS = frozenset(_NEGATING.split())
ROOTS: Mapping[str, Callable[[str], str]] = {"de": german_stem, "en": english_root}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: as written, folded, and where it starts."""

    written: str
    folded: str
    start: int

    @property
    def is_joining(self) -> bool:
        """Whether it carries no meaning of its own. An abbreviation such as IT does, in capitals."""
        return self.folded in JOINING and not (self.written.isupper() and len(self.written) > 1)


def sentences(text: str) -> Iterator[list[Word]]:
    """The words of each sentence, all of them."""
    start = 0
    for sentence in _SENTENCE_END.split(text):
        start = text.index(sentence, start)
        yield list(words(sentence, start))
        start += len(sentence)


def words(text: str, offset: int = 0) -> Iterator[Word]:
    """The words of a text in their order."""
    return (Word(found[0], fold(found[0]), offset + found.start()) for found in WORD.finditer(text))


def fold(word: str) -> str:
    """A word in small letters without marks, with umlauts spelt out.

    >>> fold("Größe"), fold("Café")
    ('groesse', 'cafe')
    """
    if word.isascii():
        return word.lower()
    spelt = unicodedata.normalize("NFKC", word).casefold().translate(_UMLAUTS)
    return "".join(letter for letter in unicodedata.normalize("NFD", spelt) if not unicodedata.combining(letter))


def root(word: str, language: str) -> str:
    """What a folded word counts as in texts of a language; nothing for joining words and single letters.

    >>> root("messungen", "de"), root("detecting", "en"), root("with", "en")
    ('messung', 'detect', '')
    """
    if len(word) < 2 or word in FUNCTION_WORDS[language] or len(word) > LONGEST_WORD:
        return ""
    return ROOTS[language](word)


def language_of(text: str, otherwise: str = "en") -> str:
    """The language whose joining words a text has more of.

    >>> language_of("Wir suchen eine Pumpe für den Betrieb"), language_of("a pump for the plant"), language_of("x")
    ('de', 'en', 'en')
    """
    folded = [fold(found) for found in WORD.findall(text[:2000])]
    counts = {language: sum(word in joining for word in folded) for language, joining in FUNCTION_WORDS.items()}
    return otherwise if len({*counts.values()}) == 1 else max(counts, key=lambda language: counts[language])


def grams(word: str) -> tuple[str, ...]:
    """The runs of `GRAM` letters of a folded word, each once, marked so that none is mistaken for a word.

    Words that are formed alike share many of them, whatever ends or joins them (McNamee and Mayfield 2004, "Character
    n-gram tokenization for European language text retrieval").

    >>> grams("optisch")
    ('# opt', '#opti', '#ptis', '#tisc', '#isch', '#sch ')
    """
    whole = f" {word[:LONGEST_WORD]} "
    return tuple(dict.fromkeys("#" + whole[at : at + GRAM] for at in range(max(1, len(whole) - GRAM + 1))))


def parts(compound: str, frequency: Callable[[str], int]) -> tuple[str, ...]:
    """The words that a German compound is made of, fewest first and then the most frequent; none if it is no compound.

    `frequency` tells how often a stem stands in the texts: 0 if it is no word. Its parts are stems; the compound may
    be one as well.

    >>> known = {"druckluft": 5, "leckag": 3, "ortung": 9, "druck": 7, "luft": 4}
    >>> parts("druckluftleckageortung", lambda word: known.get(word, 0))
    ('druckluft', 'leckag', 'ortung')
    """
    if not SHORTEST_COMPOUND <= len(compound) <= LONGEST_WORD:
        return ()
    ways: dict[int, tuple[int, float, tuple[str, ...]]] = {0: (0, 0.0, ())}  # letter: parts, -rarest, which
    for end in range(SHORTEST_PART, len(compound) + 1):
        reached = [way for way in _ways(compound, end, ways, frequency) if way[0] <= _MOST_PARTS]
        if reached:
            ways[end] = min(reached)
    return ways.get(len(compound), (0, 0.0, ()))[2]


def _ways(
    compound: str,
    end: int,
    ways: Mapping[int, tuple[int, float, tuple[str, ...]]],
    frequency: Callable[[str], int],
) -> Iterator[tuple[int, float, tuple[str, ...]]]:
    """How the letters up to `end` can be made of words."""
    for begin, (count, rarest, before) in ways.items():
        for link in LINKS if begin else ("",):
            part = compound[begin + len(link) : end]
            if len(part) < SHORTEST_PART or part == compound or not compound.startswith(link, begin):
                continue
            if known := frequency(part):
                yield count + 1, max(rarest, -known) if before else -known, (*before, part)
