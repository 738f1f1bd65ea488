"""Whether an actor is recorded in the class that is asked for: user, solution developer or bridge builder."""

from collections.abc import Sequence

from graph.matching import explain
from graph.matching.criterion import Account, Shown
from graph.matching.index import Actor, MatchIndex
from graph.model import QuotedTriple, Verdict
from ontology.terms import IRI, REV


class Role:
    """An actor class that is asked for; classes are roles, so an actor may have several."""

    name = "role"

    def __init__(self, index: MatchIndex, actor_class: IRI) -> None:
        self._index = index
        self._class = actor_class

    def value(self, actor: Actor, shown: Sequence[Shown]) -> float | None:  # noqa: ARG002 - all signals are asked alike
        """1 if the actor has the class, 0 if it has only others, unknown if it has none."""
        return float(self._class in actor.classes) if actor.classes else None

    def account(self, actor: Actor, shown: Sequence[Shown]) -> Account:
        """The actor's classes."""
        name = self._index.statements.name
        value, wanted = self.value(actor, shown), name(self._class)
        if value is None:
            return Account(Verdict.UNKNOWN, wanted, explain.NOTHING, explain.NOT_SHOWN)
        recorded = explain.listed(name(each) for each in actor.classes)
        return Account(
            Verdict.FITS if value else Verdict.DOES_NOT_FIT,
            wanted,
            recorded,
            explain.role(wanted, recorded, fits=bool(value)),
            self._triples(actor, (self._class,) if value else actor.classes),
        )

    def _triples(self, actor: Actor, classes: Sequence[IRI]) -> tuple[QuotedTriple, ...]:
        """The role assignments as sources state them, and the shortcuts for what no assignment states."""
        statements = self._index.statements
        roles = [
            (role, each)
            for role in self._index.roles.get(actor.iri, ())
            for each in statements.links(role, REV.assignedActorClass)
            if each in classes
        ]
        spoken = [((role, REV.assignedActor, actor.iri), (role, REV.assignedActorClass, each)) for role, each in roles]
        concluded = [(actor.iri, REV.hasActorClass, each) for each in classes if each not in dict(roles).values()]
        return statements.quote(*(triple for pair in spoken for triple in pair), *concluded)
