"""What stands around a case beside its steps: notes handed over, merges, pauses, more time, links, and who keeps out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import extensions, handover, links, merging, pausing, recusal
from ticketing.tickets.gate_models import Recusal, StatutoryExtension, TicketPause
from ticketing.tickets.holding import survivor
from ticketing.tickets.models import Ticket, TicketEvent
from ticketing.tickets.queries import Case
from ticketing.tickets.rules import OPEN


@dataclass(frozen=True)
class Gates:
    """Everything the case page says about its gates."""

    handed_over: TicketEvent | None
    survivor: Ticket | None
    absorbed: Sequence[Ticket]
    pause: TicketPause | None
    extensions: Sequence[StatutoryExtension]
    pending: StatutoryExtension | None
    may_decide: bool
    may_extend: bool
    links: Sequence[links.Shown]
    recusals: Sequence[Recusal]
    out: bool
    mine: bool
    open: bool
    leads: bool
    merges: bool


def around(case: Case, actor: Actor) -> Gates:
    """What the reader sees of a case's gates."""
    ticket = case.ticket
    asked = extensions.of_round(session(), ticket=ticket)
    pending = next((row for row in asked if row.status == "pending"), None)
    mine = ticket.owner_id is not None and ticket.owner_id == actor.staff_id
    leads = allowed(actor.role, Permission.TICKET_REASSIGN)
    return Gates(
        handed_over=handover.unread(case.events, ticket.owner_id) if mine else None,
        survivor=survivor(ticket) if ticket.merged_into is not None else None,
        absorbed=merging.absorbed(session(), ticket=ticket),
        pause=pausing.lasting(session(), ticket=ticket),
        extensions=asked,
        pending=pending,
        may_decide=pending is not None
        and allowed(actor.role, Permission.EXTENSION_APPROVE)
        and extensions.can_decide(session(), actor=actor, ticket=ticket, row=pending),
        may_extend=mine and _extendable(ticket),
        links=links.of(session(), ticket=ticket),
        recusals=recusal.recorded(session(), ticket),
        out=actor.staff_id in case.kept_out,
        mine=mine,
        open=ticket.status in OPEN,
        leads=leads,
        merges=allowed(actor.role, Permission.TICKET_MERGE),
    )


def _extendable(ticket: Ticket) -> bool:
    try:
        extensions.next_step(session(), clock=runtime().clock, ticket=ticket)
    except DomainError:
        return False
    return ticket.status in OPEN
