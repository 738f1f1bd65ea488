"""What went wrong with a foreign text, in a sentence for whoever sent it."""

import logging
import os
import signal
from dataclasses import dataclass
from typing import Any

from graph.errors import (
    AnswerTooLarge,
    NotOffered,
    NotRdf,
    NotSparql,
    QueryTooCostly,
    RemoteError,
    RevierError,
    SnapshotError,
    WrongFormat,
    WrongUse,
)
from graph.rdf import FORMATS, Kind


@dataclass(frozen=True, slots=True)
class Subject:
    """What was sent: a query, an update or a document; of a document the text is not needed."""

    name: str
    text: str = ""

    def explained(self, facts: dict[str, Any]) -> RevierError:
        """The error that a worker's fault is for the sender."""
        says = facts.get("says", "")
        if facts["fault"] == "syntax":
            return self._not_sparql(facts["line"], facts["column"], says)
        if facts["fault"] == "document":
            line, column = facts["line"], facts["column"]
            place = f" at line {line}, column {column}" if line else ""
            return NotRdf(f"The document cannot be read{place}: {says}. Correct it and send it again.", line, column)
        if facts["fault"] == "format":
            gives = "a graph" if facts["kind"] == Kind.GRAPH else "rows"
            offered = ", ".join(form.media_type for form in FORMATS if form.kind == facts["kind"])
            return WrongFormat(f"This query gives {gives}. Accept one of: {offered}.")
        if facts["fault"] == "refused":
            return self._not_done(says, facts.get("remedy", "Leave it out"))
        if facts["fault"] == "asked":
            return RemoteError("What another endpoint answered cannot be read as rows. Leave its SERVICE out.")
        if facts["fault"] == "graph":
            return WrongUse(f"A graph must be named by an absolute IRI: {says}.")
        _LOG.error("The snapshot cannot be read: %s. Run `revier doctor`.", says)
        return SnapshotError("The snapshot cannot be read at this moment. The operator finds the reason in the log.")

    def too_slow(self, limit_s: float) -> QueryTooCostly:
        """It met the limit of time."""
        return QueryTooCostly(
            f"The {self.name} was stopped after {limit_s:g} seconds, the limit of time. {self._remedy}"
        )

    def too_large(self, most_bytes: int) -> AnswerTooLarge:
        """It met the limit of size."""
        return AnswerTooLarge(
            f"The answer is larger than {most_bytes / 2**20:g} MB, the limit of size. "
            "Ask for it in parts with LIMIT and OFFSET."
        )

    def too_greedy(self) -> QueryTooCostly:
        """It stood in the way of others."""
        return QueryTooCostly(
            f"The {self.name} was stopped: it had used the most processor time while others waited. {self._remedy}"
        )

    def died_of(self, status: int, memory_mb: int) -> QueryTooCostly | NotOffered:
        """Why a worker died before its answer was whole, by its wait status."""
        died_by = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        if died_by == signal.SIGSYS:
            return self._not_done(_CONNECTION[self.name])
        if died_by == signal.SIGABRT:
            return QueryTooCostly(
                f"The {self.name} needs more than {memory_mb:g} MB, the limit of memory. {_SMALLER[self.name]}"
            )
        if died_by in (signal.SIGSEGV, signal.SIGBUS):
            return QueryTooCostly(f"The {self.name} is nested too deep to be worked out. {_FLATTER[self.name]}")
        return QueryTooCostly(f"The process that worked on the {self.name} was ended from outside. Send it again.")

    @property
    def _remedy(self) -> str:
        return (
            "Send it in parts." if self.name == "document" else "Narrow its patterns, or ask for fewer rows with LIMIT."
        )

    def _not_done(self, says: str, remedy: str = "Leave it out") -> NotOffered:
        return NotOffered(f"The {self.name} asks for what is not done here: {says}. {remedy}.")

    def _not_sparql(self, line: int, column: int, says: str) -> NotSparql:
        before = self.text.split("\n")[line - 1][: column - 1].rstrip()[-40:]
        place = f"line {line}, column {column}" + (f", after {before!r}" if before else "")
        kind = "a query and no update" if self.name == "query" else "an update and no query"
        hint = says or f"Check the spelling, the brackets, and that it is {kind}"
        return NotSparql(f"This is no SPARQL {self.name}; it can be read up to {place}. {hint}.", line, column)


_LOG = logging.getLogger(__name__)
_CONNECTION = {
    "query": "SERVICE",
    "update": "SERVICE or LOAD",
    "document": "a connection to another server",
}
_SMALLER = {
    "query": "Sort, group or combine fewer rows, or ask in parts.",
    "update": "Send it in parts.",
    "document": "Send it in parts, and with fewer levels.",
}
_FLATTER = {
    "query": "Flatten its groups and expressions.",
    "update": "Flatten its groups and expressions.",
    "document": "Flatten its levels.",
}
