"""The team builder: who together covers what a need or a list of competences asks, and who could introduce whom."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask import Response, request

from api.analysis import LARGEST_TEAM_TASK
from api.current import Current, Edition
from api.pages.shown import shown_page
from api.picking import picked, picked_all
from graph.analysis.facts import Facts, read_facts
from graph.analysis.names import standings
from graph.analysis.team import Contact, Ground, Team, Wish, best_teams, contacts, ground_of
from graph.describe import Named
from graph.errors import WrongUse
from graph.listing import members
from graph.store import Store
from ontology.terms import IRI, expand

PROPOSALS, LARGEST_TEAM = 3, 20


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form names: the need and whether it tells competences, and by field of the form what was picked."""

    need: Named | None
    has_competences: bool
    picked: dict[str, list[Named]]
    wish: Wish

    @property
    def competences(self) -> frozenset[IRI]:
        """All that is asked, required or wished."""
        return self.wish.required | self.wish.wished

    @property
    def is_too_much(self) -> bool:
        return len(self.competences) > LARGEST_TEAM_TASK


@dataclass(frozen=True, slots=True)
class Answer:
    """The best teams with the contacts of each, the offers by member and competence, and how far each is backed."""

    teams: tuple[Team, ...] = ()
    contacts: tuple[tuple[Contact, ...], ...] = ()
    offers: Mapping[tuple[IRI, IRI], list[IRI]] = field(default_factory=dict)
    standing: Mapping[IRI, IRI] = field(default_factory=dict)


def team(current: Current) -> Response:
    """The form and, if it names something, the best teams for that."""
    ground = known_ground(current)
    asked = _asked(current, ground)
    return shown_page(
        current,
        "team.html",
        asked=lambda: asked,
        answer=lambda: Answer() if asked.is_too_much else _answer(current.store, ground, asked.wish),
        classes=lambda: {each.iri: each for each in current.remembered(members, expand("voc:actor-class"))},
        suppliers=lambda: {each: len(ground.suppliers.get(each, ())) for each in asked.competences},
        largest=lambda: LARGEST_TEAM,
        most_asked=lambda: LARGEST_TEAM_TASK,
    )


def known_ground(current: Current | Edition) -> Ground:
    """What teams of the snapshot are chosen from, worked out once."""
    return current.remembered(_ground, current.remembered(read_facts))


def _asked(current: Current, ground: Ground) -> Asked:
    need = picked(current, "need", "need")
    kinds = {"competence": "competence", "wish": "competence", "with": "actor", "without": "actor"}
    named = {name: picked_all(current, name, kind) for name, kind in kinds.items()}
    things = {name: frozenset(each.iri for each in held) for name, held in named.items()}
    if both := things["with"] & things["without"]:
        raise WrongUse(f"{', '.join(sorted(both))} can be in the team or left out, not both. Take it out of one field.")
    of_need = ground.needs.get(need.iri, frozenset()) if need else frozenset()
    required = things["competence"] | (of_need - things["wish"])
    wish = Wish(required, things["wish"] - required, things["with"], things["without"], _most())
    return Asked(need, bool(of_need), named, wish)


def _most() -> int | None:
    """How many members the request allows; None if it does not say."""
    text = request.args.get("most", "")
    if text and text not in map(str, range(1, LARGEST_TEAM + 1)):
        raise WrongUse(f"most={text[:40]!r} is no size of a team. Write a whole number from 1 to {LARGEST_TEAM}.")
    return int(text) if text else None


def _ground(_: Store, facts: Facts) -> Ground:
    return ground_of(facts)


def _answer(store: Store, ground: Ground, wish: Wish) -> Answer:
    found = best_teams(ground, wish, alternatives=PROPOSALS)
    offers: dict[tuple[IRI, IRI], list[IRI]] = {}
    for member in {each.actor: each for team in found for each in team.members}.values():
        for offer in ground.offers.get(member.actor, ()):
            for competence in offer.competences & set(member.covers):
                offers.setdefault((member.actor, competence), []).append(offer.offer)
    shown = sorted({each for told in offers.values() for each in told})
    return Answer(found, tuple(contacts(ground, each) for each in found), offers, standings(store, shown))
