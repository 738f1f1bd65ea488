"""Generated actors of a plain graph, and questions on them from six rows to fifty thousand.

The lookup joins kind and place: 6 rows of 100,000 triples, 73 of a million. `one actor` is the least a query can ask,
so that it tells what the way to the engine costs.
"""

import random
from collections.abc import Iterator
from pathlib import Path

TRIPLES_AN_ACTOR = 6
KINDS, PLACES, COMPETENCES = 6, 400, 4_000
BASE = "https://bench.example/"
ROWS = 50_000

_HEAD = "PREFIX b: <https://bench.example/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
QUESTIONS = {
    "lookup": _HEAD + "SELECT ?a WHERE { ?a a b:Kind3 ; b:in b:place181 }",
    "one actor": _HEAD + "SELECT ?p ?o WHERE { <https://bench.example/actor/7777> ?p ?o }",
    "star of three": _HEAD
    + "SELECT ?a ?name ?year WHERE { ?a b:in b:place17 ; b:founded ?year ; skos:prefLabel ?name }",
    "path": _HEAD + "SELECT ?a ?name WHERE { ?c skos:broader* b:competence7 . ?a b:offers ?c ; skos:prefLabel ?name }",
    "search": _HEAD + 'SELECT ?a ?name WHERE { ?a skos:prefLabel ?name FILTER(CONTAINS(?name, "ring 77")) }',
    "50,000 rows": _HEAD + f"SELECT ?s ?p ?o WHERE {{ ?s ?p ?o }} LIMIT {ROWS}",
}


def write_triples(path: Path, triples: int) -> int:
    """Write about `triples` N-Triples, the same for the same number; returns how many there are."""
    count = 0
    with path.open("w", encoding="ascii") as output:
        for line in _lines(triples):
            output.write(line)
            count += 1
    return count


def _lines(triples: int) -> Iterator[str]:
    dice = random.Random(triples)
    skos, rdf = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    integer = "http://www.w3.org/2001/XMLSchema#integer"
    for number in range(1, COMPETENCES):
        yield f"<{BASE}competence{number}> <{skos}broader> <{BASE}competence{number // 4}> .\n"
    for number in range(max(10_000, (triples - COMPETENCES) // TRIPLES_AN_ACTOR)):
        actor = f"<{BASE}actor/{number}>"
        yield f"{actor} <{rdf}type> <{BASE}Kind{dice.randrange(KINDS)}> .\n"
        yield f'{actor} <{skos}prefLabel> "Engineering {number} of the valley"@en .\n'
        yield f"{actor} <{BASE}in> <{BASE}place{dice.randrange(PLACES)}> .\n"
        yield f'{actor} <{BASE}founded> "{dice.randrange(1900, 2026)}"^^<{integer}> .\n'
        first, second = dice.sample(range(1, COMPETENCES), 2)
        yield f"{actor} <{BASE}offers> <{BASE}competence{first}> .\n"
        yield f"{actor} <{BASE}offers> <{BASE}competence{second}> .\n"
