"""What readers of a new edition ask for first, worked out before they do, the quickest first."""

from collections.abc import Callable
from functools import partial

from api.changes import news_of
from api.current import Edition
from api.pages.lists import listing
from api.pages.network import network_of
from api.pages.shown import analysed, spotted
from api.pages.statements import looked
from api.pages.tasks import known_tasks
from api.pages.team import known_ground
from api.picking import directory
from graph.analysis.facts import read_facts
from graph.directory import KINDS as PICKED
from graph.kinds import KINDS as LISTED
from graph.listing import known_entries
from ontology.terms import REV

AHEAD: tuple[Callable[[Edition], object], ...] = (
    lambda edition: edition.remembered(read_facts),
    lambda edition: edition.remembered(known_entries)(REV.Place),
    spotted,
    known_ground,
    known_tasks,
    network_of,
    lambda edition: edition.index,
    analysed,
    lambda edition: edition.remembered(news_of, edition.folder),
    *(partial(lambda name, edition: listing(edition, name), kind.name) for kind in LISTED),
    *(partial(lambda kind, edition: directory(edition, kind), kind) for kind in PICKED.values()),
    lambda edition: edition.remembered(looked),
)
