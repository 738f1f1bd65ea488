"""The words of a SPARQL text: where a string, an IRI, a name or a comment is, no keyword or bracket is seen in it."""

import re
from collections.abc import Iterator

# what may hold letters or brackets that mean nothing comes first, each as a whole
_WORD = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
    | (?P<iri><(?:[^<>"{}|^`\\\s]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
    | (?P<string>\"{3}(?:\\.|[^\\])*?\"{3} | '{3}(?:\\.|[^\\])*?'{3}
        | "(?:\\.|[^"\\\n\r])*" | '(?:\\.|[^'\\\n\r])*')
    | (?P<variable>[?$]\w+) | (?P<language>@\w[\w-]*)
    | (?P<name>[\w.-]*:(?:[\w.:%-]|\\.)*)
    | (?P<bare>\w+) | (?P<sign>\S)""",
    re.VERBOSE | re.DOTALL,
)


def words(text: str) -> Iterator[re.Match[str]]:
    """Every word of a SPARQL text but its comments; `lastgroup` of a match is its kind.

    >>> [word[0] for word in words("ASK { ?s :p '}' } # {")]
    ['ASK', '{', '?s', ':p', "'}'", '}']
    """
    return (word for word in _WORD.finditer(text) if word.lastgroup != "comment")
