"""One turn of a conversation as the skills see it: what was said, what is remembered, what is answered."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from actions import wording
from actions.api import Api, ApiProblem, ApiUnavailable
from actions.said import Said

REFUSED_SURELY = 0.9
"""How sure of a request that is never granted the classifier must be to turn away from an open question for it."""
RULE_SURELY = 0.6
"""How sure the classifier must be of the rule by which something is refused for it to be named alone."""
log = logging.getLogger(__name__)

HOME = "Asia/Shanghai"
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
    doubtful: bool = False
    """May be a request that is never granted or a question about it (bot/decision.py)."""
    refused: bool = False
    """Surely a request that is never granted, whatever is asked just now."""
    rule: str = "any"
    """By which rule the message would be refused, if it were: a label of nlu_data/utterances/*/forbidden_request.yml."""
    waiting: str | None = None
    """Why a person was asked for, while the customer waits for one."""
    memory: Memory = field(default_factory=dict)
    replies: list[dict[str, Any]] = field(default_factory=list)
    token: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    def of(cls, tracker: dict[str, Any]) -> Turn:
        """The turn of a tracker state as Rasa sends it."""
        message = tracker.get("latest_message") or {}
        metadata = message.get("metadata") or {}
        memory: Memory = dict((tracker.get("slots") or {}).get("memory") or {})
        said = message.get("text") or ""
        predicted = message.get("complaint_category") or {}
        intent = message.get("intent") or {}
        if (message.get("language") or {}).get("clear"):
            memory.pop("language_wanted", None)
        if not memory.get("tasks"):
            intent = message.get("intent_unasked") or intent
        seq = metadata.get("message_seq")
        turn = cls(
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
            doubtful=bool(message.get("doubtful")) and not said.startswith("/"),
            refused=_is_refused(message),
            rule=_rule(message.get("refusal_rule") or {}),
            waiting=metadata.get("waiting") or None,
            memory=memory,
            token=str(metadata.get("token") or ""),
            now=_moment(metadata),
        )
        return turn._as_pressed()

    def _as_pressed(self) -> Turn:
        """The turn itself, or the press of the button whose title was typed, if the last turn showed it."""
        payload = (self.memory.pop("shown", None) or {}).get(_plain(self.text))
        if self.is_button or payload is None:
            return self
        intent, brace, fields = payload.lstrip("/").partition("{")
        named = json.loads(brace + fields) if brace else {}
        entities = [{"entity": name, "value": value} for name, value in named.items()]
        return replace(self, intent=intent, confidence=1.0, is_button=True, doubtful=False, entities=entities)

    def shown(self) -> dict[str, str]:
        """The buttons of this turn by their titles, for the customer who types one."""
        return {_plain(b["title"]): b["payload"] for reply in self.replies for b in reply.get("buttons") or ()}

    @property
    def said(self) -> Said:
        """The message as forms and questions take it."""
        kinds: dict[str, list[dict[str, Any]]] = {}
        if not self.is_button:
            for entity in self.entities:
                kinds.setdefault(str(entity.get("entity")), []).append(entity)
        button = {e["entity"]: str(e["value"]) for e in self.entities} if self.is_button else None
        text = str(self.field("text") or "") if self.is_button else self.text
        return Said(text, self.intent, self.confidence, kinds, self.category, button, self.message_seq, self.refused)

    @property
    def api(self) -> Api:
        """The backend, on behalf of this conversation."""
        return Api(self.token, self.language)

    @property
    def count(self) -> int:
        """How many turns went before this one."""
        return int(self.memory.get("turns") or 0)

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

    def say_text(
        self,
        text: str,
        *,
        buttons: list[Button] | None = None,
        custom: dict[str, Any] | None = None,
        quotes: tuple[str, ...] = (),
    ) -> None:
        """Adds a reply in words that come from the API or were composed; `quotes` are the customer's own in it."""
        reply: dict[str, Any] = {"text": text, "language": self.language, "quotes": quotes}
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


def _plain(text: str) -> str:
    return text.strip(" \t\n。.!！").casefold()


def _is_refused(message: dict[str, Any]) -> bool:
    """Whether a message is such a request beyond doubt (bot/decision.py); a payee named with an amount may look like one."""
    intent, unasked = message.get("intent") or {}, message.get("intent_unasked") or {}
    sure = float(intent.get("confidence") or 0.0) >= REFUSED_SURELY and not message.get("doubtful")
    return sure and {intent.get("name"), unasked.get("name")} == {"forbidden_request"}


def _rule(guessed: dict[str, Any]) -> str:
    return str(guessed["name"]) if guessed and guessed["confidence"] >= RULE_SURELY else "any"


def _moment(metadata: dict[str, Any]) -> datetime:
    """The customer's now, in the customer's zone, as the gateway says."""
    try:
        return datetime.fromisoformat(metadata["now"]).astimezone(ZoneInfo(metadata.get("time_zone") or HOME))
    except (KeyError, TypeError, ValueError):
        return datetime.now(UTC).astimezone(ZoneInfo(HOME))


def _language(detected: Any, metadata: dict[str, Any], memory: Memory) -> str:
    """What the message is clearly in, else what the gateway keeps, else what was spoken last."""
    sticky = memory.get("language_wanted") or metadata.get("language") or memory.get("language")
    found = detected or {}
    if found.get("clear") and not metadata.get("language_locked"):
        return str(found["name"])
    if sticky in wording.LANGUAGES:
        return str(sticky)
    return str(found.get("name") or "zh")
