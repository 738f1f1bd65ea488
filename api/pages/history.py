"""What became of one thing: what happened to it, which sources speak of it as of when, and what builds changed."""

from flask import Blueprint, Response, render_template

from api.current import Current
from api.description import descriptions
from api.keeping import kept
from api.links import iri_of
from api.negotiation import PAGE_TYPE, told_type
from api.snapshots import kept_builds
from graph.history import events, history
from graph.listing import graphs
from graph.snapshot import snapshot_moment


def history_blueprint(current: Current) -> Blueprint:
    """`/history/…`, each with the path of the page about a thing."""
    blueprint = Blueprint("history", __name__)

    @blueprint.get("/history/<path:page>")
    def of_thing(page: str) -> Response:
        iri, builds = iri_of(f"/{page}"), kept_builds(current)

        def made() -> Response:
            description = current.remembered(descriptions)(iri)
            saying = {graph for said in description.statements for value in said.values for graph in value.graphs}
            text = render_template(
                "history.html",
                thing=description.thing,
                events=events(current.store, iri),
                graphs=[each for each in current.remembered(graphs) if each.named.iri in saying and each.issued],
                steps=history(builds, iri),
                moments={build: snapshot_moment(build.name) for build in builds},
                builds=builds,
            )
            return Response(text, content_type=told_type(PAGE_TYPE))

        return kept(current, made, builds=builds)

    return blueprint
