"""Colleagues named in an internal note (``@林悦``): who is meant, who may be, and the notice in their inbox."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.conversations.masking import mask
from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.notify.rules import Recipient
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.staff.models import Staff
from ticketing.staff.rules import PERMISSIONS, Permission
from ticketing.tickets import gate_news, recusal
from ticketing.tickets.models import Ticket, TicketEvent

MARKS = "@＠"
LONGEST_QUOTE = 120


def mentionable(session: Session, *, ticket: Ticket) -> Sequence[Staff]:
    """Who may be named on this ticket: active, allowed to read tickets, and not kept out of this one."""
    readers = [role.value for role, held in PERMISSIONS.items() if Permission.TICKET_READ in held]
    out = recusal.kept_out(session, ticket)
    found = session.scalars(select(Staff).where(Staff.active, Staff.role.in_(readers)).order_by(Staff.name, Staff.id))
    return [member for member in found if member.id not in out]


def handles(staff: Iterable[Staff]) -> dict[str, Staff]:
    """What may stand after the mark for each of them: their name where only one has it, and always their login."""
    staff = list(staff)
    shared = Counter(member.name.casefold() for member in staff)
    named = {member.name.casefold(): member for member in staff if shared[member.name.casefold()] == 1}
    return {member.login.casefold(): member for member in staff} | named


def mentioned(text: str, staff: Iterable[Staff]) -> list[Staff]:
    """Who is named in a text, in its order, each once; of names that begin alike the longest counts."""
    known = handles(staff)
    longest_first = sorted(known, key=len, reverse=True)
    said, found = text.casefold(), []
    for at, char in enumerate(said):
        if char not in MARKS or (at and _is_latin(said[at - 1])):
            continue
        name = next((each for each in longest_first if _stands(said, at + 1, each)), None)
        if name is not None and known[name] not in found:
            found.append(known[name])
    return found


def marked(text: str) -> bool:
    """Whether it may name anyone at all."""
    return any(mark in text for mark in MARKS)


def tell(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, note: TicketEvent, named: Iterable[Staff]
) -> None:
    """Tell those named in a note, but not its author; the same note tells nobody twice."""
    roll = people.roll(session, clock=clock)
    colleagues = (roll.person(member.id) for member in named if member.id != actor.id)
    to = [Recipient(colleague) for colleague in colleagues if colleague is not None]
    if not to:
        return
    said = " ".join(mask(note.text or "").text.split())
    quote = said if len(said) <= LONGEST_QUOTE else said[:LONGEST_QUOTE].rstrip() + "…"
    news = gate_news.about(
        ticket,
        "mentioned",
        dedupe=f"mentioned:{note.id}",
        more=lambda _language: {"by": actor.name, "note": quote},
    )
    path = f"{news.path}#event-{note.id}"
    notify.to_staff(session, clock=clock, news=replace(news, path=path), to=to)


def _stands(said: str, at: int, name: str) -> bool:
    """Whether the name stands there and, if it ends in a Latin letter, does not go on as another word."""
    end = at + len(name)
    return said.startswith(name, at) and not (_is_latin(name[-1]) and end < len(said) and _is_latin(said[end]))


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
