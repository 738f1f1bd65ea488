"""One page a thing: what is said of it, who says so, and what points at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import unquote

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from api.around import kin, leads, steps
from api.current import Current
from api.keeping import kept
from api.links import iri_of, page_of
from api.negotiation import PAGE_TYPE, told_type
from api.pages.correction import mail
from api.properties import CLASSES, ELSEWHERE, MAIN, POINTING
from api.representation import PAGE_SUFFIX, alternates, forms_of, represented, wanted
from api.service import Service
from graph.backing import backed
from graph.describe import Description, Named, Statements, Value, describe, named, vocabulary
from graph.document import Documents, Profile
from graph.errors import UnknownTerm
from graph.infer import INFERRED
from graph.json_ld import expanded
from graph.listing import graphs
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.model import Literal
from graph.store import Store
from ontology.foreign import FOREIGN
from ontology.terms import DCTERMS, IRI, LICENCES, PROV, RDF, REV, SKOS

MOST_REMEMBERED = 500  # descriptions, of up to a few hundred values each


@dataclass(frozen=True, slots=True)
class Article:
    """A description laid out for reading: the told first, the concluded apart."""

    description: Description
    kind: Named | None
    main: tuple[Statements, ...]
    pointing: tuple[Statements, ...]
    concluded: tuple[Statements, ...]
    concluded_pointing: tuple[Statements, ...]
    graphs: tuple[Named, ...]


def description_blueprint(service: Service) -> Blueprint:
    """`/id/…` (303), `/doc/…`, `/voc/…` and `/graph/…`, for people and as RDF."""
    blueprint = Blueprint("description", __name__)
    current = service.current

    @blueprint.app_context_processor
    def names_of_properties() -> dict[str, object]:
        return {"words": LocalProxy(lambda: current.remembered(_words)), "foreign": FOREIGN}

    @blueprint.get("/id/<path:key>")
    def thing(key: str) -> AnyResponse:  # noqa: ARG001 - the whole path is the IRI
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(f"{page_of(iri_of(request.path))}{query}", 303)

    @blueprint.get("/doc/<path:key>")
    @blueprint.get("/voc/<path:key>")
    @blueprint.get("/graph/<path:key>")
    def document_of(key: str) -> Response:  # noqa: ARG001 - the whole path is the IRI
        asked = wanted()
        if asked.form:
            return represented(current, asked, asked.form)
        return kept(
            current, lambda: _page(current, asked.iri, service.settings.contact), form=PAGE_SUFFIX, day=date.today()
        )

    return blueprint


def descriptions(store: Store) -> Callable[[IRI], Description]:
    """The description of things, which remembers those that were asked for last."""
    return lru_cache(MOST_REMEMBERED)(partial(describe, store))


def _page(current: Current, iri: IRI, contact: str) -> Response:
    """The page about a thing; for search engines it holds what the schema.org profile says."""
    store = current.store
    article = _article(store, current.remembered(descriptions)(iri), current.remembered(_words))
    kinds = article.description.links(RDF.type)
    page = render_template(
        "description.html",
        article=article,
        markup=_markup(current.remembered(Documents), iri),
        forms=forms_of(page_of(iri) or ""),
        pointing=POINTING,
        leads=leads(current, iri, kinds),
        kin=kin(current, iri, kinds),
        steps=steps(current, iri) if REV.Goal in kinds else (),
        backed=partial(backed, article.description),
        graph_rows={row.named.iri: row for row in current.remembered(graphs)},
        licences=LICENCES,
        path=unquote(page_of(iri) or "").removeprefix("/"),
        mail=mail(contact, article.description, current.snapshot) if contact else "",
        INFERRED=INFERRED,
        readable=_readable,
        REV=REV, SKOS=SKOS, DCTERMS=DCTERMS, PROV=PROV,
        matches=match(current.index, stored_need(current.index, iri), limit=5) if REV.Need in kinds else None,
        is_actor=REV.Actor in kinds,
        is_competence=REV.Competence in kinds,
    )  # fmt: skip
    return Response(
        page, content_type=told_type(PAGE_TYPE), headers={"Link": ", ".join(alternates(page_of(iri) or ""))}
    )


def _markup(documents: Documents, iri: IRI) -> Any:
    """The schema.org document about a thing as JSON-LD; None if there is none."""
    try:
        return expanded(documents.about(iri, Profile.SCHEMA).triples)
    except UnknownTerm:
        return None


def _words(store: Store) -> dict[IRI, Named]:
    """What the ontology calls its own terms."""
    return {meaning.named.iri: meaning.named for meaning in vocabulary(store)}


def _article(store: Store, description: Description, words: dict[IRI, Named]) -> Article:
    types = description.links(RDF.type)
    kind = next((each for each in (*CLASSES, *types) if each in types), None)
    shown = [said for said in description.statements if said.property not in ELSEWHERE]
    places = {wanted: place for place, wanted in enumerate(MAIN)}
    told = [said for said in shown if said.property in places or not _is_concluded(said)]
    pointing = _not_yet_told(description)
    saying = dict.fromkeys(graph for said in description.statements for value in said.values for graph in value.graphs)
    return Article(
        description=description,
        kind=words.get(kind, Named(kind)) if kind else None,
        main=tuple(sorted(told, key=lambda said: places.get(said.property, len(places)))),
        pointing=tuple(said for said in pointing if said.property in POINTING or not _is_concluded(said)),
        concluded=tuple(said for said in shown if said not in told),
        concluded_pointing=tuple(said for said in pointing if said.property not in POINTING and _is_concluded(said)),
        graphs=tuple(named(store, graph) for graph in saying),
    )


def _is_concluded(said: Statements) -> bool:
    return all(value.graphs == (INFERRED,) for value in said.values)


def _not_yet_told(description: Description) -> list[Statements]:
    """What points here, without the properties whose things this page names already, or names by another."""
    told = {value.term for said in description.statements for value in said.values}
    return [
        said
        for said in description.mentions
        if said.property != REV.sitePlace and not all(value.term in told for value in said.values)
    ]


def _readable(values: tuple[Value, ...], language: str) -> list[Value]:
    """Named things by name; of texts in several languages only those in `language`, if there are any."""
    mine = [each for each in values if isinstance(each.term, Literal) and each.term.language == language]
    return mine or sorted(values, key=lambda each: _shown(each, language))


def _shown(value: Value, language: str) -> str:
    if value.named:
        return value.named.name(language).value.casefold()
    return value.term.value if isinstance(value.term, Literal) else ""
