"""Learn what each signal of matching weighs, and write it where matching reads it.

  python -m bench.match_train SETDIR … [--index DIR] [--without-labels] [--write graph/matching/weights.toml]

Every SETDIR is an interchange folder with judged needs. The weights are those with the best mean of nDCG@10 over the
kinds of needs, each counted alike, found by coordinate ascent from what is published (Metzler and Croft 2007, "Linear
feature-based models for information retrieval"): one table for needs that state concepts, one for those told in words.
They are never negative, so that more of a signal never lowers a score, and sum to 1. Printed are, by set and kind, what
the published weights reach, what the learnt ones reach on the needs they were learnt on, and in five folds on needs
they were not learnt on: only the last is a promise.

--without-labels learns from dated evidence alone, as a region without a history of matches would: texts of the latest
year become needs that are answered by the actor they are told of, on an index of the years before.
"""

import argparse
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.interchange import Interchange, Row, actor_key, index_in, interchange, profile
from bench.metrics import Grades, interval, ndcg
from graph.matching.candidates import candidates, criteria_of
from graph.matching.index import MatchIndex
from graph.matching.weights import STATED, WORDS

FOLDS, ROUNDS, DEPTH = 5, 3, 10
UNTOLD = {"evidence"}  # what the sets can not teach: all that they say is trusted alike
STEPS = (0.0, 0.25, 0.5, 0.75, 0.9, 1.1, 1.33, 2.0, 4.0)  # what a weight is multiplied by to try another
LEAST = 0.005  # of a weight that is tried
MOST_NEEDS = 600  # of a kind that are learnt from
_SEED = 1
Weights = Mapping[str, float]
TABLES: Mapping[str, Weights] = {"stated": STATED, "words": WORDS}


@dataclass(frozen=True, slots=True)
class Judged:
    """A need with the values of its candidates: a row for each signal, nan where a value is unknown.

    `table` names the table of weights that it is judged by.
    """

    group: str
    table: str
    signals: tuple[str, ...]
    actors: tuple[str, ...]
    values: NDArray[np.floating[Any]]
    grades: Grades

    def worth(self, weights: Weights) -> float:
        """nDCG@10 of the candidates under these weights."""
        weighed = np.array([weights[name] for name in self.signals])[:, None] * np.isfinite(self.values)
        total = weighed.sum(axis=0)
        scores = np.nansum(weighed * np.nan_to_num(self.values), axis=0) / np.where(total > 0, total, 1)
        order = np.argsort(-scores, kind="stable")[:DEPTH]
        return ndcg([self.actors[place] for place in order], self.grades)


def main() -> None:
    """Learn, print what it is worth, and write the weights if asked to."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("sets", type=Path, nargs="+", metavar="SETDIR", help="interchange folders")
    arguments.add_argument("--index", type=Path, default=Path(".index"), metavar="DIR", help="where indexes are kept")
    arguments.add_argument("--without-labels", action="store_true", help="learn from the latest evidence alone")
    arguments.add_argument("--write", type=Path, metavar="FILE", help="the table of weights to rewrite")
    wanted = arguments.parse_args()
    judged, practised = [], []
    for folder in wanted.sets:
        given = interchange(folder)
        index = index_in(given, wanted.index / folder.name)
        judged += [*_judged(given, index, given.rows("needs.jsonl"), given.grades())]
        if wanted.without_labels:
            practised += [*_practised(given, wanted.index)]
    for table, needs in _by(judged, "table").items():
        lessons = [each for each in practised if each.table == table] if wanted.without_labels else needs
        learnt = learn(TABLES[table], lessons)
        promised = {} if wanted.without_labels else _in_folds(TABLES[table], needs)
        print(f"[{table}]")
        _print(table, needs, learnt, promised)
        if wanted.write:
            wanted.write.write_text(
                _rewritten(wanted.write.read_text(encoding="utf-8"), table, learnt), encoding="utf-8"
            )


def learn(published: Weights, needs: Sequence[Judged]) -> dict[str, float]:
    """The weights that serve these needs best; what none of them asks for keeps its weight."""
    weights = dict(published)
    best = _mean_worth(needs, weights)
    asked = sorted({name for need in needs for name in need.signals} - UNTOLD)
    for _ in range(ROUNDS):
        for name in asked:
            for step in STEPS:
                tried = weights | {name: max(weights[name] * step, LEAST if step else 0.0)}
                worth = _mean_worth(needs, tried)
                if worth > best:
                    best, weights = worth, tried
    total = sum(weights.values())
    return {name: round(weight / total, 3) for name, weight in weights.items()}


def _print(table: str, needs: Sequence[Judged], learnt: Weights, promised: Mapping[int, float]) -> None:
    print(f"{'nDCG@10':22}{'published':>26}{'learnt':>26}{'in five folds' if promised else '':>26}")
    for group, alike in _by(needs, "group").items():
        figures = [interval([need.worth(weights) for need in alike]) for weights in (TABLES[table], learnt)]
        figures += [interval([promised[id(need)] for need in alike])] if promised else []
        print(f"{group:22}" + "".join(f"{mean:9.3f} [{low:.3f}, {high:.3f}]".rjust(26) for mean, low, high in figures))
    print("\n".join(f"{name} = {weight:.3f}" for name, weight in learnt.items()))


def _judged(
    given: Interchange, index: MatchIndex, rows: Iterator[Row], grades: Mapping[str, Grades]
) -> Iterator[Judged]:
    """The needs of each kind, as many as are learnt from, drawn by chance."""
    by_kind: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row["id"] in grades:
            by_kind[row["kind"]].append(row)
    for kind, alike in by_kind.items():
        drawn = np.random.default_rng(_SEED).permutation(len(alike))[:MOST_NEEDS]
        for row in (alike[place] for place in drawn):
            yield _candidates(f"{given.folder.name} {kind}", index, row, grades[row["id"]])


def _candidates(group: str, index: MatchIndex, row: Row, grades: Grades) -> Judged:
    need = profile(row)
    asked = criteria_of(index, need)
    found = candidates(index, asked, need, DEPTH, None)
    keys = [actor_key(index.actors.iri(index.statements, actor)) for actor in found.tolist()]
    kept = np.array([key not in row.get("exclude", ()) for key in keys], dtype=bool)
    values = np.stack([signal.values(found) for signal in asked.signals]) if asked.signals else np.empty((0, len(keys)))
    sources = len(asked.sources)
    values[:sources] = np.nan_to_num(values[:sources])
    names = tuple(signal.name for signal in asked.signals)
    actors = tuple(key for key, keeps in zip(keys, kept, strict=True) if keeps)
    table = next(name for name, weights in TABLES.items() if weights is asked.table)
    return Judged(group, table, names, actors, values[:, kept], grades)


def _practised(given: Interchange, indexes: Path) -> Iterator[Judged]:
    """The texts of the latest year as needs, answered by those who already had other texts before; none if undated."""
    actors = [*given.rows("actors.jsonl")]
    latest = max((told["year"] or 0 for row in actors for told in row["texts"]), default=0)
    if not latest:
        return
    before = replace(given, until=latest - 1)
    index = index_in(before, indexes / f"{given.folder.name}-{before.until}")
    language, rows, grades = given.language, [], {}
    for row in actors:
        news = [told for told in row["texts"] if told["year"] == latest]
        if news and len(news) < len(row["texts"]):
            told = news[0]
            facts = {"id": row["id"], "kind": "practice", "lang": language, "place": row["place"], "year": latest}
            rows.append(facts | {"title": told["title"], "text": told["text"] or told["title"], "concepts": ()})
            grades[row["id"]] = {row["id"]: 1}
    yield from _judged(before, index, iter(rows), grades)


def _in_folds(published: Weights, needs: Sequence[Judged]) -> dict[int, float]:
    """What each need reaches under weights that were learnt without it."""
    fold = np.random.default_rng(_SEED).permutation(len(needs)) % FOLDS
    reached: dict[int, float] = {}
    for number in range(FOLDS):
        learnt = learn(published, [need for need, place in zip(needs, fold, strict=True) if place != number])
        reached |= {id(need): need.worth(learnt) for need, place in zip(needs, fold, strict=True) if place == number}
    return reached


def _mean_worth(needs: Sequence[Judged], weights: Weights) -> float:
    """The mean over the groups of needs, each counted alike."""
    return float(np.mean([np.mean([need.worth(weights) for need in group]) for group in _by(needs, "group").values()]))


def _by(needs: Sequence[Judged], fact: str) -> dict[str, list[Judged]]:
    """Needs by their group or by their table."""
    alike: dict[str, list[Judged]] = {}
    for need in needs:
        alike.setdefault(getattr(need, fact), []).append(need)
    return alike


def _rewritten(text: str, table: str, learnt: Weights) -> str:
    """The file with other figures in one of its tables; everything else in it stays."""
    before, heading, after = text.partition(f"[{table}]")
    own, blank, rest = after.partition("\n\n")
    for name, weight in learnt.items():
        own, found = re.subn(rf"(?m)^{name} = \S+", f"{name} = {weight:.3f}", own)
        assert found == 1, f"the table {table} has no weight of {name}"
    return before + heading + own + blank + rest


if __name__ == "__main__":
    main()
