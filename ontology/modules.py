"""Which files make the ontology: its terms and axioms, its vocabularies, its shapes."""

from pathlib import Path

HERE = Path(__file__).parent


def ontology_files() -> tuple[Path, ...]:
    """The Turtle files of terms and axioms, header included, by name."""
    return tuple(sorted(HERE.glob("*.ttl")))


def vocabulary_files() -> tuple[Path, ...]:
    """The Turtle files of the region-neutral concept schemes, one scheme a file, by name."""
    return tuple(sorted(HERE.glob("vocab/*.ttl")))


def shape_files() -> tuple[Path, ...]:
    """The Turtle files of the shapes, by name."""
    return tuple(sorted(HERE.glob("shapes/*.ttl")))
