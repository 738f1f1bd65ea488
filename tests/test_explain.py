"""Reasons as people read them, whole sentences in both languages."""

import pytest

from graph.matching.index import index_of
from graph.matching.match import match
from graph.model import NeedConcept, NeedProfile, Text
from graph.store import store_of
from ontology.naming import VOC
from ontology.terms import IRI, PREFIXES

HEAD = "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items()) + "\n@prefix : <urn:> .\n"
EXCHANGE = f"""
@prefix sourcing: <{VOC}sourcing-status/> .
@prefix actor-class: <{VOC}actor-class/> .
sourcing:derived skos:prefLabel "abgeleitet"@de , "derived"@en .
actor-class:user a rev:ActorClass ; skos:prefLabel "Anwender"@de , "user"@en .
:s rev:sourcingStatus sourcing:derived .
:audit a rev:Competence ; skos:prefLabel "Energieaudit"@de , "energy audit"@en .
:leaks a rev:Competence ; skos:prefLabel "Leckageortung"@de , "leak detection"@en ; skos:broader :audit .
:pump a rev:Technology ; skos:prefLabel "Wärmepumpe"@de , "heat pump"@en .
:here a rev:Place ; skos:prefLabel "Herne"@de ; rev:latitude 51.5 ; rev:longitude 7.0 .
:near a rev:Place ; skos:prefLabel "Marl"@de ; rev:latitude 51.5 ; rev:longitude 7.2 .
:a a rev:Actor ; skos:prefLabel "Alpha" ; org:hasSite :site . :site rev:sitePlace :near .
:r rev:assignedActor :a ; rev:assignedActorClass actor-class:user .
:o rev:offerOf :a ; skos:prefLabel "Vor Ort"@de , "on site"@en ; rev:providesCompetence :leaks ;
    rev:currentReadiness 7 ; rev:sourcingStatus sourcing:derived ; rev:confidence 0.4 .
"""
AUDIT = NeedConcept(IRI("urn:audit"), Text("Energieaudit", "energy audit"), 1.0, "stated")
PUMP = NeedConcept(IRI("urn:pump"), Text("Wärmepumpe", "heat pump"), 1.0, "stated")


@pytest.fixture(scope="module")
def reasons() -> dict[str, Text]:
    profile = NeedProfile(
        competences=(AUDIT,),
        technologies=(PUMP,),
        place=IRI("urn:here"),
        radius_km=20,
        minimum_readiness=6,
        actor_class=IRI(f"{VOC}actor-class/user"),
    )
    (found,) = match(index_of(store_of(HEAD + EXCHANGE)), profile)
    return {each.name: each.reason for each in found.criteria}


@pytest.mark.parametrize(
    ("name", "de", "en"),
    [
        (
            "competence",
            "„Leckageortung“, enger gefasst als „Energieaudit“: Angebot „Vor Ort“ (abgeleitet, Verlässlichkeit 0,4).",
            "“leak detection”, narrower than “energy audit”: offer “on site” (derived, confidence 0.4).",
        ),
        (
            "technology",
            "Dazu ist nichts verzeichnet; das heißt nicht, dass es fehlt.",
            "Nothing is recorded on this; that does not mean it is lacking.",
        ),
        (
            "place",
            "Sitzt in Marl, 14 km Luftlinie von Herne.",
            "Is located in Marl, 14 km from Herne as the crow flies.",
        ),
        (
            "readiness",
            "Angebot „Vor Ort“ hat TRL 7, verlangt ist 6.",
            "The offer “on site” has TRL 7, 6 is asked for.",
        ),
        (
            "evidence",
            "Ein Anhaltspunkt: Angebot „Vor Ort“ (abgeleitet, Verlässlichkeit 0,4).",
            "One indication: offer “on site” (derived, confidence 0.4).",
        ),
        ("role", "Ist als Anwender verzeichnet.", "Is recorded as user."),
    ],
)
def test_a_reason_is_a_sentence_in_both_languages(reasons: dict[str, Text], name: str, de: str, en: str) -> None:
    assert reasons[name] == Text(de, en)
