"""How much everyone has in hand, and who they are to the assignment rule. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ticketing.staff.models import Staff
from ticketing.staff.presence import Presence, on_shift, presence_of
from ticketing.staff.rules import PERMISSIONS, Permission
from ticketing.tickets import products
from ticketing.tickets.assignment_rules import Candidate, Need, weight
from ticketing.tickets.models import OPEN, Ticket
from ticketing.tickets.rules import Category

WORKS_TICKETS = sorted(role.value for role, held in PERMISSIONS.items() if Permission.TICKET_WORK in held)


@dataclass(frozen=True, slots=True)
class InHand:
    """Open cases of one person and what they weigh now, in hundredths of a case."""

    cases: int = 0
    load: int = 0


class Pool:
    """Everyone who works tickets, as last read; kept up by whoever gives them cases."""

    def __init__(self, people: Iterable[Candidate], *, now: datetime, zone: ZoneInfo) -> None:
        self._people = {person.id: person for person in people}
        self._now, self._zone = now, zone

    @classmethod
    def read(cls, session: Session, *, now: datetime, zone: ZoneInfo) -> Pool:
        """Everyone active, in two statements."""
        members = working(session)
        hands = in_hand(session, [member.id for member in members], now=now)
        return cls(
            (as_candidate(member, hands[member.id], now=now, zone=zone) for member in members), now=now, zone=zone
        )

    @property
    def people(self) -> Sequence[Candidate]:
        """Everyone in it."""
        return list(self._people.values())

    def refresh(self, session: Session, staff_id: int) -> bool:
        """Read one person again, under the lock of who assigns; True when they stand otherwise than was thought."""
        member = session.scalars(
            select(Staff).where(Staff.id == staff_id).execution_options(populate_existing=True)
        ).one()
        hand = in_hand(session, [staff_id], now=self._now)[staff_id]
        fresh = as_candidate(member, hand, now=self._now, zone=self._zone)
        known = self._people.get(staff_id)
        self._people[staff_id] = fresh
        return fresh != known

    def gave(self, staff_id: int, need: Need) -> None:
        """Someone got a case."""
        self._people[staff_id] = self._people[staff_id].with_one_more(need.weight, self._now)


def working(session: Session) -> Sequence[Staff]:
    """Everyone active whose role works tickets."""
    return session.scalars(
        select(Staff)
        .where(Staff.active, Staff.role.in_(WORKS_TICKETS))
        .order_by(Staff.id)
        .execution_options(populate_existing=True)
    ).all()


def in_hand(session: Session, staff_ids: Sequence[int], *, now: datetime) -> dict[int, InHand]:
    """What each of them has open; nothing for who has nothing."""
    found: defaultdict[int, InHand] = defaultdict(InHand)
    rows = session.execute(select(Ticket.owner_id, Ticket.next_due_at).where(OPEN, Ticket.owner_id.in_(staff_ids)))
    for owner_id, due_at in rows:
        hand = found[owner_id or 0]
        found[owner_id or 0] = replace(hand, cases=hand.cases + 1, load=hand.load + weight(due_at, now))
    return found


def as_candidate(member: Staff, hand: InHand, *, now: datetime, zone: ZoneInfo) -> Candidate:
    """Someone as the rule sees them; skills that name nothing we know do not count."""
    skills = {code: int(level) for code, level in member.skills.items()}
    return Candidate(
        id=member.id,
        role=member.role,
        team_id=member.team_id,
        available=presence_of(member, now) is Presence.AVAILABLE,
        on_shift=on_shift(member, now, zone),
        languages=frozenset(member.speaks),
        classes={code: level for code, level in skills.items() if code in set(Category)},
        products={code: level for code, level in skills.items() if code in products.CODES},
        open_cases=hand.cases,
        load=hand.load,
        open_cap=member.open_cap,
        load_cap=member.load_cap,
        last_assigned_at=member.last_assigned_at,
    )


def need_of(ticket: Ticket, now: datetime, *, role: str = "agent") -> Need:
    """What a ticket asks of whoever gets it. Any supervisor may be given any team's."""
    return Need(
        team_id=None if role == "supervisor" else ticket.team_id,
        category=ticket.category,
        product=ticket.product if ticket.product in products.CODES else None,
        language=ticket.language,
        severity=ticket.severity,
        weight=weight(ticket.next_due_at, now),
        role=role,
    )
