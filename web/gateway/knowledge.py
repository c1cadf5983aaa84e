"""What the knowledge base says while the assistant cannot."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.conversations.turns import Choice, Help
from ticketing.knowledge import retrieval
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.service import Result
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database

CHOICES = 3


@dataclass(frozen=True)
class KnowledgeHelp:
    """Asks the knowledge base as the assistant would; ``model`` is the embedding model."""

    model: str

    def __call__(
        self, database: Database, *, clock: Clock, query: str, language: str, conversation_id: int
    ) -> Help | None:
        """The answer if the knowledge base is sure of one, questions to choose from if it is nearly, else None."""
        with database.reading() as session:
            # Embedding takes its time; the write that logs the answer must not wait for it.
            retrieval.prepare(session, clock=clock, query=query, topic=None, model=self.model)
        with database.transaction() as session:
            found = knowledge.search(
                session, clock=clock, query=query, language=language, conversation_id=conversation_id, model=self.model
            )
        if not found.results or found.verdict == "decline":
            return None
        if found.verdict == "answer":
            return Help(article=article_card(found.results[0], found.answer_id), text=found.results[0].answer)
        return Help(choices=tuple(Choice(result.question) for result in found.results[:CHOICES]))


def article_card(result: Result, answer_id: int) -> dict[str, object]:
    """The same card that the assistant's own answers carry."""
    return {
        "key": result.key,
        "question": result.question,
        "answer": result.answer,
        "risk_notice": result.risk_notice,
        "answer_id": answer_id,
    }
