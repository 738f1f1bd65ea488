"""What follows from the data by the ontology: its rules applied until nothing new appears.

Conclusions go into a graph of their own. A rule runs again only when a class or property that it reads has
gained members since its last turn.
"""

from dataclasses import dataclass
from pathlib import Path

from graph.rules import rules_of
from graph.store import CandidateStore
from ontology.naming import GRAPH
from ontology.terms import IRI

INFERRED = IRI(GRAPH + "inferred")


@dataclass(frozen=True, slots=True)
class Inference:
    """How far the rules had to run."""

    rules: int
    rounds: int
    triples: int


def infer(store: CandidateStore, folder: Path) -> Inference:
    """Add every conclusion of the ontology's rules to `graph/inferred`; `folder` is for scratch files."""
    rules = rules_of(store)
    due = rules
    rounds = 0
    while due:
        rounds += 1
        lines = folder / f"inferred-{rounds}.nt"
        with lines.open("wb") as output:
            changed = {rule.writes for rule in due if store.construct_lines(rule.query, output)}
        store.load_lines(lines, INFERRED)
        lines.unlink()
        due = tuple(rule for rule in rules if not changed.isdisjoint(rule.reads))
    return Inference(len(rules), rounds, store.counts().get(INFERRED, 0))
