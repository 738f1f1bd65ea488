"""The site map for search engines (https://www.sitemaps.org/protocol.html): an index, and its parts."""

from itertools import chain, islice
from typing import Any

from flask import Blueprint, Response, render_template, url_for

from api.links import host, page_of
from api.service import Service
from graph.document import things
from graph.errors import UnknownTerm
from graph.store import Store
from queries.catalogue import questions

MOST = 40_000  # addresses in one part; 50,000 are allowed
PAGES = (
    "/",
    "/match",
    "/actors",
    "/needs",
    "/offers",
    "/competences",
    "/technologies",
    "/tasks",
    "/goals",
    "/projects",
    "/questions",
    "/catalog",
    "/ont",
    "/shapes",
    "/changes",
    "/about",
)


def site_map_blueprint(service: Service) -> Blueprint:
    """`/sitemap.xml` and `/sitemap/N.xml`."""
    blueprint = Blueprint("site_map", __name__)
    current = service.current

    @blueprint.get("/sitemap.xml")
    def site_map() -> Response:
        count = len(current.remembered(_site_map))
        return _xml(service, parts=[url_for(".part_of_site_map", number=place + 1) for place in range(count)])

    @blueprint.get("/sitemap/<int:number>.xml")
    def part_of_site_map(number: int) -> Response:
        parts = current.remembered(_site_map)
        if not 0 < number <= len(parts):
            raise UnknownTerm(f"The site map has parts 1 to {len(parts)}, and no {number}.")
        return _xml(service, addresses=parts[number - 1])

    return blueprint


def _site_map(store: Store) -> tuple[tuple[str, ...], ...]:
    """The path of every page that search engines should know, in parts."""
    described = (page for thing in things(store) if "#" not in thing and (page := page_of(thing)))
    paths = iter(dict.fromkeys(chain(PAGES, (f"/questions/{each.name}" for each in questions()), described)))
    return tuple(iter(lambda: tuple(islice(paths, MOST)), ()))


def _xml(service: Service, **told: Any) -> Response:
    page = render_template("sitemap.xml", host=host(service), moment=service.current.moment, **told)
    return Response(page, content_type="application/xml; charset=utf-8")
