"""The tasks as cards of a board: what each is called, where it belongs, when it is due, and who answers for it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.analysis.facts import BRIDGE, DEVELOPER, USER, Facts, Task
from graph.describe import Named
from graph.model import Literal, Term
from graph.store import Store
from ontology.terms import ADMS, IRI, REV, SKOS
from queries.catalogue import part

COLUMNS = (USER, DEVELOPER, BRIDGE, None)  # a class alone; None: several classes together


@dataclass(frozen=True, slots=True)
class Card:
    """One task with the names of what is told of it; `typical_lead` says in words who usually leads such a task."""

    task: Task
    named: Named
    status: Named | None
    action_field: Named | None
    horizon: Named | None
    goals: tuple[Named, ...]
    bodies: tuple[Named, ...]
    coordinators: tuple[Named, ...]
    typical_lead: tuple[Literal, ...]

    @property
    def column(self) -> IRI | None:
        """The class that the task is for alone; None if it is for several."""
        return next(iter(self.task.classes)) if len(self.task.classes) == 1 else None


@dataclass(frozen=True, slots=True)
class Lane:
    """The cards of one action field, by column; `action_field` is None for tasks that are in none."""

    action_field: Named | None
    cells: dict[IRI | None, tuple[Card, ...]]

    @property
    def count(self) -> int:
        return sum(map(len, self.cells.values()))


def cards(store: Store, facts: Facts) -> tuple[Card, ...]:
    """A card for every task, in the order of their identifiers."""
    told: defaultdict[Term, defaultdict[Term | None, dict[Term, list[Literal]]]]
    told = defaultdict(lambda: defaultdict(dict))
    for task, says, value, name in store.select(part("analysis-cards")).rows:
        if task is not None and value is not None:
            names = told[task][says].setdefault(value, [])
            if isinstance(name, Literal):
                names.append(name)
    return tuple(_card(each, told[each.iri]) for each in facts.tasks)


def narrowed(
    every: Iterable[Card],
    *,
    action_field: IRI | None = None,
    goal: IRI | None = None,
    status: IRI | None = None,
    horizon: IRI | None = None,
) -> tuple[Card, ...]:
    """The cards that meet every condition that is not None."""

    def meets(card: Card) -> bool:
        held = ((action_field, card.action_field), (status, card.status), (horizon, card.horizon))
        return all(wanted is None or (found and found.iri == wanted) for wanted, found in held) and (
            goal is None or goal in card.task.goals
        )

    return tuple(filter(meets, every))


def lanes(found: Iterable[Card]) -> tuple[Lane, ...]:
    """The cards as a board: a lane for each action field in the order of its first task, the lane without one last."""
    fields: dict[IRI | None, Named | None] = {}
    cells: defaultdict[IRI | None, defaultdict[IRI | None, list[Card]]] = defaultdict(lambda: defaultdict(list))
    for card in found:
        key = card.action_field.iri if card.action_field else None
        fields.setdefault(key, card.action_field)
        cells[key][card.column].append(card)
    return tuple(
        Lane(fields[key], {column: tuple(cells[key][column]) for column in COLUMNS})
        for key in sorted(fields, key=lambda each: each is None)
    )


def _card(task: Task, told: defaultdict[Term | None, dict[Term, list[Literal]]]) -> Card:
    def all_of(says: IRI) -> tuple[Named, ...]:
        return tuple(Named(value, tuple(names)) for value, names in told[says].items() if isinstance(value, IRI))

    def one_of(says: IRI) -> Named | None:
        return next(iter(all_of(says)), None)

    def texts(says: IRI) -> tuple[Literal, ...]:
        return tuple(value for value in told[says] if isinstance(value, Literal))

    return Card(
        task=task,
        named=Named(task.iri, texts(SKOS.prefLabel)),
        status=one_of(ADMS.status),
        action_field=one_of(REV.inActionField),
        horizon=one_of(REV.timeHorizon),
        goals=all_of(REV.contributesToGoal),
        bodies=all_of(REV.responsibleBody),
        coordinators=all_of(REV.coordinatedBy),
        typical_lead=texts(REV.typicalLead),
    )
