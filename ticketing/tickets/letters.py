"""The written answer: drafted from the ticket's facts, worded, approved or returned, sent.

Every save is a revision, and an approval is of one revision: a later one needs its own. What happens to a sent letter is
in deliveries.py. Source: handbook §4.4 (cause, measures taken, follow-up plan). Only delivery ends the 48 h promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission
from ticketing.tickets import deliveries, letter_checks, letter_text, recusal, rules, wording
from ticketing.tickets.desk_models import LetterHold
from ticketing.tickets.gates import refused, require, take
from ticketing.tickets.journal import note_event
from ticketing.tickets.letter_checks import Finding
from ticketing.tickets.letter_text import PARTS, body_of, facts_of, render
from ticketing.tickets.models import Letter, Ticket
from ticketing.tickets.rules import Step

__all__ = [
    "approve", "draft", "facts_of", "findings", "latest", "render", "return_for_changes", "revise", "revisions", "send",
    "sendable", "state_of",
]  # fmt: skip
ZONE = ZoneInfo("Asia/Shanghai")
DECISION = ("cause", "measures", "follow_up_plan")


def latest(session: Session, *, ticket: Ticket) -> Letter | None:
    """The newest revision of this round's letter."""
    return next(iter(revisions(session, ticket=ticket)), None)


def revisions(session: Session, *, ticket: Ticket) -> Sequence[Letter]:
    """This round's revisions, the newest first."""
    return session.scalars(
        select(Letter)
        .where(Letter.ticket_id == ticket.id, Letter.round == ticket.round)
        .order_by(Letter.revision.desc())
    ).all()


def state_of(ticket: Ticket, letter: Letter | None) -> str:
    """``none``, ``outdated``, ``waiting``, ``returned``, ``approved``, ``sent`` or ``delivered``."""
    if letter is None:
        return "none"
    if letter.sent_at is not None or letter.status == "returned":
        return letter.status
    if letter.facts != facts_of(ticket, letter.language):
        return "outdated"
    # Judged anew: a case that became serious after drafting needs the second person all the same.
    return "waiting" if rules.four_eyes(ticket.severity) and letter.approved_by is None else "approved"


def findings(letter: Letter, *, clock: Clock) -> list[Finding]:
    """What is wrong with a revision if it went out now."""
    today = clock.now().astimezone(ZONE).date()
    return letter_checks.check(letter.facts, body_of(letter), language=letter.language, today=today)


def draft(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, language: str | None = None) -> Letter:
    """Draft from the decision, keeping what was worded by hand where its facts still hold.

    Raises ``ticket_content_missing`` before a decision exists and ``ticket_transition_refused`` once one was sent.
    """
    before = _draftable(session, actor=actor, ticket=ticket)
    language = language or (before.language if before else ticket.language)
    facts = facts_of(ticket, language)
    body = letter_text.carried_over(before, facts, language) if before else letter_text.drafted(facts, language)
    return _add(session, clock=clock, actor=actor, ticket=ticket, before=before, language=language, body=body)


def revise(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, language: str, body: Mapping[str, str]
) -> Letter:
    """Save the letter in other words; the same words again are the same revision.

    Raises what ``draft`` raises, ``letter_not_found`` before a draft, and ``letter_part_too_long``.
    """
    before = _draftable(session, actor=actor, ticket=ticket)
    if before is None:
        raise DomainError("letter_not_found")
    words = {part: body.get(part, "").strip() for part in PARTS}
    for part, text in words.items():
        if len(text) > letter_text.LONGEST_PART:
            named = wording.name("letter_part", part, actor.language)
            raise DomainError("letter_part_too_long", part=named, length=len(text), limit=letter_text.LONGEST_PART)
    if language != before.language:
        # Parts that were left as drafted are drafted in the other language; the others stay as they were typed.
        old, fresh = letter_text.drafted(before.facts, before.language), facts_of(ticket, language)
        drafted = letter_text.drafted(fresh, language)
        words = {part: drafted[part] if words[part] == old[part] else words[part] for part in PARTS}
    elif words == body_of(before) and before.status != "returned" and before.facts == facts_of(ticket, language):
        return before
    return _add(session, clock=clock, actor=actor, ticket=ticket, before=before, language=language, body=words)


def approve(session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, revision: int | None = None) -> Letter:
    """Approve the waiting letter; its author may not (four eyes). ``revision`` is the one that was read.

    Raises ``letter_revised`` if another was saved meanwhile and ``letter_blocked`` while something must be mended.
    """
    letter = _waiting(session, actor=actor, ticket=ticket, revision=revision)
    if letter is None:
        return _current(session, ticket)
    _refuse_blocked(findings(letter, clock=clock), actor.language)
    letter.status, letter.approved_at, letter.approved_by = "approved", clock.now(), actor.staff_id
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="letter_approved", revision=letter.revision)
    return letter


def return_for_changes(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, comment: str, revision: int | None = None
) -> Letter:
    """Give the waiting letter back to its author with a comment; raises ``letter_comment_missing`` without one."""
    letter = _waiting(session, actor=actor, ticket=ticket, revision=revision)
    if letter is None:
        raise DomainError("letter_not_waiting")
    if not comment.strip():
        raise DomainError("letter_comment_missing")
    letter.status, letter.returned_at, letter.returned_by = "returned", clock.now(), actor.staff_id
    letter.comment = comment.strip()
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="letter_returned",
        text=letter.comment,
        revision=letter.revision,
    )
    return letter


def send(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, confirmed: frozenset[str] = frozenset()
) -> Letter:
    """Send the approved letter: into the conversation, by e-mail if known, and onto the customer's page.

    Raises ``letter_not_approved``, ``letter_blocked`` while something must be mended, and ``letter_unconfirmed`` unless
    the key of every warning is in ``confirmed``.
    """
    letter, wrong = sendable(session, clock=clock, actor=actor, ticket=ticket, confirmed=confirmed)
    if letter.sent_at is not None:
        return letter
    session.execute(delete(LetterHold).where(LetterHold.letter_id == letter.id))
    letter.status, letter.sent_at = "sent", clock.now()
    note_event(
        session,
        clock=clock,
        actor=actor,
        ticket=ticket,
        kind="answer_sent",
        revision=letter.revision,
        confirmed=[item.code for item in wrong],
    )
    deliveries.dispatch(session, clock=clock, ticket=ticket, letter=letter)
    return letter


def sendable(
    session: Session, *, clock: Clock, actor: Actor, ticket: Ticket, confirmed: frozenset[str]
) -> tuple[Letter, Sequence[Finding]]:
    """The letter that this person may send now, or has sent already, and its warnings; raises as ``send``."""
    recusal.require_handler(session, ticket=ticket, actor=actor)
    letter = _current(session, ticket)
    if letter.sent_at is not None:
        return letter, []
    if state_of(ticket, letter) != "approved":
        raise DomainError("letter_not_approved")
    wrong = findings(letter, clock=clock)
    _refuse_blocked(wrong, actor.language)
    open_warnings = [item for item in wrong if item.key not in confirmed]
    if open_warnings:
        raise DomainError("letter_unconfirmed", summary=_summary(open_warnings, actor.language))
    take(ticket, Step.SEND, actor, frozenset({"approved_letter"}))
    return letter, wrong


def refuse_while_held(session: Session, letter: Letter | None) -> None:
    """Raise ``letter_held`` while it is about to go out: what it says must not change under it."""
    if letter is not None and session.get(LetterHold, letter.id) is not None:
        raise DomainError("letter_held")


def _draftable(session: Session, *, actor: Actor, ticket: Ticket) -> Letter | None:
    """The newest revision if the letter may be written at all now."""
    recusal.require_handler(session, ticket=ticket, actor=actor)
    take(ticket, Step.DRAFT, actor, frozenset(field for field in DECISION if getattr(ticket.current, field)))
    before = latest(session, ticket=ticket)
    if before is not None and before.sent_at is not None:
        raise refused(ticket, actor)
    refuse_while_held(session, before)
    return before


def _add(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    ticket: Ticket,
    before: Letter | None,
    language: str,
    body: dict[str, str],
) -> Letter:
    letter = Letter(
        ticket_id=ticket.id,
        round=ticket.round,
        revision=before.revision + 1 if before else 1,
        language=language,
        facts=facts_of(ticket, language),
        body=body,
        status="waiting" if rules.four_eyes(ticket.severity) else "approved",
        created_at=clock.now(),
        created_by=actor.staff_id,
    )
    session.add(letter)
    session.flush()
    kind = "letter_revised" if before else "letter_drafted"
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind=kind, revision=letter.revision)
    return letter


def _waiting(session: Session, *, actor: Actor, ticket: Ticket, revision: int | None) -> Letter | None:
    """The letter that waits for this person's judgement; None when none waits."""
    require(actor, Permission.LETTER_APPROVE)
    recusal.check_actor(session, ticket=ticket, actor=actor)
    letter = _current(session, ticket)
    if revision is not None and revision != letter.revision:
        raise DomainError("letter_revised", revision=letter.revision)
    if state_of(ticket, letter) != "waiting":
        return None
    take(ticket, Step.APPROVE, actor, frozenset({"waiting_letter"}))
    if letter.created_by == actor.staff_id:
        raise DomainError("letter_four_eyes")
    return letter


def _current(session: Session, ticket: Ticket) -> Letter:
    letter = latest(session, ticket=ticket)
    if letter is None:
        raise DomainError("letter_not_found")
    if state_of(ticket, letter) == "outdated":
        raise DomainError("letter_outdated")
    return letter


def _refuse_blocked(found: Sequence[Finding], language: str) -> None:
    blocking = [item for item in found if item.blocking]
    if blocking:
        raise DomainError("letter_blocked", summary=_summary(blocking, language))


def _summary(found: Sequence[Finding], language: str) -> str:
    """``处理措施：不得作出这样的承诺“稳赚”；…``"""
    english = language == "en"
    said = []
    for item in found:
        part, what = (
            wording.name("letter_part", item.part, language),
            wording.name("letter_finding", item.code, language),
        )
        words = f" “{item.excerpt}”" if item.excerpt and english else f"“{item.excerpt}”" if item.excerpt else ""
        said.append(f"{part}: {what}{words}" if english else f"{part}：{what}{words}")
    return ("; " if english else "；").join(said)
