"""A region pack: one folder with region.toml, tables, mappings, schemes and the register of ids."""

import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import regions
from graph.errors import PackError
from graph.model import Text
from ontology.naming import BASE, GRAPH
from ontology.terms import IRI, is_iri


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Where tables come from, or the Turtle file `rdf` itself; each source becomes one named graph."""

    name: str
    graph: IRI
    title: Text
    licence: IRI
    attribution: str
    day: date
    url: IRI | None
    rdf: Path | None


@dataclass(frozen=True, slots=True)
class Pack:
    """What region.toml says, and where the rest of the pack lies."""

    folder: Path
    region: str
    name: Text
    place: IRI
    sources: dict[str, SourceRecord]

    @property
    def mappings(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "mappings").glob("*.toml")))

    @property
    def schemes(self) -> tuple[Path, ...]:
        return tuple(sorted((self.folder / "schemes").glob("*.ttl")))

    @property
    def register(self) -> Path:
        return self.folder / "ids.csv"

    def inputs(self) -> tuple[Path, ...]:
        """Every file of the pack that a build may read, in a fixed order."""
        parts = ("region.toml", "ids.csv", "tables/*", "mappings/*.toml", "schemes/*.ttl")
        found = [path for part in parts for path in sorted(self.folder.glob(part)) if path.is_file()]
        return (*found, *(source.rdf for source in self.sources.values() if source.rdf and source.rdf.is_file()))


def find_pack(name: str) -> Path:
    """The folder of a pack given as a path, or by the name of a pack that comes with Revier.

    Raises `PackError` if there is neither.
    """
    folder = Path(name)
    if (folder / "region.toml").is_file():
        return folder
    shipped = Path(regions.__path__[0]) / folder.name
    if (shipped / "region.toml").is_file():
        return shipped
    raise PackError(
        f"{name} is no region pack: it has no region.toml. Name a folder, or one of: {', '.join(shipped_packs())}."
    )


def shipped_packs() -> tuple[str, ...]:
    """Names of the packs that come with Revier."""
    return tuple(sorted(path.parent.name for path in Path(regions.__path__[0]).glob("*/region.toml")))


def read_pack(folder: Path) -> Pack:
    """What region.toml of `folder` says.

    Raises `PackError` that names the file and the key that is missing or wrong.
    """
    path = folder / "region.toml"
    document = read_toml(path)
    try:
        region = document["region"]
        sources = {name: _source(folder, name, said) for name, said in document.get("sources", {}).items()}
        return Pack(folder, region["id"], Text(**region["name"]), IRI(BASE + region["place"]), sources)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise PackError(
            f"{path}: {error} is missing or wrong. See regions/little/region.toml for a pattern."
        ) from error


def read_toml(path: Path) -> dict[str, Any]:
    """The document of a TOML file; `PackError` names file and place of a fault."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PackError(f"{path}: {error}") from error


def _source(folder: Path, name: str, said: dict[str, Any]) -> SourceRecord:
    day: date = said["date"]
    graph = IRI(f"{GRAPH}source/{name}/{day.isoformat()}")
    url = _iri(said["url"]) if "url" in said else None
    rdf = folder / said["rdf"] if "rdf" in said else None
    return SourceRecord(name, graph, Text(**said["title"]), _iri(said["licence"]), said["attribution"], day, url, rdf)


def _iri(text: str) -> IRI:
    if not is_iri(text):
        raise ValueError(f"the web address {text!r}")
    return IRI(text)
