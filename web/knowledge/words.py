"""What the articles' pages say: topics, problems, people, in the reader's language."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from ticketing.knowledge import queries
from ticketing.knowledge.writing import DraftContent, Problem
from ticketing.platform.http import session
from ticketing.staff.models import Staff
from web import language

FIELDS = ("question", "askings", "answer", "risk_notice")


def topic(code: str) -> str:
    """A topic's name; one that came with a file and has no name here stays as it is."""
    key = f"knowledge.topic.{code}"
    return language.text(key) if key in language.catalogue() else code


def title(content: DraftContent) -> str:
    """What an article is called: its question."""
    return queries.question_of(content, language.current())


def field(name: str) -> str:
    """``zh.answer`` as people call it."""
    first, _, part = name.partition(".")
    if not part:
        return language.text(f"knowledge.field.{first}")
    return f"{language.text(f'knowledge.language.{first}')} · {language.text(f'knowledge.field.{part}')}"


def problem(found: Problem) -> str:
    """What is wrong, in a sentence that says what to do."""
    values: dict[str, Any] = dict(found.values)
    if "codes" in values:
        values["codes"] = joined(language.word("product", code) for code in values["codes"])
    if "keys" in values:
        values["keys"] = joined(values["keys"]) or "—"
    return language.text(f"knowledge.problem.{found.code}", **values)


def joined(items: Any) -> str:
    """A list in a sentence."""
    return language.text("app.list_joiner").join(items)


def people() -> dict[int, str]:
    """All members of staff by id, for names of authors."""
    return {row.id: row.name for row in session().execute(select(Staff.id, Staff.name))}


def author(label: str | None, names: dict[int, str]) -> str:
    """``staff:7`` as a name; what came with a file or from the program says so."""
    kind, _, number = (label or "").partition(":")
    if kind == "staff" and number.isdigit():
        return names.get(int(number), language.text("knowledge.someone"))
    return language.text("knowledge.by_file")
