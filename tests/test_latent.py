"""The latent space: words that stand in the same company lie near each other, without any being shared."""

from pathlib import Path

import numpy as np

from graph.matching.latent import Latent, write_latent
from graph.matching.texts import Document, Texts, write_texts

PUMPS = ("pump seal water", "pump valve water", "valve seal pipe", "pipe water pump", "seal pipe valve")
LENSES = ("lens mirror laser", "laser optics lens", "mirror optics beam", "beam laser lens", "optics beam mirror")
OTHERS = ("flour bread oven", "law court judge", "tree forest wood") * 15  # so that no word stands in too many texts


def learnt(folder: Path, *told: str) -> tuple[Texts, Latent]:
    write_texts((Document(0, number, "en", None, "", text) for number, text in enumerate(told)), 1, folder)
    texts = Texts(folder)
    write_latent(texts, folder)
    return texts, Latent(folder)


def nearness(texts: Texts, latent: Latent, *words: str) -> list[float]:
    terms = texts.find(words)
    direction = latent.of_terms(terms, np.ones(len(terms), dtype=np.float32))
    return [*map(float, latent.nearness(np.arange(texts.documents_count), direction))]


def test_a_document_is_near_to_a_word_that_it_does_not_hold(tmp_path: Path) -> None:
    near = nearness(*learnt(tmp_path, *PUMPS * 4, *LENSES * 4, *OTHERS), "pump")
    without = [near[place] for place, text in enumerate(PUMPS * 4) if "pump" not in text]
    assert min(without) > 2 * max(near[len(PUMPS) * 4 :])


def test_a_document_is_next_to_its_own_words(tmp_path: Path) -> None:
    near = nearness(*learnt(tmp_path, *PUMPS * 4, *LENSES * 4, *OTHERS), "len", "mirror", "laser")
    assert near[len(PUMPS) * 4] == max(near) > 0.95


def test_words_that_nobody_says_lie_nowhere(tmp_path: Path) -> None:
    texts, latent = learnt(tmp_path, *PUMPS)
    direction = latent.of_terms(np.empty(0, dtype=np.int32), np.empty(0, dtype=np.float32))
    assert latent.nearness(np.arange(texts.documents_count), direction).tolist() == [0] * len(PUMPS)


def test_the_same_texts_teach_the_same_space(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("one", "other")]
    for folder in folders:
        folder.mkdir()
    one, other = (nearness(*learnt(folder, *PUMPS * 4, *LENSES * 4, *OTHERS), "laser") for folder in folders)
    assert one == other


def test_without_texts_there_is_no_space(tmp_path: Path) -> None:
    texts, latent = learnt(tmp_path)
    assert latent.nearness(np.arange(0), latent.of_terms(texts.find(()), np.empty(0, dtype=np.float32))).tolist() == []
