"""`revier token`: make, list and revoke the tokens with which others may write."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from graph.errors import WrongUse
from graph.tokens import EVERYTHING, Tokens

if TYPE_CHECKING:
    from api.cli import _Session


@click.group()
def token() -> None:
    """Make, list and revoke the tokens with which others may write."""


@token.command()
@click.argument("name")
@click.option("--graph", "graphs", multiple=True, metavar="IRI", help="A graph, IRIs from here on*, or default.")
@click.option("--all", "is_for_all", is_flag=True, help="All graphs.")
@click.pass_obj
def create(session: "_Session", name: str, graphs: Sequence[str], is_for_all: bool) -> None:
    """Make a token called NAME and print it, this once.

    It is for the graphs that --graph names, each an IRI, the beginning of IRIs with * behind it, or default.
    """
    if is_for_all and graphs:
        raise WrongUse("--all covers what --graph names. Leave one of them out.")
    secret = _tokens(session).create(name, (EVERYTHING,) if is_for_all else graphs)
    session.print({"name": name, "token": secret}, [secret])
    click.echo("Keep it: it is stored only as a hash and cannot be shown again.", err=True)


@token.command(name="list")
@click.pass_obj
def list_command(session: "_Session") -> None:
    """List the tokens by name, with their graphs and since when."""
    kept = _tokens(session).listed()
    session.print(
        [{"name": one.name, "graphs": one.graphs, "created": one.created} for one in kept],
        (f"{one.name:24} {one.created}  {' '.join(one.graphs)}" for one in kept),
    )


@token.command()
@click.argument("name")
@click.pass_obj
def revoke(session: "_Session", name: str) -> None:
    """Let the token NAME be valid no longer, at once."""
    _tokens(session).revoke(name)
    session.print({"revoked": name}, [f"{name} is revoked."])


def _tokens(session: "_Session") -> Tokens:
    return Tokens(session.settings.tokens_file, "")
