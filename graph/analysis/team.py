"""The smallest and best consortium that covers what is required: weighted set cover, solved exactly.

Minimise the sum over members of 1 - FIT * share of the required competences that a member covers, so that of equally
small teams the one that overlaps most is chosen, plus UNCOVERED for each competence and CLASS for each actor class that
stays without anybody; a member is at least 1 - FIT. The programme is solved by HiGHS (Huangfu and Hall 2018) through
scipy.optimize.milp.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Facts
from ontology.terms import IRI

FIT, UNCOVERED, CLASS = 0.5, 100.0, 50.0
CLASSES = (USER, DEVELOPER, BRIDGE)
TIME_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Member:
    """One member: what it covers of what is required, its classes, and the members it has worked with."""

    actor: IRI
    covers: tuple[IRI, ...]
    classes: tuple[IRI, ...]
    knows: tuple[IRI, ...]


@dataclass(frozen=True, slots=True)
class Team:
    """A consortium: `uncovered` nobody covers, `missing_classes` nobody is of, `redundant` more than one covers.

    `gap` is how far from the optimum it may be, relatively: 0 if it is proven to be the best.
    """

    members: tuple[Member, ...]
    uncovered: tuple[IRI, ...]
    missing_classes: tuple[IRI, ...]
    redundant: tuple[IRI, ...]
    cost: float
    gap: float


def covered(facts: Facts) -> dict[IRI, frozenset[IRI]]:
    """The competences that each actor covers by its offers."""
    found: dict[IRI, frozenset[IRI]] = {}
    for offer in facts.supply:
        found[offer.actor] = found.get(offer.actor, frozenset()) | offer.competences
    return found


def teams(facts: Facts, required: Collection[IRI], *, alternatives: int = 1) -> tuple[Team, ...]:
    """The best teams for `required` competences, at most `alternatives`, the best first; each differs in a member.

    Candidates are the actors that cover one of them, and those that are of a class; none of them: no team.
    """
    wanted = sorted(set(required))
    covers = covered(facts)
    useful = {actor: frozenset(wanted) & covers.get(actor, frozenset()) for actor in facts.actors}
    candidates = _candidates(facts, useful, alternatives)
    if not candidates or not wanted:
        return ()
    rows, columns = _programme(facts, useful, candidates, wanted)
    found: list[Team] = []
    taken: list[list[int]] = []
    for _ in range(alternatives):
        answer = milp(
            c=columns,
            integrality=np.r_[np.ones(len(candidates)), np.zeros(len(wanted) + len(CLASSES))],
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(rows, lb=1), *_others(taken, len(columns))],
            options={"time_limit": TIME_LIMIT_S},
        )
        if answer.x is None:
            break
        chosen = [place for place, value in enumerate(answer.x[: len(candidates)]) if value > 0.5]
        taken.append(chosen)
        gap = float(answer.mip_gap or 0.0)
        found.append(_team(facts, useful, [candidates[place] for place in chosen], wanted, float(answer.fun), gap))
    return tuple(found)


def _candidates(facts: Facts, useful: Mapping[IRI, frozenset[IRI]], alternatives: int) -> list[IRI]:
    """Whoever covers something, and of the others, who are worth the same, a few of each set of classes."""
    helpful = [actor for actor, shown in useful.items() if shown]
    tied = {tie.one for tie in facts.ties if useful.get(tie.other)}
    others: defaultdict[frozenset[IRI], list[IRI]] = defaultdict(list)
    for actor in sorted(useful.keys() - set(helpful), key=lambda each: (each not in tied, each)):
        classes = facts.actors[actor].classes & set(CLASSES)
        if classes and len(others[classes]) < alternatives:
            others[classes].append(actor)
    return [*helpful, *(actor for alike in others.values() for actor in alike)]


def _programme(
    facts: Facts, useful: Mapping[IRI, frozenset[IRI]], candidates: list[IRI], wanted: list[IRI]
) -> tuple[csr_array, np.ndarray]:
    """The rows, each of which must come to at least 1, and the cost of each column: candidates, then what may lack."""
    demands = [
        *([each in useful[actor] for actor in candidates] for each in wanted),
        *([each in facts.actors[actor].classes for actor in candidates] for each in CLASSES),
    ]
    lacking = csr_array(np.eye(len(demands)))
    rows = csr_array(np.hstack([np.array(demands, dtype=float), lacking.toarray()]))
    costs = [1 - FIT * len(useful[actor]) / len(wanted) for actor in candidates]
    return rows, np.array([*costs, *[UNCOVERED] * len(wanted), *[CLASS] * len(CLASSES)])


def _others(taken: list[list[int]], width: int) -> list[LinearConstraint]:
    """No team again that was found before, nor one that only adds to it."""
    if not taken:
        return []
    rows = []
    for chosen in taken:
        row = np.zeros(width)
        row[chosen] = 1
        rows.append(csr_array(row.reshape(1, -1)))
    return [LinearConstraint(vstack(rows), ub=[len(chosen) - 1 for chosen in taken])]


def _team(
    facts: Facts, useful: Mapping[IRI, frozenset[IRI]], chosen: list[IRI], wanted: list[IRI], cost: float, gap: float
) -> Team:
    shown = Counter(each for actor in chosen for each in useful[actor])
    classes = {each for actor in chosen for each in facts.actors[actor].classes}
    known = {(tie.one, tie.other) for tie in facts.ties} | {(tie.other, tie.one) for tie in facts.ties}
    members = tuple(
        Member(
            actor,
            tuple(sorted(useful[actor])),
            tuple(sorted(facts.actors[actor].classes)),
            tuple(other for other in sorted(chosen) if (actor, other) in known),
        )
        for actor in sorted(chosen, key=lambda each: (-len(useful[each]), each))
    )
    return Team(
        members,
        tuple(each for each in wanted if not shown[each]),
        tuple(each for each in CLASSES if each not in classes),
        tuple(each for each in wanted if shown[each] > 1),
        round(cost, 6),
        gap,
    )
