"""Lists of the things of each kind: narrowed by facets and words, in an order, page by page, or whole as a table."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, g, render_template, request

from api.answers import TABLES
from api.current import Current, Edition
from api.keeping import kept
from api.links import host, page_of
from api.negotiation import PAGE_TYPE, told_type
from api.paging import Part, part_of, told_number
from api.service import Service
from api.spreadsheet import guarded
from api.words import say
from api.workbook import workbook
from graph.describe import Named
from graph.errors import TooLarge, UnknownTerm, WrongUse
from graph.facets import Choice, Listing, Mask, Narrowed
from graph.kinds import KINDS, Kind
from graph.listing import Row, known_entries, rows_of
from graph.model import Literal, Table, Term
from graph.rdf import delimited
from ontology.terms import DCTERMS, IRI, PROV, REV, SKOS

PAGE_LENGTH = 50
LONGEST_TEXT = 200
MOST_ROWS = 20_000  # of a workbook, which takes some seconds to make; a text of any length is made at once
FIRST, MOST = 10, 60  # values of a facet that stand open, and that are shown at all
FACETS = {
    "class": "facet.class",
    "place": "facet.place",
    "field": "facet.field",
    "competence": "facet.competence",
    "technology": "facet.technology",
    "balance": "facet.balance",
    "broader": "facet.broader",
    "action": "facet.action",
    "horizon": "facet.horizon",
    "status": "facet.status",
    "goal": "facet.goal",
    "parent": "facet.parent",
    "system": "facet.system",
    "programme": "facet.programme",
    "begin": "facet.begin",
    "end": "facet.end",
    "mark": "facet.mark",
}
BALANCE = {"gap": "balance.gap", "met": "balance.met", "spare": "balance.spare", "unasked": "balance.unasked"}
ORDERS = {"tree": "order.tree", "number": "order.number", "name": "order.name", "newest": "order.newest"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the values of a `facet`, or of a `property`, or how many entries of the list `counts` there are.

    Counted are those that have the thing of the row as their value of `facet`.
    """

    word: str
    facet: str = ""
    property: IRI | None = None
    counts: str = ""


_FIELD, _CLASS = Column("facet.field", "field"), Column("facet.class", "class")
_STATUS, _MARK = Column("facet.status", "status"), Column("facet.mark", "mark")
COLUMNS = {
    "actors": (Column("facet.place", property=REV.sitePlace), _CLASS, _MARK),
    "needs": (Column("list.whose", property=REV.needOf), _FIELD, _MARK),
    "offers": (Column("list.whose", property=REV.offerOf), _FIELD, _MARK),
    "competences": (
        _FIELD,
        Column("lists.needs", "competence", counts="needs"),
        Column("lists.offers", "competence", counts="offers"),
        Column("lists.actors", "competence", counts="actors"),
        _MARK,
    ),
    "technologies": (
        _FIELD,
        Column("lists.needs", "technology", counts="needs"),
        Column("lists.offers", "technology", counts="offers"),
        Column("lists.projects", "technology", counts="projects"),
        _MARK,
    ),
    "tasks": (Column("facet.action", "action"), _CLASS, Column("facet.horizon", "horizon"), _STATUS, _MARK),
    "goals": (Column("lists.tasks", "goal", counts="tasks"), Column("facet.system", "system"), _MARK),
    "projects": (
        Column("facet.programme", "programme"),
        _FIELD,
        Column("list.period", property=DCTERMS.temporal),
        _STATUS,
        _MARK,
    ),
}
WORDS = {
    "actors": ("lists.actors", "actors.lead"),
    "needs": ("lists.needs", "needs.lead"),
    "offers": ("lists.offers", "offers.lead"),
    "competences": ("lists.competences", "competences.lead"),
    "technologies": ("lists.technologies", "technologies.lead"),
    "tasks": ("lists.tasks", "tasks.lead"),
    "goals": ("lists.goals", "goals.lead"),
    "projects": ("lists.projects", "projects.lead"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request wants to see of a list: the key chosen of each facet, the words, the order, and the page."""

    list: str
    chosen: Mapping[str, str]
    text: str = ""
    order: str = ""
    page: int = 1

    def address(self, suffix: str = "") -> str:
        """Where exactly this is found, in the language of this request if it names one."""
        told = {
            "text": self.text,
            **self.chosen,
            "sort": self.order,
            "page": self.page if self.page > 1 else "",
            "lang": g.language if "lang" in request.args else "",
        }
        query = urlencode({name: value for name, value in told.items() if value})
        return f"/{self.list}{suffix}" + (f"?{query}" if query else "")

    def choosing(self, facet: str, key: str) -> "Asked":
        """The same, narrowed to a value of a facet instead of what was chosen of it; without any if `key` is empty."""
        others = {name: other for name, other in self.chosen.items() if name != facet}
        return replace(self, chosen=others | ({facet: key} if key else {}), page=1)


@dataclass(frozen=True, slots=True)
class Option:
    """A value to narrow a list to: what it is called, how many entries it leaves, and where they are."""

    label: Literal
    count: int
    address: str
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A facet as the page offers it: what it is called, its first options, the rest, and how many are left out."""

    word: str
    first: tuple[Option, ...]
    rest: tuple[Option, ...]
    left_out: int


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition that holds: which, what it asks, and where the list is without it."""

    word: str
    label: Literal
    without: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the page: what it says, what it is part of, how deep it stands below that, and its cells by column.

    A cell is the things that it names, or how many there are and where.
    `years` are those in which it began and ended, empty where nobody says so.
    """

    row: Row
    years: tuple[str, str]
    lineage: tuple[Named, ...]
    depth: int
    things: Mapping[str, tuple[Named, ...]]
    tallies: Mapping[str, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a list: its lines, which part they are, and how many of `total` entries are listed."""

    lines: tuple[Line, ...]
    part: Part
    count: int
    total: int


def lists_blueprint(service: Service) -> Blueprint:
    """`/actors`, `/needs` and the other lists, each also with `.csv`, `.tsv` and `.xlsx`."""
    blueprint = Blueprint("lists", __name__)
    current = service.current

    def shown(kind: Kind) -> Response:
        return kept(current, lambda: _page(current, kind))

    def exported(kind: Kind, suffix: str) -> Response:
        form = next((form for form in TABLES if form.suffix == suffix), None)
        if form is None:
            raise UnknownTerm(f"This list has no form {suffix[:20]!r}. Choose one of: {_suffixes()}.")
        return kept(
            current,
            lambda: _export(current, kind, suffix, form.media_type, host(service)),
            is_weak=not form.is_exact,
            host=host(service),
        )

    for kind in KINDS:
        told = {"kind": kind}
        blueprint.add_url_rule(f"/{kind.name}", kind.name, shown, defaults=told)
        blueprint.add_url_rule(f"/{kind.name}.<suffix>", f"{kind.name}_as", exported, defaults=told)
    return blueprint


def listing(current: Current | Edition, name: str) -> Listing:
    """The list called `name`, made once a snapshot."""
    kind = next(kind for kind in KINDS if kind.name == name)
    return current.remembered(Listing, kind, current.remembered(known_entries))


def _page(current: Current, kind: Kind) -> Response:
    known = listing(current, kind.name)
    asked = _asked(known)
    narrowed = known.narrowed(asked.chosen, asked.text)
    title, lead = WORDS[kind.name]
    page = render_template(
        "list.html",
        asked=asked,
        title=title,
        lead=lead,
        sheet=_sheet(current, known, asked, narrowed.found),
        chips=_chips(known, asked),
        narrowings=[each for facet in kind.facets if (each := _narrowing(narrowed, asked, facet.name)).first],
        columns=COLUMNS[kind.name],
        orders={order: ORDERS[order] for order in known.orders},
        replace=replace,
        suffixes=_suffixes().split(", "),
        REV=REV, DCTERMS=DCTERMS, SKOS=SKOS,
    )  # fmt: skip
    return Response(page, content_type=told_type(PAGE_TYPE))


def _asked(known: Listing) -> Asked:
    """What the request wants, every value known here."""
    chosen = {
        facet.name: _key(known, facet.name, value)
        for facet in known.kind.facets
        if (value := request.args.get(facet.name, ""))
    }
    order, page = request.args.get("sort", ""), told_number(request.args.get("page", ""))
    if order and order not in known.orders:
        raise WrongUse(f"sort={order[:40]!r} is not offered. Choose one of: {', '.join(known.orders)}.")
    text = request.args.get("text", "")[:LONGEST_TEXT].strip()
    return Asked(known.kind.name, chosen, text, "" if order == known.orders[0] else order, page)


def _key(known: Listing, facet: str, value: str) -> str:
    key = known.key(facet, value)
    if key is None:
        offered = ", ".join(choice.key for choice in known.narrowed({}).choices(facet)[:FIRST]) or "none here"
        raise WrongUse(f"{facet}={value[:80]!r} is not known here. Choose for example one of: {offered}.")
    return key


def _sheet(current: Current, known: Listing, asked: Asked, found: Mask) -> Sheet:
    order = asked.order or known.orders[0]
    numbers = known.ordered(found, order, g.language)
    part = part_of(len(numbers), asked.page, length=PAGE_LENGTH)
    shown = numbers[part.span]
    things = {
        column.word: known.values_of(column.facet, shown)
        for column in COLUMNS[known.kind.name]
        if column.facet and not column.counts
    }
    is_tree = order == "tree" and len(numbers) == len(known.entries)
    rows = rows_of(current.store, [known.entries[number] for number in shown.tolist()])
    lines = []
    for place, (number, row) in enumerate(zip(shown.tolist(), rows, strict=True)):
        lineage = known.lineage(number)
        lines.append(
            Line(
                row,
                _years(row),
                # indented below what it is part of; where that may be on no line above, it is named
                lineage=() if is_tree and place else lineage,
                depth=len(lineage) if is_tree else 0,
                things={
                    word: tuple(value.named for value in values.get(number, ()) if value.named)
                    for word, values in things.items()
                },
                tallies=_tallies(current, known, row),
            )
        )
    return Sheet(tuple(lines), part, len(numbers), len(known.entries))


def _years(row: Row) -> tuple[str, str]:
    begin, _, end = next((text.value for text in row.texts.get(DCTERMS.temporal, ())), "").partition("/")
    told = (
        next((text.value for text in row.texts.get(says, ())), period)
        for says, period in ((PROV.startedAtTime, begin), (PROV.endedAtTime, end))
    )
    begin, end = (day[:4] if day[:4].isdecimal() else "" for day in told)
    return begin, end


def _tallies(current: Current, known: Listing, row: Row) -> dict[str, tuple[int, str]]:
    """How many entries other lists have of a thing, and where, by the word of the column."""
    thing, told = row.entry.named.iri, {}
    for column in COLUMNS[known.kind.name]:
        if column.counts:
            other = listing(current, column.counts)
            address = Asked(column.counts, {column.facet: other.key(column.facet, thing) or ""}).address()
            told[column.word] = (other.count(column.facet, thing), address)
    return told


def _chips(known: Listing, asked: Asked) -> list[Chip]:
    words = [Chip("list.text", Literal(asked.text), replace(asked, text="", page=1).address())] if asked.text else []
    return words + [
        Chip(FACETS[facet], _label(known.choice(facet, key)), asked.choosing(facet, "").address())
        for facet, key in asked.chosen.items()
    ]


def _narrowing(narrowed: Narrowed, asked: Asked, facet: str) -> Narrowing:
    found = narrowed.choices(facet)
    options = tuple(_option(asked, facet, choice) for choice in found[:MOST])
    return Narrowing(FACETS[facet], options[:FIRST], options[FIRST:], max(0, len(found) - MOST))


def _option(asked: Asked, facet: str, choice: Choice) -> Option:
    is_chosen = asked.chosen.get(facet) == choice.key
    return Option(_label(choice), choice.count, asked.choosing(facet, choice.key).address(), is_chosen)


def _label(choice: Choice) -> Literal:
    if choice.named:
        return choice.named.name(g.language)
    return Literal(say(BALANCE[choice.key], g.language) if choice.key in BALANCE else choice.key)


def _suffixes() -> str:
    return ", ".join(form.suffix for form in TABLES)


def _export(current: Current, kind: Kind, suffix: str, media_type: str, at: str) -> Response:
    """The entries that are asked for, all of them, as a table with a column for each facet; `at` is our own host.

    Raises `TooLarge` if there are more than a workbook may have.
    """
    known = listing(current, kind.name)
    asked = _asked(known)
    headings = ["IRI", say("list.number", g.language), say("list.name", g.language)]
    headings += [say(FACETS[facet.name], g.language) for facet in kind.facets]
    table = Table(tuple(headings), tuple(_lines(known, asked)))
    if suffix == "xlsx":
        if len(table.rows) > MOST_ROWS:
            raise TooLarge(
                f"A workbook of {len(table.rows):,} rows is not made here, the limit is {MOST_ROWS:,}. "
                f"Narrow the list, or take /{kind.name}.csv."
            )
        body = workbook(
            table,
            sheets=(say(WORDS[kind.name][0], g.language), say("workbook.about", g.language)),
            headings=headings,
            facts=[(say("site.snapshot", g.language), current.snapshot), ("URL", f"{at}{asked.address('.xlsx')}")],
            links={row[0]: at + page for row in table.rows
                   if isinstance(row[0], IRI) and (page := page_of(row[0]))},
        )  # fmt: skip
    else:
        body = delimited(guarded(table), "," if suffix == "csv" else "\t").encode()
    answer = Response(body, content_type=told_type(media_type))
    answer.headers.set("Content-Disposition", "attachment", filename=f"{kind.name}.{suffix}")
    return answer


def _lines(known: Listing, asked: Asked) -> list[tuple[Term | None, ...]]:
    found = known.narrowed(asked.chosen, asked.text).found
    listed = known.ordered(found, asked.order or known.orders[0], g.language)
    held = [known.values_of(facet.name, listed) for facet in known.kind.facets]
    lines: list[tuple[Term | None, ...]] = []
    for number in listed.tolist():
        entry = known.entries[number]
        cells = ("; ".join(_label(choice).value for choice in values.get(number, ())) for values in held)
        lines.append(
            (
                entry.named.iri,
                Literal(entry.identifier),
                entry.named.name(g.language),
                *(Literal(cell) for cell in cells),
            )
        )
    return lines
