"""How well matching ranks: an interchange folder through the product's own index, scored against its judgements.

  python -m bench.match_quality SETDIR --run OUT.trec [--needs needs.de.jsonl] [--kind topic] [--ablate]

SETDIR holds actors.jsonl, concepts.jsonl, needs.jsonl and qrels.tsv. The set is written as RDF in the project's
ontology, loaded into a store and indexed by the code that a region uses; the index is kept in --index DIR (beside the
run, if that is left out) and is used again as long as this version can read it.

OUT.trec gets the best 100 actors of every need, in the six columns of TREC. Printed are nDCG@10 (the main figure),
Recall@20, MRR and MAP over the needs, each with the interval in which it lies in 95 of 100 bootstrap samples; the same
for BM25 with all evidence of an actor as one text; and the difference of both over the same needs, which is significant
if its interval does not hold 0. Below it, how often actors were judged to answer, by the score that they were given.
--ablate leaves out one signal after the other and tells what each one brings.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.bm25 import ActorsAsTexts
from bench.interchange import Interchange, Row, actor_key, index_in, interchange, profile
from bench.metrics import MEASURES, Interval, Ranked, difference, interval
from graph.matching.index import MatchIndex
from graph.matching.match import rank
from graph.matching.weights import STATED, WORDS

RANKED = 100
SHOWN, BAND = 20, 0.1  # actors of each need that are looked at for the calibration, by bands of their score
Run = Mapping[str, Sequence[tuple[str, float]]]  # by need: actors with scores, best first
PerNeed = Mapping[str, Sequence[float]]  # by measure, in the order of needs


def main() -> None:
    """Rank the actors of a set, write the run and print what it is worth."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("set", type=Path, metavar="SETDIR", help="the interchange folder")
    arguments.add_argument("--run", type=Path, required=True, metavar="OUT", help="where the TREC run is written")
    arguments.add_argument("--needs", default="needs.jsonl", metavar="FILE", help="the needs, a file of SETDIR")
    arguments.add_argument("--kind", metavar="K", help="only the needs of this kind")
    arguments.add_argument("--index", type=Path, metavar="DIR", help="where the index is kept; OUT.index if left out")
    arguments.add_argument("--ablate", action="store_true", help="also leave out each signal in turn")
    wanted = arguments.parse_args()
    given = interchange(wanted.set)
    index = index_in(given, wanted.index or wanted.run.with_suffix(".index"))
    needs = [row for row in given.rows(wanted.needs) if wanted.kind in (None, row.get("kind"))]
    if not needs:
        arguments.error(f"{wanted.set / wanted.needs} has no need of kind {wanted.kind!r}.")
    begun = perf_counter()
    run = ranked(index, needs)
    took_ms = (perf_counter() - begun) * 1000 / len(needs)
    wanted.run.write_text("".join(trec(run)), encoding="utf-8")
    ours, theirs = judged(given, needs, run), judged(given, needs, by_bm25(given, needs))
    print(f"{len(needs)} needs, {len(index.actors):,} actors, {took_ms:.1f} ms a need; the run is {wanted.run}")
    print(f"{'':12}{'this':>25}{'BM25 per actor':>25}{'difference':>25}")
    for name in MEASURES:
        print(f"{name:12}{shown(interval(ours[name]))}{shown(interval(theirs[name]))}", end="")
        print(shown(difference(ours[name], theirs[name])))
    calibrate(given, needs, run)
    if wanted.ablate:
        ablate(given, index, needs, ours["nDCG@10"])


def ranked(index: MatchIndex, needs: Sequence[Row]) -> Run:
    """The best actors of each need; what a need excludes is not ranked."""
    return {row["id"]: [*_ranked(index, row)] for row in needs}


def by_bm25(given: Interchange, needs: Sequence[Row]) -> Run:
    """The same by BM25 with all evidence of an actor as one text."""
    actors = (
        (row["id"], " ".join(f"{told['title']} {told['text'] or ''}" for told in row["texts"]))
        for row in given.rows("actors.jsonl")
    )
    yardstick = ActorsAsTexts(actors, given.language)
    found = {row["id"]: (row, yardstick.rank(row["text"], RANKED + len(row.get("exclude", ())))) for row in needs}
    return {
        need: [each for each in best if each[0] not in row.get("exclude", ())][:RANKED]
        for need, (row, best) in found.items()
    }


def judged(given: Interchange, needs: Sequence[Row], run: Run) -> PerNeed:
    """What every need's ranking is worth, by each measure."""
    grades = given.grades()
    order = [row["id"] for row in needs if row["id"] in grades]
    actors: dict[str, Ranked] = {need: [actor for actor, _ in run[need]] for need in order}
    return {name: [measure(actors[need], grades[need]) for need in order] for name, measure in _measures()}


def ablate(given: Interchange, index: MatchIndex, needs: Sequence[Row], whole: Sequence[float]) -> None:
    """Print what is lost without each signal, and what it reaches alone."""
    print(f"\n{'nDCG@10':12}{'without it':>25}{'brings':>25}")
    for name in STATED:
        published = [(table, table[name]) for table in (STATED, WORDS)]
        try:
            STATED[name] = WORDS[name] = 0.0
            without = judged(given, needs, ranked(index, needs))["nDCG@10"]
        finally:
            for table, weight in published:
                table[name] = weight
        if without != whole:
            print(f"{name:12}{shown(interval(without))}{shown(difference(whole, without))}")


def calibrate(given: Interchange, needs: Sequence[Row], run: Run) -> None:
    """Print, by score, how many of the best actors of all needs got it, and how many of them were judged to answer."""
    grades = given.grades()
    judged_needs = [row["id"] for row in needs if row["id"] in grades]
    told = [(score, grades[need].get(actor, 0) > 0) for need in judged_needs for actor, score in run[need][:SHOWN]]
    print(f"\n{'score':12}{'actors':>12}{'answer':>12}")
    for low in np.arange(0, 1, BAND):
        answers = [is_right for score, is_right in told if low <= score < low + BAND]
        if answers:
            print(f"{low:.1f} - {low + BAND:.1f}   {len(answers):12,}{np.mean(answers):12.1%}")


def trec(run: Run) -> Iterator[str]:
    """A run as lines of six columns; equal scores are kept in order by a millionth each, which scorers can tell."""
    for need, best in run.items():
        for place, (actor, score) in enumerate(best, 1):
            yield f"{need} Q0 {actor} {place} {score - place * 1e-6:.7f} revier\n"


def shown(figures: Interval) -> str:
    """A mean with its interval."""
    mean, low, high = figures
    return f"{mean:9.3f} [{low:.3f}, {high:.3f}]".rjust(25)


def _ranked(index: MatchIndex, row: Row) -> Iterator[tuple[str, float]]:
    excluded = row.get("exclude", ())
    actors, scores = rank(index, profile(row), RANKED + len(excluded))
    keys = (actor_key(index.actors.iri(index.statements, actor)) for actor in actors.tolist())
    best = ((key, score) for key, score in zip(keys, scores.tolist(), strict=True) if key not in excluded)
    yield from list(best)[:RANKED]


def _measures() -> list[tuple[str, Callable[[Ranked, Mapping[str, int]], float]]]:
    return [*MEASURES.items()]


if __name__ == "__main__":
    main()
