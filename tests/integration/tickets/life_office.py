"""The office in which tickets live in test_life_cycle.py: its people, one call at a time, and what must hold after each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests import factories
from ticketing.audit import service as audit
from ticketing.audit.models import AuditEntry
from ticketing.customers.models import Customer
from ticketing.integrity import auditing, statements
from ticketing.integrity.evidence import ticket_evidence
from ticketing.integrity.models import DailyStatement
from ticketing.platform.actor import Actor
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.errors import DomainError
from ticketing.platform.outbox import DeliveryFailed, OutboxMessage, Receipt
from ticketing.platform.settings import Settings
from ticketing.sla.calendar_store import load_calendars
from ticketing.sla.models import ArmedLevel, Calendar, ClockVerdict
from ticketing.sla.replay import Seen, replay
from ticketing.sla.rules import Deadline, clock
from ticketing.staff.models import Staff
from ticketing.surveys.models import Survey
from ticketing.tasks import Worker
from ticketing.tickets.gate_models import Recusal
from ticketing.tickets.models import Letter, LetterDelivery, Ticket, TicketEvent

PEOPLE = {
    "chen": "agent",
    "wang": "agent",
    "li": "team_lead",
    "zhao": "supervisor",
    "sun": "compliance",
    "zhou": "compliance",
}
WHO = {
    "agent": {"staff"},
    "team_lead": {"staff", "lead", "approver"},
    "supervisor": {"staff", "lead", "approver", "extender"},
    "compliance": {"approver", "extender"},
}
OPEN = "accepted investigating resolving feedback"
ANY = f"{OPEN} closed withdrawn merged"
ON_WAY = "investigating resolving feedback"
# What docs/process.md allows, written again by hand: who, from, and where it leads (nowhere else where it is empty).
STEPS = {
    "claim": ("staff", OPEN, {"accepted": "investigating"}),
    "assign": ("lead system", OPEN, {"accepted": "investigating"}),
    "reassign": ("lead system", ON_WAY, {}),
    "hand_over": ("owner", ON_WAY, {}),
    "recuse": ("staff approver lead", OPEN, {}),
    "record_findings": ("owner", "investigating", {"investigating": "resolving"}),
    "decide": ("owner", "resolving feedback", {"resolving": "feedback"}),
    "draft": ("owner", "feedback", {}),
    "approve": ("approver", "feedback", {}),
    "send": ("owner", "feedback", {}),
    "deliver": ("customer staff system", ANY, {}),
    "close": ("owner", "feedback", {"feedback": "closed"}),
    "reopen": ("customer staff", "closed", {"closed": "investigating"}),
    "withdraw": ("customer owner lead", OPEN, dict.fromkeys(OPEN.split(), "withdrawn")),
    "add": ("customer", OPEN, {}),
    "merge": ("owner lead", OPEN, dict.fromkeys(OPEN.split(), "merged")),
    "split": ("owner lead", OPEN, {}),
    "link": ("staff", ANY, {}),
    "pause": ("owner lead", OPEN, {}),
    "resume": ("owner lead customer system", ANY, {}),
    "request_extension": ("owner", OPEN, {}),
    "decide_extension": ("extender", OPEN, {}),
}
EXPECTED_FAULTS = {None, "recipient_refused", "pdf_library_missing"}


@dataclass(frozen=True)
class Stand:
    """How much is written down, and how each ticket stands; the same before and after a call that was refused."""

    written: tuple[int, ...]
    tickets: dict[int, tuple[str, int | None, int]]


class Office:
    """One database, its people, and a clock that only the test moves."""

    def __init__(self, database: Database, clock: FixedClock, settings: Settings) -> None:
        self.database, self.clock, self.settings = database, clock, settings
        self.worker = Worker(settings, database, clock)
        self.worker.channels |= {"email": self._mail(self.worker.channels["email"])}
        self.refuses_mail = False
        self.seen: dict[int, tuple[datetime, int, int]] = {}
        with database.reading() as session:
            self.staff = {row.login: factories.actor_of(row) for row in session.scalars(select(Staff))}
            self.customers = [
                factories.actor_of(row) for row in session.scalars(select(Customer).order_by(Customer.id))
            ]

    def _mail(self, deliver: Callable[..., Receipt]) -> Callable[..., Receipt]:
        def mail(database: Database, clock: FixedClock, message: OutboxMessage) -> Receipt:
            if self.refuses_mail and message.payload["address_of"][0] != "staff":
                raise DeliveryFailed("recipient_refused", final=True)
            return deliver(database, clock, message)

        return mail

    @contextmanager
    def look(self, ticket_id: int) -> Iterator[tuple[Session, Ticket]]:
        """The ticket as it stands."""
        with self.database.reading() as session:
            yield session, session.get_one(Ticket, ticket_id)

    def stand(self) -> Stand:
        counted = [
            select(func.count()).select_from(model).scalar_subquery()
            for model in (TicketEvent, OutboxMessage, AuditEntry, Letter, Recusal, ArmedLevel)
        ]
        asked = select(Ticket.id, Ticket.status, Ticket.owner_id, Ticket.version)
        with self.database.reading() as session:
            written = tuple(session.execute(select(*counted)).one())
            return Stand(written, {row.id: (row.status, row.owner_id, row.version) for row in session.execute(asked)})

    def attempt(self, step: str | None, ticket_id: int, actor: Actor, act: Callable[..., Any], **fields: Any) -> bool:
        """Call a service; gives whether it was let through. What is refused changes nothing, what is not was allowed."""
        before = self.stand()
        try:
            with self.database.transaction() as session:
                ticket = session.get_one(Ticket, ticket_id)
                given = {name: value(session) if callable(value) else value for name, value in fields.items()}
                act(session, clock=self.clock, actor=actor, ticket=ticket, **given)
        except DomainError:
            assert self.stand() == before
            return False
        after = self.stand()
        if step is not None and after != before:
            status, owner_id, _ = before.tickets[ticket_id]
            self._assert_allowed(step, status, actor, owner_id)
        for number, (status, *_) in before.tickets.items():
            mine = STEPS[step][2].get(status, status) if step and number == ticket_id else status
            assert after.tickets[number][0] in {status, mine}, (step, number, status, after.tickets[number])
        return True

    def _assert_allowed(self, step: str, status: str, actor: Actor, owner_id: int | None) -> None:
        who, sources, _ = STEPS[step]
        mine = set(WHO[actor.role]) if actor.role else {actor.kind}
        if "staff" in mine and actor.staff_id is not None and actor.staff_id == owner_id:
            mine.add("owner")
        assert status in sources.split(), (step, status)
        assert mine & set(who.split()), (step, actor)

    def by_itself(self, act: Callable[[], object]) -> None:
        """Something that the worker does: of all steps it may give an accepted ticket to somebody and no other."""
        before = self.stand()
        act()
        after = self.stand()
        for number, (status, *_) in before.tickets.items():
            now, owner_id, _ = after.tickets[number]
            given = (status, now) == ("accepted", "investigating") and owner_id is not None
            assert now == status or given, (number, status, now)

    def sweep(self) -> None:
        """Fire everything due, then ask the auditor."""
        self.by_itself(self.worker.sweep)
        assert self.worker.sweep() == 0
        wrong = [found for looked in auditing.everything(self.database, clock=self.clock) for found in looked.findings]
        assert wrong == []
        with self.database.reading() as session:
            found = Counter(self._breaches(session))
            broken = select(ClockVerdict).where(ClockVerdict.verdict == "breached", ClockVerdict.ticket_id.is_not(None))
            assert set(found) == {(row.ticket_id, row.clock, row.round) for row in session.scalars(broken)}

    def assert_sound(self) -> None:
        """What holds at any time."""
        with self.database.reading() as session:
            tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
            self._assert_owners(session, tickets)
            self._assert_merges(tickets)
            self._assert_letters(session)
            self._assert_levels(session, {row.id: row.status for row in tickets})
            self._assert_stops(session)
            assert max(Counter(self._breaches(session)).values(), default=1) == 1
            self._assert_twins(session, tickets)

    def assert_books_agree(self) -> None:
        """What holds when the day is done: the audit chain, the outbox, surveys, daily statements."""
        self.sweep()
        with self.database.transaction() as session:
            while audit.seal(session):
                pass
        self.worker.state()
        with self.database.reading() as session:
            verdict = audit.verify(session)
            assert (verdict.unsealed, verdict.first_bad) == (0, None)
            keys = Counter(session.scalars(select(OutboxMessage.dedupe_key)))
            assert [key for key, count in keys.items() if count > 1] == []
            faults = set(session.scalars(select(OutboxMessage.last_error)))
            assert faults <= EXPECTED_FAULTS
            asked = Counter(session.execute(select(Survey.ticket_number, Survey.round)).all())
            assert max(asked.values(), default=1) == 1
            assert [
                row.counts["unaccounted"]
                for row in session.scalars(select(DailyStatement))
                if row.counts["unaccounted"]
            ] == []
            assert [each.day for each in statements.verify(session) if each.differs] == []

    def _assert_owners(self, session: Session, tickets: Any) -> None:
        out: dict[int, set[int]] = {row.id: {row.about_staff_id} - {None} for row in tickets}
        for row in session.scalars(select(Recusal)):
            out[row.ticket_id].add(row.staff_id)
        assert [row.number for row in tickets if row.status in OPEN.split() and row.owner_id in out[row.id]] == []

    def _assert_merges(self, tickets: Any) -> None:
        into = {row.id: row.merged_into_id for row in tickets}
        assert all((row.status == "merged") == (row.merged_into_id is not None) for row in tickets)
        for first in into:
            way, at = [first], into[first]
            while at is not None:
                assert at not in way, way
                way.append(at)
                at = into[at]

    def _assert_letters(self, session: Session) -> None:
        approved = session.scalars(select(Letter).where(Letter.approved_by.is_not(None)))
        assert [row.id for row in approved if row.approved_by == row.created_by] == []

    def _assert_levels(self, session: Session, status: dict[int, str]) -> None:
        for row in session.scalars(select(ArmedLevel).where(ArmedLevel.ticket_id.is_not(None))):
            assert (row.last_error, row.attempts) == (None, 0)
            assert row.state != "fired" or row.fired_at >= row.due_at
            if row.state == "armed" and status[row.ticket_id] not in OPEN.split():
                # What was late before it ended is still to be told, nothing else.
                assert row.kind == "breach"
                assert row.due_at < self.clock.now()

    def _assert_stops(self, session: Session) -> None:
        """The 48 h stop by a delivered letter alone, even if its mail came back later."""
        arrived = {(row.ticket_id, row.round): set[datetime]() for row in session.scalars(select(Letter))}
        for letter in session.scalars(select(Letter).where(Letter.delivered_at.is_not(None))):
            arrived[letter.ticket_id, letter.round].add(letter.delivered_at)
        came_back = (
            select(TicketEvent)
            .join(Letter, (Letter.ticket_id == TicketEvent.ticket_id) & (Letter.round == TicketEvent.round))
            .join(LetterDelivery, LetterDelivery.letter_id == Letter.id)
            .where(TicketEvent.kind == "answer_delivered", LetterDelivery.last_error == "bounced")
        )
        for event in session.scalars(came_back):
            arrived[event.ticket_id, event.round].add(event.at)
        stopped = select(ClockVerdict).where(ClockVerdict.clock == "resolution", ClockVerdict.stopped_at.is_not(None))
        for row in session.scalars(stopped):
            assert row.stopped_at in arrived.get((row.ticket_id, row.round), ()), (row.ticket_id, row.round)

    def _breaches(self, session: Session) -> Iterator[tuple[int, str, int]]:
        for event in session.scalars(select(TicketEvent).where(TicketEvent.kind == "sla_breached")):
            assert event.at < self.clock.now()
            yield event.ticket_id, event.data["clock"], event.round

    def _broken(self, session: Session) -> dict[int, dict[tuple[str, int], tuple[ClockVerdict, bool]]]:
        """Breaches by ticket, and whether their calendar changed since."""
        found: dict[int, dict[tuple[str, int], tuple[ClockVerdict, bool]]] = {}
        late = select(ClockVerdict, ClockVerdict.breached_at < Calendar.updated_at)
        late = late.join(Calendar, Calendar.code == ClockVerdict.calendar).where(ClockVerdict.verdict == "breached")
        for row, otherwise in session.execute(late.where(ClockVerdict.ticket_id.is_not(None))):
            found.setdefault(row.ticket_id, {})[row.clock, row.round] = row, otherwise
        return found

    def _assert_twins(self, session: Session, tickets: Any) -> None:
        """The engine and its slow twin see the same promises, and the ticket's row shows the earliest of them.

        Looked at again once time has passed or the ticket was written; a new policy or calendar writes to it.
        """
        now = self.clock.now()
        logs = dict(
            session.execute(
                select(TicketEvent.ticket_id, func.max(TicketEvent.id)).group_by(TicketEvent.ticket_id)
            ).all()
        )
        marks = {row.id: (now, row.version, logs[row.id]) for row in tickets}
        tickets = [row for row in tickets if self.seen.get(row.id) != marks[row.id]]
        self.seen |= marks
        calendars = load_calendars(session, ("always", "cn_office"))
        broken = self._broken(session)
        for ticket, case in zip(tickets, ticket_evidence(session, [row.id for row in tickets]), strict=True):
            fast = {(each.clock, each.round): each for each in clock(case.events, case.policies, calendars, now=now)}
            slow = {(each.clock, each.round): each for each in replay(case.events, case.policies, calendars, now=now)}
            assert fast.keys() == slow.keys()
            for key, one in fast.items():
                assert _promise(one, one.verdict.value, one.is_live) == _promise(
                    slow[key], slow[key].verdict, slow[key].owed
                )
            # What was judged stays judged when its calendar changes afterwards (design §4), or an earlier intake comes in
            # with a merged ticket; then its row tells.
            kept = {
                key: row
                for key, (row, otherwise) in broken.get(ticket.id, {}).items()
                if otherwise or (key in slow and slow[key].started_at < row.started_at)
            }
            owed = [kept[key].target_at for key in kept if kept[key].stopped_at is None and kept[key].ended_at is None]
            owed += [each.due_at for key, each in slow.items() if each.owed and each.due_at and key not in kept]
            due = min((at for at in owed if at is not None), default=None)
            assert ticket.next_due_at == due, (ticket.number, ticket.status)


def _promise(each: Deadline | Seen, verdict: str, owed: bool) -> tuple[Any, ...]:
    due_at = None if verdict in ("met", "cancelled") else each.due_at
    return each.policy_version, each.started_at, due_at, verdict, each.breached_at, owed
