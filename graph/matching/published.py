"""The best offers for every stored need, as triples: so that SPARQL sees the matches, and snapshots can be compared.

A match has the same IRI in every snapshot: the keys of its need and its offer make it. Only what rests on concepts is
published, since a match says on which relation of concepts it rests.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from graph.matching.index import MatchIndex
from graph.matching.match import best_offers
from graph.matching.needs import stored_need
from graph.matching.weights import RULE_VERSION, STATED, WORDS
from graph.model import Literal, NeedProfile
from graph.provenance import moment, triple
from ontology.naming import ID
from ontology.terms import DCTERMS, IRI, PROV, RDF, REV, XSD, expand

MOST = 50  # offers of one need
DIGITS = 4  # of a score
_WEIGHTS = hashlib.sha256(repr([sorted(each.items()) for each in (STATED, WORDS)]).encode()).hexdigest()
RULES = f"{RULE_VERSION}.{_WEIGHTS[:8]}"  # the formula and its weights

_DERIVED = expand("voc:sourcing-status/derived")
_BASES = ("exact", "narrower", "related")  # the strongest first


@dataclass(frozen=True, slots=True)
class Pairing:
    """One need with one offer: the score of who makes the offer, and on which relation of concepts it rests."""

    iri: IRI
    need: IRI
    offer: IRI
    score: float
    basis: str


def pairings(index: MatchIndex, *, most: int = MOST) -> Iterator[Pairing]:
    """For each stored need the best offers, of each actor the one that tells most; needs in the order of their IRIs."""
    for need in (stored_need(index, iri) for iri in index.statements.typed(REV.Need)):
        for offer, score in best_offers(index, need, most):
            if need.iri and (basis := _basis(index, need, offer)):
                yield Pairing(match_iri(need.iri, offer), need.iri, offer, round(score, DIGITS), basis)


def write_matches(index: MatchIndex, path: Path, *, snapshot: str, most: int = MOST) -> int:
    """Write the pairings of all stored needs as N-Triples lines for the graph `MATCHES`; returns how many there are."""
    run, count = IRI(f"{ID}matching/{snapshot}"), 0
    with path.open("w", encoding="utf-8") as output:
        output.write(triple(run, RDF.type, PROV.Activity))
        output.write(triple(run, DCTERMS.identifier, Literal(RULES)))
        for each in pairings(index, most=most):
            count += 1
            output.write(triple(each.iri, RDF.type, REV.Match))
            output.write(triple(each.iri, REV.matchesNeed, each.need))
            output.write(triple(each.iri, REV.matchesOffer, each.offer))
            output.write(triple(each.iri, REV.matchScore, Literal(f"{each.score:.{DIGITS}f}", datatype=XSD.decimal)))
            output.write(triple(each.iri, REV.matchBasis, expand(f"voc:match-basis/{each.basis}")))
            output.write(triple(each.iri, REV.sourcingStatus, _DERIVED))
            output.write(triple(each.iri, PROV.wasGeneratedBy, run))
        output.write(triple(run, PROV.endedAtTime, moment(datetime.now(UTC))))
    return count


def match_iri(need: IRI, offer: IRI) -> IRI:
    """What the match of a need and an offer is called, today and in the next snapshot.

    >>> match_iri(IRI(ID + "little/need/pipes"), IRI(ID + "little/offer/zinc")).removeprefix(ID)
    'little/need/pipes/match/zinc'
    """
    folder = need.rpartition("/need/")[0] + "/offer/"
    key = offer.removeprefix(folder)
    is_neighbour = offer.startswith(folder) and "/" not in key
    return IRI(f"{need}/match/{key if is_neighbour else hashlib.sha256(offer.encode()).hexdigest()[:16]}")


def _basis(index: MatchIndex, need: NeedProfile, offer: IRI) -> str | None:
    """The strongest relation between a concept that the need asks for and one that the offer provides."""
    said = index.statements
    competences = (index.competences, (*need.competences, *need.preferred), REV.providesCompetence)
    technologies = (index.technologies, need.technologies, REV.providesTechnology)
    found = {
        taxonomy.kinship(provided, concept.iri)
        for taxonomy, asked, provides in (competences, technologies)
        for concept in asked
        for provided in said.links(offer, provides)
        if provided in taxonomy.kin(concept.iri)
    }
    return next((basis for basis in _BASES if basis in found), "related" if found else None)
