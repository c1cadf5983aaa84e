"""What assigning costs: many tickets that nobody has, many people who could take them.

    python tests/load/assignment.py --tickets 1000 --people 50

Prints, for SQLite and PostgreSQL where a server answers: milliseconds (also of this process alone)
and statements a ticket, the heaviest and the
lightest load afterwards, and what a pass costs when nothing waits and when nobody fits. Asserts nothing.
"""

from __future__ import annotations

import argparse
import base64
import random
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import event, select, update

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import factories
from tests.load.databases import postgresql, sqlite
from ticketing import tables
from ticketing.platform import crypto
from ticketing.platform.clock import FixedClock
from ticketing.platform.db import Database
from ticketing.platform.settings import Settings
from ticketing.staff.models import Staff
from ticketing.tickets import assignment_pass, workload

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PAGE = assignment_pass.AT_ONCE


def main() -> None:
    """Measure both databases."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=1_000)
    parser.add_argument("--people", type=int, default=50)
    chosen = parser.parse_args()
    crypto.install(crypto.Keyring.parse(f"1:{base64.b64encode(b'k' * 32).decode()}"))
    print(
        f"{'database':<12}{'tickets':>8}{'people':>8}{'given':>7}{'ms/ticket':>11}{'own cpu ms':>12}{'statements/ticket':>19}"
        f"{'load':>12}{'idle ms':>9}{'nobody ms':>11}"
    )
    for open_database in (sqlite, postgresql):
        with open_database() as database:
            if database is not None:
                measure(database, chosen.tickets, chosen.people)


def measure(database: Database, tickets: int, people: int) -> None:
    """Fill a database, assign everything, print a line."""
    clock = FixedClock(START)
    settings = Settings(secret_key="s" * 40, data_keys=f"1:{base64.b64encode(b'k' * 32).decode()}", bot_secret="b" * 40)
    tables.metadata.create_all(database.engine)
    fill(database, clock, tickets, people)
    with counted(database) as statements:
        begun, own, given = time.perf_counter(), time.process_time(), 0
        for _ in range(-(-tickets // PAGE)):
            given += assignment_pass.run(database, clock=clock, settings=settings).assigned
        took, busy = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - own)
    with database.reading() as session:
        ids = list(session.scalars(select(Staff.id)))
        loads = [hand.load / 100 for hand in workload.in_hand(session, ids, now=clock.now()).values()]
    idle = one_pass(database, clock, settings)
    with database.transaction() as session:
        for _ in range(100):
            factories.complaint(session, clock, of=factories.customer(session, clock))
        session.execute(update(Staff).values(presence="busy"))
    one_pass(database, clock, settings)
    clock.advance(minutes=2)
    with database.transaction() as session:
        session.execute(update(Staff).values(last_seen_at=clock.now()))
    nobody = one_pass(database, clock, settings)
    print(
        f"{database.dialect:<12}{tickets:>8}{people:>8}{given:>7}{took / max(given, 1):>11.1f}{busy / max(given, 1):>12.1f}"
        f"{statements[0] / max(given, 1):>19.1f}{min(loads):>6.1f}–{max(loads):.1f}{idle:>9.1f}{nobody:>11.1f}"
    )


def fill(database: Database, clock: FixedClock, tickets: int, people: int) -> None:
    """An automatic team: two in three speak only Chinese, one in three both languages; one ticket in five is English."""
    pick = random.Random(2026)
    with database.transaction() as session:
        factories.company(session, clock)
        team = factories.team(session)
        team.assignment = "automatic"
        for number in range(people):
            member = factories.staff(session, team=team)
            member.languages = ["zh", "en"] if number % 3 == 0 else ["zh"]
            member.skills = {"transaction_dispute": 1 + number % 3}
            member.last_seen_at, member.open_cap, member.load_cap = clock.now(), 60, 60
    for start in range(0, tickets, 100):
        with database.transaction() as session:
            for _ in range(start, min(start + 100, tickets)):
                at = clock.now() - timedelta(hours=pick.uniform(0, 40))
                language = "en" if pick.random() < 0.2 else "zh"
                of = factories.customer(session, clock)
                factories.complaint(session, clock, of=of, complained_at=at, language=language)


def one_pass(database: Database, clock: FixedClock, settings: Settings) -> float:
    """Milliseconds of one pass."""
    begun = time.perf_counter()
    assignment_pass.run(database, clock=clock, settings=settings)
    return 1000 * (time.perf_counter() - begun)


@contextmanager
def counted(database: Database) -> Iterator[list[int]]:
    """How many statements are sent meanwhile."""
    seen = [0]

    def note(*_given: object) -> None:
        seen[0] += 1

    event.listen(database.engine, "before_cursor_execute", note)
    yield seen
    event.remove(database.engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
