"""Actors that somebody has chosen for a need: kept in the browser, exported as a table, and told on a page of paper.

The browser alone keeps the list. What is exported or printed is worked out anew from the snapshot that is served.
"""

from functools import partial
from urllib.parse import parse_qsl

from flask import Blueprint, Response, g, render_template
from werkzeug.datastructures import MultiDict

from api.contributing import Sent, one, sent_form
from api.current import Current
from api.keeping import kept
from api.links import host
from api.match_request import request_from_query
from api.pages.asking import (
    Page,
    asked_by_page,
    asked_for,
    called,
    choose_others,
    chosen_actors,
    chosen_matches,
    kept_today,
    names,
)
from api.pages.shortlist_forms import FORMS, Chosen, Telling
from api.service import Service
from graph.errors import WrongUse
from graph.listing import web_pages
from graph.matching.wish import named as iri_named
from ontology.terms import IRI

MOST_BRIEFED, MOST_KEPT, LONGEST_ENTRY = 6, 100, 30_000
MOST_BYTES = MOST_KEPT * LONGEST_ENTRY


def shortlist_blueprint(service: Service) -> Blueprint:
    """`/shortlist`, `/shortlist/export` and `/brief`."""
    blueprint, current = Blueprint("shortlist", __name__), service.current

    @blueprint.get("/shortlist")
    def page() -> Response:
        return kept(current, lambda: Response(render_template("shortlist.html", forms=FORMS)))

    @blueprint.post("/shortlist/export")
    def export() -> Response:
        sent = sent_form(most_bytes=MOST_BYTES, most_values=MOST_KEPT)
        form = FORMS.get(one(sent, "format"))
        if not form:
            raise WrongUse(f"There is no such format. Choose one of: {', '.join(FORMS)}.")
        telling = Telling(current.snapshot, host(service), g.language, lambda iri: _name(current, iri))
        body = form.write([_chosen(current, entry) for entry in _entries(sent)], telling)
        named = {"Content-Disposition": f'attachment; filename="revier-shortlist.{form.suffix}"'}
        return Response(body, content_type=form.content_type, headers=named)

    @blueprint.get("/brief")
    def brief() -> Response:
        address = host(service)
        return kept_today(current, partial(_brief, current, address), host=address)

    return blueprint


def _brief(current: Current, address: str) -> Page:
    asked, actors = asked_by_page(current), chosen_actors()
    if not 0 < len(actors) <= MOST_BRIEFED:
        return choose_others(len(actors), MOST_BRIEFED)
    return render_template(
        "brief.html",
        profile=asked.profile,
        matches=chosen_matches(current.index, asked.profile, actors),
        web_pages=lambda actor: web_pages(current.store, actor),
        host=address,
    )


def _entries(sent: Sent) -> tuple[str, ...]:
    entries = sent.get("entry", ())
    if not entries or any(len(each) > LONGEST_ENTRY for each in entries):
        raise WrongUse(f"{len(entries)} entries came. Send 1 to {MOST_KEPT}, each of at most {LONGEST_ENTRY} letters.")
    return entries


def _chosen(current: Current, entry: str) -> Chosen:
    """What an entry of the list stands for: the query string of a need, with the `actor` and a `note`."""
    told = MultiDict(parse_qsl(entry))
    actor, note, asker = iri_named(told.pop("actor", "")), told.pop("note", ""), told.pop("for", None)
    if not told:
        return Chosen(actor, note, "", None)
    question = request_from_query(told, g.language, is_strict=False)
    profile = asked_for(current.index, question, iri_named(asker) if asker else None).profile
    found = chosen_matches(current.index, profile, [actor])
    return Chosen(actor, note, called(profile, g.language), found[0] if found else None)


def _name(current: Current, iri: IRI) -> str:
    return current.remembered(names)(iri).name(g.language).value
