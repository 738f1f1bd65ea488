"""What to do together: the consortium for a need, and the plan of the tasks."""

from flask import Blueprint, Response, request

from api.analysis import LARGEST_TEAM_TASK
from api.current import Current
from api.links import key_of
from api.pages.region import chosen, shown_page
from graph.analysis.facts import read_facts
from graph.analysis.tasks import DONE, Plan, assign, coverage, only_the_coordinator, order
from graph.analysis.team import teams
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part


def action_blueprint(current: Current) -> Blueprint:
    """`/team` and `/plan`."""
    blueprint = Blueprint("action", __name__)

    @blueprint.get("/team")
    def team() -> Response:
        facts = current.remembered(read_facts)
        needs = {each.need: each for each in facts.demand if each.competences}
        competences = sorted({each for offer in facts.supply for each in offer.competences})
        need = chosen("need", needs)
        several = [each for each in competences if key_of(each) in request.args.getlist("competence")]
        required = sorted({*several, *(needs[need].competences if need else ())})[:LARGEST_TEAM_TASK]
        return shown_page(
            current,
            "team.html",
            needs=lambda: list(needs),
            competences=lambda: competences,
            need=lambda: need,
            chosen=lambda: several,
            required=lambda: required,
            teams=lambda: teams(facts, required, alternatives=3) if required else (),
        )

    @blueprint.get("/plan")
    def plan() -> Response:
        facts = current.remembered(read_facts)
        done = sum(each.status == DONE for each in facts.tasks)
        found = order(facts.tasks)
        return shown_page(
            current,
            "plan.html",
            open=lambda: len(facts.tasks) - done,
            done=lambda: done,
            order=lambda: found,
            waiting=lambda: dict(found.blocking),
            assigned=lambda: {each.task: each for each in current.remembered(_plan).assignments},
            coordinator=lambda: only_the_coordinator(facts),
            goals=lambda: coverage(facts),
            standing=lambda: current.remembered(_standing),
        )

    return blueprint


def _plan(store: Store) -> Plan:
    return assign(read_facts(store))


def _standing(store: Store) -> dict[IRI, IRI]:
    """How far each task and goal is backed."""
    rows = store.select(part("analysis-standing")).rows
    return {thing: mark for thing, mark in rows if isinstance(thing, IRI) and isinstance(mark, IRI)}
