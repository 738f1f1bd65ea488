"""How much of what a need says an actor's texts say too: the best few documents count, not how many there are.

A document scores the sum over the need's terms of the term's weight (`wanted`) times what it tells of the document
(`weighing`), times recency. An actor's documents are sorted by score, each next one counts half (those of one record,
in several languages, count once), and the sum x is set against what one new document could reach: value = 1 - 4^-x.
So one document that says it all makes 0.75, whatever the need, and a further document never lowers a value.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from weakref import WeakKeyDictionary

import numpy as np

from graph.matching import explain
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
MOST_POSTINGS = 100_000  # that are read to find candidates, the most telling terms first
STRONG = 0.5  # from here on the texts answer the need; below they touch it
ALIKE = 0.5  # of a word's runs of letters, from where on a text speaks of it
_TOLD, _MOST_WORDS = 3, 8  # documents and words that an account names


class Relevance:
    """The nearness of what actors are told to do to the words of a need."""

    name = "text"

    def __init__(self, index: MatchIndex, title: str, text: str, language: str, day: date) -> None:
        self._index, self._texts, self._day = index, index.texts, day
        self.wanted = wanted(index.texts, translator_of(index), title, text, language)
        self._last: _Judged | None = None

    def values(self, actors: Integers) -> Values:
        """What the best documents of each actor say of what is wanted, in [0, 1); nan if it has no document.

        The last answer is remembered for `account`.
        """
        self._last = self._judged(actors)
        return self._last.values

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
        if self._last is None or actor not in self._last.actors:
            self._last = self._judged(np.array([actor], dtype=np.int32))
        documents, scores, value = self._last.of(actor)
        found = list(self._found(documents, scores))
        required = _listed(word.written for word in self.wanted.words)
        if not found:
            return Account(Verdict.UNKNOWN, required, explain.NOTHING, explain.NOT_SHOWN)
        said = dict.fromkeys(word for each in found for word in each.words)
        return Account(
            Verdict.FITS if value >= STRONG else Verdict.PARTLY,
            required,
            _listed(said),
            explain.sentences(self._reason(each) for each in found),
            self._index.statements.quote(*(spoken for each in found for spoken in self._spoken(each))),
        )

    def _judged(self, actors: Integers) -> "_Judged":
        owners, documents = valid_documents(self._index, actors, self._day)
        has_text = np.bincount(owners, minlength=len(actors)) > 0
        scores = self._scores(documents)
        reached = best_few(owners, self._texts.records[documents], scores, len(actors))
        return _Judged(actors, owners, documents, scores, np.where(has_text, _value(reached), np.nan))

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
        terms = [[term for way in word.ways for term in way.terms] for word in self.wanted.words]
        costs = np.cumsum(self._texts.frequency[np.array([*chain.from_iterable(terms)], dtype=np.int32)])
        ends = np.cumsum([*map(len, terms)], dtype=np.int64)
        return int(np.searchsorted(costs[ends - 1], MOST_POSTINGS, "right"))

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

    def _found(self, documents: Integers, scores: Floats) -> Iterator["_Found"]:
        """The best documents that say anything of what is wanted, the best first, one of each record."""
        told = set[int]()
        for place in np.argsort(-scores, kind="stable").tolist():
            document = int(documents[place])
            record = int(self._texts.records[document])
            if scores[place] <= 0 or len(told) == _TOLD:
                return
            if record not in told:
                told.add(record)
                holding = self._asking.keys() & self._texts.terms[self._texts.terms_in.span(document)].tolist()
                year = int(self._texts.years[document])
                yield _Found(record, year, frozenset(holding), self._written(holding))

    def _written(self, holding: Set[int]) -> tuple[str, ...]:
        """The words of the need that terms speak of, wholly or by enough of their letters; if none, the nearest."""
        said = [self.wanted.words[word] for word in sorted({word for term in holding for word in self._asking[term]})]
        letters = Counter(word.written for word in said if not word.is_whole)
        alike = (word for word, count in letters.items() if count >= ALIKE * self._letters[word])
        nearest = max(letters, key=lambda word: letters[word] / self._letters[word], default=None)
        spoken = dict.fromkeys((*(word.written for word in said if word.is_whole), *alike))
        return tuple(spoken) or ((nearest,) if nearest else ())

    @cached_property
    def _letters(self) -> Counter[str]:
        """How many runs of letters each word of the need is asked for by."""
        return Counter(word.written for word in self.wanted.words if not word.is_whole)

    @cached_property
    def _asking(self) -> dict[int, list[int]]:
        """By which of the words each term is asked for."""
        asking = defaultdict[int, list[int]](list)
        for number, word in enumerate(self.wanted.words):
            for term in word.terms:
                asking[term].append(number)
        return dict(asking)

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
        ways = (self._texts.terms_of(literal.value, literal.language, taken_apart=apart) for apart in (False, True))
        return any(not terms.isdisjoint(said) for said in ways)


@dataclass(frozen=True, slots=True)
class _Judged:
    """The valid documents of actors with what each says of what is wanted, and the value of each actor."""

    actors: Integers
    owners: Integers
    documents: Integers
    scores: Floats
    values: Values

    def of(self, actor: int) -> tuple[Integers, Floats, float]:
        """The documents of one of the actors, their scores, and its value."""
        place = int(np.flatnonzero(self.actors == actor)[0])
        mine = slice(*self.owners.searchsorted((place, place + 1)).tolist())
        return self.documents[mine], self.scores[mine], float(self.values[place])


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
                self._best[documents] = np.maximum(self._best.take(documents), weights)
            met += stands
        every = np.concatenate(met)
        best = self._best.take(every)
        self._best[every] = 0
        return every, best

    def _together(self, stands: list[Integers], told: list[Floats]) -> list[Floats]:
        """For each posting of several terms, what its document says of all of them."""
        for documents, weights in zip(stands, told, strict=True):
            self._sum[documents] += weights
        together = [self._sum.take(documents) for documents in stands]
        for documents in stands:
            self._sum[documents] = 0
        return together


_TRANSLATORS: WeakKeyDictionary[MatchIndex, Translator] = WeakKeyDictionary()


def translator_of(index: MatchIndex) -> Translator:
    """The translator of an index, made when it is first asked for: the word list and the names of its concepts."""
    if index not in _TRANSLATORS:
        said = index.statements
        named = ((said.iri(node), label) for node in _concepts(index) for label in said.told(node, SKOS.prefLabel))
        _TRANSLATORS[index] = Translator(pairs_of(named), lambda each: bool(index.texts.find((each,))[0] >= 0))
    return _TRANSLATORS[index]


def _concepts(index: MatchIndex) -> Iterator[int]:
    for kind in (REV.Competence, REV.Technology):
        yield from index.statements.typed_nodes(kind).tolist()


def valid_documents(index: MatchIndex, actors: Integers, day: date) -> tuple[Integers, Integers]:
    """The documents of actors whose records are valid on a day, with the place of each one's actor."""
    owners, documents = index.texts.documents(actors)
    holds = index.records.hold_on(index.texts.records[documents], day)
    return owners[holds], documents[holds]


def best_few(owners: Integers, records: Integers, scores: Floats, count: int) -> Values:
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
