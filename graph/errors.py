"""The family of errors: each carries a sentence for people and a status for machines."""

from graph.findings import Finding


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


class GraphExists(WrongUse):
    """A graph that was to be made, and is there already."""

    status = 409


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


class NotRdf(WrongUse):
    """A document that cannot be read in the format it came in; knows the line and column where reading stopped."""

    def __init__(self, sentence: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(sentence)
        self.line, self.column = line, column


class TooLarge(WrongUse):
    """A text or document longer than the limit, which the sentence names."""

    status = 413


class Unauthorised(RevierError):
    """A write without a token, or with one that nobody gave out or that was revoked."""

    status = 401


class Forbidden(RevierError):
    """A write to a graph that the token, or anybody, may not change."""

    status = 403


class Outdated(RevierError):
    """A write that expected another snapshot than the published one."""

    status = 412


class Overtaken(Outdated):
    """A change to a record that somebody else has changed since it was read."""


class Gone(RevierError):
    """A snapshot that was once published and is not kept any more."""

    status = 410


class WriteRefused(RevierError):
    """A write that the shapes refuse; `findings` say why. Nothing of it was published."""

    status = 422
    exit_code = 1

    def __init__(self, sentence: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(sentence)
        self.findings = findings


class StorageFull(RevierError):
    """No space is left for a write or a build; what was published stays."""

    status = 507
    exit_code = 1


class RemoteError(RevierError):
    """A remote store that refuses, fails, or answers what is no result; its own words go to the log only."""

    status = 502


class RemoteTimeout(RemoteError):
    """A remote store that did not answer in time."""

    status = 504


class QueryTooCostly(RevierError):
    """A query stopped at a limit of time, memory, depth or result size; the sentence names the limit."""

    status = 503


class AnswerTooLarge(QueryTooCostly):
    """A query stopped because its answer is larger than an answer may be."""

    status = 413


class Busy(RevierError):
    """Every worker is taken and the queue is full."""

    status = 503
