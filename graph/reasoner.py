"""HermiT as the judge of the ontology: whether it is consistent, and which types follow (needs Java).

HermiT (Glimm et al., HermiT: An OWL 2 Reasoner, 2014) runs through owlready2. Its time grows faster than the
data, so it judges the ontology with a sample, while `graph/infer.py` serves the whole population.
"""

import shutil
from dataclasses import dataclass
from pathlib import Path

from graph.errors import WrongUse
from ontology.terms import IRI


@dataclass(frozen=True, slots=True)
class Classification:
    """What HermiT says: classes that can have no member, and the types of every individual."""

    is_consistent: bool
    unsatisfiable: tuple[IRI, ...] = ()
    types: frozenset[tuple[IRI, IRI]] = frozenset()


def classify(lines: Path) -> Classification:
    """Classify an N-Triples file that holds ontology and individuals.

    Dates and other datatypes outside the OWL 2 datatype map are ignored. Raises `WrongUse` without Java.
    """
    if shutil.which("java") is None:
        raise WrongUse(
            "HermiT needs Java. Install it (Debian: apt install default-jre-headless), or leave --reasoner out."
        )
    import owlready2

    world = owlready2.World()
    world.get_ontology(lines.absolute().as_uri()).load()
    try:
        owlready2.sync_reasoner_hermit(world, debug=0, ignore_unsupported_datatypes=True)
    except owlready2.OwlReadyInconsistentOntologyError:
        return Classification(is_consistent=False)
    types = frozenset((IRI(one.iri), IRI(kind.iri)) for kind in world.classes() for one in kind.instances(world=world))
    unsatisfiable = tuple(sorted(IRI(kind.iri) for kind in world.inconsistent_classes()))
    return Classification(True, unsatisfiable, types)
