"""What not everybody may see leaves the public graphs before anything is concluded from it, matched or dumped.

It comes back into a private graph, which only a token opens.
"""

from pathlib import Path

from graph.store import PRIVATE, CandidateStore
from ontology.terms import IRI
from queries.catalogue import part

WITHHELD = IRI(PRIVATE + "withheld")


def withhold(store: CandidateStore, lines: Path) -> int:
    """Take every statement node whose visibility is not public out of `store`, with its parts and what points at it.

    The triples are written to `lines` as N-Triples. Returns how many nodes there were.
    """
    nodes = [node for (node,) in store.select(part("not-public")).rows if isinstance(node, IRI)]
    with lines.open("wb") as output:
        for node in nodes:
            store.take_out(node, output)
    return len(nodes)
