"""Where a thing is found: its IRI, the path of its page, and back."""

from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from flask import request

from api.service import Service
from graph.errors import UnknownTerm
from ontology.naming import BASE
from ontology.terms import IRI, is_iri

ID_FOLDER = "/id/"
DOC_FOLDER = "/doc/"
SAFE = "/:@!$&'()*+,;=~-._"


def host(service: Service) -> str:
    """Where the world reaches this service, without a slash at the end."""
    return service.settings.public_url or request.host_url.rstrip("/")


def path_of(iri: IRI) -> str | None:
    """The path under our own host that answers for `iri`, or None if the IRI is not ours.

    >>> path_of(IRI(BASE + "id/emscher-lippe/actor/0001"))
    '/id/emscher-lippe/actor/0001'
    >>> path_of(IRI(BASE + "ont#Need"))
    '/ont#Need'
    >>> path_of(IRI("https://example.org/")) is None
    True
    """
    if not iri.startswith(BASE):
        return None
    path, hash_sign, fragment = iri.removeprefix(BASE).partition("#")
    return "/" + quote(path, safe=SAFE) + hash_sign + quote(fragment, safe=SAFE)


def page_of(iri: IRI) -> str | None:
    """The path of the page about `iri`, without the detour over 303; None if the IRI is not ours.

    >>> page_of(IRI(BASE + "id/emscher-lippe/actor/0001"))
    '/doc/emscher-lippe/actor/0001'
    >>> page_of(IRI(BASE + "voc/technology/ki"))
    '/voc/technology/ki'
    """
    path = path_of(iri)
    return DOC_FOLDER + path.removeprefix(ID_FOLDER) if path and path.startswith(ID_FOLDER) else path


def iri_of(path: str) -> IRI:
    """The IRI that a path of ours, percent-decoded, stands for: the way back from `path_of` and `page_of`.

    Raises `UnknownTerm` if the path has what no IRI can have.

    >>> iri_of("/doc/place/05513000") == BASE + "id/place/05513000"
    True
    """
    if path.startswith(DOC_FOLDER):
        path = ID_FOLDER + path.removeprefix(DOC_FOLDER)
    iri = IRI(BASE + path.removeprefix("/"))
    if not is_iri(iri):
        raise UnknownTerm(f"{path!r} is no address of a thing. Check its spelling.")
    return iri


def with_language(address: str, language: str) -> str:
    """`address`, a path of ours with or without a query, asked for in `language`.

    >>> with_language("/actors?place=x&lang=en", "de"), with_language("/ont#Need", "en")
    ('/actors?place=x&lang=de', '/ont?lang=en#Need')
    """
    parts = urlsplit(address)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name != "lang"]
    return urlunsplit(parts._replace(query=urlencode([*kept, ("lang", language)])))


def is_web_address(text: str) -> bool:
    """Whether `text` may become a link: an absolute http or https address with a host.

    >>> is_web_address("https://example.org/a"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname)


def row_of(iri: IRI) -> tuple[str, str] | None:
    """Table and row number behind a row IRI (RFC 7111), or None.

    >>> row_of(IRI(BASE + "id/emscher-lippe/table/actors.csv#row=12"))
    ('actors.csv', '12')
    """
    table, mark, number = iri.partition("#row=")
    return (unquote(table.rsplit("/", 1)[-1]), number) if mark else None
