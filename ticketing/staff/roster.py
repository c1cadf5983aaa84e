"""Who can do what and how much: the roster's changes. Leads change their own team, supervisors all.

A change makes the assignment pass look at the team's waiting tickets again (``on_duty_since`` begins anew).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import time
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.models import Staff, Team
from ticketing.staff.rules import Permission, Role, allowed

LANGUAGES = ("zh", "en")
LEVELS = (1, 2, 3)
MOST_OPEN, MOST_LOAD, MOST_CHATS = 200, 200, 20
MODES = ("manual", "automatic")
CLAIM_MINUTES = range(5, 1441)


@dataclass(frozen=True)
class Abilities:
    """What is known of one person: ``skills`` gives levels to classes and products; a shift is two times or none."""

    languages: list[str]
    skills: dict[str, int]
    open_cap: int
    load_cap: int
    chat_cap: int
    shift_starts: str | None = None
    shift_ends: str | None = None


@dataclass(frozen=True)
class Mode:
    """How a team's tickets find their owner."""

    assignment: str
    claim_minutes: int


def may_edit(actor: Actor, team_id: int | None) -> bool:
    """Whether the actor may change the people of a team."""
    if not allowed(actor.role, Permission.ROSTER_EDIT):
        return False
    return actor.role == Role.SUPERVISOR or (team_id is not None and actor.team_id == team_id)


def person(session: Session, *, staff_id: int) -> Staff:
    """Someone on the roster; raises ``staff_not_found``."""
    found = session.get(Staff, staff_id)
    if found is None or not found.active or not allowed(found.role, Permission.TICKET_WORK):
        raise DomainError("staff_not_found")
    return found


def team(session: Session, *, team_id: int) -> Team:
    """A team; raises ``team_not_found``."""
    found = session.get(Team, team_id)
    if found is None:
        raise DomainError("team_not_found")
    return found


def edit_person(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    staff_id: int,
    abilities: Abilities,
    skills_known: Collection[str],
    seen: int,
) -> None:
    """Change what someone can do. ``seen`` is the version the form showed; saving the same again changes nothing.

    Raises ``roster_not_your_team``, ``version_conflict`` and one code for each thing that may be wrong with it.
    """
    member = person(session, staff_id=staff_id)
    if not may_edit(actor, member.team_id):
        raise DomainError("roster_not_your_team")
    _check(abilities, skills_known)
    _change(session, clock=clock, actor=actor, row=member, values=asdict(abilities), seen=seen)


def edit_team(session: Session, *, clock: Clock, actor: Actor, team_id: int, mode: Mode, seen: int) -> None:
    """Change how a team's tickets find their owner; raises as ``edit_person``."""
    row = team(session, team_id=team_id)
    if not may_edit(actor, row.id):
        raise DomainError("roster_not_your_team")
    if mode.assignment not in MODES or mode.claim_minutes not in CLAIM_MINUTES:
        raise DomainError("roster_mode_invalid")
    _change(session, clock=clock, actor=actor, row=row, values=asdict(mode), seen=seen)


def _change(
    session: Session, *, clock: Clock, actor: Actor, row: Staff | Team, values: Mapping[str, Any], seen: int
) -> None:
    before = {name: getattr(row, name) for name in values}
    changed = sorted(name for name in values if before[name] != values[name])
    if not changed:
        return
    table, kind = type(row), "staff" if isinstance(row, Staff) else "team"
    took = session.scalars(
        update(table)
        .where(table.id == row.id, table.roster_version == seen)
        .values(**values, roster_version=seen + 1)
        .execution_options(synchronize_session=False)
        .returning(table.id)
    ).all()
    if not took:
        raise DomainError("version_conflict")
    session.refresh(row)
    people = select(Staff.id).where(Staff.id == row.id if kind == "staff" else Staff.team_id == row.id)
    session.execute(
        update(Staff)
        .where(Staff.id.in_(people))
        .values(on_duty_since=None)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        clock=clock,
        actor=actor,
        action=f"roster.{kind}_changed",
        subject=(kind, row.id),
        before={name: before[name] for name in changed},
        after={name: values[name] for name in changed},
    )


def check_abilities(languages: Collection[str], skills: Mapping[str, int], skills_known: Collection[str]) -> None:
    """Raise ``roster_language_missing`` or ``roster_skill_invalid``."""
    if not languages or not set(languages) <= set(LANGUAGES):
        raise DomainError("roster_language_missing")
    if not all(code in skills_known and level in LEVELS for code, level in skills.items()):
        raise DomainError("roster_skill_invalid")


def _check(abilities: Abilities, skills_known: Collection[str]) -> None:
    check_abilities(abilities.languages, abilities.skills, skills_known)
    if not (0 <= abilities.open_cap <= MOST_OPEN and 0 <= abilities.load_cap <= MOST_LOAD):
        raise DomainError("roster_cap_invalid", most=MOST_OPEN)
    if not 0 <= abilities.chat_cap <= MOST_CHATS:
        raise DomainError("roster_chat_cap_invalid", most=MOST_CHATS)
    given = [abilities.shift_starts, abilities.shift_ends]
    if any(given) and (not all(map(_is_time, given)) or given[0] == given[1]):
        raise DomainError("roster_shift_invalid")


def _is_time(text: str | None) -> bool:
    try:
        return text is not None and len(text) == len("09:00") and time.fromisoformat(text) is not None
    except ValueError:
        return False
