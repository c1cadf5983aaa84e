"""Published articles as the index takes them: texts and how they are asked, without a table behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from ticketing.knowledge import passages


@dataclass(frozen=True)
class Detail:
    """What is asked next after an article, in several wordings, and the sentence or two that answer it."""

    asked: tuple[str, ...]
    answer: str


@dataclass(frozen=True)
class Wording:
    """An article in one language."""

    question: str
    askings: tuple[str, ...]
    answer: str
    risk_notice: str | None = None
    details: tuple[Detail, ...] = ()


@dataclass(frozen=True)
class Entry:
    """A published article as the index holds it."""

    key: str
    version: int
    topic: str
    skill: str | None
    follow_ups: tuple[str, ...]
    wordings: Mapping[str, Wording]

    def wording(self, language: str) -> Wording:
        """Its text in that language, or in the other where it is missing."""
        return self.wordings.get(language) or next(iter(self.wordings.values()))

    def asked_before(self, language: str) -> int:
        """How many ``askings`` stand before those of that language, or of the one it has."""
        own = self.wording(language)
        before = takewhile(lambda wording: wording is not own, self.wordings.values())
        return sum(1 + len(wording.askings) for wording in before)

    def askings(self) -> list[str]:
        """Every way it is asked, in all languages."""
        return [text for wording in self.wordings.values() for text in (wording.question, *wording.askings)]

    def lines(self) -> list[str]:
        """The lines of its answers, without numbering and bold marks."""
        return [line for lines in self.lines_by_language().values() for line in lines]

    def lines_by_language(self) -> dict[str, list[str]]:
        """The same, apart."""
        return {language: passages.lines_of(wording.answer) for language, wording in self.wordings.items()}

    def details(self) -> list[Detail]:
        """Its details in all languages."""
        return [detail for wording in self.wordings.values() for detail in wording.details]
