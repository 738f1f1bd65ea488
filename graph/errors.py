"""The family of errors: each carries a sentence for people and a status for machines."""


class RevierError(Exception):
    """Anything Revier refuses; `status` is the HTTP status and `exit_code` that of the command."""

    status = 500
    exit_code = 2


class WrongUse(RevierError):
    """The caller asked for something that cannot be: an unknown name, a value of the wrong type."""

    status = 400


class UnknownTerm(WrongUse):
    """An IRI or a name that the current snapshot does not hold."""

    status = 404


class PackError(WrongUse):
    """A region pack that cannot be read: region.toml or a mapping is wrong before any row is read."""


class BuildRunning(RevierError):
    """Another build holds the lock."""

    status = 409
    exit_code = 1


class SnapshotError(RevierError):
    """A snapshot that is missing, incomplete or not what its manifest says."""

    status = 503
    exit_code = 1


class NotSparql(WrongUse):
    """A text that is no SPARQL query; knows the line and column, from 1, where reading stopped."""

    def __init__(self, sentence: str, line: int, column: int) -> None:
        super().__init__(sentence)
        self.line, self.column = line, column


class NotOffered(RevierError):
    """A query that is right but asks for what is not done here: SERVICE, or a function nobody knows."""

    status = 422


class WrongFormat(WrongUse):
    """An answer that none of the wanted formats can hold."""

    status = 406


class QueryTooCostly(RevierError):
    """A query stopped at a limit of time, memory, depth or result size; the sentence names the limit."""

    status = 503


class Busy(RevierError):
    """Every worker is taken and the queue is full."""

    status = 503
