"""What if: actors, offers, needs, ties or competences added to a copy of the facts, or taken from it.

The published graph is never touched: a scenario changes the facts in memory, and its key holds all of it, so that
whoever has the key sees the same.
"""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Actor, Demand, Facts, Supply, Tie
from graph.analysis.observations import Observation
from graph.errors import WrongUse
from ontology.naming import ID
from ontology.terms import IRI, read_iri

MOST_CHANGES = 200
LONGEST_KEY = 6000  # characters, so that it fits into an address
NEW = ID + "scenario/"  # where things begin that only the scenario knows
_CLASSES = {"user": USER, "solution-developer": DEVELOPER, "bridge-builder": BRIDGE}
SHAPE: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "add": {
        "actors": ("id", "name", "place", "classes"),
        "offers": ("actor", "competences", "serves", "class"),
        "needs": ("actor", "competences", "place"),
        "ties": ("one", "other"),
        "competences": ("actor", "competence"),
    },
    "remove": {
        "actors": ("id",),
        "offers": ("id",),
        "needs": ("id",),
        "ties": ("one", "other"),
        "competences": ("actor", "competence"),
    },
}

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of changes, as `read_scenario` takes it: {"name": …, "add": {kind: [record]}, "remove": {…}}."""

    name: str
    add: Mapping[str, Sequence[Record]]
    remove: Mapping[str, Sequence[Record]]

    @property
    def key(self) -> str:
        """All of the scenario in letters that an address may hold."""
        told = {"name": self.name, "add": self.add, "remove": self.remove}
        packed = zlib.compress(json.dumps(told, sort_keys=True, separators=(",", ":")).encode(), 9)
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Difference:
    """An indicator of a thing before and after; None where there was or is nothing to compute."""

    indicator: str
    thing: IRI
    competence: IRI | None
    before: float | None
    after: float | None


def read_scenario(told: object) -> Scenario:
    """A scenario from JSON or TOML; `WrongUse` names the part that is wrong and what would be right."""
    if not isinstance(told, dict) or (more := told.keys() - {"name", "add", "remove"}):
        parts = ", ".join(sorted(map(str, more)))[:100] if isinstance(told, dict) else type(told).__name__
        raise WrongUse(f"A scenario has name, add and remove, and no {parts}.")
    name = told.get("name", "")
    if not isinstance(name, str) or len(name) > 200:
        raise WrongUse("name: write a text of at most 200 characters.")
    scenario = Scenario(name, _part(told, "add"), _part(told, "remove"))
    count = sum(len(records) for part in (scenario.add, scenario.remove) for records in part.values())
    if not 1 <= count <= MOST_CHANGES:
        raise WrongUse(f"The scenario has {count} changes. Make 1 to {MOST_CHANGES}.")
    return scenario


def scenario_of(key: str) -> Scenario:
    """The scenario that `key` holds; `WrongUse` if it holds none."""
    try:
        if len(key) > LONGEST_KEY:
            raise ValueError("too long")
        unpacking = zlib.decompressobj()
        told = unpacking.decompress(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)), 200_000)
        if unpacking.unconsumed_tail:
            raise ValueError("too much")
        return read_scenario(json.loads(told))
    except (ValueError, binascii.Error, zlib.error) as error:
        raise WrongUse("This is no key of a scenario, or a part of one. Copy the whole address.") from error


def applied(scenario: Scenario, facts: Facts) -> Facts:
    """The facts as they would be; `WrongUse` where a change names a thing that is not there."""
    return _added(scenario.add, _removed(scenario.remove, facts))


def differences(before: Iterable[Observation], after: Iterable[Observation]) -> tuple[Difference, ...]:
    """Every indicator that is not the same before and after, in the order of their keys."""
    old, new = ({each.key: each for each in found} for found in (before, after))
    return tuple(
        Difference(
            known.indicator,
            known.thing,
            known.competence,
            old[key].value if key in old else None,
            new[key].value if key in new else None,
        )
        for key in sorted(old.keys() | new.keys())
        for known in [new.get(key) or old[key]]
        if key not in old or key not in new or abs(old[key].value - new[key].value) > 1e-9
    )


def _part(told: Record, change: str) -> dict[str, list[Record]]:
    part = told.get(change, {})
    allowed = SHAPE[change]
    if not isinstance(part, dict) or part.keys() - allowed.keys():
        raise WrongUse(f"{change}: write lists of {', '.join(allowed)}.")
    for kind, records in part.items():
        if not isinstance(records, list):
            raise WrongUse(f"{change}.{kind}: write a list.")
        for place, record in enumerate(records):
            if not isinstance(record, dict) or record.keys() - set(allowed[kind]):
                raise WrongUse(f"{change}.{kind}[{place}]: write an object with {', '.join(allowed[kind])}.")
    return part


def _removed(part: Mapping[str, Sequence[Record]], facts: Facts) -> Facts:
    gone = {_known(one, "id", facts.actors, f"remove.actors[{n}]") for n, one in _each(part, "actors")}
    supply = {each.offer: each for each in facts.supply}
    demand = {each.need: each for each in facts.demand}
    offers = {_known(one, "id", supply, f"remove.offers[{n}]") for n, one in _each(part, "offers")}
    needs = {_known(one, "id", demand, f"remove.needs[{n}]") for n, one in _each(part, "needs")}
    ties = {frozenset(_ends(one, facts, f"remove.ties[{n}]")) for n, one in _each(part, "ties")}
    lost: dict[IRI, set[IRI]] = {}
    for n, one in _each(part, "competences"):
        actor = _known(one, "actor", facts.actors, f"remove.competences[{n}]")
        lost.setdefault(actor, set()).add(_iri(one, "competence", f"remove.competences[{n}]"))
    return replace(
        facts,
        actors={iri: each for iri, each in facts.actors.items() if iri not in gone},
        ties=tuple(
            each
            for each in facts.ties
            if not gone & {each.one, each.other} and frozenset((each.one, each.other)) not in ties
        ),
        supply=tuple(each for each in facts.supply if each.offer not in offers and each.actor not in gone),
        demand=tuple(each for each in facts.demand if each.need not in needs and each.actor not in gone),
        competences={
            actor: held - lost.get(actor, set()) for actor, held in facts.competences.items() if actor not in gone
        },
    )


def _added(part: Mapping[str, Sequence[Record]], facts: Facts) -> Facts:
    actors = dict(facts.actors)
    for n, one in _each(part, "actors"):
        actor = _actor(one, n, facts)
        actors[actor.iri] = actor
    facts = replace(facts, actors=dict(sorted(actors.items())))
    held = {actor: set(every) for actor, every in facts.competences.items()}
    offers, needs = list(facts.supply), list(facts.demand)
    for n, one in _each(part, "offers"):
        offer = _offer(one, n, facts)
        offers.append(offer)
        held.setdefault(offer.actor, set()).update(offer.competences)
    for n, one in _each(part, "needs"):
        where = f"add.needs[{n}]"
        places = {_known(one, "place", facts.within, where)} if one.get("place") else set()
        owner = _known(one, "actor", facts.actors, where)
        needs.append(Demand(IRI(f"{NEW}need/{n}"), owner, _competences(one, where), frozenset(places), frozenset()))
    for n, one in _each(part, "competences"):
        actor_iri = _known(one, "actor", facts.actors, f"add.competences[{n}]")
        held.setdefault(actor_iri, set()).add(_iri(one, "competence", f"add.competences[{n}]"))
    fresh = (
        Tie("project", *ends, IRI(f"{NEW}tie/{n}"))
        for n, one in _each(part, "ties")
        for ends in [_ends(one, facts, f"add.ties[{n}]")]
    )
    return replace(
        facts,
        supply=tuple(offers),
        demand=tuple(needs),
        ties=tuple(chain(facts.ties, fresh)),
        competences={actor: frozenset(every) for actor, every in sorted(held.items())},
    )


def _each(part: Mapping[str, Sequence[Record]], kind: str) -> Iterable[tuple[int, Record]]:
    return enumerate(part.get(kind, ()))


def _actor(one: Record, n: int, facts: Facts) -> Actor:
    where = f"add.actors[{n}]"
    iri = IRI(f"{NEW}actor/{n}") if not one.get("id") else _iri(one, "id", where)
    if iri in facts.actors:
        raise WrongUse(f"{where}.id: {iri} exists already. Choose another, or leave it out.")
    classes = one.get("classes", [])
    if not isinstance(classes, list) or not set(map(str, classes)) <= _CLASSES.keys():
        raise WrongUse(f"{where}.classes: choose from {', '.join(_CLASSES)}.")
    place = _known(one, "place", facts.within, where) if one.get("place") else None
    return Actor(iri, str(one.get("name", iri))[:200], place, frozenset(_CLASSES[each] for each in classes))


def _offer(one: Record, n: int, facts: Facts) -> Supply:
    where = f"add.offers[{n}]"
    serves = one.get("serves", sorted(facts.regions))
    if not isinstance(serves, list) or one.get("class", "solution-developer") not in _CLASSES:
        raise WrongUse(f"{where}: serves is a list of places, class one of {', '.join(_CLASSES)}.")
    areas = frozenset(_known({"serves": each}, "serves", facts.within, where) for each in serves)
    kind = _CLASSES[one.get("class", "solution-developer")]
    owner = _known(one, "actor", facts.actors, where)
    return Supply(IRI(f"{NEW}offer/{n}"), owner, kind, _competences(one, where), areas)


def _competences(one: Record, where: str) -> frozenset[IRI]:
    told = one.get("competences")
    if not isinstance(told, list) or not told:
        raise WrongUse(f"{where}.competences: name at least one, as a list.")
    return frozenset(_iri({"competences": each}, "competences", where) for each in told)


def _ends(one: Record, facts: Facts, where: str) -> tuple[IRI, IRI]:
    one_end, other = (_known(one, name, facts.actors, where) for name in ("one", "other"))
    if one_end == other:
        raise WrongUse(f"{where}: {other} cannot be tied to itself.")
    return min(one_end, other), max(one_end, other)


def _known(one: Record, name: str, things: Mapping[IRI, object], where: str) -> IRI:
    iri = _iri(one, name, where)
    if iri not in things:
        raise WrongUse(f"{where}.{name}: {iri} is not among what this snapshot, or the scenario, has there.")
    return iri


def _iri(one: Record, name: str, where: str) -> IRI:
    told = one.get(name)
    try:
        return read_iri(told if isinstance(told, str) else "")
    except KeyError as error:
        raise WrongUse(
            f"{where}.{name}: {str(told)[:100]!r} is no IRI. Write it in full, or as id:… or voc:…."
        ) from error
