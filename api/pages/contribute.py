"""A need or an offer from a form to the graph: asked for as the shapes have it, judged, published, matched at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.contributing import Sent, now, one, scope_of_form, seen_record, sent_form, write
from api.current import Current
from api.figures import share
from api.keeping import kept
from api.links import page_of
from api.picking import directory
from api.service import Service
from graph.analysis.names import named_all
from graph.contribution import AMOUNT, MEASURE, Contribution, Entered, State, entered, moved, new_record, stated
from graph.describe import Named, named
from graph.directory import KINDS
from graph.errors import (
    BuildRunning,
    Forbidden,
    Outdated,
    Overtaken,
    RevierError,
    StorageFull,
    Unauthorised,
    UnknownTerm,
    WriteRefused,
)
from graph.filled import Offered, foreseen, resolved, spoken_of
from graph.findings import Severity
from graph.forms import Field, Input, form_of
from graph.judgement import Remark, remarks
from graph.listing import members
from graph.matching.concepts import LONGEST_TEXT
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.reverse import Answered, needs_for
from graph.matching.wish import named as iri_named
from graph.model import Literal, Match
from graph.tokens import Scope
from ontology.terms import DCTERMS, IRI, RDF, REV, UNIT, XSD, is_iri

NAMES = {REV.Need: "need", REV.Offer: "offer"}
HOLDS_FOR = timedelta(days=365)  # unless somebody names another end
MOST_MATCHES = 5
LONG = frozenset({DCTERMS.description})  # texts of more than one line
UNIT_WORDS = {
    UNIT.DAY: "unit.day",
    UNIT.CCY_EUR: "unit.euro",
    UNIT.KiloW_HR: "unit.kilowatt-hour",
    UNIT.MegaW_HR: "unit.megawatt-hour",
    UNIT.PERCENT: "unit.percent",
}
LANGUAGE_WORDS = {"de": "contribute.german", "en": "contribute.english"}
TITLES = {REV.Need: "contribute.need", REV.Offer: "contribute.offer"}
LEADS = {REV.Need: "contribute.need_says", REV.Offer: "contribute.offer_says"}
# the service's own sentences are English; these are what a person at a form meets
TROUBLES: Mapping[type[RevierError], str] = {
    Unauthorised: "contribute.unauthorised",
    Forbidden: "contribute.forbidden",
    Outdated: "contribute.outdated",
    Overtaken: "contribute.overtaken",
    BuildRunning: "contribute.busy",
    StorageFull: "contribute.busy",
}
REFUSALS: tuple[type[RevierError], ...] = (
    *TROUBLES,
    UnknownTerm,
    WriteRefused,
)  # after which a person goes on where they were


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it is shown: what stands in it, what may be added, what is to be said of it, and who would fit now.

    `record` is the IRI of a contribution that is being changed, and `read` the version of it that was shown.
    """

    kind: IRI
    form: tuple[Field, ...]
    entered: Entered
    offered: Offered
    remarks: tuple[Remark, ...] = ()
    matches: tuple[Match, ...] = ()
    record: str = ""
    read: str = ""
    trouble: str = ""

    @property
    def refusals(self) -> tuple[Remark, ...]:
        return tuple(each for each in self.remarks if each.refuses)

    def about(self, field: Field) -> tuple[Remark, ...]:
        """What is to be said at a field."""
        return tuple(each for each in self.remarks if field.key in each.fields)

    def is_refused(self, field: Field) -> bool:
        """Whether what stands in a field must be mended."""
        return any(each.refuses for each in self.about(field))


def contribute_blueprint(service: Service) -> Blueprint:
    """`/contribute/need` and `/contribute/offer`, with `/check` below each, and `/contribute/published`."""
    blueprint = Blueprint("contribute", __name__)
    for kind, name in NAMES.items():
        form = _Form(service, kind)
        address = f"/contribute/{name}"
        blueprint.add_url_rule(address, name, form.blank)
        blueprint.add_url_rule(address, f"{name}_sent", form.sent, methods=["POST"])
        blueprint.add_url_rule(f"{address}/check", f"{name}_check", form.check, methods=["POST"])

    @blueprint.get("/contribute/published")
    def published() -> str:
        record, index = iri_named(request.args.get("record", "")), service.current.index
        is_need = REV.Need in index.statements.links(record, RDF.type)
        return render_template(
            "contribute_published.html",
            record=named(service.current.store, record),
            owner=index.statements.link(record, REV.offerOf),
            matches=_matches(index, record) if is_need else (),
            answered=() if is_need else _answered(index, record),
        )

    return blueprint


class _Form:
    """The form of one kind of contribution."""

    def __init__(self, service: Service, kind: IRI) -> None:
        self._service, self._kind = service, kind

    def blank(self) -> Response:
        """The form with nothing in it but the usual end, which a client may keep, or with a text from the address."""
        today, text = date.today(), request.args.get("text", "")[:LONGEST_TEXT]
        given = {"validUntil": ((today + HOLDS_FOR).isoformat(),)}
        if text:
            return self._shown(self._filled(given | {f"description.{g.language}": (text,)}, {}))
        return kept(
            self._current,
            lambda: self._shown(self._filled(given, {})),
            day=today,
            is_writable=self._service.desk is not None,
        )

    def check(self) -> Response:
        """What is to be said of the form as it stands; nothing is written, so no token is needed."""
        filled = self._judged(self._read(sent_form()))
        told = {
            "remarks": [
                {"fields": each.fields, "refuses": each.refuses, "says": each.message.in_language(g.language)}
                for each in filled.remarks
                if each.severity is not Severity.NOTE
            ],
            "offered": {
                key: [_offer(each.iri, each.name(g.language)) for each in self._named(iris)]
                for key, iris in filled.offered.items()
            },
            "matches": [
                {"label": each.label, "page": page_of(each.actor), "score": share(each.score, g.language)}
                for each in filled.matches
            ],
        }
        return _unkept(jsonify(told))

    def sent(self) -> ResponseReturnValue:
        """Do with the form what its button says: check, suggest, keep as a draft, publish; or fill it from a record."""
        sent = sent_form()
        try:
            if record := one(sent, "edit"):
                known, _ = self._seen(scope_of_form(self._service, sent), record)
                given = entered(known, form_of(self._kind))
                return self._shown(self._filled(given, {}, record=record, read=known.version))
            return self._done(sent)
        except REFUSALS as error:
            filled = self._judged(self._read(sent))
            return self._shown(replace(filled, trouble=TROUBLES.get(type(error), "contribute.refused")), error.status)

    def _done(self, sent: Sent) -> ResponseReturnValue:
        filled, wanted = self._read(sent), one(sent, "do")
        if wanted not in (State.DRAFT, State.PUBLISHED):
            return self._shown(self._judged(filled) if wanted == "check" else filled)
        scope = scope_of_form(self._service, sent)
        filled = self._judged(filled)
        if filled.refusals:
            return self._shown(filled, HTTPStatus.UNPROCESSABLE_ENTITY)
        old, snapshot = self._seen(scope, filled.record, filled.read) if filled.record else (None, None)
        new = moved(self._stated(filled, old), State(wanted), now=now())
        write(self._service, scope, old, new, snapshot=snapshot)
        if new.state is State.PUBLISHED:
            return redirect(url_for(".published", record=new.record), HTTPStatus.SEE_OTHER)
        return _unkept(Response(render_template("contribute_kept.html", contribution=new)))

    def _seen(self, scope: Scope, record: str, version: str | None = None) -> tuple[Contribution, str]:
        """The contribution that is being changed; `UnknownTerm` if it is of another kind than the form."""
        known, snapshot = seen_record(self._service, scope, record, version=version)
        if known.kind != self._kind:
            raise UnknownTerm(f"{record} is no {NAMES[self._kind]}. Edit it at /contribute/{NAMES[known.kind]}.")
        return known, snapshot

    def _filled(self, given: Entered, near: Offered, *, record: str = "", read: str = "") -> Filled:
        form = form_of(self._kind)
        spoken = spoken_of(self._current.index, form, given)
        offered = {key: tuple(dict.fromkeys((*near.get(key, ()), *spoken.get(key, ())))) for key in {**near, **spoken}}
        return Filled(self._kind, form, given, offered, record=record, read=read)

    def _read(self, sent: Sent) -> Filled:
        """The form as it was sent, with the things that are meant in place of names that were typed."""
        given, near = resolved(form_of(self._kind), sent, partial(directory, self._current))
        return self._filled(given, near, record=one(sent, "record"), read=one(sent, "read"))

    def _judged(self, filled: Filled) -> Filled:
        told = remarks(self._current.store, self._stated(filled, None), filled.form)
        is_need = self._kind == REV.Need
        return replace(filled, remarks=told, matches=foreseen(self._current.index, filled.entered) if is_need else ())

    def _stated(self, filled: Filled, old: Contribution | None) -> Contribution:
        record = old.record if old else new_record(self._kind)
        return stated(record, self._kind, filled.form, filled.entered, now=now(), created=old.created if old else None)

    def _shown(self, filled: Filled, status: int = HTTPStatus.OK) -> Response:
        page = render_template(
            "contribute.html",
            filled=filled,
            name=NAMES[self._kind],
            title=TITLES[self._kind],
            lead=LEADS[self._kind],
            kinds={kind: key for key, kind in KINDS.items()},
            long=LONG,
            units=UNIT_WORDS,
            language_words=LANGUAGE_WORDS,
            named_all=self._named,
            known=lambda values: [value for value in values if is_iri(value)],
            concepts=lambda scheme: self._current.remembered(members, scheme),
            is_writable=self._service.desk is not None,
            Input=Input,
            XSD=XSD,
            amount=AMOUNT,
            measure=MEASURE,
        )
        return _unkept(Response(page, status))

    def _named(self, iris: Iterable[str]) -> list[Named]:
        return list(named_all(self._current.store, map(IRI, iris)).values())

    @property
    def _current(self) -> Current:
        return self._service.current


def _offer(iri: IRI, name: Literal) -> dict[str, str | None]:
    return {"iri": iri, "label": name.value, "lang": name.language}


def _unkept(answer: Response) -> Response:
    """What somebody typed is nobody else's affair: no cache holds it."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _matches(index: MatchIndex, need: IRI) -> tuple[Match, ...]:
    return match(index, stored_need(index, need), limit=MOST_MATCHES)


def _answered(index: MatchIndex, offer: IRI) -> tuple[Answered, ...]:
    """The needs that the owner of an offer answers best; `UnknownTerm` if there is no such offer."""
    owner = index.statements.link(offer, REV.offerOf)
    if owner is None:
        raise UnknownTerm(f"{offer} is no need and no offer of this snapshot. Choose one from the lists.")
    return needs_for(index, owner, limit=MOST_MATCHES)
