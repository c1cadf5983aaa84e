"""One way to say that something cannot be done: a code, whose status and zh/en texts stand in errors.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml


class DomainError(Exception):
    """A refusal that people may read. ``code`` must stand in errors.yml; ``context`` fills the text's placeholders."""

    def __init__(self, code: str, **context: Any) -> None:
        super().__init__(code)
        self.code = code
        self.context = context

    @property
    def status(self) -> int:
        """The HTTP status of this refusal."""
        return catalogue()[self.code].status

    def text(self, language: str) -> str:
        """The sentence for the reader, in ``zh`` or ``en``."""
        return catalogue()[self.code].text(language).format_map(_Lenient(self.context))

    def problem(self, language: str) -> dict[str, Any]:
        """RFC 9457 problem details; context values that are plain join as members."""
        entry = catalogue()[self.code]
        members = {
            name: value for name, value in self.context.items() if isinstance(value, str | int | float | bool | list)
        }
        return {
            **members,
            "type": f"/problems/{self.code}",
            "title": entry.title(language),
            "status": entry.status,
            "detail": self.text(language),
            "code": self.code,
        }


@dataclass(frozen=True)
class Entry:
    """One refusal of the catalogue."""

    status: int
    zh: str
    en: str
    title_zh: str
    title_en: str

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def title(self, language: str) -> str:
        return self.title_en if language == "en" else self.title_zh


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


@cache
def catalogue() -> dict[str, Entry]:
    """All refusals by code."""
    raw = yaml.safe_load(Path(__file__).with_name("errors.yml").read_text(encoding="utf-8"))
    return {
        code: Entry(
            item["status"], item["zh"], item["en"], item.get("title_zh", item["zh"]), item.get("title_en", item["en"])
        )
        for code, item in raw.items()
    }
