"""One way to say that something cannot be done: a code, whose status and zh/en texts stand in errors.yml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ticketing.platform import yaml_files

SUMMARIES = {
    403: ("没有权限", "Not allowed"),
    404: ("没有找到", "Not found"),
    409: ("与当前状态不符", "Not possible in the present state"),
    422: ("提交的内容有误", "The content is not right"),
    429: ("操作太频繁", "Too many attempts"),
}
"""zh, en: the title of refusals whose own sentence differs from case to case, by status (RFC 9457, 3.1.3)."""


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

    def text(self, language: str) -> str:
        return self.en if language == "en" else self.zh

    def title(self, language: str) -> str:
        """What all refusals of this code have in common: the sentence itself, if nothing is filled into it."""
        text = self.text(language)
        return SUMMARIES[self.status][language == "en"] if "{" in text else text


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


@cache
def catalogue() -> dict[str, Entry]:
    """All refusals by code."""
    raw = yaml_files.read(Path(__file__).with_name("errors.yml"))
    return {code: Entry(item["status"], item["zh"], item["en"]) for code, item in raw.items()}
