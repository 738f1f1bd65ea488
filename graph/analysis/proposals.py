"""Who could lead each task, and why: whom the assignment chose, those that fit best, and how many fit alike."""

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nsmallest

from graph.analysis.facts import Facts, Task
from graph.analysis.tasks import DONE, Fit, Plan, competences_of, fit_of
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
    shown = covered(facts)
    chosen = {each.task: each.actor for each in plan.assignments}

    def candidates(task: Task) -> list[Candidate]:
        wanted = competences_of(task, facts)
        return [
            Candidate(
                actor.iri,
                fit_of(task, actor.iri, wanted, shown),
                tuple(sorted(actor.classes & task.classes)),
                len(wanted & shown.get(actor.iri, frozenset())),
                len(wanted),
            )
            for actor in facts.actors.values()
            if actor.classes & task.classes
        ]

    return {
        task.iri: _proposal(task.iri, candidates(task), chosen.get(task.iri), most)
        for task in facts.tasks
        if task.status != DONE
    }


def _proposal(task: IRI, found: Iterable[Candidate], chosen: IRI | None, most: int) -> Proposal:
    every = tuple(found)
    best = tuple(nsmallest(most, every, key=lambda each: (each.actor != chosen, -each.fit.score, each.actor)))
    return Proposal(task, best, sum(each.fit.score == best[0].fit.score for each in every))
