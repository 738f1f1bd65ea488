"""What is wrong with the data, said once for each fault, where it is and what to do, in two languages.

Bad data is not an error of the program but a `Finding`, and there may be many. Each kind of fault is one
row of `RULES`: its severity, what was met, and the remedy.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graph.model import Text


class Severity(StrEnum):
    """An error stops the build; a warning is for the steward; a note only informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault; `{value}` and other slots are filled from the finding."""

    severity: Severity
    message: Text
    remedy: Text


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault at one place. Rows count as a spreadsheet shows them: the header is row 1."""

    rule: str
    severity: Severity
    message: Text
    remedy: Text
    file: str = ""
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def where(self) -> str:
        """The place in one word group, e.g. `actors.csv, row 3, column ags`."""
        parts = [self.file or "-"]
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def as_json(self) -> dict[str, Any]:
        return {
            "rule": self.rule,
            "severity": self.severity.value,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "message": {"de": self.message.de, "en": self.message.en},
            "remedy": {"de": self.remedy.de, "en": self.remedy.en},
        }


def finding(
    rule: str,
    *,
    file: str,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    value: str | None = None,
    **slots: object,
) -> Finding:
    """The finding of a rule at a place; `slots` fill the rule's sentences, a `Text` in each language.

    >>> finding("dangling", file="needs.csv", row=3, column="actor", value="nobody").message.en
    '‘nobody’ is defined nowhere in the pack.'
    """
    kind = RULES[rule]
    short = value if value is None or len(value) <= 80 else value[:77] + "…"
    filled = {"value": short, "column": column, "row": row, "file": file, **slots}

    def fill(text: Text) -> Text:
        german, english = (
            {name: slot.in_language(language) if isinstance(slot, Text) else slot for name, slot in filled.items()}
            for language in ("de", "en")
        )
        return Text(text.de.format(**german), text.en.format(**english))

    return Finding(rule, kind.severity, fill(kind.message), fill(kind.remedy), file, sheet, row, column, short)


def by_place(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order a steward works: the worst first, then by file, row and column."""
    rank = list(Severity)
    return sorted(findings, key=lambda f: (rank.index(f.severity), f.file, f.row or 0, f.column or "", f.rule))


def _error(message: Text, remedy: Text) -> Rule:
    return Rule(Severity.ERROR, message, remedy)


def _warning(message: Text, remedy: Text) -> Rule:
    return Rule(Severity.WARNING, message, remedy)


RULES: dict[str, Rule] = {
    "missing-file": _error(
        Text("Die Tabelle {file} fehlt.", "The table {file} is missing."),
        Text("Datei anlegen oder die Zuordnung entfernen.", "Add the file or remove its mapping."),
    ),
    "encoding": _error(
        Text(
            "Die Datei ist nicht in {encoding} kodiert ({value}).",
            "The file is not encoded in {encoding} ({value}).",
        ),
        Text(
            'Als UTF-8 speichern oder in der Zuordnung encoding = "cp1252" angeben.',
            'Save it as UTF-8, or state encoding = "cp1252" in the mapping.',
        ),
    ),
    "byte-order-mark": _error(
        Text(
            "Die Datei beginnt mit einer Bytereihenfolge-Marke (BOM).",
            "The file begins with a byte order mark (BOM).",
        ),
        Text(
            'Ohne BOM speichern oder in der Zuordnung encoding = "utf-8-sig" angeben.',
            'Save it without a BOM, or state encoding = "utf-8-sig" in the mapping.',
        ),
    ),
    "empty-file": _error(
        Text("Die Tabelle hat keine Kopfzeile.", "The table has no header row."),
        Text("Kopfzeile und Zeilen ergänzen.", "Add a header and rows."),
    ),
    "missing-column": _error(
        Text(
            "Die Spalte „{column}“ fehlt; vorhanden sind: {headers}.",
            "Column ‘{column}’ is missing; there are: {headers}.",
        ),
        Text("Kopfzeile oder Zuordnung berichtigen.", "Correct the header or the mapping."),
    ),
    "doubled-header": _error(
        Text(
            "Die Spalte „{column}“ steht mehrfach in der Kopfzeile.",
            "Column ‘{column}’ stands more than once in the header.",
        ),
        Text("Jeder Spalte einen eigenen Namen geben.", "Give every column a name of its own."),
    ),
    "nameless-column": _error(
        Text("Spalte Nr. {position} hat keinen Namen.", "Column no. {position} has no name."),
        Text("Der Spalte einen Namen geben oder sie entfernen.", "Name the column or remove it."),
    ),
    "ragged-row": _error(
        Text(
            "Die Zeile hat {found} Felder, die Kopfzeile {expected}.",
            "The row has {found} fields, the header {expected}.",
        ),
        Text(
            "Fehlende Trennzeichen ergänzen oder Text mit Trennzeichen in Anführungszeichen setzen.",
            "Add the missing delimiters, or quote text that contains the delimiter.",
        ),
    ),
    "unreadable": _error(
        Text("Die Tabelle ist nicht lesbar: {reason}.", "The table cannot be read: {reason}."),
        Text("Datei neu speichern.", "Save the file again."),
    ),
    "oversized": _error(
        Text(
            "Die Datei entpackt sich auf {size_mb} MB, erlaubt sind {limit_mb} MB.",
            "The file unpacks to {size_mb} MB; {limit_mb} MB are allowed.",
        ),
        Text("Die Tabelle als CSV liefern oder teilen.", "Deliver the table as CSV, or split it."),
    ),
    "missing-sheet": _error(
        Text(
            "Das Blatt „{value}“ fehlt; vorhanden sind: {sheets}.",
            "Sheet ‘{value}’ is missing; there are: {sheets}.",
        ),
        Text("Blattnamen in der Zuordnung berichtigen.", "Correct the sheet's name in the mapping."),
    ),
    "formula": _error(
        Text("Die Zelle enthält eine Formel ({value}).", "The cell holds a formula ({value})."),
        Text("Formel durch ihren Wert ersetzen.", "Replace the formula by its value."),
    ),
    "merged-cells": _error(
        Text("Die Zellen {value} sind verbunden.", "The cells {value} are merged."),
        Text("Verbindung lösen und jede Zelle füllen.", "Unmerge them and fill every cell."),
    ),
    "markup": _error(
        Text("Die Zelle enthält HTML oder XML ({value}).", "The cell holds HTML or XML ({value})."),
        Text("Nur Text eintragen.", "Enter plain text only."),
    ),
    "control-character": _error(
        Text(
            "Die Zelle enthält ein Steuer- oder Ersatzzeichen ({value}).",
            "The cell holds a control or replacement character ({value}).",
        ),
        Text("Zeichen entfernen; Kodierung der Quelle prüfen.", "Remove it; check the encoding of the origin."),
    ),
    "too-long": _error(
        Text(
            "Die Zelle hat {length} Zeichen, erlaubt sind {limit}.",
            "The cell has {length} characters; {limit} are allowed.",
        ),
        Text("Text kürzen oder als Dokument verlinken.", "Shorten the text, or link it as a document."),
    ),
    "empty-cell": _error(
        Text("Ein Pflichtfeld ist leer.", "A required cell is empty."),
        Text("Wert ergänzen.", "Fill in a value."),
    ),
    "not-integer": _error(
        Text("„{value}“ ist keine ganze Zahl.", "‘{value}’ is not an integer."),
        Text(
            "Nur Ziffern eintragen, ohne Trennzeichen und Einheit.",
            "Enter digits only, without separators or unit.",
        ),
    ),
    "not-decimal": _error(
        Text(
            "„{value}“ ist keine Dezimalzahl mit „{decimal}“.",
            "‘{value}’ is not a decimal number with ‘{decimal}’.",
        ),
        Text(
            'Zahl berichtigen oder in der Zuordnung decimal = "," angeben.',
            'Correct the number, or state decimal = "," in the mapping.',
        ),
    ),
    "not-date": _error(
        Text("„{value}“ ist kein Datum der Form {pattern}.", "‘{value}’ is not a date of the form {pattern}."),
        Text(
            'Datum berichtigen oder in der Zuordnung date = "%d.%m.%Y" angeben.',
            'Correct the date, or state date = "%d.%m.%Y" in the mapping.',
        ),
    ),
    "not-boolean": _error(
        Text("„{value}“ ist weder true noch false.", "‘{value}’ is neither true nor false."),
        Text("true oder false eintragen.", "Enter true or false."),
    ),
    "not-uri": _error(
        Text("„{value}“ ist keine vollständige Webadresse.", "‘{value}’ is not a complete web address."),
        Text("Mit https:// beginnen, ohne Leerzeichen.", "Begin with https:// and leave no blanks."),
    ),
    "unknown-code": _error(
        Text(
            "„{value}“ steht nicht in der Ersetzungsliste „{table}“ ({known}).",
            "‘{value}’ is not in the look-up ‘{table}’ ({known}).",
        ),
        Text(
            "Wert berichtigen oder die Liste in der Zuordnung ergänzen.",
            "Correct the value, or add it to the look-up in the mapping.",
        ),
    ),
    "dangling": _error(
        Text("„{value}“ ist im Paket nirgends definiert.", "‘{value}’ is defined nowhere in the pack."),
        Text(
            "Schreibweise prüfen oder den Eintrag in seiner Tabelle ergänzen.",
            "Check the spelling, or add the entry to its table.",
        ),
    ),
    "duplicate-id": _error(
        Text("„{value}“ ist schon in {first} definiert.", "‘{value}’ is already defined in {first}."),
        Text("Jedem Eintrag einen eigenen Schlüssel geben.", "Give every entry a key of its own."),
    ),
    "bad-turtle": _error(
        Text("Das Schema ist kein gültiges Turtle: {reason}.", "The scheme is not valid Turtle: {reason}."),
        Text("Die genannte Stelle berichtigen.", "Correct the place named."),
    ),
    "many-faults": _error(
        Text(
            "Nach {limit} Verstößen gegen Formen wurde nicht weitergesucht.",
            "After {limit} faults of shapes the search ended.",
        ),
        Text("Die genannten beheben und erneut prüfen.", "Mend those named and check again."),
    ),
    "nothing-carried": _warning(
        Text(
            "Der veröffentlichte Datenstand {file} ist beschädigt; Geschriebenes wurde nicht übernommen.",
            "The published snapshot {file} is damaged; what was written was not taken over.",
        ),
        Text(
            "Was fehlt, aus einer Sicherung erneut schreiben.",
            "Write what is missing again from a backup.",
        ),
    ),
    "carried-from-before": _warning(
        Text(
            "Der veröffentlichte Datenstand {file} ist beschädigt; Geschriebenes stammt aus {value}.",
            "The published snapshot {file} is damaged; what was written was taken from {value}.",
        ),
        Text(
            "Prüfen, ob spätere Einträge fehlen, und sie erneut schreiben.",
            "See whether later entries are missing, and write them again.",
        ),
    ),
    "inconsistent": _error(
        Text("Die Ontologie widerspricht sich.", "The ontology contradicts itself."),
        Text(
            "Letzte Änderungen an ontology/axioms.ttl prüfen.",
            "Check the latest changes of ontology/axioms.ttl.",
        ),
    ),
    "unsatisfiable": _error(
        Text("Die Klasse {value} kann kein Mitglied haben.", "The class {value} can have no member."),
        Text("Ihre Oberklassen und Disjunktheiten prüfen.", "Check its superclasses and disjointness."),
    ),
    "withheld": Rule(
        Severity.NOTE,
        Text("{count} Angaben darf nicht jeder sehen.", "{count} statements are not for everybody."),
        Text(
            "Nichts zu tun: Sie stehen im Graphen graph/private/withheld, den nur ein Schlüssel öffnet.",
            "Nothing to do: they stand in the graph graph/private/withheld, which only a token opens.",
        ),
    ),
    "suspected-duplicate": _warning(
        Text(
            "„{value}“ könnte dasselbe sein wie „{other}“ ({why}).",
            "‘{value}’ could be the same as ‘{other}’ ({why}).",
        ),
        Text(
            "Prüfen: Dubletten zu einem Eintrag zusammenführen, Verschiedenes so lassen.",
            "Check: merge duplicates into one entry, leave different things as they are.",
        ),
    ),
}
