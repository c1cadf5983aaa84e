"""Reminders of a record's promises: to the owner, the leads, supervisors and compliance, as its levels say.

Called by the sweep in the transaction that marks the level as fired (see tickets/escalation.py for tickets).
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import rules as ladder
from ticketing.notify import service as notify
from ticketing.notify.rules import Place, Recipient
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.rootcauses import wording
from ticketing.rootcauses.journal import note
from ticketing.rootcauses.models import RootCause
from ticketing.sla.policies import LevelKind
from ticketing.sla.service import FiredLevel


def remind(session: Session, fired: FiredLevel, *, clock: Clock, settings: Settings) -> None:
    """Tell everyone whom the level names, once each."""
    record = session.get_one(RootCause, fired.holder.id)
    note(
        session, clock=clock, actor=SYSTEM, record=record, kind="reminded",
        clock_name=fired.clock, level=fired.level, stage=fired.kind, due_at=fired.target_at.isoformat(),
    )  # fmt: skip
    roll = people.roll(session, clock=clock)
    place = Place(owner_id=_owner_of(record, fired.clock), team_id=record.team_id)
    told = [each for action in fired.actions for each in ladder.recipients(roll.people, place, action.to, urgent=False)]
    # By the day, not by the hour: nobody is called out of bed, so who is on call is left out.
    to = [Recipient(each) for each in {each.id: each for each in told}.values()]
    notify.to_staff(session, clock=clock, news=_news(record, fired, settings), to=to)


def _owner_of(record: RootCause, clock_name: str) -> int | None:
    """An action's own owner for its clock, else the record's."""
    number = clock_name.removeprefix("action_")
    action = next((each for each in record.actions if str(each.number) == number), None)
    return action.owner_id if action else record.owner_id


def _news(record: RootCause, fired: FiredLevel, settings: Settings) -> notify.News:
    zone = ZoneInfo(settings.time_zone)
    return notify.News(
        code="root_cause_warning" if fired.kind == LevelKind.WARNING else "root_cause_breached",
        words={
            language: {
                "number": record.number,
                "title": record.title,
                "promise": wording.promise(fired.clock, language),
                "due": wording.day(fired.target_at, zone, language),
                "owner": record.owner.name if record.owner else "—",
            }
            for language in ("zh", "en")
        },
        path=f"/rectification/{record.number}",
        dedupe=f"root_cause:{record.id}:{fired.clock}:{fired.round}:{fired.level}:{fired.due_at:%Y%m%dT%H%M%S}",
        subject=("root_cause", record.id),
        due_at=fired.target_at,
    )
