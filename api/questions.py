"""The catalogue of questions, a form for each, and its answer as a page, as a file and for programs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, render_template, request, url_for
from werkzeug.exceptions import NotAcceptable

from api.answers import JSON_TYPE, Answer, Form, answer_json, forms, question_json
from api.awaited import Awaited
from api.current import Current, Edition
from api.keeping import kept
from api.links import host
from api.negotiation import PAGE_TYPE, told_type
from api.picking import picked_all
from api.service import Service
from api.snapshots import store_at
from api.views import Views, views, ways
from graph.ask import Values, ask_with, backing, bindings_of, in_order, offered, question
from graph.describe import Named, named
from graph.errors import QueryTooCostly, WrongUse
from graph.listing import entries, members
from graph.model import Bindings, Quad, Table, Text
from graph.rdf import N_TRIPLES, TSV, read_table
from graph.store import bound
from ontology.terms import IRI, expand, read_iri
from queries.catalogue import Parameter, Question, questions

LONGEST_PAGE = 300
MOST_REASONS = 1000  # rows whose reasons are told at once
JSON = "json"
TAG_WORDS = {
    "analyst": "questions.analyst",
    "bridge-builder": "questions.bridge-builder",
    "steward": "questions.steward",
}
RESERVED = ("lang", "snapshot", "format", "why", "view")  # of a request, beside the parameters of the question
PICKED = {
    "rev:Actor": "actor",
    "rev:Competence": "competence",
    "rev:Need": "need",
    "rev:Place": "place",
    "rev:Technology": "technology",
    "voc:actor-class/user": "actor",
    "voc:competence": "competence",
}  # what is picked by name from among many, by class or scheme of a parameter


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """One column of a page: its heading, the place of its cell in a row, and of the thing that cell names."""

    says: Text
    position: int
    thing: int | None = None
    is_figure: bool = False
    unit: str | None = None


def questions_blueprint(service: Service) -> Blueprint:
    """`/questions[/NAME[.SUFFIX]]` and `/api/v1/questions[/NAME]`."""
    blueprint = Blueprint("questions", __name__)
    current, awaited = service.current, Awaited(service.settings.patience_s)

    @blueprint.get("/questions")
    def catalogue() -> Response:
        return kept(current, _catalogue)

    @blueprint.get("/questions/<name>")
    def answer(name: str) -> Response:
        return kept(current, lambda: _page(service, awaited, question(name)), host=host(service))

    @blueprint.get("/questions/<name>.<suffix>")
    def as_file(name: str, suffix: str) -> Response:
        return _formed(service, question(name), suffix)

    @blueprint.get("/api/v1/questions")
    def catalogue_json() -> Response:
        told = [question_json(each, g.language) for each in questions()]
        return kept(current, lambda: jsonify(snapshot=current.snapshot, questions=told))

    @blueprint.get("/api/v1/questions/<name>")
    def for_programs(name: str) -> Response:
        asked = question(name)
        return _formed(service, asked, request.args["format"] if "format" in request.args else _accepted(asked))

    return blueprint


def _catalogue() -> Response:
    found = [each for each in questions() if _speaks_of(each, request.args.get("text", ""))]
    by_tag = {tag: [each for each in found if each.tags[0] == tag] for tag in TAG_WORDS}
    page = render_template(
        "questions.html", by_tag=by_tag, count=len(found), total=len(questions()), tag_words=TAG_WORDS
    )
    return Response(page, content_type=told_type(PAGE_TYPE))


def _speaks_of(asked: Question, text: str) -> bool:
    """Whether the question, in either language, its name or what it asks for holds every word of `text`."""
    told = (asked.text, *(parameter.says for parameter in asked.parameters))
    words = " ".join((asked.name, *(f"{each.de} {each.en}" for each in told))).casefold()
    return all(word in words for word in text.casefold().split())


def _answered(service: Service, asked: Question) -> Answer:
    edition, values = _edition(service.current), _values(service.current, asked)
    bindings = bindings_of(edition.store, asked, values)
    return _answer(service, edition, asked, values, _table(service, edition, asked, bindings))


def _soon_answered(service: Service, awaited: Awaited, asked: Question, values: Values) -> Answer | None:
    """The answer, or None if it takes longer than a page may."""
    edition = _edition(service.current)
    bindings = bindings_of(edition.store, asked, values)
    key = (edition.snapshot, asked.name, tuple(sorted(bindings.items())))
    table = awaited.get(key, lambda: _table(service, edition, asked, bindings))
    return None if table is None else _answer(service, edition, asked, values, table)


def _answer(service: Service, edition: Edition, asked: Question, values: Values, table: Table) -> Answer:
    return Answer(asked, values, table, edition.store, host(service), g.language)


def _table(service: Service, edition: Edition, asked: Question, bindings: Bindings) -> Table:
    """The rows of an answer: those of what is served come from a process with limits, of older snapshots from here."""
    if edition.snapshot == service.queries.snapshot:
        found = service.queries.run(bound(asked.sparql, bindings), formats=(TSV, N_TRIPLES), has_union_default=True)
        if found.snapshot == edition.snapshot:
            table = read_table(found.read(), found.format)
            return in_order(table.rows) if asked.is_graph else table
    return ask_with(edition.store, asked, bindings)


def _edition(current: Current) -> Edition:
    return store_at(current, request.args.get("snapshot", ""))


def _formed(service: Service, asked: Question, suffix: str) -> Response:
    """The answer in the form that has the suffix; `WrongUse` names the others."""
    offered_forms = {form.suffix: form for form in forms(asked)}
    if suffix != JSON and suffix not in offered_forms:
        known = ", ".join((JSON, *offered_forms))
        raise WrongUse(f"{asked.name} is not answered as {suffix[:40]!r}. Choose one of: {known}.")
    form = offered_forms.get(suffix)
    is_weak = form is not None and not form.is_exact
    return kept(
        service.current, lambda: _written(service, asked, form), is_weak=is_weak, form=suffix, host=host(service)
    )


def _written(service: Service, asked: Question, form: Form | None) -> Response:
    answer = _answered(service, asked)
    if form is None:
        return jsonify(answer_json(answer, _backing(answer)))
    name = f"{asked.name}.{form.suffix}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Link": f'<{answer.address}>; rel="cite-as"',  # RFC 8574
    }
    header = "; header=present" if form.suffix == "csv" else ""
    return Response(form.write(answer), content_type=told_type(form.media_type) + header, headers=headers)


def _accepted(asked: Question) -> str:
    """The suffix of the form that the client welcomes most; JSON if it does not mind."""
    types = {JSON_TYPE: JSON, **{form.media_type: form.suffix for form in forms(asked)}}
    if not request.accept_mimetypes:
        return JSON
    best = request.accept_mimetypes.best_match([*types])
    if best is None:
        raise NotAcceptable(f"None of the accepted forms is offered. Accept one of: {', '.join(types)}.")
    return types[best]


def _backing(answer: Answer) -> Mapping[int, tuple[Quad, ...]]:
    """The statements behind the rows that `why` asks for: one by its number, or `all`."""
    wanted, rows = request.args.get("why", ""), answer.table.rows
    if not wanted:
        return {}
    if not answer.asked.why:
        raise WrongUse(f"{answer.asked.name} marks no columns to explain. Leave out 'why'.")
    if wanted != "all" and not (wanted.isascii() and wanted.isdigit() and 0 < int(wanted) <= len(rows)):
        raise WrongUse(f"why is {wanted[:40]!r}. Allowed are 'all' and the numbers of the rows, 1 to {len(rows)}.")
    if wanted == "all" and len(rows) > MOST_REASONS:
        raise WrongUse(f"The answer has {len(rows)} rows; all can be explained up to {MOST_REASONS}. Ask row by row.")
    numbers = range(1, len(rows) + 1) if wanted == "all" else [int(wanted)]
    return {number: backing(answer.store, answer.asked, rows[number - 1]) for number in numbers}


def _page(service: Service, awaited: Awaited, asked: Question) -> Response:
    current, values = service.current, _values(service.current, asked)
    is_complete = all(parameter.name in values or parameter.default is not None for parameter in asked.parameters)
    answer, status = None, HTTPStatus.OK
    if is_complete:
        try:
            answer = _soon_answered(service, awaited, asked, values)
            status = HTTPStatus.OK if answer else HTTPStatus.ACCEPTED
        except QueryTooCostly:
            status = HTTPStatus.SERVICE_UNAVAILABLE
    drawn = _drawn(answer) if answer else None
    page = render_template(
        "question.html",
        question=asked,
        values=values,
        offered={parameter.name: _offered(current, parameter) for parameter in asked.parameters},
        picked={each.name: _picked(current, each, values) for each in asked.parameters if _kind(each)},
        found={parameter.name: offered(current.store, parameter) for parameter in asked.parameters},
        answer=answer,
        is_awaited=status == HTTPStatus.ACCEPTED,
        is_stopped=status == HTTPStatus.SERVICE_UNAVAILABLE,
        files=[(suffix, _address(asked, suffix)) for suffix in (JSON, *(form.suffix for form in forms(asked)))],
        query=bound(asked.sparql, bindings_of(current.store, asked, values)) if is_complete else "",
        reasons=_reasons(answer) if answer else (),
        why=lambda row: _address(asked, why=str(row)),
        columns=tuple(_shown(asked)),
        views=drawn,
        view=drawn.chosen(request.args.get("view", asked.view)) if drawn else "",
        ways=ways(drawn, lambda view: _address(asked, view=view)) if drawn else (),
        longest=LONGEST_PAGE,
    )
    headers = {} if status == HTTPStatus.OK else {"Cache-Control": "no-store"}
    return Response(page, status, headers, content_type=told_type("text/html"))


def _drawn(answer: Answer) -> Views:
    """The drawings of the rows that the page shows."""
    table = answer.table
    return views(Table(table.columns, table.rows[:LONGEST_PAGE]), answer.store, answer.language)


def _reasons(answer: Answer) -> list[tuple[int, list[tuple[object, ...]]]]:
    """The rows that are to be explained, each with its statements, whose things are named."""
    return [
        (row, [tuple(named(answer.store, term) if isinstance(term, IRI) else term for term in quad) for quad in quads])
        for row, quads in _backing(answer).items()
    ]


def _address(asked: Question, suffix: str = "", **more: str) -> str:
    """Where the same question is answered in another form, or with `more` arguments."""
    told = [(name, value) for name, value in request.args.items(multi=True) if name not in ("why", "format", "view")]
    path = url_for(".as_file", name=asked.name, suffix=suffix) if suffix else url_for(".answer", name=asked.name)
    query = urlencode([*told, *more.items()])
    return f"{path.partition('?')[0]}?{query}" if query else path


def _values(current: Current, asked: Question) -> Values:
    """The parameters as the request gives them; `lang`, where a question has it, is the language of the page.

    What is picked from among many may be given by its name.
    """
    parameters = {parameter.name: parameter for parameter in asked.parameters}
    values: dict[str, str | list[str]] = {}
    for name, given in request.args.lists():
        told, parameter = [text for text in given if text], parameters.get(name)
        if name in RESERVED or not told:
            continue
        if parameter and (kind := _kind(parameter)) and not all(map(_is_iri, told)):
            told = [each.iri for each in picked_all(current, name, kind)]
        is_list = parameter is not None and parameter.is_list
        if len(told) > 1 and not is_list:
            raise WrongUse(f"{name} is given {len(told)} times. It takes one value.")
        values[name] = told if is_list else told[0]
    return values | {"lang": g.language} if "lang" in parameters else values


def _kind(parameter: Parameter) -> str | None:
    """What is picked for the parameter, if it is one of many."""
    return PICKED.get(parameter.kind or parameter.scheme or "")


def _is_iri(text: str) -> bool:
    try:
        return bool(read_iri(text))
    except KeyError:
        return False


def _picked(current: Current, parameter: Parameter, values: Values) -> tuple[str, list[Named]]:
    """The kind of what is picked, and the things that are."""
    told = values.get(parameter.name) or parameter.default or []
    texts = [told] if isinstance(told, str) else told
    return PICKED[parameter.kind or parameter.scheme or ""], [named(current.store, read_iri(text)) for text in texts]


def _offered(current: Current, parameter: Parameter) -> tuple[Named, ...]:
    """What a select box for the parameter offers; nothing where the value is free, or picked from among many."""
    if _kind(parameter):
        return ()
    if parameter.scheme:
        return current.remembered(members, expand(parameter.scheme))
    if parameter.kind:
        return tuple(entry.named for entry in current.remembered(entries, expand(parameter.kind)))
    return ()


def _shown(asked: Question) -> Iterator[ShownColumn]:
    """The columns of the page: where `actor_name` follows `actor`, one column holds the name as a link."""
    places = {column.name: place for place, column in enumerate(asked.columns)}
    for place, column in enumerate(asked.columns):
        thing = places.get(column.name.removesuffix("_name"), place)
        if thing != place:
            yield ShownColumn(asked.columns[thing].says, place, thing=thing)
        elif f"{column.name}_name" not in places:
            is_figure = column.type in ("integer", "decimal")
            yield ShownColumn(column.says, place, is_figure=is_figure, unit=column.unit)
