"""Every setting of the service with its default and what it does; the environment wins over the default."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path

from graph.errors import WrongUse
from ontology.naming import DEFAULT_BASE


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table: environment variable, default, and its help."""

    name: str
    default: str
    says: str


_KINDS = {int: "a whole number", float: "a number"}
TABLE = (
    Setting("REVIER_HOME", "var", "folder that holds the snapshots"),
    Setting("REVIER_BASE_IRI", DEFAULT_BASE, "where every IRI of the graph begins"),
    Setting("REVIER_WORKERS", "4", "processes that answer public queries"),
    Setting("REVIER_QUERY_TIMEOUT_S", "10", "seconds after which a public query is stopped"),
    Setting("REVIER_QUERY_MEMORY_MB", "2048", "memory of one query process"),
    Setting("REVIER_RESULT_MB", "50", "size of one answer"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force, read once at the start of a command."""

    home: Path
    workers: int
    query_timeout_s: float
    query_memory_mb: int
    result_mb: int


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of an environment.

    Raises `WrongUse` that names a variable whose value is no positive number.

    >>> read_settings({"REVIER_WORKERS": "2"}).workers
    2
    """
    values = {setting.name: environment.get(setting.name, setting.default) for setting in TABLE}

    def number(name: str, kind: type[float] = float) -> float:
        try:
            found = kind(values[name])
        except ValueError:
            found = 0
        if not 0 < found < inf:
            raise WrongUse(f"{name} must be {_KINDS[kind]} above 0; it is {values[name]!r}.")
        return found

    return Settings(
        home=Path(values["REVIER_HOME"]),
        workers=int(number("REVIER_WORKERS", int)),
        query_timeout_s=number("REVIER_QUERY_TIMEOUT_S"),
        query_memory_mb=int(number("REVIER_QUERY_MEMORY_MB", int)),
        result_mb=int(number("REVIER_RESULT_MB", int)),
    )
