"""Every word a page shows, in both languages, and the choice between them."""

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from string import Formatter

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from graph.model import Text

LANGUAGES = ("de", "en")


@cache
def words() -> dict[str, Text]:
    """All wordings by key, from the files of `wordings`, which are read once."""
    read = [tomllib.loads(file.read_text(encoding="utf-8")) for file in (files("api") / "wordings").iterdir()]
    return {
        f"{section}.{name}": Text(de=wording["de"], en=wording["en"])
        for sections in read
        for section, wordings in sections.items()
        for name, wording in wordings.items()
    }


def say(key: str, language: str, **slots: object) -> str:
    """The wording of `key` in `language`, its {slots} filled in; `KEY-one`, if there is one, where `count` is 1.

    >>> say("home.needs", "en", count=3), say("home.needs", "en", count=1)
    ('open needs', 'open need')
    """
    singular = f"{key}-one"
    said = words()[singular if slots.get("count") in (1, "1") and singular in words() else key]
    return said.in_language(language).format(**slots)


def slots(wording: str) -> set[str]:
    """The names of the slots in a wording.

    >>> sorted(slots("{count} of {all}"))
    ['all', 'count']
    """
    return {name for _, name, _, _ in Formatter().parse(wording) if name}


@lru_cache(maxsize=256)
def chosen_language(asked: str | None, accepted: str) -> str:
    """The language of a page: the one asked for, else the first of Accept-Language that we speak, else German.

    >>> chosen_language("en", "de"), chosen_language(None, "fr, en-GB;q=0.5"), chosen_language("xx", "")
    ('en', 'en', 'de')
    """
    accepts = parse_accept_header(accepted, LanguageAccept)
    return asked if asked in LANGUAGES else accepts.best_match(LANGUAGES, default="de")
