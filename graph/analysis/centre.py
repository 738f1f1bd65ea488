"""The part of a network that a drawing can hold: its most central actors, or what is near to some of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nlargest

import networkx as nx

from graph.analysis.facts import BRIDGE, Facts
from graph.analysis.network import ROLES, Measures, Role, brokerage, cooperation, measures
from graph.errors import TooLarge
from ontology.terms import IRI

MOST_DRAWN = 150  # actors
MOST_NEAR = 60  # actors around those that are looked at
MEASURED = 1_500_000  # steps (actors times ties) up to which the whole network is measured while somebody waits
MOST_SHARED = 300_000  # pairs of actors that shared competences may tie


@dataclass(frozen=True, slots=True, eq=False)
class Centre:
    """A network with the measures of its actors, the most central first, and the roles of its bridge builders.

    Of a network that is too large to measure while somebody waits, `is_partial`, only the `MOST_DRAWN` actors with the
    strongest ties are measured, and as if there were no others.
    """

    graph: "nx.Graph[IRI]"
    measures: tuple[Measures, ...]
    roles: Mapping[IRI, tuple[Role, ...]]
    tied: int
    is_partial: bool


def centre(facts: Facts, kinds: tuple[str, ...]) -> Centre:
    """The network of some kinds of ties.

    Raises `TooLarge` if so many actors share competences that every pair of them would be too many.
    """
    if "competence" in kinds:
        holders = sum(len(held) for held in facts.competences.values())
        different = len(frozenset[IRI]().union(*facts.competences.values())) or 1
        if holders * holders / different / 2 > MOST_SHARED:
            raise TooLarge("Too many actors share competences to tie every two of them. Leave this kind of tie out.")
    graph = cooperation(facts, kinds)
    tied = [node for node in graph if graph.degree(node)]
    is_partial = len(graph) * graph.number_of_edges() > MEASURED
    measured = _strongest(graph, tied) if is_partial else graph
    places = {node: place for node in measured if (place := facts.actors[node].place)}
    bridges = [node for node in measured if BRIDGE in facts.actors[node].classes]
    roles = brokerage(measured, places, bridges, permutations=0)
    ranked = sorted(roles.items(), key=lambda each: (-sum(role.count for role in each[1]), each[0]))
    return Centre(
        graph,
        tuple(each for each in measures(measured) if each.degree),
        {broker: told for broker, told in ranked if any(role.count for role in told)},
        len(tied),
        is_partial,
    )


def _strongest(graph: "nx.Graph[IRI]", tied: Iterable[IRI]) -> "nx.Graph[IRI]":
    """The part of the actors with the strongest ties, in an order that does not vary: communities depend on it."""
    chosen = set(nlargest(MOST_DRAWN, tied, key=lambda node: (graph.degree(node, weight="weight"), node)))
    part: nx.Graph[IRI] = nx.Graph()
    part.add_nodes_from(sorted(chosen))
    part.add_edges_from(tie for tie in graph.edges(data=True) if tie[0] in chosen and tie[1] in chosen)
    return part


def near(graph: "nx.Graph[IRI]", actors: Iterable[IRI]) -> list[IRI]:
    """The actors themselves, then those who are tied to them, the strongest ties first, at most `MOST_NEAR` in all."""
    looked_at = list(dict.fromkeys(actors))
    strongest: dict[IRI, int] = {}
    for actor in looked_at:
        for neighbour, tie in graph[actor].items():
            if neighbour not in looked_at:
                strongest[neighbour] = max(tie["weight"], strongest.get(neighbour, 0))
    ranked = sorted(strongest, key=lambda each: (-strongest[each], each))
    return [*looked_at, *ranked][: max(MOST_NEAR, len(looked_at))]


def main_role(roles: Iterable[Role]) -> str | None:
    """The brokerage role that an actor plays most often, the first of `ROLES` of several; None if it plays none."""
    played = [role for role in roles if role.count]
    return max(played, key=lambda role: (role.count, -ROLES.index(role.name))).name if played else None
