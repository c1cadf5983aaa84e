"""The one place where a step is let through or refused: permission, ownership, and the table in rules.py."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import rules, wording
from ticketing.tickets.models import Ticket
from ticketing.tickets.rules import Status, Step, Who

NOTHING: frozenset[str] = frozenset()
_BY_PERMISSION = (
    (Permission.TICKET_WORK, Who.STAFF),
    (Permission.TICKET_REASSIGN, Who.LEAD),
    (Permission.LETTER_APPROVE, Who.APPROVER),
    (Permission.EXTENSION_APPROVE, Who.EXTENDER),
)


def require(actor: Actor, permission: Permission) -> None:
    """Raise ``permission_denied`` unless the actor's role carries the permission."""
    if actor.kind != "staff" or not allowed(actor.role, permission):
        raise DomainError("permission_denied")


def require_owner(session: Session, ticket: Ticket, actor: Actor) -> None:
    """Raise unless the actor works tickets and this one is theirs."""
    require(actor, Permission.TICKET_WORK)
    if ticket.owner_id is None:
        raise DomainError("ticket_unclaimed")
    if ticket.owner_id != actor.staff_id:
        raise DomainError("ticket_not_yours", owner=owner_name(session, ticket, actor.language))


def require_owner_or(session: Session, ticket: Ticket, actor: Actor, permission: Permission) -> None:
    """Raise unless the ticket is the actor's own, or their role carries the permission."""
    if not allowed(actor.role, permission) or actor.kind != "staff":
        require_owner(session, ticket, actor)


def owner_name(session: Session, ticket: Ticket, language: str) -> str:
    """Who owns a ticket, as text for colleagues."""
    found = session.scalar(select(Staff.name).where(Staff.id == ticket.owner_id))
    return found or ("nobody yet" if language == "en" else "暂无人")


def who_is(ticket: Ticket, actor: Actor) -> frozenset[Who]:
    """What the actor is to this ticket."""
    if actor.kind == "customer":
        return frozenset({Who.CUSTOMER})
    if actor.kind == "system":
        return frozenset({Who.SYSTEM})
    found = {who for permission, who in _BY_PERMISSION if allowed(actor.role, permission)}
    if Who.STAFF in found and ticket.owner_id == actor.staff_id:
        found.add(Who.OWNER)
    return frozenset(found)


def take(ticket: Ticket, step: Step, actor: Actor, present: frozenset[str] = NOTHING) -> None:
    """Move the ticket on by this step.

    Raises ``ticket_merged``, ``ticket_content_missing`` or ``ticket_transition_refused``.
    """
    try:
        ticket.status = rules.next_status(step, Status(ticket.status), who=who_is(ticket, actor), present=present)
    except rules.Refused as refusal:
        if refusal.missing:
            raise lacking(refusal.missing, actor.language) from refusal
        raise refused(ticket, actor) from refusal


def lacking(missing: tuple[str, ...], language: str) -> DomainError:
    """The refusal that names what is still missing."""
    words = [wording.name("content", item, language) for item in missing]
    joiner = ", " if language == "en" else "、"
    return DomainError("ticket_content_missing", missing=list(missing), missing_text=joiner.join(words))


def refused(ticket: Ticket, actor: Actor) -> DomainError:
    """The refusal that names the status; of a merged ticket the one that names where it went."""
    if ticket.status == Status.MERGED and ticket.merged_into is not None:
        return DomainError("ticket_merged", number=ticket.number, survivor=ticket.merged_into.number)
    return DomainError(
        "ticket_transition_refused",
        from_status=ticket.status,
        from_text=wording.name("status", ticket.status, actor.language),
    )
