"""Where every IRI of Revier begins: the base and the paths below it.

The base is the one setting that must be known before the first term exists, so it is read
once, here, from `REVIER_BASE_IRI`. Files of the project are written with the default base;
`rebased` gives their text under the base in force.
"""

import os
from pathlib import Path

DEFAULT_BASE = "https://w3id.org/revier/"
BASE = os.environ.get("REVIER_BASE_IRI", DEFAULT_BASE).rstrip("/") + "/"

ONT = BASE + "ont#"
SHAPES = BASE + "shapes#"
VOC = BASE + "voc/"
ID = BASE + "id/"
PLACE = ID + "place/"
GRAPH = BASE + "graph/"


def key_of(iri: str) -> str:
    """The last part of an IRI, short enough for an address; what has no parts is its own key.

    >>> key_of(VOC + "actor-class/user"), key_of(ONT + "Need"), key_of("fits")
    ('user', 'Need', 'fits')
    """
    return iri.replace("#", "/").rpartition("/")[2]


def rebased(path: Path) -> str:
    """The text of `path`, a file written with the default base, under the base in force."""
    text = path.read_text(encoding="utf-8")
    return text if BASE == DEFAULT_BASE else text.replace(DEFAULT_BASE, BASE)
