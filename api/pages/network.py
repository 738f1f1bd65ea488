"""Who is tied to whom: the network drawn, one actor in its middle, and the way from one to another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, g, request

from api.analysis import known_kinds
from api.current import Current, Edition
from api.links import page_of, with_language
from api.pages.shown import Naming, shown_page
from api.picking import picked
from graph.analysis.centre import MOST_DRAWN, Centre, centre, main_role, near
from graph.analysis.drawing import positions
from graph.analysis.export import FORMS
from graph.analysis.facts import Facts, read_facts, with_matches
from graph.analysis.network import Introduction, Measures, MissingTie, chain_of, introduction, missing_ties
from graph.listing import members
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI, expand

MOST_LISTED, MOST_LABELS = 20, 8
MOST_REMEMBERED = 500  # drawings
USUAL = ("project", "membership")
KIND_WORDS = {
    "project": "network.project",
    "membership": "network.membership",
    "match": "network.match",
    "competence": "network.competence",
}
ROLE_WORDS = {
    "coordinator": "network.coordinator",
    "consultant": "network.consultant",
    "gatekeeper": "network.gatekeeper",
    "representative": "network.representative",
    "liaison": "network.liaison",
}


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
class Line:
    """A tie in the drawing; it may be a step of the way that is asked for."""

    one: Node
    other: Node
    weight: int
    is_way: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """The actors that are drawn and their ties."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bond:
    """Somebody whom the actor in the middle is tied to, and by what."""

    actor: IRI
    through: tuple[IRI, ...]


def network_page(blueprint: Blueprint, current: Current) -> None:
    """`/network`."""

    @blueprint.get("/network")
    def network() -> Response:
        kinds = tuple(request.args.getlist("kind")) or USUAL
        known_kinds(kinds)
        facts, net = _facts(current, kinds), network_of(current, kinds)
        focus, one, other = (picked(current, name, "actor") for name in ("focus", "from", "to"))
        known = {each.actor: each for each in net.measures}
        bridged, direct = _ways(facts, net, one.iri, other.iri) if one and other else (None, None)
        found = bridged or direct
        middle = (focus.iri,) if focus else found.chain if found else ()
        drawing = current.remembered(_drawings)(facts, net, middle)
        bonds = _bonds(net, focus.iri) if focus else ()
        missing = _known_missing(current, facts, net) if set(kinds) == set(USUAL) else ()

        def things() -> Iterable[IRI]:
            yield from (each.actor for each in drawing.nodes)
            yield from (each.actor for each in net.measures[:MOST_LISTED])
            for bond in bonds[:MOST_LISTED]:
                yield from (bond.actor, *bond.through)
            for tie in missing or ():
                yield from (tie.user, tie.supplier, *tie.needs)

        return shown_page(
            current,
            "network.html",
            things=things,
            is_whole=missing is not None,
            net=lambda: net,
            drawing=lambda: drawing,
            data=lambda: _data(current, facts, net, drawing, known),
            kinds=lambda: kinds,
            kind_words=lambda: KIND_WORDS,
            focus=lambda: focus,
            bonds=lambda: bonds,
            position=lambda: known.get(focus.iri) if focus else None,
            ends=lambda: (one, other),
            bridged=lambda: bridged,
            direct=lambda: direct,
            missing=lambda: missing,
            actors=lambda: len(facts.actors),
            roles=lambda: ROLE_WORDS,
            classes=lambda: current.remembered(members, expand("voc:actor-class")),
            forms=lambda: FORMS,
            most=lambda: MOST_LISTED,
        )


def network_of(current: Current | Edition, kinds: Iterable[str] = USUAL) -> Centre:
    """The network of some kinds of ties, the same for every page that shows it."""
    chosen = tuple(sorted(set(kinds)))
    return current.remembered(_centre, _facts(current, chosen), chosen)


def _facts(current: Current | Edition, kinds: tuple[str, ...]) -> Facts:
    """The facts of the snapshot, with the published matches only if they are wanted: there are many of them."""
    facts = current.remembered(read_facts)
    return current.remembered(with_matches, facts) if "match" in kinds else facts


def _known_missing(current: Current, facts: Facts, net: Centre) -> tuple[MissingTie, ...] | None:
    """The ties that are missing; of a large network None until somebody has asked before, since it takes long."""
    known = current.promised if net.is_partial else current.remembered
    return known(_missing, facts, net)


def _ways(facts: Facts, net: Centre, one: IRI, other: IRI) -> tuple[Introduction | None, Introduction | None]:
    """The way by bridge builders and, only if there is none, the one by anybody."""
    if one == other:
        return None, None
    bridged = introduction(facts, net.graph, one, other)
    return bridged, None if bridged else chain_of(net.graph, one, other)


def _bonds(net: Centre, actor: IRI) -> tuple[Bond, ...]:
    """What ties the actor to others, the strongest tie first."""
    ties = net.graph[actor].items()
    ranked = sorted(ties, key=lambda tie: (-tie[1]["weight"], tie[0]))
    return tuple(Bond(neighbour, said["through"]) for neighbour, said in ranked)


def _drawings(_: Store) -> Callable[[Facts, Centre, tuple[IRI, ...]], Drawing]:
    """What draws the surroundings of some actors in any network; it remembers those that it was asked for last."""
    return lru_cache(MOST_REMEMBERED)(_drawn)


def _drawn(facts: Facts, net: Centre, middle: tuple[IRI, ...]) -> Drawing:
    """The surroundings of some actors; what joins one of them to the next is their way. Of none, the whole centre."""
    if not middle:
        drawn = [each.actor for each in net.measures[:MOST_DRAWN]]
        return _drawing(facts, net, drawn, labelled=set(drawn[:MOST_LABELS]))
    steps = {frozenset(step) for step in pairwise(middle)}
    return _drawing(facts, net, near(net.graph, middle), labelled=set(middle), steps=steps)


def _drawing(
    facts: Facts, net: Centre, drawn: list[IRI], *, labelled: set[IRI], steps: Iterable[frozenset[IRI]] = ()
) -> Drawing:
    between = {each.actor: each.betweenness for each in net.measures}
    most = max(between.values(), default=0) or 1
    part = net.graph.subgraph(drawn)
    at = positions(part)
    nodes = {
        actor: Node(
            actor,
            *at[actor],
            size=between.get(actor, 0) / most,
            kind=key_of(min(facts.actors[actor].classes, default=IRI("none"))),
            is_labelled=actor in labelled,
        )
        for actor in drawn
    }
    way_steps = set(steps)
    lines = (
        Line(nodes[one], nodes[other], said["weight"], frozenset((one, other)) in way_steps)
        for one, other, said in part.edges(data=True)
    )
    return Drawing(tuple(nodes.values()), tuple(lines))


def _data(
    current: Current, facts: Facts, net: Centre, drawing: Drawing, known: Mapping[IRI, Measures]
) -> dict[str, list[Any]]:
    """The drawing as the script takes it."""
    naming = current.remembered(Naming, g.language)

    def node(drawn: Node) -> dict[str, Any]:
        actor, measured = facts.actors[drawn.actor], known.get(drawn.actor)
        return {
            "id": key_of(drawn.actor),
            "name": naming(drawn.actor),
            "place": naming(actor.place) if actor.place else "",
            "page": with_language(page_of(drawn.actor) or "", g.language),
            "kind": drawn.kind,
            "role": main_role(net.roles.get(drawn.actor, ())) or "none",
            "community": measured.community if measured else 0,
            "degree": net.graph.degree(drawn.actor),
            "betweenness": measured.betweenness if measured else 0,
            "x": round(drawn.x, 4),
            "y": round(drawn.y, 4),
        }

    return {
        "nodes": [node(each) for each in drawing.nodes],
        "lines": [
            [key_of(each.one.actor), key_of(each.other.actor), each.weight, int(each.is_way)] for each in drawing.lines
        ],
    }


def _centre(_: Store, facts: Facts, kinds: tuple[str, ...]) -> Centre:
    return centre(facts, kinds)


def _missing(_: Store, facts: Facts, net: Centre) -> tuple[MissingTie, ...]:
    return missing_ties(facts, net.graph, limit=MOST_LISTED)
