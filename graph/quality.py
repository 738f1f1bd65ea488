"""How good the data of a snapshot are: how complete, how far trusted, from which sources, and what the build found."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from graph.describe import Named
from graph.model import Literal, Term, Text
from graph.snapshot import read_manifest
from graph.store import Store
from ontology.terms import DCTERMS, FOAF, IRI
from queries.catalogue import part


@dataclass(frozen=True, slots=True)
class Completeness:
    """Of `all` things of a kind, how many `have` what the aspect is about."""

    aspect: str
    all: int
    have: int

    @property
    def share(self) -> float | None:
        """A ratio in [0, 1]; None where there is nothing of the kind."""
        return self.have / self.all if self.all else None


@dataclass(frozen=True, slots=True)
class Source:
    """A source that records cite; one without a `page` cannot be looked up in the web."""

    named: Named
    page: IRI | None
    licence: IRI | None


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom the licence of a graph wants named, and where its data come from, if that is told."""

    attribution: str
    origin: IRI | None


@dataclass(frozen=True, slots=True)
class Noted:
    """What the check of the build found, the same in one table taken together."""

    severity: str
    file: str
    message: Text
    remedy: Text
    count: int


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What became of the rows of each table, as read, mapped and refused, and what was noted."""

    tables: Mapping[str, tuple[int, int, int]]
    noted: tuple[Noted, ...]


def completeness(store: Store) -> tuple[Completeness, ...]:
    """How complete the records are; a kind of which there is nothing is left out."""
    rows = store.select(part("quality-completeness")).rows
    return tuple(
        Completeness(aspect.value, _whole(every), _whole(have))
        for aspect, every, have in rows
        if isinstance(aspect, Literal)
    )


def confidences(store: Store) -> dict[Decimal, int]:
    """How many statements are trusted how far, the least first."""
    rows = store.select(part("quality-confidence")).rows
    told = {Decimal(value.value): _whole(count) for value, count in rows if isinstance(value, Literal)}
    return dict(sorted(told.items()))


def sources(store: Store) -> tuple[Source, ...]:
    """The sources that records cite, by title."""
    told: defaultdict[IRI, defaultdict[Term | None, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for source, says, what in store.select(part("quality-sources")).rows:
        if isinstance(source, IRI) and what is not None:
            told[source][says].append(what)
    found = [
        Source(
            Named(source, tuple(each for each in says[DCTERMS.title] if isinstance(each, Literal))),
            _iri(says[FOAF.page]),
            _iri(says[DCTERMS.license]),
        )
        for source, says in told.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.named.name("de").value.casefold(), each.named.iri)))


def attributions(store: Store) -> dict[IRI, Attribution]:
    """By graph, whom its licence wants named."""
    rows = store.select(part("quality-attributions")).rows
    return {
        graph: Attribution(said.value, origin if isinstance(origin, IRI) else None)
        for graph, said, origin in rows
        if isinstance(graph, IRI) and isinstance(said, Literal)
    }


def build_report(folder: Path) -> BuildReport:
    """What the manifest of a snapshot tells of its build; a snapshot that was written and not built tells nothing.

    Raises `SnapshotError` if there is no manifest.
    """
    manifest = read_manifest(folder)
    found = Counter(
        (each["severity"], each["file"], _text(each["message"]), _text(each["remedy"])) for each in manifest["findings"]
    )
    return BuildReport(
        {name: (each["read"], each["mapped"], each["refused"]) for name, each in manifest["tables"].items()},
        tuple(Noted(*said, count) for said, count in found.most_common()),
    )


def _whole(term: Term | None) -> int:
    return int(term.value) if isinstance(term, Literal) else 0


def _iri(terms: list[Term]) -> IRI | None:
    return next((each for each in terms if isinstance(each, IRI)), None)


def _text(told: dict[str, str]) -> Text:
    return Text(de=told["de"], en=told["en"])
