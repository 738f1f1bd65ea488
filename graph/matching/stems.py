"""The stem of a word: light stems tell one concept from another, roots bring together what texts say of one matter.

German endings after Savoy (2006, "Light stemming approaches for the French, Portuguese, German and Hungarian
languages"), the English plural after Harman (1991, "How effective is suffixing?"), English roots in the manner of
Porter (1980, "An algorithm for suffix stripping"). All words come folded: small letters, umlauts spelt out.
"""

import re

_BEFORE_S = "bdfghklmnt"
_VOWEL_THEN_CONSONANT = re.compile(r"[aeiouy]+[^aeiouy]")
_DOUBLED = re.compile(r"([^aeiouylsz])\1$")
_LONGEST = 40  # letters; what is longer is no word with an ending
_ENDINGS = tuple(
    (ending, put, least)
    for least, pairs in (
        (1, "ational:ate tional:tion ization:ize isation:ize iveness:ive fulness:ful ousness:ous ability:able"),
        (1, "ibility:ible alism:al aliti:al ality:al ivity:ive ation:ate ator:ate ently:ent ously:ous ally:al"),
        (1, "izer:ize iser:ize ising:ize ised:ize ise:ize icate:ic iciti:ic icity:ic ical:ic ness: ful: ly:"),
        (2, "ement: ance: ence: able: ible: ment: ant: ent: ism: ate: ity: ous: ive: ize: ion: al: er: or: ic:"),
    )
    for ending, _, put in (pair.partition(":") for pair in pairs.split())
)


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


def english_root(word: str) -> str:
    """A folded English word without the endings that make nouns, verbs and adjectives of one root.

    >>> [english_root(word) for word in ("detecting", "detection", "detectors", "relational", "sensing")]
    ['detect', 'detect', 'detect', 'relat', 'sens']
    """
    if not 3 < len(word) <= _LONGEST or not word.isascii():
        return word
    word = _without_tense(english_stem(word))
    for least in (1, 2):
        word = _without_ending(word, least)
    if word.endswith("e") and (_measure(word[:-1]) > 1 or len(word) > 4):
        word = word[:-1]
    return word[:-1] + "i" if word.endswith("y") and len(word) > 3 else word


def _without_tense(word: str) -> str:
    for ending in ("ing", "ed"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 2 and re.search("[aeiouy]", stem):
            if stem.endswith(("at", "bl", "iz")):
                return stem + "e"
            return stem[:-1] if _DOUBLED.search(stem) else stem
    return word


def _without_ending(word: str, step: int) -> str:
    for ending, put, least in _ENDINGS:
        if least == step and word.endswith(ending):
            stem = word[: -len(ending)]
            if ending == "ion" and not stem.endswith(("s", "t")):
                continue
            return stem + put if _measure(stem) >= least and len(stem) > 2 else word
    return word


def _measure(stem: str) -> int:
    """How many times vowels are followed by a consonant."""
    return len(_VOWEL_THEN_CONSONANT.findall(stem))
