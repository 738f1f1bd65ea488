"""Which IRIs of a pack are defined, and which are pointed to: the ledger behind dangling references."""

from collections.abc import Callable, Iterator

from graph.findings import Finding


class References:
    """Definitions and open references, kept while the tables are read."""

    def __init__(self) -> None:
        self._defined: dict[str, tuple[str, int]] = {}
        self._open: list[tuple[str, Finding]] = []

    def define(self, iri: str, file: str, row: int) -> tuple[str, int] | None:
        """Note a definition; returns the earlier one if there is one."""
        earlier = self._defined.setdefault(iri, (file, row))
        return None if earlier == (file, row) else earlier

    def point(self, iri: str, where: Callable[[], Finding]) -> None:
        """Note a reference; `where` makes its finding if it should dangle."""
        if iri not in self._defined:
            self._open.append((iri, where()))

    def dangling(self) -> Iterator[Finding]:
        """The references that no definition answers, once all tables are read."""
        return (found for iri, found in self._open if iri not in self._defined)
