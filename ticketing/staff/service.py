"""Signing in and out, who a session belongs to, and changing one's own password.

A wrong password costs a count, five in a row lock the account for a while, and an unknown login takes as long as a wrong
password, so that the door does not tell which names exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from math import ceil
from typing import NoReturn

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform import ids
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.staff import passwords, presence
from ticketing.staff.models import Staff, StaffSession

FAILURES_ALLOWED = 5
LOCK = timedelta(minutes=15)

_hasher = PasswordHasher()


@dataclass(frozen=True)
class Entry:
    """A fresh sign-in: the token goes to the browser and nowhere else."""

    staff: Staff
    token: str
    expires_at: datetime


def hash_password(password: str) -> str:
    """What is stored of a password (argon2id)."""
    return _hasher.hash(password)


def sign_in(
    database: Database, *, clock: Clock, login: str, password: str, hours: int, replaces: str | None = None
) -> Entry:
    """Check a password and open a session; ``replaces`` is the browser's former token, which ends.

    Raises ``sign_in_failed`` or ``sign_in_locked``. Opens its own transactions: the slow check runs outside them, and a
    failure must be written down although the request is refused.
    """
    with database.reading() as session:
        member = session.scalar(select(Staff).where(Staff.login == login))
    right = _matches(member.password_hash if member else _nobody(), password) and _may_enter(member, clock.now())
    with database.transaction() as session:
        known = session.scalar(select(Staff).where(Staff.id == member.id).with_for_update(of=Staff)) if member else None
        refusal = _refusal(known, right=right, now=clock.now())
        if refusal is None and known is not None:
            return _open_session(session, clock=clock, member=known, password=password, hours=hours, replaces=replaces)
        _note_failure(session, clock=clock, member=known, code=refusal.code if refusal else "sign_in_failed")
    _raise(refusal)


def change_password(database: Database, *, clock: Clock, actor: Actor, token: str, current: str, wanted: str) -> None:
    """Give the actor the password they want; their other sessions end. Wrong guesses count as at the door.

    Raises ``password_wrong``, ``sign_in_locked``, ``password_unchanged`` or what ``passwords.check`` raises. Opens its own
    transactions, as ``sign_in``.
    """
    with database.reading() as session:
        member = session.get_one(Staff, actor.staff_id)
    passwords.check(wanted, login=member.login)
    if wanted == current:
        raise DomainError("password_unchanged")
    right, fresh = _matches(member.password_hash, current), hash_password(wanted)
    with database.transaction() as session:
        known = session.scalars(select(Staff).where(Staff.id == member.id).with_for_update(of=Staff)).one()
        refusal = _refusal(known, right=right, now=clock.now())
        if refusal is None:
            known.password_hash, known.one_time_until, known.failed_sign_ins = fresh, None, 0
            end_sessions(session, staff_id=known.id, but=token)
            subject = ("staff", known.id)
            audit.record(session, clock=clock, actor=actor, action="staff.password_changed", subject=subject)
            return
        _note_failure(session, clock=clock, member=known, code=refusal.code)
    raise refusal if refusal.code == "sign_in_locked" else DomainError("password_wrong")


def end_sessions(session: Session, *, staff_id: int, but: str | None = None) -> None:
    """End someone's sessions; ``but`` is the token of the one that goes on."""
    theirs = delete(StaffSession).where(StaffSession.staff_id == staff_id)
    session.execute(theirs.where(StaffSession.token_hash != ids.token_hash(but)) if but else theirs)


def sign_out(session: Session, *, clock: Clock, actor: Actor, token: str) -> None:
    """End one session; with their last one they are offline."""
    session.execute(delete(StaffSession).where(StaffSession.token_hash == ids.token_hash(token)))
    elsewhere = select(StaffSession.staff_id).where(
        StaffSession.staff_id == actor.staff_id, StaffSession.expires_at > clock.now()
    )
    if session.scalar(elsewhere.limit(1)) is None:
        presence.choose(session, clock=clock, actor=actor, presence=presence.Presence.OFFLINE)
    audit.record(session, clock=clock, actor=actor, action="staff.signed_out", subject=("staff", actor.staff_id))


def who(session: Session, *, clock: Clock, token: str) -> Staff | None:
    """Whose session a token opens; None when it is unknown, over, or the person left."""
    return session.scalar(
        select(Staff)
        .join(StaffSession, StaffSession.staff_id == Staff.id)
        .where(
            StaffSession.token_hash == ids.token_hash(token),
            StaffSession.expires_at > clock.now(),
            Staff.active.is_(True),
        )
    )


def actor_of(member: Staff) -> Actor:
    """A member of staff as the one acting."""
    return Actor(
        kind="staff", id=member.id, name=member.name, role=member.role, team_id=member.team_id, language=member.language
    )


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password) and len(password) <= passwords.LONGEST
    except (VerificationError, InvalidHashError):
        return False


def _may_enter(member: Staff | None, now: datetime) -> bool:
    return member is not None and member.active and (member.one_time_until is None or member.one_time_until > now)


@cache
def _nobody() -> str:
    """A hash that no password fits, checked for unknown logins so that they take as long."""
    return _hasher.hash(ids.one_time_token())


def _refusal(member: Staff | None, *, right: bool, now: datetime) -> DomainError | None:
    if member is not None and member.locked_until is not None and member.locked_until > now:
        minutes = ceil((member.locked_until - now).total_seconds() / 60)
        return DomainError("sign_in_locked", minutes=minutes, retry_after=minutes * 60)
    return None if right else DomainError("sign_in_failed")


def _open_session(
    session: Session, *, clock: Clock, member: Staff, password: str, hours: int, replaces: str | None
) -> Entry:
    now, token = clock.now(), ids.one_time_token()
    session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    if replaces:
        session.execute(delete(StaffSession).where(StaffSession.token_hash == ids.token_hash(replaces)))
    entry = Entry(member, token, now + timedelta(hours=hours))
    session.add(
        StaffSession(
            token_hash=ids.token_hash(token), staff_id=member.id, created_at=now, expires_at=entry.expires_at, state={}
        )
    )
    member.failed_sign_ins, member.locked_until = 0, None
    presence.come(member, now)
    if _hasher.check_needs_rehash(member.password_hash):
        member.password_hash = _hasher.hash(password)
    audit.record(session, clock=clock, actor=actor_of(member), action="staff.signed_in", subject=("staff", member.id))
    return entry


def _note_failure(session: Session, *, clock: Clock, member: Staff | None, code: str) -> None:
    """Count and audit a failed sign-in. What was typed as a login is not kept: people type passwords there."""
    if member is None:
        audit.record(session, clock=clock, actor=SYSTEM, action="staff.sign_in_failed", subject=("staff", "unknown"))
        return
    locked = False
    if code == "sign_in_failed":
        member.failed_sign_ins += 1
        if member.failed_sign_ins >= FAILURES_ALLOWED:
            member.failed_sign_ins, member.locked_until, locked = 0, clock.now() + LOCK, True
    audit.record(
        session,
        clock=clock,
        actor=SYSTEM,
        action="staff.sign_in_failed",
        subject=("staff", member.id),
        code=code,
        locked=locked,
    )


def _raise(refusal: DomainError | None) -> NoReturn:
    raise refusal or DomainError("sign_in_failed")
