"""Contributions over HTTP: what a form sends, what a token lets its holder see, and the writing of one record.

The token stands in the body of a request and nowhere else: no address, no cookie and no log holds it, and a foreign
page that makes a browser send a form does not know it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from api.links import host
from api.sent import form_parameters, sent_body
from api.service import Service
from api.writing import desk_of, too_large
from graph.contribution import PENDING, PUBLISHED, Contribution, contributions, update
from graph.errors import Overtaken, UnknownTerm, WrongUse
from graph.model import Term
from graph.rdf import read_table
from graph.store import bound
from graph.tokens import Scope
from ontology.terms import IRI, is_iri
from queries.catalogue import part

MOST_BYTES = 100_000  # of a form
MOST_VALUES = 20  # of one field: each name is looked for among all things of its kind

Sent = Mapping[str, tuple[str, ...]]  # by name, what stands there, without blanks around it


def sent_form(*, most_bytes: int = MOST_BYTES, most_values: int = MOST_VALUES) -> Sent:
    """What the form of the request holds.

    Raises `TooLarge`, and `WrongUse` if it is not UTF-8 or holds more than `most_values` of anything.
    """
    try:
        told = form_parameters(sent_body(most_bytes, too_large("form", most_bytes)))
    except UnicodeDecodeError as error:
        raise WrongUse(f"The form is not in UTF-8: {error.reason}. Send it as the page does.") from None
    found: dict[str, tuple[str, ...]] = {}
    for name, value in told:
        if value.strip():
            found[name] = (*found.get(name, ()), value.strip())
    for name, values in found.items():
        if len(values) > most_values:
            raise WrongUse(f"{name[:40]!r} holds {len(values)} values, and at most {most_values} may be named at once.")
    return found


def one(sent: Sent, name: str) -> str:
    """What stands under a name first; empty if nothing does."""
    return next(iter(sent.get(name, ())), "")


def scope_of_form(service: Service, sent: Sent) -> Scope:
    """The graphs that the token in the form is for; `Forbidden` where nothing is written, `Unauthorised`."""
    desk_of(service)
    return service.tokens.scope_of(one(sent, "token"))


def seen(service: Service, scope: Scope, **wanted: Term | tuple[Term, ...]) -> tuple[tuple[Contribution, ...], str]:
    """What is published and what else a scope covers, and the snapshot that holds it; `wanted` narrows what is read.

    It is read by a process of the pool, since the pages themselves see no private graph.
    """
    graphs = (PUBLISHED, PENDING) if scope.covers(PENDING) else (PUBLISHED,)
    query = bound(part("contributions"), {"graph": graphs, **wanted})
    answer = service.queries.run(query, sees_private=True)
    return contributions(read_table(answer.read(), answer.format)), answer.snapshot


def seen_record(service: Service, scope: Scope, record: str, *, version: str | None = None) -> tuple[Contribution, str]:
    """One contribution with all that it says, and the snapshot; `UnknownTerm` if the scope covers none of that IRI.

    Raises `Overtaken` if it is not in that `version` any more, in which somebody has read it.
    """
    found, snapshot = seen(service, scope, record=IRI(record)) if is_iri(record) else ((), "")
    if not found:
        raise UnknownTerm(f"{record[:200]!r} is no contribution that this token covers. Load the list again.")
    if version not in (None, found[0].version):
        raise Overtaken(f"{record} was changed by somebody else meanwhile. Load it again.")
    return found[0], snapshot


def write(
    service: Service,
    scope: Scope,
    old: Contribution | None,
    new: Contribution | None,
    *,
    snapshot: str | None = None,
) -> None:
    """Let `new` stand in place of `old`; with `snapshot`, only if nothing has changed since.

    Raises what `Desk.update` raises: `WriteRefused`, `Forbidden`, `Outdated` and others.
    """
    text, base = update(old, new), f"{host(service)}/contribute"
    service.queries.check_update(text, base=base)
    desk_of(service).update(text, base=base, scope=scope, expected=snapshot)


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)
