"""From what was typed to statements and back, and the changes by which a contribution is moved."""

from datetime import UTC, date, datetime

from graph.contribution import (
    PENDING,
    PUBLISHED,
    Contribution,
    State,
    contributions,
    entered,
    moved,
    new_record,
    stated,
    update,
)
from graph.forms import form_of
from graph.model import Literal, Table
from graph.update import operations
from ontology.terms import ADMS, DCTERMS, IRI, PROV, QUDT, RDF, REV, SKOS, UNIT, XSD, expand

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ACTOR, COMPETENCE = IRI("urn:test/actor"), IRI("urn:test/competence")
TYPED = {
    "prefLabel.de": ("Bleche beschichten",),
    "prefLabel.en": ("Coat sheets",),
    "needOf": (ACTOR,),
    "requiresCompetence": (COMPETENCE, "Galvanik"),
    "minimumReadiness": ("7",),
    "capacity.amount": ("12,5",),
    "capacity.unit": (UNIT.DAY,),
    "validUntil": ("2027-03-01",),
}


def need(**more: tuple[str, ...]) -> Contribution:
    return stated(IRI("urn:test/need"), REV.Need, form_of(REV.Need), TYPED | more, now=NOW)


def test_what_was_typed_becomes_terms_of_the_type_that_the_shapes_name() -> None:
    told = need()
    assert told.values(SKOS.prefLabel) == (
        Literal("Bleche beschichten", "de", RDF.langString),
        Literal("Coat sheets", "en", RDF.langString),
    )
    assert told.first(REV.minimumReadiness) == Literal("7", datatype=XSD.integer)
    assert told.first(REV.validUntil) == Literal("2027-03-01", datatype=XSD.date)
    node = IRI("urn:test/need#capacity")
    assert {says: what for subject, says, what in told.triples if subject == node} == {
        RDF.type: QUDT.QuantityValue,
        QUDT.numericValue: Literal("12.5", datatype=XSD.decimal),
        QUDT.hasUnit: UNIT.DAY,
    }


def test_what_names_nothing_stays_a_text_for_the_shapes_to_refuse() -> None:
    told = need(**{"capacity.unit": ("urn:test/fathom",)})
    assert told.values(REV.requiresCompetence) == (COMPETENCE, Literal("Galvanik"))
    assert Literal("urn:test/fathom") in [what for _, says, what in told.triples if says == QUDT.hasUnit]


def test_the_record_says_who_told_it_and_how_far_it_is_backed() -> None:
    told = need()
    assert told.first(PROV.wasDerivedFrom) == told.owner == ACTOR
    assert told.first(REV.sourcingStatus) == expand("voc:sourcing-status/stated")
    assert told.first(REV.visibility) == expand("voc:visibility/public")
    assert (told.state, told.kind, told.created, told.until) == (
        State.DRAFT, REV.Need, date(2026, 11, 30), date(2027, 3, 1),
    )  # fmt: skip
    assert need(needOf=()).first(PROV.wasDerivedFrom) == PUBLISHED


def test_a_class_that_is_no_choice_of_the_form_is_not_taken() -> None:
    typed = {"type": ("http://xmlns.com/foaf/0.1/Person", REV.BridgeOffer), "offerOf": (ACTOR,)}
    offer = stated(IRI("urn:test/offer"), REV.Offer, form_of(REV.Offer), typed, now=NOW)
    assert offer.values(RDF.type) == (REV.Offer, REV.BridgeOffer)


def test_the_form_of_a_record_holds_what_was_typed() -> None:
    assert entered(need(), form_of(REV.Need)) == TYPED | {"capacity.amount": ("12.5",)}


def test_a_contribution_is_published_withdrawn_and_restored() -> None:
    draft = need()
    published = moved(draft, State.PUBLISHED, now=NOW)
    withdrawn = moved(published, State.WITHDRAWN, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert (published.graph, published.state) == (PUBLISHED, State.PUBLISHED)
    assert (withdrawn.graph, withdrawn.state) == (PENDING, State.WITHDRAWN)
    assert withdrawn.values(ADMS.status) == (expand("voc:status/withdrawn"),)
    assert withdrawn.values(DCTERMS.modified) == (Literal("2026-12-01T00:00:00.000000Z", datatype=XSD.dateTime),)
    assert moved(withdrawn, State.DRAFT, now=NOW).state is State.DRAFT


def test_no_text_breaks_out_of_the_update_that_writes_it() -> None:
    evil = '"@de . } } ; DROP ALL ; INSERT DATA { GRAPH <urn:x> { <urn:a> <urn:b> "\\'
    told = need(**{"prefLabel.de": (evil,), "needOf": ("urn:a> } } ; DROP ALL #",)})
    text = update(need(), told)
    assert [type(each).__name__ for each in operations(text)] == ["Data", "Data"]


def test_contributions_are_read_with_their_parts_those_changed_last_first() -> None:
    old, fresh = need(), moved(need(), State.PUBLISHED, now=datetime(2027, 1, 1, tzinfo=UTC))
    rows = tuple((each.graph, each.record, *triple) for each in (old, fresh) for triple in each.triples)
    assert contributions(Table((), rows)) == (fresh, old)


def test_nobody_can_guess_the_address_of_a_draft() -> None:
    made = {new_record(REV.Need) for _ in range(50)}
    assert len(made) == 50
    assert all(len(each.rpartition("/")[2]) == 16 for each in made)
