"""The best practices for data on the web, and where each can be seen to be met (https://www.w3.org/TR/dwbp/)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, render_template

from graph.model import Text


@dataclass(frozen=True, slots=True)
class Practice:
    """One best practice by its number in the recommendation; `proof` is a path of ours, empty if it is not met."""

    number: int
    name: Text
    proof: str


@cache
def practices() -> tuple[Practice, ...]:
    """All of them, by number."""
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return tuple(Practice(int(number), Text(**each["name"]), each["proof"]) for number, each in told.items())


def practices_blueprint() -> Blueprint:
    """`/practices`."""
    blueprint = Blueprint("practices", __name__)

    @blueprint.get("/practices")
    def page() -> str:
        return render_template("practices.html", practices=practices())

    return blueprint
