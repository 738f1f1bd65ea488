"""A form is what the shapes say: each property a field, asked for as its values are."""

from datetime import UTC, datetime

import pytest

from graph.contribution import Contribution, contributions, stated
from graph.forms import KEPT, Field, Input, fields, form_of, shapes_and_ontology
from graph.rdf import N_TRIPLES, write_triples
from graph.store import Store, store_of
from ontology.modules import ontology_files, shape_files
from ontology.naming import rebased
from ontology.terms import IRI, REV, XSD
from queries.catalogue import part

SHAPES = "\n".join(rebased(path) for path in (*ontology_files(), *shape_files()))
NEW = """
@prefix rev: <https://w3id.org/revier/ont#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix shapes: <https://w3id.org/revier/shapes#> .
shapes:NeedShape sh:property [ sh:path <urn:test/budget> ; sh:order 2.5 ; sh:name "Budget"@de ; sh:maxCount 1 ;
  sh:datatype xsd:integer ; sh:minInclusive 100 ; sh:minCount 1 ; sh:severity sh:Violation ] .
"""


def with_more(turtle: str) -> Store:
    return store_of(SHAPES + turtle)


def by_key(kind: IRI, told: Store | None = None) -> dict[str, Field]:
    return {field.key: field for field in fields(told or shapes_and_ontology(), kind)}


def test_a_property_that_joins_a_shape_joins_the_form_in_its_place() -> None:
    before, after = list(by_key(REV.Need)), by_key(REV.Need, with_more(NEW))
    assert list(after) == [*before[:2], "budget", *before[2:]]
    budget = after["budget"]
    assert (budget.input, budget.range, budget.is_required, budget.most) == (Input.NUMBER, XSD.integer, True, 1)
    assert (budget.least, [name.value for name in budget.names]) == ("100", ["Budget"])


def test_the_parts_of_such_a_property_are_read_back_with_the_record_and_those_of_others_are_not() -> None:
    more = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix qudt: <http://qudt.org/schema/qudt/> .
    @prefix shapes: <https://w3id.org/revier/shapes#> .
    shapes:NeedShape sh:property [ sh:path <urn:test/volume> ; sh:class qudt:QuantityValue ; sh:maxCount 1 ] ."""
    form = fields(with_more(more), REV.Need)

    def need(name: str, **typed: str) -> Contribution:
        entered = {key.replace("_", "."): (text,) for key, text in typed.items()}
        return stated(
            IRI(f"urn:test/{name}"), REV.Need, form, entered, now=datetime(2026, 11, 30, microsecond=5, tzinfo=UTC)
        )

    needs = need("1", capacity_amount="3", volume_amount="40"), need("12", needOf="urn:test/1", volume_amount="7")
    graph = IRI("urn:test/graph")
    store = store_of("".join(write_triples(each.triples, N_TRIPLES).decode() for each in needs), graph=graph)
    for each in needs:
        (read,) = contributions(store.select(part("contributions"), {"graph": graph, "record": each.record}))
        assert len(read.triples) == len(each.triples)
        assert set(read.triples) == set(each.triples)


def test_a_need_asks_for_what_the_shapes_know_of_it_and_explains_it_in_both_languages() -> None:
    need = by_key(REV.Need)
    assert list(need) == [
        "prefLabel", "description", "needOf", "needOfGroup", "requiresCompetence", "prefersCompetence",
        "requiresTechnology", "locatedIn", "minimumReadiness", "capacity", "validFrom", "validUntil",
    ]  # fmt: skip
    assert {name.language for field in need.values() for name in field.names} == {"de", "en"}
    assert (need["needOf"].input, need["needOf"].range, need["needOf"].most) == (Input.THING, REV.Actor, 1)
    assert (need["minimumReadiness"].least, need["minimumReadiness"].greatest) == ("1", "9")
    assert need["validUntil"].input is Input.DAY
    assert [key for key, field in need.items() if field.is_required] == ["prefLabel"]


def test_an_offer_is_of_one_of_two_kinds_and_of_somebody() -> None:
    offer = by_key(REV.Offer)
    assert offer["type"].choices == (REV.BridgeOffer, REV.SolutionOffer)
    assert [key for key, field in offer.items() if field.is_required] == ["type", "prefLabel", "offerOf"]


@pytest.mark.parametrize("kind", [REV.Need, REV.Offer])
def test_what_is_kept_of_a_record_and_what_is_concluded_is_not_asked_for(kind: IRI) -> None:
    asked = {field.says for field in form_of(kind)}
    assert not asked & KEPT
    assert not asked & {REV.concernsCompetence, REV.coversCompetence, REV.concernsTechnology, REV.coversTechnology}


def test_a_value_of_a_scheme_is_chosen_from_it() -> None:
    more = """@prefix rev: <https://w3id.org/revier/ont#> . @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix shapes: <https://w3id.org/revier/shapes#> .
    shapes:NeedShape sh:property [ sh:path <urn:test/horizon> ; sh:node shapes:StatusValueShape ] ."""
    horizon = by_key(REV.Need, with_more(more))["horizon"]
    assert (horizon.input, horizon.range) == (Input.CONCEPT, "https://w3id.org/revier/voc/status")


def test_a_class_that_no_shape_knows_has_no_form() -> None:
    assert form_of(IRI("urn:test/nothing")) == ()
