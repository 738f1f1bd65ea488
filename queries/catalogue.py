"""The catalogue: every question, every check and every part, as its file states it.

The files lie in `answers`, `checks`, `parts` and `values`; SPARQL is read under the base in force.
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
VIEWS = ("table", "bar", "map", "network", "matrix")
FORMS = ("SELECT", "CONSTRUCT")
SEVERITIES = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a question must be told; it can be bound to a class (`kind`), a scheme or a list of values.

    `values` is the query of what to offer besides; with `is_list` it takes several values, of which each counts.
    """

    name: str
    type: str
    says: Text
    kind: str | None = None
    scheme: str | None = None
    default: str | None = None
    allowed: tuple[str, ...] = ()
    values: str | None = None
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """What one column of an answer holds; `unit` is the symbol of a figure's unit, such as EUR or %."""

    name: str
    type: str
    says: Text
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its SELECT or CONSTRUCT, in which each parameter is a variable; `example` is a call to try.

    `number` is that of the competency question which it answers, if it is one. `why` are the columns whose things'
    statements stand behind a row. A CONSTRUCT has no columns.
    """

    name: str
    number: str | None
    text: Text
    tags: tuple[str, ...]
    view: str
    parameters: tuple[Parameter, ...]
    columns: tuple[Column, ...]
    why: tuple[str, ...]
    example: Mapping[str, str | tuple[str, ...]]
    sparql: str

    @property
    def is_graph(self) -> bool:
        """Whether the answer is a graph and no table."""
        return _form(self.sparql) == "CONSTRUCT"


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


@cache
def value_query(name: str) -> str:
    """The SELECT of `?value`, and perhaps `?name`, that offers values for a parameter."""
    return rebased(HERE / "values" / f"{name}.rq")


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
    header.only("question", "number", "tags", "view", "parameters", "columns", "why", "example")
    parameters = tuple(_parameter(name, said) for name, said in header.sections("parameters"))
    columns = tuple(_column(name, said) for name, said in header.sections("columns"))
    sparql = rebased(path)
    if not columns and _form(sparql) == "SELECT":
        header.fail("columns", "No column is described. Add a [columns.NAME] for each of the SELECT.")
    why = header.words("why", tuple(column.name for column in columns)) if "why" in header.values else ()
    return Question(
        name=path.stem,
        number=header.maybe("number"),
        text=header.text("question"),
        tags=header.words("tags", TAGS),
        view=header.word("view", VIEWS),
        parameters=parameters,
        columns=columns,
        why=why,
        example=_example(header.section("example"), parameters),
        sparql=sparql,
    )


def read_check(path: Path) -> Check:
    """The check in `path`; raises `HeaderError`."""
    header = read_header(path)
    header.only("severity", "message", "remedy")
    severity = header.word("severity", SEVERITIES)
    return Check(path.stem, severity, header.text("message"), header.text("remedy"), rebased(path))


def _parameter(name: str, said: Section) -> Parameter:
    said.only("type", "says", "class", "scheme", "default", "allowed", "values", "list")
    kind, scheme, default = (said.maybe(key) for key in ("class", "scheme", "default"))
    form = said.word("type", TYPES)
    if (kind or scheme) and form != "iri":
        said.fail("type", f"A {form} has no class and no scheme. Make it an iri, or leave them out.")
    allowed = said.words("allowed") if "allowed" in said.values else ()
    source = said.maybe("values")
    values = value_query(source) if source else None
    return Parameter(name, form, said.text("says"), kind, scheme, default, allowed, values, said.flag("list"))


def _column(name: str, said: Section) -> Column:
    said.only("type", "says", "unit")
    return Column(name, said.word("type", TYPES), said.text("says"), said.maybe("unit"))


def _example(said: Section, parameters: tuple[Parameter, ...]) -> dict[str, str | tuple[str, ...]]:
    said.only(*(parameter.name for parameter in parameters))
    for parameter in parameters:
        if parameter.default is None and parameter.name not in said.values:
            said.fail(parameter.name, f"{parameter.name!r} has no value. Add one that has an answer.")
    lists = {parameter.name for parameter in parameters if parameter.is_list}
    return {name: said.words(name) if name in lists else said.maybe(name) or "" for name in said.values}


def _form(sparql: str) -> str:
    return next(word for line in sparql.splitlines() for word in line.split()[:1] if word in FORMS)
