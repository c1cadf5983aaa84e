"""What staff are told when a ticket passes a gate: the values of each message in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ticketing.notify.service import News
from ticketing.tickets import wording
from ticketing.tickets.models import Ticket

LANGUAGES = ("zh", "en")


def about(
    ticket: Ticket,
    code: str,
    *,
    dedupe: str,
    urgent: bool = False,
    more: Callable[[str], Mapping[str, Any]] = lambda _language: {},
) -> News:
    """A message about a ticket; ``more`` gives the further values in a language."""
    return News(
        code=code,
        words={
            language: {
                "number": ticket.number,
                "category": wording.name("category", ticket.category, language),
                "severity": wording.name("severity", ticket.severity, language),
                **more(language),
            }
            for language in LANGUAGES
        },
        path=f"/desk/tickets/{ticket.number}",
        dedupe=dedupe,
        subject=("ticket", ticket.id),
        urgent=urgent,
    )
