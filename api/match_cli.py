"""`revier match`: who can do what a need asks for, which needs an actor meets, and what is new since a snapshot."""

from typing import IO, TYPE_CHECKING, Any

import click

from graph.errors import WrongUse

if TYPE_CHECKING:
    from api.cli import _Session


@click.command(name="match")
@click.option("--need", help="IRI or CURIE of a stored need.")
@click.option("--text", help="The need in a sentence, German or English.")
@click.option("--actor", help="The other way round: the stored needs that this actor meets.")
@click.option("--like", help="Actors like this one.")
@click.option("--competence", "competences", multiple=True, help="IRI or CURIE of a required competence; repeatable.")
@click.option("--technology", "technologies", multiple=True, help="IRI or CURIE of a technology; repeatable.")
@click.option("--preferred", multiple=True, help="IRI or CURIE of what would be welcome besides; repeatable.")
@click.option("--without", multiple=True, help="A concept to leave out of what the text was read as; repeatable.")
@click.option("--readiness", type=click.IntRange(1, 9), help="The lowest technology readiness level that will do.")
@click.option("--amount", type=click.FloatRange(0), help="How much has to be free, in the unit of --unit.")
@click.option("--unit", help="A unit of QUDT, e.g. unit:DAY.")
@click.option("--class", "actor_class", help="The class that answers must have, e.g. solution-developer.")
@click.option("--place", help="IRI or CURIE of the place, e.g. place:05513000.")
@click.option("--radius-km", type=click.FloatRange(0, min_open=True), help="How far around the place.")
@click.option("--batch", "batch", type=click.File("rb"), help="Needs in FILE: JSON lines, or CSV with these names.")
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", help="What a batch gives.")
@click.option("--since", metavar="ID", help="Matches of stored needs that are new or better since that snapshot.")
@click.option("--limit", type=click.IntRange(1, 100), help="How many at most; 20 unless told.")
@click.option("--explain", is_flag=True, help="Print the reasons of every match.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for machines.")
@click.pass_obj
def match_command(
    session: "_Session",
    /,
    batch: IO[bytes] | None,
    form: str,
    since: str | None,
    explain: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Find who can do what a need asks for, with reasons.

    \b
    Examples:
      revier match --text "Druckluftleckageortung in Herten" --explain
      revier match --need id:emscher-lippe/need/0001 --readiness 7
      revier match --actor id:emscher-lippe/actor/0001
      revier match --batch needs.csv --format csv > matches.csv
      revier match --since 20260501T060000000000-0123abcd

    A batch has the fields of POST /api/v1/match: id, need, title, text, language, required, preferred, without,
    place, radius_km, minimum_readiness, amount, unit, class, day, limit. In CSV, concepts in one cell are parted by
    blanks.
    """
    from api.match_lines import print_batch, print_matches, print_news

    session.as_json = session.as_json or as_json
    alone = [name for name, value in (("--batch", batch), ("--since", since)) if value]
    if alone and (len(alone) > 1 or any(value for name, value in given.items() if name != "limit")):
        raise WrongUse(f"{alone[0]} stands alone: leave out what else says what is needed.")
    if since:
        print_news(session, since, given["limit"])
    elif batch:
        print_batch(session, batch, form, given["limit"], explain=explain)
    else:
        print_matches(session, given, explain=explain)
