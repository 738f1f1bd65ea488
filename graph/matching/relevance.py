"""How much of what a need says an actor's texts say too: the best few documents count, not how many there are.

A document scores the sum over the need's terms of the term's weight (`wanted`) times what it tells of the document
(`weighing`), times recency. An actor's documents are sorted by score, each next one counts half (those of one record,
in several languages, count once), and the sum x is set against what one new document could reach: value = 1 - 4^-x.
So one document that says it all makes 0.75, whatever the need, and a further document never lowers a value.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from graph.matching import explain
from graph.matching.analysis import LANGUAGES, root, words
from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Values
from graph.matching.index import MatchIndex
from graph.matching.statements import Spoken
from graph.matching.texts import Texts
from graph.matching.translation import Translator, pairs_of
from graph.matching.wanted import WantedWord, wanted
from graph.matching.weighing import FULL, NO_YEAR, Floats
from graph.model import Literal, Text, Verdict
from ontology.terms import DCTERMS, REV, SKOS

COUNTED, NEXT = 5, 0.5  # documents of an actor that count, and what each counts against the one before
MOST_POSTINGS = 750_000  # that are read to find candidates, the most telling terms first
STRONG = 0.5  # from here on the texts answer the need; below they touch it
_TOLD, _MOST_WORDS = 3, 8  # documents and words that an account names


class Relevance:
    """The nearness of what actors are told to do to the words of a need."""

    name = "text"

    def __init__(self, index: MatchIndex, title: str, text: str, language: str, day: date) -> None:
        self._index, self._texts, self._day = index, index.texts, day
        self.wanted = wanted(index.texts, translator_of(index), title, text, language)

    def values(self, actors: Integers) -> Values:
        """What the best documents of each actor say of what is wanted, in [0, 1); nan if it has no document."""
        owners, documents = self._valid(actors)
        has_text = np.bincount(owners, minlength=len(actors)) > 0
        reached = _best_few(owners, self._texts.records[documents], self._scores(documents), len(actors))
        return np.where(has_text, _value(reached), np.nan)

    def bounds(self) -> Values:
        """The value of every actor by its best document alone, without the words that are left for later."""
        begins = self._texts.documents_of.offsets
        best = np.zeros(self._texts.actors_count, dtype=np.float32)
        has_text = begins[1:] > begins[:-1]
        if has_text.any():
            best[has_text] = np.maximum.reduceat(self._first, begins[:-1][has_text])
        return _value(best)

    def account(self, actor: int) -> Account:
        """Which words of the need stand in which documents of the actor, with the triples that hold them."""
        found = list(self._found(actor))
        required = _listed(word.written for word in self.wanted.words)
        if not found:
            return Account(Verdict.UNKNOWN, required, explain.NOTHING, explain.NOT_SHOWN)
        value = float(self.values(np.array([actor], dtype=np.int32))[0])
        said = dict.fromkeys(word for each in found for word in each.words)
        return Account(
            Verdict.FITS if value >= STRONG else Verdict.PARTLY,
            required,
            _listed(said),
            explain.sentences(self._reason(each) for each in found),
            self._index.statements.quote(*(spoken for each in found for spoken in self._spoken(each))),
        )

    def _valid(self, actors: Integers) -> tuple[Integers, Integers]:
        """The documents of actors whose records are valid on the day, with the place of each one's actor."""
        owners, documents = self._texts.documents(actors)
        holds = self._index.records.hold_on(self._texts.records[documents], self._day)
        return owners[holds], documents[holds]

    def _scores(self, documents: Integers) -> Floats:
        """What documents say of what is wanted, against what can be reached."""
        scores = self._first[documents]
        if self._left:
            weights = np.zeros(len(self._texts.frequency), dtype=np.float32)
            for word in self._left:
                best = max(word.ways, key=lambda way: way.weight)
                weights[list(best.terms)] = best.weights
            later = self._texts.scores(documents, weights) * self._texts.recency[documents]
            scores = scores + later / np.float32(self.wanted.reachable)
        return scores

    @cached_property
    def _read(self) -> int:
        """How many words are looked up in all documents: the most telling, while they stand in few enough."""
        ways = [[term for way in word.ways for term in way.terms] for word in self.wanted.words]
        costs = np.cumsum([self._texts.frequency[terms].sum() for terms in ways])
        return int(np.searchsorted(costs, MOST_POSTINGS, "right"))

    @property
    def _left(self) -> tuple[WantedWord, ...]:
        """The words that stand in so many documents that only those of candidates are looked at."""
        return self.wanted.words[self._read :]

    @cached_property
    def _first(self) -> Floats:
        """What every document says of the words that are looked up in all of them."""
        scores = np.zeros(self._texts.documents_count, dtype=np.float32)
        either = _Best(self._texts)
        for word in self.wanted.words[: self._read]:
            if len(word.ways) == 1 and len(word.ways[0].terms) == 1:
                documents, weights = self._texts.postings(word.ways[0].terms[0])
                scores[documents] += weights * np.float32(word.ways[0].weights[0] / FULL)
            else:
                documents, told = either.of(word)
                scores[documents] += told
        return scores * (self._texts.recency / np.float32(self.wanted.reachable or 1))

    def _found(self, actor: int) -> Iterator["_Found"]:
        """The best documents that say anything of what is wanted, the best first, one of each record."""
        _, documents = self._valid(np.array([actor], dtype=np.int32))
        scores, told = self._scores(documents), set[int]()
        for place in np.argsort(-scores, kind="stable").tolist():
            document = int(documents[place])
            record = int(self._texts.records[document])
            if scores[place] <= 0 or len(told) == _TOLD:
                return
            if record not in told:
                told.add(record)
                terms = set(self._texts.terms[self._texts.terms_in.span(document)].tolist())
                said = [(word, word.terms & terms) for word in self.wanted.words if not word.terms.isdisjoint(terms)]
                holding = frozenset(term for _, found in said for term in found)
                year = int(self._texts.years[document])
                yield _Found(record, year, holding, tuple(dict.fromkeys(word.written for word, _ in said)))

    def _reason(self, found: "_Found") -> Text:
        by = explain.evidence(self._index.record(found.record).evidence)
        year = "" if found.year == NO_YEAR else f" ({found.year})"
        said = _listed(found.words)
        return Text(f"{by.de}{year} spricht von: {said.de}", f"The {by.en}{year} speaks of: {said.en}")

    def _spoken(self, found: "_Found") -> Iterator[Spoken]:
        """The names and descriptions of a record, or of what it tells of, that hold a word which was found."""
        said = self._index.statements
        node = int(self._index.records.told[found.record])
        for predicate in (SKOS.prefLabel, DCTERMS.description):
            for literal in said.told(node, predicate):
                if self._holds(literal, found.terms):
                    yield (said.iri(node), predicate, literal)

    def _holds(self, literal: Literal, terms: frozenset[int]) -> bool:
        languages = [literal.language] if literal.language in LANGUAGES else LANGUAGES
        roots = {root(word.folded, language) for word in words(literal.value) for language in languages} - {""}
        parts = {part for each in roots for part in self._texts.split(each)} if "de" in languages else set()
        return not terms.isdisjoint(self._texts.find(sorted(roots | parts)).tolist())


@dataclass(frozen=True, slots=True)
class _Found:
    """A document that says something of what is wanted: its record, year, terms, and the words that ask for them."""

    record: int
    year: int
    terms: frozenset[int]
    words: tuple[str, ...]


class _Best:
    """The best of several ways to say a word, document by document."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._best, self._sum = (np.zeros(texts.documents_count, dtype=np.float32) for _ in range(2))

    def of(self, word: WantedWord) -> tuple[Integers, Floats]:
        """Documents, perhaps some twice, and for each what it says of the word in the best way."""
        met = []
        for way in word.ways:
            postings = [self._texts.postings(term) for term in way.terms]
            stands = [documents for documents, _ in postings]
            tells = [np.float32(weight / FULL) for weight in way.weights]
            told = [weights * each for (_, weights), each in zip(postings, tells, strict=True)]
            if len(stands) > 1:
                told = self._together(stands, told)
            for documents, weights in zip(stands, told, strict=True):
                self._best[documents] = np.maximum(self._best[documents], weights)
            met += stands
        every = np.concatenate(met)
        told = self._best[every]
        self._best[every] = 0
        return every, told

    def _together(self, stands: list[Integers], told: list[Floats]) -> list[Floats]:
        """For each posting of several terms, what its document says of all of them."""
        for documents, weights in zip(stands, told, strict=True):
            self._sum[documents] += weights
        together = [self._sum[documents] for documents in stands]
        for documents in stands:
            self._sum[documents] = 0
        return together


_TRANSLATORS: WeakKeyDictionary[MatchIndex, Translator] = WeakKeyDictionary()


def translator_of(index: MatchIndex) -> Translator:
    """The translator of an index, made when it is first asked for: the word list and the names of its concepts."""
    if index not in _TRANSLATORS:
        said = index.statements
        named = ((said.iri(node), label) for node in _concepts(index) for label in said.told(node, SKOS.prefLabel))
        _TRANSLATORS[index] = Translator(pairs_of(named))
    return _TRANSLATORS[index]


def _concepts(index: MatchIndex) -> Iterator[int]:
    for kind in (REV.Competence, REV.Technology):
        yield from index.statements.typed_nodes(kind).tolist()


def _best_few(owners: Integers, records: Integers, scores: Floats, count: int) -> Values:
    """The sum over each owner's best records, the next one counting less; owners and records come in order."""
    if not len(owners):
        return np.zeros(count)
    is_new = np.ones(len(owners), dtype=bool)
    is_new[1:] = (records[1:] != records[:-1]) | (owners[1:] != owners[:-1])
    first = np.flatnonzero(is_new)
    best, owner = np.maximum.reduceat(scores, first), owners[first]
    best = best[np.lexsort((-best, owner))]
    begins = np.searchsorted(owner, np.arange(count))
    rank = np.arange(len(owner)) - begins[owner]
    counted = np.where(rank < COUNTED, best * NEXT**rank, 0)
    return np.bincount(owner, weights=counted, minlength=count).astype(float)


def _value(reached: Values) -> Values:
    return 1 - np.exp2(-2 * reached)


def _listed(said: Iterable[str]) -> Text:
    each_once = list(dict.fromkeys(said))
    more = ", …" if len(each_once) > _MOST_WORDS else ""
    named = ", ".join(each_once[:_MOST_WORDS]) + more
    return Text(named, named)
