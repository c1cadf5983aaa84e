"""The written answer: drafted from the ticket's facts, approved, sent, and delivered with evidence.

Source: handbook §4.4 (cause, measures taken, follow-up plan) and the 2020 rules on complaint handling (the reply names
the further routes). Only delivery ends the 48 h promise.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.notify import service as notify
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import OutboxMessage
from ticketing.platform.settings import Settings
from ticketing.staff.rules import Permission
from ticketing.tickets import rules, telling, wording
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.rules import Status
from ticketing.tickets.service import require, require_owner

_pages = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def latest(session: Session, *, ticket: Ticket) -> Letter | None:
    """The newest revision of this round's letter."""
    return session.scalar(
        select(Letter)
        .where(Letter.ticket_id == ticket.id, Letter.round == ticket.round)
        .order_by(Letter.revision.desc())
        .limit(1)
    )


def draft(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Letter:
    """Draft from the decision. A serious case then waits for another person; others may be sent at once.

    Raises ``ticket_content_missing`` before a decision exists and ``ticket_transition_refused`` once one was sent.
    """
    require_owner(session, ticket, actor)
    current = ticket.current
    missing = [field for field in ("cause", "measures", "follow_up_plan") if not getattr(current, field)]
    if missing:
        words = [wording.name("content", item, actor.language) for item in missing]
        raise DomainError("ticket_content_missing", missing=missing, missing_text="、".join(words))
    before = latest(session, ticket=ticket)
    if ticket.status != Status.FEEDBACK or (before is not None and before.sent_at is not None):
        raise DomainError(
            "ticket_transition_refused",
            from_status=ticket.status,
            from_text=wording.name("status", ticket.status, actor.language),
        )
    letter = Letter(
        ticket_id=ticket.id,
        round=ticket.round,
        revision=before.revision + 1 if before else 1,
        language=ticket.language,
        facts=facts_of(ticket),
        status="waiting" if rules.four_eyes(ticket.severity) else "approved",
        created_at=clock.now(),
        created_by=actor.staff_id,
    )
    session.add(letter)
    session.flush()
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="letter_drafted", revision=letter.revision)
    return letter


def approve(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Letter:
    """Approve the waiting letter; its author may not (four eyes)."""
    require(actor, Permission.LETTER_APPROVE)
    letter = _current(session, ticket)
    if letter.status != "waiting":
        return letter
    if letter.created_by == actor.staff_id:
        raise DomainError("letter_four_eyes")
    letter.status, letter.approved_at, letter.approved_by = "approved", clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="letter_approved", revision=letter.revision)
    return letter


def send(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket) -> Letter:
    """Hand the approved letter to the outbox: into the conversation, onto the customer's page, and by e-mail if known."""
    require_owner(session, ticket, actor)
    letter = _current(session, ticket)
    if letter.sent_at is not None:
        return letter
    if letter.status != "approved":
        raise DomainError("letter_not_approved")
    letter.status, letter.sent_at = "sent", clock.now()
    notify.to_customer(
        session,
        clock=clock,
        code="answer",
        language=letter.language,
        values={"number": ticket.number, **letter.facts},
        conversation_id=ticket.conversation_id,
        email_of=telling.email_of(session, ticket),
        card={"kind": "answer", "number": ticket.number, "page_url": f"/my/tickets/{ticket.number}"},
        dedupe=f"letter:{letter.id}",
        subject=("letter", letter.id),
    )
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="answer_sent", revision=letter.revision)
    return letter


def settle_delivery(session: Session, *, clock: Clock, message: OutboxMessage) -> None:
    """Told by the outbox about a letter's delivery: the first one ends the 48 h clock; a failed one makes a task."""
    letter = session.get_one(Letter, message.subject_id)
    # Held, because the delivery has happened: it must be recorded, not lose against a colleague who writes meanwhile.
    ticket = session.get_one(Ticket, letter.ticket_id, with_for_update={"of": Ticket}, populate_existing=True)
    session.refresh(letter)
    if message.status == "dead":
        note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="delivery_failed",
            channel=message.channel,
            reason=message.last_error,
        )
        return
    if letter.delivered_at is not None:
        return
    letter.status, letter.delivered_at = "delivered", clock.now()
    ticket_round = next(item for item in ticket.rounds if item.round == letter.round)
    ticket_round.delivered_at = letter.delivered_at
    note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind="answer_delivered",
        channel=message.channel,
        evidence=message.evidence,
    )


def facts_of(ticket: Ticket) -> dict[str, Any]:
    """What a letter tells, taken from the ticket once and then fixed in the letter."""
    current, language, zone = ticket.current, ticket.language, ZoneInfo("Asia/Shanghai")
    return {
        "number": ticket.number,
        "category": wording.name("category", ticket.category, language),
        "complained_on": wording.day(ticket.complained_at, zone, language),
        "description": ticket.description,
        "amount": wording.money(ticket.amount, ticket.currency),
        "order_number": ticket.order_number or "",
        "findings": current.findings or "",
        "cause": current.cause or "",
        "measures": current.measures or "",
        "follow_up_plan": current.follow_up_plan or "",
    }


def render(letter: Letter, *, settings: Settings) -> str:
    """The letter's body as HTML, every fact escaped."""
    company = settings.company_en if letter.language == "en" else settings.company_zh
    zone = ZoneInfo(settings.time_zone)
    dated = letter.sent_at or letter.created_at
    return _pages.get_template(f"letter.{letter.language}.html").render(
        facts=letter.facts, company=company, dated=dated.astimezone(zone).date()
    )


def _current(session: Session, ticket: Ticket) -> Letter:
    letter = latest(session, ticket=ticket)
    if letter is None:
        raise DomainError("letter_not_found")
    if letter.sent_at is None and letter.facts != facts_of(ticket):
        raise DomainError("letter_outdated")
    return letter
