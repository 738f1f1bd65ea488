"""One rule for each axiom of the ontology, as a SPARQL graph pattern with what it concludes.

The axioms used are those of OWL 2 RL (https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules):
hierarchies, domain and range, inverse, symmetric and transitive properties, property chains, and of a
class definition the half that is sufficient for membership.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from graph.model import Term
from graph.store import Store
from ontology.terms import IRI, OWL, RDF, RDFS, XSD
from queries.catalogue import part

Axioms = dict[Term, dict[IRI, list[Term]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """`body` implies `head`; `reads` and `writes` are the classes and properties they mention."""

    head: str
    body: str
    reads: frozenset[IRI]
    writes: IRI

    @property
    def query(self) -> str:
        """A CONSTRUCT of the conclusions that the data does not hold yet."""
        return f"CONSTRUCT {{ {self.head} }} WHERE {{ {self.body} FILTER NOT EXISTS {{ {self.head} }} }}"


def rules_of(store: Store) -> tuple[Rule, ...]:
    """The rules of the ontology that `store` holds, in a fixed order."""
    axioms: Axioms = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in store.select(part("axioms")).rows:
        assert subject is not None
        assert isinstance(predicate, IRI)
        assert value is not None
        axioms[subject][predicate].append(value)
    return tuple(sorted(set(_all_rules(axioms)), key=lambda rule: (rule.head, rule.body)))


def _all_rules(axioms: Axioms) -> Iterator[Rule]:
    for subject, said in list(axioms.items()):
        if isinstance(subject, IRI):
            yield from _of_property(axioms, subject, said)
            yield from _of_class(axioms, subject, said)


def _of_property(axioms: Axioms, subject: IRI, said: dict[IRI, list[Term]]) -> Iterator[Rule]:
    for upper in said[RDFS.subPropertyOf]:
        yield _rule(f"?x <{upper}> ?y", f"?x <{subject}> ?y")
    for inverse in said[OWL.inverseOf]:
        yield _rule(f"?x <{inverse}> ?y", f"?y <{subject}> ?x")
        yield _rule(f"?x <{subject}> ?y", f"?y <{inverse}> ?x")
    for chain in said[OWL.propertyChainAxiom]:
        steps = _list(axioms, chain)
        body = " . ".join(f"?v{n} <{step}> ?v{n + 1}" for n, step in enumerate(steps))
        yield _rule(f"?v0 <{subject}> ?v{len(steps)}", body)
    if OWL.TransitiveProperty in said[RDF.type]:
        yield _rule(f"?x <{subject}> ?z", f"?x <{subject}> ?y . ?y <{subject}> ?z")
    if OWL.SymmetricProperty in said[RDF.type]:
        yield _rule(f"?y <{subject}> ?x", f"?x <{subject}> ?y")
    for kind in said[RDFS.domain]:
        if isinstance(kind, IRI):
            yield _rule(f"?x <{RDF.type}> <{kind}>", f"?x <{subject}> ?y")
    for kind in said[RDFS.range]:
        if isinstance(kind, IRI) and _is_class(kind):
            yield _rule(f"?y <{RDF.type}> <{kind}>", f"?x <{subject}> ?y")


def _of_class(axioms: Axioms, subject: IRI, said: dict[IRI, list[Term]]) -> Iterator[Rule]:
    for kind in (*said[RDFS.subClassOf], *said[OWL.equivalentClass]):
        yield from _necessary(axioms, subject, kind)
    for definition in said[OWL.equivalentClass]:
        for body in _members(axioms, definition, "?x"):
            yield _rule(f"?x <{RDF.type}> <{subject}>", body)


def _necessary(axioms: Axioms, subject: IRI, kind: Term) -> Iterator[Rule]:
    """What membership in `subject` implies: named superclasses and fixed values, also inside an intersection."""
    member = f"?x <{RDF.type}> <{subject}>"
    if isinstance(kind, IRI):
        yield _rule(f"?x <{RDF.type}> <{kind}>", member)
        return
    for prop in axioms[kind][OWL.onProperty]:
        for value in axioms[kind][OWL.hasValue]:
            yield _rule(f"?x <{prop}> <{value}>", member)
    for conjunction in axioms[kind][OWL.intersectionOf]:
        for part_of_it in _list(axioms, conjunction):
            yield from _necessary(axioms, subject, part_of_it)


def _members(axioms: Axioms, expression: Term, variable: str) -> Iterator[str]:
    """Patterns that each suffice for `variable` to be a member of a class expression."""
    if isinstance(expression, IRI):
        yield f"{variable} <{RDF.type}> <{expression}>"
        return
    said = axioms[expression]
    for union in said[OWL.unionOf]:
        for member in _list(axioms, union):
            yield from _members(axioms, member, variable)
    for conjunction in said[OWL.intersectionOf]:
        bodies = [""]
        for number, member in enumerate(_list(axioms, conjunction)):
            patterns = [
                body.replace(f"{variable}_", f"{variable}{number}_") for body in _members(axioms, member, variable)
            ]
            bodies = [f"{body} . {more}" if body else more for body in bodies for more in patterns]
        yield from bodies
    for prop in said[OWL.onProperty]:
        for value in said[OWL.hasValue]:
            yield f"{variable} <{prop}> <{value}>"
        for filler in said[OWL.someValuesFrom]:
            related = f"{variable} <{prop}> {variable}_"
            if filler == OWL.Thing:
                yield related
            else:
                yield from (f"{related} . {body}" for body in _members(axioms, filler, f"{variable}_"))


def _list(axioms: Axioms, node: Term) -> list[Term]:
    """The members of an RDF list."""
    members = []
    while node != RDF.nil:
        members += axioms[node][RDF.first]
        node = axioms[node][RDF.rest][0]
    return members


def _is_class(kind: IRI) -> bool:
    return not kind.startswith((RDF.base, RDFS.base, XSD.base))


def _rule(head: str, body: str) -> Rule:
    reads = frozenset(_symbols(body))
    (writes,) = _symbols(head)
    return Rule(head, body, reads, writes)


def _symbols(pattern: str) -> Iterator[IRI]:
    """The class of each typing and the property of each other triple in a pattern."""
    for triple in pattern.split(" . "):
        _, predicate, value = triple.split(" ")
        yield IRI((value if predicate == f"<{RDF.type}>" else predicate).strip("<>"))
