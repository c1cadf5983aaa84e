"""What happens to a ticket when a deadline's level fires: agent → team lead → supervisor → compliance (design §4).

Called by the sweep inside the transaction that marks the level as fired, so that verdict, action, audit entry and
messages stand or fall together.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import service as notify
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.sla.policies import Action, LevelKind
from ticketing.sla.service import FiredLevel
from ticketing.staff.models import Staff
from ticketing.staff.rules import Role
from ticketing.tickets import rules, wording
from ticketing.tickets.journal import note_event, refresh_due
from ticketing.tickets.models import Ticket

EVENT_OF = {LevelKind.WARNING: "sla_warning", LevelKind.BREACH: "sla_breached", LevelKind.AFTER: "sla_after"}


def escalate(session: Session, fired: FiredLevel, *, clock: Clock, settings: Settings) -> None:
    """Do what the level's actions say, once; the fired row guarantees that it is asked once."""
    ticket = session.get_one(Ticket, fired.ticket_id)
    note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind=EVENT_OF[LevelKind(fired.kind)],
        at=fired.due_at,
        clock_name=fired.clock,
        level=fired.level,
        due_at=fired.target_at.isoformat(),
    )
    for action in fired.actions:
        _act(session, action, ticket=ticket, fired=fired, clock=clock, settings=settings)
    refresh_due(session, ticket=ticket)


def _act(
    session: Session, action: Action, *, ticket: Ticket, fired: FiredLevel, clock: Clock, settings: Settings
) -> None:
    match action.do:
        case "notify":
            for colleague in recipients(session, ticket, action.to):
                _notify(session, colleague, ticket=ticket, fired=fired, clock=clock, settings=settings)
        case "raise_priority":
            _raise_priority(session, ticket=ticket, clock=clock)
        case "reassign":
            _reassign(session, ticket=ticket, role=action.to, clock=clock)
        case _:
            audit.record(
                session,
                clock=clock,
                actor=SYSTEM,
                action="sla.action_unknown",
                subject=("ticket", ticket.number),
                do=action.do,
            )


def recipients(session: Session, ticket: Ticket, role: str) -> Sequence[Staff]:
    """Who is meant: the owner, else the team's leads; leads of the ticket's team, else supervisors. Never nobody silently."""
    active = select(Staff).where(Staff.active)
    if role == "owner" and ticket.owner_id is not None:
        return list(session.scalars(active.where(Staff.id == ticket.owner_id)))
    wanted = Role.TEAM_LEAD if role in {"owner", "team_lead"} else Role(role)
    asked = active.where(Staff.role == wanted)
    if wanted is Role.TEAM_LEAD:
        asked = asked.where(Staff.team_id == ticket.team_id)
    found = list(session.scalars(asked))
    return found or list(session.scalars(active.where(Staff.role == Role.SUPERVISOR)))


def _notify(
    session: Session, colleague: Staff, *, ticket: Ticket, fired: FiredLevel, clock: Clock, settings: Settings
) -> None:
    language, zone = colleague.language, ZoneInfo(settings.time_zone)
    owner = session.scalar(select(Staff.name).where(Staff.id == ticket.owner_id))
    notify.to_staff(
        session,
        clock=clock,
        code="sla_warning" if fired.kind == LevelKind.WARNING else "sla_breached",
        language=language,
        values={
            "number": ticket.number,
            "category": wording.name("category", ticket.category, language),
            "severity": wording.name("severity", ticket.severity, language),
            "clock": wording.name("clock", fired.clock, language),
            "due": wording.moment(fired.target_at, zone, language),
            "owner": owner or ("nobody" if language == "en" else "未领取"),
            "link": f"{settings.public_url}/desk/tickets/{ticket.number}",
        },
        staff_id=colleague.id,
        # The due time is part of it: a warning whose deadline was moved is told again.
        dedupe=f"sla:{ticket.id}:{fired.clock}:{fired.round}:{fired.level}:{fired.due_at:%Y%m%dT%H%M%S}",
        subject=("ticket", ticket.id),
    )


def _raise_priority(session: Session, *, ticket: Ticket, clock: Clock) -> None:
    before = ticket.priority
    ticket.priority = rules.raised(before)
    if ticket.priority != before:
        note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="priority_changed",
            before=before,
            after=ticket.priority,
        )


def _reassign(session: Session, *, ticket: Ticket, role: str, clock: Clock) -> None:
    candidates = [colleague for colleague in recipients(session, ticket, role) if colleague.role != Role.COMPLIANCE]
    if not candidates or ticket.owner_id in {colleague.id for colleague in candidates}:
        return
    before, ticket.owner_id = ticket.owner_id, candidates[0].id
    note_event(
        session, clock=clock, actor=SYSTEM, ticket=ticket, kind="reassigned", before=before, owner_id=ticket.owner_id
    )
