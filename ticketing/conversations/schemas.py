"""Shapes in and out: messages as widgets see them, hand-offs as actions ask for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from ticketing.conversations.models import Message
from ticketing.conversations.standing import Handoff

Reason = Literal["asked", "failed", "distress", "fraud", "threat", "anger", "declined"]


class HandoffIn(BaseModel):
    """Why a person is wanted, and what they should know first."""

    reason: Reason
    summary: str = Field(default="", max_length=4000)
    language: Literal["zh", "en"] | None = None
    slots: dict[str, Any] = Field(default_factory=dict, max_length=40)


class HandoffOut(BaseModel):
    """Where the customer stands now; ``text`` may be shown."""

    owner: Literal["bot", "queued", "agent", "closed"]
    text: str
    position: int | None = None
    agents_online: int = 0
    wait_minutes: int | None = None
    opens_at: datetime | None = None

    @classmethod
    def of(cls, handoff: Handoff) -> HandoffOut:
        """From what the service gave."""
        return cls.model_validate(handoff, from_attributes=True)


def message_out(message: Message) -> dict[str, Any]:
    """A message for widgets and pages. What buttons send stays here."""
    payload = message.payload
    shown = {
        "seq": message.seq,
        "author": message.author,
        "name": payload.get("name"),
        "text": message.text,
        "kind": payload.get("kind"),
        "buttons": [{"title": button["title"]} for button in payload.get("buttons", [])] or None,
        "card": payload.get("card"),
        "created_at": message.created_at.isoformat().replace("+00:00", "Z"),
        "client_id": message.client_id if message.author == "customer" else None,
        "masked": payload.get("masked"),
    }
    return {key: value for key, value in shown.items() if value is not None}
