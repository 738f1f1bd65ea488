"""The header of a question: TOML behind `#+`, read so that each fault names its file and line."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, NoReturn

from ontology.wording import Text

_MARK = "#+"


class HeaderError(ValueError):
    """A header that is not as it must be; the sentence says where, what was met and what to do."""


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a header; `place` is its name in brackets, empty for what comes before the first."""

    path: Path
    place: str
    values: Mapping[str, Any]

    def only(self, *allowed: str) -> None:
        """Raise `HeaderError` at the first key that is not allowed."""
        for key in self.values:
            if key not in allowed:
                self.fail(key, f"{key!r} is unknown. Use {', '.join(allowed) or 'nothing here'}.")

    def text(self, key: str) -> Text:
        said = self.values.get(key)
        if not isinstance(said, dict) or said.keys() != {"de", "en"}:
            self.fail(key, f'{key!r} is {said!r}. Write {{ de = "…", en = "…" }}.')
        return Text(**said)

    def word(self, key: str, allowed: tuple[str, ...]) -> str:
        word = self.maybe(key)
        if word not in allowed:
            self.fail(key, f"{key!r} is {word!r}. Use one of {', '.join(allowed)}.")
        return word

    def words(self, key: str, allowed: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The list of words of `key`; any words if none are named as allowed."""
        words = self.values.get(key)
        if not isinstance(words, list) or not words or not all(isinstance(word, str) for word in words):
            self.fail(key, f"{key!r} is {words!r}. Write a list of words.")
        if allowed and not set(words) <= set(allowed):
            self.fail(key, f"{key!r} is {words!r}. List some of {', '.join(allowed)}.")
        return tuple(words)

    def maybe(self, key: str) -> str | None:
        """The text of `key`, or None if it is not there."""
        text = self.values.get(key)
        if text is not None and not isinstance(text, str):
            self.fail(key, f"{key!r} is {text!r}. Write it as text, between quotes.")
        return text

    def flag(self, key: str) -> bool:
        """Whether `key` is true; it need not be there."""
        said = self.values.get(key, False)
        if not isinstance(said, bool):
            self.fail(key, f"{key!r} is {said!r}. Write true or false, without quotes.")
        return said

    def section(self, key: str) -> "Section":
        """The table `key` within this one; empty if it is not there."""
        said = self.values.get(key, {})
        if not isinstance(said, dict):
            self.fail(key, f"{key!r} is {said!r}. Make it a table, [{self._inner(key)}].")
        return Section(self.path, self._inner(key), said)

    def sections(self, key: str) -> Iterator[tuple[str, "Section"]]:
        """The tables within the table `key`, with their names."""
        outer = self.section(key)
        return ((name, outer.section(name)) for name in outer.values)

    def fail(self, key: str, fault: str) -> NoReturn:
        raise HeaderError(f"{self.path}, line {self._line(key)}: {fault}")

    def _inner(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def _line(self, key: str) -> int:
        """The line of `key`; of this table if the key is missing."""
        place, found = "", 1
        for number, line in enumerate(_lines(self.path), 1):
            if line.startswith("["):
                place = line.strip("[]")
                if f"{place}.".startswith(f"{self._inner(key)}."):
                    return number
                if place == self.place:
                    found = number
                continue
            name = line.partition("=")[0].strip()
            if name and (f"{place}.{name}" if place else name) in (self._inner(key), self.place):
                return number
        return found


def read_header(path: Path) -> Section:
    """The header of the file `path`; raises `HeaderError` if it is not TOML."""
    try:
        return Section(path, "", tomllib.loads("\n".join(_lines(path))))
    except tomllib.TOMLDecodeError as error:
        raise HeaderError(f"{path}: {error}. Correct the header; it is TOML behind {_MARK!r}.") from error


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    header = takewhile(lambda line: line.startswith(_MARK), lines)
    return [line.removeprefix(_MARK).strip() for line in header]
