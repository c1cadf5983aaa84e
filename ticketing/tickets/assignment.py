"""Giving a ticket to the person it suits best, taking it back, and offering it to the lead.

Whoever assigns holds the ticket and then the team, and reads the chosen person again under that lock: so two workers
never give one ticket twice, nor together more than someone's cap allows. What is due for assignment is found by
assignment_pass.py; who suits best is judged by assignment_rules.py.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from ticketing.platform import metrics
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff, Team
from ticketing.staff.presence import AT_WORK, presence_of
from ticketing.tickets import assignment_notices, following, recusal, rules, workload
from ticketing.tickets.assignment_rules import Choice, Need, Nobody, choose
from ticketing.tickets.following import put_back
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import OwnerAbsence, Ticket, Unassigned
from ticketing.tickets.workload import Pool

Verdict = Choice | Nobody | None


def assign(session: Session, *, clock: Clock, settings: Settings, ticket_id: int, pool: Pool) -> Verdict:
    """Give a waiting ticket to whom it suits best; gives Nobody where nobody fits, None if it no longer waits."""
    ticket = held(session, ticket_id)
    if ticket is None or ticket.owner_id is not None or ticket.status not in rules.OPEN:
        return None
    waiting = session.get(Unassigned, ticket.id)
    return _give_to_best(
        session,
        clock=clock,
        settings=settings,
        ticket=ticket,
        pool=pool,
        former=waiting.taken_from if waiting else None,
    )


def hand_over(session: Session, *, clock: Clock, settings: Settings, ticket: Ticket, pool: Pool) -> Verdict:
    """Give a ticket of someone who is not there to the next best; Nobody leaves it where it is."""
    return _give_to_best(session, clock=clock, settings=settings, ticket=ticket, pool=pool, former=ticket.owner_id)


def held(session: Session, ticket_id: int) -> Ticket | None:
    """A ticket as it stands, locked to the end of the transaction; None while another has it."""
    return session.get(Ticket, ticket_id, populate_existing=True, with_for_update={"skip_locked": True})


def after_reopening(session: Session, *, clock: Clock, ticket: Ticket) -> None:
    """A reopened ticket stays with its former owner if they are at work and may handle it; else others get it."""
    owner = session.get(Staff, ticket.owner_id) if ticket.owner_id else None
    if owner is None:
        return
    if not owner.active or recusal.may_handle(session, ticket, owner) is not None:
        reason = "owner_recused" if owner.active else "owner_left"
    elif owner.last_seen_at is not None and presence_of(owner, clock.now()) not in AT_WORK:
        reason = "owner_absent"
    else:
        return
    put_back(session, clock=clock, ticket=ticket, reason=reason)


def offer_to_lead(session: Session, *, clock: Clock, settings: Settings, ticket: Ticket, absence: OwnerAbsence) -> None:
    """The owner is not there and the ticket is due soon: tell whoever leads the team, once an absence."""
    session.merge(absence)
    note_event(session, clock=clock, actor=SYSTEM, ticket=ticket, kind="owner_absent", owner_id=absence.owner_id)
    assignment_notices.owner_absent(session, clock=clock, settings=settings, ticket=ticket, absence=absence)


def forget_settled(session: Session) -> int:
    """Delete what was known of tickets while they waited, once they have an owner again or have ended."""
    settled = (
        select(Unassigned.ticket_id)
        .join(Ticket)
        .where(or_(Ticket.owner_id.is_not(None), Ticket.status.in_(rules.ENDED)))
    )
    return session.execute(delete(Unassigned).where(Unassigned.ticket_id.in_(settled))).rowcount  # type: ignore[attr-defined, no-any-return]


def because(need: Need, choice: Choice) -> dict[str, Any]:
    """What is kept of a choice for people to read later (assignment_wording.py)."""
    return asdict(need) | {
        "level": choice.level,
        "open_cases": choice.candidate.open_cases,
        "load": choice.candidate.load,
        "load_cap": choice.candidate.load_cap,
        "fitting": choice.fitting,
        "why": choice.why.value,
    }


def _give_to_best(
    session: Session, *, clock: Clock, settings: Settings, ticket: Ticket, pool: Pool, former: int | None
) -> Choice | Nobody:
    if ticket.team_id is not None:
        session.execute(select(Team.id).where(Team.id == ticket.team_id).with_for_update(key_share=True))
    need = workload.need_of(ticket, clock.now())
    verdict = _choose(session, ticket=ticket, need=need, pool=pool, former=former)
    if isinstance(verdict, Nobody):
        return verdict
    before, chosen = ticket.owner_id, session.get_one(Staff, verdict.candidate.id)
    ticket.owner_id, chosen.last_assigned_at = chosen.id, clock.now()
    if ticket.status == rules.Status.ACCEPTED:
        ticket.status = rules.Status.INVESTIGATING
    session.execute(delete(Unassigned).where(Unassigned.ticket_id == ticket.id))
    why = because(need, verdict)
    event = note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind="assigned",
        before=before,
        owner_id=chosen.id,
        owner=chosen.name,
        because=why,
    )
    following.move_chat(session, clock=clock, ticket=ticket, from_id=before, to=chosen)
    assignment_notices.assigned(
        session, clock=clock, settings=settings, ticket=ticket, to=chosen, because=why, event_id=event.id
    )
    pool.gave(chosen.id, need)
    metrics.ASSIGNMENTS.labels("handed_over" if before else "assigned").inc()
    return verdict


def _choose(session: Session, *, ticket: Ticket, need: Need, pool: Pool, former: int | None) -> Choice | Nobody:
    """Choose, and make sure of the chosen one: what was read before the lock may be old."""
    recused = recusal.kept_out(session, ticket)
    certain: set[int] = set()
    while True:
        verdict = choose(need, pool.people, recused=recused, former=former)
        if isinstance(verdict, Nobody):
            return verdict
        chosen = verdict.candidate.id
        if chosen not in certain:
            certain.add(chosen)
            if pool.refresh(session, chosen):
                continue
        return verdict
