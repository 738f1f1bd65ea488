"""Published matches: complete, within their shape, and of the same name in every snapshot."""

from pathlib import Path

import pytest

from graph.check import Shapes
from graph.matching.index import index_of
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.news import news, published_matches
from graph.matching.published import DIGITS, match_iri, pairings
from graph.model import Literal
from graph.provenance import MATCHES
from graph.store import Store, candidate, open_store, store_of
from ontology.naming import ID
from ontology.terms import IRI, REV, expand

ALL = """SELECT ?match ?need ?offer ?score ?basis WHERE {
    GRAPH ?g { ?match a ?kind ; ?n ?need ; ?o ?offer ; ?s ?score ; ?b ?basis }
}"""
BOUND = {
    "g": MATCHES,
    "kind": REV.Match,
    "n": REV.matchesNeed,
    "o": REV.matchesOffer,
    "s": REV.matchScore,
    "b": REV.matchBasis,
}


@pytest.fixture(scope="module")
def published(little: Store) -> Store:
    """What the build of the little region published."""
    assert len(little.select(ALL, BOUND).rows) == len(list(pairings(index_of(little))))
    return little


def test_matches_keep_their_shape(little_snapshot: Path, tmp_path: Path) -> None:
    published = open_store(little_snapshot)
    lines = tmp_path / "all.nt"
    with lines.open("wb") as output:
        for graph in published.graphs():
            published.dump_graph(graph, output, as_lines=True)
    report = Shapes().compiled.validate_file(str(lines), max_results=1000)
    assert [result for result in report.results if "/match/" in result.focus_node] == []


def test_a_need_publishes_the_offers_that_its_matches_name(little: Store, published: Store) -> None:
    index = index_of(little)
    need = IRI(ID + "kleinrevier/need/0001")
    found = {each.offer: round(each.score, DIGITS) for each in match(index, stored_need(index, need), limit=50)}
    told = {each.offer: each.score for each in published_matches(published) if each.need == need}
    assert told
    assert told.items() <= found.items()


def test_the_best_of_each_need_is_published_first_of_all(little: Store) -> None:
    index = index_of(little)
    every, best = list(pairings(index)), list(pairings(index, most=1))
    assert {each.need for each in best} <= {each.need for each in every}
    assert all(each in every for each in best)


def test_the_basis_is_the_relation_of_what_is_provided_to_what_is_required(little: Store) -> None:
    # rohre asks for coating: galvanising is narrower; baeder asks for bath-analysis, which the institute provides
    bases = {(each.need[-4:], each.offer[-4:]): each.basis for each in pairings(index_of(little))}
    assert bases["0001", "0001"] == "narrower"
    assert bases["0008", "0005"] == "exact"


def test_a_match_has_the_scheme_of_its_bases(published: Store) -> None:
    bases = {basis for *_, basis in published.select(ALL, BOUND).rows}
    assert bases <= {expand(f"voc:match-basis/{name}") for name in ("exact", "narrower", "related")}


def test_offers_of_other_folders_make_other_matches() -> None:
    need, offers = IRI(ID + "little/need/a"), [IRI(ID + f"{region}/offer/1") for region in ("little", "large")]
    names = {match_iri(need, offer) for offer in offers} | {match_iri(need, IRI("urn:offer"))}
    assert len(names) == 3
    assert all(name.startswith(f"{need}/match/") for name in names)


def test_news_are_matches_that_are_new_or_better(published: Store, tmp_path: Path) -> None:
    assert news(published, published) == ()
    every = published_matches(published)
    assert [each.before for each in news(store_of(""), published)] == [None] * len(every)
    with candidate(tmp_path / "store") as store:
        lines = [f'<{every[0].iri}> <{REV.matchScore}> "0.01"^^<http://www.w3.org/2001/XMLSchema#decimal> .']
        lines += [f"<{every[0].iri}> <{says}> <{what}> ." for says, what in _says(every[0].need, every[0].offer)]
        (tmp_path / "old.nt").write_text("\n".join(lines) + "\n")
        store.load_lines(tmp_path / "old.nt", MATCHES)
    found = {each.match.iri: each.before for each in news(open_store(tmp_path), published)}
    assert found[every[0].iri] == 0.01
    assert [before for before in found.values() if before is not None] == [0.01]


def _says(need: IRI, offer: IRI) -> list[tuple[str, IRI]]:
    kind = expand("rdf:type")
    return [(kind, REV.Match), (REV.matchesNeed, need), (REV.matchesOffer, offer)]


def test_a_score_is_a_decimal_within_its_bounds(published: Store) -> None:
    scores = [score for _, _, _, score, _ in published.select(ALL, BOUND).rows]
    assert all(isinstance(score, Literal) and 0 < float(score.value) <= 1 for score in scores)
