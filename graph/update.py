"""A SPARQL update read as its operations: which texts are templates, which is the pattern, which name graphs.

The engine has accepted the text before, so this reading only has to find the joints
(https://www.w3.org/TR/sparql11-update/#updateLanguage); where it finds none, it refuses and never guesses.
What stands between the joints is left to the engine.
"""

import re
from dataclasses import dataclass

from graph.errors import NotOffered, NotSparql
from graph.words import words

DEFAULT, NAMED, ALL = "DEFAULT", "NAMED", "ALL"  # where a graph may be named, these are not names but keywords


@dataclass(frozen=True, slots=True)
class Data:
    """INSERT DATA or DELETE DATA."""

    prologue: str
    quads: str
    is_insert: bool


@dataclass(frozen=True, slots=True)
class Modify:
    """DELETE and INSERT templates for every solution of a pattern; graphs are named as in the text."""

    prologue: str
    deletes: str
    inserts: str
    pattern: str
    within: str | None = None  # the graph of WITH
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Manage:
    """CREATE, CLEAR or DROP of a graph, or of all that DEFAULT, NAMED or ALL stand for."""

    prologue: str
    verb: str
    graph: str
    is_silent: bool


@dataclass(frozen=True, slots=True)
class Transfer:
    """ADD, MOVE or COPY from one graph to another; each may be DEFAULT."""

    prologue: str
    verb: str
    source: str
    target: str
    is_silent: bool


Operation = Data | Modify | Manage | Transfer


def operations(text: str) -> tuple[Operation, ...]:
    """The operations of an update, in their order.

    Raises `NotOffered` for SERVICE and for LOAD that is not SILENT, `NotSparql` where an operation cannot be made out.

    >>> [type(operation).__name__ for operation in operations("CLEAR ALL ; INSERT DATA { <a> <b> '}' } ;")]
    ['Manage', 'Data']
    """
    reader, found = _Reader(text), []
    reader.read_prologue()
    while reader.word:
        found.append(reader.operation())
        if reader.word:
            reader.expect(";")
        reader.read_prologue()
    return tuple(found)


class _Reader:
    """A text with a finger on one of its words."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = list(words(text))
        self._at = 0
        self._prologue = ""
        for word in self._words:
            if word.lastgroup == "bare" and "SERVICE" in word[0].upper():
                raise NotOffered("The update asks for what is not done here: SERVICE. Leave it out.")

    @property
    def word(self) -> str:
        """The word under the finger, a keyword in capitals; empty at the end."""
        match = self._match()
        return "" if match is None else match[0].upper() if match.lastgroup == "bare" else match[0]

    def read_prologue(self) -> None:
        """Pass over declarations; they stay in force to the end of the text."""
        lengths = {"BASE": 2, "PREFIX": 3, "VERSION": 2}
        while self.word in lengths:
            declaration = [self._take() for _ in range(lengths[self.word])]
            self._prologue += " ".join(declaration) + "\n"

    def operation(self) -> Operation:
        """Pass over one operation."""
        verb = self.word
        if verb in ("CREATE", "CLEAR", "DROP"):
            return Manage(self._prologue, self._take().upper(), is_silent=self._passes("SILENT"), graph=self._graphs())
        if verb in ("ADD", "MOVE", "COPY"):
            self._take()
            is_silent, source = self._passes("SILENT"), self._graphs()
            self.expect("TO")
            return Transfer(self._prologue, verb, source, self._graphs(), is_silent)
        if self._passes("LOAD", "SILENT"):
            self._loaded()
            return Data(self._prologue, "", is_insert=True)  # it always fails here, and silently that is nothing
        if verb == "LOAD":
            raise NotOffered("The update asks for what is not done here: LOAD. Send the data with INSERT DATA or PUT.")
        if self._passes("INSERT", "DATA"):
            return Data(self._prologue, self._braces(), is_insert=True)
        if self._passes("DELETE", "DATA"):
            return Data(self._prologue, self._braces(), is_insert=False)
        if self._passes("DELETE", "WHERE"):
            pattern = self._braces()
            return Modify(self._prologue, pattern, "", pattern)
        return self._modify()

    def expect(self, keyword: str) -> None:
        """Pass over `keyword`, or refuse the text."""
        if not self._passes(keyword):
            raise self._lost(f"{keyword} was expected")

    def _loaded(self) -> None:
        self._name()
        if self._passes("INTO", "GRAPH"):
            self._name()

    def _modify(self) -> Modify:
        within = self._name() if self._passes("WITH") else None
        deletes = self._braces() if self._passes("DELETE") else ""
        inserts = self._braces() if self._passes("INSERT") else ""
        using: list[str] = []
        using_named: list[str] = []
        while self._passes("USING"):
            (using_named if self._passes(NAMED) else using).append(self._name())
        self.expect("WHERE")
        return Modify(self._prologue, deletes, inserts, self._braces(), within, tuple(using), tuple(using_named))

    def _graphs(self) -> str:
        """A graph as it is named here, or the keyword that stands for one or several."""
        if self._passes("GRAPH") or self.word not in (DEFAULT, NAMED, ALL):
            return self._name()
        return self._take().upper()

    def _name(self) -> str:
        match = self._match()
        if match is None or match.lastgroup not in ("iri", "name"):
            raise self._lost("the name of a graph was expected")
        return self._take()

    def _braces(self) -> str:
        """What stands between the brace under the finger and its partner."""
        if self.word != "{":
            raise self._lost("a brace was expected")
        begin, depth = self._words[self._at].end(), 0
        while True:
            depth += {"{": 1, "}": -1}.get(self.word, 0)
            match = self._match()
            if match is None:
                raise self._lost("a brace is not closed")
            self._at += 1
            if not depth:
                return self._text[begin : match.start()]

    def _take(self) -> str:
        match = self._match()
        if match is None:
            raise self._lost("more was expected")
        self._at += 1
        return match[0]

    def _passes(self, *keywords: str) -> bool:
        """Whether the finger was on the first of these words, and is now behind the last."""
        here = self._words[self._at : self._at + len(keywords)]
        is_there = tuple(word[0].upper() for word in here if word.lastgroup in ("bare", "sign")) == keywords
        self._at += len(keywords) if is_there else 0
        return is_there

    def _match(self) -> re.Match[str] | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _lost(self, reason: str) -> NotSparql:
        match = self._match()
        before = self._text[: match.start() if match else len(self._text)]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        return NotSparql(
            f"The update cannot be made out at line {line}, column {column}: {reason}. "
            "Put blanks around its keywords, and a semicolon between two operations.",
            line,
            column,
        )
