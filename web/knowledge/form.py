"""The article's form, read and shown: nothing typed is lost, empty lines and doubled spaces are dropped. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

from ticketing.conversations.rules import clean_text
from ticketing.knowledge import details, writing
from ticketing.knowledge.writing import DraftContent, DraftText

LONGEST_NOTE = 300
_WORD = re.compile(r"[a-z0-9]+")


class Sent(Protocol):
    """A form as sent."""

    def get(self, name: str, default: str = "") -> str: ...

    def getlist(self, name: str) -> list[str]: ...


@dataclass(frozen=True)
class Typed:
    """The form: the content, why it was changed, and what the page showed when it was opened."""

    content: DraftContent
    note: str = ""
    version: int | None = None
    revision: int = 0


def read(form: Sent, *, key: str | None) -> Typed:
    """What was typed; ``key`` where the article has one already."""
    texts = {name: _text(form, name) for name in writing.LANGUAGES}
    topic = _line(form.get("topic", ""))
    content = DraftContent(
        key=key or _line(form.get("key", "")).lower() or suggested_key(topic, texts["en"].question),
        topic=topic,
        products=[code for code in writing.PRODUCTS if code in form.getlist("products")],
        skill=skill if (skill := form.get("skill", "")) in writing.SKILLS else None,
        follow_ups=list(dict.fromkeys(line for each in form.getlist("follow_ups") if (line := _line(each)))),
        **texts,
    )
    return Typed(
        content,
        _line(form.get("note", ""))[:LONGEST_NOTE],
        _number(form.get("version", "")),
        _number(form.get("revision", "")) or 0,
    )


def suggested_key(topic: str, question: str) -> str:
    """A key for an article whose author gave none: topic and the first words of the English question."""
    words = [word for word in _WORD.findall(question.lower()) if word not in {"the", "a", "an", "is", "are", "do", "does", "i", "my", "to", "of"}]  # fmt: skip
    return "-".join([topic.replace("_", "-"), *words[:5]])[: writing.LONGEST_KEY].strip("-") if words else ""


def with_askings(content: DraftContent, askings: list[str], language: str) -> DraftContent:
    """The content with customers' wordings added, as other pages hand them over; the first begins an empty article."""
    for asking in (_line(each)[: writing.LONGEST["asking"]] for each in askings[: writing.MOST_ASKINGS]):
        if asking:
            content = _with_asking(content, asking, language)
    return content


def _with_asking(content: DraftContent, asking: str, language: str) -> DraftContent:
    if language not in writing.LANGUAGES:
        language = "en" if asking.isascii() else "zh"
    text: DraftText = getattr(content, language)
    if asking in (text.question, *text.askings):
        return content
    if not text.begun and not content.texts():
        changed = text.model_copy(update={"question": asking[: writing.LONGEST["question"]]})
    else:
        changed = text.model_copy(update={"askings": [*text.askings, asking]})
    return content.model_copy(update={language: changed})


def _text(form: Sent, language: str) -> DraftText:
    lines = (_line(line) for line in clean_text(form.get(f"{language}.askings", "")).splitlines())
    return DraftText(
        question=_line(form.get(f"{language}.question", "")),
        askings=[line for line in lines if line],
        answer=_block(form.get(f"{language}.answer", "")),
        risk_notice=_block(form.get(f"{language}.risk_notice", "")),
        details=details.read(clean_text(form.get(f"{language}.details", ""))),
    )


def _line(given: str) -> str:
    return " ".join(clean_text(given).split())


def _block(given: str) -> str:
    return "\n".join(line.rstrip() for line in clean_text(given).replace("\r\n", "\n").split("\n")).strip()


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else None
