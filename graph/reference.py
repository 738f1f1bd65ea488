"""The reference of the ontology: each term with what explains it and where it is used, and each shape in sentences."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from graph.describe import Meaning, vocabulary
from graph.model import Literal, Term
from graph.store import Store, store_of
from ontology.modules import shape_files
from ontology.naming import ONT, rebased
from ontology.terms import IRI, RDFS, SH, SKOS
from queries.catalogue import part, questions

_TERM = re.compile(r"\brev:(\w+)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A class or property: its meaning, examples, what it narrows and joins, and the questions and shapes with it."""

    meaning: Meaning
    examples: tuple[Literal, ...]
    broader: tuple[IRI, ...]
    domain: tuple[IRI, ...]
    range: tuple[IRI, ...]
    questions: tuple[str, ...]
    shapes: tuple[IRI, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A node shape: what it is asked of, what it says, and what its parts say of single properties."""

    iri: IRI
    targets: tuple[IRI, ...]
    messages: tuple[Literal, ...]
    parts: tuple["Shape", ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log: the term, or the ontology as a whole, and what changed in which version."""

    term: IRI
    note: Literal


def reference(store: Store) -> tuple[Entry, ...]:
    """Every term that the snapshot explains, in the order of IRIs."""
    told = _by_subject(store.select(part("reference-terms")).rows)
    asked, shaped = _questions_by_term(), _shapes_by_term()
    return tuple(
        Entry(
            meaning=meaning,
            examples=tuple(each for each in told[term].get(SKOS.example, ()) if isinstance(each, Literal)),
            broader=_iris((*told[term].get(RDFS.subClassOf, ()), *told[term].get(RDFS.subPropertyOf, ()))),
            domain=_iris(told[term].get(RDFS.domain, ())),
            range=_iris(told[term].get(RDFS.range, ())),
            questions=tuple(asked[term]),
            shapes=tuple(shaped[term]),
        )
        for meaning in vocabulary(store)
        for term in (meaning.named.iri,)
    )


def changes(store: Store) -> tuple[Change, ...]:
    """What has changed about the terms, the newest first."""
    rows = store.select(part("reference-changes")).rows
    return tuple(Change(term, note) for term, note in rows if isinstance(term, IRI) and isinstance(note, Literal))


@cache
def shape_reference() -> tuple[Shape, ...]:
    """The shapes of nodes that are asked of a class, in the order of IRIs."""
    told = _shapes()
    return tuple(_shape(told, iri) for iri, said in told.items() if SH.targetClass in said)


def _shape(told: dict[IRI, dict[IRI, list[Term]]], iri: IRI) -> Shape:
    said = told[iri]
    return Shape(
        iri,
        targets=_iris((*said.get(SH.targetClass, ()), *said.get(SH.path, ()))),
        messages=tuple(each for each in said.get(SH.message, ()) if isinstance(each, Literal)),
        parts=tuple(_shape(told, each) for each in _iris(said.get(SH.property, ()))),
    )


@cache
def _shapes() -> dict[IRI, dict[IRI, list[Term]]]:
    store = store_of("\n".join(map(rebased, shape_files())))
    return _by_subject(store.select(part("reference-shapes")).rows)


def _shapes_by_term() -> defaultdict[IRI, list[IRI]]:
    found: defaultdict[IRI, list[IRI]] = defaultdict(list)
    for shape in shape_reference():
        for term in dict.fromkeys((*shape.targets, *(target for each in shape.parts for target in each.targets))):
            found[term].append(shape.iri)
    return found


def _questions_by_term() -> defaultdict[IRI, list[str]]:
    found: defaultdict[IRI, list[str]] = defaultdict(list)
    for asked in questions():
        for local in dict.fromkeys(_TERM.findall(asked.sparql)):
            found[IRI(ONT + local)].append(asked.name)
    return found


def _by_subject(rows: Iterable[tuple[Term | None, ...]]) -> dict[IRI, dict[IRI, list[Term]]]:
    found: defaultdict[IRI, dict[IRI, list[Term]]] = defaultdict(dict)
    for subject, says, what in rows:
        if isinstance(subject, IRI) and isinstance(says, IRI) and what:
            found[subject].setdefault(says, []).append(what)
    return found


def _iris(terms: Iterable[Term]) -> tuple[IRI, ...]:
    return tuple(term for term in terms if isinstance(term, IRI))
