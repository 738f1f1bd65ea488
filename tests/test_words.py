"""Every wording stands in both languages, is used, and is worded for the same slots."""

import re
from pathlib import Path

import pytest

from api.words import LANGUAGES, slots, words

API = Path(__file__).parent.parent / "api"
SOURCES = "\n".join(path.read_text(encoding="utf-8") for path in [*API.rglob("*.py"), *API.rglob("*.html")])
SAID = set(re.findall(r"""\bsay\(\s*["']([\w.-]+)["']""", SOURCES))
QUOTED = set(re.findall(r"""["']([\w-]+\.[\w-]+)["']""", SOURCES))


@pytest.mark.parametrize("key", sorted(words()))
def test_a_wording_is_complete(key: str) -> None:
    wordings = [words()[key].in_language(language) for language in LANGUAGES]
    assert all(wording.strip() == wording != "" for wording in wordings)
    assert slots(wordings[0]) == slots(wordings[1])


def test_every_wording_is_used() -> None:
    assert {key.removesuffix("-one") for key in words()} - QUOTED == set()


def test_every_wording_that_pages_say_exists() -> None:
    assert SAID - set(words()) == set()


def test_no_template_holds_words_of_its_own() -> None:
    marked_up = re.compile(r"\{[%#].*?[%#]\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
    templates = [path.read_text(encoding="utf-8") for path in (API / "templates").glob("*.html")]
    left = {word for text in templates for word in re.findall(r"[^\W\d_]{3,}", marked_up.sub(" ", text))}
    assert left - {"Revier", "SPARQL", "CSV", "JSON"} == set()


def test_german_wordings_carry_real_umlauts() -> None:
    disguised = re.compile(r"\b(fuer|ueber|koennen|moeglich|Massnahme|groesse)\w*", re.IGNORECASE)
    assert [text.de for text in words().values() if disguised.search(text.de)] == []
