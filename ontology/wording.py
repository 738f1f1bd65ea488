"""A sentence in both languages of the house."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What is said in German and in English."""

    de: str
    en: str

    def in_language(self, language: str) -> str:
        """The German wording for `de`, the English one otherwise."""
        return self.de if language == "de" else self.en
