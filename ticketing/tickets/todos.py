"""Tasks for a person: opened by the program where it cannot go on, done by someone with evidence, told when overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, ScalarSelect, func, or_, select, true
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session

from ticketing.notify import people
from ticketing.notify import service as notify
from ticketing.platform.actor import SYSTEM, Actor
from ticketing.platform.clock import Clock
from ticketing.platform.errors import DomainError
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.staff.rules import Permission, Role
from ticketing.tickets import wording
from ticketing.tickets.escalation import place_of
from ticketing.tickets.gates import require
from ticketing.tickets.journal import note_event
from ticketing.tickets.models import Ticket, Todo

COUNTED_TO = 100


@dataclass(frozen=True)
class TodoRow:
    """An open task in a list."""

    number: str
    kind: str
    due_at: datetime
    owner: str | None


def open_todo(session: Session, *, clock: Clock, ticket: Ticket, kind: str, cause: str, due_at: datetime) -> bool:
    """Ask a person; a second time for the same ``cause`` changes nothing. Gives whether it is new."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    made = session.scalar(
        insert(Todo)
        .values(
            kind=kind,
            cause=cause,
            ticket_id=ticket.id,
            team_id=ticket.team_id,
            created_at=clock.now(),
            due_at=due_at,
        )
        .on_conflict_do_nothing(index_elements=["cause"])
        .returning(Todo.id)
    )
    if made is None:
        return False
    note_event(
        session, clock=clock, actor=SYSTEM, ticket=ticket, kind="todo_opened", todo=kind, due_at=due_at.isoformat()
    )
    return True


def done(session: Session, *, clock: Clock, actor: Actor, todo: Todo, note: str) -> Todo:
    """Record that someone did it, and how one can tell. Raises ``todo_note_missing`` and ``todo_done_already``."""
    require(actor, Permission.TICKET_WORK)
    if not note.strip():
        raise DomainError("todo_note_missing")
    if todo.done_at is not None:
        name = session.scalar(select(Staff.name).where(Staff.id == todo.done_by))
        raise DomainError("todo_done_already", name=name or ("the system" if actor.language == "en" else "系统"))
    todo.done_at, todo.done_by, todo.note = clock.now(), actor.staff_id, note.strip()
    ticket = session.get_one(Ticket, todo.ticket_id)
    note_event(session, clock=clock, actor=actor, ticket=ticket, kind="todo_done", text=todo.note, todo=todo.kind)
    return todo


def settle(session: Session, *, clock: Clock, cause: str, channel: str) -> None:
    """What the task was for has happened by itself: it is done, by nobody."""
    for todo in session.scalars(
        select(Todo).where(Todo.cause.in_((cause, f"{cause}:bounced")), Todo.done_at.is_(None))
    ):
        todo.done_at, todo.note = clock.now(), f"delivered by {channel}"


def of_ticket(session: Session, *, ticket: Ticket) -> Sequence[Todo]:
    """The ticket's open tasks, the next due first."""
    return session.scalars(
        select(Todo).where(Todo.ticket_id == ticket.id, Todo.done_at.is_(None)).order_by(Todo.due_at)
    ).all()


def by_id(session: Session, *, ticket: Ticket, todo_id: int) -> Todo:
    """One task of a ticket, held for writing; raises ``todo_not_found``."""
    found = session.scalar(select(Todo).where(Todo.id == todo_id, Todo.ticket_id == ticket.id).with_for_update(of=Todo))
    if found is None:
        raise DomainError("todo_not_found")
    return found


def waiting(session: Session, *, actor: Actor, limit: int = 50) -> list[TodoRow]:
    """Open tasks that are this person's to see to, the next due first."""
    found = session.execute(
        select(Ticket.number, Todo.kind, Todo.due_at, Staff.name)
        .join(Ticket, Ticket.id == Todo.ticket_id)
        .outerjoin(Staff, Staff.id == func.coalesce(Todo.owner_id, Ticket.owner_id))
        .where(Todo.done_at.is_(None), _concerns(actor))
        .order_by(Todo.due_at, Todo.id)
        .limit(limit)
    )
    return [TodoRow(*row) for row in found]


def counting(actor: Actor) -> ScalarSelect[int]:
    """How many, at most COUNTED_TO, as a part of a statement."""
    some = (
        select(Todo.id)
        .join(Ticket, Ticket.id == Todo.ticket_id)
        .where(Todo.done_at.is_(None), _concerns(actor))
        .limit(COUNTED_TO)
    )
    return select(func.count()).select_from(some.subquery()).scalar_subquery()


def tell_overdue(session: Session, *, clock: Clock, settings: Settings) -> int:
    """Tell the lead of each task that is overdue, once; gives how many tasks."""
    overdue = session.scalars(
        select(Todo)
        .where(Todo.done_at.is_(None), Todo.due_at < clock.now(), Todo.told_at.is_(None))
        .order_by(Todo.due_at)
        .limit(100)
        .with_for_update(of=Todo, skip_locked=True)
    ).all()
    for todo in overdue:
        todo.told_at = clock.now()
        ticket = session.get_one(Ticket, todo.ticket_id)
        owner = session.scalar(select(Staff.name).where(Staff.id == (todo.owner_id or ticket.owner_id)))
        news = _overdue(todo, ticket, owner, ZoneInfo(settings.time_zone))
        place = place_of(session, ticket)
        told = people.recipients(session, clock=clock, place=place, asked=Role.TEAM_LEAD, urgent=news.urgent)
        notify.to_staff(session, clock=clock, news=news, to=told)
    return len(overdue)


def _overdue(todo: Todo, ticket: Ticket, owner: str | None, zone: ZoneInfo) -> notify.News:
    def words(language: str) -> dict[str, str]:
        nobody = "nobody" if language == "en" else "未领取"
        return {
            "number": ticket.number,
            "todo": wording.name("todo", todo.kind, language),
            "due": wording.moment(todo.due_at, zone, language),
            "owner": owner or nobody,
        }

    return notify.News(
        code="todo_overdue",
        words={language: words(language) for language in ("zh", "en")},
        path=f"/desk/tickets/{ticket.number}",
        dedupe=f"todo:{todo.id}",
        subject=("ticket", ticket.id),
        urgent=True,
        due_at=todo.due_at,
    )


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """The owner's own; a lead's also the team's, a supervisor's all; the team's while nobody owns the ticket."""
    owner = func.coalesce(Todo.owner_id, Ticket.owner_id)
    if actor.role == Role.SUPERVISOR:
        return true()
    team = (Todo.team_id == actor.team_id) | Todo.team_id.is_(None)
    return or_(owner == actor.id, team if actor.role == Role.TEAM_LEAD else owner.is_(None) & team)
