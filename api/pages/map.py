"""The municipalities as tiles, coloured by whatever is known of them in numbers, with the same numbers as a table."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, g, request

from api.current import Current
from api.keeping import kept
from api.negotiation import told_type
from api.pages.shown import Analysed, Naming, analysed, chosen, one_of, shown_page
from api.spreadsheet import as_csv
from api.tiles import SHADES, Limits, Tile, tiles_of
from api.words import say
from graph.analysis.classes import classes
from graph.analysis.drawing import coordinates, tiles
from graph.analysis.facts import Facts, read_facts
from graph.analysis.municipalities import Reading, Values, counted, observed
from graph.analysis.names import definitions
from graph.model import Literal
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI, REV, expand

COUNTS = {
    "actors": "map.actors",
    "needs": "map.needs",
    "offers": "map.offers",
    "unserved": "map.unserved",
    "single": "map.single",
    "strengths": "map.strengths",
}
MEANINGS = {
    "actors": "map.actors_say",
    "needs": "map.needs_say",
    "offers": "map.offers_say",
    "unserved": "map.unserved_say",
    "single": "map.single_say",
    "strengths": "map.strengths_say",
}
LISTS = {"actors": "lists.actors", "needs": "lists.needs", "offers": "lists.offers", "unserved": "region.gaps",
         "single": "region.gaps", "strengths": "region.specialisation"}  # fmt: skip
UNITS = {
    REV.population: "unit.people",
    REV.employees: "unit.people",
    REV.shareOfEmployment: "unit.share",
    REV.locationQuotientToState: "unit.ratio",
    REV.locationQuotientToNation: "unit.ratio",
    expand("voc:indicator/comparative-advantage"): "unit.ratio",
    expand("voc:indicator/relatedness-density"): "unit.share",
    expand("voc:indicator/place-complexity"): "unit.deviations",
}
COUNTED = "unit.count"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the map is coloured by: a count by its key, or a reading."""

    key: str
    values: Values
    reading: Reading | None = None


def map_page(blueprint: Blueprint, current: Current) -> None:
    """`/map`, also as CSV."""

    @blueprint.get("/map")
    def region_map() -> Response:
        told = analysed(current)
        facts = told.facts
        readings, counts = current.remembered(_observed, facts), current.remembered(_counts, told)
        figures = list(dict.fromkeys(each.figure for each in readings))
        shown = _shown(counts, readings, {key_of(each): each for each in figures})
        columns = {shown.key: shown.values, **counts}  # what the map shows stands first
        figure = shown.reading.figure if shown.reading else None
        order = one_of("sort", [f"{sign}{key}" for key in ("place", *columns) for sign in ("", "-")], "place")
        if request.args.get("format") == "csv":
            return kept(current, lambda: _file(current, facts, columns, order))
        limits = classes(shown.values.values(), SHADES)
        naming = current.remembered(Naming, g.language)
        offered = _offered(shown.reading, readings)
        return shown_page(
            current,
            "map.html",
            things=lambda: [*facts.municipalities, *figures, *offered],
            tiles=lambda: drawn(current, shown.values, limits),
            limits=lambda: limits,
            shown=lambda: shown,
            columns=lambda: columns,
            places=lambda: _sorted(facts.municipalities, columns, naming, order),
            order=lambda: order,
            figures=lambda: figures,
            figure=lambda: figure,
            definition=lambda: current.remembered(_definitions, figure) if figure else (),
            meanings=lambda: MEANINGS,
            offered=lambda: [{"iri": each, "name": naming(each)} for each in offered],
            years=lambda: _years(shown.reading, readings),
            words=lambda: COUNTS,
            lists=lambda: LISTS,
            unit=lambda: UNITS.get(figure, COUNTED) if figure else COUNTED,
        )


def drawn(current: Current, values: Values, limits: Limits) -> tuple[Tile, ...]:
    """The municipalities as tiles, each with its value and the class of it, whose `limits` are given."""
    at = current.remembered(_places, current.remembered(read_facts))
    naming = current.remembered(Naming, g.language)
    naming.learn(at)
    return tiles_of(at, {place: naming(place) for place in at}, values, limits)


def _shown(counts: Mapping[str, Values], readings: Mapping[Reading, Values], figures: Mapping[str, IRI]) -> Shown:
    """What the request asks for; of a figure, what tells most municipalities apart, of several such the latest."""
    key = one_of("show", [*counts, *figures], "actors")
    if key in counts:
        return Shown(key, counts[key])
    of = [each for each in readings if each.figure == figures[key]]
    if within := chosen("within", {each.within for each in of if each.within}):
        of = [each for each in of if each.within == within]
    if year := one_of("year", {str(each.year) for each in of if each.year}):
        of = [each for each in of if str(each.year) == year]

    def worth(reading: Reading) -> tuple[bool, int, int, float]:
        values = readings[reading].values()
        return len({*values}) > 1, len(values), reading.year or 0, sum(values)

    best = max(of, key=worth)
    return Shown(key, readings[best], best)


def _offered(reading: Reading | None, readings: Mapping[Reading, Values]) -> list[IRI]:
    """What the figure that is shown can be confined to."""
    figure = reading.figure if reading else None
    return list(dict.fromkeys(each.within for each in readings if each.figure == figure and each.within))


def _years(reading: Reading | None, readings: Mapping[Reading, Values]) -> list[int]:
    """The years of the figure that is shown."""
    if reading is None:
        return []
    of = [each for each in readings if (each.figure, each.within) == (reading.figure, reading.within)]
    return sorted({each.year for each in of if each.year})


def _sorted(places: tuple[IRI, ...], columns: Mapping[str, Values], naming: Naming, order: str) -> list[IRI]:
    """The municipalities by name, or by a column with the greatest first; those without a value last."""
    key, is_turned = order.removeprefix("-"), order.startswith("-")
    named = sorted(places, key=lambda each: naming(each).casefold(), reverse=is_turned and key == "place")
    if key == "place":
        return named
    values = columns[key]
    known = [each for each in named if each in values]
    known.sort(key=lambda each: values[each], reverse=not is_turned)
    return known + [each for each in named if each not in values]


def _file(current: Current, facts: Facts, columns: Mapping[str, Values], order: str) -> Response:
    """The table as CSV: who has no value has an empty cell."""
    naming = current.remembered(Naming, g.language)
    naming.learn(facts.municipalities)
    places = _sorted(facts.municipalities, columns, naming, order)
    lines = ((place, naming(place), *(values.get(place, "") for values in columns.values())) for place in places)
    body = as_csv([("place", say("map.place", g.language), *columns), *lines])
    answer = Response(body, content_type=told_type("text/csv"))
    answer.headers["Content-Disposition"] = 'attachment; filename="map.csv"'
    return answer


def _observed(store: Store, facts: Facts) -> Mapping[Reading, Values]:
    return observed(store, facts)


def _counts(_: Store, told: Analysed) -> dict[str, Values]:
    return counted(told.facts, told.cells, told.profile)


def _places(store: Store, facts: Facts) -> dict[IRI, tuple[int, int]]:
    known = coordinates(store)
    return tiles({place: known[place] for place in facts.municipalities if place in known})


def _definitions(store: Store, figure: IRI) -> tuple[Literal, ...]:
    return definitions(store, [figure])[figure]
