"""The assistant as the gateway calls it while a trial is on: a share of the conversations talks to the candidate.

A candidate that does not answer costs no customer anything: the turn is then served by the assistant that serves all others.
"""

from __future__ import annotations

from typing import Any

from ticketing.conversations.assistant import Assistant, AssistantUnavailable, Reply
from ticketing.learning.trials import Choice
from ticketing.platform.log import log


class TriedAssistant(Assistant):
    """Two assistants behind one door."""

    def __init__(self, current: Assistant, candidate: Assistant, choice: Choice) -> None:
        self.breaker = current.breaker
        self._current, self._candidate, self._choice = current, candidate, choice

    def ask(self, *, sender: str, message: str, metadata: dict[str, Any]) -> list[Reply]:
        """The replies of the assistant this conversation belongs to; raises AssistantUnavailable."""
        if self._choice.takes_candidate(sender):
            try:
                return self._candidate.ask(sender=sender, message=message, metadata=metadata)
            except AssistantUnavailable as error:
                log.warning("learning.candidate_unavailable", action="ask the current one", reason=error.reason)
        return self._current.ask(sender=sender, message=message, metadata=metadata)

    def close(self) -> None:
        """Close both."""
        self._current.close()
        self._candidate.close()
