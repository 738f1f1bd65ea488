"""The words of a SPARQL text: where a string, an IRI, a name or a comment is, no keyword or bracket is seen in it."""

import re
from collections.abc import Iterator
from itertools import zip_longest

# what may hold letters or brackets that mean nothing comes first, each as a whole
_WORD = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\s]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>\"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
        | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*')
    | (?P<variable>[?$]\w+) | (?P<language>@\w[\w-]*)
    | (?P<name>[\w.-]*:(?:(?:[\w:%]|\\.)(?:[\w.:%-]|\\.)*)?)
    | (?P<bare>\w+) | (?P<sign>\S)""",
    re.VERBOSE | re.DOTALL,
)


def words(text: str) -> Iterator[re.Match[str]]:
    """Every word of a SPARQL text but its comments; `lastgroup` of a match is its kind.

    >>> [word[0] for word in words("ASK { ?s :p '}' } # {")]
    ['ASK', '{', '?s', ':p', "'}'", '}']
    >>> [word[0] for word in words("a:.SERVICE")]
    ['a:', '.', 'SERVICE']
    """
    return (word for word in _WORD.finditer(text) if word.lastgroup != "comment")


def without_silent_loads(text: str) -> str:
    """An update with ADD SILENT in the place of each LOAD SILENT: just as right or wrong, but it reaches nothing.

    >>> without_silent_loads("LOAD SILENT <http://e/> INTO GRAPH <urn:g>; LOAD SILENT <http://e/>; LOAD <http://e/>")
    'ADD SILENT <http://e/> TO GRAPH <urn:g>; ADD SILENT <http://e/> TO DEFAULT; LOAD <http://e/>'
    """
    found = list(words(text))
    pieces, begin = [], 0
    for load, silent, source, into in zip_longest(found, found[1:], found[2:], found[3:]):
        if source and (load[0].upper(), silent[0].upper()) == ("LOAD", "SILENT"):
            goes_on = into is not None and into[0].upper() == "INTO"
            pieces += [text[begin : load.start()], "ADD SILENT ", source[0], " TO" if goes_on else " TO DEFAULT"]
            begin = (into if goes_on else source).end()
    return "".join((*pieces, text[begin:]))
