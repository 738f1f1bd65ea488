"""The network as files for other programs: GEXF (Gephi), GraphML, and a table of ties."""

import csv
import io
from collections.abc import Callable, Mapping

import networkx as nx

from graph.analysis.facts import Facts
from ontology.terms import IRI


def gexf(facts: Facts, graph: "nx.Graph[IRI]") -> bytes:
    """GEXF 1.2 with names, places and classes of the actors."""
    output = io.BytesIO()
    nx.write_gexf(_labelled(facts, graph), output)
    return output.getvalue()


def graphml(facts: Facts, graph: "nx.Graph[IRI]") -> bytes:
    """GraphML with the same."""
    output = io.BytesIO()
    nx.write_graphml_xml(_labelled(facts, graph), output)
    return output.getvalue()


def edges(facts: Facts, graph: "nx.Graph[IRI]") -> bytes:
    """One row a tie: both actors with their names, the weight, and what ties them, with blanks between."""
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    writer.writerow(("source", "source_name", "target", "target_name", "weight", "through"))
    for one, other, said in sorted(graph.edges(data=True), key=lambda tie: tie[:2]):
        names = (facts.actors[one].name, facts.actors[other].name)
        writer.writerow((one, names[0], other, names[1], said["weight"], " ".join(said["through"])))
    return output.getvalue().encode()


FORMS: Mapping[str, tuple[str, Callable[[Facts, "nx.Graph[IRI]"], bytes]]] = {
    "gexf": ("application/gexf+xml", gexf),
    "graphml": ("application/graphml+xml", graphml),
    "csv": ("text/csv", edges),
}


def _labelled(facts: Facts, graph: "nx.Graph[IRI]") -> "nx.Graph[str]":
    """A copy whose nodes and ties say nothing but text and numbers."""
    copy: nx.Graph[str] = nx.Graph()
    for node in graph:
        actor = facts.actors[node]
        copy.add_node(
            str(node), label=actor.name, place=str(actor.place or ""), classes=" ".join(sorted(actor.classes))
        )
    for one, other, said in graph.edges(data=True):
        copy.add_edge(str(one), str(other), weight=said["weight"], through=" ".join(said["through"]))
    return copy
