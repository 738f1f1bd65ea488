"""What shows that actors can do something, as columns: offers, holdings, participations, and actors' own entries."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph.matching.arrays import Integers, Lists, lists_of, read_array, write_array
from graph.matching.statements import Statements
from graph.matching.trust import TRUST, trust
from graph.model import Literal
from ontology.terms import ADMS, DCTERMS, IRI, REV, SKOS, expand

INDIRECT = 0.5  # what a technology counts that is shown only by a competence which masters it
ENDED = tuple(expand(f"voc:status/{name}") for name in ("fulfilled", "withdrawn", "closed", "paused"))
ALWAYS = (np.iinfo(np.int32).min, np.iinfo(np.int32).max)  # the days of a record whose ends are open


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """How one kind of evidence leads to its actor and its concepts, and how much it shows of them."""

    name: str
    owner: IRI | None
    detour: IRI | None
    says: tuple[IRI, ...]
    strength: float


KINDS = (
    EvidenceKind("offer", REV.offerOf, None, (REV.providesCompetence, REV.providesTechnology), 1.0),
    EvidenceKind("holding", REV.heldBy, None, (REV.ofCompetence,), 1.0),
    EvidenceKind(
        "participation",
        REV.participationOf,
        REV.inProject,
        (REV.exercisesCompetence, REV.appliesTechnology),
        0.6,  # taking part is evidence, not proof
    ),
    EvidenceKind("profile", None, None, (DCTERMS.subject,), 0.4),  # topics of the actor's own record
)
OFFER, _, _, PROFILE = range(len(KINDS))


class Records:
    """One row a record, in the order of actors, kinds and IRIs; each shows concepts, `strengths` tells how strongly.

    `node` and `told` are terms: the record itself and what names its concepts, a project for a participation. `trust`
    lies in [0, 1], `readiness` is -1 where none is told, days are proleptic ordinals, `served` holds places as terms,
    `concepts` places in `concept_terms`.
    """

    def __init__(self, folder: Path) -> None:
        read = {name: read_array(folder, f"record-{name}") for name in _COLUMNS}
        self.actor, self.kind, self.node, self.told = (read[name] for name in ("actor", "kind", "node", "told"))
        self.trust, self.readiness = read["trust"], read["readiness"]
        self.valid_from, self.valid_until = read["valid-from"], read["valid-until"]
        self.has_text = read["has-text"]
        self.of_actor = Lists(read_array(folder, "actor-records"))
        self.shows = Lists(read_array(folder, "record-shows"))
        self.concepts, self.strengths = read_array(folder, "shown-concepts"), read_array(folder, "shown-strengths")
        self.concept_terms = read_array(folder, "concepts")
        self.serves = Lists(read_array(folder, "record-serves"))
        self.served = read_array(folder, "served-places")

    def hold_on(self, records: Integers, day: date) -> NDArray[np.bool_]:
        """Which of the records are valid on a day; an open end is no end."""
        ordinal = day.toordinal()
        return (self.valid_from[records] <= ordinal) & (ordinal <= self.valid_until[records])


_COLUMNS = ("actor", "kind", "node", "told", "trust", "readiness", "valid-from", "valid-until", "has-text")


def write_records(said: Statements, actors: Integers, folder: Path) -> None:
    """Find the records of `actors` in what is said, and write them with the concepts that they show."""
    number_of = np.full(said.size, -1, dtype=np.int32)
    number_of[actors] = np.arange(len(actors), dtype=np.int32)
    actor, kind, node = _found(said, actors, number_of)
    told = _told(said, kind, node)
    has_text = _has(said, told, DCTERMS.description) | (_has(said, told, SKOS.prefLabel) & (kind != PROFILE))
    record, concept, strength = _shown(said, kind, told)
    counts = np.bincount(record, minlength=len(node)).astype(bool) | has_text
    kept = np.flatnonzero(counts)
    place = np.cumsum(counts) - 1
    actor, kind, node, told = (column[kept] for column in (actor, kind, node, told))
    serving, served = said.pairs(node, REV.serves)
    columns: dict[str, NDArray[Any]] = {
        "actor": actor,
        "kind": kind,
        "node": node,
        "told": told,
        "trust": _trust(said, kind, node),
        "readiness": _number(said, node, REV.currentReadiness, int, -1).astype(np.int8),
        "valid-from": _number(said, node, REV.validFrom, _ordinal, ALWAYS[0]).astype(np.int32),
        "valid-until": _number(said, node, REV.validUntil, _ordinal, ALWAYS[1]).astype(np.int32),
        "has-text": has_text[kept],
    }
    for name, column in columns.items():
        write_array(folder, f"record-{name}", column)
    write_array(folder, "actor-records", lists_of(actor, len(actors)).offsets)
    write_array(folder, "record-shows", lists_of(place[record], len(node)).offsets)
    kinds = [said.typed_nodes(each) for each in (REV.Competence, REV.Technology)]
    concepts = np.unique(np.concatenate((concept, *kinds)))
    write_array(folder, "concepts", concepts)
    write_array(folder, "shown-concepts", concepts.searchsorted(concept).astype(np.int32))
    write_array(folder, "shown-strengths", strength)
    write_array(folder, "record-serves", lists_of(serving, len(node)).offsets)
    write_array(folder, "served-places", served)


def _found(said: Statements, actors: Integers, number_of: Integers) -> tuple[Integers, Integers, Integers]:
    """Actor, kind and node of every record that has not ended."""
    statuses = [said.find(each) for each in ENDED]
    nodes, status = said.columns(ADMS.status)
    has_ended = np.zeros(said.size, dtype=bool)
    has_ended[nodes[np.isin(status, statuses)]] = True
    found = []
    for number, kind in enumerate(KINDS):
        node, owner = said.columns(kind.owner) if kind.owner else (actors, actors)
        actor = number_of[owner]
        goes_on = actor >= 0
        if kind.owner:
            goes_on &= ~has_ended[node]
        found.append((actor[goes_on], np.full(goes_on.sum(), number, dtype=np.int8), node[goes_on]))
    actor, kinds, node = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((node, kinds, actor))
    return actor[order], kinds[order], node[order]


def _told(said: Statements, kinds: Integers, node: Integers) -> Integers:
    """What names the concepts of each record: the node itself, or the first thing behind its detour."""
    told = np.array(node)
    for number, kind in enumerate(KINDS):
        if kind.detour:
            begins, ends = said.columns(kind.detour)
            first, places = np.unique(begins[said.is_iri(ends)], return_index=True)
            behind = np.full(said.size, -1, dtype=np.int32)
            behind[first] = ends[said.is_iri(ends)][places]
            told = np.where((kinds == number) & (behind[node] >= 0), behind[node], told)
    return told


def _shown(said: Statements, kinds: Integers, told: Integers) -> tuple[Integers, Integers, NDArray[np.float32]]:
    """Record, concept and strength of all that is shown, in the order of records and concepts, each pair once.

    What a competence masters is shown by who has that competence, though not as strongly.
    """
    found = []
    for number, kind in enumerate(KINDS):
        alike = np.flatnonzero(kinds == number)
        for says in kind.says:
            owners, concepts = said.pairs(told[alike], says)
            records = alike[owners]
            through, mastered = said.pairs(concepts, REV.competenceInTechnology)
            strength = np.float32(kind.strength)
            found.append((records, concepts, np.full(len(records), strength)))
            found.append((records[through], mastered, np.full(len(mastered), strength * np.float32(INDIRECT))))
    record, concept, strengths = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((-strengths, concept, record))
    record, concept, strengths = record[order], concept[order], strengths[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (record[1:] != record[:-1]) | (concept[1:] != concept[:-1])
    return record[is_first], concept[is_first], strengths[is_first]


def _has(said: Statements, nodes: Integers, predicate: IRI) -> NDArray[np.bool_]:
    told = np.zeros(said.size, dtype=bool)
    told[said.columns(predicate)[0]] = True
    return told[nodes]


def _trust(said: Statements, kinds: Integers, node: Integers) -> NDArray[np.float32]:
    worth = np.full(said.size, np.nan)
    for status, value in TRUST.items():
        if (number := said.find(status)) >= 0:
            worth[number] = value
    subjects, statuses = said.columns(REV.sourcingStatus)
    first, places = np.unique(subjects, return_index=True)
    sourcing = np.full(said.size, np.nan)
    sourcing[first] = worth[statuses[places]]
    # the marks of an actor's record tell how well the actor is sourced, not its topics
    own = np.array([kind.owner is not None for kind in KINDS])[kinds]
    confidence = _number(said, node, REV.confidence, float, np.nan)
    return trust(np.where(own, sourcing[node], np.nan), confidence).astype(np.float32)


def _number(said: Statements, node: Integers, predicate: IRI, read: Any, unknown: float) -> NDArray[np.float64]:
    """The first number told of each node; `unknown` if none, or something that the shapes would have refused."""
    subjects, literals = said.columns(predicate)
    first, places = np.unique(subjects, return_index=True)
    different, which = np.unique(literals[places], return_inverse=True)
    numbers = np.array([_read(said.term(each), read, unknown) for each in different.tolist()], dtype=np.float64)
    told = np.full(said.size, unknown, dtype=np.float64)
    told[first] = numbers[which]
    return told[node]


def _read(term: IRI | Literal, read: Any, unknown: float) -> float:
    try:
        return float(read(term.value)) if isinstance(term, Literal) else unknown
    except ValueError:
        return unknown


def _ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()
