"""A need that is said in two languages: an actor's texts are judged in each, and the better judgement counts."""

from collections.abc import Iterator, Sequence

import numpy as np

from graph.matching.arrays import Integers
from graph.matching.criterion import Account, Source, Values
from graph.matching.index import MatchIndex
from graph.matching.relevance import Relevance
from graph.model import NeedProfile


class Either:
    """Several wordings of one criterion, each a source of its own."""

    def __init__(self, wordings: Sequence[Source]) -> None:
        self.name = wordings[0].name
        self._wordings = wordings
        self._better: dict[int, Source] = {}

    def values(self, actors: Integers) -> Values:
        """The best value of each actor over the wordings; nan where none tells."""
        values = np.stack([wording.values(actors) for wording in self._wordings])
        better = np.nan_to_num(values, nan=-1.0).argmax(axis=0)
        self._better |= {
            actor: self._wordings[place] for actor, place in zip(actors.tolist(), better.tolist(), strict=True)
        }
        return np.asarray(values[better, np.arange(len(actors))])

    def bounds(self) -> Values:
        """The greatest bound of each actor over the wordings."""
        return np.asarray(np.maximum.reduce([wording.bounds() for wording in self._wordings]))

    def account(self, actor: int) -> Account:
        """The account in the wording that `values` found better."""
        return self._better[actor].account(actor)


def spoken(index: MatchIndex, profile: NeedProfile) -> tuple[Relevance, ...]:
    """The wordings of a need, each as a source of candidates; none if no text of the index could answer it."""
    if not index.texts.documents_count:
        return ()
    said = (Relevance(index, title, text, language, profile.day) for title, text, language in _wordings(profile))
    return tuple(each for each in said if len(each.wanted.words))


def _wordings(profile: NeedProfile) -> Iterator[tuple[str, str, str]]:
    """Title, text and language of each wording; a title alone says something only if it is that of a stored need."""
    title, description = profile.title, profile.description
    if not (profile.iri or profile.text or description):
        return
    is_said_twice = any(text and text.de != text.en for text in (title, description))
    for language in ("de", "en") if is_said_twice else (profile.language,):
        own = profile.text if language == profile.language or not is_said_twice else ""
        parts = (description.in_language(language) if description else "", own)
        yield title.in_language(language) if title else "", " ".join(filter(None, parts)), language
