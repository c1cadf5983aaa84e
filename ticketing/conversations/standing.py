"""Where a customer in the queue stands: place, expected wait, when people are back. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ticketing.conversations import queries, waiting, wording
from ticketing.conversations.models import Conversation, Handover
from ticketing.conversations.rules import ServiceHours
from ticketing.conversations.waiting import Desk, Handled
from ticketing.customers.models import Customer
from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff
from ticketing.staff.presence import is_available

SERVING_ROLES = ("agent", "team_lead", "supervisor")
MEASURED_FOR = timedelta(days=14)
MEASURED = 500
"""So many conversations say enough, and everyone in the queue is told anew whenever it moves."""


@dataclass(frozen=True)
class Handoff:
    """Where the customer stands, what to tell them in full and in ``brief``, and what they can do (``buttons``)."""

    owner: str
    text: str
    position: int | None = None
    agents_online: int = 0
    wait_minutes: int | None = None
    opens_at: datetime | None = None
    brief: str = ""
    buttons: tuple[dict[str, str], ...] = ()

    @property
    def queue(self) -> dict[str, Any]:
        """As open widgets show it."""
        opens = self.opens_at.isoformat().replace("+00:00", "Z") if self.opens_at else None
        return {"position": self.position, "text": self.brief, "wait_minutes": self.wait_minutes, "opens_at": opens}


def standing(
    session: Session, *, clock: Clock, hours: ServiceHours, conversation: Conversation, language: str
) -> Handoff:
    """Where a queued conversation stands now."""
    now, position = clock.now(), queries.position(session, conversation)
    skill = skill_of(conversation)
    desk = desk_for(session, now=now, language=conversation.language, skill=skill)
    handling = waiting.handling_seconds(handled(session, now=now), language=conversation.language, skill=skill)
    minutes = waiting.wait_minutes(position, desk, handling)
    opens_at = None if desk.agents else hours.opens_after(now)
    values: dict[str, object] = {}
    if desk.agents:
        text, brief, values = "queue.joined", "queue.position", {"wait": wording.minutes(minutes, language)}
    elif opens_at is not None:
        text, brief, values = (
            "queue.closed",
            "queue.position_closed",
            _times(session, conversation, hours, opens_at, language),
        )
    else:
        text, brief = "queue.nobody", "queue.position_nobody"
    return Handoff(
        owner="queued",
        text=wording.say(text, language, position=position, **values),
        position=position,
        agents_online=desk.agents,
        wait_minutes=minutes,
        opens_at=opens_at,
        brief=wording.say(brief, language, position=position, **values),
        buttons=wording.queue_buttons(language, served_soon=bool(desk.agents)),
    )


def desk_for(session: Session, *, now: datetime, language: str, skill: str | None) -> Desk:
    """Who could take such a customer: those who speak the language and know the thing, else who speak it, else all."""
    taken = (
        select(Conversation.agent_id, func.count().label("chats"))
        .where(Conversation.owner == "agent")
        .group_by(Conversation.agent_id)
        .subquery()
    )
    available = session.execute(
        select(
            Staff.languages,
            Staff.language,
            Staff.skills,
            Staff.chat_cap,
            func.coalesce(taken.c.chats, 0).label("chats"),
        )
        .outerjoin(taken, taken.c.agent_id == Staff.id)
        .where(is_available(now), Staff.role.in_(SERVING_ROLES), Staff.chat_cap > 0)
    ).all()
    speaking = [each for each in available if language in (each.languages or [each.language])]
    knowing = [each for each in speaking if skill is None or not each.skills or skill in each.skills]
    chosen = knowing or speaking or available
    return Desk(
        agents=len(chosen),
        places=sum(each.chat_cap for each in chosen),
        free=sum(max(0, each.chat_cap - each.chats) for each in chosen),
    )


def handled(session: Session, *, now: datetime) -> list[Handled]:
    """What the latest conversations with people took, of the last two weeks."""
    latest = (
        select(Handover.language, Handover.skill, Handover.handled_seconds)
        .where(Handover.ended_at > now - MEASURED_FOR, Handover.handled_seconds.is_not(None))
        .order_by(Handover.ended_at.desc())
        .limit(MEASURED)
        .subquery()
    )
    columns = latest.c
    rows = session.execute(
        select(columns.language, columns.skill, func.count(), func.sum(columns.handled_seconds)).group_by(
            columns.language, columns.skill
        )
    )
    return [Handled(language, skill, count, float(seconds or 0)) for language, skill, count, seconds in rows]


def skill_of(conversation: Conversation) -> str | None:
    """What the conversation is about, as far as the assistant had found out: a class, as staff have it among their skills."""
    slots = (conversation.handoff_package or {}).get("slots") or {}
    found = slots.get("category") or slots.get("category_predicted")
    return found[:40] if isinstance(found, str) and found else None


def _times(
    session: Session, conversation: Conversation, hours: ServiceHours, opens_at: datetime, language: str
) -> dict[str, object]:
    """Daily hours and the next opening on the customer's own clock, which is named where it is not the company's."""
    zone = session.get_one(Customer, conversation.customer_id).time_zone or hours.zone
    begins, ends = hours.daily_in(zone, opens_at)
    abroad = begins != f"{hours.opens:%H:%M}"
    return {
        "hours": f"{begins}–{ends}",
        "opens": wording.opening(opens_at, zone, language) + (wording.say("queue.local", language) if abroad else ""),
    }
