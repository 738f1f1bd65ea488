"""The catalogue: every question, every check and every part, as its file states it.

The files lie in `answers`, `checks` and `parts`; SPARQL is read under the base in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ontology.naming import rebased
from ontology.wording import Text
from queries.header import Section, read_header

HERE = Path(__file__).parent
TYPES = ("iri", "text", "integer", "decimal", "date", "boolean")
TAGS = ("analyst", "bridge-builder", "steward")
VIEWS = ("table",)
SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question must be told; it can be bound to a class (`kind`), a scheme or a list of values."""

    name: str
    type: str
    says: Text
    kind: str | None = None
    scheme: str | None = None
    default: str | None = None
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of an answer holds."""

    name: str
    type: str
    says: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its SELECT, in which each parameter is a variable; `example` is a call to try."""

    name: str
    text: Text
    tags: tuple[str, ...]
    view: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    example: Mapping[str, str]
    sparql: str


@dataclass(frozen=True, slots=True)
class Check:
    """A question that must have no answer; `message` has the answer's columns as `{slots}`."""

    name: str
    severity: str
    message: Text
    remedy: Text
    sparql: str


@cache
def part(name: str) -> str:
    """The SPARQL that code asks under `name`."""
    return rebased(HERE / "parts" / f"{name}.rq")


def question(name: str) -> Question:
    """The question called `name`.

    Raises `KeyError` with a sentence if there is none.

    >>> question("blocking-tasks").text.en
    'Which tasks hold up most others?'
    """
    known = {each.name: each for each in questions()}
    if name not in known:
        raise KeyError(f"There is no question {name!r}. There are: {', '.join(known)}.")
    return known[name]


@cache
def questions() -> tuple[Question, ...]:
    """All questions, by name."""
    return tuple(read_question(path) for path in sorted(HERE.glob("answers/*.rq")))


@cache
def checks() -> tuple[Check, ...]:
    """All checks, by name."""
    return tuple(read_check(path) for path in sorted(HERE.glob("checks/*.rq")))


def read_question(path: Path) -> Question:
    """The question in `path`; raises `HeaderError`."""
    header = read_header(path)
    header.only("question", "tags", "view", "parameters", "columns", "example")
    parameters = tuple(_parameter(name, said) for name, said in header.sections("parameters"))
    columns = tuple(_column(name, said) for name, said in header.sections("columns"))
    if not columns:
        header.fail("columns", "No column is described. Add a [columns.NAME] for each of the SELECT.")
    return Question(
        name=path.stem,
        text=header.text("question"),
        tags=header.words("tags", TAGS),
        view=header.word("view", VIEWS),
        parameters=parameters,
        columns=columns,
        example=_example(header.section("example"), parameters),
        sparql=rebased(path),
    )


def read_check(path: Path) -> Check:
    """The check in `path`; raises `HeaderError`."""
    header = read_header(path)
    header.only("severity", "message", "remedy")
    severity = header.word("severity", SEVERITIES)
    return Check(path.stem, severity, header.text("message"), header.text("remedy"), rebased(path))


def _parameter(name: str, said: Section) -> Parameter:
    said.only("type", "says", "class", "scheme", "default", "allowed")
    kind, scheme, default = (said.maybe(key) for key in ("class", "scheme", "default"))
    form = said.word("type", TYPES)
    if (kind or scheme) and form != "iri":
        said.fail("type", f"A {form} has no class and no scheme. Make it an iri, or leave them out.")
    allowed = said.words("allowed") if "allowed" in said.values else ()
    return Parameter(name, form, said.text("says"), kind, scheme, default, allowed)


def _column(name: str, said: Section) -> Column:
    said.only("type", "says")
    return Column(name, said.word("type", TYPES), said.text("says"))


def _example(said: Section, parameters: tuple[Parameter, ...]) -> dict[str, str]:
    said.only(*(parameter.name for parameter in parameters))
    for parameter in parameters:
        if parameter.default is None and parameter.name not in said.values:
            said.fail(parameter.name, f"{parameter.name!r} has no value. Add one that has an answer.")
    return {name: said.maybe(name) or "" for name in said.values}
