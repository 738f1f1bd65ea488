"""The smallest and best consortium that covers what is required: weighted set cover, solved exactly.

Minimise the sum over members of 1 - FIT * share of what is asked that a member covers, so that of equally small teams
the one that overlaps most is chosen, plus UNCOVERED for each required competence, WISHED for each wished one and CLASS
for each actor class that stays without anybody; a member is at least 1 - FIT, so a wish is worth one more member. The
programme is solved by HiGHS (Huangfu and Hall 2018) through scipy.optimize.milp.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, vstack

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Facts, Supply
from ontology.terms import IRI

FIT, UNCOVERED, CLASS, WISHED = 0.5, 100.0, 50.0, 1.0
CLASSES = (USER, DEVELOPER, BRIDGE)
TIME_LIMIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Wish:
    """What a team is wanted for: the competences, who must be in it and who must not, and how many at most."""

    required: frozenset[IRI]
    wished: frozenset[IRI] = frozenset()
    members: frozenset[IRI] = frozenset()
    without: frozenset[IRI] = frozenset()
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """One member: what it covers of what is asked, its classes, and the members it has worked with."""

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


@dataclass(frozen=True, slots=True)
class Contact:
    """Two members: whether they have worked together, and else which bridge builders know both and could introduce."""

    one: IRI
    other: IRI
    is_known: bool
    introducers: tuple[IRI, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What teams are chosen from, so arranged that a choice looks at no actor in vain."""

    classes: Mapping[IRI, frozenset[IRI]]  # of each actor
    alike: Mapping[frozenset[IRI], tuple[IRI, ...]]  # the actors of each set of classes
    offers: Mapping[IRI, tuple[Supply, ...]]  # of each actor
    suppliers: Mapping[IRI, frozenset[IRI]]  # of each competence
    known: Mapping[IRI, frozenset[IRI]]  # whom each actor has worked with
    needs: Mapping[IRI, frozenset[IRI]]  # the competences of each live need


def covered(facts: Facts) -> dict[IRI, frozenset[IRI]]:
    """The competences that each actor covers by its offers."""
    found: dict[IRI, frozenset[IRI]] = {}
    for offer in facts.supply:
        found[offer.actor] = found.get(offer.actor, frozenset()) | offer.competences
    return found


def ground_of(facts: Facts) -> Ground:
    """What the teams of a region are chosen from."""
    alike: defaultdict[frozenset[IRI], list[IRI]] = defaultdict(list)
    for actor in sorted(facts.actors):
        alike[facts.actors[actor].classes & set(CLASSES)].append(actor)
    offers: defaultdict[IRI, list[Supply]] = defaultdict(list)
    suppliers: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for offer in facts.supply:
        if offer.actor in facts.actors:
            offers[offer.actor].append(offer)
            for competence in offer.competences:
                suppliers[competence].add(offer.actor)
    known: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for tie in facts.ties:
        if tie.one in facts.actors and tie.other in facts.actors:
            known[tie.one].add(tie.other)
            known[tie.other].add(tie.one)
    return Ground(
        {actor.iri: actor.classes for actor in facts.actors.values()},
        {classes: tuple(actors) for classes, actors in alike.items()},
        {actor: tuple(held) for actor, held in offers.items()},
        {competence: frozenset(actors) for competence, actors in suppliers.items()},
        {actor: frozenset(others) for actor, others in known.items()},
        {each.need: each.competences for each in facts.demand},
    )


def teams(facts: Facts, required: Collection[IRI], *, alternatives: int = 1) -> tuple[Team, ...]:
    """The best teams for `required` competences, at most `alternatives`, the best first; each differs in a member.

    Candidates are the actors that cover one of them, and those that are of a class; none of them: no team.
    """
    return best_teams(ground_of(facts), Wish(frozenset(required)), alternatives=alternatives)


def best_teams(ground: Ground, wish: Wish, *, alternatives: int = 1) -> tuple[Team, ...]:
    """The best teams for a wish, as `teams`; none if those who must be in it are more than may be."""
    asked = [*sorted(wish.required), *sorted(wish.wished - wish.required)]
    useful = _useful(ground, asked, wish)
    candidates = _candidates(ground, useful, wish, alternatives)
    if not candidates or not asked or (wish.most is not None and len(wish.members) > wish.most):
        return ()
    rows, costs = _programme(ground, useful, candidates, asked, len(wish.required))
    fixed = np.array([actor in wish.members for actor in candidates] + [False] * (len(costs) - len(candidates)))
    found: list[Team] = []
    taken: list[list[int]] = []
    for _ in range(alternatives):
        answer = milp(
            c=costs,
            integrality=np.r_[np.ones(len(candidates)), np.zeros(len(asked) + len(CLASSES))],
            bounds=Bounds(fixed.astype(float), 1),
            constraints=[
                LinearConstraint(rows, lb=1),
                *_others(taken, len(costs)),
                *_size(wish.most, len(candidates), len(costs)),
            ],
            options={"time_limit": TIME_LIMIT_S},
        )
        if answer.x is None:
            break
        chosen = [place for place, value in enumerate(answer.x[: len(candidates)]) if value > 0.5]
        taken.append(chosen)
        gap = float(answer.mip_gap or 0.0)
        found.append(_team(ground, useful, [candidates[place] for place in chosen], asked, float(answer.fun), gap))
    return tuple(found)


def contacts(ground: Ground, team: Team) -> tuple[Contact, ...]:
    """Every two members of a team, in its order."""

    def known(actor: IRI) -> frozenset[IRI]:
        return ground.known.get(actor, frozenset())

    return tuple(
        Contact(
            one.actor,
            other.actor,
            other.actor in one.knows,
            tuple(
                each
                for each in sorted(known(one.actor) & known(other.actor))
                if BRIDGE in ground.classes.get(each, frozenset())
            ),
        )
        for one, other in combinations(team.members, 2)
    )


def _useful(ground: Ground, asked: Iterable[IRI], wish: Wish) -> dict[IRI, frozenset[IRI]]:
    """What each actor that may be a member covers of what is asked, if it covers something or must be one."""
    covers: dict[IRI, set[IRI]] = {actor: set() for actor in wish.members}
    for competence in asked:
        for actor in ground.suppliers.get(competence, frozenset()) - wish.without:
            covers.setdefault(actor, set()).add(competence)
    return {actor: frozenset(held) for actor, held in sorted(covers.items())}


def _candidates(ground: Ground, useful: Mapping[IRI, frozenset[IRI]], wish: Wish, alternatives: int) -> list[IRI]:
    """Who must be in it, and a few of those that are worth the same: who cover the same and are of the same classes.

    The best team has never two that are worth the same, so the few are enough; whoever knows most others comes first.
    """
    worth: defaultdict[tuple[frozenset[IRI], frozenset[IRI]], list[IRI]] = defaultdict(list)
    for actor, covers in useful.items():
        if actor not in wish.members:
            worth[covers, ground.classes[actor] & set(CLASSES)].append(actor)
    helpful = [
        actor
        for alike in worth.values()
        for actor in sorted(alike, key=lambda each: (-len(ground.known.get(each, frozenset()) & useful.keys()), each))[
            :alternatives
        ]
    ]
    tied = sorted({each for actor in helpful for each in ground.known.get(actor, ())} - useful.keys() - wish.without)
    others: defaultdict[frozenset[IRI], dict[IRI, None]] = defaultdict(dict)
    for actor in tied:
        others[ground.classes[actor] & set(CLASSES)][actor] = None
    for classes, alike in ground.alike.items():
        free = (each for each in alike if each not in useful and each not in wish.without)
        for actor in free:
            if len(others[classes]) >= alternatives:
                break
            others[classes][actor] = None
    few = (list(alike)[:alternatives] for classes, alike in others.items() if classes)
    return [*sorted(wish.members), *helpful, *(actor for alike in few for actor in alike)]


def _programme(
    ground: Ground,
    useful: Mapping[IRI, frozenset[IRI]],
    candidates: list[IRI],
    asked: list[IRI],
    required: int,
) -> tuple[csr_array, np.ndarray]:
    """The rows, each of which must come to at least 1, and the cost of each column: candidates, then what may lack.

    The first `required` of what is `asked` is required, the rest wished.
    """
    demands = [
        *([each in useful.get(actor, ()) for actor in candidates] for each in asked),
        *([each in ground.classes[actor] for actor in candidates] for each in CLASSES),
    ]
    lacking = csr_array(np.eye(len(demands)))
    rows = csr_array(np.hstack([np.array(demands, dtype=float), lacking.toarray()]))
    costs = [1 - FIT * len(useful.get(actor, ())) / len(asked) for actor in candidates]
    lacks = [*[UNCOVERED] * required, *[WISHED] * (len(asked) - required), *[CLASS] * len(CLASSES)]
    return rows, np.array([*costs, *lacks])


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


def _size(most: int | None, candidates: int, width: int) -> list[LinearConstraint]:
    return [] if most is None else [LinearConstraint(np.arange(width) < candidates, ub=most)]


def _team(
    ground: Ground, useful: Mapping[IRI, frozenset[IRI]], chosen: list[IRI], asked: list[IRI], cost: float, gap: float
) -> Team:
    covers = {actor: useful.get(actor, frozenset()) for actor in chosen}
    shown = Counter(each for held in covers.values() for each in held)
    classes = {each for actor in chosen for each in ground.classes[actor]}
    members = tuple(
        Member(
            actor,
            tuple(sorted(covers[actor])),
            tuple(sorted(ground.classes[actor])),
            tuple(sorted(ground.known.get(actor, frozenset()) & set(chosen))),
        )
        for actor in sorted(chosen, key=lambda each: (-len(covers[each]), each))
    )
    return Team(
        members,
        tuple(each for each in asked if not shown[each]),
        tuple(each for each in CLASSES if each not in classes),
        tuple(each for each in asked if shown[each] > 1),
        round(cost, 6),
        gap,
    )
