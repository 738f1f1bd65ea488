"""One page a thing: what is said of it, who says so, and what points at it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.local import LocalProxy
from werkzeug.wrappers import Response as AnyResponse

from api.current import Current
from api.links import iri_of, key_of, page_of, with_language
from api.properties import ELSEWHERE, FOREIGN, KINDS, LISTS, MAIN, POINTING
from graph.describe import Description, Named, Statements, Value, describe, named, vocabulary
from graph.infer import INFERRED
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.model import Literal
from graph.store import Store
from ontology.terms import DCTERMS, IRI, PROV, RDF, REV, SKOS


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


def description_blueprint(current: Current) -> Blueprint:
    """`/id/…` (303), `/doc/…`, `/voc/…`, `/graph/…` and `/ont`."""
    blueprint = Blueprint("description", __name__)

    @blueprint.app_context_processor
    def names_of_properties() -> dict[str, object]:
        return {"words": LocalProxy(lambda: current.remembered(_words)), "foreign": FOREIGN}

    @blueprint.get("/id/<path:key>")
    def thing(key: str) -> AnyResponse:  # noqa: ARG001 - the whole path is the IRI
        page = page_of(iri_of(request.path)) or "/"
        return redirect(with_language(page, g.language) if "lang" in request.args else page, 303)

    @blueprint.get("/doc/<path:key>")
    @blueprint.get("/voc/<path:key>")
    @blueprint.get("/graph/<path:key>")
    def document(key: str) -> Response:  # noqa: ARG001 - the whole path is the IRI
        iri = iri_of(request.path)
        store = current.store
        article = _article(store, describe(store, iri), current.remembered(_words))
        kinds = article.description.links(RDF.type)
        page = render_template(
            "description.html",
            article=article,
            pointing=POINTING,
            lists=_lists(article.description),
            readable=_readable,
            REV=REV, SKOS=SKOS, DCTERMS=DCTERMS, PROV=PROV,
            matches=match(current.index, stored_need(current.index, iri), limit=5) if REV.Need in kinds else None,
            is_actor=REV.Actor in kinds,
        )  # fmt: skip
        return Response(page, content_type="text/html; charset=utf-8")

    @blueprint.get("/ont")
    def ontology() -> str:
        return render_template("ontology.html", meanings=current.remembered(vocabulary))

    return blueprint


def _words(store: Store) -> dict[IRI, Named]:
    """What the ontology calls its own terms."""
    return {meaning.named.iri: meaning.named for meaning in vocabulary(store)}


def _article(store: Store, description: Description, words: dict[IRI, Named]) -> Article:
    types = description.links(RDF.type)
    kind = next((each for each in (*KINDS, *types) if each in types), None)
    shown = [said for said in description.statements if said.property not in ELSEWHERE]
    places = {wanted: place for place, wanted in enumerate(MAIN)}
    told = [said for said in shown if said.property in places or not _is_concluded(said)]
    pointing = _not_yet_told(description)
    graphs = dict.fromkeys(graph for said in description.statements for value in said.values for graph in value.graphs)
    return Article(
        description=description,
        kind=words.get(kind, Named(kind)) if kind else None,
        main=tuple(sorted(told, key=lambda said: places.get(said.property, len(places)))),
        pointing=tuple(said for said in pointing if said.property in POINTING or not _is_concluded(said)),
        concluded=tuple(said for said in shown if said not in told),
        concluded_pointing=tuple(said for said in pointing if said.property not in POINTING and _is_concluded(said)),
        graphs=tuple(named(store, graph) for graph in graphs),
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


def _lists(description: Description) -> list[tuple[str, str]]:
    """The lists that go on about this thing: endpoint and address of each."""
    types = description.links(RDF.type)
    key: Any = key_of(description.thing.iri)
    return [
        (endpoint, url_for(endpoint, **{parameter: key}))
        for kind, parameter, endpoints in LISTS
        if kind in types
        for endpoint in endpoints
    ]


def _readable(values: tuple[Value, ...], language: str) -> list[Value]:
    """Named things by name; of texts in several languages only those in `language`, if there are any."""
    mine = [each for each in values if isinstance(each.term, Literal) and each.term.language == language]
    return mine or sorted(values, key=lambda each: _shown(each, language))


def _shown(value: Value, language: str) -> str:
    if value.named:
        return value.named.name(language).value.casefold()
    return value.term.value if isinstance(value.term, Literal) else ""
