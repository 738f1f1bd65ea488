"""The first page: the question above everything, and the region at a glance."""

from flask import Blueprint, g, render_template

from api.changes import news
from api.current import Current
from api.pages.map import drawn
from api.pages.shown import Naming
from api.tiles import SHADES
from graph.analysis.classes import classes
from graph.analysis.facts import Facts, read_facts
from graph.analysis.glance import Glance, glance
from graph.describe import named
from graph.listing import counts, entries, members
from graph.store import Store
from ontology.terms import REV, expand


def home_blueprint(current: Current) -> Blueprint:
    """`/`."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def page() -> str:
        found = current.remembered(_glance, current.remembered(read_facts))
        limits = classes(found.seats.values(), SHADES)
        naming = current.remembered(Naming, g.language)
        naming.learn(found.seats)
        return render_template(
            "home.html",
            places=[entry.named for entry in current.remembered(entries, REV.Place)],
            glance=found,
            classes=[
                (each, found.classes[each.iri]) for each in current.remembered(members, expand("voc:actor-class"))
            ],
            lacking=[(current.remembered(named, competence), count) for competence, count in found.lacking],
            tiles=drawn(current, found.seats, limits),
            name=naming,
            offers=current.remembered(counts).get(REV.Offer, 0),
            triples=current.triples,
            news=news(current),
            moment=current.moment,
        )

    return blueprint


def _glance(_: Store, facts: Facts) -> Glance:
    return glance(facts)
