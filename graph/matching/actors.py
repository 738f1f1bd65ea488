"""The actors of a snapshot as columns, in the order of their names: where they sit, and in which classes they are."""

from pathlib import Path

import numpy as np

from graph.matching.arrays import Integers, Lists, lists_of, read_array, write_array
from graph.matching.statements import Statements
from ontology.terms import ADMS, IRI, ORG, REV, expand

DISSOLVED = expand("voc:status/closed")
SEAT = expand("voc:site-kind/seat")


class Actors:
    """Actors by number, as terms; of each its towns with the seat first, its classes, and its role assignments."""

    def __init__(self, folder: Path) -> None:
        self.terms = read_array(folder, "actors")
        self._by_term = read_array(folder, "actors-by-term")
        self.sits = Lists(read_array(folder, "actor-towns"))
        self.towns = read_array(folder, "towns")
        self.belongs = Lists(read_array(folder, "actor-classes"))
        self.classes = read_array(folder, "classes")
        self.plays = Lists(read_array(folder, "actor-roles"))
        self.roles = read_array(folder, "roles")

    def __len__(self) -> int:
        return len(self.terms)

    def number(self, term: int) -> int:
        """The number of the actor that is a term; -1 if it is none, or is dissolved."""
        place = int(self.terms.searchsorted(np.int32(term), sorter=self._by_term))
        found = int(self._by_term[place]) if place < len(self) else -1
        return found if found >= 0 and self.terms[found] == term else -1

    def iri(self, said: Statements, actor: int) -> IRI:
        """The IRI of an actor."""
        return said.iri(int(self.terms[actor]))

    def classes_of(self, said: Statements, actor: int) -> tuple[IRI, ...]:
        """The classes of an actor, in the order of their IRIs."""
        return tuple(map(said.iri, self.classes[self.belongs.span(actor)].tolist()))

    def towns_of(self, said: Statements, actor: int) -> tuple[IRI, ...]:
        """Where an actor sits, its seat first."""
        return tuple(map(said.iri, self.towns[self.sits.span(actor)].tolist()))


def write_actors(said: Statements, folder: Path) -> Integers:
    """Write the actors that are not dissolved, and return their terms."""
    terms = _in_order_of_names(said)
    towns, classes, roles = _towns(said, terms), _classes(said, terms), _pointing(said, terms, REV.assignedActor)
    write_array(folder, "actors", terms)
    write_array(folder, "actors-by-term", np.argsort(terms, kind="stable"))
    for name, each, (owners, things) in (
        ("towns", "actor-towns", towns),
        ("classes", "actor-classes", classes),
        ("roles", "actor-roles", roles),
    ):
        write_array(folder, name, things)
        write_array(folder, each, lists_of(owners, len(terms)).offsets)
    return terms


def _in_order_of_names(said: Statements) -> Integers:
    nodes, status = said.columns(ADMS.status)
    dissolved = nodes[status == said.find(DISSOLVED)]
    actors = np.setdiff1d(said.typed_nodes(REV.Actor), dissolved).tolist()
    return np.array(sorted(actors, key=lambda actor: (said.named(actor).de, actor)), dtype=np.int32)


def _towns(said: Statements, actors: Integers) -> tuple[Integers, Integers]:
    """Owner and town of every site, the seat before other sites."""
    owners, sites = said.pairs(actors, ORG.hasSite)
    nodes, kinds = said.columns(REV.siteKind)
    is_seat = np.isin(sites, nodes[kinds == said.find(SEAT)])
    order = np.lexsort((sites, ~is_seat, owners))
    places, towns = said.pairs(sites[order], REV.sitePlace)
    return owners[order][places], towns


def _classes(said: Statements, actors: Integers) -> tuple[Integers, Integers]:
    """Owner and class, of role assignments and of shortcuts, each once."""
    owners, roles = _pointing(said, actors, REV.assignedActor)
    through, assigned = said.pairs(roles, REV.assignedActorClass)
    direct, shortcuts = said.pairs(actors, REV.hasActorClass)
    pairs = np.stack((np.concatenate((owners[through], direct)), np.concatenate((assigned, shortcuts))))
    owner, kind = np.unique(pairs, axis=1)
    return owner, kind.astype(np.int32)


def _pointing(said: Statements, actors: Integers, predicate: IRI) -> tuple[Integers, Integers]:
    """The nodes that point at each actor, in the order of actors and nodes."""
    nodes, targets = said.columns(predicate)
    number_of = np.full(said.size, -1, dtype=np.int64)
    number_of[actors] = np.arange(len(actors))
    owners = number_of[targets]
    order = np.lexsort((nodes, owners))[np.count_nonzero(owners < 0) :]
    return owners[order], nodes[order]
