"""A thing as RDF: in the form and the profile that a client asks for, by suffix, by header or by parameter.

Profiles are asked for as in https://www.w3.org/TR/dx-prof-conneg/.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, request
from werkzeug.exceptions import NotAcceptable

from api.current import Current
from api.keeping import kept
from api.links import iri_of, page_of
from api.negotiation import page_or_graph, told_type
from graph.document import Document, Documents, Profile
from graph.errors import WrongUse
from graph.json_ld import Shape, context, shaped
from graph.rdf import (
    FORMATS,
    JSON_LD,
    N_QUADS,
    N_TRIPLES,
    RDF_XML,
    TRIG,
    TURTLE,
    Format,
    Kind,
    write_quads,
    write_triples,
)
from ontology.terms import CC_BY, IRI

PAGE_SUFFIX = "html"
_BY_SUFFIX: dict[str, Format | None] = {
    **{form.suffix: form for form in FORMATS if form.kind is Kind.GRAPH},
    PAGE_SUFFIX: None,
}
OFFERED = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML, TRIG, N_QUADS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for: a path without its suffix, the form (None: a page), and how much of it."""

    path: str
    form: Format | None
    profile: Profile
    after: str
    shape: Shape

    @property
    def iri(self) -> IRI:
        """The thing that is asked for."""
        return iri_of(self.path)


def wanted() -> Wanted:
    """What the request asks for; `NotAcceptable` if no form or profile that it accepts is offered."""
    stem, dot, suffix = request.path.rpartition(".")
    after = request.args.get("after", "")
    if dot and suffix in _BY_SUFFIX:
        return Wanted(stem, _BY_SUFFIX[suffix], _profile(), after, _shape())
    return Wanted(request.path, page_or_graph(request.headers.get("Accept", "")), _profile(), after, _shape())


def represented(current: Current, asked: Wanted, form: Format) -> Response:
    """The document that is asked for, with links to its other forms and to what follows."""

    def made() -> Response:
        found = current.remembered(Documents).about(asked.iri, asked.profile, after=asked.after)
        if form is JSON_LD:
            body = shaped(found, asked.shape, asked.iri, current.remembered(context))
            told = "" if asked.shape is Shape.EXPANDED else f';profile="{asked.shape.iri}"'
            answer = Response(body, content_type=form.media_type + told)
        else:
            answer = as_rdf(found, form)
        path = page_of(asked.iri) or asked.path
        links = [*alternates(path), f'<{asked.profile.iri}>; rel="profile"', f'<{asked.iri}>; rel="describes"']
        if found.after:
            links.append(f'<{path}.{form.suffix}?{urlencode({"after": found.after})}>; rel="next"')
        answer.headers["Link"] = ", ".join(links)
        answer.headers["Content-Profile"] = f"<{asked.profile.iri}>"
        return answer

    return kept(current, made, form=form.suffix, profile=asked.profile, shape=asked.shape)


def as_rdf(found: Document, form: Format) -> Response:
    """A document in `form`, each statement in its graph if the form holds graphs."""
    has_graphs = form in (TRIG, N_QUADS)
    body = write_quads(found.quads, form) if has_graphs else write_triples(found.triples, form)
    return Response(body, content_type=told_type(form.media_type))


def forms_of(path: str) -> list[tuple[Format, str]]:
    """Every RDF form of the document at `path` with its address."""
    return [(form, f"{path}.{form.suffix}") for form in OFFERED]


def alternates(path: str) -> Iterable[str]:
    """The other forms of the document at `path`, and its licence, as values of a Link header (RFC 8288)."""
    for form, address in forms_of(path):
        yield f'<{address}>; rel="alternate"; type="{form.media_type}"'
    yield f'<{path}.{PAGE_SUFFIX}>; rel="alternate"; type="text/html"'
    yield f'<{CC_BY}>; rel="license"'


def _shape() -> Shape:
    """The shape of JSON-LD that `jsonld`, by name, or the media type in Accept asks for; else the expanded one."""
    told = request.args.get("jsonld", "")
    accept = request.headers.get("Accept", "")
    named = next((each for each in Shape if each.iri in accept), Shape.EXPANDED)
    if told and told not in tuple(Shape):
        raise WrongUse(f"jsonld={told[:40]!r} is not offered. Choose one of: {', '.join(Shape)}.")
    return Shape(told) if told else named


def _profile() -> Profile:
    """The profile that `_profile`, by name or IRI, or the header Accept-Profile asks for; else the full one."""
    told = request.args.get("_profile", "")
    header = request.headers.get("Accept-Profile", "")
    names = [told] if told else [each.partition(";")[0].strip(" <>") for each in header.split(",") if header]
    known = {name: profile for profile in Profile for name in (profile.value, profile.iri, "*/*")}
    found = next((known[name] for name in names if name in known), None)
    if names and found is None:
        offered = ", ".join(f"{profile} ({profile.iri})" for profile in Profile)
        raise NotAcceptable(f"None of the profiles {', '.join(names)[:200]} is offered. Ask for one of: {offered}.")
    return found or Profile.FULL
