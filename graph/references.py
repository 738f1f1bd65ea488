"""Which IRIs of a pack are defined, and which are pointed to: the ledger behind dangling references."""

from collections.abc import Callable, Iterator

from graph.findings import Finding


class References:
    """Definitions and open references, kept while the tables are read."""

    def __init__(self) -> None:
        self._defined: dict[str, str] = {}
        self._open: list[tuple[str, Callable[[], Finding]]] = []

    def define(self, iri: str, place: str) -> str | None:
        """Note a definition at a place, a file or its row; returns another place that already defines it."""
        earlier = self._defined.setdefault(iri, place)
        return None if earlier == place else earlier

    def point(self, iri: str, where: Callable[[], Finding]) -> None:
        """Note a reference; `where` makes its finding if it should dangle."""
        if iri not in self._defined:
            self._open.append((iri, where))

    def dangling(self) -> Iterator[tuple[str, Finding]]:
        """The references that no definition answers, once all tables are read: the IRI and its finding."""
        return ((iri, where()) for iri, where in self._open if iri not in self._defined)
