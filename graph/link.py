"""Which actors could be the same: suspected by name, place and identifiers, never merged silently.

Candidates come from the sorted-neighbourhood method (Hernández and Stolfo, The merge/purge problem, SIGMOD
1995): names without their legal form are sorted, and each is compared with the few that follow it.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from urllib.parse import urlsplit

from graph.findings import Finding, finding
from graph.model import Literal, Text
from graph.store import Store
from graph.trace import Tracer
from ontology.terms import IRI
from queries.catalogue import part

WINDOW = 4  # following names that each name is compared with
ALIKE = 0.92  # share of equal characters (Ratcliff and Obershelp) from which names are suspected
_FORMS = re.compile(
    r"\b(ggmbh|gmbh|mbh|co|kg|kgaa|ag|se|sce|eg|ev|e v|aoer|ug|ohg|gbr|stiftung|gruppe|holding|germany|deutschland)\b"
)


@dataclass(slots=True)
class _Candidate:
    actor: IRI
    name: str
    key: str
    places: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    leis: set[str] = field(default_factory=set)


def suspected_duplicates(store: Store, tracer: Tracer) -> list[Finding]:
    """Pairs of actors that may be one, each with the reason for the suspicion."""
    found = []
    for one, other, why in _pairs(list(_candidates(store).values())):
        origin = tracer.origin(one.actor)
        found.append(
            finding(
                "suspected-duplicate",
                file=origin.file,
                sheet=origin.sheet,
                row=origin.row,
                value=one.name,
                other=other.name,
                why=why,
            )
        )
    return found


def name_key(name: str) -> str:
    """A name without case, accents, punctuation and legal form.

    >>> name_key("Müller's Mühle GmbH & Co. KG")
    'muellers muehle'
    """
    lowered = name.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("'", "")
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode()
    words = re.sub(r"[^a-z0-9]+", " ", plain)
    return " ".join(_FORMS.sub(" ", words).split())


def _candidates(store: Store) -> dict[IRI, _Candidate]:
    candidates: dict[IRI, _Candidate] = {}
    for actor, name, place, page, lei in store.select(part("names-and-places")).rows:
        assert isinstance(actor, IRI)
        assert isinstance(name, Literal)
        one = candidates.setdefault(actor, _Candidate(actor, name.value, name_key(name.value)))
        if place is not None:
            one.places.add(str(place))
        if page is not None:
            one.sites.add(_host(str(page)))
        if isinstance(lei, Literal):
            one.leis.add(lei.value)
    return candidates


def _pairs(candidates: list[_Candidate]) -> Iterator[tuple[_Candidate, _Candidate, Text]]:
    seen: set[frozenset[IRI]] = set()
    for one, other, why in (*_same_identifier(candidates), *_similar_names(candidates)):
        pair = frozenset((one.actor, other.actor))
        if pair not in seen:
            seen.add(pair)
            yield one, other, why


def _same_identifier(candidates: list[_Candidate]) -> Iterator[tuple[_Candidate, _Candidate, Text]]:
    holders: dict[str, list[_Candidate]] = defaultdict(list)
    for one in candidates:
        for lei in one.leis:
            holders[lei].append(one)
    for lei, group in holders.items():
        for other in group[1:]:
            yield group[0], other, Text(f"gleicher LEI {lei}", f"same LEI {lei}")


def _similar_names(candidates: list[_Candidate]) -> Iterator[tuple[_Candidate, _Candidate, Text]]:
    ordered = sorted((one for one in candidates if one.key), key=lambda one: (one.key, one.actor))
    for number, one in enumerate(ordered):
        for other in ordered[number + 1 : number + 1 + WINDOW]:
            if one.key == other.key or (one.places & other.places and _alike(one.key, other.key)):
                if one.sites and other.sites and not one.sites & other.sites and one.key != other.key:
                    continue
                yield one, other, Text("ähnlicher Name", "similar name")


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _host(page: str) -> str:
    return (urlsplit(page).hostname or page).removeprefix("www.")
