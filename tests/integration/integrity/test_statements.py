"""The daily statement equals a recount, is made once, and tells when anything behind it was changed."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from ticketing.audit.models import AuditEntry
from ticketing.integrity import report, rules, statements
from ticketing.integrity.models import DailyStatement
from ticketing.integrity.rules import Counts, begin_of, end_of
from ticketing.platform.db import Database
from ticketing.sla.models import ArmedLevel, ClockVerdict, PromiseEntry
from ticketing.tasks import Worker
from ticketing.tickets.models import Ticket, TicketEvent


def stated(database: Database) -> list[DailyStatement]:
    with database.reading() as session:
        return list(session.scalars(select(DailyStatement).order_by(DailyStatement.day)))


def differing(database: Database) -> list[tuple[int, tuple[str, ...]]]:
    """Which statements differ, by their place, and in what."""
    with database.reading() as session:
        checked = list(statements.verify(session))
    return [(place, each.differs) for place, each in enumerate(checked) if each.differs]


def recount(database: Database, statement: DailyStatement) -> dict[str, object]:
    """The day once more, from tickets, verdicts and levels alone."""
    begin, end = begin_of(statement.day), end_of(statement.day)
    with database.reading() as session:
        verdicts = list(session.scalars(select(ClockVerdict)))
        levels = list(session.scalars(select(ArmedLevel).where(ArmedLevel.state == "fired")))
        opened = [ticket for ticket in session.scalars(select(Ticket)) if begin <= ticket.created_at < end]
    over = {"met": "stopped_at", "breached": "breached_at", "cancelled": "ended_at"}
    ended = [getattr(row, over[row.verdict]) if row.verdict in over else None for row in verdicts]
    kinds = Counter(
        row.verdict for row, at in zip(verdicts, ended, strict=True) if at is not None and begin <= at < end
    )
    lives = [(row.started_at, at or end) for row, at in zip(verdicts, ended, strict=True)]
    return {
        "tickets_opened": len(opened),
        "opening": sum(low < begin <= high for low, high in lives),
        "made": sum(begin <= low < end for low, _ in lives),
        "met": kinds["met"],
        "breached": kinds["breached"],
        "cancelled": kinds["cancelled"],
        "closing": sum(low < end <= high for low, high in lives),
        "fired": dict(
            Counter(dict.fromkeys(rules.FIRED, 0))
            + Counter(row.kind for row in levels if row.fired_at and begin <= row.fired_at < end)
        ),
    }


def test_statements_equal_a_recount_from_the_rows(company: object, worker: Worker) -> None:
    company.live(100)
    worker.sweep()
    assert worker.state() >= 3
    for statement in stated(company.database):
        counts = statement.counts | {"fired": {kind: n for kind, n in statement.counts["fired"].items() if n}}
        expected = recount(company.database, statement)
        assert {name: counts[name] for name in expected} == expected
        assert counts["unaccounted"] == 0


def test_a_day_is_stated_ten_minutes_after_midnight_and_once(company: object, worker: Worker) -> None:
    company.open_ticket()
    day = rules.day_of(company.clock.now())
    company.clock.advance(seconds=(end_of(day) - company.clock.now()).total_seconds() + 599)
    assert worker.state() == 0
    company.clock.advance(seconds=1)
    assert worker.state() == 1
    assert worker.state() == 0
    (statement,) = stated(company.database)
    assert (statement.day, statement.counts["tickets_opened"], statement.sound) == (day, 1, True)


def test_after_days_without_a_worker_every_day_gets_its_statement(company: object, worker: Worker) -> None:
    company.open_ticket()
    company.clock.advance(days=4)
    worker.sweep()
    assert worker.state() == 4
    made = stated(company.database)
    assert [row.counts["breached"] for row in made] == [1, 1, 1, 0]
    assert [row.counts["fired"]["breach"] for row in made] == [0, 0, 0, 0]
    assert [later.previous_hash for later in made[1:]] == [earlier.hash for earlier in made[:-1]]
    assert differing(company.database) == []


def test_what_is_noticed_after_its_day_was_closed_is_booked_on_the_next(company: object, worker: Worker) -> None:
    company.open_ticket()
    company.clock.advance(days=2)
    assert worker.state() == 2
    before = [row.hash for row in stated(company.database)]
    assert [row.counts["unfired"] > 0 for row in stated(company.database)] == [True, True]
    worker.sweep()
    company.clock.advance(days=1)
    worker.state()
    made = stated(company.database)
    assert [row.hash for row in made[:2]] == before
    # First reply and findings were due on days already closed; the result is due at this very instant and not late.
    assert (made[2].counts["late_entries"], made[2].counts["breached"]) == (2, 2)
    assert made[2].counts["unaccounted"] == 0
    assert differing(company.database) == []


@pytest.mark.parametrize(
    ("spoil", "part"),
    [
        (update(PromiseEntry).where(PromiseEntry.kind == "breached").values(kind="met"), "counts"),
        (delete(PromiseEntry).where(PromiseEntry.kind == "breached"), "entries"),
        (update(PromiseEntry).values(recorded_at=begin_of(rules.date(2026, 1, 1))), "entries"),
        (update(TicketEvent).where(TicketEvent.kind == "complained").values(round=2), "events"),
        (delete(TicketEvent).where(TicketEvent.kind == "accepted"), "events"),
        (update(AuditEntry).values(seal="0" * 63 + "1"), "audit"),
        (update(DailyStatement).values(last_ticket_id=0), "hash"),
    ],
)
def test_whatever_is_changed_behind_a_statement_is_named(
    company: object, worker: Worker, spoil: object, part: str
) -> None:
    company.open_ticket()
    company.clock.advance(days=2)
    worker.sweep()
    worker.seal()
    worker.state()
    assert differing(company.database) == []
    with company.database.transaction() as session:
        session.execute(spoil)
    first = differing(company.database)[0]
    assert first[0] == 0 or part == "counts"
    assert part in first[1]


def test_a_statement_removed_breaks_the_chain(company: object, worker: Worker) -> None:
    company.open_ticket()
    company.clock.advance(days=4)
    worker.sweep()
    worker.state()
    said: list[str] = []
    assert report.daily(company.database, say=said.append) == 0
    gone = stated(company.database)[1].day
    with company.database.transaction() as session:
        session.execute(delete(DailyStatement).where(DailyStatement.day == gone))
    assert report.daily(company.database, say=said.append) > 0
    assert f"the first day that differs: {gone + timedelta(days=1)}" in "".join(said)


def test_a_promise_that_never_came_into_the_book_is_unaccounted_and_told(company: object, worker: Worker) -> None:
    company.open_ticket()
    company.clock.advance(days=1)
    worker.state()
    ticket_id = company.open_ticket()
    with company.database.transaction() as session:
        entries = PromiseEntry.ticket_id == ticket_id
        session.execute(delete(PromiseEntry).where(entries, PromiseEntry.clock == "statutory"))
    company.clock.advance(days=1)
    worker.state()
    assert stated(company.database)[-1].counts["unaccounted"] == 1


def test_counts_add_up_by_kind() -> None:
    counted = Counts(met=5, restored=2, breached=3)
    assert (counted.kept, counted.broken) == (7, 1)
    assert rules.running(10, {"made": 4, "revived": 1, "met": 2, "breached": 3, "cancelled": 1, "restored": 1}) == 9
