"""The first page: the question above everything, and the region at a glance."""

from flask import Blueprint, render_template

from api.changes import news
from api.current import Current
from api.pages.lists import choices
from graph.analysis.facts import read_facts
from graph.analysis.glance import glance
from graph.describe import named
from graph.listing import counts, members
from ontology.terms import REV, expand


def home_blueprint(current: Current) -> Blueprint:
    """`/`."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def page() -> str:
        found = current.concluded(glance, read_facts)
        return render_template(
            "home.html",
            places=current.remembered(choices).places,
            glance=found,
            classes=[
                (each, found.classes[each.iri]) for each in current.remembered(members, expand("voc:actor-class"))
            ],
            lacking=[(current.remembered(named, competence), count) for competence, count in found.lacking],
            offers=current.remembered(counts).get(REV.Offer, 0),
            triples=current.triples,
            news=news(current),
            moment=current.moment,
        )

    return blueprint
