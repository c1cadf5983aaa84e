"""What a queue is narrowed to and ordered by: read from an address or a saved view, written into either, and as conditions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import ColumnElement

from ticketing.customers.models import Customer
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import OPEN, PRIORITIES, Category
from ticketing.tickets.severity import LEVELS

View = Literal["mine", "unclaimed", "open"]
VIEWS: tuple[View, ...] = get_args(View)
Order = Literal["due", "chance"]
ORDERS: tuple[Order, ...] = get_args(Order)
NOBODY = 0
"""The owner's id that means none."""
WITHIN_HOURS = (1, 4, 8, 24, 48)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "kind": ("complaint", "enquiry"),
    "category": tuple(category.value for category in Category),
    "severity": LEVELS,
    "priority": PRIORITIES,
    "status": tuple(status for status in ("accepted", "investigating", "resolving", "feedback") if status in OPEN),
    "language": ("zh", "en"),
    "tier": ("standard", "silver", "gold", "private"),
}
"""The filters that name one of few things."""
WHOLE = ("team", "owner", "within")
FLAGS = ("breached", "repeat")


@dataclass(frozen=True)
class Wanted:
    """One of the three views and what it is narrowed to; ``within`` are hours to the next promise."""

    view: View = "mine"
    order: Order = "due"
    kind: str | None = None
    category: str | None = None
    severity: str | None = None
    priority: str | None = None
    status: str | None = None
    language: str | None = None
    tier: str | None = None
    team: int | None = None
    owner: int | None = None
    within: int | None = None
    breached: bool = False
    repeat: bool = False

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Wanted:
        """From an address or a saved view; what makes no sense is left out."""
        named: dict[str, Any] = {name: given.get(name) for name, known in CHOICES.items() if given.get(name) in known}
        named |= {name: _whole(given.get(name)) for name in WHOLE}
        named |= {name: given.get(name) in {"1", True} for name in FLAGS}
        view: View = next((each for each in VIEWS if each == given.get("view")), "mine")
        order: Order = next((each for each in ORDERS if each == given.get("order")), "due")
        return cls(view=view, order=order, **named)

    def as_filters(self) -> dict[str, str]:
        """As an address's arguments, without what is usual."""
        usual = Wanted()
        return {
            name: "1" if value is True else str(value)
            for name, value in vars(self).items()
            if value != getattr(usual, name)
        }

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out of the view."""
        return bool(self.as_filters().keys() - {"view", "order"})

    def conditions(self, *, staff_id: int, now: datetime) -> Iterator[ColumnElement[bool]]:
        """What a row must meet beside being open."""
        if self.view == "mine":
            yield Ticket.owner_id == staff_id
        elif self.view == "unclaimed" or self.owner == NOBODY:
            yield Ticket.owner_id.is_(None)
        if self.owner:
            yield Ticket.owner_id == self.owner
        for name in ("kind", "category", "severity", "priority", "status", "language"):
            if (value := getattr(self, name)) is not None:
                yield getattr(Ticket, name) == value
        if self.tier is not None:
            yield Customer.tier == self.tier
        if self.team is not None:
            yield Ticket.team_id == self.team
        if self.within is not None:
            yield Ticket.next_due_at <= now + timedelta(hours=self.within)
        if self.breached:
            yield Ticket.breached.is_(True)
        if self.repeat:
            yield Ticket.repeat_of_id.is_not(None)


def _whole(value: Any) -> int | None:
    text = str(value if value is not None else "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
