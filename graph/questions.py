"""The saved questions as part of the graph: what each asks, its query and its parameters, in the words of SHACL.

https://www.w3.org/TR/shacl-af/#SPARQLExecutable
"""

from collections.abc import Iterator

from graph.model import Literal, Text
from graph.provenance import triple
from ontology.naming import BASE, GRAPH, ID
from ontology.terms import DCTERMS, IRI, RDF, RDFS, SH, XSD, expand
from queries.catalogue import Parameter, Question, questions

QUESTIONS = IRI(GRAPH + "questions")
_DATATYPES = {
    "text": XSD.string,
    "integer": XSD.integer,
    "decimal": XSD.decimal,
    "date": XSD.date,
    "boolean": XSD.boolean,
}


def question_iri(asked: Question) -> IRI:
    return IRI(f"{ID}question/{asked.name}")


def described_questions() -> Iterator[str]:
    """Every question of the catalogue as N-Triples lines."""
    for asked in questions():
        node = question_iri(asked)
        form = SH.SPARQLConstructExecutable if asked.is_graph else SH.SPARQLSelectExecutable
        yield triple(node, RDF.type, SH.SPARQLExecutable)
        yield triple(node, RDF.type, form)
        yield from _said(node, RDFS.label, asked.text)
        yield triple(node, DCTERMS.identifier, Literal(asked.name))
        yield triple(node, SH.construct if asked.is_graph else SH.select, Literal(asked.sparql))
        yield triple(node, RDFS.seeAlso, IRI(f"{BASE}questions/{asked.name}"))
        for parameter in asked.parameters:
            yield from _parameter(node, parameter)


def _parameter(node: IRI, parameter: Parameter) -> Iterator[str]:
    itself = IRI(f"{node}/{parameter.name}")
    yield triple(node, SH.parameter, itself)
    yield triple(itself, RDF.type, SH.Parameter)
    yield triple(itself, SH.path, itself)
    yield from _said(itself, SH.name, parameter.says)
    yield triple(itself, SH.optional, Literal(str(parameter.default is not None).lower(), datatype=XSD.boolean))
    if parameter.type != "iri":
        yield triple(itself, SH.datatype, _DATATYPES[parameter.type])
    elif parameter.kind:
        yield triple(itself, SH.class_, expand(parameter.kind))


def _said(node: IRI, says: IRI, text: Text) -> Iterator[str]:
    yield triple(node, says, Literal(text.de, "de"))
    yield triple(node, says, Literal(text.en, "en"))
