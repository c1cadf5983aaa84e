"""What can be done with a root-cause record: open, link, analyse, give to someone, dismiss. Actions are in actions.py."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.platform.actor import Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.rootcauses import rules
from ticketing.rootcauses.journal import note
from ticketing.rootcauses.models import EffectCheck, RootCause, RootCauseTicket
from ticketing.rootcauses.rules import Cause, Status, Step
from ticketing.staff.models import Staff
from ticketing.staff.rules import PERMISSIONS, Permission, Role, allowed

LONGEST_TITLE = 200


def by_number(session: Session, number: str) -> RootCause:
    """One record by ``RC-00042``; raises ``root_cause_not_found``."""
    digits = number.removeprefix("RC-")
    known = digits.isascii() and digits.isdigit() and len(digits) < 10
    record = session.get(RootCause, int(digits)) if known else None
    if record is None:
        raise DomainError("root_cause_not_found", number=number)
    return record


def active_for(session: Session, *, ticket_id: int) -> RootCause | None:
    """The open record that a ticket belongs to."""
    return session.scalar(
        select(RootCause)
        .join(RootCauseTicket, RootCauseTicket.root_cause_id == RootCause.id)
        .where(RootCauseTicket.ticket_id == ticket_id, RootCauseTicket.active.is_(True))
    )


def was_in_any(session: Session, *, ticket_id: int) -> bool:
    """Whether the ticket is or was in a record."""
    return session.scalar(select(RootCauseTicket.id).where(RootCauseTicket.ticket_id == ticket_id).limit(1)) is not None


def open_record(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    title: str,
    because: str,
    category: str,
    product: str | None,
    language: str,
    team_id: int | None,
) -> RootCause:
    """A new record, owned by a lead of the team from the start, else a supervisor. It holds no tickets yet."""
    now = clock.now()
    record = RootCause(
        created_at=now,
        updated_at=now,
        title=title[:LONGEST_TITLE],
        status=Status.OPENED,
        opened_because=because,
        category=category,
        product=product,
        language=language,
        team_id=team_id,
        owner_id=_first_owner(session, team_id),
        whys=[],
        actions=[],
        checks=[],
    )
    session.add(record)
    session.flush()
    note(session, clock=clock, actor=actor, record=record, kind="opened", because=because)
    return record


def link(session: Session, *, clock: Clock, actor: Actor, record: RootCause, ticket_id: int, number: str) -> bool:
    """Put a ticket under the record; gives whether it was new there. Asking twice changes nothing.

    Raises ``root_cause_elsewhere`` if another open record has it and ``root_cause_transition_refused`` once closed.
    """
    if record.status == Status.CLOSED:
        raise _refused(record)
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    # One open record a ticket: two that are quick at the same time are settled by the unique index.
    made = session.scalar(
        insert(RootCauseTicket)
        .values(root_cause_id=record.id, ticket_id=ticket_id, active=True, linked_at=clock.now(), linked_by=actor.label)
        .on_conflict_do_nothing()
        .returning(RootCauseTicket.id)
    )
    if made is None:
        if active_for(session, ticket_id=ticket_id) is record:
            return False
        raise DomainError("root_cause_elsewhere", number=number)
    note(session, clock=clock, actor=actor, record=record, kind="ticket_linked", number=number)
    return True


def unlink(session: Session, *, clock: Clock, actor: Actor, record: RootCause, ticket_id: int, number: str) -> None:
    """Take a ticket out again: it was about something else."""
    require_work(actor)
    row = session.scalar(
        select(RootCauseTicket).where(
            RootCauseTicket.root_cause_id == record.id, RootCauseTicket.ticket_id == ticket_id
        )
    )
    if row is None:
        return
    session.delete(row)
    note(session, clock=clock, actor=actor, record=record, kind="ticket_removed", number=number)


def save_analysis(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    record: RootCause,
    whys: Sequence[str],
    few_whys: str,
    cause: str,
    cause_category: str,
    complete: bool,
) -> RootCause:
    """Keep the why-chain and the cause; ``complete`` ends the analysis and its deadline.

    Raises ``root_cause_analysis_lacks`` when something is missing for that. Later changes keep the status.
    """
    require_work(actor)
    if record.status == Status.CLOSED or (complete and record.status != Status.OPENED):
        raise _refused(record)
    chain = [why.strip() for why in whys if why.strip()]
    kind = cause_category if cause_category in set(Cause) else ""
    lacking = rules.lacking_for_analysis(chain, few_whys.strip(), cause.strip(), kind)
    if lacking and (complete or record.status != Status.OPENED):
        raise DomainError("root_cause_analysis_lacks", missing=list(lacking))
    before = {"whys": list(record.whys), "cause": record.cause}
    record.whys, record.few_whys, record.cause, record.cause_category = chain, few_whys.strip(), cause.strip(), kind
    if complete:
        record.status = Status.ANALYSED
        note(session, clock=clock, actor=actor, record=record, kind="analysed", text=record.cause)
    elif before != {"whys": chain, "cause": record.cause}:
        note(session, clock=clock, actor=actor, record=record, kind="analysis_saved", whys=len(chain))
    session.flush()
    return record


def assign(session: Session, *, clock: Clock, actor: Actor, record: RootCause, to: int) -> RootCause:
    """Give the record to someone who works on root causes; raises ``staff_not_found``."""
    require_work(actor)
    if record.status == Status.CLOSED:
        raise _refused(record)
    colleague = worker(session, to)
    if record.owner_id == colleague.id:
        return record
    before, record.owner = record.owner_id, colleague
    note(
        session, clock=clock, actor=actor, record=record, kind="assigned", text=colleague.name, before=before, owner=to
    )
    return record


def check(
    session: Session,
    *,
    clock: Clock,
    actor: Actor,
    record: RootCause,
    days: int,
    effective: bool,
    note_text: str,
    before: int,
    after: int,
) -> RootCause:
    """Judge the effect on the counts before and after. The last effective check closes the record; an ineffective one
    reopens it with a new round that demands a new action.

    Raises ``root_cause_check_too_early``, ``root_cause_check_order`` or ``root_cause_check_note_missing``.
    """
    require_work(actor)
    require_step(record, Step.CHECK)
    assert record.watching_since is not None
    if days != rules.next_check(each.days for each in record.checks_now):
        raise DomainError("root_cause_check_order")
    if clock.now() < rules.check_opens_at(record.watching_since, days):
        raise DomainError("root_cause_check_too_early", days=days)
    if not note_text.strip():
        raise DomainError("root_cause_check_note_missing")
    record.checks.append(
        EffectCheck(
            root_cause_id=record.id,
            round=record.round,
            days=days,
            before=before,
            after=after,
            effective=effective,
            note=note_text.strip(),
            checked_at=clock.now(),
            checked_by=actor.staff_id,
        )
    )
    session.flush()
    note(
        session, clock=clock, actor=actor, record=record, kind="checked", text=note_text.strip(),
        days=days, effective=effective, before=before, after=after,
    )  # fmt: skip
    if not effective:
        _start_again(session, clock=clock, actor=actor, record=record)
    elif rules.next_check(each.days for each in record.checks_now) is None:
        _close(session, clock=clock, actor=actor, record=record, how="effective")
    return record


def dismiss(session: Session, *, clock: Clock, actor: Actor, record: RootCause, reason: str) -> RootCause:
    """Close without actions: the cases have no common cause, or it is handled elsewhere. Raises without a reason."""
    require_work(actor)
    require_step(record, Step.DISMISS)
    if not reason.strip():
        raise DomainError("root_cause_reason_missing")
    _close(session, clock=clock, actor=actor, record=record, how="dismissed", text=reason.strip())
    return record


def add_note(session: Session, *, clock: Clock, actor: Actor, record: RootCause, text: str) -> None:
    """Something worth remembering; raises when empty."""
    require_work(actor)
    if not text.strip():
        raise DomainError("desk_note_missing")
    note(session, clock=clock, actor=actor, record=record, kind="noted", text=text.strip())


def require_work(actor: Actor) -> None:
    """Raise ``permission_denied`` unless the actor works on root causes."""
    if actor.kind != "staff" or not allowed(actor.role, Permission.ROOT_CAUSE_WORK):
        raise DomainError("permission_denied")


def require_step(record: RootCause, step: Step) -> None:
    """Raise ``root_cause_transition_refused`` unless the record's status allows the step."""
    if not rules.allows(step, record.status):
        raise _refused(record)


def worker(session: Session, staff_id: int) -> Staff:
    """A colleague who may own a record or an action; raises ``staff_not_found``."""
    colleague = session.get(Staff, staff_id)
    if colleague is None or not colleague.active or not allowed(colleague.role, Permission.ROOT_CAUSE_WORK):
        raise DomainError("staff_not_found")
    return colleague


def workers(session: Session) -> Sequence[Staff]:
    """Everyone who may own a record or an action."""
    roles = [role.value for role, held in PERMISSIONS.items() if Permission.ROOT_CAUSE_WORK in held]
    return session.scalars(select(Staff).where(Staff.active, Staff.role.in_(roles)).order_by(Staff.name)).all()


def _start_again(session: Session, *, clock: Clock, actor: Actor, record: RootCause) -> None:
    record.round += 1
    record.status, record.watching_since = Status.INEFFECTIVE, None
    note(session, clock=clock, actor=actor, record=record, kind="reopened")


def _close(
    session: Session, *, clock: Clock, actor: Actor, record: RootCause, how: str, text: str | None = None
) -> None:
    record.status, record.closed_at = Status.CLOSED, clock.now()
    session.execute(update(RootCauseTicket).where(RootCauseTicket.root_cause_id == record.id).values(active=False))
    note(session, clock=clock, actor=actor, record=record, kind="closed", text=text, how=how)


def _first_owner(session: Session, team_id: int | None) -> int | None:
    active = select(Staff.id).where(Staff.active).order_by(Staff.id).limit(1)
    lead = session.scalar(active.where(Staff.role == Role.TEAM_LEAD, Staff.team_id == team_id))
    return lead or session.scalar(active.where(Staff.role == Role.SUPERVISOR))


def _refused(record: RootCause) -> DomainError:
    return DomainError("root_cause_transition_refused", from_status=record.status)
