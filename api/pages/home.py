"""The first page: the question above everything, and the region at a glance."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from api.current import Current
from api.pages.lists import choices
from graph.listing import counts, entries
from ontology.terms import REV

FIGURES = (
    (REV.Actor, "lists.actors", "lists.actors"),
    (REV.Need, "lists.needs", "lists.needs"),
    (REV.Offer, "lists.offers", "lists.offers"),
    (REV.Task, "lists.tasks", "lists.tasks"),
    (REV.Competence, "about.competences", None),
    (REV.Technology, "about.technologies", None),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """How many things of a kind there are, the wording for the kind, and its list if it has one."""

    count: int
    word: str
    endpoint: str | None


def home_blueprint(current: Current) -> Blueprint:
    """`/`."""
    blueprint = Blueprint("home", __name__)

    @blueprint.get("/")
    def page() -> str:
        found = current.remembered(counts)
        return render_template(
            "home.html",
            figures=[Figure(found.get(kind, 0), word, endpoint) for kind, word, endpoint in FIGURES],
            needs=current.remembered(entries, REV.Need),
            places=current.remembered(choices).places,
            triples=current.triples,
        )

    return blueprint
