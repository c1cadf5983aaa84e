"""What the pages show of a letter: what is wrong with it, its revisions, where it went, and the tasks about it."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from sqlalchemy import select

from ticketing.platform.actor import Actor
from ticketing.platform.errors import DomainError
from ticketing.platform.http import runtime, session
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, allowed
from ticketing.tickets import deliveries, documents, letter_text, letters, todos
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.queries import Case
from ticketing.tickets.rules import Status


def around(case: Case) -> dict[str, Any]:
    """What the case's page shows beside the letter itself."""
    found = case.letter
    unsent = found is not None and found.sent_at is None
    return {
        "letter": sheet(case) if found else None,
        "findings": letters.findings(found, clock=runtime().clock) if found and unsent else [],
        "ways": deliveries.of_letter(session(), letter=found) if found and not unsent else [],
        "document": documents.standing(session(), letter=found) if found else "none",
        "todos": todos.of_ticket(session(), ticket=case.ticket),
        "how": deliveries.HOW,
    }


def whole(case: Case, actor: Actor) -> dict[str, Any]:
    """What the letter's own page shows more."""
    found = case.letter
    assert found is not None
    revisions = letters.revisions(session(), ticket=case.ticket)
    return {
        "revisions": [
            (item, letter_text.changes(before, item) if before else [])
            for item, before in zip(revisions, [*revisions[1:], None], strict=True)
        ],
        "names": _names(revisions),
        "editable": _editable(case, actor),
        "body": _words(case.ticket, found),
        "parts": letter_text.PARTS,
        "longest": letter_text.LONGEST_PART,
        "languages": ("zh", "en"),
    }


def sheet(case: Case) -> Markup:
    """The letter as it would go out, or went."""
    assert case.letter is not None
    html = letters.render(case.letter, settings=runtime().settings, recipient=case.ticket.customer.name)
    return Markup(html)  # noqa: S704 - autoescaped there


def sent(ticket: Ticket, wanted_round: int) -> Letter:
    """A sent letter of the ticket, the newest unless a round is wanted; raises ``letter_document_missing``."""
    wanted = select(Letter).where(Letter.ticket_id == ticket.id, Letter.sent_at.is_not(None))
    if wanted_round:
        wanted = wanted.where(Letter.round == wanted_round)
    found = session().scalar(wanted.order_by(Letter.round.desc()).limit(1))
    if found is None:
        raise DomainError("letter_document_missing")
    return found


def _words(ticket: Ticket, letter: Letter) -> dict[str, str]:
    """What the editor starts from: the newest wording, redrafted where the facts have changed since."""
    facts = letters.facts_of(ticket, letter.language)
    if letter.facts == facts:
        return letter_text.body_of(letter)
    return letter_text.carried_over(letter, facts, letter.language)


def _editable(case: Case, actor: Actor) -> bool:
    ticket, letter = case.ticket, case.letter
    return (
        letter is not None
        and letter.sent_at is None
        and ticket.status == Status.FEEDBACK
        and ticket.owner_id == actor.id
        and allowed(actor.role, Permission.TICKET_WORK)
    )


def _names(revisions: Any) -> dict[int, str]:
    """Who wrote, approved and returned, by id."""
    ids = {who for item in revisions for who in (item.created_by, item.approved_by, item.returned_by) if who}
    return {row.id: row.name for row in session().execute(select(Staff.id, Staff.name).where(Staff.id.in_(ids)))}
