"""The shapes speak at the fields that they are about, and refuse here what they would refuse when it is written."""

from datetime import UTC, datetime

import pytest

from graph.contribution import Entered, stated
from graph.findings import Severity
from graph.forms import form_of
from graph.judgement import Remark, remarks
from graph.listing import entries
from graph.store import Store
from ontology.terms import IRI, REV, UNIT

GOOD = {
    "prefLabel.de": ("Bleche beschichten",),
    "prefLabel.en": ("Coat sheets",),
    "requiresCompetence": ("https://w3id.org/revier/voc/competence/coating",),
    "minimumReadiness": ("7",),
}


def said(store: Store, typed: Entered | None = None, *, kind: IRI = REV.Need) -> tuple[Remark, ...]:
    owner: Entered = {"needOf": (entries(store, REV.Actor)[0].named.iri,)}
    form = form_of(kind)
    told = stated(IRI("urn:test/record"), kind, form, {**owner, **GOOD, **(typed or {})}, now=datetime.now(UTC))
    return remarks(store, told, form)


def test_of_a_good_need_nothing_is_said(little: Store) -> None:
    assert said(little) == ()


@pytest.mark.parametrize(
    ("typed", "fields_told", "words"),
    [
        ({"prefLabel.de": (), "prefLabel.en": ()}, ("prefLabel",), "„Name“ fehlt."),
        ({"needOf": ()}, ("needOf", "needOfGroup"), "Weder ein Akteur noch eine Gruppe"),
        ({"needOf": ("Nobody",)}, ("needOf",), "Klasse Akteur"),
        ({"needOf": ("urn:test/nobody",)}, ("needOf",), "Klasse Akteur"),
        ({"requiresCompetence": ("Galvanik",)}, ("requiresCompetence",), "Klasse Kompetenz"),
        ({"minimumReadiness": ("10",)}, ("minimumReadiness",), "von 1 bis 9"),
        ({"minimumReadiness": ("viel",)}, ("minimumReadiness",), "von 1 bis 9"),
        ({"validUntil": ("31.12.2026",)}, ("validUntil",), "JJJJ-MM-TT"),
        ({"validFrom": ("2027-01-02",), "validUntil": ("2027-01-01",)}, ("validFrom",), "liegt nach"),
        ({"capacity.amount": ("5",)}, ("capacity",), "„Einheit“"),
        ({"capacity.amount": ("viel",), "capacity.unit": (UNIT.DAY,)}, ("capacity",), "„Zahlenwert“"),
    ],
)
def test_a_fault_is_told_at_its_field(
    little: Store, typed: dict[str, tuple[str, ...]], fields_told: tuple[str, ...], words: str
) -> None:
    refusals = [each for each in said(little, typed) if each.refuses]
    assert [each.fields for each in refusals] == [fields_told]
    assert words in refusals[0].message.de
    assert refusals[0].message.en != refusals[0].message.de


def test_what_only_advises_refuses_nothing_and_comes_last(little: Store) -> None:
    told = said(little, {"prefLabel.en": (), "minimumReadiness": ("10",)})
    assert [each.severity for each in told] == [Severity.ERROR, Severity.WARNING]
    assert told[1].fields == ("prefLabel",)


def test_an_offer_of_no_kind_is_told_where_the_kind_is_chosen(little: Store) -> None:
    refusals = [each for each in said(little, kind=REV.Offer) if each.refuses]
    assert {each.fields for each in refusals} == {("type",), ("offerOf",)}
