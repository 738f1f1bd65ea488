"""The analyses for programs: `/api/v1/network`, `/gaps`, `/team`, `/assign`, `/profile` and `/whatif`."""

import json
from collections.abc import Callable, Mapping
from functools import partial

from flask import Blueprint, Response, g, jsonify, request, url_for

from api.analysis import (
    Document,
    assign_document,
    finished,
    gaps_document,
    iri_in,
    known_kinds,
    network_document,
    profile_document,
    required_by,
    team_document,
    whatif_document,
)
from api.current import Current
from api.keeping import kept
from api.sent import sent_body
from api.snapshots import store_at
from graph.analysis.export import FORMS
from graph.analysis.facts import Facts, read_facts, with_matches
from graph.analysis.network import cooperation
from graph.analysis.scenario import Scenario, read_scenario, scenario_of
from graph.errors import TooLarge, WrongUse

MOST_SENT = 100_000  # bytes of a scenario
TAKES = {
    "network": ("kind", "group", "from", "to", "format"),
    "gaps": ("field", "since"),
    "team": ("need", "field", "competence", "alternatives"),
    "assign": ("load",),
    "profile": (),
}


def analysis_blueprint(current: Current) -> Blueprint:
    """Every analysis at its own address; the facts of a snapshot are read once."""
    blueprint = Blueprint("analysis", __name__)

    def analysis(name: str) -> Response:
        for each in request.args:
            if each not in (*TAKES[name], "lang"):
                raise WrongUse(f"{each[:40]!r} is unknown here. There are: {', '.join((*TAKES[name], 'lang'))}.")
        return kept(current, lambda: _answered(current, name))

    @blueprint.post("/api/v1/whatif")
    def whatif() -> Response:
        answer = jsonify(_changed(current, read_scenario(_sent())))
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @blueprint.get("/api/v1/whatif/<key>")
    def whatif_again(key: str) -> Response:
        return kept(current, lambda: jsonify(_changed(current, scenario_of(key))))

    for name in TAKES:
        blueprint.add_url_rule(f"/api/v1/{name}", name, partial(analysis, name))
    return blueprint


def _answered(current: Current, name: str) -> Response:
    facts = current.remembered(read_facts)
    if name == "network" and "match" in _kinds():
        facts = current.remembered(with_matches, facts)
    form = request.args.get("format", "json")
    if form != "json":
        return _file(facts, _kinds(), form)
    told = _gaps(current, facts) if name == "gaps" else DOCUMENTS[name](facts)
    return jsonify(finished(told, current.store, g.language))


def _changed(current: Current, told: Scenario) -> Document:
    """What a scenario changes of the snapshot that is asked for, with the address that says so again."""
    edition = store_at(current, request.args.get("snapshot", ""))
    document = finished(whatif_document(edition.remembered(read_facts), told), edition.store, g.language)
    address = url_for("analysis.whatif_again", key=told.key, snapshot=edition.snapshot, lang=g.language)
    return {"address": address, **document}


def _sent() -> object:
    body = sent_body(MOST_SENT, TooLarge(f"The scenario is longer than {MOST_SENT} bytes. Change less at a time."))
    try:
        return json.loads(body)
    except ValueError as error:
        raise WrongUse(f"The body is no JSON: {str(error)[:200]}.") from error


def _network(facts: Facts) -> Document:
    one, other = (iri_in(request.args[name]) if request.args.get(name) else None for name in ("from", "to"))
    return network_document(facts, kinds=_kinds(), group=request.args.get("group", "place"), one=one, other=other)


def _gaps(current: Current, facts: Facts) -> Document:
    since = request.args.get("since")
    before = store_at(current, since).remembered(read_facts) if since else None
    return gaps_document(facts, fields=[iri_in(each) for each in request.args.getlist("field")], before=before)


def _team(facts: Facts) -> Document:
    need, field = (request.args.get(name, "") for name in ("need", "field"))
    required = required_by(facts, need, field, request.args.getlist("competence"))
    return team_document(facts, required, alternatives=_whole("alternatives", 3))


def _assign(facts: Facts) -> Document:
    return assign_document(facts, load=_whole("load", 3))


DOCUMENTS: Mapping[str, Callable[[Facts], Document]] = {
    "network": _network,
    "team": _team,
    "assign": _assign,
    "profile": profile_document,
}


def _kinds() -> tuple[str, ...]:
    return tuple(request.args.getlist("kind")) or ("project", "membership")


def _file(facts: Facts, kinds: tuple[str, ...], form: str) -> Response:
    if form not in FORMS:
        raise WrongUse(f"format={form[:40]!r} is not offered. Choose one of: json, {', '.join(FORMS)}.")
    known_kinds(kinds)
    media_type, write = FORMS[form]
    headers = {"Content-Disposition": f'attachment; filename="network.{form}"'}
    return Response(write(facts, cooperation(facts, kinds)), content_type=media_type, headers=headers)


def _whole(name: str, default: int) -> int:
    told = request.args.get(name, str(default))
    if not (told.isascii() and told.isdigit() and len(told) < 6):
        raise WrongUse(f"{name} is {told[:40]!r}. Write a whole number.")
    return int(told)
