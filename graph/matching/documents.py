"""The texts that tell what actors do: how each record or its project is called and described, language by language."""

import re
from collections.abc import Iterator

from graph.matching.evidence import Records
from graph.matching.statements import Statements
from graph.matching.texts import Document
from graph.model import Literal
from ontology.terms import DCTERMS, REV, SKOS

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_DATED = (DCTERMS.date, DCTERMS.issued, DCTERMS.created, DCTERMS.temporal, REV.validFrom)


def documents(said: Statements, records: Records) -> Iterator[Document]:
    """The documents of all records, in the order of records; a label of no language is a title in every one."""
    for record in records.has_text.nonzero()[0].tolist():
        actor, node, told = (int(column[record]) for column in (records.actor, records.node, records.told))
        titles = _by_language(said.told(told, SKOS.prefLabel))
        texts = _by_language(said.told(told, DCTERMS.description))
        year = _year(said, node, told)
        spoken = sorted({*titles, *texts} - {""}) or [""]
        for language in spoken:
            title = titles.get(language) or titles.get("", "")
            yield Document(actor, record, language, year, title, texts.get(language) or texts.get("", ""))


def _by_language(literals: tuple[Literal, ...]) -> dict[str, str]:
    """The texts of each language, one after the other; regions of a language count as the language."""
    spoken: dict[str, str] = {}
    for literal in literals:
        language = (literal.language or "").partition("-")[0]
        spoken[language] = f"{spoken[language]} {literal.value}" if language in spoken else literal.value
    return spoken


def _year(said: Statements, node: int, told: int) -> int | None:
    """The latest year that is told of a record or its project."""
    dates = (literal.value for each in {node, told} for dated in _DATED for literal in said.told(each, dated))
    return max((int(year) for value in dates for year in _YEAR.findall(value)), default=None)
