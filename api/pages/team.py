"""The consortium for a need."""

from flask import Response, request

from api.analysis import LARGEST_TEAM_TASK
from api.current import Current
from api.links import key_of
from api.pages.region import chosen, shown_page
from graph.analysis.facts import read_facts
from graph.analysis.team import teams


def team(current: Current) -> Response:
    """Who together covers what is required."""
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
