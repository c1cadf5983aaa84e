"""What can be done with a ticket up to its decision; the written answer is in letters.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.conversations import answers
from ticketing.customers.models import Customer
from ticketing.platform import metrics
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Permission, allowed
from ticketing.surveys import service as surveys
from ticketing.tickets import (
    assignment,
    following,
    judging,
    letters,
    pausing,
    products,
    recusal,
    rules,
    severity,
    telling,
)
from ticketing.tickets.gates import owner_name, refused, require, require_owner, require_owner_or, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, TicketNumber, TicketRound
from ticketing.tickets.rules import Status, Step
from ticketing.tickets.winding_up import wind_up

NUMBER_ZONE = ZoneInfo("Asia/Shanghai")
REPEAT_WITHIN = timedelta(days=30)


@dataclass(frozen=True)
class Intake:
    """A complaint or enquiry as it comes in, checked for form; ``complained_at`` is when the customer said it."""

    kind: str
    category: str
    description: str
    language: str
    contact_channel: str
    complained_at: datetime
    category_predicted: str | None = None
    product: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    order_number: str | None = None
    wish: str | None = None
    contact: str | None = None
    came_by: str = "chat"
    part_of: int | None = None
    """The ticket it was split from: a part repeats nothing."""


def open_ticket(
    session: Session, *, clock: Clock, actor: Actor, customer: Customer, conversation_id: int | None, intake: Intake
) -> Ticket:
    """Accept a complaint: number, severity, team, log, clocks. The clock starts at ``intake.complained_at``."""
    now = clock.now()
    repeat_of = _repeat_of(session, customer=customer, intake=intake, now=now)
    judged = severity.judge(
        [intake.description, intake.wish or ""],
        amount=intake.amount,
        tier=customer.tier,
        repeat_of=repeat_of.number if repeat_of else None,
    )
    ticket = Ticket(
        number=_next_number(session, now),
        kind=intake.kind,
        status=Status.ACCEPTED,
        category=intake.category,
        category_predicted=intake.category_predicted,
        product=products.code_of(intake.product),
        priority=judged.priority,
        severity=judged.level,
        severity_reasons=list(judged.reasons),
        severity_evidence=[finding.as_json() for finding in judged.findings],
        language=intake.language,
        customer_id=customer.id,
        conversation_id=conversation_id,
        description=intake.description,
        amount=intake.amount,
        currency=intake.currency or ("CNY" if intake.amount is not None else None),
        order_number=intake.order_number,
        wish=intake.wish,
        came_by=intake.came_by,
        contact_channel=intake.contact_channel,
        contact=intake.contact,
        consented_at=now,
        complained_at=min(intake.complained_at, now),
        created_at=now,
        updated_at=now,
        team_id=_team_for(session, intake.category),
        repeat_of_id=repeat_of.id if repeat_of else None,
        rounds=[TicketRound(round=1, started_at=min(intake.complained_at, now))],
    )
    session.add(ticket)
    session.flush()
    said = "complained" if ticket.kind == "complaint" else "enquired"
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind=said, at=ticket.complained_at)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="accepted")
    metrics.TICKETS_OPENED.labels(ticket.kind, ticket.category).inc()
    return ticket


def add_to(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, text: str) -> Ticket:
    """The customer adds to an open ticket; an ended one must be reopened first. What waited for them goes on."""
    take(ticket, Step.ADD, actor, frozenset({"text"} if text.strip() else ()))
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="added_to", text=text)
    judging.rejudge(session, clock=clock, ticket=ticket)
    pausing.customer_answered(session, clock=clock, actor=actor, ticket=ticket)
    return ticket


def withdraw(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str | None, evidence: str | None = None
) -> Ticket:
    """The customer withdraws (撤诉), or staff do at their request with ``evidence`` of it; a second time changes nothing.

    What staff note as evidence stays internal; the customer is told in writing that it was done for them.
    """
    if ticket.status == Status.WITHDRAWN:
        return ticket
    if actor.kind == "staff":
        require_owner_or(session, ticket, actor, Permission.TICKET_REASSIGN)
        recusal.check_actor(session, ticket=ticket, actor=actor)
    wind_up(session, clock=clock, actor=actor, ticket=ticket)
    take(ticket, Step.WITHDRAW, actor, frozenset({"evidence"} if (evidence or "").strip() else ()))
    ticket.closed_at = clock.now()
    for_customer = actor.kind == "staff"
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="withdrawn", text=reason, for_customer=for_customer
    )
    if for_customer:
        note_event(session, clock=clock, actor=actor, ticket=ticket, kind="noted", text=(evidence or "").strip())
        telling.withdrawn(session, clock=clock, ticket=ticket)
    following.release_chat(session, clock=clock, ticket=ticket, agent_id=ticket.owner_id)
    return ticket


def claim(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, **noted: Any) -> Ticket:
    """Take an unowned ticket, atomically; claiming one's own again changes nothing. ``noted`` goes into the log.

    Raises ``ticket_already_claimed`` if a colleague was quicker.
    """
    require(actor, Permission.TICKET_WORK)
    if ticket.owner_id == actor.staff_id:
        return ticket
    recusal.check_actor(session, ticket=ticket, actor=actor)
    took = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.owner_id.is_(None))
        .values(owner_id=actor.staff_id, version=Ticket.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(ticket)
    if took.rowcount == 0:  # type: ignore[attr-defined]
        raise DomainError("ticket_already_claimed", owner=owner_name(session, ticket, actor.language))
    take(ticket, Step.CLAIM, actor)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="claimed", owner_id=actor.staff_id, **noted)
    return ticket


def reassign(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, to: Staff, note: str | None = None
) -> Ticket:
    """Give a ticket to another person, their chat with the customer along with it: by its owner, a lead or the system.

    Between people it needs a hand-over note. Raises ``recused_self`` or ``recused_other`` for whoever must keep out.
    """
    if actor.kind != "system":
        require_owner_or(session, ticket, actor, Permission.TICKET_REASSIGN)
    if not to.active or not allowed(to.role, Permission.TICKET_WORK):
        raise DomainError("staff_not_found")
    if ticket.owner_id == to.id:
        return ticket
    recusal.check_actor(session, ticket=ticket, actor=actor)
    recusal.check(session, ticket=ticket, staff=to, actor=actor)
    take(ticket, _giving(ticket, actor), actor, frozenset({"handover_note"} if (note or "").strip() else ()))
    before, ticket.owner_id = ticket.owner_id, to.id
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="reassigned", text=note, before=before, owner_id=to.id
    )
    following.move_chat(session, clock=clock, ticket=ticket, from_id=before, to=to)
    return ticket


def _giving(ticket: Ticket, actor: Actor) -> Step:
    """Which step it is to give the ticket to someone: an assignment while nobody has worked on it."""
    if ticket.owner_id is None or ticket.status == Status.ACCEPTED:
        return Step.ASSIGN
    return Step.HAND_OVER if ticket.owner_id == actor.staff_id else Step.REASSIGN


def record_findings(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, findings: str) -> Ticket:
    """Record the preliminary findings; this stops the investigation clock and tells the customer."""
    recusal.require_handler(session, ticket=ticket, actor=actor)
    take(ticket, Step.RECORD_FINDINGS, actor, frozenset({"findings"} if findings.strip() else ()))
    current = ticket.current
    current.findings, current.findings_at, current.findings_by = findings.strip(), clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="findings_recorded")
    telling.findings(session, clock=clock, ticket=ticket)
    return ticket


def decide(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, cause: str, measures: str, follow_up_plan: str
) -> Ticket:
    """Record the decision with the three things the answer must tell (handbook §4.4)."""
    recusal.require_handler(session, ticket=ticket, actor=actor)
    given = {"cause": cause.strip(), "measures": measures.strip(), "follow_up_plan": follow_up_plan.strip()}
    take(ticket, Step.DECIDE, actor, frozenset(key for key, value in given.items() if value))
    answer = letters.latest(session, ticket=ticket)
    if answer is not None and answer.sent_at is not None:
        raise refused(ticket, actor)
    letters.refuse_while_held(session, answer)
    current = ticket.current
    current.cause, current.measures, current.follow_up_plan = given.values()
    current.decided_at, current.decided_by = clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="decided")
    return ticket


def close(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Ticket:
    """Close after the answer was delivered."""
    require_owner(session, ticket, actor)
    following.let_reply_go(session, clock=clock, ticket=ticket)
    take(ticket, Step.CLOSE, actor, frozenset({"delivered_letter"} if ticket.current.delivered_at else ()))
    ticket.closed_at = clock.now()
    wind_up(session, clock=clock, actor=actor, ticket=ticket)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="closed")
    following.release_chat(session, clock=clock, ticket=ticket, agent_id=ticket.owner_id)
    customer = session.get_one(Customer, ticket.customer_id)
    ended = surveys.EndedRound(
        ticket_id=ticket.id,
        number=ticket.number,
        round=ticket.round,
        customer_id=customer.id,
        conversation_id=ticket.conversation_id,
        has_email=customer.email is not None,
        language=ticket.language,
        category=ticket.category,
        team_id=ticket.team_id,
        owner_id=ticket.owner_id,
        signals=frozenset(ticket.severity_reasons),
    )
    surveys.ask(session, clock=clock, ended=ended)
    return ticket


def reopen(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str, about_handling: bool = False
) -> Ticket:
    """Start a new round with its own clocks; what was found and judged before stays.

    With ``about_handling`` the complaint is about how it was handled: whoever did must keep out of the new round.
    """
    if actor.kind == "staff":
        require(actor, Permission.TICKET_WORK)
    take(ticket, Step.REOPEN, actor, frozenset({"reason"} if reason.strip() else ()))
    former = ticket.current
    ticket.round += 1
    ticket.closed_at = None
    ticket.rounds.append(TicketRound(ticket_id=ticket.id, round=ticket.round, started_at=clock.now()))
    session.flush()
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="reopened", text=reason, about_handling=about_handling
    )
    if about_handling:
        recusal.exclude_former_handlers(session, clock=clock, ticket=ticket, former=former)
    assignment.after_reopening(session, clock=clock, ticket=ticket)
    return ticket


@answers.told
def note_agent_reply(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None:
    """Tell the open tickets of a conversation that a person answered in it; this stops the first-reply clock."""
    open_ones = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.status.in_(rules.OPEN))
    for ticket in session.scalars(open_ones):
        note_event(session, clock=clock, actor=actor, ticket=ticket, kind="agent_reply")


def _next_number(session: Session, now: datetime) -> str:
    day: date = now.astimezone(NUMBER_ZONE).date()
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    last = session.scalar(
        insert(TicketNumber)
        .values(day=day, last=1)
        .on_conflict_do_update(index_elements=["day"], set_={"last": TicketNumber.last + 1})
        .returning(TicketNumber.last)
    )
    return f"KS-{day:%Y%m%d}-{last:05d}"


def _team_for(session: Session, category: str) -> int | None:
    """The first team that handles the category; None leaves the ticket in the common queue."""
    for team in session.scalars(select(Team).order_by(Team.id)):
        if category in team.categories:
            return team.id
    return None


def _repeat_of(session: Session, *, customer: Customer, intake: Intake, now: datetime) -> Row[int, str] | None:
    """Id and number of the customer's latest complaint of the same class within 30 days (design §5).

    Complaints that only read alike are found after the commit (likeness.py): embedding must not hold up intake.
    """
    if intake.kind != "complaint" or intake.part_of is not None:
        return None
    return session.execute(
        select(Ticket.id, Ticket.number)
        .where(
            Ticket.customer_id == customer.id,
            Ticket.kind == "complaint",
            Ticket.category == intake.category,
            Ticket.created_at >= now - REPEAT_WITHIN,
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    ).first()
