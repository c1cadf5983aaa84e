"""One turn of a conversation as the skills see it: what was said, what is remembered, what is answered."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from typing import Any

from actions import wording
from actions.api import Api, ApiProblem, ApiUnavailable

log = logging.getLogger(__name__)

Memory = dict[str, Any]
Button = dict[str, str]


@dataclass
class Turn:
    """Skills read the message, change `memory` and add to `replies`; nothing else leaves them."""

    conversation: str
    text: str
    intent: str
    confidence: float
    language: str
    entities: list[dict[str, Any]] = field(default_factory=list)
    ranking: list[tuple[str, float]] = field(default_factory=list)
    category: tuple[str, float] | None = None
    message_seq: int | None = None
    is_button: bool = False
    memory: Memory = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)
    token: str = ""

    @classmethod
    def of(cls, tracker: dict[str, Any]) -> Turn:
        """The turn of a tracker state as Rasa sends it."""
        message = tracker.get("latest_message") or {}
        metadata = message.get("metadata") or {}
        memory: Memory = dict((tracker.get("slots") or {}).get("memory") or {})
        said = message.get("text") or ""
        predicted = message.get("complaint_category") or {}
        intent = message.get("intent") or {}
        if not memory.get("form") and not memory.get("pending"):
            intent = message.get("intent_unasked") or intent
        seq = metadata.get("message_seq")
        return cls(
            conversation=tracker.get("sender_id") or "",
            text=said,
            intent=intent.get("name") or "nlu_fallback",
            confidence=float(intent.get("confidence") or 0.0),
            language=_language(message.get("language"), metadata, memory),
            entities=list(message.get("entities") or []),
            ranking=[(r["name"], float(r["confidence"])) for r in message.get("intent_ranking") or []],
            category=(predicted["name"], float(predicted["confidence"])) if predicted else None,
            message_seq=seq if isinstance(seq, int) else None,
            is_button=said.startswith("/"),
            memory=memory,
            token=str(metadata.get("token") or ""),
        )

    @property
    def api(self) -> Api:
        """The backend, on behalf of this conversation."""
        return Api(self.token, self.language)

    def named(self, kind: str) -> Any:
        """The first entity of a kind, or None; from buttons these are the payload's fields."""
        return next((e.get("value") for e in self.entities if e.get("entity") == kind), None)

    def all_named(self, kind: str) -> list[dict[str, Any]]:
        """All entities of a kind."""
        return [e for e in self.entities if e.get("entity") == kind]

    def field(self, name: str) -> Any:
        """A field of the pressed button's payload; None for typed text, whatever it looks like."""
        return self.named(name) if self.is_button else None

    def word(self, key: str, **values: object) -> str:
        """A text of the catalogue in the customer's language."""
        return wording.text(self.language, key, **values)

    def button(self, key: str, intent: str, **payload: object) -> Button:
        """A button titled from the catalogue."""
        return self.titled(self.word(f"button.{key}"), intent, **payload)

    def titled(self, title: str, intent: str, **payload: object) -> Button:
        """A button that stands for an intent with the given fields."""
        fields = {key: str(value) for key, value in payload.items()}
        tail = json.dumps(fields, ensure_ascii=False) if fields else ""
        return {"title": title, "payload": f"/{intent}{tail}"}

    def say(
        self,
        key: str,
        *,
        buttons: list[Button] | None = None,
        custom: dict[str, Any] | None = None,
        **values: object,
    ) -> None:
        """Adds a reply from the catalogue."""
        self.say_text(self.word(key, **values), buttons=buttons, custom=custom)

    def say_text(self, text: str, *, buttons: list[Button] | None = None, custom: dict[str, Any] | None = None) -> None:
        """Adds a reply in words that come from the API or were composed."""
        reply: dict[str, Any] = {"text": text, "language": self.language}
        if buttons:
            reply["buttons"] = buttons
        if custom:
            reply["custom"] = custom
        self.replies.append(reply)

    def say_problem(self, problem: ApiProblem) -> None:
        """Tells what the API refused, in its own words."""
        self.say_text(problem.detail or self.word("api.refused"))

    def try_call(self, what: Any, *args: Any) -> Any:
        """The answer of an API call whose failure the customer need not hear of; None when it failed."""
        try:
            return what(*args)
        except (ApiUnavailable, ApiProblem) as error:
            log.info("optional_call_failed error=%s", error)
            return None


def _language(detected: Any, metadata: dict[str, Any], memory: Memory) -> str:
    """What the message is clearly in, else what the gateway keeps, else what was spoken last."""
    sticky = metadata.get("language") or memory.get("language")
    found = detected or {}
    if found.get("clear") and not metadata.get("language_locked"):
        return str(found["name"])
    if sticky in wording.LANGUAGES:
        return str(sticky)
    return str(found.get("name") or "zh")
