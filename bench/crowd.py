"""A region of many actors that has all that pages show: the little region, with generated rows below its own.

Schemes and mappings are those of `regions/little`, so that whatever a region can say is said here too. Of every hundred
actors all have a class and an offer, ten a need, twenty-five a competence they hold; they meet in ten projects.
"""

import csv
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from openpyxl import load_workbook

from bench.developers import Words

LITTLE = Path(__file__).parents[1] / "regions" / "little"
COMPETENCES, TECHNOLOGIES, PLACES, TASKS = 600, 400, 60, 300
BRANCHES = 6  # of a taxonomy, at each concept
FIELDS = ("clean-surfaces", "smart-heat")
CLASSES = ("user", "solution-developer", "bridge-builder")

Row = dict[str, object]


def crowd(folder: Path, actors: int) -> None:
    """Write a pack of so many actors, and the few of the little region, into `folder`; it is the same each time."""
    shutil.copytree(LITTLE, folder)
    _make_csv(folder, "projects")
    for name, rows in _Crowd(actors).tables():
        _append(folder / "tables" / f"{name}.csv", rows)


def _make_csv(folder: Path, name: str) -> None:
    """Turn the workbook of a table into CSV, to which rows can be added."""
    workbook, mapping = folder / "tables" / f"{name}.xlsx", folder / "mappings" / f"{name}.toml"
    rows = load_workbook(workbook).worksheets[0].iter_rows(values_only=True)
    with workbook.with_suffix(".csv").open("w", encoding="utf-8", newline="") as table:
        csv.writer(table).writerows([str(cell or "").removesuffix(" 00:00:00") for cell in row] for row in rows)
    lines = mapping.read_text(encoding="utf-8").replace(workbook.name, f"{name}.csv").splitlines(keepends=True)
    mapping.write_text("".join(line for line in lines if not line.startswith("sheet ")), encoding="utf-8")


def _append(path: Path, rows: Iterable[Row]) -> None:
    header = path.read_text(encoding="utf-8").partition("\n")[0]
    delimiter = ";" if ";" in header else ","
    with path.open("a", encoding="utf-8", newline="") as table:
        csv.DictWriter(table, header.split(delimiter), delimiter=delimiter).writerows(rows)


@dataclass(frozen=True, slots=True)
class _Crowd:
    """The rows that are added to each table."""

    actors: int
    dice: Random = field(default_factory=lambda: Random(1))
    spoken: Words = field(default_factory=Words)

    def tables(self) -> Iterator[tuple[str, Iterator[Row]]]:
        """The tables by name, each followed by the next once its rows are read."""
        yield "places", map(self._place, range(PLACES))
        yield "technologies", map(self._technology, range(TECHNOLOGIES))
        yield "competences", map(self._competence, range(COMPETENCES))
        yield "actors", map(self._actor, range(self.actors))
        yield "roles", map(self._role, range(self.actors))
        yield "offers", map(self._offer, range(self.actors))
        yield "needs", map(self._need, range(self.actors // 10))
        yield "holdings", map(self._holding, range(self.actors // 4))
        yield "projects", map(self._project, range(self.actors // 10))
        yield "participations", (row for number in range(self.actors // 10) for row in self._partners(number))
        yield "tasks", map(self._task, range(TASKS))

    def _place(self, number: int) -> Row:
        return {
            "code": f"98{number:06}",
            "kind": "municipality",
            "name_de": f"Ort {number} (erfunden)",
            "within": "ZZ001",
            "latitude": f"{51.2 + number // 10 / 20:.4f}",
            "longitude": f"{6.8 + number % 10 / 10:.4f}",
            **_told("register"),
        }

    def _technology(self, number: int) -> Row:
        return {**_branch("technology", number), **self._named("label"), **_told("report")}

    def _competence(self, number: int) -> Row:
        technologies = self._some("technology", TECHNOLOGIES, 2)
        row = {**_branch("competence", number), **self._named("label"), **_told("report")}
        return row | {"definition_de": self._text("de"), "technologies": technologies}

    def _actor(self, number: int) -> Row:
        return {
            "actor": f"a{number}",
            "kind": "firm",
            "name": f"{self.spoken.name(self.dice)} {number} GmbH (erfunden)",
            "legal_form": "gmbh",
            "size": self.dice.choice(("small", "medium", "large")),
            "status": "active",
            "place": self._a_place(),
            "site_kind": "seat",
            "website": f"https://a{number}.example/",
            "topic": self._some("technology", TECHNOLOGIES, 1),
            "activity_de": self._text("de"),
            "activity_en": self._text("en"),
            **_told("survey;register"),
        }

    def _role(self, number: int) -> Row:
        return {
            "role": f"r{number}",
            "actor": f"a{number}",
            "class": CLASSES[number % len(CLASSES)],
            "field": self.dice.choice(FIELDS),
            "valid_from": "2021-01-01",
            "confidence": "0.9",
            **_told("report"),
        }

    def _offer(self, number: int) -> Row:
        return {
            "offer": f"o{number}",
            "kind": "bridge" if number % len(CLASSES) == CLASSES.index("bridge-builder") else "solution",
            "actor": f"a{number}",
            "provides": self._some("competence", COMPETENCES, 3),
            "technologies": self._some("technology", TECHNOLOGIES, 1),
            "readiness": self.dice.randint(3, 9),
            "serves": self._a_place(),
            **self._exchanged(),
        }

    def _need(self, number: int) -> Row:
        return {
            "need": f"n{number}",
            "actor": f"a{self.dice.randrange(self.actors)}",
            "requires": self._some("competence", COMPETENCES, 2),
            "technologies": self._some("technology", TECHNOLOGIES, 1),
            "place": self._a_place(),
            **self._exchanged(),
        }

    def _exchanged(self) -> Row:
        """What needs and offers have in common."""
        return {
            **self._named("name"),
            "field": self.dice.choice(FIELDS),
            "status": "open",
            "valid_from": f"2026-01-{self.dice.randint(1, 28):02}",
            "visibility": "public",
            "confidence": f"0.{self.dice.randint(3, 9)}",
            **_told("survey"),
        }

    def _holding(self, number: int) -> Row:
        return {
            "holding": f"h{number}",
            "actor": f"a{4 * number}",
            "competence": self._some("competence", COMPETENCES, 1),
            "level": self.dice.choice(("basic", "advanced", "expert")),
            "confidence": f"0,{self.dice.randint(3, 9)}",
            **_told("survey"),
        }

    def _project(self, number: int) -> Row:
        return {
            "project": f"p{number}",
            **self._named("name"),
            "description_de": self._text("de"),
            "start": "2024-01-01",
            "technologies": self._some("technology", TECHNOLOGIES, 1),
            "competences": self._some("competence", COMPETENCES, 2),
            "field": self.dice.choice(FIELDS),
            "place": self._a_place(),
            "status": "running",
            **_told("register"),
        }

    def _partners(self, number: int) -> Iterator[Row]:
        for actor in self.dice.sample(range(self.actors), self.dice.randint(2, 5)):
            yield {
                "participation": f"p{number}-a{actor}",
                "project": f"p{number}",
                "actor": f"a{actor}",
                "role": "partner",
                "confidence": "0.9",
                **_told("register"),
            }

    def _task(self, number: int) -> Row:
        return {
            "identifier": f"G{number:03}",
            **self._named("title"),
            "action_field": self.dice.choice(("network", "pilot", "skills")),
            "classes": self.dice.choice(CLASSES),
            "horizon": self.dice.choice(("short", "medium", "long")),
            "goals": "vernetzt",
            "depends_on": f"G{number // BRANCHES:03}" if number >= BRANCHES else "",
            "field": self.dice.choice(FIELDS),
            "status": "planned",
            **_told("report"),
        }

    def _named(self, column: str) -> Row:
        """A title in both languages."""
        return {f"{column}_{each}": self.spoken.text(self.dice, each, 3) for each in ("de", "en")}

    def _text(self, language: str) -> str:
        return self.spoken.text(self.dice, language, 12)

    def _a_place(self) -> str:
        return f"98{self.dice.randrange(PLACES):06}"

    def _some(self, kind: str, known: int, most: int) -> str:
        """One to `most` of the generated concepts of a kind, as a cell has them."""
        chosen = self.dice.sample(range(known), self.dice.randint(1, most))
        return ";".join(f"{kind}-{each}" for each in chosen)


def _branch(kind: str, number: int) -> Row:
    """A concept's place in its taxonomy: at the top, or below one of a sixth as many."""
    is_top = number < BRANCHES
    below = "" if is_top else f"{kind}-{number // BRANCHES}"
    return {"code": f"{kind}-{number}", "top": kind if is_top else "", "broader": below}


def _told(sources: str) -> Row:
    return {"sources": sources, "sourcing_status": "stated"}
