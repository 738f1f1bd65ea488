"""`revier mcp` as an assistant meets it: a client of the protocol, and our process at the other end of the pipe."""

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

NEED, MAKER = "id:kleinrevier/need/0001", "id:kleinrevier/actor/0001"
Told = tuple[bool, Any]


@pytest.fixture
def asked(little_snapshot: Path) -> Callable[..., list[Told]]:
    """Calls tools, each with its arguments, in one session; whether each failed, and what it gave."""
    home = str(little_snapshot.parents[1])
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "api.cli", "--lang", "en", "mcp"], env={"REVIER_HOME": home}
    )

    def call(*calls: tuple[str, dict[str, Any]]) -> list[Told]:
        async def session() -> list[Told]:
            async with Client(stdio_client(server)) as client:
                answers = [await client.call_tool(name, arguments) for name, arguments in calls]
                return [
                    (bool(each.is_error), each.structured_content or getattr(each.content[0], "text", ""))
                    for each in answers
                ]

        work: Callable[[], Awaitable[list[Told]]] = session
        return anyio.run(work)

    return call


def test_an_assistant_finds_developers_and_learns_why(asked: Callable[..., list[Told]]) -> None:
    found, explained = asked(
        ("find_developers", {"need": NEED, "limit": 3}), ("explain_match", {"need": NEED, "actor": MAKER})
    )
    assert (found[0], explained[0]) == (False, False)
    assert len(found[1]["matches"]) == 3
    (match,) = explained[1]["matches"]
    assert match["actor"]["iri"].endswith("/actor/0001")
    assert sum(each["contribution"] for each in match["criteria"]) == pytest.approx(match["score"])


def test_an_assistant_asks_the_questions_of_the_catalogue(asked: Callable[..., list[Told]]) -> None:
    listed, answer = asked(("ask_question", {}), ("ask_question", {"name": "blocking-tasks"}))
    assert "blocking-tasks" in {each["name"] for each in listed[1]["questions"]}
    assert answer[1]["rows"]


def test_what_is_refused_is_told_in_words(asked: Callable[..., list[Told]]) -> None:
    ((failed, words),) = asked(("find_developers", {"need": "urn:nowhere"}))
    assert failed
    assert "urn:nowhere" in words
