"""What callers may send, checked before anything else looks at it."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self, TypeVar
from zoneinfo import available_timezones

from flask import request
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from ticketing.conversations import rules
from ticketing.conversations.service import Button
from ticketing.platform.errors import DomainError

MAX_BODY_BYTES = 64 * 1024
Language = Literal["zh", "en"]
Body = TypeVar("Body", bound=BaseModel)


class Sent(BaseModel):
    """A body; fields we do not know are ignored, so that newer apps work with older servers."""

    model_config = ConfigDict(strict=True)


class OpenIn(Sent):
    """A new conversation."""

    language: Language | None = None
    identity_token: str | None = Field(default=None, max_length=4096)
    time_zone: str | None = Field(default=None, max_length=40)

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, name: str | None) -> str | None:
        """A zone nobody knows is no reason to refuse a customer."""
        return name if name in available_timezones() else None


class ButtonIn(Sent):
    """Which button of which message was pressed."""

    seq: int = Field(ge=1, le=2**31 - 1)
    index: int = Field(ge=0, le=100)


class MessageIn(Sent):
    """Text typed, a button pressed, or what someone in the queue may do at any time."""

    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")] | None = None
    text: str | None = None
    button: ButtonIn | None = None
    action: Literal["leave_queue", "leave_ticket", "keep_waiting"] | None = None

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        if [self.text, self.button, self.action].count(None) != 2:
            raise ValueError("send text, button or action")
        if self.client_id is None and self.button is None:
            raise ValueError("client_id is missing")
        return self

    @property
    def key(self) -> str:
        """The client id; a button press without one counts once for that button."""
        return self.client_id or (f"b{self.button.seq}-{self.button.index}" if self.button else "")

    @property
    def pressed(self) -> Button | None:
        """The button, as the service takes it."""
        return Button(self.button.seq, self.button.index) if self.button else None


class LanguageIn(Sent):
    """The customer's own choice."""

    language: Language


class PageLinkIn(Sent):
    """A page of the customer's own: ``/my…`` or a survey."""

    path: str = Field(max_length=500, pattern=r"^/(?:my|s)(?:/[A-Za-z0-9._~%/-]*)?(?:\?[A-Za-z0-9._~%/=&+-]*)?$")

    @field_validator("path")
    @classmethod
    def stays_inside(cls, path: str) -> str:
        if ".." in path or "//" in path or "%2e" in path.lower():
            raise ValueError("not a page of the customer's own")
        return path


class ThumbIn(Sent):
    """Whether an answer helped."""

    helpful: bool


class MessagesQuery(BaseModel):
    """A page of the transcript."""

    after: int | None = Field(default=None, ge=0, le=2**31 - 1)
    before: int | None = Field(default=None, ge=0, le=2**31 - 1)
    limit: int = Field(default=50, ge=1, le=100)


class EventsQuery(BaseModel):
    """Where the stream goes on."""

    after: int | None = Field(default=None, ge=0, le=2**31 - 1)


def body(shape: type[Body]) -> Body:
    """The request's JSON; raises ``http_413``, ``http_415``, ``http_400`` or ``input_invalid``."""
    request.max_content_length = MAX_BODY_BYTES
    raw = request.get_data(cache=False)
    if not request.is_json and raw:
        raise DomainError("http_415")
    try:
        given: Any = rules.storable(json.loads(raw or b"{}"))
    except (ValueError, RecursionError) as error:
        raise DomainError("http_400") from error
    return shape.model_validate(given)


def query(shape: type[Body]) -> Body:
    """The request's query; raises ``input_invalid``."""
    return shape.model_validate(request.args.to_dict())
