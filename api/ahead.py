"""What readers of a new edition ask for first, worked out before they do, the quickest first."""

from collections.abc import Callable
from functools import partial

from api.changes import news_of
from api.current import Edition
from api.pages.shown import analysed
from graph.analysis.facts import read_facts
from graph.directory import KINDS as PICKED
from graph.directory import Directory
from graph.facets import KINDS as LISTED
from graph.facets import Listing
from graph.listing import entries
from ontology.terms import REV

AHEAD: tuple[Callable[[Edition], object], ...] = (
    lambda edition: edition.remembered(read_facts),
    lambda edition: edition.remembered(entries, REV.Place),
    lambda edition: edition.index,
    analysed,
    lambda edition: edition.remembered(news_of, edition.folder),
    *(partial(lambda kind, edition: edition.remembered(Listing, kind), kind) for kind in LISTED),
    *(partial(lambda kind, edition: edition.remembered(Directory.of, kind), kind) for kind in PICKED.values()),
)
