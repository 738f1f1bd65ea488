"""Whether an actor is recorded in the class that is asked for: user, solution developer or bridge builder."""

from collections.abc import Sequence

import numpy as np

from graph.matching import explain
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex
from graph.model import QuotedTriple, Verdict
from ontology.terms import IRI, REV


class Role:
    """An actor class that is asked for; classes are roles, so an actor may have several."""

    name = "role"

    def __init__(self, index: MatchIndex, actor_class: IRI) -> None:
        self._index = index
        self._class = actor_class

    def values(self, actors: Integers) -> Values:
        """1 if the actor has the class, 0 if it has only others, unknown if it has none."""
        columns = self._index.actors
        owner, places = columns.belongs.spread(actors)
        is_asked = columns.classes[places] == self._index.statements.find(self._class)
        has_any, has_asked = (np.bincount(each, minlength=len(actors)) for each in (owner, owner[is_asked]))
        return np.where(has_any, (has_asked > 0).astype(float), np.nan)

    def bounds(self) -> Values:
        """The values of all actors."""
        columns = self._index.actors
        is_asked = columns.classes == self._index.statements.find(self._class)
        before = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(is_asked, dtype=np.int32)))
        begins, ends = columns.belongs.offsets[:-1], columns.belongs.offsets[1:]
        return np.where(ends > begins, (before[ends] > before[begins]).astype(np.float32), np.float32(np.nan))

    def account(self, actor: int) -> Account:
        """The actor's classes."""
        name, classes = self._index.statements.name, self._index.actors.classes_of(self._index.statements, actor)
        wanted = name(self._class)
        if not classes:
            return Account(Verdict.UNKNOWN, wanted, explain.NOTHING, explain.NOT_SHOWN)
        fits = self._class in classes
        recorded = explain.listed(name(each) for each in classes)
        return Account(
            Verdict.FITS if fits else Verdict.DOES_NOT_FIT,
            wanted,
            recorded,
            explain.role(wanted, recorded, fits=fits),
            self._triples(actor, (self._class,) if fits else classes),
        )

    def _triples(self, actor: int, classes: Sequence[IRI]) -> tuple[QuotedTriple, ...]:
        """The role assignments as sources state them, and the shortcuts for what no assignment states."""
        said, columns = self._index.statements, self._index.actors
        iri = columns.iri(said, actor)
        roles = [
            (role, each)
            for role in map(said.iri, columns.roles[columns.plays.span(actor)].tolist())
            for each in said.links(role, REV.assignedActorClass)
            if each in classes
        ]
        spoken = [((role, REV.assignedActor, iri), (role, REV.assignedActorClass, each)) for role, each in roles]
        concluded = [(iri, REV.hasActorClass, each) for each in classes if each not in dict(roles).values()]
        return said.quote(*(triple for pair in spoken for triple in pair), *concluded)
