"""The facts that travel between modules: RDF terms, tables of terms, needs and matches.

Everything is frozen. A dict appears only where JSON is read or written.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ontology.terms import IRI, XSD
from ontology.wording import Text as Text


@dataclass(frozen=True, slots=True)
class Literal:
    """An RDF literal: lexical form, and a language or a datatype."""

    value: str
    language: str | None = None
    datatype: IRI = XSD.string


@dataclass(frozen=True, slots=True)
class BlankNode:
    """A blank node of one answer; its label means nothing outside that answer."""

    label: str


Term = IRI | Literal | BlankNode
Triple = tuple[Term, IRI, Term]
Quad = tuple[Term, IRI, Term, IRI]  # a triple, and the graph that says it
Bindings = Mapping[str, Term | tuple[Term, ...]]  # terms for the variables of a query; of several each has its turn


@dataclass(frozen=True, slots=True)
class Table:
    """The answer of a SELECT: column names in the query's order, and rows with None where unbound."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]


class Verdict(StrEnum):
    """Three-valued truth, and `partly` for what is met in part (DESIGN §8)."""

    FITS = "fits"
    PARTLY = "partly"
    UNKNOWN = "unknown"
    DOES_NOT_FIT = "does-not-fit"


@dataclass(frozen=True, slots=True)
class NeedConcept:
    """A concept that a need asks for: where it comes from and which of the need's words said so."""

    iri: IRI
    label: Text
    weight: float
    origin: str  # "stated" | "text"
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount in a unit of QUDT."""

    amount: float
    unit: IRI


@dataclass(frozen=True, slots=True)
class NeedProfile:
    """What is asked for: a stored need, free text, or both, with conditions.

    `text` is in `language`; what a stored need says of itself is `title` and `description`. `denied` are concepts that
    the text names only to say that they are not wanted.
    """

    iri: IRI | None = None
    title: Text | None = None
    description: Text | None = None
    text: str = ""
    language: str = "de"
    competences: tuple[NeedConcept, ...] = ()
    preferred: tuple[NeedConcept, ...] = ()
    technologies: tuple[NeedConcept, ...] = ()
    denied: tuple[NeedConcept, ...] = ()
    place: IRI | None = None
    radius_km: float | None = None
    minimum_readiness: int | None = None
    capacity: Quantity | None = None
    actor_class: IRI | None = None
    asked_by: IRI | None = None
    day: date = field(default_factory=date.today)


@dataclass(frozen=True, slots=True)
class QuotedTriple:
    """A triple of the snapshot with the graph that says it: the smallest unit of a reason."""

    subject: IRI
    predicate: IRI
    object: IRI | Literal
    graph: IRI


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a match's account; the score is the sum of `contribution` over all of them.

    `contribution` is `weight` x `value`; what is unknown has no value and weighs nothing.
    """

    name: str
    verdict: Verdict
    weight: float
    value: float | None
    contribution: float
    required: Text
    found: Text
    reason: Text
    triples: tuple[QuotedTriple, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A thing that shows what an actor can do: offer, holding or participation, with its source and its mark."""

    iri: IRI
    kind: str  # "offer" | "holding" | "participation" | "profile"
    label: Text
    confidence: float | None
    sources: tuple[IRI, ...]
    sourcing: IRI | None = None


@dataclass(frozen=True, slots=True)
class Raise:
    """What a match would gain if one criterion were met in full."""

    criterion: str
    gain: float
    sentence: Text


@dataclass(frozen=True, slots=True)
class Match:
    """One actor that answers a need, with the account of why.

    `raises` tells what would bring a higher score, the greatest gain first; `near_miss` the one condition that fails,
    if it is only one.
    """

    actor: IRI
    label: str
    place: IRI | None
    place_label: str | None
    classes: tuple[IRI, ...]
    offer: IRI | None
    score: float
    verdict: Verdict
    criteria: tuple[Criterion, ...]
    evidence: tuple[Evidence, ...]
    missing: tuple[NeedConcept, ...]
    raises: tuple[Raise, ...] = ()
    near_miss: Text | None = None
