"""Which occasions are switched on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.care.models import CareOccasion
from ticketing.care.occasions import OCCASIONS
from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.staff.rules import Permission, allowed


def is_active(session: Session, code: str) -> bool:
    """Whether an occasion's messages are planned and sent."""
    chosen = session.scalar(select(CareOccasion.active).where(CareOccasion.code == code))
    return OCCASIONS[code].active if chosen is None else chosen


def all_active(session: Session) -> dict[str, bool]:
    """Every occasion's switch."""
    chosen = {row.code: row.active for row in session.scalars(select(CareOccasion))}
    return {code: chosen.get(code, occasion.active) for code, occasion in OCCASIONS.items()}


def switch(session: Session, *, clock: Clock, actor: Actor, code: str, active: bool) -> None:
    """Switch an occasion on or off; what is due already is judged by the switch too. Raises ``care_occasion_not_found``."""
    if not allowed(actor.role, Permission.CARE_EDIT):
        raise DomainError("permission_denied")
    if code not in OCCASIONS:
        raise DomainError("care_occasion_not_found")
    if is_active(session, code) == active:
        return
    row = session.get(CareOccasion, code, with_for_update=True)
    if row is None:
        row = CareOccasion(code=code, active=active, changed_at=clock.now(), changed_by=actor.staff_id)
        session.add(row)
    row.active, row.changed_at, row.changed_by = active, clock.now(), actor.staff_id
    session.flush()
    audit.record(
        session, clock=clock, actor=actor, action="care.switched", subject=("care_occasion", code), active=active
    )
