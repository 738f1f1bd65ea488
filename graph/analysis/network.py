"""Who is tied to whom, who bridges whom: measures of the cooperation network, brokerage roles and introductions."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain, combinations, pairwise
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from graph.analysis.facts import BRIDGE, Demand, Facts
from graph.matching.arrays import Integers
from ontology.terms import IRI

SEED = 20261101
SAMPLED_ABOVE = 2000  # nodes, from which on betweenness is estimated
STEPS = 4_000_000  # nodes that the searches of such an estimate may visit in all, from 20 sources at least
PERMUTATIONS = 500
ROLES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
KINDS = ("project", "membership", "competence", "match")


@dataclass(frozen=True, slots=True)
class Measures:
    """What one actor's place in the network is; `constraint` and `effective_size` are None for an isolated one."""

    actor: IRI
    degree: int
    strength: float
    betweenness: float
    constraint: float | None
    effective_size: float | None
    core: int
    community: int
    component: int


@dataclass(frozen=True, slots=True)
class Role:
    """How often an actor plays a brokerage role, how often by chance, and how many standard deviations lie between.

    `z` is None where chance does not vary.
    """

    name: str
    count: int
    expected: float
    z: float | None


@dataclass(frozen=True, slots=True)
class Introduction:
    """A chain of actors from one to another; `through` is what ties each step."""

    chain: tuple[IRI, ...]
    through: tuple[tuple[IRI, ...], ...]


@dataclass(frozen=True, slots=True)
class MissingTie:
    """Two actors without a tie who would serve needs if they had one: the needs with the competences covered."""

    user: IRI
    supplier: IRI
    needs: tuple[IRI, ...]
    competences: tuple[IRI, ...]


def cooperation(facts: Facts, kinds: Iterable[str] = ("project", "membership")) -> "nx.Graph[IRI]":
    """The actors, tied by what they share; the weight of a tie is how many things that is.

    A shared competence ties actors as an overlap of profiles does, and a match as an occasion to meet; neither is an
    acquaintance.
    """
    wanted = set(kinds)
    graph: nx.Graph[IRI] = nx.Graph()
    graph.add_nodes_from(facts.actors)
    through: defaultdict[tuple[IRI, IRI], set[IRI]] = defaultdict(set)
    for tie in chain(facts.ties, facts.matches):
        if tie.kind in wanted and tie.one in facts.actors and tie.other in facts.actors:
            through[min(tie.one, tie.other), max(tie.one, tie.other)].add(tie.through)
    if "competence" in wanted:
        holders: defaultdict[IRI, list[IRI]] = defaultdict(list)
        for actor, held in facts.competences.items():
            for competence in held:
                holders[competence].append(actor)
        for competence, actors in holders.items():
            for pair in combinations(sorted(actors), 2):
                through[pair].add(competence)
    for (one, other), things in sorted(through.items()):
        graph.add_edge(one, other, weight=len(things), distance=1 / len(things), through=tuple(sorted(things)))
    return graph


def measures(graph: "nx.Graph[IRI]") -> tuple[Measures, ...]:
    """The measures of every actor, the greatest betweenness first.

    Betweenness: share of shortest paths that pass through, paths being as long as ties are rare (1 / weight)
    (Freeman 1977; Brandes 2001), estimated above `SAMPLED_ABOVE` nodes from as many sources as `STEPS` allow, 200 at
    most. Constraint and effective size: Burt 1992. Core: Seidman 1983. Communities: Louvain with weights and a fixed
    seed (Blondel et al. 2008).
    """
    sources = min(200, max(20, STEPS // len(graph))) if len(graph) > SAMPLED_ABOVE else None
    between = nx.betweenness_centrality(graph, k=sources, weight="distance", seed=SEED)
    constraint, size = _structural_holes(graph)
    core = nx.core_number(graph)
    community = _numbered(nx.community.louvain_communities(graph, weight="weight", seed=SEED))
    component = _numbered(nx.connected_components(graph))
    found = [
        Measures(
            actor=node,
            degree=int(graph.degree(node)),
            strength=float(graph.degree(node, weight="weight")),
            betweenness=between[node],
            constraint=constraint.get(node),
            effective_size=size.get(node),
            core=core[node],
            community=community[node],
            component=component[node],
        )
        for node in graph
    ]
    return tuple(sorted(found, key=lambda each: (-each.betweenness, -each.strength, each.actor)))


def brokerage(
    graph: "nx.Graph[Any] | nx.DiGraph[Any]",
    groups: Mapping[Any, Any],
    brokers: Iterable[Any],
    *,
    permutations: int = PERMUTATIONS,
) -> dict[Any, tuple[Role, ...]]:
    """The brokerage roles of each broker over `groups` (Gould and Fernandez 1989).

    A broker j stands between i and k if i is tied to j and j to k, but i not to k. It is coordinator if all three are
    of one group, consultant if i and k are of one and j is not, gatekeeper if j and k are of one and i is not,
    representative if i and j are of one and k is not, liaison if all three differ. An undirected tie counts both ways.
    Chance is a random permutation of the groups: the expected count is exact, its deviation is that of so many
    `permutations` with a fixed seed, and unknown without any.
    """
    directed: nx.DiGraph[Any] = nx.DiGraph(graph)
    known = [node for node in directed if node in groups]
    number = {node: place for place, node in enumerate(known)}
    wanted = [broker for broker in brokers if broker in number]
    paths = [_open_paths(directed, broker, number) for broker in wanted]
    sizes = [len(each) for each in paths]
    steps = np.array([step for each in paths for step in each], dtype=np.int64).reshape(-1, 3).T
    owner = np.repeat(np.arange(len(wanted)), sizes) * len(ROLES)
    named = {group: label for label, group in enumerate({groups[node] for node in known})}
    labels = np.array([named[groups[node]] for node in known], dtype=np.int64)

    def counted(labels: Integers) -> NDArray[np.float64]:
        tallies = np.bincount(owner + _roles(*labels[steps]), minlength=len(wanted) * len(ROLES))
        return tallies.reshape(-1, len(ROLES)).astype(float)

    random = np.random.default_rng(SEED)
    total, squares = np.zeros((2, len(wanted), len(ROLES)))
    for _ in range(permutations if sum(sizes) else 0):
        dealt = counted(random.permutation(labels))
        total += dealt
        squares += dealt**2
    counts, mean = counted(labels), total / (permutations or 1)
    deviations = np.sqrt(np.maximum(0, squares / (permutations or 1) - mean**2))
    chance = _chances(labels.tolist())
    return {
        broker: tuple(
            _role(name, int(count), size * chance[name], float(deviation))
            for name, count, deviation in zip(ROLES, own, spread, strict=True)
        )
        for broker, size, own, spread in zip(wanted, sizes, counts, deviations, strict=True)
    }


def introduction(facts: Facts, graph: "nx.Graph[IRI]", one: IRI, other: IRI) -> Introduction | None:
    """The best chain of bridge builders that could introduce two actors: the fewest and best known steps; None if none.

    A step is as long as its tie is rare (1 / weight), as for betweenness.
    """

    def may_introduce(actor: IRI) -> bool:
        return actor in (one, other) or BRIDGE in facts.actors[actor].classes

    return chain_of(nx.subgraph_view(graph, filter_node=may_introduce), one, other)


def chain_of(graph: "nx.Graph[IRI]", one: IRI, other: IRI) -> Introduction | None:
    """The shortest chain between two actors by the `distance` of ties, with what each step is `through`."""
    try:
        chain = nx.shortest_path(graph, one, other, weight="distance")
    except (nx.NetworkXNoPath, nx.NodeNotFound):
        return None
    return Introduction(tuple(chain), tuple(graph.edges[step]["through"] for step in pairwise(chain)))


def missing_ties(facts: Facts, graph: "nx.Graph[IRI]", *, limit: int = 50) -> tuple[MissingTie, ...]:
    """The pairs of a user and a supplier without a tie that share most: first by needs, then by competences."""
    suppliers: defaultdict[IRI, set[IRI]] = defaultdict(set)
    for offer in facts.supply:
        for competence in offer.competences:
            suppliers[competence].add(offer.actor)
    demands: defaultdict[IRI, list[Demand]] = defaultdict(list)
    for demand in facts.demand:
        if demand.actor:
            demands[demand.actor].append(demand)
    most = {user: (-len(needs), -len(_asked(needs)), user) for user, needs in demands.items()}
    best: list[MissingTie] = []
    for user in sorted(demands, key=lambda each: most[each]):
        if len(best) == limit and _rank(best[-1]) < (*most[user], ""):
            break  # whoever is left shares less, even with somebody who can do it all
        known = set(graph[user]) if user in graph else set()
        best = nsmallest(limit, [*best, *_missing(user, demands[user], suppliers, known)], _rank)
    return tuple(best)


def _asked(needs: Iterable[Demand]) -> frozenset[IRI]:
    return frozenset().union(*(each.competences for each in needs))


def _missing(
    user: IRI, needs: Sequence[Demand], suppliers: Mapping[IRI, set[IRI]], known: set[IRI]
) -> Iterator[MissingTie]:
    """Whom one user lacks a tie with, and what for."""
    shared: defaultdict[IRI, tuple[set[IRI], set[IRI]]] = defaultdict(lambda: (set(), set()))
    for demand in needs:
        for competence in demand.competences:
            for supplier in suppliers.get(competence, set()) - known - {user}:
                shared[supplier][0].add(demand.need)
                shared[supplier][1].add(competence)
    for supplier, (served, shown) in shared.items():
        yield MissingTie(user, supplier, tuple(sorted(served)), tuple(sorted(shown)))


def _rank(missing: MissingTie) -> tuple[int, int, IRI, IRI]:
    return -len(missing.needs), -len(missing.competences), missing.user, missing.supplier


def _open_paths(graph: "nx.DiGraph[Any]", broker: Hashable, number: Mapping[Any, int]) -> list[tuple[int, int, int]]:
    """The numbers of who comes before a broker, of itself, and of who comes after it and is not tied to the first."""
    return [
        (number[before], number[broker], number[after])
        for before in graph.predecessors(broker)
        for after in graph.successors(broker)
        if before != after and not graph.has_edge(before, after) and before in number and after in number
    ]


def _roles(before: Integers, mine: Integers, after: Integers) -> Integers:
    """The place in `ROLES` of what a broker is, by the groups of the three."""
    within = np.where(mine == before, ROLES.index("coordinator"), ROLES.index("consultant"))
    outwards = np.where(before == mine, ROLES.index("representative"), ROLES.index("liaison"))
    between = np.where(mine == after, ROLES.index("gatekeeper"), outwards)
    return np.where(before == after, within, between)


def _chances(labels: Sequence[int]) -> dict[str, float]:
    """How likely three different nodes are to be in each role if the groups are dealt out at random."""
    sizes, total = Counter(labels).values(), len(labels)
    triples = total * (total - 1) * (total - 2)
    if not triples:
        return dict.fromkeys(ROLES, 0.0)
    same = sum(size * (size - 1) * (size - 2) for size in sizes) / triples
    two = sum(size * (size - 1) * (total - size) for size in sizes) / triples
    return {
        "coordinator": same,
        "consultant": two,
        "gatekeeper": two,
        "representative": two,
        "liaison": 1 - same - 3 * two,
    }


def _role(name: str, count: int, expected: float, deviation: float) -> Role:
    return Role(name, count, expected, (count - expected) / deviation if deviation else None)


def _numbered(parts: Iterable[Iterable[IRI]]) -> dict[IRI, int]:
    """The number of the part of each node, the largest part being 1."""
    ordered = sorted((sorted(part) for part in parts), key=lambda part: (-len(part), part))
    return {node: number for number, part in enumerate(ordered, 1) for node in part}


def _structural_holes(graph: "nx.Graph[IRI]") -> tuple[dict[IRI, float], dict[IRI, float]]:
    """Constraint and effective size of every node with a tie (Burt 1992), by sparse matrices.

    With p the share of a node's weight that a tie has, and m the weight of a tie over the greatest of its node:
    constraint is the sum over neighbours j of (p_ij + sum of p_iq p_qj)^2, effective size the number of neighbours
    less the sum over them of p_iq m_jq.
    """
    if not graph.number_of_edges():
        return {}, {}
    weights = csr_array(nx.to_scipy_sparse_array(graph, weight="weight", format="csr"), dtype=float)
    ties = weights.sign()
    total, greatest = weights.sum(axis=1), weights.max(axis=1).toarray().ravel()
    shares = diags_array(np.divide(1, total, out=np.zeros_like(total), where=total > 0)) @ weights
    marginal = diags_array(np.divide(1, greatest, out=np.zeros_like(greatest), where=greatest > 0)) @ weights
    invested = shares + (shares @ shares).multiply(ties)
    constraint = invested.multiply(invested).sum(axis=1)
    redundant = (shares @ marginal.T).multiply(ties).sum(axis=1)
    size = ties.sum(axis=1) - redundant
    tied = [(place, node) for place, node in enumerate(graph) if total[place]]
    return {node: float(constraint[place]) for place, node in tied}, {node: float(size[place]) for place, node in tied}
