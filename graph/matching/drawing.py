"""Why an actor is suggested, as a small drawing: from the need over concepts and evidence to the actor and its sources.

Each line is a triple that the match quotes, or a concept that the need names. Lengths are in units of the drawing.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from textwrap import wrap

from graph.infer import INFERRED
from graph.model import Evidence, Match, NeedProfile, QuotedTriple
from ontology.terms import DCTERMS, IRI, PROV, REV, expand

COLUMNS = ("need", "asked", "shown", "evidence", "actor")
BOX_WIDTH, BOX_HEIGHT, GAP, ROW_GAP, HEAD, EDGE = 154, 44, 36, 14, 22, 2
LETTERS, MOST_LINES = 20, 2  # of a name in a box
MOST_EVIDENCE, MOST_SOURCES = 4, 3
COVERAGES = ("competence", "technology")


@dataclass(frozen=True, slots=True)
class Box:
    """A thing with its upper left corner, and its name in lines; `kind` is a column, or "source"."""

    thing: IRI | None
    kind: str
    x: int
    y: int
    name: tuple[str, ...]
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line between two boxes as an SVG path; `predicate` is None where the need names a concept."""

    path: str
    predicate: IRI | None
    is_inferred: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, the columns that are used with their left edges, and the size of the whole."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    columns: tuple[tuple[str, int], ...]
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Link:
    one: IRI | None  # the need has an IRI only if it is stored
    other: IRI | None
    predicate: IRI | None
    is_inferred: bool = False


def drawing(found: Match, profile: NeedProfile, language: str, *, need: str, called: Callable[[IRI], str]) -> Drawing:
    """The drawing of a match, `need` being what to write for the need and `called` the names of all other things."""
    evidence = _drawn_evidence(found)
    links = _links(found, profile, evidence)
    names = {each.iri: each.label.in_language(language) for each in evidence if each.iri != found.actor}
    boxes = _placed(_kinds(found, profile, evidence, links), evidence, lambda thing: names.get(thing) or called(thing))
    boxes[None] = replace(boxes[None], name=_lines(need))
    lines = tuple(Line(_path(boxes[each.one], boxes[each.other]), each.predicate, each.is_inferred) for each in links)
    columns = {_column(box.kind): box.x for box in boxes.values()}
    return Drawing(
        tuple(boxes.values()),
        lines,
        tuple((name, columns[name]) for name in COLUMNS if name in columns),
        width=max(box.x for box in boxes.values()) + BOX_WIDTH + EDGE,
        height=max(box.y for box in boxes.values()) + BOX_HEIGHT + EDGE,
    )


def _drawn_evidence(found: Match) -> tuple[Evidence, ...]:
    """What the coverage rests on, else what is most telling; an actor's own entry is the actor itself."""
    quoted = {triple.subject for triple in _quoted(found)}
    records = [each for each in found.evidence if each.iri != found.actor]
    shown = [each for each in records if each.iri in quoted][:MOST_EVIDENCE]
    return tuple(shown if shown or found.actor in quoted else records[:1])


def _quoted(found: Match) -> Iterator[QuotedTriple]:
    return chain.from_iterable(each.triples for each in found.criteria if each.name in COVERAGES)


def _asked(profile: NeedProfile) -> list[IRI]:
    return [each.iri for each in (*profile.competences, *profile.preferred, *profile.technologies)]


def _links(found: Match, profile: NeedProfile, evidence: Sequence[Evidence]) -> tuple[_Link, ...]:
    """What is tied, from left to right: what is asked, what shows it, who does, and who says so."""
    said = tuple(_quoted(found))
    projects = {triple.object: triple.subject for triple in said if triple.predicate == REV.inProject}
    drawn = {found.actor, *(each.iri for each in evidence)}
    links = []
    for triple in said:
        shows = projects.get(triple.subject, triple.subject)  # a project speaks for the participation in it
        is_drawn = triple.predicate not in _OF_ACTOR and (shows in drawn or triple.predicate not in _OF_RECORDS)
        if is_drawn and isinstance(triple.object, IRI):
            links.append(_Link(triple.object, shows, triple.predicate, triple.graph == INFERRED))
    reached = {end for link in links for end in (link.one, link.other)}
    links = [*(_Link(None, concept, None) for concept in _asked(profile) if concept in reached), *links]
    sources = list(dict.fromkeys(source for each in evidence for source in each.sources if source != found.actor))
    for each in evidence:
        if each.iri not in reached:
            links.append(_Link(None, each.iri, None))  # its text answers that of the need
        links.append(_Link(each.iri, found.actor, _OWNERS[each.kind]))
        told = [source for source in sources[:MOST_SOURCES] if source in each.sources]
        links += [_Link(each.iri, source, PROV.wasDerivedFrom) for source in told]
    return tuple(dict.fromkeys(links)) or (_Link(None, found.actor, None),)


def _kinds(
    found: Match, profile: NeedProfile, evidence: Sequence[Evidence], links: Sequence[_Link]
) -> dict[IRI | None, str]:
    """Everything that is drawn, and as what."""
    kinds: dict[IRI | None, str] = {None: "need", found.actor: "actor"}
    kinds |= dict.fromkeys(_asked(profile), "asked")
    kinds |= {each.iri: "evidence" for each in evidence}
    drawn = {None: None, found.actor: None} | {end: None for link in links for end in (link.one, link.other)}
    sources = {link.other for link in links if link.predicate == PROV.wasDerivedFrom}
    return {each: "source" if each in sources else kinds.get(each, "shown") for each in drawn}


def _placed(
    kinds: dict[IRI | None, str], evidence: Sequence[Evidence], called: Callable[[IRI], str]
) -> dict[IRI | None, Box]:
    """A box for everything: columns from left to right, each around the middle of the tallest one."""
    columns: defaultdict[str, list[IRI | None]] = defaultdict(list)
    for thing, kind in kinds.items():
        columns[_column(kind)].append(thing)
    inferred = {each.iri for each in evidence if each.sourcing == _INFERRED_MARK}
    tallest = max(map(len, columns.values()))
    boxes = {}
    for place, name in enumerate(name for name in COLUMNS if columns[name]):
        top = HEAD + (tallest - len(columns[name])) * (BOX_HEIGHT + ROW_GAP) // 2
        for row, thing in enumerate(columns[name]):
            x, y = EDGE + place * (BOX_WIDTH + GAP), top + row * (BOX_HEIGHT + ROW_GAP)
            told = _lines(called(thing)) if thing else ()
            boxes[thing] = Box(thing, kinds[thing], x, y, told, thing in inferred)
    return boxes


def _column(kind: str) -> str:
    return "actor" if kind == "source" else kind


def _lines(name: str) -> tuple[str, ...]:
    """A name in as many lines as a box has.

    >>> _lines("Schläuche mit eingebauter Sensorik für Galvaniken")
    ('Schläuche mit', 'eingebauter Sensori…')
    """
    told = wrap(name, LETTERS)
    if len(told) <= MOST_LINES:
        return tuple(told)
    return (*told[: MOST_LINES - 1], f"{told[MOST_LINES - 1][: LETTERS - 1].rstrip()}…")


def _path(one: Box, other: Box) -> str:
    """From the right edge of a box to the left edge of the other, or around where both stand in one column."""
    if one.x > other.x:
        one, other = other, one
    start_x, start_y, end_y = one.x + BOX_WIDTH, one.y + BOX_HEIGHT // 2, other.y + BOX_HEIGHT // 2
    if one.x == other.x:
        around = start_x + GAP // 2
        return f"M{start_x} {start_y}C{around} {start_y} {around} {end_y} {start_x} {end_y}"
    middle = (start_x + other.x) // 2
    return f"M{start_x} {start_y}C{middle} {start_y} {middle} {end_y} {other.x} {end_y}"


_OWNERS = {"offer": REV.offerOf, "holding": REV.heldBy, "participation": REV.participationOf, "profile": None}
_OF_ACTOR = (REV.offerOf, REV.heldBy, REV.participationOf, REV.inProject)
_OF_RECORDS = (
    REV.providesCompetence,
    REV.providesTechnology,
    REV.ofCompetence,
    REV.exercisesCompetence,
    REV.appliesTechnology,
    DCTERMS.subject,
)
_INFERRED_MARK = expand("voc:sourcing-status/inferred")
