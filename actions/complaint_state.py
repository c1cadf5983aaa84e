"""What the complaint form is between two messages, and what a message makes of it. Pure."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

STEPS = (
    "description", "category", "product", "amount", "order_number", "wish", "contact_channel", "contact", "consent",
)  # fmt: skip
SUMMARY, CHANGE = "summary", "change"
QUESTIONS = (*STEPS, SUMMARY, CHANGE)
"""Everything the form may be asking, in order; catalogue and tests follow this list."""
OF_DISPUTES = frozenset({"product", "amount", "order_number"})
SKIPPABLE = frozenset({"product", "amount", "order_number", "wish", "contact"})
FREE_TEXT = frozenset({"description", "wish"})
LET_GO = 2
"""So many digressions show that a form never confirmed is not wanted."""
CHANGEABLE = ("description", "category", "product", "amount", "order_number", "wish", "contact_channel")
LONGEST_DESCRIPTION = 4000


@dataclass(frozen=True)
class Form:
    """What is known of a complaint being taken, which slot is asked, and how often that went wrong."""

    nonce: str
    step: str = "description"
    values: dict[str, Any] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    revision: int = 0
    failures: int = 0
    denials: int = 0
    offered_person: bool = False
    message_seq: int | None = None
    before: dict[str, Any] | None = None
    """What the last correction replaced, for the customer who takes it back."""
    confirmed: bool = True
    """Whether the customer wished to complain or has answered a question; until then a statement only looked like it."""
    digressions: int = 0
    """How often something else was wanted before it was confirmed."""

    @classmethod
    def of(cls, state: dict[str, Any]) -> Form:
        """The form kept in memory."""
        known = {key: value for key, value in state.items() if key != "kind"}
        return cls(**{**known, "skipped": tuple(state.get("skipped", ()))})

    def state(self) -> dict[str, Any]:
        """The form as JSON for memory."""
        return asdict(self)

    @property
    def seal(self) -> str:
        """What a confirming button carries: this form in this revision."""
        return f"{self.nonce}.{self.revision}"


@dataclass(frozen=True)
class Outcome:
    """What follows: `do` is ask, submit, cancel, denied, when, hailed, digress, person or stale.

    `notes` are acknowledgements to say first, `changed` the slots a correction changed, `rest` the question to be served
    where that is only part of the message.
    """

    form: Form
    do: str = "ask"
    notes: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    rest: str = ""
