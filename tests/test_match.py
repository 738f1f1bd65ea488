"""Matching on little exchanges written for the purpose: what counts, what does not, and that every reason is true."""

import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.matching.index import MatchIndex, index_of
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.weights import STATED, WORDS
from graph.model import Criterion, Match, NeedConcept, NeedProfile, Quantity, QuotedTriple, Text, Verdict
from graph.store import TRIAL_GRAPH, Store, store_of
from ontology.naming import VOC
from ontology.terms import IRI, PREFIXES, REV, expand

HEAD = (
    "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items())
    + """
@prefix : <urn:> .
@prefix actor-class: <voc:actor-class/> .
@prefix sourcing: <voc:sourcing-status/> .
@prefix status: <voc:status/> .
""".replace("voc:", VOC)
)
VOCABULARY = """
:energy a rev:Competence ; skos:prefLabel "Energie"@de , "energy"@en .
:audit a rev:Competence ; skos:prefLabel "Energieaudit"@de , "energy audit"@en ; skos:broader :energy .
:leaks a rev:Competence ; skos:prefLabel "Leckageortung"@de , "leak detection"@en ; skos:broader :audit .
:heat a rev:Competence ; skos:prefLabel "Abwärme"@de , "waste heat"@en ; skos:broader :energy ;
    rev:competenceInTechnology :pump .
:law a rev:Competence ; skos:prefLabel "Recht"@de , "law"@en .
:pump a rev:Technology ; skos:prefLabel "Wärmepumpe"@de , "heat pump"@en .
:region a rev:Region ; skos:prefLabel "Revier"@de .
:here a rev:Place ; skos:prefLabel "Hier"@de ; rev:latitude 51.5 ; rev:longitude 7.0 ; rev:within :region .
:near a rev:Place ; skos:prefLabel "Nebenan"@de ; rev:latitude 51.5 ; rev:longitude 7.2 ; rev:within :region .
:far a rev:Place ; skos:prefLabel "Fern"@de ; rev:latitude 53.5 ; rev:longitude 10.0 .
sourcing:stated skos:prefLabel "ausgesagt"@de , "stated"@en .
sourcing:inferred skos:prefLabel "gefolgert"@de , "inferred"@en .
"""
ACTORS = """
:a a rev:Actor ; skos:prefLabel "Alpha" ; org:hasSite :a-site . :a-site rev:sitePlace :here .
:b a rev:Actor ; skos:prefLabel "Beta" ; org:hasSite :b-site . :b-site rev:sitePlace :near .
:c a rev:Actor ; skos:prefLabel "Gamma" .
"""
A, B, C = (IRI(f"urn:{name}") for name in "abc")
NAMES = ("audit", "energy", "heat", "law", "leaks")


def index(*turtle: str) -> MatchIndex:
    return index_of(store_of(HEAD + VOCABULARY + ACTORS + "\n".join(turtle)))


def concepts(*names: str, weight: float = 1.0) -> tuple[NeedConcept, ...]:
    return tuple(NeedConcept(IRI(f"urn:{name}"), Text(name, name), weight, "stated") for name in names)


def offer(number: int, actor: str, says: str) -> str:
    return f':o{number} a rev:SolutionOffer ; rev:offerOf :{actor} ; skos:prefLabel "Angebot {number}"@de ; {says} .'


def criterion(found: Match, name: str) -> Criterion:
    return next(each for each in found.criteria if each.name == name)


def is_said(store: Store, triple: QuotedTriple) -> bool:
    spoken = {"s": triple.subject, "p": triple.predicate, "o": triple.object, "g": triple.graph}
    return store.ask("ASK { GRAPH ?g { ?s ?p ?o } }", spoken)


def triples(found: Iterable[Match]) -> list[QuotedTriple]:
    return [triple for each in found for criterion in each.criteria for triple in criterion.triples]


def test_the_weights_are_published_and_each_table_sums_to_one() -> None:
    assert [sum(table.values()) for table in (STATED, WORDS)] == pytest.approx([1, 1])
    assert STATED.keys() == WORDS.keys()


def test_a_score_is_worked_out_by_hand() -> None:
    exchange = index(offer(1, "a", "rev:providesCompetence :audit ; rev:confidence 0.6"))
    (found,) = match(exchange, NeedProfile(competences=concepts("audit", "law")))
    # competence: one of two; evidence: confidence 0.6; focus: the offer is about nothing else
    competence, evidence, focus = (STATED[name] for name in ("competence", "evidence", "focus"))
    together = competence + evidence + focus
    assert found.score == pytest.approx((competence * 0.5 + evidence * 0.6 + focus) / together)
    assert found.verdict is Verdict.PARTLY
    assert [each.iri for each in found.missing] == ["urn:law"]
    assert found.offer == "urn:o1"


def test_a_narrower_offer_covers_a_broader_need_and_a_broader_one_is_a_hint() -> None:
    exchange = index(
        offer(1, "a", "rev:providesCompetence :leaks"), offer(2, "b", "rev:providesCompetence :audit, :law")
    )
    assert [each.verdict for each in match(exchange, NeedProfile(competences=concepts("energy")))] == ["fits", "fits"]
    best, second = match(exchange, NeedProfile(competences=concepts("leaks")))
    assert (best.actor, best.verdict, second.actor, second.verdict) == (A, "fits", B, "partly")
    assert "nur ein Hinweis" in criterion(second, "competence").reason.de


def test_a_participation_is_evidence_and_not_proof() -> None:
    exchange = index(
        ":p1 rev:participationOf :a ; rev:inProject :project .",
        ':project skos:prefLabel "Projekt"@de ; rev:exercisesCompetence :law .',
        ":h1 rev:heldBy :b ; rev:ofCompetence :law .",
    )
    holder, participant = match(exchange, NeedProfile(competences=concepts("law")))
    assert (holder.actor, holder.verdict) == (B, Verdict.FITS)
    assert (participant.actor, participant.verdict) == (A, Verdict.PARTLY)
    assert len(criterion(participant, "competence").triples) == 3


def test_a_competence_hints_at_the_technology_that_it_masters() -> None:
    exchange = index(":h1 rev:heldBy :a ; rev:ofCompetence :heat .")
    (found,) = match(exchange, NeedProfile(technologies=concepts("pump")))
    assert criterion(found, "technology").verdict is Verdict.PARTLY
    assert (IRI("urn:heat"), REV.competenceInTechnology) in {(t.subject, t.predicate) for t in triples([found])}


def test_a_preferred_competence_raises_the_rank_and_is_no_condition() -> None:
    exchange = index(offer(1, "a", "rev:providesCompetence :law"), offer(2, "b", "rev:providesCompetence :law , :heat"))
    profile = NeedProfile(competences=concepts("law"), preferred=concepts("heat", weight=0.25))
    found = match(exchange, profile)
    assert [each.actor for each in found] == [B, A]
    assert [each.verdict for each in found] == [Verdict.FITS, Verdict.FITS]
    assert not found[1].missing


def test_the_asker_is_never_its_own_match() -> None:
    exchange = index(offer(1, "a", "rev:providesCompetence :law"))
    assert match(exchange, NeedProfile(competences=concepts("law"), asked_by=A)) == ()


def test_an_empty_profile_and_an_actor_without_evidence_match_nothing() -> None:
    exchange = index(offer(1, "a", "rev:providesCompetence :law"))
    assert match(exchange, NeedProfile(place=IRI("urn:here"))) == ()
    assert [each.actor for each in match(exchange, NeedProfile(competences=concepts("law")))] == [A]
    assert match(exchange, NeedProfile(competences=concepts("law")), limit=0) == ()


@pytest.mark.parametrize("says", ["adms:status status:withdrawn", "rev:validUntil '2020-12-31'"])
def test_what_has_ended_shows_nothing(says: str) -> None:
    exchange = index(offer(1, "a", f"rev:providesCompetence :law ; {says}"))
    assert match(exchange, NeedProfile(competences=concepts("law"), day=date(2021, 1, 1))) == ()


def test_unknown_counts_neither_for_nor_against() -> None:
    exchange = index(offer(1, "c", "rev:providesCompetence :law"))
    asked = NeedProfile(competences=concepts("law"))
    conditions = NeedProfile(
        competences=concepts("law"),
        place=IRI("urn:here"),
        minimum_readiness=6,
        actor_class=expand("voc:actor-class/solution-developer"),
    )
    (plain,), (found,) = match(exchange, asked), match(exchange, conditions)
    assert found.score == pytest.approx(plain.score)
    assert (plain.verdict, found.verdict) == (Verdict.FITS, Verdict.UNKNOWN)
    for name in ("place", "readiness", "role"):
        unknown = criterion(found, name)
        assert (unknown.verdict, unknown.weight, unknown.contribution) == (Verdict.UNKNOWN, 0, 0)


@pytest.mark.parametrize(
    ("levels", "verdict"),
    [
        ((7,), Verdict.FITS),
        ((5,), Verdict.DOES_NOT_FIT),
        ((None,), Verdict.UNKNOWN),
        ((5, None), Verdict.UNKNOWN),
        ((5, None, 6), Verdict.FITS),
    ],
)
def test_readiness_is_three_valued(levels: tuple[int | None, ...], verdict: Verdict) -> None:
    offers = (
        offer(number, "a", f"rev:providesCompetence :law{f' ; rev:currentReadiness {level}' if level else ''}")
        for number, level in enumerate(levels)
    )
    (found,) = match(index(*offers), NeedProfile(competences=concepts("law"), minimum_readiness=6))
    assert criterion(found, "readiness").verdict is verdict


@pytest.mark.parametrize(
    ("free", "verdict"),
    [
        (("800 unit:DAY",), Verdict.FITS),
        (("300 unit:DAY",), Verdict.DOES_NOT_FIT),
        (("800 unit:PERCENT",), Verdict.UNKNOWN),
        (("300 unit:DAY", ""), Verdict.UNKNOWN),
        (("300 unit:DAY", "", "500 unit:DAY"), Verdict.FITS),
    ],
)
def test_capacity_is_three_valued_and_compares_only_equal_units(free: tuple[str, ...], verdict: Verdict) -> None:
    offers = []
    for number, said in enumerate(free):
        amount, _, unit = said.partition(" ")
        offers.append(offer(number, "a", f"rev:providesCompetence :law{f' ; rev:capacity :q{number}' if said else ''}"))
        offers.append(f":q{number} qudt:numericValue {amount} ; qudt:hasUnit {unit} ." if said else "")
    asked = NeedProfile(competences=concepts("law"), capacity=Quantity(500, expand("unit:DAY")))
    (found,) = match(index(*offers), asked)
    told = criterion(found, "capacity")
    assert told.verdict is verdict
    assert len(told.triples) == (0 if verdict is Verdict.UNKNOWN else 3)
    if verdict is Verdict.DOES_NOT_FIT:
        assert found.near_miss == Text("Nur die Kapazität fehlt, um 200 DAY.", "Only the capacity fails, by 200 DAY.")


@pytest.mark.parametrize(
    ("serves", "actor", "radius_km", "verdict"),
    [
        ("", "a", None, Verdict.FITS),  # sits there
        ("", "b", None, Verdict.FITS),  # 14 km
        ("", "b", 10, Verdict.DOES_NOT_FIT),
        ("", "b", 20, Verdict.FITS),
        ("", "c", None, Verdict.UNKNOWN),
        (":region", "c", None, Verdict.FITS),  # the place lies in what is served
        (":far", "c", None, Verdict.UNKNOWN),
        (":far", "a", None, Verdict.DOES_NOT_FIT),  # what it offers is for others
    ],
)
def test_place_is_what_an_offer_serves_or_else_the_seat(
    serves: str, actor: str, radius_km: float | None, verdict: Verdict
) -> None:
    says = f"rev:providesCompetence :law{f' ; rev:serves {serves}' if serves else ''}"
    profile = NeedProfile(competences=concepts("law"), place=IRI("urn:here"), radius_km=radius_km)
    (found,) = match(index(offer(1, actor, says)), profile)
    assert criterion(found, "place").verdict is verdict


def test_a_place_served_in_part_fits_in_part() -> None:
    exchange = index(offer(1, "a", "rev:providesCompetence :law ; rev:serves :near"))
    (found,) = match(exchange, NeedProfile(competences=concepts("law"), place=IRI("urn:region")))
    assert criterion(found, "place").verdict is Verdict.PARTLY


def test_a_role_is_read_from_assignments_and_from_shortcuts() -> None:
    exchange = index(
        *(offer(number, actor, "rev:providesCompetence :law") for number, actor in enumerate("ab")),
        ":r rev:assignedActor :a ; rev:assignedActorClass actor-class:user .",
        ":b rev:hasActorClass actor-class:bridge-builder .",
    )
    profile = NeedProfile(competences=concepts("law"), actor_class=expand("voc:actor-class/user"))
    found = match(exchange, profile)
    assert [(each.actor, each.verdict) for each in found] == [(A, Verdict.FITS), (B, Verdict.DOES_NOT_FIT)]
    assert [len(criterion(each, "role").triples) for each in found] == [2, 1]


def test_what_is_stated_outranks_what_is_inferred_and_one_statement_three_inferences() -> None:
    stated = "rev:sourcingStatus sourcing:stated ; rev:confidence 0.8"
    inferred = "rev:sourcingStatus sourcing:inferred ; rev:confidence 0.4"
    exchange = index(
        offer(0, "a", f"rev:providesCompetence :law ; {stated}"),
        *(offer(number, "b", f"rev:providesCompetence :law ; {inferred}") for number in (1, 2, 3)),
    )
    assert [each.actor for each in match(exchange, NeedProfile(competences=concepts("law")))] == [A, B]


def test_only_those_named_are_matched_if_any_are_named() -> None:
    exchange = index(*(offer(number, actor, "rev:providesCompetence :law") for number, actor in enumerate("abc")))
    found = match(exchange, NeedProfile(competences=concepts("law")), among=[B, IRI("urn:nobody")])
    assert [each.actor for each in found] == [B]


def test_a_need_in_words_finds_what_speaks_of_it_and_concepts_raise_it() -> None:
    exchange = index(
        ':o1 rev:offerOf :a ; skos:prefLabel "Ortung von Leckagen in Druckluftnetzen"@de .',
        ':o2 rev:offerOf :b ; skos:prefLabel "Ortung von Leckagen in Druckluftnetzen"@de ;'
        " rev:providesCompetence :leaks .",
        ':o3 rev:offerOf :c ; skos:prefLabel "Beratung im Vertragsrecht"@de .',
    )
    profile = NeedProfile(text="Wir suchen Leckagen in der Druckluft.", competences=concepts("leaks"))
    assert [each.actor for each in match(exchange, profile)] == [B, A]
    (best, *_), said = match(exchange, profile), replace(profile, competences=())
    assert criterion(best, "text").triples[0].subject == "urn:o2"
    assert [each.actor for each in match(exchange, said)] == [A, B]


def test_a_need_in_two_languages_is_answered_in_either() -> None:
    exchange = index(
        ':o1 rev:offerOf :a ; skos:prefLabel "leak detection in compressed air networks"@en .',
        ':o2 rev:offerOf :b ; skos:prefLabel "Leckageortung in Druckluftnetzen"@de .',
    )
    title = Text("Leckageortung in Druckluftnetzen", "leak detection in compressed air networks")
    assert {each.actor for each in match(exchange, NeedProfile(iri=IRI("urn:n"), title=title))} == {A, B}


def test_what_raises_a_score_and_what_is_narrowly_missed_is_said() -> None:
    exchange = index(
        offer(1, "a", "rev:providesCompetence :law ; rev:currentReadiness 4"),
        offer(2, "b", "rev:providesCompetence :law ; rev:currentReadiness 7"),
    )
    profile = NeedProfile(competences=concepts("law"), minimum_readiness=6, place=IRI("urn:here"), radius_km=20)
    ready, unready = match(exchange, profile)
    assert (ready.near_miss, unready.near_miss) == (
        None,
        Text("Nur die Reife fehlt, um 2 Stufen.", "Only the readiness fails, by 2 levels."),
    )
    readiness = next(each for each in unready.raises if each.criterion == "readiness")
    assert unready.score + readiness.gain == pytest.approx(ready.score)
    assert readiness.sentence.en.startswith("The readiness is not met in full (asked for: at least TRL 6)")


def test_equal_scores_stand_in_the_order_of_names() -> None:
    exchange = index(*(offer(number, actor, "rev:providesCompetence :law") for number, actor in enumerate("cba")))
    found = match(exchange, NeedProfile(competences=concepts("law")))
    assert [each.label for each in found] == ["Alpha", "Beta", "Gamma"]
    assert match(exchange, NeedProfile(competences=concepts("law")), limit=2) == found[:2]


def test_reasons_from_a_real_region_stand_in_its_graphs(region: Store) -> None:
    rows = region.select(f"SELECT ?need {{ ?need a <{REV.Need}> }} ORDER BY ?need").rows
    needs = [need for (need,) in rows if isinstance(need, IRI)][::10]
    exchange = index_of(region)
    found = [each for need in needs for each in match(exchange, stored_need(exchange, need))]
    assert len(found) > len(needs)
    assert all(is_said(region, triple) for triple in set(triples(found)))


# ---- properties: little exchanges made by chance

records = st.builds(
    lambda kind, actor, competence, confidence, level, serves: (kind, actor, competence, confidence, level, serves),
    st.sampled_from(("offer", "holding", "participation")),
    st.sampled_from("abc"),
    st.sampled_from(NAMES),
    st.sampled_from((None, 0.2, 0.9)),
    st.sampled_from((None, 3, 8)),
    st.sampled_from((None, "here", "far", "region")),
)
Record = tuple[str, str, str, float | None, int | None, str | None]
profiles = st.builds(
    lambda required, preferred, technologies, place, radius, level, text: NeedProfile(
        text=text,
        competences=concepts(*required),
        preferred=concepts(*preferred, weight=0.25),
        technologies=concepts(*technologies),
        place=place and IRI(f"urn:{place}"),
        radius_km=radius,
        minimum_readiness=level,
    ),
    st.sets(st.sampled_from(NAMES), min_size=1, max_size=3).map(sorted),
    st.sets(st.sampled_from(NAMES), max_size=2).map(sorted),
    st.sampled_from(((), ("pump",))),
    st.sampled_from((None, "here", "region")),
    st.sampled_from((None, 20.0)),
    st.sampled_from((None, 6)),
    st.sampled_from(("", "Angebot zur Beratung im Recht")),
)


def turtle(number: int, record: Record) -> str:
    kind, actor, competence, confidence, level, serves = record
    marks = f" ; rev:confidence {confidence}" if confidence else ""
    if kind == "holding":
        return f":h{number} rev:heldBy :{actor} ; rev:ofCompetence :{competence}{marks} ."
    if kind == "participation":
        return (
            f":p{number} rev:participationOf :{actor} ; rev:inProject :j{number}{marks} ."
            f":j{number} rev:exercisesCompetence :{competence} ; rev:appliesTechnology :pump ."
        )
    marks += f" ; rev:currentReadiness {level}" if level else ""
    marks += f" ; rev:serves :{serves}" if serves else ""
    return offer(number, actor, f"rev:providesCompetence :{competence}{marks}")


def exchange_of(told: list[Record]) -> list[str]:
    return [turtle(number, record) for number, record in enumerate(told)]


@settings(max_examples=60, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_a_score_lies_between_0_and_1_and_is_the_sum_of_its_reasons(told: list[Record], profile: NeedProfile) -> None:
    for found in match(index(*exchange_of(told)), profile):
        assert 0 <= found.score <= 1 + 1e-12
        assert sum(each.contribution for each in found.criteria) == pytest.approx(found.score)
        assert sum(each.weight for each in found.criteria) == pytest.approx(1)
        assert all(each.contribution <= each.weight + 1e-12 for each in found.criteria)


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_a_score_can_be_recomputed_from_weights_and_values_alone(told: list[Record], profile: NeedProfile) -> None:
    for found in match(index(*exchange_of(told)), profile):
        table = STATED if profile.competences or profile.technologies or profile.preferred else WORDS
        known = [(table[each.name], each.value) for each in found.criteria if each.value is not None]
        total = sum(weight for weight, _ in known)
        assert found.score == pytest.approx(sum(weight * value for weight, value in known) / total)


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_what_would_raise_a_score_is_what_it_lacks_of_one(told: list[Record], profile: NeedProfile) -> None:
    for found in match(index(*exchange_of(told)), profile):
        gains = {each.criterion: each.gain for each in found.raises}
        lacking = {each.name for each in found.criteria if each.value is None or each.value < 1}
        assert gains.keys() == lacking if found.score < 1 - 1e-9 else not gains
        known = (gains[each.name] for each in found.criteria if each.value is not None and each.value < 1)
        assert sum(known) == pytest.approx(1 - found.score)


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_an_actor_without_evidence_never_ranks(told: list[Record], profile: NeedProfile) -> None:
    showing = {f"urn:{record[1]}" for record in told}
    assert {each.actor for each in match(index(*exchange_of(told)), profile)} <= showing


@settings(max_examples=30, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_the_order_of_what_is_asked_changes_nothing(told: list[Record], profile: NeedProfile) -> None:
    exchange = index(*exchange_of(told))
    turned = replace(profile, competences=profile.competences[::-1], preferred=profile.preferred[::-1])
    assert match(exchange, turned) == match(exchange, profile)


@settings(max_examples=60, deadline=None)
@given(st.lists(records, max_size=5), records, profiles)
def test_more_evidence_never_lowers_a_score(told: list[Record], more: Record, profile: NeedProfile) -> None:
    profile = replace(profile, text="")  # a new text changes what words tell, and with that the scores of all
    before = {each.actor: each.score for each in match(index(*exchange_of(told)), profile)}
    after = {each.actor: each.score for each in match(index(*exchange_of([*told, more])), profile)}
    assert all(after[actor] >= score - 1e-9 for actor, score in before.items())


@settings(max_examples=30, deadline=None)
@given(st.lists(records, max_size=6), profiles, st.integers())
def test_the_order_in_which_things_are_said_changes_nothing(
    told: list[Record], profile: NeedProfile, seed: int
) -> None:
    lines = [*(VOCABULARY + ACTORS).replace(";\n", ";").splitlines(), *exchange_of(told)]
    shuffled = random.Random(seed).sample(lines, len(lines))
    assert match(index_of(store_of(HEAD + "\n".join(lines))), profile) == match(
        index_of(store_of(HEAD + "\n".join(shuffled))), profile
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(records, max_size=6), profiles)
def test_a_short_list_is_the_head_of_the_long_one(told: list[Record], profile: NeedProfile) -> None:
    exchange = index(*exchange_of(told))
    assert match(exchange, profile, limit=1) == match(exchange, profile)[:1]


@settings(max_examples=40, deadline=None)
@given(st.lists(records, min_size=1, max_size=6), profiles)
def test_every_quoted_triple_is_true(told: list[Record], profile: NeedProfile) -> None:
    store = store_of(HEAD + VOCABULARY + ACTORS + "\n".join(exchange_of(told)))
    found = match(index_of(store), profile)
    assert all(triple.graph == TRIAL_GRAPH and is_said(store, triple) for triple in triples(found))
    shown = (each for one in found for each in one.criteria if each.contribution and each.name != "evidence")
    assert all(each.triples for each in shown)
