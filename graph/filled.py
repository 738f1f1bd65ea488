"""What stands in a form, read against a snapshot: names become things, texts concepts, and a need finds who would fit.

Nothing of it is written anywhere; it is what a person is shown before anything is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from graph.contribution import LANGUAGES, Entered
from graph.directory import KINDS, Directory
from graph.forms import Field, Input
from graph.matching.concepts import LONGEST_TEXT
from graph.matching.index import MatchIndex
from graph.matching.match import match
from graph.matching.understanding import understand
from graph.matching.wish import Wish, profile_for
from graph.model import Match
from ontology.terms import IRI, REV, is_iri

MOST_NEAR, MOST_SPOKEN_OF, MOST_FORESEEN = 5, 8, 3

Offered = Mapping[str, tuple[IRI, ...]]  # what may be added to a form, by the key of its field


def resolved(form: Iterable[Field], entered: Entered, directory: Callable[[IRI], Directory]) -> tuple[Entered, Offered]:
    """What was entered with IRIs in place of names, and what is near to names that mean none or several.

    `directory` gives that of a class. Nothing is guessed: such a name stays as it is.
    """
    told, near = dict(entered), dict[str, tuple[IRI, ...]]()
    for field in form:
        if field.range and field.range in KINDS.values():
            found = [_meant(directory(field.range), text) for text in entered.get(field.key, ())]
            told[field.key] = tuple(dict.fromkeys(text for text, _ in found))
            near[field.key] = tuple(dict.fromkeys(each for _, others in found for each in others))
    return told, near


def spoken_of(index: MatchIndex, form: Iterable[Field], entered: Entered) -> Offered:
    """The concepts that the texts of a form speak of, at the first field that takes each; not those that it holds."""
    fields = tuple(form)
    concepts: dict[IRI, None] = {}
    for language in LANGUAGES:
        keys = [f"{field.key}.{language}" for field in fields if field.input is Input.WORDS]
        text = "\n".join(text for key in keys for text in entered.get(key, ()))[:LONGEST_TEXT]
        concepts |= {each.concept.iri: None for each in understand(index, text, language).concepts} if text else {}
    chosen = {value for values in entered.values() for value in values}
    takes = {REV.Competence: index.competences, REV.Technology: index.technologies}
    first = {field.range: field.key for field in reversed(fields) if field.range in takes}
    return {
        first[kind]: tuple(each for each in concepts if each in taxonomy and each not in chosen)[:MOST_SPOKEN_OF]
        for kind, taxonomy in takes.items()
        if kind in first
    }


def foreseen(index: MatchIndex, entered: Entered) -> tuple[Match, ...]:
    """Who would fit best if what was entered were a need; nobody before it is said what is needed."""
    concepts = {*index.competences, *index.technologies}

    def asked(*says: Iterable[str]) -> dict[str, float | None]:
        return {each: None for values in says for each in values if each in concepts}

    required = asked(entered.get("requiresCompetence", ()), entered.get("requiresTechnology", ()))
    preferred = asked(entered.get("prefersCompetence", ()))
    if not (required or preferred):
        return ()
    place = next((each for each in entered.get("locatedIn", ()) if each in index.places), None)
    profile = profile_for(index, Wish(required=required, preferred=preferred, place=place))
    owner = next((IRI(each) for each in entered.get("needOf", ()) if is_iri(each)), None)
    return match(index, replace(profile, asked_by=owner), limit=MOST_FORESEEN)


def _meant(directory: Directory, text: str) -> tuple[str, tuple[IRI, ...]]:
    """The IRI of the one thing that a name means; or the name as it is, and what is near it."""
    found = [each.named.iri for each in directory.meant(text)]
    if len(found) == 1:
        return found[0], ()
    near = found or [each.named.iri for each in directory.suggested(text, limit=MOST_NEAR)]
    return text, tuple(near[:MOST_NEAR])
