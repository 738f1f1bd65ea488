"""The index on disk: what is written is what is read, without a store."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import SnapshotError
from graph.matching.arrays import lists_of, spread
from graph.matching.index import FOLDER, build_index, has_index, index_of, open_index
from graph.matching.match import match
from graph.matching.needs import stored_need
from graph.matching.reading import read_term, write_term
from graph.matching.strings import Strings, write_strings
from graph.model import Literal
from graph.snapshot import damaged_files, read_manifest
from graph.store import Store, store_of
from ontology.terms import IRI, PREFIXES, RDF, REV, SKOS

HEAD = "\n".join(f"@prefix {prefix}: <{base}> ." for prefix, base in PREFIXES.items()) + "\n@prefix : <urn:> .\n"


@settings(max_examples=40, deadline=None)
@given(st.sets(st.text(st.characters(exclude_categories=["Cs"])), max_size=20), st.text(max_size=3))
def test_every_string_is_found_under_its_number_and_no_other_is(texts: set[str], other: str) -> None:
    with TemporaryDirectory() as name:
        write_strings(Path(name), "some", sorted(texts))
        table = Strings(Path(name), "some")
        assert [table[number] for number in range(len(table))] == sorted(texts)
        assert all(table[table.find(text)] == text for text in texts)
        assert (table.find(other) >= 0) is (other in texts)


@pytest.mark.parametrize(
    "term",
    [
        IRI("urn:a"),
        Literal('says "a"@de', "en", RDF.langString),
        Literal('"^', datatype=IRI("urn:t")),
        Literal(""),
    ],
)
def test_a_term_is_read_as_it_was_written(term: IRI | Literal) -> None:
    assert read_term(write_term(term)) == term


def test_lists_are_spread_in_the_order_asked_for() -> None:
    lists = lists_of([0, 0, 2], 3)
    assert lists.span(1) == slice(2, 2)
    owners, places = spread(lists.offsets[[2, 0]], lists.offsets[[3, 1]])
    assert (owners.tolist(), places.tolist()) == ([0, 1, 1], [2, 0, 1])


def test_statements_are_those_of_the_store_with_a_source_quoted_before_what_is_inferred(region: Store) -> None:
    said = index_of(region).statements
    actor = next(said.typed(REV.Actor))
    rows = region.select("SELECT ?o WHERE { ?s ?p ?o }", {"s": actor, "p": REV.hasActorClass}).rows
    assert {term for (term,) in rows} == set(said.links(actor, REV.hasActorClass))
    (label,) = said.literals(actor, SKOS.prefLabel)
    (quoted,) = said.quote((actor, SKOS.prefLabel, label), (actor, SKOS.prefLabel, Literal("another name")))
    assert region.ask("ASK { GRAPH ?g { ?s ?p ?o } }", {"g": quoted.graph, "s": actor, "o": label, "p": SKOS.prefLabel})
    assert said.links(IRI("urn:nobody"), RDF.type) == ()


def test_a_build_writes_the_index_that_the_store_would_give(little: Store, little_snapshot: Path) -> None:
    folder = little_snapshot / FOLDER
    written, fresh = open_index(folder), index_of(little)
    needs = list(written.statements.typed(REV.Need))
    assert needs
    for need in needs:
        assert match(written, stored_need(written, need)) == match(fresh, stored_need(fresh, need))
    assert f"{FOLDER}/said-s.npy" in read_manifest(little_snapshot)["files"]
    assert not damaged_files(little_snapshot)


def test_an_index_of_another_layout_is_not_opened(tmp_path: Path) -> None:
    build_index(store_of(HEAD), tmp_path)
    assert has_index(tmp_path)
    (tmp_path / "layout").write_text("0", encoding="ascii")
    assert not has_index(tmp_path)
    with pytest.raises(SnapshotError, match="no index of this version"):
        open_index(tmp_path)


def test_an_empty_store_has_an_index_without_actors() -> None:
    index = index_of(store_of(HEAD))
    assert (len(index.actors), index.actors.number(-1), index.concept(IRI("urn:none"))) == (0, -1, None)


def test_a_concept_lists_who_shows_it_and_who_shows_a_narrower_one() -> None:
    index = index_of(
        store_of(
            HEAD
            + """
            :broad a rev:Competence . :narrow a rev:Competence ; skos:broader :broad .
            :a a rev:Actor ; skos:prefLabel "A" . :b a rev:Actor ; skos:prefLabel "B" .
            :h rev:heldBy :a ; rev:ofCompetence :narrow . :i rev:heldBy :b ; rev:ofCompetence :broad .
            :p rev:participationOf :b ; rev:inProject :j . :j rev:exercisesCompetence :narrow .
            """
        )
    )
    broad, narrow = (index.concept(IRI(f"urn:{name}")) for name in ("broad", "narrow"))
    assert broad is not None
    assert narrow is not None
    actors, strengths = index.postings.showing(narrow)
    assert actors.tolist() == [0, 1]
    assert np.allclose(strengths, [1.0, 0.6])
    actors, strengths = index.postings.covering(broad)
    assert (actors.tolist(), strengths.tolist()) == ([0, 1], [1.0, 1.0])
