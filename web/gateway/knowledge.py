"""What the knowledge base says while the assistant cannot."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from ticketing.conversations import wording
from ticketing.conversations.notices import Choice, Help
from ticketing.knowledge import retrieval
from ticketing.knowledge import service as knowledge
from ticketing.knowledge.embedding import embedder
from ticketing.knowledge.service import Result
from ticketing.knowledge.text import normalise
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
            ranked = retrieval.look_up(session, clock=clock, query=query, topic=None, model=self.model)
        with database.transaction() as session:
            found = knowledge.answer(
                session, clock=clock, found=ranked, query=query, language=language, conversation_id=conversation_id
            )
        if not found.results or found.verdict == "decline":
            return None
        if found.verdict == "answer":
            return Help(
                article=article_card(found.results[0], found.answer_id), text=article_text(found.results[0], language)
            )
        return Help(choices=tuple(Choice(result.question) for result in found.results[:CHOICES]))

    def embedding(self, query: str) -> dict[str, str]:
        """The text's embedding for the assistant; the search for the same text finds it already made."""
        vector = embedder(self.model).embed([normalise(query)])[0]
        return {"model": self.model, "vector": base64.b64encode(vector.astype("<f2").tobytes()).decode()}


def article_card(result: Result, answer_id: int) -> dict[str, object]:
    """The same card that the assistant's own answers carry."""
    card = {
        "key": result.key,
        "version": result.version,
        "question": result.question,
        "risk_notice": result.risk_notice,
    }
    return {name: value for name, value in card.items() if value} | {"answer_id": answer_id}


def article_text(result: Result, language: str) -> str:
    """The article as staff wrote it, with its risk notice."""
    risk = (result.risk_notice or "").strip()
    return result.answer.strip() + (f"\n\n{wording.say('risk', language)}{risk}" if risk else "")
