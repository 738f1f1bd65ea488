"""Every question and every check on the little region, on both stores.

The files in `tests/expected` were worked out, or checked row by row, by hand from the tables in `regions/little`: one a
question, for its example, with IRIs abbreviated. A question that rightly finds nothing there has a case planted below.
"""

import gzip
import string
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from graph.ask import ask, completed, question
from graph.describe import short
from graph.errors import UnknownTerm, WrongUse
from graph.model import Bindings, Literal, Table, Term, Triple
from graph.store import Store, bound, store_of
from ontology.naming import BASE
from ontology.terms import IRI, PREFIXES, XSD
from queries.catalogue import Check, Question, checks, questions

# rdflib warns of what it calls itself
pytestmark = pytest.mark.filterwarnings("ignore:Dataset.*is deprecated:DeprecationWarning")

EXPECTED = Path(__file__).parent / "expected"
HEAD = "".join(f"@prefix {prefix}: <{base}> .\n" for prefix, base in PREFIXES.items())
EVERY_QUESTION = pytest.mark.parametrize("asked", questions(), ids=lambda asked: asked.name)
# towns have one name, which is German
WITH_TOWNS = {
    "strengths-of-places",
    "employment-by-sector",
    "municipality-profile",
    "needs-per-municipality",
    "offers-for-place",
    "pairs-in-reach",
}
NUMBERS = [f"{part}{number}" for part, last in (("A", 26), ("B", 20), ("S", 15)) for number in range(1, last + 1)]
EVERY_CHECK = pytest.mark.parametrize("check", checks(), ids=lambda check: check.name)


class RdflibStore:
    """The same data held by rdflib, an engine that shares no code with the embedded one."""

    snapshot = "rdflib"

    def __init__(self, data: rdflib.Dataset) -> None:
        self._data = data

    def select(self, query: str, bindings: Bindings | None = None) -> Table:
        answer = self._answer(query, bindings)
        columns = tuple(str(variable) for variable in answer.vars or ())
        return Table(columns, tuple(tuple(map(_from, row)) for row in answer if isinstance(row, tuple)))

    def stream(self, query: str) -> Iterator[tuple[Term | None, ...]]:
        return iter(self.select(query).rows)

    def construct(self, query: str, bindings: Bindings | None = None) -> tuple[Triple, ...]:
        found = (tuple(map(_from, each)) for each in self._answer(query, bindings))
        return tuple((s, p, o) for s, p, o in found if s and isinstance(p, IRI) and o)

    def ask(self, query: str, bindings: Bindings | None = None) -> bool:
        return bool(self._answer(query, bindings))

    def _answer(self, query: str, bindings: Bindings | None) -> Any:
        single = {name: _to(given) for name, given in (bindings or {}).items() if not isinstance(given, tuple)}
        lists = {name: given for name, given in (bindings or {}).items() if isinstance(given, tuple)}
        return self._data.query(bound(query, lists), initBindings=single)


@pytest.fixture(scope="session")
def little_in_rdflib(little_snapshot: Path) -> RdflibStore:
    """The little region's dump, read by rdflib."""
    data = rdflib.Dataset(default_union=True)
    with gzip.open(little_snapshot / "dump" / "revier.nq.gz") as lines:
        data.parse(data=lines.read(), format="nquads")
    return RdflibStore(data)


@EVERY_QUESTION
def test_the_answer_is_the_one_worked_out_by_hand(little: Store, asked: Question) -> None:
    expected = (EXPECTED / f"{asked.name}.tsv").read_text(encoding="utf-8")
    assert _tsv(ask(little, asked, asked.example)) == expected


@EVERY_QUESTION
def test_both_stores_give_the_same_rows_in_the_same_order(
    little: Store, little_in_rdflib: RdflibStore, asked: Question
) -> None:
    assert _tsv(ask(little_in_rdflib, asked, asked.example)) == _tsv(ask(little, asked, asked.example))


@EVERY_QUESTION
def test_the_columns_are_the_variables_of_the_select(asked: Question) -> None:
    answer = ox.Store().query(asked.sparql)
    assert isinstance(answer, ox.QueryTriples if asked.is_graph else ox.QuerySolutions)
    if isinstance(answer, ox.QueryTriples):
        return
    assert [variable.value for variable in answer.variables] == [column.name for column in asked.columns]
    assert "ORDER BY" in asked.sparql


@EVERY_QUESTION
def test_every_cell_is_of_the_type_that_its_column_states(little: Store, asked: Question) -> None:
    if asked.is_graph:
        return
    for row in ask(little, asked, asked.example).rows:
        for column, cell in zip(asked.columns, row, strict=True):
            assert cell is not None
            assert column.type == (_type(cell) if isinstance(cell, Literal) else "iri"), column.name


@EVERY_QUESTION
def test_an_english_answer_has_as_many_rows_and_english_names(little: Store, asked: Question) -> None:
    german, english = (ask(little, asked, {**asked.example, "lang": language}) for language in ("de", "en"))
    assert len(german.rows) == len(english.rows)
    if asked.name not in WITH_TOWNS:
        assert _languages(german) <= {"de"}
        assert _languages(english) == ({"en"} if _languages(german) else set())


def test_the_little_region_uses_every_class_and_property_of_the_ontology(little: Store) -> None:
    unused = f"""PREFIX owl: <{PREFIXES["owl"]}> PREFIX rev: <{PREFIXES["rev"]}> SELECT DISTINCT ?term {{
      ?term a ?kind . VALUES ?kind {{ owl:Class owl:ObjectProperty owl:DatatypeProperty }}
      FILTER (STRSTARTS(STR(?term), STR(rev:)))
      FILTER NOT EXISTS {{ ?thing a ?term }} FILTER NOT EXISTS {{ ?thing ?term ?value }} }}"""
    assert little.select(unused).rows == ()


@EVERY_CHECK
def test_a_check_finds_nothing_in_the_little_region(little: Store, little_in_rdflib: RdflibStore, check: Check) -> None:
    assert little.select(check.sparql).rows == little_in_rdflib.select(check.sparql).rows == ()


# One fault for each check, and what the check must answer, the node at fault first.
PLANTED = {
    "cycle-of-tasks": ("id:a rev:dependsOn id:b . id:b rev:dependsOn id:a .", [["id:a"], ["id:b"]]),
    "cycle-of-concepts": ("id:a skos:broader id:b . id:b skos:broader id:a , id:c .", [["id:a"], ["id:b"]]),
    "cycle-of-places": ("place:a rev:within place:b . place:b rev:within place:a .", [["place:a"], ["place:b"]]),
    "doubled-name": ("id:a skos:prefLabel 'Ofen'@de , 'Herd'@de , 'stove'@en .", [["id:a", "Herd", "Ofen"]]),
    "doubled-notation": (
        "id:a skos:notation '1' ; skos:inScheme voc:x . id:b skos:notation '1' ; skos:inScheme voc:x , voc:y .",
        [["id:a", "id:b", "voc:x", "1"]],
    ),
    "phase-before-dependency": (
        """id:path rev:hasPhase id:one , id:two . id:one rev:phaseOrder 1 ; rev:phaseTask id:a .
        id:two rev:phaseOrder 2 ; rev:phaseTask id:b . id:a rev:dependsOn id:b .""",
        [["id:a", "1", "id:b", "2"]],
    ),
    "personal-data": (
        "id:a a foaf:Person . id:b m8g:email 'vor.name@x.example' . id:c m8g:email 'info@x.example' .",
        [["id:a", "foaf:Person"], ["id:b", "vor.name@x.example"]],
    ),
    "internal-in-public": (
        f"id:a rev:visibility <{BASE}voc/visibility/internal> .",
        [["id:a", "graph:source/test"]],
    ),
    "statement-without-source": (
        "id:a a rev:QualifiedStatement . id:b a rev:QualifiedStatement ; prov:wasDerivedFrom id:source .",
        [["id:a"]],
    ),
    "deprecated-in-use": (
        "voc:old owl:deprecated true ; dcterms:isReplacedBy voc:new . id:a adms:status voc:old .",
        [["id:a", "voc:old"]],
    ),
}


@EVERY_CHECK
def test_a_check_finds_its_planted_fault_on_both_stores(check: Check) -> None:
    turtle, expected = PLANTED[check.name]
    data = rdflib.Dataset(default_union=True)
    data.graph(rdflib.URIRef(PREFIXES["graph"] + "source/test")).parse(data=HEAD + turtle, format="turtle")
    for store in (store_of(HEAD + turtle), RdflibStore(data)):
        answer = store.select(check.sparql)
        assert [[_cell(cell) for cell in row] for row in answer.rows] == expected
        assert _slots(check.message.de) == _slots(check.message.en)
        assert answer.columns[0] in _slots(check.message.de) <= set(answer.columns)


# One case for each question about an absence, and its answer.
ABSENT = {
    "concepts-without-label": ("voc:a a skos:Concept ; skos:prefLabel 'A'@de .", [["voc:a", "en"]]),
    "contradicting-levels": (
        """id:h1 rev:heldBy id:a ; rev:ofCompetence voc:c ; rev:competenceLevel voc:high ; prov:wasDerivedFrom id:s1 .
        id:h2 rev:heldBy id:a ; rev:ofCompetence voc:c ; rev:competenceLevel voc:low ; prov:wasDerivedFrom id:s2 .
        id:a skos:prefLabel 'Werk' . voc:c skos:prefLabel 'Drehen'@de .""",
        [["id:a", "Werk", "voc:c", "Drehen", "voc:high", "id:s1", "voc:low", "id:s2"]],
    ),
    "deprecated-concepts-in-use": (
        "voc:old owl:deprecated true ; dcterms:isReplacedBy voc:new . id:a adms:status voc:old .",
        [["voc:old", "id:a", "adms:status"]],
    ),
    "goals-with-gaps": (
        """id:whole a rev:Goal ; skos:prefLabel 'Ganzes'@de ; rev:measuredBy id:i .
        id:half a rev:Goal ; skos:prefLabel 'Teil'@de ; rev:subGoalOf id:whole .
        id:t rev:contributesToGoal id:half . rev:Task rdfs:label 'Aufgabe'@de . rev:Indicator rdfs:label 'Maß'@de .
        id:idle a rev:Goal ; skos:prefLabel 'Leeres'@de ; rev:measuredBy id:i .""",
        [["id:idle", "Leeres", "rev:Task", "Aufgabe"], ["id:half", "Teil", "rev:Indicator", "Maß"]],
    ),
    "internal-in-public": (
        "id:a rev:visibility <VOC:visibility/internal> . <VOC:visibility/internal> skos:prefLabel 'intern'@de .",
        [["id:a", "voc:visibility/internal", "intern", "graph:source/test"]],
    ),
    "missing-classes": (
        """voc:f a rev:CompetenceField ; skos:prefLabel 'Feld'@de . id:n a rev:Need ; rev:inField voc:f .
        id:o a rev:SolutionOffer ; rev:inField voc:f ; adms:status <VOC:status/withdrawn> .
        id:r rev:roleContext voc:f ; rev:assignedActorClass <VOC:actor-class/bridge-builder> .
        <VOC:actor-class/user> skos:prefLabel 'Anwender'@de . <VOC:actor-class/bridge-builder> skos:prefLabel 'B'@de .
        <VOC:actor-class/solution-developer> skos:prefLabel 'Entwickler'@de .""",
        [["voc:f", "Feld", "voc:actor-class/solution-developer", "Entwickler"]],
    ),
    "needs-met-outside": (
        """id:reg a rev:Region . id:n rev:requiresCompetence voc:c , voc:d ; rev:locatedIn id:reg .
        id:o rev:coversCompetence voc:c ; rev:offerOf id:far . id:p rev:coversCompetence voc:d ; rev:offerOf id:near .
        id:near rev:locatedIn id:reg ; skos:prefLabel 'Nah' . id:far skos:prefLabel 'Fern' .
        id:n skos:prefLabel 'Not'@de . voc:c skos:prefLabel 'C'@de . voc:d skos:prefLabel 'D'@de .""",
        [["id:n", "Not", "voc:c", "C", "id:far", "Fern"]],
    ),
    "persons-in-the-graph": (
        "id:a a foaf:Person . id:b m8g:email 'vor.name@x.example' . id:c m8g:email 'info@x.example' .",
        [["id:a", "http://xmlns.com/foaf/0.1/Person"], ["id:b", "vor.name@x.example"]],
    ),
    "possible-duplicates": (
        """id:a a rev:Actor ; skos:prefLabel 'Werk' ; org:hasSite id:s . id:b a rev:Actor ; skos:prefLabel 'WERK' ;
        org:hasSite id:t . id:s rev:sitePlace place:1 . id:t rev:sitePlace place:1 . id:c a rev:Actor ;
        skos:prefLabel 'Werk' ; org:hasSite id:u . id:u rev:sitePlace place:2 .""",
        [["id:a", "Werk", "id:b", "WERK"]],
    ),
    "statements-without-source": (
        """rev:Offer rdfs:subClassOf rev:QualifiedStatement ; rdfs:label 'Angebot'@de .
        id:a a rev:Offer , rev:QualifiedStatement . id:b a rev:Offer , rev:QualifiedStatement ;
        prov:wasDerivedFrom id:s .""",
        [["id:a", "rev:Offer", "Angebot"]],
    ),
    "users-and-developers": (
        """id:a skos:prefLabel 'Werk' ; rev:hasNeed id:n . id:n rev:inField voc:f . id:o a rev:SolutionOffer ;
        rev:inField voc:f , voc:g ; rev:offerOf id:a . voc:f a rev:CompetenceField ; skos:prefLabel 'F'@de .
        voc:g a rev:CompetenceField ; skos:prefLabel 'G'@de .""",
        [["id:a", "Werk", "voc:f", "F", "voc:g", "G"]],
    ),
}


def test_what_finds_nothing_has_a_case_planted() -> None:
    empty = {path.stem for path in EXPECTED.glob("*.tsv") if len(path.read_text(encoding="utf-8").splitlines()) == 1}
    assert set(ABSENT) == empty


@pytest.mark.parametrize("name", sorted(ABSENT))
def test_a_question_about_an_absence_finds_its_planted_case_on_both_stores(name: str) -> None:
    turtle, expected = ABSENT[name]
    turtle = HEAD + turtle.replace("VOC:", PREFIXES["voc"])
    data = rdflib.Dataset(default_union=True)
    data.graph(rdflib.URIRef(PREFIXES["graph"] + "source/test")).parse(data=turtle, format="turtle")
    for store in (store_of(turtle), RdflibStore(data)):
        rows = ask(store, question(name), {"lang": "de"}).rows
        assert [[_cell(cell) for cell in row] for row in rows] == expected


def test_every_competency_question_is_answered_and_as_many_again_as_analysts_ask() -> None:
    numbers = [asked.number for asked in questions() if asked.number]
    assert sorted(numbers) == sorted(NUMBERS)
    assert len(questions()) - len(numbers) >= 15


@EVERY_QUESTION
def test_no_expected_file_and_no_reason_column_is_left_behind(asked: Question) -> None:
    assert (EXPECTED / f"{asked.name}.tsv").is_file()
    assert {column.type for column in asked.columns if column.name in asked.why} <= {"iri"}


WRONG = [
    ("developers-for-need", {}, "developers-for-need needs a value for 'need': need."),
    ("blocking-tasks", {"sort": "name"}, "blocking-tasks has no parameter 'sort'. It has: lang."),
    ("blocking-tasks", {"lang": "fr"}, "lang is 'fr'. Allowed are de, en."),
    ("developers-for-need", {"need": "need 1"}, "need is 'need 1', which is no IRI."),
    ("developers-for-need", {"need": "id:a b"}, "'id:a b' cannot be an IRI."),
    ("developers-for-need", {"need": "id:kleinrevier/actor/0001"}, "Allowed is what the snapshot holds of rev:Need."),
    ("tasks-of-class", {"class": "voc:status/open"}, "Allowed is what the snapshot holds of voc:actor-class."),
    (
        "sectors-of-needs",
        {"field": "voc:technology/sensors"},
        "Allowed is what the snapshot holds of rev:CompetenceField.",
    ),
    ("pairs-on-day", {"day": "1.2.2026"}, "day is '1.2.2026', which is no date. Write YYYY-MM-DD"),
    ("weakly-trusted-statements", {"below": "0,5"}, "below is '0,5', which is no decimal. Write digits and a point"),
]


@pytest.mark.parametrize(("name", "values", "sentence"), WRONG)
def test_a_wrong_value_is_refused_with_what_is_allowed(
    little: Store, name: str, values: dict[str, str], sentence: str
) -> None:
    with pytest.raises(WrongUse) as caught:
        ask(little, question(name), values)
    assert sentence in str(caught.value)


def test_an_iri_may_be_given_in_full(little: Store) -> None:
    asked = question("developers-for-need")
    full = {"need": BASE + "id/kleinrevier/need/0001"}
    assert ask(little, asked, full) == ask(little, asked, asked.example)


def test_a_value_enters_as_a_term_and_never_as_text(little: Store) -> None:
    with pytest.raises(WrongUse, match="cannot be an IRI"):
        ask(little, question("developers-for-need"), {"need": "id:x> ?p ?o } #"})


def test_a_default_fills_what_was_not_told() -> None:
    assert completed(question("weakly-trusted-statements"), {"lang": "en"}) == {"below": "0.5", "lang": "en"}


def test_an_unknown_question_is_an_unknown_term() -> None:
    with pytest.raises(UnknownTerm, match="There is no question 'nothing'"):
        question("nothing")


def _languages(table: Table) -> set[str]:
    return {cell.language for row in table.rows for cell in row if isinstance(cell, Literal) and cell.language}


def _tsv(table: Table) -> str:
    lines = [table.columns, *([_cell(cell) for cell in row] for row in table.rows)]
    return "".join("\t".join(line) + "\n" for line in lines)


def _cell(cell: Term | None) -> str:
    """What a file of expected rows writes: an abbreviated IRI, a text, a number without trailing zeros."""
    if isinstance(cell, Literal):
        return f"{Decimal(cell.value).normalize():f}" if cell.datatype == XSD.decimal else cell.value
    return short(cell) if isinstance(cell, IRI) else ""


def _type(cell: Literal) -> str:
    types = {XSD.integer: "integer", XSD.decimal: "decimal", XSD.date: "date", XSD.boolean: "boolean"}
    return types.get(cell.datatype, "text")


def _slots(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name}


def _to(term: Term) -> rdflib.term.Identifier:
    if isinstance(term, Literal):
        datatype = None if term.datatype == XSD.string else rdflib.URIRef(term.datatype)
        return rdflib.Literal(term.value, lang=term.language, datatype=None if term.language else datatype)
    assert isinstance(term, IRI), "no question is told a blank node"
    return rdflib.URIRef(term)


def _from(term: object) -> Term | None:
    if isinstance(term, rdflib.Literal):
        return Literal(str(term), term.language, IRI(term.datatype or XSD.string))
    return None if term is None else IRI(str(term))
