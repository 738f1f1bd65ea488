"""A query as code to take away: for curl, Python and R, each quoted by the rules of its language."""

import re
import shlex
from dataclasses import dataclass

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code that asks a query, in the language that `tool` names."""

    tool: str
    code: str


def snippets(query: str, endpoint: str, *, is_graph: bool) -> tuple[Snippet, ...]:
    """Code that asks `query` of `endpoint`: a table as CSV or JSON, a graph as Turtle.

    >>> curl, *_ = snippets("ASK {}", "http://localhost/sparql", is_graph=False)
    >>> print(curl.code)
    curl http://localhost/sparql --header 'Accept: text/csv' \\
      --data-urlencode 'query=ASK {}'
    """
    asked = query.replace("\r\n", "\n")  # as a form sends the lines of a text
    media_type = "text/turtle" if is_graph else "text/csv"
    return (
        Snippet("curl", _curl(asked, endpoint, media_type)),
        Snippet("Python", _python(asked, endpoint, is_graph=is_graph)),
        Snippet("R", _r(asked, endpoint, media_type)),
    )


def _curl(query: str, endpoint: str, media_type: str) -> str:
    header, parameter = shlex.quote(f"Accept: {media_type}"), shlex.quote(f"query={query}")
    return f"curl {shlex.quote(endpoint)} --header {header} \\\n  --data-urlencode {parameter}"


def _python(query: str, endpoint: str, *, is_graph: bool) -> str:
    form = "TURTLE" if is_graph else "JSON"
    shown = "answer.decode()" if is_graph else "answer"
    return "\n".join(
        (
            f"from SPARQLWrapper import {form}, POST, SPARQLWrapper",
            "",
            f"endpoint = SPARQLWrapper({endpoint!r}, returnFormat={form})",
            "endpoint.setMethod(POST)",
            f"endpoint.setQuery({_python_text(query)})",
            "answer = endpoint.queryAndConvert()",
            f"print({shown})",
        )
    )


def _python_text(text: str) -> str:
    r'''A text as Python spells it over several lines.

    >>> print(_python_text('is "told" in "R"'))
    """is "told" in "R\""""
    '''
    escaped = re.sub(r'"(?="|\Z)', r"\"", text.replace("\\", "\\\\"))
    return '"""' + _CONTROLS.sub(_python_escape, escaped) + '"""'


def _python_escape(found: re.Match[str]) -> str:
    return f"\\x{ord(found[0]):02x}"


def _r(query: str, endpoint: str, media_type: str) -> str:
    read = "cat(rows)" if media_type == "text/turtle" else "print(read.csv(text = rows))"
    return "\n".join(
        (
            "library(httr2)",
            "",
            f"rows <- request({_r_text(endpoint)}) |>",
            f'  req_headers(Accept = "{media_type}") |>',
            f"  req_body_form(query = {_r_text(query)}) |>",
            "  req_perform() |>",
            "  resp_body_string()",
            read,
        )
    )


def _r_text(text: str) -> str:
    """A text as a raw string of R, with as many dashes as set its end apart from all that it holds.

    >>> _r_text('a)"b'), _r_text("a")
    ('r"-(a)"b)-"', 'r"(a)"')
    """
    dashes = ""
    while f'){dashes}"' in text:
        dashes += "-"
    return f'r"{dashes}({text}){dashes}"'
