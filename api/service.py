"""The running service: the parts that its endpoints and pages share, put together once and handed to each."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.current import Current
from api.settings import Settings

if TYPE_CHECKING:
    from api.metrics import Metrics
    from graph.cache import AnswerCache
    from graph.desk import Desk
    from graph.pool import Queries
    from graph.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Service:
    """What answers requests; without a `desk` nothing can be written here, without a `cache` every query is run."""

    settings: Settings
    queries: "Queries"
    current: Current
    desk: "Desk | None"
    tokens: "Tokens"
    cache: "AnswerCache | None"
    metrics: "Metrics"
    is_bare: bool = False  # a plain SPARQL server: no region, no pages
