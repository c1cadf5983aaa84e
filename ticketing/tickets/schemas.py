"""What goes in and comes out of the ticket API."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ticketing.conversations.rules import clean_text, is_visible
from ticketing.platform.openapi import Query
from ticketing.tickets.rules import Category


def _meant(text: str) -> str:
    """What a person meant to write: without controls and hidden characters, and something to read."""
    cleaned = clean_text(text)
    if not is_visible(cleaned):
        raise PydanticCustomError("text_missing", "nothing to read")
    return cleaned


def _meant_or_none(text: str | None) -> str | None:
    cleaned = clean_text(text or "")
    return cleaned if is_visible(cleaned) else None


Text = Annotated[str, StringConstraints(min_length=1, max_length=4000), AfterValidator(_meant)]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_meant)]
OptionalText = Annotated[str | None, Field(max_length=2000), AfterValidator(_meant_or_none)]


PromiseState = Literal["running", "met", "breached"]


class Body(BaseModel):
    """A request body: unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class TicketIn(Body):
    """A complaint or enquiry as the assistant or the complaint form sends it."""

    kind: Literal["complaint", "enquiry"] = "complaint"
    category: Category
    category_predicted: Category | None = None
    product: Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_meant)] | None = None
    description: Text
    amount: Annotated[Decimal, Field(ge=0, max_digits=16, decimal_places=2)] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    order_number: Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_meant)] | None = None
    wish: OptionalText = None
    contact_channel: Literal["chat", "phone", "email"] = "chat"
    contact: ShortText | None = None
    consent: bool
    language: Literal["zh", "en"] = "zh"
    message_seq: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = Field(
        default=None,
        description="The customer's message in which the complaint was first made; its time starts the clock.",
    )


class AdditionIn(Body):
    """More of what the customer has to say."""

    text: Text


class WithdrawalIn(Body):
    """Why the customer withdraws, if they say."""

    reason: OptionalText = None


class FindingsIn(Body):
    """The preliminary findings."""

    findings: Text


class DecisionIn(Body):
    """The decision: cause, measures taken, follow-up plan."""

    cause: Text
    measures: Text
    follow_up_plan: Text


class NoteIn(Body):
    """An internal note."""

    text: Text


class ReasonIn(Body):
    """Why a ticket is reopened; ``about_handling`` when it is about how it was handled, so that others get it."""

    reason: Text
    about_handling: bool = False


class ReassignIn(Body):
    """To whom a ticket goes, by sign-in name, and what they should know."""

    to: ShortText
    note: OptionalText = None


class TicketPath(BaseModel):
    """A ticket by its number."""

    number: str = Field(max_length=40)


class TicketListQuery(Query):
    """Which tickets."""

    state: Literal["open", "all"] = "open"
    cursor: str | None = Field(default=None, max_length=400)
    limit: int | None = Field(default=None, ge=1, le=100)


class PromiseOut(BaseModel):
    """One promised time."""

    clock: str
    due_at: datetime
    due_text: str
    state: PromiseState
    text: str


class AnswerOut(BaseModel):
    """The written answer's three parts."""

    cause: str
    measures: str
    follow_up_plan: str
    sent_at: datetime


class TicketOut(BaseModel):
    """A ticket as its customer sees it."""

    number: str
    kind: str
    status: str
    status_text: str
    category: str
    category_text: str
    product: str | None
    description: str
    amount: str | None
    currency: str | None
    order_number: str | None
    wish: str | None
    created_at: datetime
    complained_at: datetime
    round: int
    version: int
    merged_into: str | None
    promises: list[PromiseOut]
    progress_text: str
    answer: AnswerOut | None
    page_url: str


class TicketPage(BaseModel):
    """One page of tickets."""

    items: list[TicketOut]
    next_cursor: str | None


class LetterOut(BaseModel):
    """A revision of the written answer."""

    revision: int
    status: str
    language: str
    html: str
