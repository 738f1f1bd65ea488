"""What a person contributes, a need or an offer: from what was typed to statements, and where these stand.

What is published stands in a graph that all see, drafts and what was withdrawn in a private one. The scope of a token
decides who may do what: one for the private graph alone proposes, one for both publishes too.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from graph.forms import Field, Input
from graph.model import Literal, Table, Term, Triple
from graph.rdf import N_TRIPLES, write_triples
from graph.store import PRIVATE
from ontology.naming import GRAPH, ID, key_of
from ontology.terms import ADMS, DCTERMS, IRI, PROV, QUDT, RDF, REV, SKOS, UNIT, XSD, expand, is_iri

PUBLISHED, PENDING = IRI(GRAPH + "contributed"), IRI(PRIVATE + "contributed")
LANGUAGES = ("de", "en")
AMOUNT, MEASURE = "amount", "unit"  # the two parts of a quantity, as the form calls them
CONFIDENCE = "0.8"  # somebody who is known here says so; nobody has verified it
_OPEN, _WITHDRAWN = expand("voc:status/open"), expand("voc:status/withdrawn")
_OWNERS = (REV.needOf, REV.offerOf)
# what a list tells of each
HEADS = (RDF.type, SKOS.prefLabel, *_OWNERS, ADMS.status, REV.validUntil, DCTERMS.created, DCTERMS.modified)

Entered = Mapping[str, Sequence[str]]  # what stands in a form, by the key of its field


class State(StrEnum):
    """Where a contribution stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One record with all that is said of it and of its parts, and the graph that says it."""

    record: IRI
    graph: IRI
    triples: tuple[Triple, ...]

    @property
    def state(self) -> State:
        if self.graph == PUBLISHED:
            return State.PUBLISHED
        return State.WITHDRAWN if self.first(ADMS.status) == _WITHDRAWN else State.DRAFT

    @property
    def kind(self) -> IRI:
        """Whether it is a need or an offer."""
        return REV.Need if REV.Need in self.values(RDF.type) else REV.Offer

    @property
    def owner(self) -> IRI | None:
        """The actor that needs or offers; None if a group does."""
        owners = (each for says in _OWNERS for each in self.values(says) if isinstance(each, IRI))
        return next(owners, None)

    @property
    def titles(self) -> tuple[Literal, ...]:
        """Its names, or the end of its IRI where somebody has written it without one."""
        named = tuple(each for each in self.values(SKOS.prefLabel) if isinstance(each, Literal))
        return named or (Literal(key_of(self.record)),)

    @property
    def created(self) -> date | None:
        return self._day(DCTERMS.created)

    @property
    def until(self) -> date | None:
        """The last day on which it holds; None if no end is named."""
        return self._day(REV.validUntil)

    @property
    def version(self) -> str:
        """When it was changed last, to the microsecond: another one tells that somebody has changed it since."""
        return _typed(self.first(DCTERMS.modified) or Literal(""))

    def values(self, says: IRI) -> tuple[Term, ...]:
        """What is said of the record by one property."""
        return tuple(what for node, said, what in self.triples if node == self.record and said == says)

    def first(self, says: IRI) -> Term | None:
        """The first of `values`, if there is one."""
        return next(iter(self.values(says)), None)

    def _day(self, says: IRI) -> date | None:
        told = self.first(says)
        try:
            return date.fromisoformat(told.value[:10]) if isinstance(told, Literal) else None
        except ValueError:
            return None


def new_record(kind: IRI) -> IRI:
    """An IRI for a record of its own, that nobody can guess."""
    name = "need" if kind == REV.Need else "offer"
    return IRI(f"{ID}contributed/{name}/{secrets.token_hex(8)}")


def stated(
    record: IRI,
    kind: IRI,
    form: Iterable[Field],
    entered: Entered,
    *,
    now: datetime,
    created: date | None = None,
) -> Contribution:
    """The draft that says what was entered, and what is kept of every contribution; it is `created` now or was before.

    It names `kind` beside the narrower class that was chosen, since a write concludes nothing. What cannot be read as
    a value of its field becomes the text that it is, for the shapes to refuse.
    """
    said: list[Triple] = [(record, RDF.type, kind)]
    said += [triple for field in form for triple in _said(record, field, entered)]
    owner = next((what for _, says, what in said if says in _OWNERS and isinstance(what, IRI)), PUBLISHED)
    said += [
        (record, ADMS.status, _OPEN),
        (record, REV.visibility, expand("voc:visibility/public")),
        (record, REV.sourcingStatus, expand("voc:sourcing-status/stated")),
        (record, REV.confidence, Literal(CONFIDENCE, datatype=XSD.decimal)),
        (record, PROV.wasDerivedFrom, owner),
        (record, DCTERMS.created, Literal((created or now.date()).isoformat(), datatype=XSD.date)),
        (record, DCTERMS.modified, _moment(now)),
    ]
    return Contribution(record, PENDING, tuple(dict.fromkeys(said)))


def entered(contribution: Contribution, form: Iterable[Field]) -> dict[str, tuple[str, ...]]:
    """What would have to be typed to say this: the way back from `stated`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for field in form:
        for value in contribution.values(field.says):
            if field.input is Input.QUANTITY:
                for node, says, what in contribution.triples:
                    if node == value and says in (QUDT.numericValue, QUDT.hasUnit):
                        found[f"{field.key}.{AMOUNT if says == QUDT.numericValue else MEASURE}"].append(_typed(what))
            elif field.input is Input.WORDS and isinstance(value, Literal):
                found[f"{field.key}.{value.language}"].append(value.value)
            elif field.input is not Input.CHOICE or value in field.choices:
                found[field.key].append(_typed(value))
    return {key: tuple(values) for key, values in found.items()}


def moved(contribution: Contribution, to: State, *, now: datetime) -> Contribution:
    """The contribution as it stands after it was published, withdrawn, or made a draft again."""
    changed = (ADMS.status, DCTERMS.modified)
    kept = [each for each in contribution.triples if each[0] != contribution.record or each[1] not in changed]
    told: list[Triple] = [
        (contribution.record, ADMS.status, _WITHDRAWN if to is State.WITHDRAWN else _OPEN),
        (contribution.record, DCTERMS.modified, _moment(now)),
    ]
    return replace(contribution, graph=PUBLISHED if to is State.PUBLISHED else PENDING, triples=(*kept, *told))


def update(old: Contribution | None, new: Contribution | None) -> str:
    """The SPARQL update by which a contribution becomes another, comes, or goes.

    The engine writes its terms, and escapes what could end one.
    """
    gone = f"DELETE DATA {{ {_data(old)} }} ;\n" if old else ""
    return gone + (f"INSERT DATA {{ {_data(new)} }}" if new else "")


def contributions(table: Table) -> tuple[Contribution, ...]:
    """The contributions in the rows of contributions.rq, those changed last at the head."""
    said: defaultdict[tuple[IRI, IRI], list[Triple]] = defaultdict(list)
    for graph, record, node, says, what in table.rows:
        if isinstance(graph, IRI) and isinstance(record, IRI) and isinstance(says, IRI) and node and what:
            said[record, graph].append((node, says, what))
    found = (Contribution(record, graph, tuple(triples)) for (record, graph), triples in said.items())
    return tuple(sorted(found, key=_last_changed, reverse=True))


def _last_changed(contribution: Contribution) -> tuple[str, str]:
    return contribution.version, contribution.record


def _moment(now: datetime) -> Literal:
    return Literal(now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"), datatype=XSD.dateTime)


def _said(record: IRI, field: Field, entered: Entered) -> Iterable[Triple]:
    """What a field says of the record."""
    if field.input is Input.WORDS:
        for language in LANGUAGES:
            for text in entered.get(f"{field.key}.{language}", ()):
                yield record, field.says, Literal(text, language, RDF.langString)
    elif field.input is Input.QUANTITY:
        yield from _quantity(record, field, entered)
    else:
        for text in entered.get(field.key, ()):
            if field.input is not Input.CHOICE or text in field.choices:
                yield record, field.says, _term(field, text)


def _quantity(record: IRI, field: Field, entered: Entered) -> Iterable[Triple]:
    amounts, units = (entered.get(f"{field.key}.{part}", ()) for part in (AMOUNT, MEASURE))
    if not amounts:
        return
    node = IRI(f"{record}#{field.key}")
    yield record, field.says, node
    yield node, RDF.type, QUDT.QuantityValue
    for amount in amounts:
        yield node, QUDT.numericValue, Literal(_number(amount), datatype=XSD.decimal)
    for unit in units:
        yield node, QUDT.hasUnit, IRI(unit) if unit in UNIT.terms.values() else Literal(unit)


def _term(field: Field, text: str) -> Term:
    if field.input in (Input.THING, Input.CONCEPT, Input.CHOICE):
        return IRI(text) if is_iri(text) else Literal(text)
    if field.input is Input.NUMBER:
        return Literal(_number(text), datatype=field.range or XSD.decimal)
    return Literal(text, datatype=field.range or XSD.string)


def _number(text: str) -> str:
    """A number as RDF writes it, if a person wrote it with a comma."""
    return text.replace(",", ".", 1)


def _typed(term: Term) -> str:
    return term.value if isinstance(term, Literal) else str(term)


def _data(contribution: Contribution) -> str:
    lines = write_triples(contribution.triples, N_TRIPLES).decode()
    return f"GRAPH <{contribution.graph}> {{ {lines} }}"
