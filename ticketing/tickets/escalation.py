"""What happens to a ticket when a deadline's level fires: agent → team lead → supervisor → compliance (design §4).

Called by the sweep inside the transaction that marks the level as fired, so that verdict, action, audit entry and
messages stand or fall together. Who stands on which rung: notify/rules.py. Compliance looks on and does not work on
tickets, so a level that reassigns to compliance tells compliance and gives the ticket to a supervisor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.audit import service as audit
from ticketing.notify import people
from ticketing.notify import rules as ladder
from ticketing.notify import service as notify
from ticketing.notify.rules import Colleague, Place, Recipient
from ticketing.platform.actor import SYSTEM
from ticketing.platform.clock import Clock
from ticketing.platform.settings import Settings
from ticketing.sla.policies import EVENT_OF, Action, LevelKind
from ticketing.sla.service import FiredLevel
from ticketing.staff.models import Staff
from ticketing.tickets import alerts, rectify, recusal, rules, service, workload
from ticketing.tickets.assignment_rules import weight
from ticketing.tickets.journal import note_event, refresh_due
from ticketing.tickets.models import Ticket

_AWAY, _LOAD = "kesu_kept_out", "kesu_load"


def prepare(session: Session, fired: Sequence[FiredLevel]) -> Sequence[Ticket]:
    """Read the tickets of these levels at once, and who keeps out of them.

    Whoever keeps what this gives spares `escalate` to read each; nobody else can write these tickets meanwhile.
    """
    wanted = {each.holder.id for each in fired if each.holder.kind == "ticket"}
    tickets = session.scalars(select(Ticket).where(Ticket.id.in_(wanted))).all() if wanted else ()
    session.info[_AWAY] = recusal.kept_out_of(session, tickets)
    return tickets


def escalate(session: Session, fired: FiredLevel, *, clock: Clock, settings: Settings) -> None:
    """Do what the level's actions say, once; the fired row guarantees that it is asked once."""
    ticket = session.get_one(Ticket, fired.ticket_id)
    if fired.kind == LevelKind.BREACH:
        refresh_due(session, ticket=ticket)
    note_event(
        session,
        clock=clock,
        actor=SYSTEM,
        ticket=ticket,
        kind=EVENT_OF[LevelKind(fired.kind)],
        at=fired.due_at,
        clock_name=fired.clock,
        of_round=fired.round,
        level=fired.level,
        due_at=fired.target_at.isoformat(),
    )
    for action in fired.actions:
        _act(session, action, ticket=ticket, fired=fired, clock=clock, settings=settings)


def _act(
    session: Session, action: Action, *, ticket: Ticket, fired: FiredLevel, clock: Clock, settings: Settings
) -> None:
    match action.do:
        case "notify":
            _notify(session, action.to, ticket=ticket, fired=fired, clock=clock, settings=settings)
        case "raise_priority":
            _raise_priority(session, ticket=ticket, clock=clock)
        case "reassign":
            if action.to == "compliance":
                _notify(session, action.to, ticket=ticket, fired=fired, clock=clock, settings=settings)
            _reassign(session, action.to, ticket=ticket, fired=fired, clock=clock, settings=settings)
        case "open_root_cause":
            rectify.open_for(session, clock=clock, actor=SYSTEM, ticket=ticket, because="escalation")
        case _:
            audit.record(
                session,
                clock=clock,
                actor=SYSTEM,
                action="sla.action_unknown",
                subject=("ticket", ticket.number),
                do=action.do,
            )


def _notify(
    session: Session, asked: str, *, ticket: Ticket, fired: FiredLevel, clock: Clock, settings: Settings
) -> None:
    owner = people.roll(session, clock=clock).person(ticket.owner_id)
    news = alerts.of_level(ticket, fired, owner=owner.name if owner else None, settings=settings)
    told = people.recipients(session, clock=clock, place=place_of(session, ticket), asked=asked, urgent=news.urgent)
    notify.to_staff(session, clock=clock, news=news, to=told)


def place_of(session: Session, ticket: Ticket) -> Place:
    """Where on the ladder a ticket hangs; who must keep out of it is neither told of it nor given it."""
    known: Mapping[int, frozenset[int]] = session.info.get(_AWAY, {})
    away = known[ticket.id] if ticket.id in known else recusal.kept_out(session, ticket)
    return Place(owner_id=ticket.owner_id, team_id=ticket.team_id, away=away)


def _raise_priority(session: Session, *, ticket: Ticket, clock: Clock) -> None:
    before = ticket.priority
    ticket.priority = rules.raised(before)
    if ticket.priority != before:
        note_event(
            session,
            clock=clock,
            actor=SYSTEM,
            ticket=ticket,
            kind="priority_changed",
            before=before,
            after=ticket.priority,
        )


def _reassign(
    session: Session, asked: str, *, ticket: Ticket, fired: FiredLevel, clock: Clock, settings: Settings
) -> None:
    """Give the ticket to someone of the rung; whoever stands there already keeps it."""
    roll = people.roll(session, clock=clock)
    place = place_of(session, ticket)
    owner = roll.person(ticket.owner_id)
    load = _load(session, roll.people, clock.now())
    taker = ladder.taker(roll.people, place, asked, load=load)
    if taker is None:
        audit.record(
            session, clock=clock, actor=SYSTEM, action="sla.nobody_to_take", subject=("ticket", ticket.number), to=asked
        )
        notify.to_staff(session, clock=clock, news=_handed_over(ticket, fired, owner, settings), to=())
        return
    if owner is not None and ladder.keeps(owner, taker, place):
        return
    service.reassign(session, clock=clock, actor=SYSTEM, ticket=ticket, to=session.get_one(Staff, taker.id))
    load[taker.id] = load.get(taker.id, 0) + weight(ticket.next_due_at, clock.now())
    news = _handed_over(ticket, fired, owner, settings)
    notify.to_staff(session, clock=clock, news=news, to=[Recipient(taker)])


def _handed_over(ticket: Ticket, fired: FiredLevel, owner: Colleague | None, settings: Settings) -> notify.News:
    return alerts.handed_over(ticket, fired, before=owner.name if owner else None, settings=settings)


def _load(session: Session, colleagues: Sequence[Colleague], now: datetime) -> dict[int, int]:
    """What the open tickets of each lead and supervisor weigh, as assignment weighs them.

    Read once in a transaction, because leads have thousands of them after a bad day; who gives a ticket keeps it up.
    """
    known: dict[int, int] | None = session.info.get(_LOAD)
    if known is None:
        takers = [each.id for each in colleagues if each.role in ladder.LADDER[:-1]]
        hands = workload.in_hand(session, takers, now=now)
        known = session.info[_LOAD] = {staff_id: hand.load for staff_id, hand in hands.items()}
    return known
