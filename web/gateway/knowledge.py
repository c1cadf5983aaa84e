"""What the knowledge base says while the assistant cannot."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from ticketing.conversations.turns import Choice, Help
from ticketing.platform.clock import Clock

CHOICES = 3


def find_help(session: Session, *, clock: Clock, query: str, language: str, conversation_id: int) -> Help | None:
    """The answer if the knowledge base is sure of one, questions to choose from if it is nearly, else None."""
    from ticketing.knowledge import service as knowledge

    found = knowledge.search(session, clock=clock, query=query, language=language, conversation_id=conversation_id)
    if found.verdict == "answer" and found.results:
        best = found.results[0]
        return Help(article=article_card(best, found.answer_id), text=best.answer)
    if found.verdict == "ask" and found.results:
        return Help(choices=tuple(Choice(result.question) for result in found.results[:CHOICES]))
    return None


def article_card(result: Any, answer_id: Any) -> dict[str, object]:
    """The same card that the assistant's own answers carry."""
    return {
        "key": result.key,
        "question": result.question,
        "answer": result.answer,
        "risk_notice": result.risk_notice,
        "answer_id": answer_id,
    }
