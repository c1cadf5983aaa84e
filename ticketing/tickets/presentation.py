"""A ticket as its customer sees it; the API, the assistant and the customer's pages all show this."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.clock import Clock
from ticketing.sla import queries as sla_queries
from ticketing.tickets import letter_text, wording
from ticketing.tickets.holding import survivor
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.schemas import AnswerOut, PromiseOut, PromiseState, TicketOut

PROMISED_CLOCKS = ("investigation", "resolution", "response")


def customer_view(session: Session, *, clock: Clock, ticket: Ticket, language: str, zone: ZoneInfo) -> TicketOut:
    """Everything the customer may know, in their language; promised times in ``zone``."""
    return TicketOut(
        number=ticket.number,
        kind=ticket.kind,
        status=ticket.status,
        status_text=wording.name("status", ticket.status, language),
        category=ticket.category,
        category_text=wording.name("category", ticket.category, language),
        product=ticket.product,
        description=ticket.description,
        amount=None if ticket.amount is None else f"{ticket.amount:.2f}",
        currency=ticket.currency,
        order_number=ticket.order_number,
        wish=ticket.wish,
        created_at=ticket.created_at,
        complained_at=ticket.complained_at,
        round=ticket.round,
        version=ticket.version,
        merged_into=survivor(ticket).number if ticket.merged_into is not None else None,
        promises=promises(session, clock=clock, ticket=ticket, language=language, zone=zone),
        progress_text=wording.progress(ticket.status, language, answered=ticket.current.delivered_at is not None),
        answer=_answer(session, ticket),
        page_url=f"/my/tickets/{ticket.number}",
    )


def promises(session: Session, *, clock: Clock, ticket: Ticket, language: str, zone: ZoneInfo) -> list[PromiseOut]:
    """The promised times of the current round, earliest first; one that has passed is late, sweep or no sweep."""
    shown = []
    for standing in sla_queries.clocks(session, ticket_id=ticket.id, round=ticket.round):
        if standing.clock not in PROMISED_CLOCKS or standing.due_at is None or standing.state == "cancelled":
            continue
        late = standing.owed and standing.due_at < clock.now()
        state: PromiseState = (
            "breached" if late or standing.state == "breached" else "met" if standing.state == "met" else "running"
        )
        shown.append(
            PromiseOut(
                clock=standing.clock,
                due_at=standing.due_at,
                due_text=wording.due(standing.due_at, zone, language),
                state=state,
                text=wording.promise(
                    standing.clock, standing.due_at, state, zone, language, done=standing.stopped_at is not None
                ),
            )
        )
    return sorted(shown, key=lambda item: item.due_at)


def _answer(session: Session, ticket: Ticket) -> AnswerOut | None:
    """The newest answer that was delivered; the pages keep older rounds' letters too."""
    letter = session.scalar(
        select(Letter)
        .where(Letter.ticket_id == ticket.id, Letter.delivered_at.is_not(None))
        .order_by(Letter.round.desc(), Letter.revision.desc())
        .limit(1)
    )
    if letter is None or letter.sent_at is None:
        return None
    return AnswerOut(**letter_text.told_of(letter), sent_at=letter.sent_at)
