"""Who may write: tokens that are told once and kept only as hashes, each for certain graphs until it is revoked."""

import fcntl
import hashlib
import json
import logging
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path

from graph.errors import Unauthorised, UnknownTerm, WrongUse
from ontology.terms import IRI

EVERYTHING, DEFAULT = "*", "default"
PREFIX = "revier_"  # by which a token that got out is found again
SECRET_BYTES = 32
_HASH = re.compile("[0-9a-f]{64}")
_GRAPH = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]+")
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Scope:
    """The graphs that a token is for: IRIs, beginnings of IRIs that end in `*`, `default`, or `*` for all."""

    graphs: tuple[str, ...]

    def covers(self, graph: IRI | None) -> bool:
        """Whether a graph is among them; None is the default graph.

        >>> Scope(("urn:plans/*",)).covers(IRI("urn:plans/2027")), Scope(("urn:plans/*",)).covers(None)
        (True, False)
        """
        if EVERYTHING in self.graphs:
            return True
        if graph is None:
            return DEFAULT in self.graphs
        return any(graph.startswith(one[:-1]) if one.endswith("*") else graph == one for one in self.graphs)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is kept: the secret is known only by its SHA-256."""

    name: str
    graphs: tuple[str, ...]
    created: str
    sha256: str


class Tokens:
    """The tokens of a file, which is read again whenever it changes, and one for all graphs from the settings.

    Raises `WrongUse` where a command meets a damaged file. A request then finds no token of the file valid.
    """

    def __init__(self, path: Path, write_token: str) -> None:
        self._path = path
        self._from_settings = (Token("", (EVERYTHING,), "", _hash(write_token)),) if write_token else ()
        self._read: tuple[tuple[int, ...], tuple[Token, ...] | None] = (), ()  # as of which file, and what it held

    def scope_of(self, token: str) -> Scope:
        """The graphs that a token is for.

        Raises `Unauthorised` for an unknown, revoked or empty token, with a sentence how to come by one.
        """
        kept = self._latest()
        known = (*self._from_settings, *(kept or ()))
        found, digest = None, _hash(token)
        for each in known:  # all of them, so that the time tells nothing
            if compare_digest(each.sha256, digest):
                found = each
        if found is not None:
            return Scope(found.graphs)
        if kept is None:
            raise Unauthorised("No token can be checked at this moment. The operator finds the reason in the log.")
        if not known:
            raise Unauthorised("No token has been made here yet. The operator makes one: `revier token create NAME`.")
        if not token:
            raise Unauthorised("This needs a token. Send one as `Authorization: Bearer TOKEN`.")
        raise Unauthorised("The token is unknown or revoked. The operator makes one: `revier token create NAME`.")

    def create(self, name: str, graphs: Sequence[str]) -> str:
        """Make a token and give its secret, which nobody can tell a second time.

        Raises `WrongUse` for a name that is taken, and for what is no graph.
        """
        if not name.isprintable() or not name.strip():
            raise WrongUse(f"{name!r} cannot name a token. Write a name that can be read and told apart.")
        if not graphs:
            raise WrongUse("A token without graphs can do nothing. Name graphs with --graph, or all with --all.")
        for graph in graphs:
            if graph not in (EVERYTHING, DEFAULT) and not _GRAPH.fullmatch(graph):
                raise WrongUse(
                    f"{graph!r} is no graph. Write an absolute IRI, the beginning of one with * behind it, or default."
                )
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        with self._changing():
            kept = self.listed()
            if any(each.name == name for each in kept):
                raise WrongUse(f"There is a token {name!r} already. Revoke it first, or take another name.")
            created = datetime.now(UTC).isoformat(timespec="seconds")
            self._keep((*kept, Token(name, tuple(graphs), created, _hash(secret))))
        return secret

    def revoke(self, name: str) -> None:
        """Let a token be valid no longer; `UnknownTerm` if there is none of this name."""
        with self._changing():
            kept = self.listed()
            left = tuple(each for each in kept if each.name != name)
            if left == kept:
                raise UnknownTerm(f"There is no token {name!r}. `revier token list` shows them.")
            self._keep(left)

    def listed(self) -> tuple[Token, ...]:
        """The tokens of the file, the oldest first."""
        return _tokens_in(self._path)

    def _latest(self) -> tuple[Token, ...] | None:
        """The tokens as the file has them now; None if it is damaged, which is logged once."""
        mark = _mark(self._path)
        if mark != self._read[0]:
            try:
                self._read = mark, _tokens_in(self._path)
            except WrongUse as error:
                _LOG.error("%s", error)
                self._read = mark, None
        return self._read[1]

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """One command at a time; the file of the lock stays empty."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lock = os.open(self._path.with_name(self._path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _keep(self, tokens: Sequence[Token]) -> None:
        """Write the file whole: a reader sees the old one or the new one, and nobody else may read it."""
        fresh = self._path.with_name(self._path.name + ".new")
        fresh.unlink(missing_ok=True)
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump({"tokens": [asdict(each) for each in tokens]}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _mark(path: Path) -> tuple[int, ...]:
    """What tells one state of the file from another; empty if there is none."""
    try:
        seen = path.stat()
    except FileNotFoundError:
        return ()
    return seen.st_ino, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size


def _tokens_in(path: Path) -> tuple[Token, ...]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return tuple(_token(**each) for each in document["tokens"])
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise WrongUse(
            f"{path} cannot be read as a file of tokens: {error}. Until it is mended none of its tokens is valid; "
            "remove it and make the tokens anew with `revier token create`."
        ) from None


def _token(*, name: str, graphs: list[str], created: str, sha256: str) -> Token:
    """A token as the file tells it; ValueError or TypeError for anything else."""
    texts = (name, created, sha256, *graphs)
    if not (isinstance(graphs, list) and all(isinstance(text, str) for text in texts) and _HASH.fullmatch(sha256)):
        raise ValueError(f"the token {str(name)[:40]!r} is damaged")
    return Token(name, tuple(graphs), created, sha256)
