"""What can be done with a ticket up to its decision; the written answer is in letters.py."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.customers.models import Customer
from ticketing.platform import metrics
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Permission, allowed
from ticketing.surveys import service as surveys
from ticketing.tickets import products, rules, telling, wording
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Letter, Ticket, TicketNumber, TicketRound
from ticketing.tickets.rules import Status, Step, Who

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


def open_ticket(
    session: Session, *, clock: Clock, actor: Actor, customer: Customer, conversation_id: int | None, intake: Intake
) -> Ticket:
    """Accept a complaint: number, severity, team, log, clocks. The clock starts at ``intake.complained_at``."""
    now = clock.now()
    repeat_of = _repeat_of(session, customer=customer, intake=intake, now=now)
    judged = rules.severity(
        text=f"{intake.description}\n{intake.wish or ''}",
        amount=intake.amount,
        tier=customer.tier,
        repeat=repeat_of is not None,
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
        language=intake.language,
        customer_id=customer.id,
        conversation_id=conversation_id,
        description=intake.description,
        amount=intake.amount,
        currency=intake.currency or ("CNY" if intake.amount is not None else None),
        order_number=intake.order_number,
        wish=intake.wish,
        contact_channel=intake.contact_channel,
        contact=intake.contact,
        consented_at=now,
        complained_at=min(intake.complained_at, now),
        created_at=now,
        updated_at=now,
        team_id=_team_for(session, intake.category),
        repeat_of_id=repeat_of,
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
    """The customer adds to an open ticket; an ended one must be reopened first."""
    if ticket.status not in rules.OPEN:
        raise _refused(ticket, actor)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="added_to", text=text)
    return ticket


def withdraw(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str | None) -> Ticket:
    """The customer withdraws (撤诉); a second time changes nothing."""
    if ticket.status == Status.WITHDRAWN:
        return ticket
    _move(ticket, Step.WITHDRAW, actor, frozenset())
    ticket.closed_at = clock.now()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="withdrawn", text=reason)
    return ticket


def claim(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Ticket:
    """Take an unowned ticket, atomically; claiming one's own again changes nothing.

    Raises ``ticket_already_claimed`` if a colleague was quicker.
    """
    require(actor, Permission.TICKET_WORK)
    if ticket.owner_id == actor.staff_id:
        return ticket
    took = session.execute(
        update(Ticket)
        .where(Ticket.id == ticket.id, Ticket.owner_id.is_(None))
        .values(owner_id=actor.staff_id, version=Ticket.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(ticket)
    if took.rowcount == 0:  # type: ignore[attr-defined]
        raise DomainError("ticket_already_claimed", owner=owner_name(session, ticket, actor.language))
    _move(ticket, Step.CLAIM, actor, frozenset())
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="claimed", owner_id=actor.staff_id)
    return ticket


def reassign(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, to: Staff, note: str | None = None
) -> Ticket:
    """Give a ticket to another person; the owner or whoever may reassign."""
    if ticket.owner_id != actor.staff_id:
        require(actor, Permission.TICKET_REASSIGN)
    if ticket.status not in rules.OPEN:
        raise _refused(ticket, actor)
    if not to.active or not allowed(to.role, Permission.TICKET_WORK):
        raise DomainError("staff_not_found")
    if ticket.status == Status.ACCEPTED:
        ticket.status = Status.INVESTIGATING
    before, ticket.owner_id = ticket.owner_id, to.id
    note_event(
        session, clock=clock, actor=actor, ticket=ticket, kind="reassigned", text=note, before=before, owner_id=to.id
    )
    return ticket


def record_findings(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, findings: str) -> Ticket:
    """Record the preliminary findings; this stops the investigation clock and tells the customer."""
    require_owner(session, ticket, actor)
    _move(ticket, Step.RECORD_FINDINGS, actor, frozenset({"findings"} if findings.strip() else ()))
    current = ticket.current
    current.findings, current.findings_at, current.findings_by = findings.strip(), clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="findings_recorded")
    telling.findings(session, clock=clock, ticket=ticket)
    return ticket


def decide(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, cause: str, measures: str, follow_up_plan: str
) -> Ticket:
    """Record the decision with the three things the answer must tell (handbook §4.4)."""
    require_owner(session, ticket, actor)
    given = {"cause": cause.strip(), "measures": measures.strip(), "follow_up_plan": follow_up_plan.strip()}
    _move(ticket, Step.DECIDE, actor, frozenset(key for key, value in given.items() if value))
    if _answer_sent(session, ticket):
        raise _refused(ticket, actor)
    current = ticket.current
    current.cause, current.measures, current.follow_up_plan = given.values()
    current.decided_at, current.decided_by = clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="decided")
    return ticket


def close(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Ticket:
    """Close after the answer was delivered."""
    require_owner(session, ticket, actor)
    _move(ticket, Step.CLOSE, actor, frozenset({"delivered_letter"} if ticket.current.delivered_at else ()))
    ticket.closed_at = clock.now()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="closed")
    customer = session.get_one(Customer, ticket.customer_id)
    surveys.ask(
        session,
        clock=clock,
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        round=ticket.round,
        customer_id=customer.id,
        conversation_id=ticket.conversation_id,
        has_email=customer.email is not None,
        language=ticket.language,
    )
    return ticket


def reopen(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, reason: str) -> Ticket:
    """Start a new round with its own clocks; what was found and judged before stays."""
    if actor.kind == "staff":
        require(actor, Permission.TICKET_WORK)
    _move(ticket, Step.REOPEN, actor, frozenset())
    ticket.round += 1
    ticket.closed_at = None
    ticket.rounds.append(TicketRound(ticket_id=ticket.id, round=ticket.round, started_at=clock.now()))
    session.flush()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="reopened", text=reason)
    return ticket


def add_note(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, text: str) -> Ticket:
    """An internal note, never shown to the customer."""
    require(actor, Permission.TICKET_WORK)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="noted", text=text)
    return ticket


def note_agent_reply(session: Session, *, clock: Clock, actor: Actor, conversation_id: int) -> None:
    """Tell the open tickets of a conversation that a person answered in it; this stops the first-reply clock."""
    open_ones = select(Ticket).where(Ticket.conversation_id == conversation_id, Ticket.status.in_(rules.OPEN))
    for ticket in session.scalars(open_ones):
        note_event(session, clock=clock, actor=actor, ticket=ticket, kind="agent_reply")


def require(actor: Actor, permission: Permission) -> None:
    """Raise ``permission_denied`` unless the actor's role carries the permission."""
    if actor.kind != "staff" or not allowed(actor.role, permission):
        raise DomainError("permission_denied")


def owner_name(session: Session, ticket: Ticket, language: str) -> str:
    """Who owns a ticket, as text for colleagues."""
    found = session.scalar(select(Staff.name).where(Staff.id == ticket.owner_id))
    return found or ("nobody yet" if language == "en" else "暂无人")


def require_owner(session: Session, ticket: Ticket, actor: Actor) -> None:
    """Raise unless the actor works tickets and this one is theirs."""
    require(actor, Permission.TICKET_WORK)
    if ticket.owner_id != actor.staff_id:
        raise DomainError("ticket_not_yours", owner=owner_name(session, ticket, actor.language))


def _move(ticket: Ticket, step: Step, actor: Actor, present: frozenset[str]) -> None:
    who = frozenset({Who.CUSTOMER}) if actor.kind == "customer" else frozenset({Who.STAFF, Who.OWNER})
    try:
        ticket.status = rules.next_status(step, Status(ticket.status), who=who, present=present)
    except rules.Refused as refusal:
        if refusal.missing:
            words = [wording.name("content", item, actor.language) for item in refusal.missing]
            joiner = ", " if actor.language == "en" else "、"
            raise DomainError(
                "ticket_content_missing", missing=list(refusal.missing), missing_text=joiner.join(words)
            ) from refusal
        raise _refused(ticket, actor) from refusal


def _answer_sent(session: Session, ticket: Ticket) -> bool:
    sent = select(Letter.id).where(
        Letter.ticket_id == ticket.id, Letter.round == ticket.round, Letter.sent_at.is_not(None)
    )
    return session.scalar(sent.limit(1)) is not None


def _refused(ticket: Ticket, actor: Actor) -> DomainError:
    return DomainError(
        "ticket_transition_refused",
        from_status=ticket.status,
        from_text=wording.name("status", ticket.status, actor.language),
    )


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


def _repeat_of(session: Session, *, customer: Customer, intake: Intake, now: datetime) -> int | None:
    """The customer's latest complaint of the same category within 30 days (design §5)."""
    if intake.kind != "complaint":
        return None
    return session.scalar(
        select(Ticket.id)
        .where(
            Ticket.customer_id == customer.id,
            Ticket.kind == "complaint",
            Ticket.category == intake.category,
            Ticket.created_at >= now - REPEAT_WITHIN,
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
