"""What the shapes say of a contribution before it is written: each sentence at the fields that it is about.

The engine and the shapes are those that judge the write itself; here they also advise, and nothing is changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import shacl

from graph.check import Shapes
from graph.contribution import Contribution
from graph.findings import Severity
from graph.forms import Field, shapes_and_ontology
from graph.model import Text
from graph.rdf import N_TRIPLES, write_triples
from graph.reference import shape_reference
from graph.store import Store
from graph.trace import Origin
from ontology.terms import IRI, RDF
from queries.catalogue import part

_IRI = re.compile("<([^>]+)>")
_NO_REMEDY = Text("", "")


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about what was entered; `fields` are the keys of those that it is about, none if it is about all."""

    fields: tuple[str, ...]
    severity: Severity
    message: Text

    @property
    def refuses(self) -> bool:
        """Whether nothing can be published until this is mended."""
        return self.severity is Severity.ERROR


def remarks(store: Store, contribution: Contribution, form: Iterable[Field]) -> tuple[Remark, ...]:
    """What the shapes say of a contribution to `store`: what refuses it first, then what only advises."""
    named = tuple({what: None for _, _, what in contribution.triples if isinstance(what, IRI)})
    around = store.construct(part("form-surroundings"), {"node": named})
    lines = write_triples((*contribution.triples, *around), N_TRIPLES) + _classes()
    ours = {f"<{node}>" for node, _, _ in contribution.triples}
    results = (each for each in _shapes().compiled.validate_text(lines.decode(), format="nt").results)
    keys = {field.says: field.key for field in form}
    found = dict.fromkeys(_remark(each, contribution, keys) for each in results if each.focus_node in ours)
    return tuple(sorted(found, key=lambda remark: list(Severity).index(remark.severity)))


@cache
def _shapes() -> Shapes:
    return Shapes()


@cache
def _classes() -> bytes:
    return write_triples(shapes_and_ontology().construct(part("class-order")), N_TRIPLES)


def _remark(result: shacl.Result, contribution: Contribution, keys: dict[IRI, str]) -> Remark:
    finding = _shapes().finding(result, lambda focus, _: Origin(focus), _NO_REMEDY)
    about = [IRI(each) for each in _IRI.findall(result.path or "")] or [RDF.type]  # of no property: what it is at all
    node = IRI(result.focus_node.strip("<>"))
    if node != contribution.record:  # a part, such as a quantity: the field is the one that names it
        about = [says for _, says, what in contribution.triples if what == node]
    said = Text(_at_its_field(finding.message.de), _at_its_field(finding.message.en))
    return Remark(tuple(keys[each] for each in about if each in keys), finding.severity, said)


def _at_its_field(sentence: str) -> str:
    """A sentence of a shape without the class before its colon, which goes without saying where it is read.

    >>> _at_its_field("Bedarf: weder ein Akteur noch eine Gruppe ist genannt.")
    'Weder ein Akteur noch eine Gruppe ist genannt.'
    """
    opening, colon, rest = sentence.partition(": ")
    return rest[0].upper() + rest[1:] if colon and opening in _classes_in_sentences() else sentence


@cache
def _classes_in_sentences() -> frozenset[str]:
    """The classes with which the sentences of whole shapes begin."""
    sentences = (message.value for shape in shape_reference() for message in shape.messages)
    return frozenset(sentence.partition(": ")[0] for sentence in sentences)
