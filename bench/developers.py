"""Generated solution developers of a wished number, and needs that they might answer, as matching reads them.

Each actor shows 50 competences in as many offers as it has texts: half of them from its own field, one of 30, as the
concepts of a need are from one. Texts are drawn from the words of the product's own German-English list, the frequent
ones far more often (Zipf), with rare names between them; three of five actors speak German. So needs meet both
languages.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from graph.matching.reading import Rows
from graph.matching.translation import pairs_of
from graph.matching.wish import Wish
from graph.model import Literal, Term
from ontology.naming import GRAPH, ID, VOC
from ontology.terms import DCTERMS, IRI, ORG, RDF, REV, SKOS, XSD, expand

COMPETENCES, SHOWN, BRANCHES = 2_000, 50, 6
TECHNOLOGIES, TOWNS, REGIONS, NAMES = 400, 400, 20, 20_000
TITLE, TEXT = 4, 25  # words

_SAYS = IRI(f"{GRAPH}source/developers")
_CLASSES = [expand(f"voc:actor-class/{name}") for name in ("solution-developer", "user", "bridge-builder")]
_SOURCING = [expand(f"voc:sourcing-status/{name}") for name in ("stated", "inferred")]
_CONFIDENCE = [Literal(f"0.{digit}", datatype=XSD.decimal) for digit in range(3, 10)]
_READINESS = [Literal(str(level), datatype=XSD.integer) for level in range(1, 10)]
_DAYS = [Literal(f"{year}-03-01", datatype=XSD.date) for year in range(2012, 2026)]
_ASKED_CLASS = "solution-developer"

Says = tuple[IRI, IRI, Term, IRI]


@dataclass(frozen=True, slots=True)
class Developers:
    """A region of `actors`, each with so many `texts`; the same figures make the same region."""

    actors: int
    texts: int = 5

    def rows(self) -> Rows:
        """All that is said: subject, predicate, object and graph."""
        dice, spoken = random.Random(self.actors), Words()
        yield from ((*triple, _SAYS) for triple in _vocabulary())
        for number in range(self.actors):
            yield from self._actor(number, dice, spoken)

    def _actor(self, number: int, dice: random.Random, spoken: "Words") -> Iterator[Says]:
        language = "de" if dice.random() < 0.6 else "en"
        actor, site = IRI(f"{ID}bench/actor/{number:07}"), IRI(f"{ID}bench/site/{number:07}")
        yield (actor, RDF.type, REV.Actor, _SAYS)
        yield (actor, SKOS.prefLabel, Literal(f"{spoken.name(dice)} {number}"), _SAYS)
        yield (actor, REV.hasActorClass, dice.choice(_CLASSES), _SAYS)
        yield (actor, ORG.hasSite, site, _SAYS)
        yield (site, REV.sitePlace, dice.choice(_PLACES), _SAYS)
        shown = list({*dice.sample(dice.choice(_FIELDS), SHOWN // 2), *dice.sample(_COMPETENCES, SHOWN)})[:SHOWN]
        for place in range(self.texts):
            offer = IRI(f"{ID}bench/offer/{number:07}-{place}")
            yield (offer, REV.offerOf, actor, _SAYS)
            yield (offer, SKOS.prefLabel, Literal(spoken.text(dice, language, TITLE), language, RDF.langString), _SAYS)
            told = Literal(spoken.text(dice, language, TEXT), language, RDF.langString)
            yield (offer, DCTERMS.description, told, _SAYS)
            yield (offer, REV.currentReadiness, dice.choice(_READINESS), _SAYS)
            yield (offer, REV.sourcingStatus, dice.choice(_SOURCING), _SAYS)
            yield (offer, REV.confidence, dice.choice(_CONFIDENCE), _SAYS)
            yield (offer, REV.validFrom, dice.choice(_DAYS), _SAYS)
            yield (offer, REV.providesTechnology, dice.choice(_TECHNOLOGIES), _SAYS)
            for each in shown[place :: self.texts]:
                yield (offer, REV.providesCompetence, each, _SAYS)


def needs(count: int) -> Iterator[Wish]:
    """Different needs that ask for all there is to ask: concepts of both kinds, words, place, readiness and class."""
    dice, spoken = random.Random(count), Words()
    for number in range(count):
        language = "de" if number % 2 else "en"
        first, second, third, wish = dice.sample(dice.choice(_FIELDS), 4)
        yield Wish(
            title=spoken.text(dice, language, TITLE),
            text=spoken.text(dice, language, TEXT),
            language=language,
            required={first: 1.0, second: 1.0, third: 0.5, dice.choice(_TECHNOLOGIES): 1.0},
            preferred={wish: None},
            place=dice.choice(_PLACES),
            radius_km=60,
            minimum_readiness=dice.randrange(3, 8),
            actor_class=_ASKED_CLASS,
        )


class Words:
    """Words of both languages, the frequent ones first, and made-up names."""

    def __init__(self) -> None:
        pairs = [(german, english) for german, english, _ in pairs_of(())]
        shuffled = random.Random(1)
        shuffled.shuffle(pairs)
        made_up = ["".join(shuffled.choices("abdefgiklmnoprstu", k=8)) for _ in range(NAMES)]
        self._names = made_up
        self._words = {
            language: list(dict.fromkeys(pair[place] for pair in pairs)) + made_up
            for place, language in enumerate(("de", "en"))
        }
        self._chances = {
            language: list(accumulate(1 / rank for rank in range(1, len(known) + 1)))
            for language, known in self._words.items()
        }

    def text(self, dice: random.Random, language: str, length: int) -> str:
        """So many words of a language."""
        return " ".join(dice.choices(self._words[language], cum_weights=self._chances[language], k=length))

    def name(self, dice: random.Random) -> str:
        """The name of a firm."""
        return dice.choice(self._names).capitalize()


def _tree(kind: IRI, name: str, count: int) -> Iterator[tuple[IRI, IRI, Term]]:
    """Concepts, each below one of about a sixth as many; the labels are no words of any text."""
    for number in range(count):
        concept = IRI(f"{VOC}{name}/{number}")
        yield (concept, RDF.type, kind)
        yield (concept, SKOS.prefLabel, Literal(f"{name}-{number}-de", "de", RDF.langString))
        yield (concept, SKOS.prefLabel, Literal(f"{name}-{number}-en", "en", RDF.langString))
        if number >= BRANCHES:
            yield (concept, SKOS.broader, IRI(f"{VOC}{name}/{number // BRANCHES}"))


def _vocabulary() -> Iterator[tuple[IRI, IRI, Term]]:
    yield from _tree(REV.Competence, "competence", COMPETENCES)
    yield from _tree(REV.Technology, "technology", TECHNOLOGIES)
    for each in _CLASSES:
        yield (each, RDF.type, REV.ActorClass)
    for number, place in enumerate(_PLACES):
        region = IRI(f"{ID}bench/region/{number % REGIONS}")
        yield (region, RDF.type, REV.Region)
        yield (place, RDF.type, REV.Place)
        yield (place, SKOS.prefLabel, Literal(f"Ort {number}"))
        yield (place, REV.within, region)
        yield (place, REV.latitude, Literal(f"{48 + number % 20 / 3:.4f}", datatype=XSD.decimal))
        yield (place, REV.longitude, Literal(f"{7 + number // 20 / 3:.4f}", datatype=XSD.decimal))


_COMPETENCES = [IRI(f"{VOC}competence/{number}") for number in range(COMPETENCES)]
_FIELDS = [
    [_COMPETENCES[each] for each in range(COMPETENCES) if field in (each, each // BRANCHES, each // BRANCHES**2)]
    for field in range(BRANCHES, BRANCHES**2)
]
_TECHNOLOGIES = [IRI(f"{VOC}technology/{number}") for number in range(TECHNOLOGIES)]
_PLACES = [IRI(f"{ID}bench/place/{number}") for number in range(TOWNS)]
