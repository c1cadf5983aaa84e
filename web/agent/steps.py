"""Which step a case offers this reader now, and why not another."""

from __future__ import annotations

from dataclasses import dataclass

from ticketing.platform.actor import Actor
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import letters, rules
from ticketing.tickets.queries import Case
from ticketing.tickets.rules import Status


@dataclass(frozen=True)
class Offer:
    """The step to show: ``form`` names a template in desk/steps/, ``name`` what is to be done there; ``why`` is a text key that explains a refusal."""

    form: str
    name: str
    why: str | None = None
    may_reassign: bool = False
    may_approve: bool = False
    may_note: bool = False


def offer(case: Case, actor: Actor) -> Offer:
    """What comes next for this ticket, as far as this reader may do it."""
    works, ticket = allowed(actor.role, Permission.TICKET_WORK), case.ticket
    mine = works and ticket.owner_id == actor.id
    is_open = ticket.status in rules.OPEN
    if is_open and actor.id in case.kept_out:
        return Offer(form="none", name="none", why="desk.why.recused", may_note=works)
    form, why = _form(case, actor, works=works, mine=mine)
    return Offer(
        form=form,
        name="close" if form == "letter" and letter_state(case) == "delivered" else form,
        why=why,
        may_reassign=is_open and (mine or (works and allowed(actor.role, Permission.TICKET_REASSIGN))),
        may_approve=_may_approve(case, actor),
        may_note=works,
    )


def letter_state(case: Case) -> str:
    """Where this round's letter stands (letters.state_of), or ``held`` for the seconds in which it can be taken back."""
    return "held" if case.send_at is not None else letters.state_of(case.ticket, case.letter)


def _form(case: Case, actor: Actor, *, works: bool, mine: bool) -> tuple[str, str | None]:
    ticket = case.ticket
    if ticket.status in {Status.WITHDRAWN, Status.MERGED}:
        return "none", f"desk.why.{ticket.status}"
    if ticket.status == Status.CLOSED:
        return ("reopen", None) if works else ("none", "desk.why.closed")
    if ticket.owner_id is None:
        return ("claim", None) if works else ("none", "desk.why.unclaimed")
    if not mine:
        return ("approve", "desk.why.approve") if _may_approve(case, actor) else ("none", "desk.why.not_yours")
    return {
        Status.ACCEPTED: "findings",
        Status.INVESTIGATING: "findings",
        Status.RESOLVING: "decision",
        Status.FEEDBACK: "letter",
    }[Status(ticket.status)], None


def _may_approve(case: Case, actor: Actor) -> bool:
    """Someone who approves letters, looking at one that waits and is not their own (four eyes)."""
    return (
        case.letter is not None
        and letter_state(case) == "waiting"
        and allowed(actor.role, Permission.LETTER_APPROVE)
        and case.letter.created_by != actor.id
    )
