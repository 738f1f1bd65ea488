"""A need or an offer from a form to the graph: asked for as the shapes have it, judged, published, matched at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from http import HTTPStatus

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.contributing import Sent, now, one, scope_of_form, seen_record, sent_form, write
from api.current import Current
from api.figures import share
from api.links import page_of
from api.service import Service
from graph.contribution import AMOUNT, MEASURE, Contribution, State, entered, moved, new_record, stated
from graph.describe import Named, named
from graph.directory import KINDS, Directory
from graph.errors import Forbidden, Outdated, RevierError, Unauthorised, UnknownTerm, WriteRefused
from graph.findings import Severity
from graph.forms import Field, Input, form_of
from graph.judgement import Remark, remarks
from graph.listing import members
from graph.matching.concepts import LONGEST_TEXT
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.reverse import Answered, needs_for
from graph.matching.understanding import understand
from graph.matching.wish import Wish, profile_for
from graph.matching.wish import named as iri_named
from graph.model import Literal, Match
from ontology.terms import DCTERMS, IRI, RDF, REV, UNIT, is_iri

NAMES = {REV.Need: "need", REV.Offer: "offer"}
HOLDS_FOR = timedelta(days=365)  # unless somebody names another end
MOST_NEAR, MOST_OFFERED, MOST_FORESEEN, MOST_MATCHES = 5, 8, 3, 5
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
}


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it is shown: what stands in it, what may be added, what is to be said of it, and who would fit now.

    `record` is the IRI of a contribution that is being changed.
    """

    kind: IRI
    form: tuple[Field, ...]
    entered: Mapping[str, Sequence[str]]
    offered: Mapping[str, Sequence[IRI]]
    remarks: tuple[Remark, ...] = ()
    matches: tuple[Match, ...] = ()
    record: str = ""
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
            kind=REV.Need if is_need else REV.Offer,
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
        """The form with nothing in it but the usual end, and a text if the address brings one."""
        until = (date.today() + HOLDS_FOR).isoformat()
        text = request.args.get("text", "")[:LONGEST_TEXT]
        given = {"validUntil": (until,)} | ({f"description.{g.language}": (text,)} if text else {})
        return self._shown(self._filled(given))

    def check(self) -> Response:
        """What is to be said of the form as it stands; nothing is written, so no token is needed."""
        filled = self._judged(self._resolved(sent_form()))
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
                return self._shown(
                    self._from(seen_record(self._service, scope_of_form(self._service, sent), record)[0])
                )
            return self._done(sent)
        except (Unauthorised, Forbidden, Outdated, UnknownTerm, WriteRefused) as error:
            filled = self._judged(self._resolved(sent))
            return self._shown(replace(filled, trouble=TROUBLES.get(type(error), "contribute.refused")), error.status)

    def _done(self, sent: Sent) -> ResponseReturnValue:
        filled, wanted = self._resolved(sent), one(sent, "do")
        if wanted not in (State.DRAFT, State.PUBLISHED):
            return self._shown(self._judged(filled) if wanted == "check" else filled)
        scope = scope_of_form(self._service, sent)
        filled = self._judged(filled)
        if filled.refusals:
            return self._shown(filled, HTTPStatus.UNPROCESSABLE_ENTITY)
        old, snapshot = seen_record(self._service, scope, filled.record) if filled.record else (None, None)
        new = moved(self._stated(filled, old), State(wanted), now=now())
        write(self._service, scope, old, new, snapshot=snapshot)
        if new.state is State.PUBLISHED:
            return redirect(url_for(".published", record=new.record), HTTPStatus.SEE_OTHER)
        return _unkept(Response(render_template("contribute_kept.html", contribution=new)))

    def _filled(self, given: Sent, record: str = "") -> Filled:
        form = form_of(self._kind)
        return Filled(self._kind, form, given, _spoken_of(self._current.index, form, given), record=record)

    def _from(self, contribution: Contribution) -> Filled:
        return self._filled(entered(contribution, form_of(self._kind)), contribution.record)

    def _resolved(self, sent: Sent) -> Filled:
        """The form as it was sent, with the thing that is meant in place of a name that was typed."""
        given, near = dict(sent), dict[str, tuple[IRI, ...]]()
        for field in form_of(self._kind):
            if field.range and field.range in KINDS.values():
                directory = self._current.remembered(Directory.of, field.range)
                told = [_meant(directory, text) for text in sent.get(field.key, ())]
                given[field.key] = tuple(dict.fromkeys(text for text, _ in told))
                near[field.key] = tuple(dict.fromkeys(each for _, others in told for each in others))
        filled = self._filled(given, one(sent, "record"))
        offered = {key: tuple(dict.fromkeys((*others, *filled.offered.get(key, ())))) for key, others in near.items()}
        return replace(filled, offered=offered)

    def _judged(self, filled: Filled) -> Filled:
        told = remarks(self._current.store, self._stated(filled, None), filled.form)
        return replace(filled, remarks=told, matches=_foreseen(self._current.index, filled))

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
            amount=AMOUNT,
            measure=MEASURE,
        )
        return _unkept(Response(page, status))

    def _named(self, iris: Iterable[str]) -> list[Named]:
        return [named(self._current.store, IRI(iri)) for iri in iris]

    @property
    def _current(self) -> Current:
        return self._service.current


def _offer(iri: IRI, name: Literal) -> dict[str, str | None]:
    return {"iri": iri, "label": name.value, "lang": name.language}


def _unkept(answer: Response) -> Response:
    """What somebody typed is nobody else's affair: no cache holds it."""
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _meant(directory: Directory, text: str) -> tuple[str, tuple[IRI, ...]]:
    """The IRI of the one thing that a name means; of none or several the name stays, and what is near it is offered."""
    found = [each.named.iri for each in directory.meant(text)]
    if len(found) == 1:
        return found[0], ()
    near = found or [each.named.iri for each in directory.suggested(text, limit=MOST_NEAR)]
    return text, tuple(near[:MOST_NEAR])


def _spoken_of(index: MatchIndex, form: Iterable[Field], given: Sent) -> dict[str, tuple[IRI, ...]]:
    """The concepts that the texts of a form speak of, at the first field that takes each, if it lacks them."""
    concepts: dict[IRI, None] = {}
    for language in LANGUAGE_WORDS:
        keys = [f"{field.key}.{language}" for field in form if field.input is Input.WORDS]
        text = "\n".join(text for key in keys for text in given.get(key, ()))[:LONGEST_TEXT]
        concepts |= {each.concept.iri: None for each in understand(index, text, language).concepts} if text else {}
    chosen = {value for values in given.values() for value in values}
    takes = {REV.Competence: index.competences, REV.Technology: index.technologies}
    first: dict[IRI, Field] = {}
    for field in form:
        if field.range in takes:
            first.setdefault(field.range, field)
    return {
        field.key: tuple(each for each in concepts if each in takes[kind] and each not in chosen)[:MOST_OFFERED]
        for kind, field in first.items()
    }


def _foreseen(index: MatchIndex, filled: Filled) -> tuple[Match, ...]:
    """Who would fit a need as it stands in the form; nobody for an offer, or before it is said what is needed."""
    concepts = {*index.competences, *index.technologies}

    def asked(*keys: str) -> dict[str, float | None]:
        return {each: None for key in keys for each in filled.entered.get(key, ()) if each in concepts}

    required, preferred = asked("requiresCompetence", "requiresTechnology"), asked("prefersCompetence")
    if filled.kind != REV.Need or not (required or preferred):
        return ()
    place = next((each for each in filled.entered.get("locatedIn", ()) if each in index.places), None)
    profile = profile_for(index, Wish(required=required, preferred=preferred, place=place))
    owner = next((IRI(each) for each in filled.entered.get("needOf", ()) if is_iri(each)), None)
    return match(index, replace(profile, asked_by=owner), limit=MOST_FORESEEN)


def _matches(index: MatchIndex, need: IRI) -> tuple[Match, ...]:
    return match(index, stored_need(index, need), limit=MOST_MATCHES)


def _answered(index: MatchIndex, offer: IRI) -> tuple[Answered, ...]:
    """The needs that the owner of an offer answers best; `UnknownTerm` if there is no such offer."""
    owner = index.statements.link(offer, REV.offerOf)
    if owner is None:
        raise UnknownTerm(f"{offer} is no need and no offer of this snapshot. Choose one from the lists.")
    return needs_for(index, owner, limit=MOST_MATCHES)
