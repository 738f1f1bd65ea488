"""Nearness of concepts: figures worked out by hand from the formulas of Seco and Lin."""

from math import log

import pytest

from graph.matching.taxonomy import NARROWER, NEGLIGIBLE, NEIGHBOUR, RELATED, Taxonomy
from ontology.terms import IRI, SKOS

#      root            20 concepts: root has 4 narrower ones, pumps 2, and 15 others stand alone
#     /    \
#  pumps   heat ~ leaks (related)
#   /  \
# leaks seals
ROOT, PUMPS, HEAT, LEAKS, SEALS = (IRI(f"urn:{name}") for name in ("root", "pumps", "heat", "leaks", "seals"))
BROADER = {PUMPS: (ROOT,), HEAT: (ROOT,), LEAKS: (PUMPS,), SEALS: (PUMPS,)}


@pytest.fixture
def taxonomy() -> Taxonomy:
    concepts = (ROOT, PUMPS, HEAT, LEAKS, SEALS, *(IRI(f"urn:{number}") for number in range(15)))
    return Taxonomy(concepts, broader=BROADER, related={HEAT: (LEAKS,), LEAKS: (HEAT,)})


def test_information_grows_from_the_root_to_the_leaves(taxonomy: Taxonomy) -> None:
    assert taxonomy.information(ROOT) == pytest.approx(1 - log(5) / log(21))  # 0.471
    assert taxonomy.information(PUMPS) == pytest.approx(1 - log(3) / log(21))  # 0.639
    assert taxonomy.information(LEAKS) == 1


def test_a_narrower_concept_covers_a_broader_one_and_the_reverse_counts_by_what_they_share(taxonomy: Taxonomy) -> None:
    assert taxonomy.kin(PUMPS)[PUMPS] == 1
    assert taxonomy.kin(PUMPS)[LEAKS] == NARROWER
    assert taxonomy.kin(LEAKS)[PUMPS] == pytest.approx(2 * 0.6391 / (1 + 0.6391), abs=1e-4)
    assert (taxonomy.covers(LEAKS, PUMPS), taxonomy.covers(PUMPS, LEAKS)) == (True, False)
    assert (taxonomy.kinship(LEAKS, PUMPS), taxonomy.kinship(PUMPS, LEAKS)) == ("narrower", "broader")


def test_neighbours_count_weakly_and_less_the_broader_what_they_share(taxonomy: Taxonomy) -> None:
    assert taxonomy.kin(LEAKS)[SEALS] == pytest.approx(NEIGHBOUR * 0.6391, abs=1e-4)  # shared: pumps
    assert taxonomy.kin(SEALS)[HEAT] == pytest.approx(NEIGHBOUR * 0.4714, abs=1e-4)  # shared: the root
    assert all(near >= NEGLIGIBLE for asked in (LEAKS, SEALS, PUMPS) for near in taxonomy.kin(asked).values())


def test_a_related_concept_counts_as_declared(taxonomy: Taxonomy) -> None:
    assert taxonomy.kin(LEAKS)[HEAT] == RELATED
    assert taxonomy.path(HEAT, LEAKS) == ((LEAKS, SKOS.related, HEAT), (HEAT, SKOS.related, LEAKS))


def test_the_path_climbs_from_both_to_what_they_share(taxonomy: Taxonomy) -> None:
    assert taxonomy.path(LEAKS, SEALS) == ((LEAKS, SKOS.broader, PUMPS), (SEALS, SKOS.broader, PUMPS))
    assert taxonomy.path(LEAKS, ROOT) == ((LEAKS, SKOS.broader, PUMPS), (PUMPS, SKOS.broader, ROOT))


def test_a_circle_and_an_unknown_concept_do_no_harm() -> None:
    circle = Taxonomy((PUMPS, HEAT), broader={PUMPS: (HEAT,), HEAT: (PUMPS,)}, related={})
    assert circle.kin(PUMPS) == {PUMPS: 1, HEAT: NARROWER}
    assert circle.kin(IRI("urn:unknown")) == {IRI("urn:unknown"): 1}
