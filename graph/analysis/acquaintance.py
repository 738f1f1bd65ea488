"""Who could introduce two actors: bridge builders that share a project or a network with both, asked of the store.

Only the neighbourhood of the two is read, so that it costs the same in a region of any size; `network.introduction`
searches a whole network that is at hand.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import networkx as nx

from graph.analysis.facts import BRIDGE
from graph.analysis.network import Introduction, chain_of
from graph.store import Store
from ontology.terms import IRI
from queries.catalogue import part

Ties = Mapping[tuple[IRI, IRI], tuple[IRI, ...]]  # two actors, and what they share


def bridges_of(store: Store, actor: IRI) -> dict[IRI, tuple[IRI, ...]]:
    """The bridge builders that share something with an actor, those that share most first, and what it is."""
    ties = _ties(store, [actor], BRIDGE)
    return {other: shared for (_, other), shared in sorted(ties.items(), key=lambda each: (-len(each[1]), each[0]))}


def introduced(store: Store, one: IRI, other: IRI) -> Introduction | None:
    """The best chain from one actor to the other over at most two bridge builders; None if there is none."""
    mine, theirs = (_ties(store, [end], BRIDGE) for end in (one, other))
    known = {bridge for _, bridge in theirs}
    between = _ties(store, sorted({bridge for _, bridge in mine}), BRIDGE) if known else {}
    ties = {
        **_ties(store, [one], other),
        **mine,
        **theirs,
        **{pair: shared for pair, shared in between.items() if pair[1] in known},
    }
    graph: nx.Graph[IRI] = nx.Graph()
    for (start, end), shared in ties.items():
        graph.add_edge(start, end, distance=1 / len(shared), through=shared)
    return chain_of(graph, one, other)


def _ties(store: Store, actors: Sequence[IRI], wanted: IRI) -> Ties:
    """What ties each of the actors to a wanted one, or to those of a wanted class: a project, or a network itself."""
    found: defaultdict[tuple[IRI, IRI], dict[IRI, None]] = defaultdict(dict)
    for name in ("ties-by-projects", "ties-by-networks", "ties-by-members") if actors else ():
        for one, other, kind, through in store.select(part(name), {"actor": tuple(actors)}).rows:
            is_wanted = wanted in (other, kind)
            if is_wanted and isinstance(one, IRI) and isinstance(other, IRI) and isinstance(through, IRI):
                found[one, other][through] = None
    return {pair: tuple(shared) for pair, shared in found.items()}
