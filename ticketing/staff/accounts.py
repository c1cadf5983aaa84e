"""Who has an account and as what: kept by administrators, who can end anybody's but their own and the last one of their kind."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff import passwords, roster, service
from ticketing.staff.models import Staff
from ticketing.staff.presence import Presence
from ticketing.staff.rules import Role

LOGIN_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789.-_")
_ADMINS = and_(Staff.role == Role.ADMIN, Staff.active)
LONGEST_LOGIN, LONGEST_NAME, LONGEST_EMAIL = 40, 80, 200


@dataclass(frozen=True)
class Post:
    """What someone is here, as far as an administrator says so; ``language`` is that of their pages and e-mails."""

    name: str
    email: str
    role: str
    team_id: int | None
    language: str


@dataclass(frozen=True)
class Newcomer:
    """Someone who gets an account, with the languages they handle cases in and their skills, which leads change later."""

    login: str
    post: Post
    languages: list[str]
    skills: dict[str, int] = field(default_factory=dict)


def everyone(session: Session) -> Sequence[Staff]:
    """All accounts: who is here before who has left, by name."""
    return session.scalars(select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)).all()


def account(session: Session, *, staff_id: int) -> Staff:
    """One account; raises ``staff_not_found``."""
    found = session.get(Staff, staff_id)
    if found is None:
        raise DomainError("staff_not_found")
    return found


def add(
    session: Session, *, clock: Clock, actor: Actor, newcomer: Newcomer, skills_known: Collection[str]
) -> tuple[Staff, str]:
    """Make an account; gives it and its one-time password, which is kept nowhere.

    Raises ``staff_login_invalid``, ``staff_login_taken``, ``roster_language_missing``, ``roster_skill_invalid`` and what
    ``change`` raises of a post.
    """
    login = newcomer.login
    if not login or len(login) > LONGEST_LOGIN or not set(login) <= LOGIN_CHARACTERS:
        raise DomainError("staff_login_invalid", most=LONGEST_LOGIN)
    if session.scalar(select(Staff.id).where(Staff.login == login)) is not None:
        raise DomainError("staff_login_taken", login=login)
    _check(session, newcomer.post)
    roster.check_abilities(newcomer.languages, newcomer.skills, skills_known)
    member = Staff(
        login=login, **vars(newcomer.post), languages=newcomer.languages, skills=newcomer.skills, password_hash="",
    )  # fmt: skip
    password = _give_password(member, clock)
    session.add(member)
    session.flush()
    _record(session, clock, actor, "staff.added", member, role=member.role, team_id=member.team_id)
    return member, password


def change(session: Session, *, clock: Clock, actor: Actor, staff_id: int, post: Post) -> None:
    """Change what someone is; the same again changes nothing. What the new role may not work goes back to the queue.

    Raises ``staff_not_found``, ``staff_name_missing``, ``staff_email_invalid``, ``roster_language_missing``, ``staff_role_unknown``,
    ``team_not_found``, ``staff_own_role``, ``staff_last_admin``.
    """
    member = _held(session, staff_id)
    _check(session, post)
    if member.role != post.role:
        if member.id == actor.staff_id:
            raise DomainError("staff_own_role")
        _refuse_last_admin(session, member)
    before = {name: getattr(member, name) for name in vars(post)}
    changed = [name for name, value in vars(post).items() if before[name] != value]
    if not changed:
        return
    for name in changed:
        setattr(member, name, getattr(post, name))
    member.on_duty_since = None  # the assignment pass looks at what waits for them
    # Names and addresses stay out of the audit log.
    told = {name: [before[name], getattr(post, name)] for name in changed if name in {"role", "team_id"}}
    _record(session, clock, actor, "staff.changed", member, changed=changed, **told)


def deactivate(session: Session, *, clock: Clock, actor: Actor, staff_id: int) -> None:
    """Let someone in no more; their sessions end and the assignment pass gives their tickets to others.

    Raises ``staff_not_found``, ``staff_oneself``, ``staff_last_admin``.
    """
    member = _held(session, staff_id)
    if member.id == actor.staff_id:
        raise DomainError("staff_oneself")
    if not member.active:
        return
    _refuse_last_admin(session, member)
    member.active, member.presence, member.presence_since = False, Presence.OFFLINE, clock.now()
    service.end_sessions(session, staff_id=member.id)
    _record(session, clock, actor, "staff.deactivated", member)


def reactivate(session: Session, *, clock: Clock, actor: Actor, staff_id: int) -> str | None:
    """Let someone in again, with a one-time password; None if they never left. Raises ``staff_not_found``."""
    member = _held(session, staff_id)
    if member.active:
        return None
    member.active = True
    password = _give_password(member, clock)
    _record(session, clock, actor, "staff.reactivated", member)
    return password


def reset_password(session: Session, *, clock: Clock, actor: Actor, staff_id: int) -> str:
    """A one-time password for someone who lost theirs; their sessions end and a lock is lifted.

    Raises ``staff_not_found``, ``staff_oneself`` (one changes one's own), ``staff_inactive``.
    """
    member = _held(session, staff_id)
    if member.id == actor.staff_id:
        raise DomainError("staff_oneself")
    if not member.active:
        raise DomainError("staff_inactive")
    password = _give_password(member, clock)
    service.end_sessions(session, staff_id=member.id)
    _record(session, clock, actor, "staff.password_reset", member)
    return password


def _give_password(member: Staff, clock: Clock) -> str:
    password = passwords.one_time()
    member.password_hash = service.hash_password(password)
    member.one_time_until = clock.now() + passwords.ONE_TIME
    member.failed_sign_ins, member.locked_until = 0, None
    return password


def _held(session: Session, staff_id: int) -> Staff:
    """Someone, held with all administrators and in one order, so that two of them do not end each other at one moment."""
    rows = select(Staff).where(or_(Staff.id == staff_id, _ADMINS)).order_by(Staff.id).with_for_update(of=Staff)
    found = next((member for member in session.scalars(rows) if member.id == staff_id), None)
    if found is None:
        raise DomainError("staff_not_found")
    return found


def _refuse_last_admin(session: Session, member: Staff) -> None:
    if set(session.scalars(select(Staff.id).where(_ADMINS))) == {member.id}:
        raise DomainError("staff_last_admin")


def _check(session: Session, post: Post) -> None:
    if not post.name or len(post.name) > LONGEST_NAME:
        raise DomainError("staff_name_missing")
    mailbox, _, host = post.email.partition("@")
    if not mailbox or "." not in host or " " in post.email or len(post.email) > LONGEST_EMAIL:
        raise DomainError("staff_email_invalid")
    if post.language not in roster.LANGUAGES:
        raise DomainError("roster_language_missing")
    if post.role not in set(Role):
        raise DomainError("staff_role_unknown")
    if post.team_id is not None:
        roster.team(session, team_id=post.team_id)


def _record(session: Session, clock: Clock, actor: Actor, action: str, member: Staff, **detail: Any) -> None:
    session.flush()
    audit.record(session, clock=clock, actor=actor, action=action, subject=("staff", member.id), **detail)
