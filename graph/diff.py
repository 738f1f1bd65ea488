"""What changed between two snapshots, in the words of the domain: "actor X: new offer Y".

Only what sources and vocabularies say in public is compared: the ontology has a change log of its own; conclusions,
matches and the record of the run follow. A node that a table row makes is new or gone as a whole; in one that stays,
each property that differs is a change of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from graph.analysis.observations import INDICATORS
from graph.errors import SnapshotError
from graph.infer import INFERRED
from graph.model import Literal, Term, Text, Triple
from graph.provenance import MATCHES, META, ONTOLOGY, moment
from graph.questions import QUESTIONS
from graph.rdf import N_TRIPLES, read_table
from graph.snapshot import read_manifest
from graph.store import PRIVATE, EmbeddedStore, Store, open_store
from ontology.foreign import FOREIGN
from ontology.naming import key_of
from ontology.terms import CS, IRI, RDF, REV
from queries.catalogue import part

_OWNED_BY = (REV.needOf, REV.offerOf, REV.heldBy, REV.participationOf, REV.assignedActor)
_SILENT = (REV.fromRow,)
_ASIDE = (INFERRED, MATCHES, META, ONTOLOGY, QUESTIONS, INDICATORS)
_WORDS = {
    "new": Text("neu", "new"),
    "gone": Text("entfallen", "gone"),
    "changed": Text("geändert", "changed"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the node, whose it is, what happened, and the sentence that says so."""

    node: IRI
    kind: str  # "new" | "gone" | "changed"
    sentence: Text


def diff(old: Path, new: Path) -> tuple[Change, ...]:
    """The changes from the snapshot folder `old` to `new`, in the order of the names they concern.

    Raises `SnapshotError` if one of them is no complete snapshot.
    """
    for snapshot in (old, new):
        read_manifest(snapshot)
    gone = _by_node(_only_in(old, new))
    come = _by_node(_only_in(new, old))
    return changes(gone, come, open_store(old), open_store(new))


def changes(gone: "LinesByNode", come: "LinesByNode", before: Store, after: Store) -> tuple[Change, ...]:
    """What it means that the statements `gone` were said `before`, and those that have `come` are said `after`."""
    found: list[Change] = []
    for node in gone.keys() | come.keys():
        lost, won = gone.get(node, {}), come.get(node, {})
        if RDF.type in lost and not after.ask(part("is-a"), {"node": node}):
            found.append(_whole("gone", node, lost, before))
        elif RDF.type in won and not before.ask(part("is-a"), {"node": node}):
            found.append(_whole("new", node, won, after))
        else:
            found += _properties(node, lost, won, before, after)
    return tuple(sorted(found, key=lambda change: (change.sentence.en, change.node)))


def is_compared(graph: IRI | None, says: IRI | None = None) -> bool:
    """Whether it counts as a change if what `graph` says, with the property `says`, is new or gone."""
    return graph not in _ASIDE and not (graph or "").startswith(PRIVATE) and says not in _SILENT


def change_sets(changes: Sequence[Change], page: str, made: datetime) -> Iterator[Triple]:
    """Changes as RDF: a change set each, numbered on the `page` that lists them, with its sentence as the reason."""
    for number, change in enumerate(changes, 1):
        itself = IRI(f"{page}#{number}")
        yield (itself, RDF.type, CS.ChangeSet)
        yield (itself, CS.subjectOfChange, change.node)
        yield (itself, CS.createdDate, moment(made))
        yield (itself, CS.changeReason, Literal(change.sentence.de, "de"))
        yield (itself, CS.changeReason, Literal(change.sentence.en, "en"))


def _only_in(snapshot: Path, other: Path) -> Iterator[bytes]:
    """Lines whose triple is said in `snapshot` and not in `other`, in whichever graph."""
    known = {hash(line) for line in _said(other)}
    return (line for line in _said(snapshot) if hash(line) not in known)


def _said(snapshot: Path) -> Iterator[bytes]:
    """Every triple that is compared, as a line of N-Triples."""
    store = open_store(snapshot)
    for graph in (None, *store.graphs()):
        if is_compared(graph):
            with TemporaryFile() as lines:
                _dump(store, graph, lines)
                lines.seek(0)
                yield from lines


def _dump(store: EmbeddedStore, graph: IRI | None, output: IO[bytes]) -> None:
    try:
        store.dump_graph(graph, output, as_lines=True)
    except (OSError, RuntimeError) as error:
        raise SnapshotError(f"{store.snapshot} cannot be read: {error}. Run `revier doctor`.") from error


LinesByNode = dict[IRI, dict[IRI, list[Term]]]


def _by_node(lines: Iterable[bytes]) -> LinesByNode:
    said: LinesByNode = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in read_table(b"".join(lines), N_TRIPLES).rows:
        if isinstance(subject, IRI) and isinstance(predicate, IRI) and value and is_compared(None, predicate):
            said[subject][predicate].append(value)
    return said


def _whole(kind: str, node: IRI, said: dict[IRI, list[Term]], store: Store) -> Change:
    """A node that came or went: under the name of the actor it belongs to, if it belongs to one."""
    owner = next((value for owning in _OWNED_BY for value in said.get(owning, ()) if isinstance(value, IRI)), None)
    what = next((value for value in said[RDF.type] if isinstance(value, IRI)), node)

    def sentence(language: str) -> str:
        of = f"{_name(store, owner, language)}: " if owner else ""
        word = _WORDS[kind].in_language(language)
        return f"{of}{word}: {_name(store, what, language)} „{_name(store, node, language)}“"

    return Change(node, kind, Text(sentence("de"), sentence("en").replace("„", "‘").replace("“", "’")))


def _properties(
    node: IRI, lost: dict[IRI, list[Term]], won: dict[IRI, list[Term]], before: Store, after: Store
) -> Iterator[Change]:
    for predicate in sorted(lost.keys() | won.keys()):

        def sentence(language: str, predicate: IRI = predicate) -> str:
            old = ", ".join(sorted(_plain(before, value, language) for value in lost.get(predicate, ()))) or "–"
            new = ", ".join(sorted(_plain(after, value, language) for value in won.get(predicate, ()))) or "–"
            return f"{_name(after, node, language)}: {_property(after, predicate, language)}: {old} → {new}"

        yield Change(node, "changed", Text(sentence("de"), sentence("en")))


def _plain(store: Store, value: Term, language: str) -> str:
    return value.value if isinstance(value, Literal) else _name(store, IRI(str(value)), language)


def _property(store: Store, property_: IRI, language: str) -> str:
    named = FOREIGN.get(property_)
    return named.in_language(language) if named else _name(store, property_, language)


def _name(store: Store, node: IRI, language: str) -> str:
    """The name of a thing in a language, or in the other one, or the end of its IRI."""
    names = [name for (name,) in store.select(part("names"), {"node": node}).rows if isinstance(name, Literal)]
    names.sort(key=lambda name: (name.language != language, name.language is not None, name.value))
    return names[0].value if names else key_of(node)
