"""The region at a glance: map, network, white spots and strengths, each drawing with its table."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, g, render_template, request

from api.current import Current
from api.keeping import kept
from api.links import key_of
from api.negotiation import PAGE_TYPE, told_type
from graph.analysis.drawing import coordinates, positions, tiles
from graph.analysis.export import FORMS
from graph.analysis.facts import BRIDGE, DEVELOPER, Actor, read_facts
from graph.analysis.names import names
from graph.analysis.network import (
    Introduction,
    Measures,
    MissingTie,
    Role,
    brokerage,
    cooperation,
    introduction,
    measures,
    missing_ties,
)
from graph.analysis.specialisation import LEAST, Advantage, Profile, profile
from graph.analysis.white_spots import Cell, State, white_spots
from graph.errors import WrongUse
from graph.listing import members
from graph.store import Store
from ontology.terms import IRI, expand

SHADES = 5
MOST_DRAWN, MOST_LISTED, MOST_LABELS = 200, 40, 8
COUNTS = {
    "actors": "map.actors",
    "needs": "map.needs",
    "offers": "map.offers",
    "unserved": "map.unserved",
    "strengths": "map.strengths",
}
STATES = {
    State.UNSERVED: "gaps.unserved",
    State.SINGLE: "gaps.single",
    State.SERVED: "gaps.served",
}
ROLE_WORDS = {
    "coordinator": "network.coordinator",
    "consultant": "network.consultant",
    "gatekeeper": "network.gatekeeper",
    "representative": "network.representative",
    "liaison": "network.liaison",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """A municipality on the map: its column and row, its count, and the shade of that from 0 to `SHADES` - 1."""

    place: IRI
    column: int
    row: int
    count: int
    shade: int


@dataclass(frozen=True, slots=True)
class Node:
    """An actor in the drawing, in hundredths of its width and height, with the class that colours it."""

    actor: IRI
    x: float
    y: float
    size: float
    kind: str
    is_labelled: bool


@dataclass(frozen=True, slots=True)
class Net:
    """The network as the page shows it."""

    measures: tuple[Measures, ...]
    nodes: tuple[Node, ...]
    lines: tuple[tuple[Node, Node], ...]
    brokers: Mapping[IRI, tuple[Role, ...]]


def region_blueprint(current: Current) -> Blueprint:
    """`/map`, `/network`, `/gaps` and `/profile`."""
    blueprint = Blueprint("region", __name__)

    @blueprint.get("/map")
    def region_map() -> Response:
        shown = request.args.get("show", "actors")
        if shown not in COUNTS:
            raise WrongUse(f"show={shown[:40]!r} is not known here. Choose one of: {', '.join(COUNTS)}.")
        return shown_page(
            current,
            "map.html",
            tiles=lambda: _tiles(current.remembered(_counts)[shown], current.remembered(_places)),
            counts=lambda: current.remembered(_counts),
            shown=lambda: shown,
            words=lambda: COUNTS,
        )

    @blueprint.get("/network")
    def network() -> Response:
        ends = [chosen(end, current.remembered(read_facts).actors) for end in ("from", "to")]
        return shown_page(
            current,
            "network.html",
            net=lambda: current.remembered(_net),
            missing=lambda: current.remembered(_missing),
            actors=lambda: sorted(
                current.remembered(read_facts).actors.values(), key=lambda each: each.name.casefold()
            ),
            ends=lambda: ends,
            introduction=lambda: _introduced(current, *ends),
            roles=lambda: ROLE_WORDS,
            classes=lambda: current.remembered(members, expand("voc:actor-class")),
            forms=lambda: FORMS,
            most=lambda: MOST_LISTED,
        )

    @blueprint.get("/gaps")
    def gaps() -> Response:
        facts = current.remembered(read_facts)
        field = chosen("field", facts.fields)
        found = _asked(white_spots(facts, fields=[field] if field else ()))
        return shown_page(
            current,
            "gaps.html",
            cells=lambda: {(each.competence, each.municipality): each for each in found},
            competences=lambda: _most_lacking(found),
            places=lambda: facts.municipalities,
            totals=lambda: Counter(each.state for each in found),
            fields=lambda: list(facts.fields),
            chosen=lambda: field,
            words=lambda: STATES,
        )

    @blueprint.get("/profile")
    def specialisation() -> Response:
        facts = current.remembered(read_facts)
        found = current.remembered(_profile)
        return shown_page(
            current,
            "profile.html",
            places=lambda: _by_place(found.advantages),
            too_small=lambda: found.too_small,
            least=lambda: LEAST,
            employment=lambda: [each for each in facts.employment if each.place in facts.regions and each.to_nation],
            notes=lambda: facts.notes,
        )

    return blueprint


def shown_page(current: Current, template: str, **told: Callable[[], object]) -> Response:
    """The template with what is `told`, worked out only if the client holds no such page, and the names of things."""

    def made() -> Response:
        store, language = current.store, g.language
        body = render_template(
            template,
            **{name: work() for name, work in told.items()},
            name=lambda iri: current.remembered(_names, language).get(iri) or names(store, [iri], language)[iri],
        )
        return Response(body, content_type=told_type(PAGE_TYPE))

    return kept(current, made)


def chosen(parameter: str, things: Iterable[IRI]) -> IRI | None:
    """The thing that the request names by the last part of its IRI, if it names one."""
    key = request.args.get(parameter, "")
    found = next((each for each in things if key and key_of(each) == key), None)
    if key and not found:
        raise WrongUse(f"{parameter}={key[:40]!r} is not in this snapshot. Choose one from the list.")
    return found


def _names(store: Store, language: str) -> dict[IRI, str]:
    facts = read_facts(store)
    things = {*facts.actors, *facts.within, *facts.fields, *(each.need for each in facts.demand)}
    things |= {each for held in facts.competences.values() for each in held}
    things |= {each for demand in facts.demand for each in demand.competences}
    things |= {each.group for each in facts.employment} | {each.iri for each in facts.tasks}
    return names(store, sorted(things), language)


def _places(store: Store) -> dict[IRI, tuple[int, int]]:
    known = coordinates(store)
    return tiles({place: known[place] for place in read_facts(store).municipalities if place in known})


def _counts(store: Store) -> dict[str, Counter[IRI]]:
    """What the map can show of each municipality."""
    facts, seats = read_facts(store), Counter[IRI]()
    at = {each.iri: each.place for each in facts.actors.values() if each.place}
    seats.update(at.values())
    needs = Counter(
        place for each in facts.demand for place in (each.places or ({at[each.actor]} if each.actor in at else ()))
    )
    offers = Counter(at[each.actor] for each in facts.supply if each.actor in at)
    unserved = Counter(each.municipality for each in white_spots(facts) if each.state is State.UNSERVED)
    strengths = Counter(each.place for each in profile(facts).advantages if each.rca >= 1)
    found = {"actors": seats, "needs": needs, "offers": offers, "unserved": unserved, "strengths": strengths}
    return {name: Counter({place: count[place] for place in facts.municipalities}) for name, count in found.items()}


def _tiles(count: Counter[IRI], places: Mapping[IRI, tuple[int, int]]) -> list[Tile]:
    most = max((count[place] for place in places), default=0) or 1
    return [
        Tile(place, column, row, count[place], min(SHADES - 1, count[place] * SHADES // most))
        for place, (column, row) in places.items()
    ]


def _net(store: Store) -> Net:
    facts = read_facts(store)
    graph = cooperation(facts)
    placed = tuple(each for each in measures(graph) if each.degree)
    drawn = [each.actor for each in placed[:MOST_DRAWN]]
    at = positions(graph.subgraph(drawn))
    most = max((each.betweenness for each in placed), default=0) or 1
    nodes = {
        each.actor: Node(
            each.actor,
            *at[each.actor],
            size=each.betweenness / most,
            kind=key_of(min(facts.actors[each.actor].classes, default=IRI("none"))),
            is_labelled=place < MOST_LABELS,
        )
        for place, each in enumerate(placed[:MOST_DRAWN])
    }
    bridges = [each.iri for each in facts.actors.values() if BRIDGE in each.classes]
    roles = brokerage(graph, {each.iri: each.place for each in facts.actors.values() if each.place}, bridges)
    ranked = sorted(roles.items(), key=lambda each: (-sum(role.count for role in each[1]), each[0]))
    return Net(
        placed,
        tuple(nodes.values()),
        tuple((nodes[one], nodes[other]) for one, other in graph.subgraph(drawn).edges),
        {broker: told for broker, told in ranked if any(role.count for role in told)},
    )


def _missing(store: Store) -> tuple[MissingTie, ...]:
    facts = read_facts(store)
    return missing_ties(facts, cooperation(facts), limit=MOST_LISTED)


def _by_name(store: Store) -> list[Actor]:
    return sorted(read_facts(store).actors.values(), key=lambda each: each.name.casefold())


def _introduced(current: Current, one: IRI | None, other: IRI | None) -> Introduction | None:
    facts = current.remembered(read_facts)
    return introduction(facts, cooperation(facts), one, other) if one and other and one != other else None


def _asked(cells: Iterable[Cell]) -> list[Cell]:
    return [each for each in cells if each.actor_class == DEVELOPER and each.state in STATES]


def _most_lacking(cells: Iterable[Cell]) -> list[IRI]:
    """The competences that are needed, those first that most needs lack a supplier of."""
    told = list(cells)
    lacking = Counter(each.competence for each in told if each.state is State.UNSERVED)
    asked = Counter(each.competence for each in told for _ in each.needs)
    return sorted(asked, key=lambda each: (-lacking[each], -asked[each], each))


def _profile(store: Store) -> Profile:
    return profile(read_facts(store))


def _by_place(advantages: Iterable[Advantage]) -> dict[IRI, list[Advantage]]:
    found: dict[IRI, list[Advantage]] = {}
    for each in advantages:
        if each.rca >= 1:
            found.setdefault(each.place, []).append(each)
    return found
