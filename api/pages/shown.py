"""What the pages about the region share: how one is shown, how it names things, and what its address chooses."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Response, g, render_template, request, url_for

from api.current import Current, Edition
from api.keeping import kept
from api.negotiation import PAGE_TYPE, told_type
from graph.analysis.facts import Facts, read_facts
from graph.analysis.names import names
from graph.analysis.specialisation import Profile, profile
from graph.analysis.white_spots import Cell, white_spots
from graph.errors import WrongUse
from graph.store import Store
from ontology.naming import key_of
from ontology.terms import IRI


@dataclass(frozen=True, slots=True, eq=False)
class Spotted:
    """The facts of a snapshot with the white spots, which take much less time than the strengths."""

    facts: Facts
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """The facts of a snapshot with the white spots and the strengths, which several pages show."""

    facts: Facts
    cells: tuple[Cell, ...]
    profile: Profile


class Naming:
    """The names of things in one language, each asked for once."""

    def __init__(self, store: Store, language: str) -> None:
        self._store, self._language = store, language
        self._known: dict[IRI, str] = {}

    def __call__(self, thing: IRI) -> str:
        self.learn([thing])
        return self._known[thing]

    def learn(self, things: Iterable[IRI]) -> None:
        """Ask for the names of `things` together, which is much faster than one by one."""
        unknown = [each for each in dict.fromkeys(things) if each not in self._known]
        if unknown:
            self._known.update(names(self._store, unknown, self._language))


def spotted(current: Current | Edition) -> Spotted:
    """The white spots of the snapshot that is read, worked out once."""
    return current.remembered(_spotted, current.remembered(read_facts))


def analysed(current: Current | Edition) -> Analysed:
    """What the pages share of the snapshot that is read, worked out once."""
    return current.remembered(_analysed, spotted(current))


def shown_page(
    current: Current,
    template: str,
    *,
    things: Callable[[], Iterable[IRI]] = tuple,
    is_whole: bool = True,
    **told: Callable[[], object],
) -> Response:
    """The template with what is `told`, worked out only if the client holds no such page.

    It names any thing with `name`; those that it names for sure may be given as `things`, to be asked for together.
    A page that is not whole yet differs from the one that will be.
    """

    def made() -> Response:
        naming = current.remembered(Naming, g.language)
        naming.learn(things())
        shown = {name: work() for name, work in told.items()}
        body = render_template(template, **shown, name=naming, asking=asking)
        return Response(body, content_type=told_type(PAGE_TYPE))

    return kept(current, made, is_whole=is_whole)


def chosen(parameter: str, things: Iterable[IRI]) -> IRI | None:
    """The thing that the request names by its IRI or the last part of it, if it names one."""
    key = request.args.get(parameter, "")
    found = next((each for each in things if key in (each, key_of(each))), None) if key else None
    if key and not found:
        raise WrongUse(f"{parameter}={key[:40]!r} is not in this snapshot. Choose one from the list.")
    return found


def one_of(parameter: str, offered: Iterable[str], default: str = "") -> str:
    """Which of what is offered the request names; `default` if it names none."""
    told = request.args.get(parameter) or default
    if told != default and told not in (known := list(offered)):
        raise WrongUse(f"{parameter}={told[:40]!r} is not known here. Choose one of: {', '.join(known)}.")
    return told


def asking(**changed: object) -> str:
    """The address of this page with some parameters changed; one that becomes None is left out."""
    values: dict[str, Any] = {**request.args.to_dict(flat=False), **changed}
    return url_for(request.endpoint or "", **values)


def _spotted(_: Store, facts: Facts) -> Spotted:
    return Spotted(facts, white_spots(facts))


def _analysed(_: Store, told: Spotted) -> Analysed:
    return Analysed(told.facts, told.cells, profile(told.facts))
