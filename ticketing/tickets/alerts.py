"""What staff are told about a ticket's promises: the values of each message in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ticketing.notify.service import News
from ticketing.platform.settings import Settings
from ticketing.sla.policies import LevelKind
from ticketing.sla.service import FiredLevel
from ticketing.tickets import wording
from ticketing.tickets.models import Ticket

LANGUAGES = ("zh", "en")
NO_OWNER = {"zh": "未领取", "en": "nobody yet"}
NO_NOTE = {"zh": "无", "en": "none"}
_REPEATED = re.compile(r"_(\d+)$")
"""How the promise engine names the second and later occurrence of a level (sla/policies.py)."""


def path_of(ticket: Ticket) -> str:
    """Where a message about a ticket's promises leads: to the place that says how they stand."""
    return f"/desk/tickets/{ticket.number}#escalation"


def of_level(ticket: Ticket, fired: FiredLevel, *, owner: str | None, settings: Settings) -> News:
    """The message of a level that fires. From the breach on it is urgent."""
    again = _REPEATED.search(fired.level)
    code = {LevelKind.WARNING: "sla_warning", LevelKind.BREACH: "sla_breached", LevelKind.AFTER: "sla_after"}
    late = max(fired.due_at - fired.target_at, timedelta(0))
    return News(
        code="sla_repeat" if again and fired.kind == LevelKind.AFTER else code[LevelKind(fired.kind)],
        words=_words(
            ticket,
            settings,
            lambda language, zone: {
                "clock": wording.name("clock", fired.clock, language),
                "due": wording.moment(fired.target_at, zone, language),
                "owner": owner or NO_OWNER[language],
                "late": wording.time_left(-late, language).removeprefix("超时"),
                "time": int(again[1]) if again else 1,
            },
        ),
        path=path_of(ticket),
        # The due time is part of it: a warning whose deadline was moved is told again.
        dedupe=f"sla:{ticket.id}:{fired.clock}:{fired.round}:{fired.level}:{fired.due_at:%Y%m%dT%H%M%S}",
        subject=("ticket", ticket.id),
        urgent=fired.kind != LevelKind.WARNING,
        clock_name=fired.clock,
        due_at=fired.target_at,
    )


def handed_over(ticket: Ticket, fired: FiredLevel, *, before: str | None, settings: Settings) -> News:
    """To the one who gets the ticket because a promise was broken."""
    return News(
        code="sla_handed_over",
        words=_words(
            ticket,
            settings,
            lambda language, zone: {
                "clock": wording.name("clock", fired.clock, language),
                "due": wording.moment(fired.target_at, zone, language),
                "before": before or NO_OWNER[language],
            },
        ),
        path=f"/desk/tickets/{ticket.number}",
        dedupe=f"sla:{ticket.id}:{fired.clock}:{fired.round}:{fired.level}:handed_over",
        subject=("ticket", ticket.id),
        urgent=True,
        clock_name=fired.clock,
        due_at=fired.target_at,
    )


def _words(ticket: Ticket, settings: Settings, more: Any) -> Mapping[str, Mapping[str, Any]]:
    zone = ZoneInfo(settings.time_zone)
    return {
        language: {
            "number": ticket.number,
            "category": wording.name("category", ticket.category, language),
            "severity": wording.name("severity", ticket.severity, language),
            **more(language, zone),
        }
        for language in LANGUAGES
    }
