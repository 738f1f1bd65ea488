"""Who could lead each task, and why: whom the assignment chose, those that fit best, and how many fit alike."""

from dataclasses import dataclass

import numpy as np

from graph.analysis.facts import Actor, Facts, Task
from graph.analysis.tasks import Fit, Plan, competences_of, fit_of, suitability
from graph.analysis.team import covered
from ontology.terms import IRI

MOST = 3  # candidates that are named for a task


@dataclass(frozen=True, slots=True)
class Candidate:
    """An actor that could lead a task: its fit, by which classes, and how many of the competences asked it covers.

    `asked` is 0 where the task is in no competence field: then nothing but the class tells actors apart.
    """

    actor: IRI
    fit: Fit
    classes: tuple[IRI, ...]
    covers: int
    asked: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The candidates for one open task: whom the assignment chose first, then those that fit best.

    `alike` is how many actors, the first candidate among them, fit as well as that one: where they are many, the
    choice among them is one by order and no judgement.
    """

    task: IRI
    candidates: tuple[Candidate, ...]
    alike: int


def proposals(facts: Facts, plan: Plan, *, most: int = MOST) -> dict[IRI, Proposal]:
    """The proposal for every open task; one without any actor of its classes has no candidates."""
    known, shown = suitability(facts), covered(facts)
    ranked = known.ranked
    column_of = {actor.iri: column for column, actor in enumerate(known.actors)}
    chosen = {each.task: column_of[each.actor] for each in plan.assignments if each.actor}

    def candidate(task: Task, actor: Actor) -> Candidate:
        wanted = competences_of(task, facts)
        return Candidate(
            actor.iri,
            fit_of(actor.iri, wanted, task.bodies, shown),
            tuple(sorted(actor.classes & task.classes)),
            len(wanted & shown.get(actor.iri, frozenset())),
            len(wanted),
        )

    def proposal(task: Task, row: int) -> Proposal:
        scores = known.scores[row]
        first = [chosen[task.iri]] if task.iri in chosen else []
        columns = [each for each in dict.fromkeys((*first, *ranked[row, :most].tolist())) if scores[each]][:most]
        candidates = tuple(candidate(task, known.actors[each]) for each in columns)
        return Proposal(task.iri, candidates, int(np.sum(scores == scores[columns[0]])) if columns else 0)

    return {task.iri: proposal(task, row) for task, row in zip(known.tasks, known.rows, strict=True)}
