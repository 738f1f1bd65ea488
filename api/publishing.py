"""What catalogues ask for: the figures of the graph as VoID, and its record in the terms of DCAT-AP.de."""

from flask import Blueprint, Response, render_template

from api.dumps import SUMS
from api.keeping import kept
from api.links import host
from api.negotiation import PAGE_TYPE, told_type
from api.representation import PAGE_SUFFIX, alternates, forms_of, wanted
from api.service import Service
from api.snapshots import kept_builds
from api.words import say
from graph.document import Profile
from graph.listing import entries
from graph.model import Text, Triple
from graph.publication import Publication, catalogue, dumps, void
from graph.rdf import TURTLE, write_triples
from graph.store import Store
from ontology.terms import REV

VOID_PATH = "/.well-known/void"
PROFILES = {
    Profile.FULL: "catalog.full",
    Profile.CARD: "catalog.card",
    Profile.SCHEMA: "catalog.schema",
    Profile.SKOS: "catalog.skos",
}
WAYS = (
    ("/ont", "/id/… /voc/… /ont", "catalog.way_linked_data"),
    ("/sparql", "/sparql", "catalog.way_sparql"),
    ("/questions", "/questions", "catalog.way_questions"),
    (VOID_PATH, VOID_PATH, "catalog.way_void"),
    ("/feed.atom", "/feed.atom", "catalog.way_feed"),
    ("/api/v1/openapi.json", "/api/v1/openapi.json", "catalog.way_openapi"),
    ("/practices", "/practices", "catalog.way_practices"),
    ("/sitemap.xml", "/sitemap.xml", "catalog.way_site_map"),
)


def publishing_blueprint(service: Service) -> Blueprint:
    """`/.well-known/void` and `/catalog`."""
    blueprint = Blueprint("publishing", __name__)
    current = service.current

    @blueprint.get(VOID_PATH)
    def figures() -> Response:
        form = wanted().form or TURTLE

        def made() -> Response:
            triples = current.remembered(_void, _publication(service))
            return Response(write_triples(triples, form), content_type=told_type(form.media_type))

        return kept(current, made, form=form.suffix, host=host(service))

    @blueprint.get("/catalog")
    @blueprint.get("/catalog.<suffix>")
    def catalog(suffix: str = "") -> Response:  # noqa: ARG001 - `wanted` reads the path
        form = wanted().form

        def made() -> Response:
            told = _publication(service)
            body = write_triples(sorted(catalogue(told), key=str), form) if form else _page(told)
            answer = Response(body, content_type=told_type(form.media_type if form else PAGE_TYPE))
            answer.headers["Link"] = ", ".join(alternates("/catalog"))
            return answer

        return kept(current, made, form=form.suffix if form else PAGE_SUFFIX, host=host(service))

    return blueprint


def _page(told: Publication) -> str:
    return render_template(
        "catalog.html", told=told, ways=WAYS, profiles=PROFILES, forms=forms_of("/catalog"), sums=SUMS
    )


def _publication(service: Service) -> Publication:
    current = service.current
    regions = current.remembered(entries, REV.Region)
    names = {language: ", ".join(each.named.name(language).value for each in regions) for language in ("de", "en")}
    folder = next(iter(kept_builds(current)), None)
    return Publication(
        title=_text("catalog.data_set", names),
        description=_text("catalog.description", names),
        publisher=service.settings.publisher,
        contact=service.settings.contact,
        host=host(service),
        snapshot=current.snapshot,
        made=current.moment,
        build=folder.name if folder else "",
        dumps=dumps(folder) if folder else (),
        places=tuple(each.named.iri for each in regions),
    )


def _text(key: str, region: dict[str, str]) -> Text:
    return Text(say(key, "de", region=region["de"]), say(key, "en", region=region["en"]))


def _void(store: Store, told: Publication) -> tuple[Triple, ...]:
    return tuple(sorted(void(store, told), key=str))
