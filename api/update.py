"""`/update`: the SPARQL 1.1 Protocol for updates, for whoever has a token.

An update comes by POST (https://www.w3.org/TR/sparql11-protocol/#update-operation) and is answered once it is
published, or refused as a whole.
"""

from dataclasses import dataclass

from flask import Blueprint, Response, request
from werkzeug.exceptions import UnsupportedMediaType

from api.access_log import note
from api.negotiation import sent_type
from api.sent import Parameters, form_parameters, graph_name, sent_body
from api.service import Service
from api.writing import METHODS, confirmed, desk_of, expected_snapshot, protocol, scope_of, too_large
from graph.errors import WrongUse

UPDATE_TYPE, FORM_TYPE = "application/sparql-update", "application/x-www-form-urlencoded"
ESCAPED = 3  # bytes that a form may write for one
USING, USING_NAMED = "using-graph-uri", "using-named-graph-uri"
FOREIGN = {
    "query": "A query is no update. Send it to /sparql.",
    "default-graph-uri": f"The data set of an update is given by {USING} and {USING_NAMED}.",
    "named-graph-uri": f"The data set of an update is given by {USING} and {USING_NAMED}.",
}
REFUSED = dict.fromkeys(
    (method for method in METHODS if method not in ("POST", "OPTIONS")),
    "Updates come by POST. Queries go to /sparql, whole graphs to /graph-store.",
)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a request wants to have changed: an update, and the graphs that its patterns see."""

    update: str
    using: tuple[str, ...]
    using_named: tuple[str, ...]


def update_blueprint(service: Service) -> Blueprint:
    """`/update` to the data of `service`."""
    blueprint = protocol("update", service, refused=REFUSED)

    @blueprint.route("/update", methods=METHODS, provide_automatic_options=False)
    def endpoint() -> Response:
        desk, scope = desk_of(service), scope_of(service)
        expected = expected_snapshot(service)
        sent = _sent(service.settings.update_bytes)
        note(query=sent.update)
        base = f"{service.settings.public_url or request.host_url.rstrip('/')}/update"
        service.queries.check_update(sent.update, base=base)
        written = desk.update(
            sent.update, base=base, using=sent.using, using_named=sent.using_named, scope=scope, expected=expected
        )
        return confirmed(written.snapshot)

    return blueprint


def _sent(most_bytes: int) -> Sent:
    """What the request sends, in its body but for the data set, which may stand in the address too."""
    media_type = sent_type(request.headers.get("Content-Type", ""))
    if media_type not in (UPDATE_TYPE, FORM_TYPE):
        raise UnsupportedMediaType(f"Send an update as {UPDATE_TYPE}, or in a form as {FORM_TYPE}.")
    is_form = media_type == FORM_TYPE
    received = sent_body(most_bytes * (ESCAPED if is_form else 1), too_large("update", most_bytes))
    try:
        parameters = form_parameters(request.query_string)
        if any(name == "update" for name, _ in parameters):
            raise WrongUse("An update stands in the body of a request and never in its address, which may be logged.")
        parameters += form_parameters(received) if is_form else [("update", received.decode())]
    except UnicodeDecodeError as error:
        raise WrongUse(f"The request is not in UTF-8: {error.reason}. Send the update and its graphs so.") from None
    return _read(parameters, most_bytes)


def _read(parameters: Parameters, most_bytes: int) -> Sent:
    def all_of(name: str) -> tuple[str, ...]:
        return tuple(value for each, value in parameters if each == name)

    for name, hint in FOREIGN.items():
        if all_of(name):
            raise WrongUse(f"{name} has no place in an update. {hint}")
    updates, using, using_named = all_of("update"), all_of(USING), all_of(USING_NAMED)
    if len(updates) != 1:
        raise WrongUse(f"Send one update at a time; this request brings {len(updates)}. Part operations by semicolons.")
    if len(updates[0].encode()) > most_bytes:
        raise too_large("update", most_bytes)
    return Sent(updates[0], *(tuple(map(graph_name, names)) for names in (using, using_named)))
