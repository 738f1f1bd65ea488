"""`revier mcp`: matchmaking and questions for assistants, over the Model Context Protocol, read only.

The protocol goes over standard input and output (https://modelcontextprotocol.io/specification). Each call sees what
is published at that moment.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from importlib.metadata import version
from typing import Any, ParamSpec, TypeVar

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations

from api.answers import question_json, rows_json
from api.match_json import match_json, need_json
from api.match_request import request_from_json
from api.remote_service import opened_index, opened_store
from api.settings import Settings
from api.words import say
from graph.ask import ask, question
from graph.errors import RevierError
from graph.matching.match import match
from graph.matching.wish import named, profile_for
from queries.catalogue import questions

LENGTH = 5  # matches, unless more are wanted
_READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_INSTRUCTIONS = (
    "A knowledge graph of a region's actors: who can do what another one needs, and why. Statements marked as inferred "
    "or placeholder are no facts from a source: pass the mark on. Name the IRI and the source of what you tell."
)
P = ParamSpec("P")
T = TypeVar("T")


def assistant(settings: Settings, language: str) -> MCPServer[Any]:
    """The server with its three tools; answers are in `language`, "de" or "en"."""
    server = MCPServer("revier", title="Revier", instructions=_INSTRUCTIONS, version=version("revier"))
    opened = lru_cache(maxsize=1)(lambda _: opened_index(settings))
    offer = server.tool(annotations=_READS)

    def found(need: dict[str, Any], *, explain: bool, among: str | None = None) -> dict[str, Any]:
        store = opened_store(settings)
        asked = request_from_json({name: value for name, value in need.items() if value}, language)
        index = opened(store.snapshot)
        profile = profile_for(index, asked.wish)
        matches = match(index, profile, limit=asked.limit, among=[named(among)] if among else None)
        return {
            "snapshot": store.snapshot,
            "need": need_json(profile, language),
            "matches": [match_json(each, language, explain=explain) for each in matches],
        }

    @offer
    @_in_words
    def find_developers(
        text: str = "",
        need: str = "",
        required: list[str] | None = None,
        place: str = "",
        radius_km: float | None = None,
        minimum_readiness: int | None = None,
        limit: int = LENGTH,
    ) -> dict[str, Any]:
        """Who can do what is needed, best first, each with a score in [0, 1], a verdict and what is missing.

        Say what is needed in `text` (German or English), or name a stored `need`, or `required` competences and
        technologies; things are named by IRI or CURIE. `place` is the IRI of a town, with `radius_km` around it;
        `minimum_readiness` is a technology readiness level from 1 to 9.
        """
        told = {
            "text": text,
            "need": need,
            "required": required,
            "place": place,
            "radius_km": radius_km,
            "minimum_readiness": minimum_readiness,
            "limit": limit,
        }
        return found(told, explain=False)

    @offer
    @_in_words
    def explain_match(actor: str, text: str = "", need: str = "", required: list[str] | None = None) -> dict[str, Any]:
        """Why an actor answers a need or not: every criterion with its reason, statements and their graphs.

        `actor` is an IRI or CURIE; the need is said as for find_developers. An actor that shows nothing of what is
        needed has no match.
        """
        return found({"text": text, "need": need, "required": required}, explain=True, among=actor)

    @offer
    @_in_words
    def ask_question(name: str = "", parameters: dict[str, str] | None = None) -> dict[str, Any]:
        """The answer of a saved question; without a name, the questions there are, with their parameters."""
        store = opened_store(settings)
        if not name:
            return {"snapshot": store.snapshot, "questions": [question_json(each, language) for each in questions()]}
        asked = question(name)
        spoken = {"lang": language} if any(each.name == "lang" for each in asked.parameters) else {}
        rows = rows_json(ask(store, asked, spoken | (parameters or {})))
        note = say("questions.note", language)
        return {"snapshot": store.snapshot, "question": question_json(asked, language), "note": note, "rows": rows}

    return server


def _in_words(work: Callable[P, T]) -> Callable[P, T]:
    """The same work; what it refuses, the assistant is told in the words of the refusal."""

    @wraps(work)
    def told(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return work(*args, **kwargs)
        except RevierError as error:
            raise ToolError(str(error)) from error

    return told
