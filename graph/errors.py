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


class RefusedByChecks(RevierError):
    """The data was read and did not pass its checks; the report says where and why."""

    status = 422
    exit_code = 1


class BuildRunning(RevierError):
    """Another build holds the lock."""

    status = 409
    exit_code = 1


class SnapshotError(RevierError):
    """A snapshot that is missing, incomplete or not what its manifest says."""

    status = 503
    exit_code = 1


class QueryError(WrongUse):
    """A query that is not SPARQL; the sentence names line and column."""


class QueryTooCostly(RevierError):
    """A query stopped at a limit of time, memory, depth or result size; the sentence names the limit."""

    status = 503


class Busy(RevierError):
    """Every worker is taken and the queue is full."""

    status = 503
