"""In which form a client gets an answer: what its Accept header, or `format=`, and our formats agree on.

Shared by all endpoints that speak RDF or SPARQL results (https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1).
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType
from werkzeug.http import parse_accept_header, parse_options_header

from graph.errors import WrongUse
from graph.rdf import FORMATS, Format, Kind, format_named

PAGE_TYPE = "text/html"

Agreed = dict[Format, str]  # at most one format a kind, and the media type by which the client knows it


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client would like best: a format for each kind of answer, and whether a page for people.

    `is_for_page` says that it would rather have the page, `takes_page` that it likes no graph better.
    """

    agreed: Agreed
    is_for_page: bool
    takes_page: bool


def agreed_forms(accept: str, name: str | None = None, *, kinds: Collection[Kind] = tuple(Kind)) -> Agreed:
    """For each of the `kinds` the format called `name`, or without a name the one that `accept` welcomes most.

    Raises `WrongUse` for a name nobody knows, `NotAcceptable` if nothing that is accepted is offered; both tell what
    is offered.

    >>> [media_type for media_type in agreed_forms("text/csv, application/trig").values()]
    ['text/csv', 'application/trig']
    """
    if name is not None:
        agreed = {form: form.media_type for kind in kinds if (form := format_named(name, kind))}
        if not agreed:
            known = ", ".join(form.suffix for form in FORMATS if form.kind in kinds)
            raise WrongUse(f"format={name!r} is not offered. Choose one of: {known}.")
        return agreed
    agreed = {form: media_type for form, media_type in wish(accept).agreed.items() if form.kind in kinds}
    if not agreed:
        known = ", ".join(form.media_type for form in FORMATS if form.kind in kinds)
        raise NotAcceptable(f"None of the accepted forms is offered. Accept one of: {known}.")
    return agreed


def page_or_graph(accept: str) -> Format | None:
    """The graph format that `accept` welcomes most; None if a page for people is at least as welcome.

    Raises `NotAcceptable` if neither is.

    >>> page_or_graph("*/*") is None, page_or_graph("text/turtle, */*;q=0.1").suffix
    (True, 'ttl')
    """
    wanted = wish(accept)
    if wanted.takes_page:
        return None
    forms = [form for form in wanted.agreed if form.kind is Kind.GRAPH]
    if not forms:
        known = ", ".join([PAGE_TYPE, *(form.media_type for form in FORMATS if form.kind is Kind.GRAPH)])
        raise NotAcceptable(f"None of the accepted forms is offered. Accept one of: {known}.")
    return forms[0]


@lru_cache(maxsize=256)
def wish(accept: str) -> Wish:
    """What an Accept header comes to; anything is as welcome as anything else if there is none.

    >>> wish("text/html, */*;q=0.1").is_for_page
    True
    """
    # parameters like charset are left aside: every text is UTF-8
    items = [(each.partition(";")[0], quality) for each, quality in parse_accept_header(accept, MIMEAccept)]
    accepted = MIMEAccept(items or [("*/*", 1)])
    agreed, welcomes = {}, {}
    for kind in Kind:
        forms = [form for form in FORMATS if form.kind is kind]
        offered = [(form, form.media_type) for form in forms]
        offered += [(form, other) for form in forms for other in form.media_types[1:]]
        form, media_type = max(offered, key=lambda each: accepted.quality(each[1]))
        welcomes[kind] = accepted.quality(media_type)
        if welcomes[kind] > 0:
            agreed[form] = media_type
    page = accepted.quality(PAGE_TYPE)
    return Wish(agreed, page > max(welcomes.values()), takes_page=0 < page >= welcomes[Kind.GRAPH])


@lru_cache(maxsize=256)
def sent_type(content_type: str) -> str:
    """The media type in a Content-Type header, without its parameters.

    Raises `UnsupportedMediaType` if it is in another character set than UTF-8.

    >>> sent_type('Application/SPARQL-Query; charset="UTF-8"')
    'application/sparql-query'
    """
    media_type, parameters = parse_options_header(content_type)
    charset = parameters.get("charset", "utf-8")
    if charset.lower() not in ("utf-8", "utf8", "us-ascii"):
        raise UnsupportedMediaType(f"The character set {charset[:40]!r} is not read here. Send UTF-8.")
    return media_type.lower()


def told_type(media_type: str) -> str:
    """`media_type` as an answer tells it: a text names its character set.

    >>> told_type("text/turtle"), told_type("application/json")
    ('text/turtle; charset=utf-8', 'application/json')
    """
    return media_type + ("; charset=utf-8" if media_type.startswith("text/") else "")
