"""The first page: the question above everything, and the region at a glance."""

from flask import Blueprint, Response, g, render_template

from api.changes import News, news
from api.current import Current
from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from api.pages.map import drawn
from api.pages.shown import Naming, Spotted, spotted
from api.tiles import SHADES
from graph.analysis.classes import classes
from graph.analysis.glance import Glance, glance
from graph.describe import named
from graph.listing import counts, known_entries, members
from graph.store import Store
from ontology.terms import REV, expand


def home_blueprint(current: Current) -> Blueprint:
    """`/`."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def page() -> Response:
        told = news(current)
        return kept(current, lambda: _page(current, told), is_whole=told is not None)

    return blueprint


def _page(current: Current, told: News | None) -> Response:
    found = current.remembered(_glance, spotted(current))
    limits = classes(found.seats.values(), SHADES)
    naming = current.remembered(Naming, g.language)
    naming.learn(found.seats)
    page = render_template(
        "home.html",
        places=[entry.named for entry in current.remembered(known_entries)(REV.Place)],
        glance=found,
        classes=[(each, found.classes[each.iri]) for each in current.remembered(members, expand("voc:actor-class"))],
        lacking=[(current.remembered(named, competence), count) for competence, count in found.lacking],
        tiles=drawn(current, found.seats, limits),
        name=naming,
        offers=current.remembered(counts).get(REV.Offer, 0),
        triples=current.triples,
        news=told,
        moment=current.moment,
    )
    return Response(page, content_type=told_type(PAGE_TYPE))


def _glance(_: Store, told: Spotted) -> Glance:
    return glance(told.facts, told.cells)
