"""When reports are made and who gets them: a role or a person, each in a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import people
from ticketing.notify.rules import Colleague
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.reports.periodic.models import ReportPlan
from ticketing.reports.periodic.periods import Rhythm
from ticketing.staff.rules import Permission, Role, allowed

LANGUAGES = ("zh", "en")
ROLES = tuple(role for role in Role if allowed(role, Permission.REPORT_READ))
MOST_OWNERS = 20


@dataclass(frozen=True)
class Owner:
    """Who gets a report, and in which language."""

    language: str
    role: str | None = None
    staff_id: int | None = None

    @property
    def key(self) -> str:
        """``role:supervisor`` or ``staff:7``, as forms name them."""
        return f"role:{self.role}" if self.role else f"staff:{self.staff_id}"

    @classmethod
    def of(cls, key: str, language: str) -> Owner:
        """From a form's key; raises ``report_plan_invalid``."""
        kind, _, value = key.partition(":")
        if kind == "role" and value in ROLES:
            return cls(language, role=value)
        if kind == "staff" and value.isdecimal() and len(value) < 10:
            return cls(language, staff_id=int(value))
        raise DomainError("report_plan_invalid")

    def as_json(self) -> dict[str, object]:
        """As the plan keeps it."""
        return {"language": self.language, "role": self.role, "staff_id": self.staff_id}


@dataclass(frozen=True)
class Plan:
    """A rhythm's plan: the local minute of the day after the period, and the owners."""

    rhythm: Rhythm
    at_minute: int
    owners: tuple[Owner, ...]


DEFAULTS: Mapping[Rhythm, Plan] = MappingProxyType(
    {
        Rhythm.DAILY: Plan(Rhythm.DAILY, 8 * 60, (Owner("zh", role=Role.SUPERVISOR),)),
        Rhythm.WEEKLY: Plan(
            Rhythm.WEEKLY, 8 * 60 + 30, (Owner("zh", role=Role.SUPERVISOR), Owner("zh", role=Role.TEAM_LEAD))
        ),
        Rhythm.MONTHLY: Plan(
            Rhythm.MONTHLY,
            9 * 60,
            (Owner("zh", role=Role.SUPERVISOR), Owner("zh", role=Role.TEAM_LEAD), Owner("en", role=Role.COMPLIANCE)),
        ),
    }
)


def plan(session: Session, rhythm: Rhythm) -> tuple[Plan, ReportPlan | None]:
    """The plan that holds, and its row where somebody changed it."""
    row = session.get(ReportPlan, rhythm)
    if row is None:
        return DEFAULTS[rhythm], None
    owners = (Owner(item["language"], item.get("role"), item.get("staff_id")) for item in row.owners)
    return Plan(rhythm, row.at_minute, tuple(owners)), row


def edit(session: Session, *, clock: Clock, actor: Actor, given: Plan, seen: int) -> None:
    """Change a plan. Raises ``report_plan_invalid`` and, when somebody was quicker, ``version_conflict``."""
    names = [owner.key for owner in given.owners]
    known = {colleague.id for colleague in _readers(session, clock)}
    sensible = (
        0 <= given.at_minute < 24 * 60
        and len(names) == len(set(names)) <= MOST_OWNERS
        and all(owner.language in LANGUAGES for owner in given.owners)
        and all(owner.staff_id is None or owner.staff_id in known for owner in given.owners)
    )
    if not sensible:
        raise DomainError("report_plan_invalid")
    row = session.scalar(select(ReportPlan).where(ReportPlan.rhythm == given.rhythm).with_for_update())
    if (row.version if row else 0) != seen:
        raise DomainError("version_conflict")
    if row is None:
        row = ReportPlan(rhythm=given.rhythm, version=0)
        session.add(row)
    row.at_minute, row.owners = given.at_minute, [owner.as_json() for owner in given.owners]
    row.version += 1
    row.updated_at, row.updated_by = clock.now(), actor.name
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="report.plan_changed", subject=("report_plan", given.rhythm),
        at_minute=given.at_minute, owners=[f"{owner.key} {owner.language}" for owner in given.owners],
    )  # fmt: skip


def recipients(session: Session, *, clock: Clock, wanted: Plan, language: str) -> Sequence[Colleague]:
    """The active people who get the report in a language, each once; somebody named in person goes by that language."""
    readers = _readers(session, clock)
    by_name = {owner.staff_id: owner.language for owner in wanted.owners if owner.staff_id is not None}
    by_role = {owner.role: owner.language for owner in wanted.owners if owner.role}
    return [person for person in readers if by_name.get(person.id, by_role.get(person.role)) == language]


def languages(wanted: Plan) -> Sequence[str]:
    """The languages it is made in."""
    return [language for language in LANGUAGES if any(owner.language == language for owner in wanted.owners)]


def candidates(session: Session, *, clock: Clock) -> Sequence[Colleague]:
    """The people who may be named."""
    return _readers(session, clock)


def _readers(session: Session, clock: Clock) -> list[Colleague]:
    """Whoever may read reports: a report is sent to nobody who could not open its page."""
    found = people.roll(session, clock=clock).people
    return [person for person in found if allowed(person.role, Permission.REPORT_READ)]
